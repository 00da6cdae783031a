package operator

import (
	"errors"
	"strings"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
)

// money shows what the last look at the books found.
func (h *pages) money(v *shell.Visit) error {
	seen, err := h.till.Reconciliation(v.Context())
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("operator.money.title")
	return v.Show(moneyPage(v.L, seen))
}

// press explains a difference when one is named, and otherwise has the books looked at again. Both are written down first.
func (h *pages) press(v *shell.Visit) error {
	difference := v.Form("difference")
	if difference != "" {
		return h.explain(v, difference)
	}
	if err := h.audits.RecordPress(v.Context(), accountsapi.Press{Action: accountsapi.PressBooksCompared, Object: billingapi.Name, Part: billingapi.Name}); err != nil {
		return err
	}
	if _, err := h.till.Reconcile(v.Context()); err != nil {
		return err
	}
	return v.See(moneyPath)
}

func (h *pages) explain(v *shell.Visit, difference string) error {
	why := strings.TrimSpace(v.Form("why-" + difference))
	if why == "" {
		v.Flash("operator.money.why_missing")
		return v.See(moneyPath)
	}
	if err := h.audits.RecordPress(v.Context(), accountsapi.Press{Action: accountsapi.PressDifferenceExplained, Object: difference, Part: billingapi.Name}); err != nil {
		return err
	}
	switch err := h.till.Explain(v.Context(), difference, billingapi.ExplainRequest{Text: why}); {
	case errors.Is(err, problem.ErrNotFound):
		v.Flash("operator.money.gone")
	case err != nil:
		return err
	default:
		v.Flash("operator.money.kept")
	}
	return v.See(moneyPath)
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
