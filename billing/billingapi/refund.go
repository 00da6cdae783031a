package billingapi

import (
	"time"

	"github.com/workfluence/workfluence/internal/money"
)

// RefundStatus is how far a refund is.
type RefundStatus string

// The statuses of a refund. Requested and pending may still fail; failed is open (the buyer is owed) until it is sent again or
// reinstated, which gives the money back to those it was taken from.
const (
	RefundRequested  RefundStatus = "requested"
	RefundPending    RefundStatus = "pending"
	RefundSucceeded  RefundStatus = "succeeded"
	RefundFailed     RefundStatus = "failed"
	RefundCanceled   RefundStatus = "canceled"
	RefundReinstated RefundStatus = "reinstated"
)

// RefundRequest asks to give a buyer back all (no amount) or a part of what is left of an order. Reason is the payee's own note; the
// words requested_by_buyer, withdrawal, duplicate and fraudulent are also told to Stripe.
type RefundRequest struct {
	OrderID string        `json:"order_id" validate:"required,max=64"`
	Amount  *money.Amount `json:"amount,omitempty"`
	Reason  string        `json:"reason" validate:"max=200"`
}

// Refund is one refund of an order. FeeReturned is the part that we give back from our fee.
type Refund struct {
	ID          string       `json:"id"`
	OrderID     string       `json:"order_id"`
	Amount      money.Amount `json:"amount"`
	FeeReturned money.Amount `json:"fee_returned"`
	Status      RefundStatus `json:"status"`
	Reason      string       `json:"reason"`
	// FailureReason is Stripe's word for why the refund failed, else empty.
	FailureReason string    `json:"failure_reason,omitempty"`
	Created       time.Time `json:"created"`
}
