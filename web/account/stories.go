package account

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

const (
	storyEmail = "ines@example.com"
	longEmail  = "maximiliane.wolfeschlegelsteinhausenbergerdorff-featherstonehaugh@rechtsschutzversicherungsgesellschaft.example"
	storySite  = "workfluence.example/@"
)

var storyDay = time.Date(2026, 11, 24, 9, 41, 0, 0, time.UTC)

// Stories adds the account's pages.
func Stories(b *storybook.Book) {
	signInStories(b)
	firstStepStories(b)
	settingsStories(b)
	mandateStories(b)
	inboxStories(b)
}

// titled sets a page's title, as its handler would, and returns its main part.
func titled(id string, as func(*shell.Page), body func(p *shell.Page) templ.Component) storybook.Build {
	return func(p *shell.Page) templ.Component {
		if as != nil {
			as(p)
		}
		p.Title = p.L.T(id)
		return body(p)
	}
}

func plain(p *shell.Page) { p.Plain = true }

func signInStories(b *storybook.Book) {
	b.Add("account", "sign-up", "empty", titled("account.sign_up.title", nil, func(p *shell.Page) templ.Component {
		return signUp(p.L, mailForm{next: "/library"})
	}))
	b.Add("account", "sign-up", "error", titled("account.sign_up.title", nil, func(p *shell.Page) templ.Component {
		return signUp(p.L, mailForm{email: "ines@", faults: ui.Faults{{Field: "email", Text: p.L.T("field.email")}}})
	}))
	b.Add("account", "sign-in", "empty", titled("account.sign_in.title", nil, func(p *shell.Page) templ.Component {
		return signIn(p.L, mailForm{})
	}))
	b.Add("account", "sign-in", "error", titled("account.sign_in.title", nil, func(p *shell.Page) templ.Component {
		return signIn(p.L, mailForm{email: storyEmail, faults: inField(ui.FaultsOf(p.L, accountsapi.ErrSignInFailed), "email")})
	}))
	b.Add("account", "check-mail", "sent", titled("account.check_mail.title", plain, func(p *shell.Page) templ.Component {
		return checkMail(p.L, codeForm{email: storyEmail})
	}))
	b.Add("account", "check-mail", "wrong-code", titled("account.check_mail.title", plain, func(p *shell.Page) templ.Component {
		return checkMail(p.L, codeForm{email: longEmail, code: "ABCD1234", faults: inField(ui.FaultsOf(p.L, accountsapi.ErrCodeWrong), "code")})
	}))
	b.Add("account", "check-mail", "unknown-address", titled("account.check_mail.title", plain, func(p *shell.Page) templ.Component {
		return checkMail(p.L, codeForm{})
	}))
	b.Add("account", "link", "sign-in", titled("account.link.title", plain, func(p *shell.Page) templ.Component {
		return link(p.L, accountsapi.LinkInfo{Purpose: accountsapi.PurposeSignIn, Email: storyEmail}, "token", "proof")
	}))
	b.Add("account", "link", "change-address", titled("account.link.title", plain, func(p *shell.Page) templ.Component {
		return link(p.L, accountsapi.LinkInfo{Purpose: accountsapi.PurposeChangeEmail, Email: longEmail}, "token", "proof")
	}))
	for _, dead := range []string{"used", "replaced", "expired"} {
		code := deadLink(dead).Code
		b.Add("account", "link", dead, titled("problem."+code+".title", plain, func(p *shell.Page) templ.Component {
			return deadLinkPage(p.L, code, "/sign-in")
		}))
	}
}

func firstStepStories(b *storybook.Book) {
	countries := []ui.Option{{Value: "", Label: "…"}, {Value: "BE", Label: "Belgium"}, {Value: "CN", Label: "中国"}, {Value: "EG", Label: "مصر"}}
	b.Add("account", "welcome", "empty", titled("account.welcome.title", plain, func(p *shell.Page) templ.Component {
		return welcome(p.L, welcomeForm{countries: countries})
	}))
	b.Add("account", "welcome", "error", titled("account.welcome.title", plain, func(p *shell.Page) templ.Component {
		return welcome(p.L, welcomeForm{countries: countries, faults: ui.Faults{
			{Field: "country", Text: p.L.T("field.country")}, {Field: "work", Text: p.L.T("field.not_allowed")},
		}})
	}))
	for i, state := range []string{"offered", "waiting"} {
		b.Add("account", "no-payouts", state, func(p *shell.Page) templ.Component {
			storybook.AsBuyer(p)
			p.Title, p.Plain = p.L.T("account.no_payouts.title", "Country", "Egypt"), true
			return noPayouts(p.L, "Egypt", i == 1)
		})
	}
	b.Add("account", "name-page", "empty", titled("account.name_page.title", plain, func(p *shell.Page) templ.Component {
		return namePage(p.L, pageForm{site: storySite})
	}))
	b.Add("account", "name-page", "taken", titled("account.name_page.title", plain, func(p *shell.Page) templ.Component {
		return namePage(p.L, pageForm{name: storybook.LongName, handle: "ines", site: storySite, faults: inField(ui.FaultsOf(p.L, accountsapi.ErrHandleTaken), "handle")})
	}))
	b.Add("account", "ready", "link", titled("account.ready.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return ready(p.L, "ines", "https://"+storySite+"ines")
	}))
}

func settingsStories(b *storybook.Book) {
	form := settingsForm{
		name: "Ines Okafor", handle: "ines", site: storySite, language: "nl", zone: "Europe/Brussels", country: "BE", work: "undisclosed",
		countries: []ui.Option{{Value: "BE", Label: "Belgium"}},
	}
	b.Add("account", "settings", "profile", titled("account.settings.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return settings(p.L, form)
	}))
	b.Add("account", "settings", "error", titled("account.settings.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		f := form
		f.handle, f.zone = "-x-", "Mars/Olympus"
		f.faults = ui.Faults{{Field: "handle", Text: p.L.T("problem.handle_invalid.text")}, {Field: "zone", Text: p.L.T("field.not_allowed")}}
		return settings(p.L, f)
	}))
	here := accountsapi.Session{ID: "session_1", Device: "Firefox · Linux", LastSeen: storyDay, Current: true}
	there := accountsapi.Session{ID: "session_2", Device: "Safari · iPhone", LastSeen: storyDay.AddDate(0, 0, -3)}
	b.Add("account", "security", "one-place", titled("account.security.title", storybook.AsBuyer, func(p *shell.Page) templ.Component {
		return security(p.L, securityForms{me: accountsapi.Person{Email: storyEmail}, sessions: []accountsapi.Session{here}})
	}))
	b.Add("account", "security", "error", titled("account.security.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return security(p.L, securityForms{
			me: accountsapi.Person{Email: longEmail, HasPassword: true}, sessions: []accountsapi.Session{here, there},
			passwordFaults: inField(ui.FaultsOf(p.L, accountsapi.ErrPasswordWeak), "password"),
		})
	}))
	used := storyDay.AddDate(0, 0, -1)
	tokens := []accountsapi.APIToken{
		{ID: "apitoken_2", Name: "Nightly export", Ending: "k3Qx", Scopes: []string{accountsapi.TokenSalesRead, accountsapi.TokenMoneyRead}, LastUsed: &used, Expires: storyDay.AddDate(0, 2, 0)},
		{ID: "apitoken_1", Name: strings.Repeat("Compliance", 6), Ending: "_9aB", Scopes: accountsapi.TokenScopes, Expires: storyDay.AddDate(1, 0, 0)},
	}
	b.Add("account", "tokens", "none", titled("account.token.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return tokensPage(p.L, tokenForm{days: "90"})
	}))
	b.Add("account", "tokens", "made", titled("account.token.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return tokensPage(p.L, tokenForm{days: "90", tokens: tokens, secret: accountsapi.TokenPrefix + strings.Repeat("k3Qx", 10) + "k3Q"})
	}))
	b.Add("account", "tokens", "error", titled("account.token.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return tokensPage(p.L, tokenForm{tokens: tokens[:1], faults: ui.Faults{
			{Field: "name", Text: p.L.T("field.name.required")}, {Field: "scopes", Text: p.L.T("field.scopes.required")}, {Field: "days", Text: p.L.T("field.not_allowed")},
		}})
	}))
	b.Add("account", "data", "text", titled("account.data.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return data(p.L, accountsapi.Person{Email: storyEmail, HasPassword: true}, nil)
	}))
	b.Add("account", "data", "error", titled("account.data.title", storybook.AsBuyer, func(p *shell.Page) templ.Component {
		return data(p.L, accountsapi.Person{Email: longEmail}, inField(ui.FaultsOf(p.L, accountsapi.ErrEraseUnconfirmed), "confirm"))
	}))
}

func mandateStories(b *storybook.Book) {
	limit := money.New(20000, "EUR")
	given := accountsapi.Mandate{ID: "mandate_1", AssistantName: "Tomas Reyes", Scopes: []string{"see", "pay"}, PayLimit: &limit, State: accountsapi.MandateActive}
	invited := accountsapi.Mandate{ID: "mandate_2", AssistantEmail: longEmail, Scopes: []string{"see", "arrange", "comment", "approve"}, State: accountsapi.MandateInvited}
	ended := accountsapi.Mandate{ID: "mandate_3", AssistantName: storybook.LongName, Scopes: []string{"see"}, State: accountsapi.MandateEnded}
	held := accountsapi.Mandate{ID: "mandate_4", Represented: "person_9", RepresentedName: "Henrik Vos", Scopes: []string{"see", "arrange"}, State: accountsapi.MandateActive}
	payer := accountsapi.Mandate{ID: "mandate_6", AssistantName: "Ada Quist", Scopes: []string{"pay"}, State: accountsapi.MandateActive} // made by the API: see paysNothing
	asked := accountsapi.Mandate{ID: "mandate_5", Represented: "person_8", RepresentedName: "ليلى منصور", Scopes: []string{"see", "arrange"}, State: accountsapi.MandateInvited}
	b.Add("account", "mandates", "empty", titled("mandate.title", storybook.AsBuyer, func(p *shell.Page) templ.Component {
		return mandates(p.L, accountsapi.Mandates{}, "")
	}))
	b.Add("account", "mandates", "many", titled("mandate.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return mandates(p.L, accountsapi.Mandates{Given: []accountsapi.Mandate{given, payer, invited, ended}, Held: []accountsapi.Mandate{held, asked}}, "")
	}))
	b.Add("account", "mandates", "acting", titled("mandate.title", storybook.AsAssistant, func(p *shell.Page) templ.Component {
		p.Person.ActingFor = held.RepresentedName
		return mandates(p.L, accountsapi.Mandates{Held: []accountsapi.Mandate{held}}, held.Represented)
	}))
	b.Add("account", "new-mandate", "empty", titled("mandate.new_title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return newMandate(p.L, mandateForm{scopes: []string{"see"}})
	}))
	b.Add("account", "new-mandate", "solo", titled("mandate.new_title", storybook.AsSolo, func(p *shell.Page) templ.Component {
		return newMandate(p.L, mandateForm{scopes: []string{"see"}, solo: p.Solo()})
	}))
	b.Add("account", "new-mandate", "error", titled("mandate.new_title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return newMandate(p.L, mandateForm{email: storyEmail, scopes: []string{"approve"}, faults: ui.Faults{
			{Field: "email", Text: p.L.T("problem.mandate_self.text")}, {Field: "scopes", Text: p.L.T("mandate.pay_not_yet")},
		}})
	}))
}

func inboxStories(b *storybook.Book) {
	read := storyDay
	b.Add("account", "inbox", "empty", titled("inbox.title", storybook.AsBuyer, func(p *shell.Page) templ.Component {
		return inbox(p.L, notifyapi.Notices{}, 0)
	}))
	b.Add("account", "inbox", "many", titled("inbox.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return inbox(p.L, notifyapi.Notices{Next: "older", Data: []notifyapi.Notice{
			{ID: "notice_1", Kind: notifyapi.KindSale, Text: "Yusuf Demir bought “Rotas people can live with”.", Created: storyDay},
			{ID: "notice_2", Kind: notifyapi.KindPayoutFailed, Text: "Your bank returned €1,284.60.", Created: storyDay.AddDate(0, 0, -1)},
			{ID: "notice_3", Kind: notifyapi.KindPayoutSent, Text: "€412.38 is on its way to your bank.", Created: storyDay.AddDate(0, 0, -9), Read: &read},
		}}, 2)
	}))
	b.Add("account", "inbox", "all-read", titled("inbox.title", storybook.AsBuyer, func(p *shell.Page) templ.Component {
		return inbox(p.L, notifyapi.Notices{Data: []notifyapi.Notice{
			{ID: "notice_4", Kind: "new_kind", Text: "جدول ورديّات يمكن العيش معه", Created: storyDay, Read: &read},
		}}, 0)
	}))
}
