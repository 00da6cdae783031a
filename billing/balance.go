package billing

import (
	"context"
	"slices"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/internal/money"
)

type balanceRow struct {
	Currency    money.Currency
	Pending     int64
	Payable     int64
	NextRelease *time.Time
	Sold        int64
	Since       *time.Time
	Blocker     billingapi.Blocker
}

// mostFailedRefunds that wait for a decision are told at a time.
const mostFailedRefunds = 20

// bankDays is how long a payout takes to the bank, for the expected day only; Stripe's own answer replaces it.
const bankDays = 2

// Balance says where a person's money is, a currency at a time, when the next of it should arrive, and what is in the way. Sums come
// from the ledger and from the facts of the legs; nothing else stores one.
func (s *Service) Balance(ctx context.Context, person string) (billingapi.Balance, error) {
	acct, known, err := found(one[Account](ctx, s.pool, "Account", args{"person_id": person}))
	if err != nil {
		return billingapi.Balance{}, err
	}
	rows, err := many[balanceRow](ctx, s.pool, "BalanceLegs", args{"person_id": person, "now": s.now()})
	if err != nil {
		return billingapi.Balance{}, err
	}
	accounts := []string{string(ledger.CR(person))}
	if acct.StripeID != nil {
		accounts = append(accounts, string(ledger.MB(*acct.StripeID)), string(ledger.MT(*acct.StripeID)), string(ledger.MK(*acct.StripeID)))
	}
	books, err := ledger.Balances(ctx, s.pool, accounts...)
	if err != nil {
		return billingapi.Balance{}, err
	}
	turns, err := many[payoutTurn](ctx, s.pool, "PayoutTurns", args{"person_id": person})
	if err != nil {
		return billingapi.Balance{}, err
	}
	last, err := many[Payout](ctx, s.pool, "LastPayouts", args{"person_id": person})
	if err != nil {
		return billingapi.Balance{}, err
	}
	failed, err := many[Refund](ctx, s.pool, "FailedRefunds", args{"person_id": person, "before": s.now(), "n": mostFailedRefunds})
	if err != nil {
		return billingapi.Balance{}, err
	}
	out := billingapi.Balance{Currencies: []billingapi.CurrencyBalance{}, Onboarding: acct.Onboarding(), FailedRefunds: []billingapi.Refund{},
		SellingCaps: []billingapi.SellingCap{}, LostSales: []billingapi.LostSale{}}
	for _, r := range failed {
		out.FailedRefunds = append(out.FailedRefunds, r.View())
	}
	if !acct.WasReady {
		out.SellingCaps = s.sellingCaps(rows)
		if out.LostSales, err = s.lostSales(ctx, person); err != nil {
			return billingapi.Balance{}, err
		}
	}
	for _, row := range rows {
		b := s.currencyBalance(row, books)
		for _, t := range turns {
			if t.Currency == row.Currency {
				b.NextPayout = &t.NextAt
			}
		}
		if i := slices.IndexFunc(last, func(p Payout) bool { return p.Currency == row.Currency }); i >= 0 {
			b.LastPayout = &last[i].Status
		}
		s.explainBalance(&b, row, acct, known)
		out.Currencies = append(out.Currencies, b)
	}
	return out, nil
}

func (s *Service) currencyBalance(row balanceRow, books []ledger.AccountBalance) billingapi.CurrencyBalance {
	of := func(class string) money.Amount {
		sum := money.New(0, row.Currency)
		for _, b := range books {
			if b.Account.Class() == class && b.Amount.Currency == row.Currency {
				sum.Minor += b.Amount.Minor
			}
		}
		return sum
	}
	terms := s.policies.TermsAt(s.now())
	return billingapi.CurrencyBalance{
		Currency: row.Currency, Pending: money.New(row.Pending, row.Currency), NextRelease: row.NextRelease,
		Payable: money.New(row.Payable, row.Currency), Available: of("MB"), InTransit: of("MT"), Paid: of("MK"), Receivable: of("CR"),
		Minimum: money.New(terms.Currencies[row.Currency].PayoutMinimum, row.Currency),
	}
}

// explainBalance finds what keeps the money from the bank, what its owner can do, and, when nothing does, the day.
func (s *Service) explainBalance(b *billingapi.CurrencyBalance, row balanceRow, acct Account, known bool) {
	now := s.now()
	total := b.Pending.Minor + b.Payable.Minor + b.Available.Minor
	b.Obstacles = obstacles(*b, row, acct, known)
	switch {
	case len(b.Obstacles) > 0:
	case b.Available.Minor >= b.Minimum.Minor:
		b.NextStep = billingapi.StepRequest
	case total > 0 && total < b.Minimum.Minor:
		b.Obstacles = []billingapi.Obstacle{{Blocker: billingapi.BlockerBelowMinimum, NextStep: billingapi.StepEarn}}
	case b.Payable.IsZero() && b.Pending.IsPositive():
		b.Obstacles = []billingapi.Obstacle{{Blocker: billingapi.BlockerRiskWindow, NextStep: billingapi.StepWait}}
	}
	if len(b.Obstacles) > 0 {
		b.Blocker, b.NextStep = b.Obstacles[0].Blocker, b.Obstacles[0].NextStep
	}
	if !acct.WasReady {
		limit := sellingCap(s.policies.TermsAt(now), b.Currency, row.Sold, row.Since, now).SellingCap
		b.SellingCap = &limit
	}
	b.ExpectedDay = s.expectedDay(*b, total)
}

// obstacles are the things in the way that do not go away by waiting for a day that is known, what comes first first. Each is told
// once: an account that Stripe has not opened takes no currency yet either, and that is not another thing to do.
func obstacles(b billingapi.CurrencyBalance, row balanceRow, acct Account, known bool) []billingapi.Obstacle {
	out := []billingapi.Obstacle{}
	add := func(blocker billingapi.Blocker, step billingapi.NextStep) {
		if !slices.ContainsFunc(out, func(o billingapi.Obstacle) bool { return o.Blocker == blocker }) {
			out = append(out, billingapi.Obstacle{Blocker: blocker, NextStep: step})
		}
	}
	ready, step := acct.Blocker()
	if !known {
		ready, step = billingapi.BlockerNoAccount, billingapi.StepOnboard
	}
	switch {
	case acct.BankProblem != "": // Stripe also stops the account then; the bank is what its owner can change
		add(billingapi.BlockerBank, billingapi.StepUpdateBank)
	case ready != billingapi.BlockerNone:
		add(ready, step)
	}
	if b.Available.IsNegative() || acct.Below(b.Currency) {
		add(billingapi.BlockerNegativeBalance, billingapi.StepWait)
	}
	if b.Receivable.IsPositive() {
		add(billingapi.BlockerReceivable, billingapi.StepEarn)
	}
	opened := ready == billingapi.BlockerNone
	switch {
	case opened && row.Blocker == billingapi.BlockerIdentity:
		add(billingapi.BlockerIdentity, billingapi.StepOnboard)
	case opened && (row.Blocker == billingapi.BlockerCurrency || !acct.Takes(b.Currency)):
		add(billingapi.BlockerCurrency, billingapi.StepUpdateBank)
	case row.Blocker != billingapi.BlockerNone && (opened || !slices.Contains(ofAccount, row.Blocker)):
		add(row.Blocker, billingapi.StepWait)
	}
	return out
}

// ofAccount are blockers of a share that say what its payee's account says by itself.
var ofAccount = []billingapi.Blocker{billingapi.BlockerNoAccount, billingapi.BlockerIdentity, billingapi.BlockerUnderReview, billingapi.BlockerBank, billingapi.BlockerCurrency}

// expectedDay is when the next money should be at the bank: the payout day after it is released, and the days of the bank.
func (s *Service) expectedDay(b billingapi.CurrencyBalance, total int64) string {
	waits := b.Blocker == billingapi.BlockerNone || b.Blocker == billingapi.BlockerRiskWindow
	if !waits || total < b.Minimum.Minor || total == 0 {
		return ""
	}
	from := s.now()
	if b.Available.Minor+b.Payable.Minor < b.Minimum.Minor && b.NextRelease != nil {
		from = *b.NextRelease
	}
	day := s.policies.TermsAt(s.now()).NextPayout(from)
	if b.NextPayout != nil && b.NextPayout.After(from) {
		day = *b.NextPayout
	}
	return day.AddDate(0, 0, bankDays).Format(time.DateOnly)
}

// Payouts lists a person's payouts, newest first, from a cursor.
func (s *Service) Payouts(ctx context.Context, person, cursor string, limit int) ([]billingapi.Payout, string, error) {
	rows, err := many[Payout](ctx, s.pool, "Payouts", args{"person_id": person, "before": cursor, "n": limit + 1})
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	views := make([]billingapi.Payout, len(rows))
	for i, p := range rows {
		views[i] = p.View()
	}
	return views, next, nil
}
