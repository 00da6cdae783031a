package billingapi

import (
	"time"

	"github.com/workfluence/workfluence/internal/money"
)

// PersonalData is what billing holds about one person: part of their export. Refunds are those of the orders they earned from.
type PersonalData struct {
	Account  *PayeeAccount `json:"stripe_account,omitempty"`
	Earnings []Earning     `json:"earnings"`
	Payouts  []Payout      `json:"payouts"`
	Refunds  []Refund      `json:"refunds"`
	// LostSales are what Balance shows of them.
	LostSales []LostSale `json:"lost_sales"`
}

// PayeeAccount is the person's Stripe account as Stripe last described it. BankLast4 are the last digits of its bank account.
type PayeeAccount struct {
	StripeID   string     `json:"stripe_id,omitempty"`
	Onboarding Onboarding `json:"onboarding"`
	BankLast4  string     `json:"bank_last4,omitempty"`
	Created    time.Time  `json:"created"`
}

// Earning is the person's part of one paid order. Returned went back to the buyer.
type Earning struct {
	OrderID     string       `json:"order_id"`
	Share       money.Amount `json:"share"`
	Returned    money.Amount `json:"returned"`
	Transferred money.Amount `json:"transferred"`
	Paid        time.Time    `json:"paid"`
}
