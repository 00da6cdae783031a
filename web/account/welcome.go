package account

import (
	"errors"
	"strings"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// welcomeForm is the first screen after signing up.
type welcomeForm struct {
	country, work string
	countries     []ui.Option
	faults        ui.Faults
}

func (h *pages) welcome(v *shell.Visit) error {
	me, err := h.accounts.Me(v.Context())
	if err != nil {
		return err
	}
	if me.Handle != "" {
		return v.See(home(me))
	}
	form := welcomeForm{country: me.Country}
	if me.WorksFor != "" && me.Country != "" {
		form.work = me.WorksFor
	}
	return h.showWelcome(v, 200, form)
}

func (h *pages) showWelcome(v *shell.Visit, status int, form welcomeForm) error {
	list, err := h.accounts.Countries(v.Context())
	if err != nil {
		return err
	}
	form.countries = countryOptions(v.L.T("account.choose_country"), list)
	v.Page.Title, v.Page.Plain = v.L.T("account.welcome.title"), true
	return v.ShowStatus(status, welcome(v.L, form))
}

func countryOptions(choose string, list accountsapi.Countries) []ui.Option {
	out := []ui.Option{{Label: choose}}
	for _, c := range list.Data {
		out = append(out, ui.Option{Value: c.Code, Label: c.Name})
	}
	return out
}

func (h *pages) postWelcome(v *shell.Visit) error {
	form := welcomeForm{country: v.Form("country"), work: v.Form("work")}
	if form.country == "" {
		form.faults.Add("country", v.L.T("field.country"))
	}
	if form.work == "" {
		form.faults.Add("work", v.L.T("field.not_allowed"))
	}
	if form.faults != nil {
		return h.showWelcome(v, problem.ErrInvalid.Status(), form)
	}
	me, err := h.accounts.UpdateMe(v.Context(), accountsapi.UpdateMe{Country: &form.country, WorksFor: &form.work})
	if err != nil {
		if !shown(err) {
			return err
		}
		form.faults = ui.FaultsOf(v.L, err)
		return h.showWelcome(v, problem.From(err).Status(), form)
	}
	if !me.PayoutsPossible {
		return v.See("/welcome/payouts")
	}
	return v.See("/welcome/page")
}

// noPayouts says before anything is built that a bank can't be reached yet, and what is possible all the same.
func (h *pages) noPayouts(v *shell.Visit) error {
	me, err := h.accounts.Me(v.Context())
	if err != nil {
		return err
	}
	if me.PayoutsPossible {
		return v.See("/welcome/page")
	}
	list, err := h.accounts.Countries(v.Context())
	if err != nil {
		return err
	}
	name := me.Country
	for _, c := range list.Data {
		if c.Code == me.Country {
			name = c.Name
		}
	}
	v.Page.Title, v.Page.Plain = v.L.T("account.no_payouts.title", "Country", name), true
	return v.Show(noPayouts(v.L, name, me.Waiting))
}

func (h *pages) joinWaiting(v *shell.Visit) error {
	if _, err := h.accounts.JoinWaitingList(v.Context()); err != nil && !errors.Is(err, accountsapi.ErrPayoutsPossible) {
		return err
	}
	v.Flash("account.no_payouts.waiting")
	return v.See("/welcome/page")
}

// pageForm is a person's name and handle as typed.
type pageForm struct {
	name, handle, site string
	faults             ui.Faults
}

func (h *pages) namePage(v *shell.Visit) error {
	me, err := h.accounts.Me(v.Context())
	if err != nil {
		return err
	}
	v.Page.Title, v.Page.Plain = v.L.T("account.name_page.title"), true
	return v.Show(namePage(v.L, pageForm{name: me.Name, handle: me.Handle, site: h.site()}))
}

func (h *pages) postNamePage(v *shell.Visit) error {
	form := pageForm{name: strings.TrimSpace(v.Form("name")), handle: strings.TrimPrefix(strings.TrimSpace(v.Form("handle")), "@"), site: h.site()}
	if form.name == "" {
		form.faults.Add("name", v.L.T("field.name.required"))
	}
	if form.handle == "" {
		form.faults.Add("handle", v.L.T("field.required"))
	}
	status := problem.ErrInvalid.Status()
	if form.faults == nil {
		selling := true
		_, err := h.accounts.UpdateMe(v.Context(), accountsapi.UpdateMe{Name: &form.name, Handle: &form.handle, Selling: &selling})
		if err == nil {
			return v.See("/welcome/ready")
		}
		if errors.Is(err, accountsapi.ErrCountryFirst) {
			return v.See(firstSteps)
		}
		if !shown(err) {
			return err
		}
		form.faults, status = inField(ui.FaultsOf(v.L, err), "handle"), problem.From(err).Status()
	}
	v.Page.Title, v.Page.Plain = v.L.T("account.name_page.title"), true
	return v.ShowStatus(status, namePage(v.L, form))
}

func (h *pages) ready(v *shell.Visit) error {
	me, err := h.accounts.Me(v.Context())
	if err != nil {
		return err
	}
	if me.Handle == "" {
		return v.See("/welcome/page")
	}
	v.Page.Title = v.L.T("account.ready.title")
	return v.Show(ready(v.L, me.Handle, h.publicURL+"/@"+me.Handle))
}

// site is the beginning of a page's address as people read it: without the scheme.
func (h *pages) site() string {
	_, host, _ := strings.Cut(h.publicURL, "://")
	return host + "/@"
}
