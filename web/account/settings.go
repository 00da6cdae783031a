package account

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// settingsForm is the profile as typed.
type settingsForm struct {
	name, handle, site, language, zone, country, work string
	countries                                         []ui.Option
	faults                                            ui.Faults
}

func (h *pages) settings(v *shell.Visit) error {
	me, err := h.accounts.Me(v.Context())
	if err != nil {
		return err
	}
	return h.showSettings(v, http.StatusOK, settingsForm{
		name: me.Name, handle: me.Handle, language: me.Locale, zone: me.Zone, country: me.Country, work: me.WorksFor,
	})
}

func (h *pages) showSettings(v *shell.Visit, status int, form settingsForm) error {
	list, err := h.accounts.Countries(v.Context())
	if err != nil {
		return err
	}
	form.countries, form.site = countryOptions(v.L.T("account.choose_country"), list), h.site()
	v.Page.Title = v.L.T("account.settings.title")
	return v.ShowStatus(status, settings(v.L, form))
}

func (h *pages) postSettings(v *shell.Visit) error {
	form := settingsForm{
		name: strings.TrimSpace(v.Form("name")), handle: strings.TrimPrefix(strings.TrimSpace(v.Form("handle")), "@"),
		language: v.Form("language"), zone: strings.TrimSpace(v.Form("zone")), country: v.Form("country"), work: v.Form("work"),
	}
	change := accountsapi.UpdateMe{Name: &form.name, Locale: &form.language, WorksFor: &form.work}
	// What was never given stays open: an empty answer isn't a change.
	for given, to := range map[*string]**string{&form.handle: &change.Handle, &form.zone: &change.Zone, &form.country: &change.Country} {
		if *given != "" {
			*to = given
		}
	}
	if form.work == "" {
		change.WorksFor = nil
	}
	if _, err := h.accounts.UpdateMe(v.Context(), change); err != nil {
		if !shown(err) {
			return err
		}
		form.faults = inField(ui.FaultsOf(v.L, err), "handle")
		return h.showSettings(v, problem.From(err).Status(), form)
	}
	v.KeepLanguage(form.language)
	v.Flash("account.settings.saved")
	return v.See("/settings")
}

// securityForms are the forms of the page about signing in; faults belong to the one that was sent.
type securityForms struct {
	me                          accountsapi.Person
	sessions                    []accountsapi.Session
	email                       string
	passwordFaults, emailFaults ui.Faults
}

func (h *pages) security(v *shell.Visit) error {
	return h.showSecurity(v, http.StatusOK, securityForms{})
}

func (h *pages) showSecurity(v *shell.Visit, status int, forms securityForms) error {
	var err error
	if forms.me, err = h.accounts.Me(v.Context()); err != nil {
		return err
	}
	list, err := h.accounts.Sessions(v.Context())
	if err != nil {
		return err
	}
	forms.sessions = list.Data
	v.Page.Title = v.L.T("account.security.title")
	return v.ShowStatus(status, security(v.L, forms))
}

func (h *pages) postPassword(v *shell.Visit) error {
	err := h.accounts.SetPassword(v.Context(), accountsapi.SetPassword{Current: v.Form("current"), Password: v.Form("password")})
	if err == nil {
		v.Flash("account.security.password_saved")
		return v.See("/settings/sign-in")
	}
	if !shown(err) {
		return err
	}
	field := "password"
	if errors.Is(err, accountsapi.ErrPasswordWrong) {
		field = "current"
	}
	return h.showSecurity(v, problem.From(err).Status(), securityForms{passwordFaults: inField(ui.FaultsOf(v.L, err), field)})
}

func (h *pages) postEmail(v *shell.Visit) error {
	email := strings.TrimSpace(v.Form("email"))
	_, err := h.accounts.ChangeEmail(v.Context(), accountsapi.ChangeEmail{Email: email, Current: v.Form("proof")})
	if err == nil {
		v.Flash("account.security.email_sent", "Email", email)
		return v.See("/settings/sign-in")
	}
	if !shown(err) {
		return err
	}
	field := "email"
	if errors.Is(err, accountsapi.ErrPasswordWrong) || errors.Is(err, accountsapi.ErrProveAgain) {
		field = "proof"
	}
	return h.showSecurity(v, problem.From(err).Status(), securityForms{email: email, emailFaults: inField(ui.FaultsOf(v.L, err), field)})
}

func (h *pages) postSessions(v *shell.Visit) error {
	if v.Form("all") == "yes" {
		if err := h.accounts.SignOutEverywhere(v.Context()); err != nil {
			return err
		}
		dropSession(v)
		v.Flash("account.signed_out_everywhere")
		return v.See("/")
	}
	if err := h.accounts.SignOutSession(v.Context(), v.Form("session")); err != nil {
		return err
	}
	v.Flash("account.security.ended")
	return v.See("/settings/sign-in")
}

func (h *pages) data(v *shell.Visit) error { return h.showData(v, http.StatusOK, nil) }

func (h *pages) showData(v *shell.Visit, status int, faults ui.Faults) error {
	me, err := h.accounts.Me(v.Context())
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("account.data.title")
	return v.ShowStatus(status, data(v.L, me, faults))
}

// export hands out what the house holds about the person, as a file.
func (h *pages) export(v *shell.Visit) error {
	all, err := h.accounts.Export(v.Context())
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	header := v.Writer().Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Content-Disposition", `attachment; filename="workfluence-my-data.json"`)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	_, err = v.Writer().Write(body)
	return err
}

func (h *pages) postErase(v *shell.Visit) error {
	err := h.accounts.Erase(v.Context(), accountsapi.Erase{Current: v.Form("current"), Confirm: strings.TrimSpace(v.Form("confirm"))})
	if err == nil {
		dropSession(v)
		v.Flash("account.data.erased")
		return v.See("/")
	}
	if !shown(err) {
		return err
	}
	field := "confirm"
	if errors.Is(err, accountsapi.ErrPasswordWrong) || errors.Is(err, accountsapi.ErrProveAgain) {
		field = "current"
	}
	return h.showData(v, problem.From(err).Status(), inField(ui.FaultsOf(v.L, err), field))
}

func languageOptions() []ui.Option {
	out := make([]ui.Option, len(locale.All))
	for i, t := range locale.All {
		out[i] = ui.Option{Value: string(t), Label: t.Name()}
	}
	return out
}

// zones are offered while typing; any zone of the IANA database is taken.
var zones = []string{
	"Africa/Cairo", "Africa/Casablanca", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "America/Bogota",
	"America/Chicago", "America/Denver", "America/Los_Angeles", "America/Mexico_City", "America/New_York", "America/Sao_Paulo",
	"America/Toronto", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Kolkata", "Asia/Riyadh", "Asia/Shanghai", "Asia/Singapore",
	"Asia/Tokyo", "Australia/Sydney", "Europe/Amsterdam", "Europe/Berlin", "Europe/Brussels", "Europe/Istanbul", "Europe/London",
	"Europe/Madrid", "Europe/Paris", "Europe/Rome", "Europe/Stockholm", "Europe/Warsaw", "Europe/Zurich", "Pacific/Auckland", "UTC",
}
