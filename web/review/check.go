package review

import (
	"net/http"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// checkView is a document with what a pre-screen says of it.
type checkView struct {
	hints  reviewapi.Hints
	policy string
	faults ui.Faults
}

// check shows which clauses a document touches. Nothing is kept, and nobody learns of it.
func (h *pages) check(v *shell.Visit) error {
	return h.showCheck(v, http.StatusOK, reviewapi.Prescreen{DocumentID: v.Query("document"), Locale: string(v.L.Tag)}, nil)
}

func (h *pages) postCheck(v *shell.Visit) error {
	return h.showCheck(v, http.StatusOK, reviewapi.Prescreen{DocumentID: v.Query("document"), Policy: typed(v, "policy"), Locale: string(v.L.Tag)}, nil)
}

func (h *pages) showCheck(v *shell.Visit, status int, in reviewapi.Prescreen, faults ui.Faults) error {
	asked := in
	if len(faults) > 0 {
		asked.Policy = "" // which can't be read; what was typed stays in its field
	}
	hints, err := h.desk.Prescreen(v.Context(), asked)
	if p := problem.From(err); p != nil {
		switch {
		case p.Kind == problem.Invalid && len(faults) == 0:
			return h.showCheck(v, p.Status(), in, ui.FaultsOf(v.L, err))
		case p.Kind == problem.Conflict:
			v.Flash("problem." + p.Code + ".text")
			return v.See("/documents/" + in.DocumentID)
		}
		return err
	}
	v.Page.Title = checkTitle(v.L, hints)
	return v.ShowStatus(status, checkPage(v.L, checkView{hints: hints, policy: in.Policy, faults: faults}))
}

// checkTitle is the answer: how many passages touch a rule.
func checkTitle(l locale.L, h reviewapi.Hints) string {
	if len(h.Hits) == 0 {
		return l.T("review.check.nothing")
	}
	return l.N("review.check.title", len(h.Hits))
}
