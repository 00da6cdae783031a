package creator

import (
	"net/http"
	"strings"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// reasons are the words that a refund may carry, in the order of the choice.
var reasons = []string{"requested_by_buyer", "withdrawal", "duplicate", "other"}

// refundForm is a refund as typed. Key is minted with the form, so that a doubled press is one refund.
type refundForm struct {
	amount, reason, key string
	cost                *refundCost // of the amount as typed, nil while it can't be read
	faults              ui.Faults
}

// refundCost says who bears a refund.
type refundCost struct {
	back money.Amount // to the buyer
	fee  money.Amount // that we give back
	rest money.Amount // of the creator, or of all who share
	debt money.Amount // of the creator, that is neither with us nor at their Stripe account any more
	sole bool         // the creator shares with nobody
}

func (h *pages) refund(v *shell.Visit) error {
	view, err := h.order(v)
	if err != nil {
		return err
	}
	if !view.mayGive {
		return v.See("/sales/" + view.ID) // its page says why there is nothing to give back
	}
	form := refundForm{amount: view.flow.Refundable.Decimal(), reason: reasons[0], key: id.New("key")}
	form.cost = costOf(*view.flow, view.flow.Refundable)
	return h.showRefund(v, http.StatusOK, view, form)
}

func (h *pages) showRefund(v *shell.Visit, status int, view saleView, form refundForm) error {
	v.Page.Title = v.L.T("creator.refund.title")
	return v.ShowStatus(status, refund(v.L, view, form))
}

func (h *pages) postRefund(v *shell.Visit) error {
	view, err := h.order(v)
	if err != nil {
		return err
	}
	form := refundForm{amount: strings.TrimSpace(v.Form("amount")), reason: v.Form("reason"), key: v.Form("key")}
	amount, err := v.L.Amount(form.amount, view.Amount.Currency)
	if err != nil || !amount.IsPositive() {
		form.faults.Add("amount", v.L.T("creator.refund.amount_fault", "Currency", string(view.Amount.Currency)))
		return h.showRefund(v, problem.ErrInvalid.Status(), view, form)
	}
	if view.flow != nil {
		form.cost = costOf(*view.flow, amount)
	}
	if v.Form("do") == "look" {
		if form.cost == nil && view.flow != nil {
			form.faults.Add("amount", v.L.T("creator.refund.too_much", "Amount", v.L.Money(view.flow.Refundable)))
			return h.showRefund(v, problem.ErrInvalid.Status(), view, form)
		}
		return h.showRefund(v, http.StatusOK, view, form)
	}
	// A press that is repeated finds nothing left to give back; its key finds the refund that it made.
	_, err = h.till.Refund(v.Context(), form.key, billingapi.RefundRequest{OrderID: view.ID, Amount: &amount, Reason: form.reason})
	if err != nil {
		if !shown(err) {
			return err
		}
		form.faults = at(faultsOf(v.L, err), "amount")
		for i := range form.faults {
			form.faults[i].Field = "amount"
		}
		form.key = id.New("key") // another amount is another wish
		return h.showRefund(v, problem.From(err).Status(), view, form)
	}
	v.Flash("creator.refund.done", "Amount", v.L.Money(amount), "Buyer", buyerName(view.Buyer))
	return v.See("/sales/" + view.ID)
}

// costOf divides a refund as the ledger will: fee and tax come back as shares of all that is refunded, less what came
// back before, and those who share bear the rest. It is nil for more than what can be given back.
func costOf(w billingapi.Waterfall, amount money.Amount) *refundCost {
	if amount.Currency != w.Refundable.Currency || amount.Cmp(w.Refundable) > 0 || w.Plan.Gross.IsZero() {
		return nil
	}
	before, returned := int64(0), int64(0)
	for _, r := range w.Refunds {
		if r.Status != billingapi.RefundCanceled && r.Status != billingapi.RefundReinstated {
			before += r.Amount.Minor
			returned += r.FeeReturned.Minor
		}
	}
	gross := w.Plan.Gross.Minor
	tax := money.Share(before+amount.Minor, w.Plan.Tax.Minor, gross) - money.Share(before, w.Plan.Tax.Minor, gross)
	fee := min(money.Share(before+amount.Minor, w.Plan.Fee.Minor, gross)-returned, amount.Minor-tax)
	in := func(minor int64) money.Amount { return money.New(minor, amount.Currency) }
	c := refundCost{back: amount, fee: in(fee), rest: in(amount.Minor - fee - tax), debt: in(0), sole: len(w.Plan.Shares) == 1}
	shares := int64(0)
	for _, s := range w.Plan.Shares {
		shares += s.Amount.Minor
	}
	if shares > 0 && w.Held.Currency == amount.Currency {
		// Stripe takes back all that we no longer hold, or nothing of it.
		if lacks := money.Share(c.rest.Minor, w.Share.Minor, shares) - w.Held.Minor; lacks > w.AtStripe.Minor {
			c.debt = in(lacks)
		}
	}
	return &c
}

func reasonOptions(l locale.L) []ui.Option {
	var out []ui.Option
	for _, r := range reasons {
		out = append(out, ui.Option{Value: r, Label: reasonWords(l, r)})
	}
	return out
}

// reasonWords is a kept reason in words; what the API was given is shown as it is.
func reasonWords(l locale.L, reason string) string {
	if reason == "other" {
		return l.T("creator.reason.elsewise")
	}
	if id := "creator.reason." + reason; l.Has(id) {
		return l.T(id)
	}
	return reason
}

var refundTones = map[billingapi.RefundStatus]string{
	billingapi.RefundRequested: "wait", billingapi.RefundPending: "wait", billingapi.RefundSucceeded: "ok", billingapi.RefundFailed: "stop",
}

func refundHint(l locale.L, view saleView) string {
	if view.flow == nil {
		return ""
	}
	return l.T("creator.refund.amount_hint", "Amount", l.Money(view.flow.Refundable))
}

// costFacts says in three lines what a refund means.
func costFacts(l locale.L, c refundCost) []ui.Fact {
	rest := "creator.refund.cost_shared"
	if c.sole {
		rest = "creator.refund.cost"
	}
	return []ui.Fact{
		{Label: l.T("creator.refund.back"), Value: l.Money(c.back), Money: true},
		{Label: l.T("creator.refund.fee"), Value: l.Money(c.fee), Money: true},
		{Label: l.T(rest), Value: l.Money(c.rest), Money: true},
	}
}
