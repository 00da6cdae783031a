package organisations

import (
	"net/http"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// workForm is what was typed about one employment.
type workForm struct {
	id, mailbox, at, zone string
	mailed                string // the employment whose code is on its way
	faults                ui.Faults
}

func (h *pages) employments(v *shell.Visit) error {
	return h.showWork(v, http.StatusOK, workForm{id: v.Query("about"), mailed: v.Query("code")})
}

// showWork shows for whom somebody works. Who said that they work for nobody is led to their settings, where they could say otherwise.
func (h *pages) showWork(v *shell.Visit, status int, form workForm) error {
	me, err := h.accounts.Me(v.Context())
	if err != nil {
		return err
	}
	if me.WorksFor == accountsapi.WorksNo {
		return v.See("/settings")
	}
	all, err := h.work.Employments(v.Context())
	if err != nil {
		return err
	}
	for _, e := range all.Items { // the forms are shown for one at a time
		if form.id == "" && e.Current {
			form.id = e.ID
		}
	}
	if form.zone == "" {
		form.zone = me.Zone
	}
	v.Page.Title = v.L.T("work.title")
	return v.ShowStatus(status, workPage(v.L, all.Items, form))
}

func (h *pages) postWork(v *shell.Visit) (err error) {
	form := workForm{id: v.Param("employment"), mailbox: typed(v, "mailbox"), at: typed(v, "at"), zone: typed(v, "zone")}
	said, to := "", "/employments"
	switch v.Form("do") {
	case "now":
		_, err = h.work.Leave(v.Context(), form.id, version(v), reviewapi.Leave{})
		said = "work.left"
	case "leave":
		if form.at == "" {
			form.faults.Add("at", v.L.T("field.required"))
			return h.showWork(v, problem.ErrInvalid.Status(), form)
		}
		_, err = h.work.Leave(v.Context(), form.id, version(v), reviewapi.Leave{At: form.at, Zone: form.zone})
		said = "work.will_leave"
	case "stay":
		_, err = h.work.Stay(v.Context(), form.id)
		said = "work.stays"
	case "return":
		_, err = h.work.Return(v.Context(), form.id)
		said = "work.back"
	case "prove":
		err = h.work.ProveEmployment(v.Context(), form.id, reviewapi.ProveEmployment{Mailbox: form.mailbox})
		said, to = "work.mailed", "/employments?about="+form.id+"&code="+form.id
	case "code":
		form.mailed = form.id
		_, err = h.work.ConfirmEmployment(v.Context(), form.id, reviewapi.WorkCode{Code: typed(v, "code")})
		said = "work.proved_now"
	default:
		return problem.ErrMalformed
	}
	if err != nil {
		field := map[string]string{"leave": "at", "prove": "mailbox", "code": "code"}[v.Form("do")]
		return h.refuse(v, err, field, func(status int, faults ui.Faults) error {
			form.faults = faults
			return h.showWork(v, status, form)
		})
	}
	v.Flash(said, "Mailbox", form.mailbox)
	return v.See(to)
}

// of are the faults of one employment's forms.
func (f workForm) of(id string) ui.Faults {
	if f.id == id {
		return f.faults
	}
	return nil
}
