package organisations

import (
	"net/http"
	"slices"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// kinds and their roles, as the forms offer them. Accounts refuses the others.
var kinds = []string{accountsapi.KindEmployer, accountsapi.KindBrand, accountsapi.KindClient}

var rolesOf = map[string][]string{
	accountsapi.KindEmployer: {accountsapi.RoleHRReviewer, accountsapi.RoleLegalReviewer, accountsapi.RoleAdmin, accountsapi.RolePrincipal, accountsapi.RoleFinance, accountsapi.RoleOwner},
	accountsapi.KindBrand:    {accountsapi.RoleBrandManager, accountsapi.RoleLegalReviewer, accountsapi.RoleAdmin, accountsapi.RolePrincipal, accountsapi.RoleFinance, accountsapi.RoleOwner},
	accountsapi.KindClient:   {accountsapi.RoleAdmin, accountsapi.RolePrincipal, accountsapi.RoleFinance, accountsapi.RoleOwner},
}

// listForm is what was typed on the list.
type listForm struct {
	name, kind, mailbox, code string
	faults                    ui.Faults
}

func (h *pages) list(v *shell.Visit) error { return h.showList(v, http.StatusOK, listForm{}) }

func (h *pages) showList(v *shell.Visit, status int, form listForm) error {
	all, err := h.accounts.Organisations(v.Context())
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("organisation.title")
	return v.ShowStatus(status, listPage(v.L, all.Data, form))
}

func (h *pages) postList(v *shell.Visit) error {
	form := listForm{name: typed(v, "name"), kind: v.Form("kind"), mailbox: typed(v, "mailbox"), code: typed(v, "code")}
	if v.Form("do") == "code" {
		o, err := h.accounts.AcceptInvitation(v.Context(), accountsapi.AcceptInvitation{Mailbox: form.mailbox, Code: form.code})
		if err == nil {
			return joined(v, o)
		}
		return h.refuse(v, err, "code", func(status int, faults ui.Faults) error {
			form.faults = faults
			return h.showList(v, status, form)
		})
	}
	o, err := h.accounts.NewOrganisation(v.Context(), "", accountsapi.NewOrganisation{Name: form.name, Kind: form.kind})
	if err == nil {
		v.Flash("organisation.made", "Name", o.Name)
		return v.See("/organisations/" + o.ID)
	}
	return h.refuse(v, err, "name", func(status int, faults ui.Faults) error {
		form.faults = faults
		return h.showList(v, status, form)
	})
}

func joined(v *shell.Visit, o accountsapi.Organisation) error {
	v.Flash("organisation.joined", "Name", o.Name)
	return v.See("/organisations/" + o.ID)
}

// refuse shows a form again with what is wrong, on the field that the whole is about. What is no fault of a form goes to the problem page.
func (h *pages) refuse(v *shell.Visit, err error, field string, again func(status int, faults ui.Faults) error) error {
	p := problem.From(err)
	switch p.Kind {
	case problem.Invalid, problem.Conflict, problem.RateLimited, problem.Unauthenticated, problem.Gone, problem.Stale, problem.Upstream:
	default:
		return err
	}
	return again(p.Status(), onField(v.L, err, field))
}

// orgForm is what was typed on the page of an organisation.
type orgForm struct {
	mailbox, domain, name string
	roles                 []string
	faults                ui.Faults
}

func (h *pages) show(v *shell.Visit) error { return h.showOrganisation(v, http.StatusOK, orgForm{}) }

func (h *pages) showOrganisation(v *shell.Visit, status int, form orgForm) error {
	o, err := h.accounts.Organisation(v.Context(), v.Param("organisation"))
	if err != nil {
		return err
	}
	if form.name == "" {
		form.name = o.Name
	}
	v.Page.Title = o.Name
	return v.ShowStatus(status, organisationPage(v.L, o, v.Caller.Person, form))
}

// presses are what the page of an organisation does, each with the words that say so and the field that a refusal is about.
var presses = map[string]struct{ said, field string }{
	"rename": {"organisation.renamed", "name"}, "roles": {"organisation.saved", ""}, "remove": {"organisation.removed", ""}, "leave": {"organisation.left", ""},
	"invite": {"organisation.sent", "mailbox"}, "revoke": {"organisation.taken_back", ""}, "claim": {"organisation.named", "domain"},
	"check": {"organisation.proved", ""}, "give_up": {"organisation.given_up", ""},
}

func (h *pages) change(v *shell.Visit) error {
	id, do := v.Param("organisation"), v.Form("do")
	form := orgForm{mailbox: typed(v, "mailbox"), domain: typed(v, "domain"), roles: v.Forms("roles"), name: typed(v, "name")}
	press, known := presses[do]
	if !known {
		return problem.ErrMalformed
	}
	if err := h.press(v, id, do, form); err != nil {
		return h.refuse(v, err, press.field, func(status int, faults ui.Faults) error {
			form.faults = faults
			if do != "rename" {
				form.name = ""
			}
			return h.showOrganisation(v, status, form)
		})
	}
	v.Flash(press.said, "Mailbox", form.mailbox)
	if do == "leave" {
		return v.See("/organisations")
	}
	return v.See("/organisations/" + id)
}

func (h *pages) press(v *shell.Visit, id, do string, form orgForm) (err error) {
	ctx := v.Context()
	switch do {
	case "rename":
		_, err = h.accounts.RenameOrganisation(ctx, id, version(v), accountsapi.RenameOrganisation{Name: form.name})
	case "roles":
		_, err = h.accounts.SetRoles(ctx, id, v.Form("member"), version(v), accountsapi.SetRoles{Roles: form.roles})
	case "remove", "leave":
		err = h.accounts.EndMembership(ctx, id, v.Form("member"), 0)
	case "invite":
		_, err = h.accounts.InviteMember(ctx, "", id, accountsapi.InviteMember{Mailbox: form.mailbox, SetRoles: accountsapi.SetRoles{Roles: form.roles}})
	case "revoke":
		_, err = h.accounts.RevokeInvitation(ctx, id, v.Form("invitation"))
	case "claim":
		_, err = h.accounts.ClaimDomain(ctx, id, accountsapi.ClaimDomain{Domain: form.domain})
	case "check":
		_, err = h.accounts.CheckDomain(ctx, id, v.Form("claim"))
	case "give_up":
		err = h.accounts.WithdrawDomain(ctx, id, v.Form("claim"))
	}
	return err
}

// onField is what is wrong, the whole of it on a field.
func onField(l locale.L, err error, field string) ui.Faults {
	faults := ui.FaultsOf(l, err)
	for i := range faults {
		if faults[i].Field == "" {
			faults[i].Field = field
		}
	}
	return faults
}

// roleWords lists roles as people say them.
func roleWords(l locale.L, roles []string) string {
	var out []string
	for _, r := range roles {
		out = append(out, l.T("organisation.role."+r))
	}
	return l.List(out...)
}

func runs(o accountsapi.Organisation) bool {
	return slices.Contains(o.Mine, accountsapi.RoleOwner) || slices.Contains(o.Mine, accountsapi.RoleAdmin)
}

func reviews(o accountsapi.Organisation) bool {
	return o.Kind == accountsapi.KindEmployer && (slices.Contains(o.Mine, accountsapi.RoleHRReviewer) || slices.Contains(o.Mine, accountsapi.RoleLegalReviewer))
}

// offered are the roles that somebody may give: an owner's only by owners.
func offered(o accountsapi.Organisation) []string {
	all := rolesOf[o.Kind]
	if slices.Contains(o.Mine, accountsapi.RoleOwner) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(r string) bool { return r == accountsapi.RoleOwner })
}

func kindOptions(l locale.L) []ui.Option {
	var out []ui.Option
	for _, k := range kinds {
		out = append(out, ui.Option{Value: k, Label: l.T("organisation.kind_is." + k)})
	}
	return out
}

var claimTones = map[string]string{accountsapi.ClaimPending: "wait", accountsapi.ClaimHeld: "ok", accountsapi.ClaimLost: "stop", accountsapi.ClaimExpired: "stop"}

var invitationTones = map[string]string{accountsapi.InvitationOpen: "wait", accountsapi.InvitationAccepted: "ok"}

// called is how a member is named: by name, else by mailbox.
func called(l locale.L, m accountsapi.Member) string {
	switch {
	case m.Name != "":
		return m.Name
	case m.Mailbox != "":
		return m.Mailbox
	}
	return l.T("organisation.nameless")
}
