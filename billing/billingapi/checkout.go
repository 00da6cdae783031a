package billingapi

import (
	"time"

	"github.com/workfluence/workfluence/internal/money"
)

// Payee is one person who shares in a sale. Weight is relative to the weights of the other payees and positive.
type Payee struct {
	Person string `json:"person" validate:"required,max=64"`
	Weight int64  `json:"weight" validate:"min=1,max=1000000"`
}

// CheckoutRequest asks for the money plan and the hosted checkout of one order. It is idempotent by OrderID: the same request gets
// the same answer, another one is ErrCheckoutDiffers.
type CheckoutRequest struct {
	OrderID    string       `json:"order_id" validate:"required,max=64"`
	Kind       string       `json:"kind" validate:"required,oneof=sale"`
	Title      string       `json:"title" validate:"required,max=250"`
	ProductID  string       `json:"product_id" validate:"required,max=64"`
	Gross      money.Amount `json:"gross" validate:"required"`
	Payees     []Payee      `json:"payees" validate:"required,min=1,max=20,dive"`
	BuyerEmail string       `json:"buyer_email" validate:"required,email,max=254"`
	Locale     string       `json:"locale" validate:"max=10"`
	// Country is the buyer's, ISO 3166-1 alpha-2; it picks the rule set.
	Country string `json:"country" validate:"omitempty,len=2"`
	// SuccessPath and CancelPath are paths of our own origin to which the hosted checkout returns.
	SuccessPath string `json:"success_path" validate:"required,startswith=/,max=500"`
	CancelPath  string `json:"cancel_path" validate:"required,startswith=/,max=500"`
}

// Share is what one payee gets of an order.
type Share struct {
	Person string       `json:"person"`
	Weight int64        `json:"weight"`
	Amount money.Amount `json:"amount"`
}

// Plan is the money plan of an order: computed once, stored immutably, and the only thing that postings read. Gross is Fee plus Tax
// plus the sum of Shares, exactly.
type Plan struct {
	ID      string       `json:"id"`
	OrderID string       `json:"order_id"`
	Kind    string       `json:"kind"`
	Gross   money.Amount `json:"gross"`
	Tax     money.Amount `json:"tax"`
	Fee     money.Amount `json:"fee"`
	Shares  []Share      `json:"shares"`
	// FeeBasisPoints and RuleSet say by which dated rules the plan was made.
	FeeBasisPoints int64  `json:"fee_basis_points"`
	RuleSet        string `json:"rule_set"`
	// RiskWindowDays is how long after the payment the shares wait before they are transferred.
	RiskWindowDays int       `json:"risk_window_days"`
	Created        time.Time `json:"created"`
}

// Checkout is the hosted checkout of an order. PlanDigest is the SHA-256, in hex, of the plan's RFC 8785 JSON.
type Checkout struct {
	PlanID     string    `json:"plan_id"`
	PlanDigest string    `json:"plan_digest"`
	Plan       Plan      `json:"plan"`
	URL        string    `json:"url"`
	ExpiresAt  time.Time `json:"expires_at"`
}

// OrderState is how far the payment of an order is.
type OrderState string

// The states of an order's payment. Paid is final: refunds and disputes are facts beside it.
const (
	OrderNone       OrderState = "none"
	OrderProcessing OrderState = "processing"
	OrderPaid       OrderState = "paid"
	OrderFailed     OrderState = "failed"
	OrderExpired    OrderState = "expired"
)

// OrderMoney is what is known about the money of one order. A higher Version replaces a lower one, whatever came last.
type OrderMoney struct {
	OrderID string       `json:"order_id"`
	Version int64        `json:"version"`
	State   OrderState   `json:"state"`
	Gross   money.Amount `json:"gross"`
	PaidAt  *time.Time   `json:"paid_at,omitempty"`
	// RefundRequested closes access when it reaches Gross; it falls again when a refund is cancelled or reinstated.
	RefundRequested money.Amount `json:"refund_requested"`
	// Refunded is what has left for the buyer.
	Refunded money.Amount `json:"refunded"`
	// RefundFailed is what of RefundRequested came back from the buyer's bank, and waits for being sent again or given up.
	RefundFailed money.Amount `json:"refund_failed"`
	// Disputed pauses access while the buyer's bank disputes the payment.
	Disputed bool `json:"disputed"`
}
