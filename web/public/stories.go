package public

import (
	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

// Stories adds the public pages.
func Stories(b *storybook.Book) {
	keep := billingapi.Fees{
		Gross: money.New(14900, "EUR"), Fee: money.New(1490, "EUR"), Keep: money.New(13410, "EUR"),
		FeeBasisPoints: 1000, RiskWindowDays: 7,
	}
	b.Add("public", "home", "stranger", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("home.title")
		return home(p.L, &keep)
	})
	b.Add("public", "home", "without-figures", func(p *shell.Page) templ.Component {
		storybook.AsCreator(p)
		p.Title = p.L.T("home.title")
		return home(p.L, nil)
	})
	b.Add("public", "fees", "one-price", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("fees.title")
		return fees(p.L, feesForm{amount: "149", currency: "EUR"}, keep)
	})
	b.Add("public", "fees", "error", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("fees.title")
		return fees(p.L, feesForm{amount: "149.50.1", currency: "JPY", faults: ui.Faults{{Field: "amount", Text: p.L.T("fees.not_a_price", "Example", p.L.SamplePrice(money.JPY))}}}, billingapi.Fees{})
	})
	b.Add("public", "charge", "empty", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("charge.title")
		return charge(p.L, chargeForm{currency: "EUR"})
	})
	b.Add("public", "charge", "error", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("charge.title")
		return charge(p.L, chargeForm{last4: "42", currency: "EUR", faults: ui.Faults{
			{Field: "last4", Text: p.L.T("charge.not_four_digits")}, {Field: "amount", Text: p.L.T("charge.not_an_amount")},
			{Field: "day", Text: p.L.T("field.required")},
		}})
	})
	b.Add("public", "charge", "sent", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("charge.title")
		return charge(p.L, chargeForm{currency: "EUR", sent: true})
	})
	docs := newDocuments(Config{Operator: "Workfluence Demo", Address: "1 Example Street, Example Town", Email: "help@workfluence.example"})
	for _, name := range names {
		b.Add("public", name, "text", func(p *shell.Page) templ.Component {
			doc := docs.get(name, p.L.Tag)
			p.Title = doc.title
			return page(doc)
		})
	}
}
