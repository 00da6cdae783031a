package storefrontapi

import (
	"time"

	"github.com/workfluence/workfluence/internal/money"
)

// States of an order. What happens to its money later (refunds, disputes) is
// told beside the state, and what the buyer may use by Access.
const (
	OrderStatePlaced     = "placed"     // written down; no checkout yet
	OrderStateOpen       = "open"       // the checkout waits for the buyer
	OrderStateProcessing = "processing" // the payment is on its way
	OrderStatePaid       = "paid"
	OrderStateFailed     = "failed"
	OrderStateExpired    = "expired"
)

// States of access.
const (
	AccessNone   = "none" // not paid
	AccessOpen   = "open"
	AccessPaused = "paused" // in dispute
	AccessClosed = "closed" // refunded
)

// Buyer is who buys, as they say.
type Buyer struct {
	Email   string `json:"email" validate:"omitempty,email,max=254"` // required without an account
	Name    string `json:"name,omitempty" validate:"max=120"`
	Company string `json:"company,omitempty" validate:"max=160"`
	// VATID may be typed with spaces, dots and small letters; the order keeps it without. How it is written is checked, with the check
	// digits of the countries that publish their rule; whether it is registered is not.
	VATID   string `json:"vat_id,omitempty" validate:"max=40"`
	Country string `json:"country" validate:"required,iso3166_1_alpha2"`
}

// Consent is what the buyer agreed to.
type Consent struct {
	// StartNow: begin at once, and the right to withdraw ends with it (where the
	// country gives one; PurchaseTerms says).
	StartNow bool `json:"start_now"`
}

// PlaceOrder buys one product at one price. A free product has no price.
type PlaceOrder struct {
	ProductID string  `json:"product_id" validate:"required,max=64"`
	PriceID   string  `json:"price_id,omitempty" validate:"max=64"`
	Buyer     Buyer   `json:"buyer"`
	Consent   Consent `json:"consent"`
	Locale    string  `json:"locale,omitempty" validate:"omitempty,oneof=en fr nl ar zh"`
	// BuyAgain says that the buyer knows that they have it already.
	BuyAgain bool `json:"buy_again,omitempty"`
}

// PlacedOrder is the answer: go to CheckoutURL, or, when it is empty, to Next.
type PlacedOrder struct {
	Order       Order  `json:"order"`
	CheckoutURL string `json:"checkout_url,omitempty"`
	// Next is the page of our own that follows: thanks, with the order's secret
	// where the buyer may have it.
	Next string `json:"next"`
	// AccessToken is the order's secret for a buyer without an account.
	AccessToken string `json:"access_token,omitempty"`
	// Again says that this order existed already and nothing new was begun.
	Again bool `json:"again,omitempty"`
}

// Withdrawal is a buyer's right to withdraw, as it stood when they ordered.
type Withdrawal struct {
	Applies bool `json:"applies"`
	Days    int  `json:"days,omitempty"`
	// LastDay is the last day on which the buyer may withdraw, as 2026-12-14, and Until the end of it in the buyer's country:
	// the first moment at which the right has ended. Both are empty once it is waived.
	LastDay string     `json:"last_day,omitempty"`
	Until   *time.Time `json:"until,omitempty"`
	// Ended: Until has come. What was bought can't be withdrawn from any more.
	Ended bool `json:"ended,omitempty"`
	// Waived: the buyer asked to begin at once, knowing that the right ends.
	Waived bool   `json:"waived,omitempty"`
	Source string `json:"source,omitempty"`
}

// Day is LastDay at noon UTC, for writing it as a date there; the zero time without one.
func (w Withdrawal) Day() time.Time {
	day, err := time.Parse(time.DateOnly, w.LastDay)
	if err != nil {
		return time.Time{}
	}
	return day.Add(12 * time.Hour)
}

// Order is a purchase as its buyer and its creator see it.
type Order struct {
	ID        string       `json:"id"`
	Number    string       `json:"number"`
	ProductID string       `json:"product_id"`
	CreatorID string       `json:"creator_id"`
	Title     string       `json:"title"`
	Amount    money.Amount `json:"amount"`
	State     string       `json:"state"`
	Access    string       `json:"access"`
	// RefundRequested closes access when it reaches Amount; Refunded has left.
	RefundRequested money.Amount `json:"refund_requested"`
	Refunded        money.Amount `json:"refunded"`
	// RefundFailed is what of RefundRequested came back from the buyer's bank: the creator decides about it.
	RefundFailed money.Amount `json:"refund_failed"`
	Disputed     bool         `json:"disputed,omitempty"`
	Buyer        Buyer        `json:"buyer"`
	Withdrawal   Withdrawal   `json:"withdrawal"`
	RefundDays   int          `json:"refund_days"`
	// RefundUntil is when the creator's own promise of RefundDays ends, counted from the payment to the second; RefundEnded says
	// that it has.
	RefundUntil   *time.Time `json:"refund_until,omitempty"`
	RefundEnded   bool       `json:"refund_ended,omitempty"`
	EntitlementID string     `json:"entitlement_id,omitempty"`
	// Attached: the order is in somebody's library.
	Attached bool       `json:"attached"`
	Placed   time.Time  `json:"placed"`
	PaidAt   *time.Time `json:"paid_at,omitempty"`
}

// OrderPage is a page of orders, newest first.
type OrderPage struct {
	Items []Order `json:"data"`
	Next  string  `json:"next,omitempty"`
}

// PurchaseTerms is what a buyer of a country is told before paying.
type PurchaseTerms struct {
	Country    string     `json:"country"`
	Withdrawal Withdrawal `json:"withdrawal"`
}

// Receipt is what a receipt says, for notify, billing and the buyer's page.
type Receipt struct {
	OrderID     string       `json:"order_id"`
	Number      string       `json:"number"`
	Email       string       `json:"email"`
	Locale      string       `json:"locale"`
	Title       string       `json:"title"`
	Amount      money.Amount `json:"amount"`
	Refunded    money.Amount `json:"refunded"`
	BuyerName   string       `json:"buyer_name,omitempty"`
	Company     string       `json:"company,omitempty"`
	VATID       string       `json:"vat_id,omitempty"`
	Country     string       `json:"country"`
	CreatorID   string       `json:"creator_id"`
	CreatorName string       `json:"creator_name"`
	BuyerID     string       `json:"buyer_id,omitempty"` // whose library holds the order; empty for a guest
	ProductPath string       `json:"product_path,omitempty"`
	PaidAt      time.Time    `json:"paid_at"`
	Withdrawal  Withdrawal   `json:"withdrawal"`
	RefundDays  int          `json:"refund_days"`
	// AccessURL is a path of our pages that opens the product, with the order's secret.
	AccessURL string `json:"access_url"`
	Seller    Seller `json:"seller"`
}

// Seller is the merchant of record.
type Seller struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	VATID   string `json:"vat_id,omitempty"`
	Email   string `json:"email"`
}
