package billing

import (
	"slices"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/money"
)

// Account is a person's Stripe account as Stripe last described it.
type Account struct {
	PersonID       string
	StripeID       *string
	Country        string
	Currency       *money.Currency
	Transfers      string
	PayoutsEnabled bool
	Submitted      bool
	Requirements   []string
	PendingChecks  []string
	DisabledReason string
	Ready          bool
	WasReady       bool
	BankProblem    string
	BankLast4      string
	BankCurrencies []string // in which there is a bank account
	UpdatedAt      time.Time
	CreatedAt      time.Time
	ErasedAt       *time.Time
	Negative       []string // currencies in which Stripe said last that it is below zero
}

// Describe takes over what Stripe says now. The last answer wins, never a payload. A bank problem of ours ends when the bank account
// was replaced.
func (a Account) Describe(r rail.Account, now time.Time) Account {
	c := money.Currency(r.Currency)
	if r.BankCurrency != "" {
		c = money.Currency(r.BankCurrency)
	}
	if a.BankProblem != "" && a.BankLast4 != "" && r.BankLast4 != "" && r.BankLast4 != a.BankLast4 { // a first reading replaces nothing
		a.BankProblem = ""
	}
	a.StripeID, a.Country, a.Currency = &r.ID, r.Country, &c
	a.Transfers, a.PayoutsEnabled, a.Submitted = r.Transfers, r.PayoutsEnabled, r.DetailsSubmitted
	a.Requirements, a.PendingChecks = list(r.CurrentlyDue, r.PastDue), list(r.PendingChecks)
	a.DisabledReason, a.BankLast4, a.BankCurrencies = r.DisabledReason, r.BankLast4, list(r.BankCurrencies)
	a.Ready = r.Ready()
	a.WasReady = a.WasReady || a.Ready
	a.UpdatedAt = now
	if a.ErasedAt != nil {
		a = a.erase()
	}
	return a
}

// erase takes the details of a person away that paying out what is owed does not need. Whether Stripe still asks for something shows
// in Ready.
func (a Account) erase() Account {
	a.Requirements, a.PendingChecks, a.DisabledReason, a.BankLast4 = []string{}, []string{}, "", ""
	return a
}

// list joins lists without repeats; never nil.
func list(lists ...[]string) []string {
	out, seen := []string{}, map[string]bool{}
	for _, l := range lists {
		for _, s := range l {
			if !seen[s] {
				out, seen[s] = append(out, s), true
			}
		}
	}
	return out
}

// State is how far the onboarding is.
func (a Account) State() billingapi.OnboardingState {
	switch {
	case a.StripeID == nil:
		return billingapi.OnboardingNone
	case a.Ready:
		return billingapi.OnboardingReady
	case a.WasReady:
		return billingapi.OnboardingRestricted
	case a.Submitted && len(a.Requirements) == 0:
		return billingapi.OnboardingUnderReview
	default:
		return billingapi.OnboardingStarted
	}
}

// Onboarding is the account as its owner sees it.
func (a Account) Onboarding() billingapi.Onboarding {
	return billingapi.Onboarding{State: a.State(), Country: a.Country, PayoutsEnabled: a.PayoutsEnabled, Requirements: list(a.Requirements), BankProblem: a.BankProblem}
}

// Takes says whether money in a currency can reach the account's bank. Gates ask before a transfer, so that money that can't go on
// stays with us, where a refund finds it.
func (a Account) Takes(c money.Currency) bool {
	return a.Currency != nil && *a.Currency == c || slices.Contains(a.BankCurrencies, string(c))
}

// Below says whether the account is below zero in a currency. Money that is sent there then is swallowed before its owner sees it.
func (a Account) Below(c money.Currency) bool { return slices.Contains(a.Negative, string(c)) }

// Blocker is what keeps money from this account, and what its owner can do.
func (a Account) Blocker() (billingapi.Blocker, billingapi.NextStep) {
	switch a.State() {
	case billingapi.OnboardingNone:
		return billingapi.BlockerNoAccount, billingapi.StepOnboard
	case billingapi.OnboardingStarted, billingapi.OnboardingRestricted:
		return billingapi.BlockerIdentity, billingapi.StepOnboard
	case billingapi.OnboardingUnderReview:
		return billingapi.BlockerUnderReview, billingapi.StepWait
	}
	return billingapi.BlockerNone, billingapi.StepNone
}
