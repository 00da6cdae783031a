package billing

import (
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
)

// Payout is money on its way from a person's Stripe account to their bank.
//
//	requested ──sent──▶ in_transit ──▶ paid ──the bank returns it──▶ failed
//	    └─refused──▶ failed   └──────────────────────────────────────▶ failed, canceled
//
// What the memo book says follows in Booked: created (balance → transit), paid (transit → bank), returned (back to the balance).
type Payout struct {
	ID          string
	PersonID    string
	Account     string
	Amount      int64
	Currency    money.Currency
	Status      billingapi.PayoutStatus
	StripeID    *string
	OpID        *string
	ArrivalOn   *time.Time
	Reason      string
	Booked      string
	RequestedBy string
	IdemKey     *string
	IdemHash    *string
	CreatedAt   time.Time
}

// What the memo book can say about a payout.
const (
	bookedNothing  = ""
	bookedCreated  = "created"
	bookedPaid     = "paid"
	bookedReturned = "returned"
)

// View is the payout as its owner sees it.
func (p Payout) View() billingapi.Payout {
	v := billingapi.Payout{ID: p.ID, Amount: money.New(p.Amount, p.Currency), Status: p.Status, Reason: p.Reason, Created: p.CreatedAt}
	if p.ArrivalOn != nil {
		v.ArrivalDate = p.ArrivalOn.Format(time.DateOnly)
	}
	if p.Status == billingapi.PayoutFailed {
		v.NextStep = billingapi.StepUpdateBank
	}
	return v
}

// Event is the payout as an event.
func (p Payout) Event() billingapi.PayoutUpdated {
	v := p.View()
	return billingapi.PayoutUpdated{PayoutID: p.ID, PersonID: p.PersonID, Amount: v.Amount, Status: v.Status, ArrivalDate: v.ArrivalDate, Reason: v.Reason}
}

// payoutStatus maps Stripe's status of a payout to ours.
func payoutStatus(stripe string) billingapi.PayoutStatus {
	switch stripe {
	case "paid":
		return billingapi.PayoutPaid
	case "failed":
		return billingapi.PayoutFailed
	case "canceled":
		return billingapi.PayoutCanceled
	default:
		return billingapi.PayoutInTransit
	}
}
