package rail

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v76"

	"github.com/workfluence/workfluence/internal/money"
)

// Payout is money on its way from a Stripe balance to a bank account. It may turn failed up to five business days after paid;
// then FailureTransaction returns it to the balance.
type Payout struct {
	ID                 string
	Account            string // the connected account; empty is the platform's own
	Status             string // pending, in_transit, paid, failed, canceled
	Amount             money.Amount
	ArrivalDate        time.Time
	Automatic          bool
	FailureCode        string
	FailureMessage     string
	Transaction        string
	FailureTransaction string
	Metadata           map[string]string
	Created            time.Time
}

// CreatePayout sends available balance of account ("" is the platform) to its bank.
func (r *Rail) CreatePayout(ctx context.Context, op Op, account string, a money.Amount, facts map[string]string) (Payout, error) {
	units, currency, err := price(a)
	if err != nil {
		return Payout{}, err
	}
	p, cancel, err := r.write(ctx, op, account)
	if err != nil {
		return Payout{}, err
	}
	defer cancel()
	return payout(account)(r.api.Payouts.New(&stripe.PayoutParams{
		Params: p, Amount: units, Currency: currency, Metadata: metadata(op, facts),
	}))
}

// CancelPayout stops a payout that is still pending; its money returns to the balance.
func (r *Rail) CancelPayout(ctx context.Context, op Op, account, id string) (Payout, error) {
	p, cancel, err := r.write(ctx, op, account)
	if err != nil {
		return Payout{}, err
	}
	defer cancel()
	return payout(account)(r.api.Payouts.Cancel(id, &stripe.PayoutParams{Params: p}))
}

// Payout reads one payout of account.
func (r *Rail) Payout(ctx context.Context, account, id string) (Payout, error) {
	p, cancel := r.read(ctx, account)
	defer cancel()
	return payout(account)(r.api.Payouts.Get(id, &stripe.PayoutParams{Params: p}))
}

// Payouts lists payouts of account created at or after from, newest first; the second result says whether there are more.
func (r *Rail) Payouts(ctx context.Context, account string, from time.Time, page Page) ([]Payout, bool, error) {
	p, cancel := r.list(ctx, account, page)
	defer cancel()
	it := r.api.Payouts.List(&stripe.PayoutListParams{ListParams: p, CreatedRange: since(from)})
	var out []Payout
	for it.Next() {
		one, _ := payout(account)(it.Payout(), nil)
		out = append(out, one)
	}
	return out, it.Meta() != nil && it.Meta().HasMore, it.Err()
}

func payout(account string) func(*stripe.Payout, error) (Payout, error) {
	return func(po *stripe.Payout, err error) (Payout, error) {
		if err != nil {
			return Payout{}, err
		}
		out := Payout{
			ID: po.ID, Account: account, Status: string(po.Status), Amount: amount(po.Amount, po.Currency), ArrivalDate: at(po.ArrivalDate),
			Automatic: po.Automatic, FailureCode: string(po.FailureCode), FailureMessage: po.FailureMessage, Metadata: po.Metadata,
			Created: at(po.Created),
		}
		if po.BalanceTransaction != nil {
			out.Transaction = po.BalanceTransaction.ID
		}
		if po.FailureBalanceTransaction != nil {
			out.FailureTransaction = po.FailureBalanceTransaction.ID
		}
		return out, nil
	}
}
