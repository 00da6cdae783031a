package operator

import (
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

var storyDay = time.Date(2026, 11, 24, 9, 41, 0, 0, time.UTC)

// Stories adds the pages of those who run the platform.
func Stories(b *storybook.Book) {
	eventsIn := func(state string, parts ...parked) {
		b.Add("operator", "events", state, page("events", "operator.events.title", func(p *shell.Page) templ.Component { return events(p.L, eventsView{parts}) }))
	}
	failed := storyEvents()
	eventsIn("empty", parked{part: accountsapi.Name}, parked{part: notifyapi.Name})
	eventsIn("one", parked{part: notifyapi.Name, events: failed[:1]})
	eventsIn("many", parked{part: storefrontapi.Name, silent: true}, parked{part: billingapi.Name, events: failed[2:]}, parked{part: notifyapi.Name, events: failed[:2]})
	eventsIn("silent", parked{part: billingapi.Name, silent: true})
	moneyIn := func(state string, r billingapi.Reconciliation) {
		b.Add("operator", "money", state, page("money", "operator.money.title", func(p *shell.Page) templ.Component {
			return moneyPage(p.L, moneyView{Reconciliation: r, names: storyNames})
		}))
	}
	found, asked, looked := storyFindings(), storyDay.Add(4*time.Minute), storyDay
	moneyIn("empty", billingapi.Reconciliation{Since: &asked})
	moneyIn("agree", billingapi.Reconciliation{At: &looked})
	moneyIn("looking", billingapi.Reconciliation{At: &looked, Since: &asked, Findings: found[:1]})
	moneyIn("explained", billingapi.Reconciliation{At: &looked, Findings: found[len(found)-1:]})
	moneyIn("one", billingapi.Reconciliation{At: &looked, Findings: found[:1]})
	reopened := found[0]
	reopened.Explanations = found[len(found)-1].Explanations
	moneyIn("reopened", billingapi.Reconciliation{At: &looked, Findings: []billingapi.Finding{reopened}})
	b.Add("operator", "money", "error", page("money", "operator.money.title", func(p *shell.Page) templ.Component {
		fault := ui.Fault{Field: whyField(found[0].ID), Text: p.L.T("field.too_long")}
		return moneyPage(p.L, moneyView{billingapi.Reconciliation{At: &looked, Findings: found[:2]}, ui.Faults{fault}, strings.Repeat("A fee of March, booked on the first. ", 30), storyNames})
	}))
	moneyIn("many", billingapi.Reconciliation{At: &looked, Findings: found})
}

func page(section, title string, body func(p *shell.Page) templ.Component) storybook.Build {
	return func(p *shell.Page) templ.Component {
		storybook.AsOperator(p)
		p.Section, p.Title = section, p.L.T(title)
		return body(p)
	}
}

func storyEvents() []outbox.ParkedEvent {
	return []outbox.ParkedEvent{
		{
			EventID: "evt_01k8z3v5tqf8w9m2r7c4x6y1ab", Name: "storefront.order.paid.v1", Key: "order_01k8z3v5tqf8w9m2r7c4x6y1ac",
			At: storyDay.Add(-3 * time.Hour), FailedAt: storyDay.Add(-80 * time.Minute), Tries: 25, Error: "the receipt of the order: billing.svc: 503 unavailable",
		},
		{
			EventID: "evt_01k8z3v5tqf8w9m2r7c4x6y1ad", Name: "accounts.link.requested.v1", Key: "link_01k8z3v5tqf8w9m2r7c4x6y1ae",
			At: storyDay.Add(-26 * time.Hour), FailedAt: storyDay.Add(-24 * time.Hour), Tries: 1,
			Error: "smtp: 550 5.1.1 <…@…>: Recipient address rejected: User unknown in virtual mailbox table; see https://mail.example/why/550-5-1-1/recipient-address-rejected-unknown",
		},
		{
			EventID: "evt_01k8z3v5tqf8w9m2r7c4x6y1af", Name: "accounts.person.erased.v1", Key: "person_01k8z3v5tqf8w9m2r7c4x6y1ag",
			At: storyDay.Add(-50 * time.Hour), FailedAt: storyDay.Add(-48 * time.Hour), Tries: 25, Error: "panic: index out of range [3] with length 3",
		},
	}
}

func storyDifferences() []billingapi.Difference {
	eur := func(minor int64) *money.Amount { a := money.New(minor, money.EUR); return &a }
	return []billingapi.Difference{
		{Kind: billingapi.DifferenceSuspense, Rule: "R8", What: "suspense holds 12.34 EUR", Books: eur(1234)},
		{
			Kind: billingapi.DifferenceOperation, Rule: "R8", What: "transfer op_01k8z3v5tqf8w9m2r7c4x6y1ah is unknown since 2026-11-24T07:41:00Z",
			Operation: &billingapi.StuckOperation{ID: "op_01k8z3v5tqf8w9m2r7c4x6y1ah", Kind: "transfer", State: "unknown", Since: storyDay.Add(-2 * time.Hour)},
		},
		{
			Kind: billingapi.DifferenceFailedRefund, Rule: "R8", What: "refund re_01k8z3v5tqf8w9m2r7c4x6y1ah of 149.00 EUR came back",
			Refund: &billingapi.OwedRefund{ID: "re_01k8z3v5tqf8w9m2r7c4x6y1ah", OrderID: "order_01k8z3v5tqf8w9m2r7c4x6y1ah", Amount: money.New(14900, money.EUR), Since: storyDay.Add(-30 * time.Hour)},
		},
		{Kind: billingapi.DifferencePlatform, Rule: "R2", What: "the platform: Stripe holds 1049.30 EUR, the books 1050.00 EUR", Stripe: eur(104930), Books: eur(105000)},
		{Kind: billingapi.DifferencePayee, Rule: "R3", What: "acct_1MTwbEQqSVaIqBZ3: Stripe holds 134.15 EUR, the books 134.10 EUR", Account: "acct_1MTwbEQqSVaIqBZ3", Stripe: eur(13415), Books: eur(13410)},
		{Kind: billingapi.DifferenceBooks, Rule: "R7", What: "creator_payable:person_01k8z3v5tqf8w9m2r7c4x6y1ag EUR: entries sum to 100, the account says 90"},
	}
}

// storyNames has one of the two who explained something: the other's account is gone.
var storyNames = map[string]string{"person_01k8z3v5tqf8w9m2r7c4x6y1ag": "Noor Haddad"}

// storyFindings are all of them, the last explained.
func storyFindings() []billingapi.Finding {
	var out []billingapi.Finding
	for i, d := range storyDifferences() {
		out = append(out, billingapi.Finding{Difference: d, ID: fmt.Sprintf("diff_01k8z3v5tqf8w9m2r7c4x6y1b%d", i), FoundAt: storyDay.Add(-26 * time.Hour)})
	}
	last := &out[len(out)-1]
	last.Explanations = []billingapi.Explanation{
		{
			ID: "expl_2", At: storyDay.Add(-time.Hour), By: "person_01k8z3v5tqf8w9m2r7c4x6y1ag",
			Text: "The test of the restored backup wrote this on purpose. The copy is gone; the entry is reversed with tomorrow’s journal.",
		},
		{
			ID: "expl_1", At: storyDay.Add(-2 * time.Hour), By: "person_01k8z3v5tqf8w9m2r7c4x6y1ah",
			Text: "Seen after the restore of Monday.\nNot yet known what wrote it.",
		},
	}
	last.Explained = &last.Explanations[0]
	return out
}
