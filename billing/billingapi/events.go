package billingapi

import "github.com/workfluence/workfluence/internal/money"

// The events that billing emits. They carry ids and amounts, never names or addresses.
const (
	// EventOrderMoney carries OrderMoney: the newest facts about the money of one order. Key: order id.
	EventOrderMoney = "billing.order.money.v1"
	// EventRefundUpdated carries RefundUpdated. Key: order id.
	EventRefundUpdated = "billing.refund.updated.v1"
	// EventPayoutUpdated carries PayoutUpdated. Key: payout id.
	EventPayoutUpdated = "billing.payout.updated.v1"
	// EventAccountUpdated carries AccountUpdated. Key: person id.
	EventAccountUpdated = "billing.account.updated.v1"
	// EventLookupRequested carries LookupRequested. Key: lookup id.
	EventLookupRequested = "billing.lookup.requested.v1"
	// EventSaleRefused carries SaleRefused. Key: product id.
	EventSaleRefused = "billing.sale.refused.v1"
)

// RefundUpdated says that a refund reached a status. Attempt is how often it was sent, from 1: one that failed and is sent again goes
// through the statuses anew.
type RefundUpdated struct {
	OrderID  string       `json:"order_id"`
	RefundID string       `json:"refund_id"`
	Amount   money.Amount `json:"amount"`
	Status   RefundStatus `json:"status"`
	Attempt  int          `json:"attempt"`
}

// PayoutUpdated says that a payout to a person's bank reached a status. ArrivalDate is a day (2006-01-02); Reason is a code, set for
// a payout that failed.
type PayoutUpdated struct {
	PayoutID    string       `json:"payout_id"`
	PersonID    string       `json:"person_id"`
	Amount      money.Amount `json:"amount"`
	Status      PayoutStatus `json:"status"`
	ArrivalDate string       `json:"arrival_date,omitempty"`
	Reason      string       `json:"reason,omitempty"`
}

// AccountUpdated says whether a person's Stripe account may receive money now.
type AccountUpdated struct {
	PersonID string `json:"person_id"`
	Ready    bool   `json:"ready"`
}

// LookupRequested says that somebody asked what a charge is. Whom to mail is read from Client.Lookup, so that the event names nobody.
type LookupRequested struct {
	LookupID string `json:"lookup_id"`
}

// SaleRefused says that a buyer was turned away because the payee has not passed the identity check: once a payee, product and day
// (UTC) at most. It says nothing of the buyer.
type SaleRefused struct {
	PersonID  string       `json:"person_id"` // the payee
	ProductID string       `json:"product_id"`
	Price     money.Amount `json:"price"`
	Reason    SaleRefusal  `json:"reason"`
}

// Events lists each event with its payload, from which docs/events is generated.
var Events = map[string]any{
	EventOrderMoney:      OrderMoney{},
	EventRefundUpdated:   RefundUpdated{},
	EventPayoutUpdated:   PayoutUpdated{},
	EventAccountUpdated:  AccountUpdated{},
	EventLookupRequested: LookupRequested{},
	EventSaleRefused:     SaleRefused{},
}
