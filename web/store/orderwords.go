package store

import (
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/ui"
)

// stand is where an order stands, as its buyer thinks of it: the money first, then what they may use.
func stand(o storefrontapi.Order) string {
	switch {
	case o.State == storefrontapi.OrderStatePlaced:
		return storefrontapi.OrderStateOpen
	case o.State != storefrontapi.OrderStatePaid:
		return o.State
	case o.Disputed:
		return "disputed"
	case o.RefundFailed.IsPositive():
		return "refund_failed"
	case !o.Amount.IsZero() && o.Refunded.Cmp(o.Amount) >= 0:
		return "refunded"
	case !o.Amount.IsZero() && o.RefundRequested.Cmp(o.Amount) >= 0:
		return "refunding"
	case !o.RefundRequested.IsZero():
		return "partly"
	case o.Amount.IsZero():
		return "free"
	}
	return "paid"
}

// tones are the shapes beside the words.
var tones = map[string]string{
	storefrontapi.OrderStateOpen: "", storefrontapi.OrderStateProcessing: "wait", storefrontapi.OrderStateFailed: "stop",
	storefrontapi.OrderStateExpired: "", "disputed": "warn", "refund_failed": "stop", "refunded": "", "refunding": "wait", "partly": "ok", "free": "ok", "paid": "ok",
}

func orderTag(l locale.L, o storefrontapi.Order) (tone, word string) {
	s := stand(o)
	return tones[s], l.T("store.state." + s)
}

// headline answers where the order stands.
func (o orderView) headline(l locale.L) string {
	s := stand(o.Order)
	data := []any{"Title", o.Title, "Amount", l.Money(o.Amount), "Refund", l.Money(o.RefundRequested), "Day", ""}
	if o.RefundFailed.IsPositive() {
		data[5] = l.Money(o.RefundFailed)
	}
	if o.PaidAt != nil {
		data[7] = l.Date(*o.PaidAt)
	}
	return l.T("store.order."+s, data...)
}

func (o orderView) explained(l locale.L) string { return l.T("store.order_text." + stand(o.Order)) }

// money lists what was paid and what went back.
func (o orderView) money(l locale.L) []ui.Fact {
	word := "store.order.amount"
	if o.PaidAt != nil {
		word = "store.order.amount_paid"
	}
	facts := []ui.Fact{{Label: l.T(word), Value: price(l, o.Amount), Money: true}}
	if !o.Refunded.IsZero() {
		facts = append(facts, ui.Fact{Label: l.T("store.order.back"), Value: l.SignedMoney(o.Refunded.Neg()), Money: true})
	}
	gone := o.Refunded
	gone.Minor += o.RefundFailed.Minor // that came back to us
	if way, err := o.RefundRequested.Sub(gone); err == nil && !way.IsZero() && !way.IsNegative() {
		facts = append(facts, ui.Fact{Label: l.T("store.order.on_its_way"), Value: l.SignedMoney(way.Neg()), Money: true})
	}
	facts = append(facts, ui.Fact{Label: l.T("store.order.number"), Value: o.Number})
	if o.PaidAt != nil {
		facts = append(facts, ui.Fact{Label: l.T("store.order.paid_on"), Value: l.Date(*o.PaidAt)})
	} else {
		facts = append(facts, ui.Fact{Label: l.T("store.order.placed_on"), Value: l.Date(o.Placed)})
	}
	if o.Buyer.Email != "" {
		facts = append(facts, ui.Fact{Label: l.T("store.order.receipt_to"), Value: o.Buyer.Email})
	}
	return facts
}

// price is an amount, or the word for nothing.
func price(l locale.L, a money.Amount) string {
	if a.IsZero() {
		return l.T("store.free")
	}
	return l.Money(a)
}

// waits says that the order can still be paid, over that another has to be placed.
func (o orderView) waits() bool { return stand(o.Order) == storefrontapi.OrderStateOpen }
func (o orderView) over() bool {
	return o.State == storefrontapi.OrderStateFailed || o.State == storefrontapi.OrderStateExpired
}

// refundable says that the money may be asked back: it was paid, and not all of it has been asked back.
func (o orderView) refundable() bool {
	s := stand(o.Order)
	return s == "paid" || s == "partly"
}

// withdrawal says what became of the right to withdraw, "" where there is none.
func (o orderView) withdrawal(l locale.L) string {
	w := o.Withdrawal
	switch {
	case !w.Applies:
		return ""
	case w.Waived:
		return l.T("store.order.withdrawal_waived")
	case w.LastDay == "":
		return ""
	case w.Ended:
		return l.T("store.order.withdrawal_ended", "Day", l.In("UTC").Date(w.Day()))
	}
	return l.T("store.order.withdrawal_until", "Day", l.In("UTC").Date(w.Day()))
}

// promise says what the creator promised of their own accord, and that it is over when it is. The moment is named with its time and
// place, because it counts to the second.
func (o orderView) promise(l locale.L) string {
	switch {
	case o.RefundUntil == nil:
		return l.T("store.back.none")
	case o.RefundEnded:
		return l.T("store.back.ended", "Day", l.DateTime(*o.RefundUntil), "Place", l.City())
	}
	return l.T("store.back.until", "Day", l.DateTime(*o.RefundUntil), "Place", l.City())
}

// openBack says that the buyer can still have their money back for the asking: by the creator's promise or by the law of their country.
func (o orderView) openBack() bool {
	return o.RefundUntil != nil && !o.RefundEnded || o.Withdrawal.LastDay != "" && !o.Withdrawal.Ended
}

// kept is what of the amount was not given back.
func kept(r storefrontapi.Receipt) money.Amount {
	left, err := r.Amount.Sub(r.Refunded)
	if err != nil { // one currency, and refunds are within the amount: billing's invariant
		return r.Amount
	}
	return left
}
