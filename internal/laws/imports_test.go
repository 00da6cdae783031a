package laws

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// TestImports holds non-test code to the table of who may import whom.
func TestImports(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			if reason := forbidden(p.path(), imported); reason != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, imported, reason)
			}
		}
	}
}

const stripeGo = "github.com/stripe/stripe-go"

// forbidden returns why the package at path `from` may not import `to` (a full
// import path), or "".
func forbidden(from, to string) string {
	if strings.HasPrefix(to, stripeGo) && from != "billing/rail" {
		return "only billing/rail speaks Stripe's language; the others see its types of our own"
	}
	own := to == module || strings.HasPrefix(to, module+"/")
	if isAPI(from) {
		return forbiddenToAPI(to, own)
	}
	if isEdge(from) && isDatabase(to) {
		return "gateway and web have no database; they ask the services"
	}
	if !own {
		return ""
	}
	to = inModule(to)
	switch {
	case from == "billing/ledger":
		if !slices.Contains([]string{"internal/money", "internal/id", "internal/clock", "internal/problem", "internal/pg"}, to) {
			return "the ledger knows neither Stripe nor products: money, id, clock, problem and pg are enough for double entry"
		}
		return ""
	case under(from, "cmd/workfluence"):
		return ""
	case isService(to) && service(from) != service(to):
		return "a service is reached through its *api client, so that it can run in another process"
	case isEdge(to) && !under(from, firstFolder(to)):
		return "gateway and web are wired by cmd/workfluence alone"
	case under(to, "cmd"):
		return "nothing imports the program"
	case under(from, "internal") && (isAPI(to)):
		return "the kit serves every service and knows none"
	case under(to, "internal/pgtest"), under(to, "internal/redistest"), under(to, "internal/turns"):
		return "a test kit in the product"
	}
	return ""
}

func forbiddenToAPI(to string, own bool) string {
	if own {
		if slices.Contains([]string{"internal/call", "internal/problem", "internal/money", "internal/id"}, inModule(to)) {
			return ""
		}
		return "an *api package is a contract: call, problem, money and id are all it needs"
	}
	if strings.Contains(firstFolder(to), ".") {
		return "an *api package is a contract and imports the standard library only"
	}
	return ""
}

func under(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

func firstFolder(path string) string {
	first, _, _ := strings.Cut(path, "/")
	return first
}

func isAPI(path string) bool { return service(path) != "" && path == service(path)+"/"+apiName(path) }

// apiName of services/accounts is accountsapi.
func apiName(p string) string { return path.Base(service(p)) + "api" }

// service is the folder of the service that owns the path: services/<name> or
// billing; "" for everything else.
func service(path string) string {
	if under(path, "billing") {
		return "billing"
	}
	parts := strings.SplitN(path, "/", 3)
	if parts[0] == "services" && len(parts) > 1 {
		return "services/" + parts[1]
	}
	return ""
}

// isService is the inside of a service: all of it but its contract.
func isService(path string) bool { return service(path) != "" && !isAPI(path) }

func isEdge(path string) bool { return under(path, "gateway") || under(path, "web") }

func isDatabase(importPath string) bool {
	return importPath == "database/sql" || strings.HasPrefix(importPath, "github.com/jackc/") ||
		strings.HasPrefix(importPath, "github.com/riverqueue/") ||
		slices.Contains([]string{"internal/pg", "internal/idem", "internal/jobs", "internal/migrate", "migrations"}, inModule(importPath))
}

// TestForbidden shows the table what it must catch and what it must let pass.
func TestForbidden(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		bad      bool
	}{
		{"services/storefront", "services/accounts", true},
		{"services/storefront", "services/accounts/accountsapi", false},
		{"services/storefront/courses", "services/storefront", false},
		{"services/storefront", "services/storefront/courses", false},
		{"services/storefront", "billing", true},
		{"services/storefront", "billing/ledger", true},
		{"services/storefront", "billing/billingapi", false},
		{"billing", "billing/rail", false},
		{"billing", "services/storefront", true},
		{"billing/rail", "@" + stripeGo + "/v76", false},
		{"billing", "@" + stripeGo + "/v76", true},
		{"billing/stripesim", "@" + stripeGo + "/v76/webhook", true},
		{"billing/ledger", "internal/pg", false},
		{"billing/ledger", "billing/rail", true},
		{"billing/ledger", "internal/outbox", true},
		{"services/accounts/accountsapi", "internal/money", false},
		{"services/accounts/accountsapi", "internal/pg", true},
		{"services/accounts/accountsapi", "services/accounts", true},
		{"services/accounts/accountsapi", "billing/billingapi", true},
		{"services/accounts/accountsapi", "@github.com/google/uuid", true},
		{"services/accounts/accountsapi", "@net/http", false},
		{"internal/app", "services/accounts", true},
		{"internal/app", "services/accounts/accountsapi", true},
		{"internal/app", "gateway", true},
		{"gateway", "services/accounts/accountsapi", false},
		{"gateway", "@github.com/jackc/pgx/v5", true},
		{"gateway", "services/accounts", true},
		{"web", "internal/pg", true},
		{"web/pages", "web/ui", false},
		{"web", "gateway", true},
		{"services/notify", "web", true},
		{"services/notify", "internal/pgtest", true},
		{"cmd/workfluence/internal/compose", "services/notify", false},
		{"cmd/workfluence", "billing/stripesim", false},
		{"internal/devstack", "cmd/workfluence", true},
	} {
		to, external := strings.CutPrefix(c.to, "@")
		if !external {
			to = module + "/" + to
		}
		if reason := forbidden(c.from, to); (reason != "") != c.bad {
			t.Errorf("%s -> %s: %q, forbidden should be %v", c.from, c.to, reason, c.bad)
		}
	}
}

// TestPackages wants a comment and a telling name for each package.
func TestPackages(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if len(p.GoFiles) == 0 {
			continue // tests only
		}
		if p.Doc == "" {
			t.Errorf("%s has no package comment: say what it owns", p.ImportPath)
		}
		if slices.Contains([]string{"pkg", "util", "utils", "common", "models", "helpers", "misc"}, p.Name) {
			t.Errorf("%s: the name %q says nothing about what it owns", p.ImportPath, p.Name)
		}
	}
}

// TestLinked keeps test tools out of the program.
func TestLinked(t *testing.T) {
	t.Parallel()
	testOnly := []string{
		"github.com/stretchr/testify", "github.com/Shopify/toxiproxy", "github.com/getkin/kin-openapi",
		"pgregory.net/rapid", "go.uber.org/goleak", module + "/internal/pgtest", module + "/internal/redistest", module + "/internal/turns",
	}
	for _, p := range goList(t, "-deps", "./cmd/workfluence") {
		for _, banned := range testOnly {
			if under(p.ImportPath, banned) || strings.HasPrefix(p.ImportPath, banned+"/v") {
				t.Errorf("cmd/workfluence links %s, which is for tests", p.ImportPath)
			}
		}
	}
}
