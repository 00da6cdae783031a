// Package compose lists the parts of the house: the only place that imports
// the services themselves.
package compose

import (
	"github.com/workfluence/workfluence/billing"
	"github.com/workfluence/workfluence/gateway"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/services/accounts"
	"github.com/workfluence/workfluence/services/content"
	"github.com/workfluence/workfluence/services/notify"
	"github.com/workfluence/workfluence/services/review"
	"github.com/workfluence/workfluence/services/storefront"
	"github.com/workfluence/workfluence/web"
)

// Modules are all targets of production.
func Modules() []app.Module {
	return []app.Module{
		accounts.Module(),
		storefront.Module(),
		content.Module(),
		review.Module(),
		billing.Module(),
		notify.Module(),
		web.Module(),
		gateway.Module(),
	}
}

// Schemas are the database schemas of the modules, in their order.
func Schemas(modules []app.Module) []string {
	var out []string
	for _, m := range modules {
		if m.Schema != "" {
			out = append(out, m.Schema)
		}
	}
	return out
}
