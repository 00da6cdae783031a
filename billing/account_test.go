package billing

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/money"
)

var (
	accountID = "acct_1"
	dollars   = money.Currency("USD")
)

// What an account's owner is told, and what keeps money from it.
func TestAccountStates(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		account Account
		state   billingapi.OnboardingState
		blocker billingapi.Blocker
		step    billingapi.NextStep
	}{
		{"none yet", Account{}, billingapi.OnboardingNone, billingapi.BlockerNoAccount, billingapi.StepOnboard},
		{"begun", Account{StripeID: &accountID}, billingapi.OnboardingStarted, billingapi.BlockerIdentity, billingapi.StepOnboard},
		{"more is asked", Account{StripeID: &accountID, Submitted: true, Requirements: []string{"document"}}, billingapi.OnboardingStarted, billingapi.BlockerIdentity, billingapi.StepOnboard},
		{"all is given", Account{StripeID: &accountID, Submitted: true}, billingapi.OnboardingUnderReview, billingapi.BlockerUnderReview, billingapi.StepWait},
		{"ready", Account{StripeID: &accountID, Submitted: true, Ready: true, WasReady: true}, billingapi.OnboardingReady, billingapi.BlockerNone, billingapi.StepNone},
		{"no longer", Account{StripeID: &accountID, Submitted: true, WasReady: true}, billingapi.OnboardingRestricted, billingapi.BlockerIdentity, billingapi.StepOnboard},
	} {
		blocker, step := tt.account.Blocker()
		if tt.account.State() != tt.state || blocker != tt.blocker || step != tt.step {
			t.Errorf("%s: %s, %s, %s", tt.name, tt.account.State(), blocker, step)
		}
	}
}

// The last answer of Stripe's wins; a bank problem ends when the bank account is another one, and not when it is read for the first time.
func TestAccountIsDescribed(t *testing.T) {
	t.Parallel()
	said := rail.Account{
		ID: accountID, Country: "NL", Currency: "USD", BankCurrency: "EUR", Transfers: "active", PayoutsEnabled: true, DetailsSubmitted: true,
		CurrentlyDue: []string{"a", "b"}, PastDue: []string{"b", "c"}, PendingChecks: []string{"d"}, BankLast4: "6789", DisabledReason: "none",
	}
	got := (Account{}).Describe(said, noon)
	if !got.Ready || !got.WasReady || *got.Currency != "EUR" || !got.Takes("EUR") || got.Takes("USD") || got.BankLast4 != "6789" || !got.UpdatedAt.Equal(noon) {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, got.Requirements); diff != "" {
		t.Error(diff)
	}
	off := said
	off.PayoutsEnabled, off.BankCurrency = false, ""
	if after := got.Describe(off, noon); after.Ready || !after.WasReady || *after.Currency != "USD" {
		t.Errorf("after Stripe closed it: %+v", after)
	}
	for name, tt := range map[string]struct {
		before, now string
		ends        bool
	}{"another bank": {"0000", "6789", true}, "the same bank": {"6789", "6789", false}, "read for the first time": {"", "6789", false}, "none now": {"6789", "", false}} {
		s := said
		s.BankLast4 = tt.now
		after := (Account{BankProblem: "account_closed", BankLast4: tt.before}).Describe(s, noon)
		if (after.BankProblem == "") != tt.ends {
			t.Errorf("%s: %q", name, after.BankProblem)
		}
	}
	erased := noon
	if after := (Account{ErasedAt: &erased}).Describe(said, noon); len(after.Requirements) != 0 || len(after.PendingChecks) != 0 || after.BankLast4 != "" || after.DisabledReason != "" || !after.Ready {
		t.Errorf("who is erased is described again: %+v", after)
	}
}

// The gates of a transfer and of a payout, first things first (money.md §3, R3 and §8 rows 9, 16).
func TestGates(t *testing.T) {
	t.Parallel()
	txn := "txn_1"
	ready := Account{StripeID: &accountID, Currency: &dollars, Ready: true}
	change := func(f func(*Account)) Account { a := ready; f(&a); return a }
	paid := Order{State: billingapi.OrderPaid, Currency: "USD", ChargeTxn: &txn}
	for _, tt := range []struct {
		name             string
		order            Order
		account          Account
		known            bool
		transfer, payout billingapi.Blocker
	}{
		{"open", paid, ready, true, billingapi.BlockerNone, billingapi.BlockerNone},
		{"disputed", Order{Currency: "USD", ChargeTxn: &txn, Disputed: true}, ready, true, billingapi.BlockerFrozen, billingapi.BlockerNone},
		{"frozen", Order{Currency: "USD", ChargeTxn: &txn, Frozen: true}, ready, true, billingapi.BlockerFrozen, billingapi.BlockerNone},
		{"not settled", Order{Currency: "USD"}, ready, true, billingapi.BlockerSettling, billingapi.BlockerNone},
		{"nobody", paid, Account{}, false, billingapi.BlockerNoAccount, billingapi.BlockerNoAccount},
		{"closed", paid, change(func(a *Account) { a.Ready = false }), true, billingapi.BlockerIdentity, billingapi.BlockerIdentity},
		{"another currency", paid, change(func(a *Account) { c := money.Currency("EUR"); a.Currency = &c }), true, billingapi.BlockerCurrency, billingapi.BlockerCurrency},
		{"no currency", paid, change(func(a *Account) { a.Currency = nil }), true, billingapi.BlockerCurrency, billingapi.BlockerCurrency},
		{"below zero", paid, change(func(a *Account) { a.Negative = []string{"USD"} }), true, billingapi.BlockerNegativeBalance, billingapi.BlockerNone},
		{"below zero in another currency", paid, change(func(a *Account) { a.Negative = []string{"EUR"} }), true, billingapi.BlockerNone, billingapi.BlockerNone},
		{"the bank sent it back", paid, change(func(a *Account) { a.BankProblem = "account_closed" }), true, billingapi.BlockerNone, billingapi.BlockerBank},
	} {
		if got := gate(&locked{Order: tt.order}, tt.account, tt.known); got != tt.transfer {
			t.Errorf("%s: a transfer waits for %q, want %q", tt.name, got, tt.transfer)
		}
		if got := payoutBlocker(tt.account, tt.known, "USD"); got != tt.payout {
			t.Errorf("%s: a payout waits for %q, want %q", tt.name, got, tt.payout)
		}
	}
	if a, b := refusedBy("balance_insufficient"), refusedBy("account_invalid"); a != billingapi.BlockerSettling || b != billingapi.BlockerIdentity {
		t.Errorf("refused for %s, %s", a, b)
	}
}

// A balance says what is in the way, what its owner can do, and, when nothing is, the day: the payout day and two days of the bank.
func TestBalanceExplainsItself(t *testing.T) {
	t.Parallel()
	s := New(Deps{Policies: DefaultPolicies(), Clock: clock.NewFake(noon)}) // a Monday: the next payout is on the 9th
	ready := Account{StripeID: &accountID, Currency: &dollars, Ready: true, WasReady: true}
	nextWeek := noon.AddDate(0, 0, 8)
	for _, tt := range []struct {
		name            string
		row             balanceRow
		available, owed int64
		change          func(*Account)
		blocker         billingapi.Blocker
		step            billingapi.NextStep
		day             string
		unknown, shows  bool
		nextPayout      time.Duration
	}{
		{name: "nothing at all"},
		{name: "the least", available: 1000, step: billingapi.StepRequest, day: "2026-03-11"},
		{name: "a cent less", available: 999, blocker: billingapi.BlockerBelowMinimum, step: billingapi.StepEarn},
		{name: "a cent", available: 1, blocker: billingapi.BlockerBelowMinimum, step: billingapi.StepEarn},
		{name: "payable", row: balanceRow{Payable: 5000}, day: "2026-03-11"},
		{name: "in the risk window", row: balanceRow{Pending: 5000, NextRelease: &nextWeek}, blocker: billingapi.BlockerRiskWindow, step: billingapi.StepWait, day: "2026-03-18"},
		{name: "both", row: balanceRow{Payable: 999, Pending: 1, NextRelease: &nextWeek}, day: "2026-03-18"},
		{name: "the least, and more to come", row: balanceRow{Payable: 1000, Pending: 5000, NextRelease: &nextWeek}, day: "2026-03-11"},
		{name: "the turn is later", available: 5000, nextPayout: 14 * 24 * time.Hour, step: billingapi.StepRequest, day: "2026-03-18"},
		{name: "the turn is over", available: 5000, nextPayout: -time.Hour, step: billingapi.StepRequest, day: "2026-03-11"},
		{name: "below zero", available: -1, blocker: billingapi.BlockerNegativeBalance, step: billingapi.StepWait},
		{name: "below zero, as Stripe said", available: 5000, change: func(a *Account) { a.Negative = []string{"USD"} }, blocker: billingapi.BlockerNegativeBalance, step: billingapi.StepWait},
		{name: "owed", available: 5000, owed: 1, blocker: billingapi.BlockerReceivable, step: billingapi.StepEarn},
		{name: "refused", row: balanceRow{Payable: 5000, Blocker: billingapi.BlockerIdentity}, blocker: billingapi.BlockerIdentity, step: billingapi.StepOnboard},
		{name: "another currency", row: balanceRow{Payable: 5000, Blocker: billingapi.BlockerCurrency}, blocker: billingapi.BlockerCurrency, step: billingapi.StepUpdateBank},
		{name: "a bank in euros", available: 5000, change: func(a *Account) { c := money.Currency("EUR"); a.Currency = &c }, blocker: billingapi.BlockerCurrency, step: billingapi.StepUpdateBank},
		{name: "frozen", row: balanceRow{Payable: 5000, Blocker: billingapi.BlockerFrozen}, blocker: billingapi.BlockerFrozen, step: billingapi.StepWait},
		{name: "sent back", available: 5000, change: func(a *Account) { a.BankProblem, a.Ready = "account_closed", false }, blocker: billingapi.BlockerBank, step: billingapi.StepUpdateBank},
		{name: "no account", row: balanceRow{Payable: 5000}, unknown: true, shows: true, change: func(a *Account) { *a = Account{} }, blocker: billingapi.BlockerNoAccount, step: billingapi.StepOnboard},
		{name: "not checked yet", available: 5000, shows: true, change: func(a *Account) { a.Ready, a.WasReady = false, false }, blocker: billingapi.BlockerIdentity, step: billingapi.StepOnboard},
	} {
		acct := ready
		if tt.change != nil {
			tt.change(&acct)
		}
		tt.row.Currency = "USD"
		b := s.currencyBalance(tt.row, []ledger.AccountBalance{
			{Account: ledger.MB(accountID), Amount: usd(tt.available)}, {Account: ledger.CR("ann"), Amount: usd(tt.owed)}, {Account: ledger.MB(accountID), Amount: money.New(7, "EUR")},
		})
		if tt.nextPayout != 0 {
			at := noon.Truncate(24 * time.Hour).Add(tt.nextPayout)
			b.NextPayout = &at
		}
		s.explainBalance(&b, tt.row, acct, !tt.unknown)
		if b.Available != usd(tt.available) || b.Receivable != usd(tt.owed) || b.Minimum != usd(1000) {
			t.Errorf("%s: %+v", tt.name, b)
		}
		if b.Blocker != tt.blocker || b.NextStep != tt.step || b.ExpectedDay != tt.day || (b.SellingCap != nil) != tt.shows {
			t.Errorf("%s: waits for %q, next %q, on %q, cap %v", tt.name, b.Blocker, b.NextStep, b.ExpectedDay, b.SellingCap)
		}
	}
}
