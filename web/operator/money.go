package operator

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// moneyView is the last look, and what to put right in an explanation that was not kept.
type moneyView struct {
	billingapi.Reconciliation
	faults ui.Faults
	typed  string            // into the control that has a fault
	names  map[string]string // of those who explained, by id
}

// who is the name of somebody who explained a difference; whoever has none any more is an operator all the same.
func (r moneyView) who(l locale.L, e billingapi.Explanation) string {
	return cmp.Or(r.names[e.By], l.T("operator.money.somebody"))
}

// money shows what the last look at the books found.
func (h *pages) money(v *shell.Visit) error { return h.showMoney(v, http.StatusOK, nil, "") }

func (h *pages) showMoney(v *shell.Visit, status int, faults ui.Faults, typed string) error {
	seen, err := h.till.Reconciliation(v.Context())
	if err != nil {
		return err
	}
	names, err := h.names(v.Context(), seen)
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("operator.money.title")
	return v.ShowStatus(status, moneyPage(v.L, moneyView{seen, faults, typed, names}))
}

// names asks once for the names of all who explained something.
func (h *pages) names(ctx context.Context, r billingapi.Reconciliation) (map[string]string, error) {
	names := map[string]string{}
	for _, f := range r.Findings {
		for _, e := range f.Explanations {
			names[e.By] = ""
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	known, err := h.people.Public(ctx, slices.Sorted(maps.Keys(names))...)
	for _, p := range known {
		names[p.ID] = p.Name
	}
	return names, err
}

// press explains a difference when one is named, and otherwise has the books looked at again. Billing writes both down.
func (h *pages) press(v *shell.Visit) error {
	if difference := v.Form("difference"); difference != "" {
		return h.explain(v, difference)
	}
	if _, err := h.till.Reconcile(v.Context()); err != nil {
		return err
	}
	return v.See(moneyPath)
}

func (h *pages) explain(v *shell.Visit, difference string) error {
	field := whyField(difference)
	// A browser sends lines with CRLF and counts them as one character each.
	why := strings.TrimSpace(strings.ReplaceAll(v.Form(field), "\r\n", "\n"))
	if why == "" {
		return h.showMoney(v, http.StatusUnprocessableEntity, ui.Faults{{Field: field, Text: v.L.T("operator.money.why_missing")}}, "")
	}
	switch err := h.till.Explain(v.Context(), difference, billingapi.ExplainRequest{Text: why, Gap: v.Form("gap")}); {
	case errors.Is(err, problem.ErrNotFound):
		v.Flash("operator.money.gone")
	case errors.Is(err, problem.ErrStale):
		v.Flash("operator.money.stale")
	case errors.Is(err, problem.ErrInvalid):
		faults := ui.FaultsOf(v.L, err)
		for i := range faults {
			faults[i].Field = field
		}
		return h.showMoney(v, http.StatusUnprocessableEntity, faults, why)
	case err != nil:
		return err
	default:
		v.Flash("operator.money.kept")
	}
	return v.See(moneyPath)
}

// whyField is the control that an explanation of a difference is typed into.
func whyField(difference string) string { return "why-" + difference }

func whyInput(l locale.L, r moneyView, f billingapi.Finding) ui.Input {
	in := ui.Input{ID: whyField(f.ID), Label: l.T("operator.money.why"), Hint: l.T("operator.money.why_hint"), Max: 1000, Required: true}
	if in.Error = r.faults.Of(in.ID); in.Error != "" {
		in.Value = r.typed
	}
	return in
}

// earlier are the explanations that do not show: those before the newest, or all when none holds.
func earlier(f billingapi.Finding) []billingapi.Explanation {
	if f.Explained != nil {
		return f.Explanations[1:]
	}
	return f.Explanations
}

// byExplanation parts what is open from what somebody has explained.
func byExplanation(all []billingapi.Finding) (open, explained []billingapi.Finding) {
	for _, f := range all {
		if f.Explained == nil {
			open = append(open, f)
		} else {
			explained = append(explained, f)
		}
	}
	return open, explained
}

// headline says what is so, and how much of it.
func headline(l locale.L, r billingapi.Reconciliation) string {
	open, explained := byExplanation(r.Findings)
	switch {
	case len(open) > 0:
		return l.N("operator.money.differ", len(open))
	case r.At == nil:
		return l.T("operator.money.first")
	case len(explained) > 0:
		return l.T("operator.money.all_explained")
	}
	return l.T("operator.money.agree")
}

// differenceTitle words a difference; its figures stand in it.
func differenceTitle(l locale.L, d billingapi.Difference) string {
	id := "operator.difference." + string(d.Kind) + ".title"
	switch {
	case d.Refund != nil:
		return l.T(id, "Amount", l.Money(d.Refund.Amount), "When", l.DateTime(d.Refund.Since))
	case d.Operation != nil:
		return l.T(id, "What", l.T("operator.operation."+d.Operation.Kind), "When", l.DateTime(d.Operation.Since))
	case d.Stripe != nil && d.Books != nil:
		return l.T(id, "Stripe", l.Money(*d.Stripe), "Books", l.Money(*d.Books))
	case d.Books != nil:
		return l.T(id, "Amount", l.Money(*d.Books))
	}
	return l.T(id)
}

// differenceTone is "warn" for what time may still settle and "stop" for what only a person can.
func differenceTone(d billingapi.Difference) string {
	if d.Kind == billingapi.DifferenceOperation {
		return "warn"
	}
	return "stop"
}
