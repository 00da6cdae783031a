package public

import (
	"net/http"
	"strings"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// chargeForm is what someone reads off their statement, as typed.
type chargeForm struct {
	last4, amount, currency, day string
	faults                       ui.Faults
	sent                         bool
}

func (h *pages) charge(v *shell.Visit) error {
	v.Page.Title, v.Page.Description = v.L.T("charge.title"), v.L.T("charge.lede")
	return v.Show(charge(v.L, chargeForm{currency: string(sold[0]), sent: v.Query("sent") == "yes"}))
}

// lookUp always ends on the same page: whether a charge exists is for its buyer's mailbox alone.
func (h *pages) lookUp(v *shell.Visit) error {
	form := chargeForm{
		last4: strings.TrimSpace(v.Form("last4")), amount: strings.TrimSpace(v.Form("amount")),
		currency: v.Form("currency"), day: v.Form("day"),
	}
	if !isSold(form.currency) {
		form.currency = string(sold[0])
	}
	amount, err := v.L.Amount(form.amount, money.Currency(form.currency))
	if err != nil {
		form.faults.Add("amount", v.L.T("charge.not_an_amount"))
	}
	if len(form.last4) != 4 || strings.Trim(form.last4, "0123456789") != "" {
		form.faults.Add("last4", v.L.T("charge.not_four_digits"))
	}
	if form.day == "" {
		form.faults.Add("day", v.L.T("field.required"))
	}
	if form.faults == nil {
		err := h.billing.LookUpCharge(v.Context(), billingapi.LookupRequest{Last4: form.last4, Amount: amount, Day: form.day})
		if err == nil {
			return v.See("/charge?sent=yes")
		}
		if problem.From(err).Kind != problem.Invalid {
			return err
		}
		form.faults = ui.FaultsOf(v.L, err)
	}
	v.Page.Title = v.L.T("charge.title")
	return v.ShowStatus(http.StatusUnprocessableEntity, charge(v.L, form))
}
