package billingapi

import (
	"time"

	"github.com/workfluence/workfluence/internal/money"
)

// PayoutStatus is how far a payout to a bank is.
type PayoutStatus string

// The statuses of a payout. A paid one can still come back from the bank and is failed then.
const (
	PayoutRequested PayoutStatus = "requested"
	PayoutInTransit PayoutStatus = "in_transit"
	PayoutPaid      PayoutStatus = "paid"
	PayoutFailed    PayoutStatus = "failed"
	PayoutCanceled  PayoutStatus = "canceled"
)

// PayoutRequest asks for all that is available in one currency.
type PayoutRequest struct {
	Currency money.Currency `json:"currency" validate:"required,len=3"`
}

// Payout is money on its way from a Stripe account to a bank. ArrivalDate is a day (2006-01-02). Reason is a code for a failed one,
// and NextStep what its owner can do about it.
type Payout struct {
	ID          string       `json:"id"`
	Amount      money.Amount `json:"amount"`
	Status      PayoutStatus `json:"status"`
	ArrivalDate string       `json:"arrival_date,omitempty"`
	Reason      string       `json:"reason,omitempty"`
	NextStep    NextStep     `json:"next_step,omitempty"`
	Created     time.Time    `json:"created"`
}

// Blocker is a code for what money is waiting for; web has a sentence for each.
type Blocker string

// What money can be waiting for.
const (
	BlockerNone            Blocker = ""
	BlockerRiskWindow      Blocker = "risk_window"      // the days after a sale in which most refunds happen
	BlockerNoAccount       Blocker = "no_account"       // no Stripe account yet
	BlockerIdentity        Blocker = "identity"         // Stripe waits for details
	BlockerUnderReview     Blocker = "under_review"     // Stripe checks the details
	BlockerBank            Blocker = "bank"             // the bank returned a payout
	BlockerCurrency        Blocker = "currency"         // the Stripe account does not take this currency
	BlockerReceivable      Blocker = "receivable"       // refunds after a payout are settled first
	BlockerNegativeBalance Blocker = "negative_balance" // the Stripe account is below zero: nothing goes there or leaves it
	BlockerBelowMinimum    Blocker = "below_minimum"    // less than the smallest payout
	BlockerFrozen          Blocker = "frozen"           // an order is in dispute or under review
	BlockerSettling        Blocker = "settling"         // Stripe has not made the money available yet
)

// NextStep is a code for what the person can do about a blocker.
type NextStep string

// What a person can do about a blocker.
const (
	StepNone       NextStep = ""
	StepWait       NextStep = "wait"
	StepOnboard    NextStep = "onboard"     // start or go on with the identity check: POST /api/v1/onboarding
	StepUpdateBank NextStep = "update_bank" // give Stripe another bank account: POST /api/v1/onboarding
	StepEarn       NextStep = "earn"        // new sales settle it
	StepRequest    NextStep = "request"     // nothing is in the way: ask for the payout
)

// Obstacle is one thing that money waits for, and what its owner can do about it.
type Obstacle struct {
	Blocker  Blocker  `json:"blocker"`
	NextStep NextStep `json:"next_step,omitempty"`
}

// SellingCap is what a creator may sell before the identity check; absent once it is passed. It counts the creator's share, which is
// what is held for them, and not the price: Sold is their share of all that was sold in this currency, less what went back to buyers.
// Until is the last day, from the first sale.
type SellingCap struct {
	Cap       money.Amount `json:"cap"`
	Sold      money.Amount `json:"sold"`
	Remaining money.Amount `json:"remaining"`
	// LargestPrice is the highest price that a buyer can pay now, for a creator who shares with nobody; zero when the days are over.
	LargestPrice money.Amount `json:"largest_price"`
	Until        *time.Time   `json:"until,omitempty"`
	DaysLeft     int          `json:"days_left"`
}

// SaleRefusal is a code for why a buyer was turned away before the payee's identity check.
type SaleRefusal string

// Why a buyer was turned away.
const (
	RefusedByCap  SaleRefusal = "cap"  // the payee's share is more than what is left of the cap
	RefusedByDays SaleRefusal = "days" // the days are over
)

// LostSale is a buyer whom a payee lost before the identity check. Nothing says who it was.
type LostSale struct {
	ProductID string       `json:"product_id"`
	Price     money.Amount `json:"price"`
	Reason    SaleRefusal  `json:"reason"`
	At        time.Time    `json:"at"`
}

// CurrencyBalance is where a person's money in one currency is. All amounts are positive except Available, which may be below zero.
type CurrencyBalance struct {
	Currency money.Currency `json:"currency"`
	// Pending is inside the risk window; NextRelease is when the first part leaves it.
	Pending     money.Amount `json:"pending"`
	NextRelease *time.Time   `json:"next_release,omitempty"`
	// Payable is past the risk window and not yet at the Stripe account.
	Payable money.Amount `json:"payable"`
	// Available is at the Stripe account and not yet on its way to the bank.
	Available money.Amount `json:"available"`
	// InTransit is on its way to the bank.
	InTransit money.Amount `json:"in_transit"`
	// Paid has arrived at the bank.
	Paid money.Amount `json:"paid"`
	// Receivable is owed to us after refunds of sales that were already paid out; new earnings settle it.
	Receivable money.Amount `json:"receivable"`
	// ExpectedDay is when the next money should be at the bank (2006-01-02), empty while something blocks it.
	ExpectedDay string       `json:"expected_day,omitempty"`
	NextPayout  *time.Time   `json:"next_payout,omitempty"`
	Minimum     money.Amount `json:"minimum"`
	// Obstacles are all things that are in the way, what comes first first: Blocker and NextStep are those of the first. NextStep is
	// also set when nothing is in the way and the person may ask.
	Obstacles  []Obstacle    `json:"obstacles"`
	Blocker    Blocker       `json:"blocker,omitempty"`
	NextStep   NextStep      `json:"next_step,omitempty"`
	SellingCap *SellingCap   `json:"selling_cap,omitempty"`
	LastPayout *PayoutStatus `json:"last_payout,omitempty"`
}

// Balance is a person's money, one entry a currency.
type Balance struct {
	Currencies []CurrencyBalance `json:"currencies"`
	Onboarding Onboarding        `json:"onboarding"`
	// FailedRefunds of the person's sales came back from the buyer's bank and wait for a decision, the oldest first, at most 20.
	FailedRefunds []Refund `json:"failed_refunds"`
	// SellingCaps are the caps in every currency that is sold, also where nothing was sold yet; empty once the identity check is passed.
	SellingCaps []SellingCap `json:"selling_caps"`
	// LostSales are buyers turned away for a cap in the last 30 days: the newest of each product, the newest first, at most 50. Empty
	// once the identity check is passed.
	LostSales []LostSale `json:"lost_sales"`
}
