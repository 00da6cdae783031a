package rail

import (
	"context"
	"slices"
	"time"

	"github.com/stripe/stripe-go/v76"

	"github.com/workfluence/workfluence/internal/money"
)

// Transaction is one movement of a Stripe balance. Net = Amount − Fee; it is pending until AvailableOn.
type Transaction struct {
	ID          string
	Type        string // charge, payment, refund, refund_failure, transfer, payout, payout_failure, reserve_transaction, …
	Category    string // Stripe's reporting_category
	Source      string // id of the charge, refund, transfer, reversal or payout; empty for Stripe's own fees
	Amount      money.Amount
	Fee         money.Amount
	Net         money.Amount
	Status      string // pending, available
	AvailableOn time.Time
	Created     time.Time
	Description string
}

// Balance is what a Stripe account holds, by currency. Reserved is Stripe's own hold for negative connected balances.
type Balance struct {
	Available []money.Amount
	Pending   []money.Amount
	Reserved  []money.Amount
}

// Total is available + pending + reserved of one currency: the figure the ledger must equal.
func (b Balance) Total(c money.Currency) int64 {
	var sum int64
	for _, part := range [][]money.Amount{b.Available, b.Pending, b.Reserved} {
		for _, a := range part {
			if a.Currency == c {
				sum += a.Minor
			}
		}
	}
	return sum
}

// Negative lists the currencies whose total is below zero, sorted.
func (b Balance) Negative() []string {
	out := []string{}
	for _, part := range [][]money.Amount{b.Available, b.Pending, b.Reserved} {
		for _, a := range part {
			if c := string(a.Currency); b.Total(a.Currency) < 0 && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Balance reads the balance of account ("" is the platform).
func (r *Rail) Balance(ctx context.Context, account string) (Balance, error) {
	p, cancel := r.read(ctx, account)
	defer cancel()
	b, err := r.api.Balance.Get(&stripe.BalanceParams{Params: p})
	if err != nil {
		return Balance{}, err
	}
	amounts := func(in []*stripe.Amount) []money.Amount {
		out := make([]money.Amount, 0, len(in))
		for _, a := range in {
			out = append(out, amount(a.Amount, a.Currency))
		}
		return out
	}
	return Balance{Available: amounts(b.Available), Pending: amounts(b.Pending), Reserved: amounts(b.ConnectReserved)}, nil
}

// Transaction reads one balance transaction of account.
func (r *Rail) Transaction(ctx context.Context, account, id string) (Transaction, error) {
	p, cancel := r.read(ctx, account)
	defer cancel()
	t, err := r.api.BalanceTransactions.Get(id, &stripe.BalanceTransactionParams{Params: p})
	if err != nil {
		return Transaction{}, err
	}
	return transaction(t), nil
}

// TransactionQuery narrows a list of balance transactions; empty fields do not narrow.
type TransactionQuery struct {
	Account string
	Since   time.Time // created at or after
	Source  string
	Payout  string
	Type    string
	Page    Page
}

// Transactions lists balance transactions, newest first (oldest first with Page.Before); the second result says whether there are more.
func (r *Rail) Transactions(ctx context.Context, q TransactionQuery) ([]Transaction, bool, error) {
	p, cancel := r.list(ctx, q.Account, q.Page)
	defer cancel()
	params := &stripe.BalanceTransactionListParams{ListParams: p, CreatedRange: since(q.Since)}
	for _, f := range []struct {
		to **string
		v  string
	}{{&params.Source, q.Source}, {&params.Payout, q.Payout}, {&params.Type, q.Type}} {
		if f.v != "" {
			*f.to = stripe.String(f.v)
		}
	}
	it := r.api.BalanceTransactions.List(params)
	var out []Transaction
	for it.Next() {
		out = append(out, transaction(it.BalanceTransaction()))
	}
	return out, it.Meta() != nil && it.Meta().HasMore, it.Err()
}

func transaction(t *stripe.BalanceTransaction) Transaction {
	out := Transaction{
		ID: t.ID, Type: string(t.Type), Category: string(t.ReportingCategory), Amount: amount(t.Amount, t.Currency),
		Fee: amount(t.Fee, t.Currency), Net: amount(t.Net, t.Currency), Status: string(t.Status),
		AvailableOn: at(t.AvailableOn), Created: at(t.Created), Description: t.Description,
	}
	if t.Source != nil {
		out.Source = t.Source.ID
	}
	return out
}

// optional turns an expanded transaction into ours; an absent one, or one that came back as a bare id, is nil.
func optional(t *stripe.BalanceTransaction) *Transaction {
	if t == nil || t.Created == 0 {
		return nil
	}
	out := transaction(t)
	return &out
}
