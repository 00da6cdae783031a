package storefront

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Order is one purchase, as its row says.
type Order struct {
	ID                string
	Number            string
	ProductID         string
	CreatorID         string
	PublicationID     string
	PriceID           *string
	Title             string
	Amount            int64
	Currency          money.Currency
	BuyerKey          string
	PersonID          *string
	Email             string
	BuyerName         string
	Company           string
	VatID             string
	Country           string
	Locale            string
	Terms             []byte // JSON of Terms
	PlanID            *string
	PlanDigest        *string
	State             string
	CheckoutURL       *string
	CheckoutExpiresAt *time.Time
	MoneyVersion      int64
	RefundRequested   int64
	Refunded          int64
	RefundFailed      int64
	Disputed          bool
	IdemScope         string
	IdemKey           *string
	BodyHash          []byte
	RetryAt           *time.Time
	PlacedAt          time.Time
	PaidAt            *time.Time
	EntitlementID     *string
	Access            *string
}

// Terms are what was agreed when the order was made.
type Terms struct {
	RefundDays int                      `json:"refund_days"`
	Withdrawal storefrontapi.Withdrawal `json:"withdrawal"`
}

// orderPrefix, entitlementPrefix and the others name what an id is of.
const (
	orderPrefix       = "order"
	entitlementPrefix = "ent"
	productPrefix     = "prod"
	pricePrefix       = "price"
	sectionPrefix     = "sec"
	lessonPrefix      = "lesson"
	filePrefix        = "file"
	uploadPrefix      = "upl"
	publicationPrefix = "pub"
)

// numberOf makes the number that people read on a receipt of an order's id: the
// fifty random bits at its end.
func numberOf(orderID string) string {
	tail := strings.ToUpper(orderID[len(orderID)-10:])
	return "WF-" + tail[:5] + "-" + tail[5:]
}

// buyerKey is whom the guard against double orders means: the address, without
// regard to case.
func buyerKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// gross is the order's amount as money.
func (o Order) gross() money.Amount { return money.New(o.Amount, o.Currency) }

// Unpaid reports whether the buyer may still pay it.
func (o Order) Unpaid() bool {
	return o.State == storefrontapi.OrderStatePlaced || o.State == storefrontapi.OrderStateOpen
}

// Over reports whether the order ended without a payment.
func (o Order) Over() bool {
	return o.State == storefrontapi.OrderStateFailed || o.State == storefrontapi.OrderStateExpired
}

// Apply takes billing's facts into the order. It answers false, and the order
// as it was, for facts that are not newer than those it has. Paid is final: what
// a refund or dispute changes is access.
func (o Order) Apply(m billingapi.OrderMoney) (Order, bool) {
	if m.Version <= o.MoneyVersion {
		return o, false
	}
	o.MoneyVersion = m.Version
	o.RefundRequested, o.Refunded, o.RefundFailed, o.Disputed = m.RefundRequested.Minor, m.Refunded.Minor, m.RefundFailed.Minor, m.Disputed
	if o.State == storefrontapi.OrderStatePaid {
		return o, true
	}
	switch m.State {
	case billingapi.OrderProcessing:
		o.State = storefrontapi.OrderStateProcessing
	case billingapi.OrderPaid:
		o.State, o.PaidAt = storefrontapi.OrderStatePaid, m.PaidAt
	case billingapi.OrderFailed:
		o.State = storefrontapi.OrderStateFailed
	case billingapi.OrderExpired:
		o.State = storefrontapi.OrderStateExpired
	case billingapi.OrderNone:
	}
	return o, true
}

// terms reads what was agreed.
func (o Order) terms() Terms {
	var t Terms
	if err := json.Unmarshal(o.Terms, &t); err != nil {
		return Terms{} // a row that this program wrote; nothing to add to it
	}
	return t
}

// wire is the order as its buyer and creator see it now.
func (o Order) wire(now time.Time) storefrontapi.Order {
	t := o.terms()
	out := storefrontapi.Order{
		ID: o.ID, Number: o.Number, ProductID: o.ProductID, CreatorID: o.CreatorID, Title: o.Title, Amount: o.gross(), State: o.State,
		Access: storefrontapi.AccessNone, RefundRequested: money.New(o.RefundRequested, o.Currency), Refunded: money.New(o.Refunded, o.Currency),
		RefundFailed: money.New(o.RefundFailed, o.Currency), Disputed: o.Disputed,
		Buyer:      storefrontapi.Buyer{Email: o.Email, Name: o.BuyerName, Company: o.Company, VATID: o.VatID, Country: o.Country},
		Withdrawal: withdrawalAt(t.Withdrawal, o.Country, now), RefundDays: t.RefundDays, Attached: o.PersonID != nil, Placed: o.PlacedAt, PaidAt: o.PaidAt,
	}
	if o.PaidAt != nil && t.RefundDays > 0 {
		until := o.PaidAt.AddDate(0, 0, t.RefundDays)
		out.RefundUntil, out.RefundEnded = &until, !now.Before(until)
	}
	if o.EntitlementID != nil {
		out.EntitlementID = *o.EntitlementID
	}
	if o.Access != nil {
		out.Access = *o.Access
	}
	return out
}

// toStranger is the order for somebody who named its buyer's address and proved
// nothing: enough to go on with the checkout, and nothing to open it with.
func (o Order) toStranger(now time.Time) storefrontapi.Order {
	w := o.wire(now)
	w.Buyer = storefrontapi.Buyer{}
	w.EntitlementID = ""
	return w
}
