package billing

import (
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
)

// Refund is money on its way back to a buyer.
//
//	requested ──sent──▶ pending ──▶ succeeded
//	    │ refused           │            │ the bank returns it
//	    ▼                   ▼            ▼
//	 canceled             failed ◀───────┘ ──reissue──▶ requested (a new operation)
//	                        └──────────────reinstate──▶ reinstated
//
// Canceled and reinstated gave everything back to those it was taken from. Failed is open: the buyer is owed.
type Refund struct {
	ID            string
	OrderID       string
	OpID          *string
	StripeID      *string
	Amount        int64
	Currency      money.Currency
	FeeReturned   int64
	Status        billingapi.RefundStatus
	Settled       bool
	Returned      bool
	Reason        string
	FailureReason string
	Attempt       int        // how often it was sent, from 1
	FailedAt      *time.Time // since when it waits for a decision, nil while it does not
	RequestedBy   string
	IdemKey       *string
	IdemHash      *string
	CreatedAt     time.Time
}

// Stands says whether the refund counts against what may still be refunded.
func (r Refund) Stands() bool {
	return r.Status != billingapi.RefundCanceled && r.Status != billingapi.RefundReinstated
}

// View is the refund as others see it.
func (r Refund) View() billingapi.Refund {
	return billingapi.Refund{
		ID: r.ID, OrderID: r.OrderID, Amount: money.New(r.Amount, r.Currency), FeeReturned: money.New(r.FeeReturned, r.Currency),
		Status: r.Status, Reason: r.Reason, FailureReason: r.FailureReason, Created: r.CreatedAt,
	}
}

// refundStatus maps Stripe's status of a refund to ours.
func refundStatus(stripe string) billingapi.RefundStatus {
	switch stripe {
	case "succeeded":
		return billingapi.RefundSucceeded
	case "failed":
		return billingapi.RefundFailed
	case "canceled":
		return billingapi.RefundCanceled
	default:
		return billingapi.RefundPending
	}
}

// refundWords are the reasons that are told to Stripe. Any other is a note in the payee's own words.
var refundWords = []string{"requested_by_buyer", "withdrawal", "duplicate", "fraudulent"}

// stripeReason maps our reasons to those that Stripe knows.
func stripeReason(reason string) string {
	switch reason {
	case "duplicate", "fraudulent":
		return reason
	case "requested_by_buyer", "withdrawal":
		return "requested_by_customer"
	}
	return ""
}
