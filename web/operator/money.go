package operator

import (
	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
)

// money shows what waits for somebody. Comparing with Stripe takes a question per payee, so it is asked for.
func (h *pages) money(v *shell.Visit) error {
	seen, err := h.till.Reconciliation(v.Context(), v.Query("compare") != "")
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("operator.money.title")
	return v.Show(moneyPage(v.L, seen))
}

// compare writes the press down and leads to the answer: looking again at it is no press.
func (h *pages) compare(v *shell.Visit) error {
	if err := h.audits.RecordPress(v.Context(), accountsapi.Press{Action: accountsapi.PressBooksCompared, Object: billingapi.Name, Part: billingapi.Name}); err != nil {
		return err
	}
	return v.See(moneyPath + "?compare=1")
}

// headline says what is so, and how much of it.
func headline(l locale.L, r billingapi.Reconciliation) string {
	switch n := len(r.Differences); {
	case n > 0:
		return l.N("operator.money.differ", n)
	case r.Compared:
		return l.T("operator.money.agree")
	}
	return l.T("operator.money.quiet")
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
