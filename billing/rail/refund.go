package rail

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v76"

	"github.com/workfluence/workfluence/internal/money"
)

// RefundRequest returns money of a charge to the payer's card. Amount is at most what is left of the charge, in its currency.
type RefundRequest struct {
	Charge   string
	Amount   money.Amount
	Reason   string // duplicate, fraudulent, requested_by_customer, or empty
	Metadata map[string]string
}

// Refund is money on its way back. It may fail after it succeeded; then FailureTransaction returns it to our balance.
type Refund struct {
	ID                 string
	Status             string // pending, requires_action, succeeded, failed, canceled
	Charge             string
	Payment            string
	Amount             money.Amount
	FailureReason      string
	Transaction        *Transaction
	FailureTransaction *Transaction
	Metadata           map[string]string
	Created            time.Time
}

var refundExpand = []string{"balance_transaction", "failure_balance_transaction"}

// CreateRefund sends money back. Transfers stay as they are: reverse them by CreateReversal (refund first, then reversal).
func (r *Rail) CreateRefund(ctx context.Context, op Op, q RefundRequest) (Refund, error) {
	units, _, err := price(q.Amount)
	if err != nil {
		return Refund{}, err
	}
	p, cancel, err := r.write(ctx, op, "")
	if err != nil {
		return Refund{}, err
	}
	defer cancel()
	params := &stripe.RefundParams{
		Params: p, Charge: stripe.String(q.Charge), Amount: units, Metadata: metadata(op, q.Metadata),
		Expand: stripe.StringSlice(refundExpand),
	}
	if q.Reason != "" {
		params.Reason = stripe.String(q.Reason)
	}
	re, err := r.api.Refunds.New(params)
	if err != nil {
		return Refund{}, err
	}
	return refund(re), nil
}

// Refund reads one refund with its balance transactions.
func (r *Rail) Refund(ctx context.Context, id string) (Refund, error) {
	p, cancel := r.read(ctx, "")
	defer cancel()
	re, err := r.api.Refunds.Get(id, &stripe.RefundParams{Params: p, Expand: stripe.StringSlice(refundExpand)})
	if err != nil {
		return Refund{}, err
	}
	return refund(re), nil
}

// Refunds lists the refunds of a charge, newest first; the second result says whether there are more.
func (r *Rail) Refunds(ctx context.Context, charge string, page Page) ([]Refund, bool, error) {
	p, cancel := r.list(ctx, "", page)
	defer cancel()
	it := r.api.Refunds.List(&stripe.RefundListParams{
		ListParams: p, Charge: stripe.String(charge),
		Expand: stripe.StringSlice([]string{"data.balance_transaction", "data.failure_balance_transaction"}),
	})
	var out []Refund
	for it.Next() {
		out = append(out, refund(it.Refund()))
	}
	return out, it.Meta() != nil && it.Meta().HasMore, it.Err()
}

func refund(re *stripe.Refund) Refund {
	out := Refund{
		ID: re.ID, Status: string(re.Status), Amount: amount(re.Amount, re.Currency), FailureReason: string(re.FailureReason),
		Metadata: re.Metadata, Created: at(re.Created),
	}
	if re.Charge != nil {
		out.Charge = re.Charge.ID
	}
	if re.PaymentIntent != nil {
		out.Payment = re.PaymentIntent.ID
	}
	out.Transaction = optional(re.BalanceTransaction)
	out.FailureTransaction = optional(re.FailureBalanceTransaction)
	return out
}
