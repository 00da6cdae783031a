package billing

import (
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
)

// Order is what billing knows about the money of one order: the row that every change of it locks first.
type Order struct {
	OrderID         string
	PlanID          string
	Kind            string
	ProductID       string
	RequestHash     string
	State           billingapi.OrderState
	Version         int64
	Gross           int64
	Currency        money.Currency
	SessionID       *string
	SessionURL      *string
	CheckoutEndsAt  time.Time
	CheckoutLookAt  *time.Time
	PaymentID       *string
	ChargeID        *string
	ChargeTxn       *string
	CardLast4       *string
	BuyerErased     bool // then no digits of a card are kept
	PaidAt          *time.Time
	RefundRequested int64
	Refunded        int64
	RefundFailed    int64 // of what was requested: came back from the buyer's bank and is not decided
	Disputed        bool
	Frozen          bool
	CreatedAt       time.Time
}

// Money is the order as others see it.
func (o Order) Money() billingapi.OrderMoney {
	return billingapi.OrderMoney{
		OrderID: o.OrderID, Version: o.Version, State: o.State, Gross: o.amount(o.Gross), PaidAt: o.PaidAt,
		RefundRequested: o.amount(o.RefundRequested), Refunded: o.amount(o.Refunded), RefundFailed: o.amount(o.RefundFailed), Disputed: o.Disputed,
	}
}

func (o Order) amount(minor int64) money.Amount { return money.New(minor, o.Currency) }

// Refundable is what can still be given back: what was paid less all that was requested.
func (o Order) Refundable() int64 {
	if o.State != billingapi.OrderPaid {
		return 0
	}
	return o.Gross - o.RefundRequested
}

// MayBecome says whether the payment's state may change. Paid wins over everything and is final; a closed checkout may still turn out
// to have been paid (storefront.md case 29, money.md §7).
func (o Order) MayBecome(next billingapi.OrderState) bool {
	switch o.State {
	case billingapi.OrderPaid:
		return false
	case billingapi.OrderNone:
		return next != billingapi.OrderNone
	case billingapi.OrderProcessing:
		return next == billingapi.OrderPaid || next == billingapi.OrderFailed || next == billingapi.OrderExpired
	default:
		return next == billingapi.OrderPaid
	}
}

// Settled says that the payment is booked with its balance transaction, so that no further payment event can teach anything.
func (o Order) Settled() bool { return o.State == billingapi.OrderPaid && o.ChargeTxn != nil }

// text is a pointer's string, or "".
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
