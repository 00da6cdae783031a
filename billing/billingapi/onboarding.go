package billingapi

import "github.com/workfluence/workfluence/internal/money"

// OnboardingState is how far a person's Stripe account is.
type OnboardingState string

// The states of a person's Stripe account.
const (
	OnboardingNone        OnboardingState = "none"         // not started
	OnboardingStarted     OnboardingState = "started"      // details are missing
	OnboardingUnderReview OnboardingState = "under_review" // Stripe checks the details
	OnboardingReady       OnboardingState = "ready"        // may receive transfers and payouts
	OnboardingRestricted  OnboardingState = "restricted"   // was ready; Stripe wants more
)

// Onboarding is the state of a person's Stripe account. Requirements are Stripe's names of what is missing.
type Onboarding struct {
	State          OnboardingState `json:"state"`
	Country        string          `json:"country,omitempty"`
	PayoutsEnabled bool            `json:"payouts_enabled"`
	Requirements   []string        `json:"requirements"`
	// BankProblem is set while payouts are paused because the bank returned one.
	BankProblem string `json:"bank_problem,omitempty"`
}

// OnboardingRequest asks for a link to Stripe's onboarding page. ReturnPath is a path of our own origin to come back to.
type OnboardingRequest struct {
	ReturnPath string `json:"return_path" validate:"required,startswith=/,max=500"`
}

// OnboardingLink leads to Stripe's onboarding page once, within minutes.
type OnboardingLink struct {
	URL string `json:"url"`
}

// FeeRequest asks what a creator keeps of a price.
type FeeRequest struct {
	Amount   int64          `query:"amount" validate:"min=0,max=99999999"`
	Currency money.Currency `query:"currency" validate:"required,len=3"`
}

// Fees says what a creator keeps of a price. Minimum is the smallest price that can be charged.
type Fees struct {
	Gross          money.Amount `json:"gross"`
	Fee            money.Amount `json:"fee"`
	Keep           money.Amount `json:"keep"`
	FeeBasisPoints int64        `json:"fee_basis_points"`
	RiskWindowDays int          `json:"risk_window_days"`
	PayoutMinimum  money.Amount `json:"payout_minimum"`
	Minimum        money.Amount `json:"minimum"`
	RuleSet        string       `json:"rule_set"`
}

// LookupRequest asks what a charge on a card statement is. Day is the day on the statement (2006-01-02). Email is of whoever asks;
// it narrows the search and is never written to.
type LookupRequest struct {
	Last4  string       `json:"last4" validate:"required,len=4,numeric"`
	Amount money.Amount `json:"amount" validate:"required"`
	Day    string       `json:"day" validate:"required,datetime=2006-01-02"`
}

// LookupAnswer is always the same: the answer goes by mail to the buyer, never to whoever asked.
type LookupAnswer struct {
	Status string `json:"status"`
}

// Lookup names the orders that a lookup found; for notify only.
type Lookup struct {
	ID       string   `json:"id"`
	OrderIDs []string `json:"order_ids"`
}
