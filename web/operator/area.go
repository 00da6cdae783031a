package operator

import (
	"context"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
)

// Parts are those that handle events, in the order in which they are shown.
var Parts = []string{accountsapi.Name, storefrontapi.Name, contentapi.Name, reviewapi.Name, billingapi.Name, notifyapi.Name}

// Events is what these pages ask of the parts.
type Events interface {
	Parked(ctx context.Context, part string) ([]outbox.ParkedEvent, error)
	Replay(ctx context.Context, part, eventID string) error
	ReplayAll(ctx context.Context, part string) (int64, error)
}

// Till is what these pages ask of billing.
type Till interface {
	Reconciliation(ctx context.Context) (billingapi.Reconciliation, error)
	Reconcile(ctx context.Context) (billingapi.Reconciliation, error)
	Explain(ctx context.Context, difference string, r billingapi.ExplainRequest) error
}

// People is what these pages ask of accounts.
type People interface {
	// RecordPress writes down what an operator did.
	RecordPress(ctx context.Context, in accountsapi.Press) error
	Public(ctx context.Context, ids ...string) ([]accountsapi.Public, error)
}

type pages struct {
	parts  Events
	till   Till
	people People
}

const (
	eventsPath = "/operator/events"
	moneyPath  = "/operator/money"
)

// Area registers the pages.
func Area(events Events, till Till, people People) shell.Area {
	h := &pages{parts: events, till: till, people: people}
	return shell.Area{
		Name: "operator",
		Sections: []shell.Section{
			{Role: shell.Operator, ID: "events", Path: eventsPath, Order: 10},
			{Role: shell.Operator, ID: "money", Path: moneyPath, Order: 20},
		},
		Register: func(s *shell.Shell) {
			s.Page("GET "+eventsPath, route("events", "The events that no part could handle."), h.events)
			s.Page("POST "+eventsPath, route("events", "Try one of them again, or all."), h.replay)
			s.Page("GET "+moneyPath, route("money", "What does not agree in the books, as of the last look."), h.money)
			s.Page("POST "+moneyPath, route("money", "Have the books looked at again, or explain a difference."), h.press)
		},
	}
}

func route(section, summary string) shell.Route {
	return shell.Route{Summary: summary, Access: rest.Any(rest.Operator), Role: shell.Operator, Section: section}
}
