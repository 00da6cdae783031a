package billing

import (
	"context"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
)

// Waterfall explains an order to one of its payees, from the journals themselves and in their order: what came in, what left and what
// remains for the reader after each step. What the others get is one figure. An operator who is no payee reads as the first payee.
// Error: problem.ErrNotFound.
func (s *Service) Waterfall(ctx context.Context, who Asker, orderID string) (billingapi.Waterfall, error) {
	none := billingapi.Waterfall{}
	o, known, err := found(one[orderRow](ctx, s.pool, "OrderWithPlan", args{"order_id": orderID}))
	if err != nil {
		return none, err
	}
	legs, err := many[Leg](ctx, s.pool, "Legs", args{"order_id": orderID})
	if err != nil {
		return none, err
	}
	l := &locked{Order: o.Order, Legs: legs}
	if !known || !who.sees(l) {
		return none, problem.ErrNotFound
	}
	if l.Plan, err = openPlan(o.Body, o.Digest); err != nil {
		return none, err
	}
	reader := legs[0]
	for _, g := range legs {
		if g.PersonID == who.Person {
			reader = g
		}
	}
	journals, err := ledger.BySource(ctx, s.pool, orderID)
	if err != nil {
		return none, err
	}
	refunds, err := many[Refund](ctx, s.pool, "Refunds", args{"order_id": orderID})
	if err != nil {
		return none, err
	}
	acct, _, err := found(one[Account](ctx, s.pool, "Account", args{"person_id": reader.PersonID}))
	if err != nil {
		return none, err
	}
	out := billingapi.Waterfall{
		OrderID: orderID, Money: o.Money(), Plan: l.Plan.Plan, Share: money.New(reader.Share, o.Currency), Refunds: []billingapi.Refund{},
		Refundable: money.New(o.Refundable(), o.Currency), TransferDue: reader.DueAt, Rows: []billingapi.WaterfallRow{},
	}
	out.Held, out.AtStripe = money.New(reader.Payable, o.Currency), money.New(0, o.Currency)
	if acct.StripeID != nil {
		books, err := ledger.Balances(ctx, s.pool, string(ledger.MB(*acct.StripeID)))
		if err != nil {
			return none, err
		}
		for _, b := range books {
			if b.Account == ledger.MB(*acct.StripeID) && b.Amount.Currency == o.Currency {
				out.AtStripe.Minor = max(b.Amount.Minor, 0)
			}
		}
	}
	for _, r := range refunds {
		out.Refunds = append(out.Refunds, r.View())
	}
	f := fall{reader: reader.PersonID, holder: text(acct.StripeID), currency: o.Currency}
	for _, j := range journals {
		f.add(j)
	}
	out.Rows = append(out.Rows, f.rows...)
	out.Blocker = reader.Blocker
	if reader.Payable > 0 && reader.DueAt != nil && reader.DueAt.After(s.now()) {
		out.Blocker, out.NextStep = billingapi.BlockerRiskWindow, billingapi.StepWait
	} else if out.Blocker != billingapi.BlockerNone {
		if _, out.NextStep = acct.Blocker(); out.NextStep == billingapi.StepNone {
			out.NextStep = billingapi.StepWait
		}
	}
	return out, nil
}

// fall builds the rows of one reader.
type fall struct {
	reader   string
	holder   string // the reader's Stripe account
	currency money.Currency
	left     int64
	rows     []billingapi.WaterfallRow
}

// add turns a journal into the rows that concern the reader.
func (f *fall) add(j ledger.Journal) {
	// What the journal moves, by whose it is: + is a debit.
	var gross, fee, tax, clearing, own, others, rail int64
	for _, e := range j.Entries {
		switch class := e.Account.Class(); {
		case class == "SB":
			gross += e.Amount.Minor
		case class == "PF":
			fee += e.Amount.Minor
		case class == "TX":
			tax += e.Amount.Minor
		case class == "RC":
			clearing += e.Amount.Minor
		case (class == "CP" || class == "CR") && e.Account.Owner() == f.reader:
			own += e.Amount.Minor
		case class == "CP" || class == "CR":
			others += e.Amount.Minor
		case class == "MB" && e.Account.Owner() == f.holder:
			rail += e.Amount.Minor
		}
	}
	switch j.Kind {
	case "sale.paid":
		f.row(j, billingapi.RowSale, gross)
		f.row(j, billingapi.RowTax, tax)
		f.row(j, billingapi.RowFee, fee)
		f.row(j, billingapi.RowOtherShares, others)
	case "refund.reserved":
		f.row(j, billingapi.RowRefund, clearing)
		f.row(j, billingapi.RowTax, tax)
		f.row(j, billingapi.RowFeeReturned, fee)
		f.row(j, billingapi.RowOtherReturned, others)
	case "refund.reinstated":
		f.row(j, billingapi.RowReinstated, -own)
	case "transfer.posted":
		f.row(j, billingapi.RowTransfer, -rail)
	case "transfer.reversed":
		f.row(j, billingapi.RowReversal, -rail)
	case "receivable.netted":
		for _, e := range j.Entries {
			if e.Account == ledger.CP(f.reader) {
				f.row(j, billingapi.RowNetted, -e.Amount.Minor)
			}
		}
	}
}

// row adds a movement that is not nothing.
func (f *fall) row(j ledger.Journal, kind billingapi.WaterfallRowKind, amount int64) {
	if amount == 0 {
		return
	}
	f.left += amount
	f.rows = append(f.rows, billingapi.WaterfallRow{
		At: j.EffectiveAt, Kind: kind, Amount: money.New(amount, f.currency), Left: money.New(f.left, f.currency), Journal: j.Key,
	})
}
