package creator

import (
	"slices"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

func (h *pages) sales(v *shell.Visit) error {
	list, err := h.shop.Sales(v.Context(), v.Query("product"), v.Query("after"))
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("creator.sales.title")
	return v.Show(salesList(v.L, list))
}

// saleView is one order with its money; a free one has none.
type saleView struct {
	storefrontapi.Order
	flow    *billingapi.Waterfall
	mayGive bool   // the money back
	theirs  bool   // to give back, by the person whom the visitor acts for
	acting  string // who alone answers Stripe and gives money back, "" for the creator
}

func (h *pages) sale(v *shell.Visit) error {
	view, err := h.order(v)
	if err != nil {
		return err
	}
	v.Page.Title = view.Title
	return v.Show(sale(v.L, view))
}

// order reads an order of the creator's. A mandate that shows sales does not have to show money.
func (h *pages) order(v *shell.Visit) (saleView, error) {
	o, err := h.shop.Order(v.Context(), v.Param("order"), "")
	if err != nil {
		return saleView{}, err
	}
	if o.CreatorID != v.Caller.Subject() {
		return saleView{}, problem.ErrNotFound // it was bought, not sold, by whoever asks
	}
	view := saleView{Order: o, acting: v.Acting()}
	if o.PaidAt == nil || o.Amount.IsZero() {
		return view, nil
	}
	flow, err := h.till.Waterfall(v.Context(), o.ID)
	switch problem.From(err) {
	case nil:
		view.flow = &flow
	default:
		if k := problem.From(err).Kind; k != problem.NotFound && k != problem.Forbidden {
			return saleView{}, err
		}
	}
	gives := view.flow != nil && flow.Refundable.IsPositive() && !o.Disputed
	view.mayGive, view.theirs = gives && v.Caller.For == "", gives && v.Caller.For != ""
	return view, nil
}

// postFailedRefund decides about a refund that the buyer's bank sent back. One that somebody has decided about already leads back to the
// sale, which says what is so.
func (h *pages) postFailedRefund(v *shell.Visit) error {
	view, err := h.order(v)
	if err != nil {
		return err
	}
	decide, said := h.till.ReissueRefund, "creator.sale.sent_again"
	if v.Form("do") == "give_up" {
		decide, said = h.till.ReinstateRefund, "creator.sale.given_up"
	}
	if view.flow == nil || !slices.ContainsFunc(view.flow.Refunds, func(r billingapi.Refund) bool { return r.ID == v.Param("refund") }) {
		return problem.ErrNotFound
	}
	switch _, err := decide(v.Context(), v.Param("refund")); {
	case err == nil:
		v.Flash(said)
	case problem.From(err).Kind != problem.Conflict:
		return err
	}
	return v.See("/sales/" + view.ID)
}

// movement is a line below the waterfall: money that changed its place and not its owner.
type movement struct {
	text, day string
	amount    money.Amount
}

// steps says how the rows of an order's money enter the waterfall. What is missing is a movement.
var steps = map[billingapi.WaterfallRowKind]bool{
	billingapi.RowSale: true, billingapi.RowFee: true, billingapi.RowTax: true, billingapi.RowOtherShares: true, billingapi.RowRefund: true,
	billingapi.RowFeeReturned: true, billingapi.RowOtherReturned: true, billingapi.RowReinstated: true,
}

// fallOf turns the ledger's rows into the waterfall and the movements below it. Its net is the sum of what it shows.
func fallOf(l locale.L, w billingapi.Waterfall) (rows []ui.WaterfallRow, moves []movement) {
	net := money.New(0, w.Money.Gross.Currency)
	for _, r := range w.Rows {
		words := l.T("creator.row." + string(r.Kind))
		if !steps[r.Kind] {
			moves = append(moves, movement{words, l.Date(r.At), magnitude(r.Amount)})
			continue
		}
		step := ui.Plus
		if r.Amount.IsNegative() {
			step = ui.Minus
		}
		rows = append(rows, ui.WaterfallRow{Step: step, Label: words, Amount: magnitude(r.Amount)})
		net.Minor += r.Amount.Minor
	}
	if len(rows) > 0 {
		rows = append(rows, ui.WaterfallRow{Step: ui.Net, Label: l.T("creator.sale.yours"), Amount: net})
		if w.TransferDue != nil && net.IsPositive() && w.Blocker == billingapi.BlockerRiskWindow {
			rows = append(rows, ui.WaterfallRow{Step: ui.After, Label: l.T("creator.sale.due", "Day", l.Date(*w.TransferDue)), Tag: ui.Tag("wait", l.T("creator.sale.waits"))})
		}
	}
	return rows, moves
}

func magnitude(a money.Amount) money.Amount {
	if a.IsNegative() {
		return a.Neg()
	}
	return a
}

// buyerName is how a buyer is named: by name, else by address.
func buyerName(b storefrontapi.Buyer) string {
	if b.Name != "" {
		return b.Name
	}
	return b.Email
}

// orderTag is an order's state as a tone and a word: first what its money does now, then how it ended.
func orderTag(l locale.L, o storefrontapi.Order) (tone, word string) {
	paid := o.State == storefrontapi.OrderStatePaid
	switch {
	case o.Disputed:
		return "stop", l.T("creator.order.disputed")
	case paid && o.Amount.IsZero():
		return "ok", l.T("creator.order.given")
	case paid && o.RefundFailed.IsPositive():
		return "stop", l.T("creator.order.refund_failed")
	case paid && o.RefundRequested.Cmp(o.Refunded) > 0:
		return "wait", l.T("creator.order.refunding")
	case paid && o.Refunded.IsPositive() && o.Refunded.Cmp(o.Amount) >= 0:
		return "", l.T("creator.order.refunded")
	case paid && o.Refunded.IsPositive():
		return "ok", l.T("creator.order.part_refunded")
	}
	return orderTones[o.State], l.T("creator.order." + o.State)
}

var orderTones = map[string]string{
	storefrontapi.OrderStatePaid: "ok", storefrontapi.OrderStateProcessing: "wait", storefrontapi.OrderStateFailed: "stop",
}

// saleHeadline says who bought what.
func saleHeadline(l locale.L, o storefrontapi.Order) string {
	if o.PaidAt == nil {
		return l.T("creator.sale.unpaid", "Buyer", buyerName(o.Buyer), "Title", o.Title)
	}
	return l.T("creator.sale.headline", "Buyer", buyerName(o.Buyer), "Title", o.Title)
}

// saleFacts are what is known about an order.
func saleFacts(l locale.L, o storefrontapi.Order) []ui.Fact {
	facts := []ui.Fact{
		{Label: l.T("creator.sale.number"), Value: o.Number}, {Label: l.T("creator.sale.buyer"), Value: buyerName(o.Buyer)},
	}
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, ui.Fact{Label: label, Value: value})
		}
	}
	if o.Buyer.Name != "" {
		add(l.T("creator.sale.email"), o.Buyer.Email)
	}
	add(l.T("creator.sale.company"), o.Buyer.Company)
	add(l.T("creator.sale.vat"), o.Buyer.VATID)
	add(l.T("creator.sale.placed"), l.DateTime(o.Placed))
	if o.PaidAt != nil {
		add(l.T("creator.sale.paid"), l.DateTime(*o.PaidAt))
	}
	facts = append(facts, ui.Fact{Label: l.T("creator.sale.amount"), Value: l.Money(o.Amount), Money: true})
	if o.Refunded.IsPositive() {
		facts = append(facts, ui.Fact{Label: l.T("creator.sale.refunded"), Value: l.Money(o.Refunded), Money: true})
	}
	add(l.T("creator.sale.access"), l.T("creator.access."+o.Access))
	return facts
}
