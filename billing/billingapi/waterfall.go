package billingapi

import (
	"time"

	"github.com/workfluence/workfluence/internal/money"
)

// WaterfallRow is one movement of an order's money in the order of the ledger. Kind is a code that web has a sentence for. Amount is
// signed from the reader's view: positive came in, negative went out. Left is what remains for the reader after the row.
type WaterfallRow struct {
	At      time.Time        `json:"at"`
	Kind    WaterfallRowKind `json:"kind"`
	Amount  money.Amount     `json:"amount"`
	Left    money.Amount     `json:"left"`
	Journal string           `json:"journal"`
}

// WaterfallRowKind is a code of a row.
type WaterfallRowKind string

// The kinds of rows.
const (
	RowSale          WaterfallRowKind = "sale"           // what the buyer paid
	RowFee           WaterfallRowKind = "fee"            // our fee
	RowTax           WaterfallRowKind = "tax"            // tax we pay on
	RowOtherShares   WaterfallRowKind = "other_shares"   // what the other payees get
	RowRefund        WaterfallRowKind = "refund"         // given back to the buyer
	RowFeeReturned   WaterfallRowKind = "fee_returned"   // our fee, given back with a refund
	RowOtherReturned WaterfallRowKind = "other_returned" // the other payees' part of a refund
	RowTransfer      WaterfallRowKind = "transfer"       // moved to the Stripe account
	RowReversal      WaterfallRowKind = "reversal"       // taken back from the Stripe account after a refund
	RowNetted        WaterfallRowKind = "netted"         // settled an earlier refund
	RowReinstated    WaterfallRowKind = "reinstated"     // a failed refund, given back to the payees
)

// Waterfall explains every cent of an order to one of its payees.
type Waterfall struct {
	OrderID string         `json:"order_id"`
	Money   OrderMoney     `json:"money"`
	Plan    Plan           `json:"plan"`
	Share   money.Amount   `json:"share"`
	Rows    []WaterfallRow `json:"rows"`
	Refunds []Refund       `json:"refunds"`
	// Refundable is what can still be given back.
	Refundable money.Amount `json:"refundable"`
	// Held is what of the share is still with us: a refund takes it first.
	Held money.Amount `json:"held"`
	// AtStripe is what the reader's Stripe account holds in this currency, not below zero. A refund takes what Held lacks from there. If
	// it holds less than that, nothing is taken from it: all that Held lacks becomes a debt, which the reader's next sales settle.
	AtStripe money.Amount `json:"at_stripe"`
	// TransferDue is when the share leaves the risk window.
	TransferDue *time.Time `json:"transfer_due,omitempty"`
	Blocker     Blocker    `json:"blocker,omitempty"`
	NextStep    NextStep   `json:"next_step,omitempty"`
}
