package dev

import (
	"time"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/devstack/devapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

// Stories adds the pages of the demo.
func Stories(b *storybook.Book) {
	at := time.Date(2026, 11, 24, 10, 4, 0, 0, time.UTC)
	letter := devapi.Mail{
		ID: "1", From: "Workfluence <hello@workfluence.example>", To: []string{"yusuf@example.com"}, Subject: "Your receipt for Rotas people can live with", At: at,
		Text: "Hello,\n\nyou paid 149.00 EUR.\nOpen it: http://127.0.0.1:8080/orders/order_1/open?token=x.\n", HTML: "<p>Hello</p>",
	}
	b.Add("dev", "mail", "many", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("dev.mail.title")
		return mails(p.L, []devapi.Mail{letter, {ID: "2", To: []string{"ines@example.com"}, Subject: "بيع جديد", At: at}}, "")
	})
	b.Add("dev", "mail", "empty", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("dev.mail.title")
		return mails(p.L, nil, "nobody@example.com")
	})
	b.Add("dev", "mail", "one", func(p *shell.Page) templ.Component {
		p.Title, p.Width = letter.Subject, "read"
		return mail(p.L, letter)
	})
	b.Add("dev", "clock", "ahead", func(p *shell.Page) templ.Component {
		c := devapi.Clock{Now: at.AddDate(0, 0, 7), Wall: at, Next: &devapi.Deadline{At: at.AddDate(0, 0, 8), What: "transfer a sale", Part: "billing"}}
		p.Title = p.L.T("dev.clock.title", "Time", p.L.DateTime(c.Now))
		return clock(p.L, c)
	})
	b.Add("dev", "clock", "same", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("dev.clock.title", "Time", p.L.DateTime(at))
		return clock(p.L, devapi.Clock{Now: at, Wall: at})
	})
	demo := devapi.Demo{Stripe: "http://127.0.0.1:20101", People: []devapi.DemoPerson{
		{Email: "ines@demo.example", Name: "Ines Okafor", Hat: "creator"}, {Email: "tom@demo.example", Name: "Tom de Wit", Hat: "buyer"},
		{Email: "noor@demo.example", Name: "Noor Bakker", Hat: "operator"},
	}}
	b.Add("dev", "index", "all", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("dev.index.title")
		return index(p.L, demo)
	})
	who := func(state string, view whoView) {
		b.Add("dev", "sign-in-as", state, func(p *shell.Page) templ.Component {
			p.Title, p.Width = p.L.T("dev.as.title"), "read"
			if view.email != "" {
				view.faults = ui.Faults{{Field: "email", Text: p.L.T("dev.as.unknown")}}
			}
			return askWho(p.L, view)
		})
	}
	who("many", whoView{people: demo.People})
	who("empty", whoView{})
	who("unknown", whoView{people: demo.People[:1], email: "nobody@example.com"})
}
