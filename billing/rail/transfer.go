package rail

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v76"

	"github.com/workfluence/workfluence/internal/money"
)

// TransferRequest moves money from the platform to a payee's account. With Charge (source_transaction) it succeeds on funds that
// are still pending and settles with that charge; its currency must be that of the charge's balance transaction.
type TransferRequest struct {
	Account  string
	Amount   money.Amount
	Charge   string // may be empty: then the platform needs available balance
	Group    string // with Charge, Stripe takes the charge's group; both are sent when given
	Metadata map[string]string
}

// Transfer is money moved to a payee.
type Transfer struct {
	ID          string
	Account     string
	Amount      money.Amount
	Reversed    money.Amount // sum of its reversals
	Group       string
	Charge      string
	Transaction string // id of the platform's balance transaction
	Metadata    map[string]string
	Created     time.Time
}

// Reversal takes money of a transfer back.
type Reversal struct {
	ID          string
	Transfer    string
	Amount      money.Amount
	Transaction string
	Metadata    map[string]string
	Created     time.Time
}

// CreateTransfer moves money to a payee.
func (r *Rail) CreateTransfer(ctx context.Context, op Op, q TransferRequest) (Transfer, error) {
	units, currency, err := price(q.Amount)
	if err != nil {
		return Transfer{}, err
	}
	p, cancel, err := r.write(ctx, op, "")
	if err != nil {
		return Transfer{}, err
	}
	defer cancel()
	params := &stripe.TransferParams{
		Params: p, Destination: stripe.String(q.Account), Amount: units, Currency: currency,
		Metadata: metadata(op, q.Metadata),
	}
	if q.Charge != "" {
		params.SourceTransaction = stripe.String(q.Charge)
	}
	if q.Group != "" {
		params.TransferGroup = stripe.String(q.Group)
	}
	t, err := r.api.Transfers.New(params)
	if err != nil {
		return Transfer{}, err
	}
	return transfer(t), nil
}

// Transfer reads one transfer.
func (r *Rail) Transfer(ctx context.Context, id string) (Transfer, error) {
	p, cancel := r.read(ctx, "")
	defer cancel()
	t, err := r.api.Transfers.Get(id, &stripe.TransferParams{Params: p})
	if err != nil {
		return Transfer{}, err
	}
	return transfer(t), nil
}

// Transfers lists the transfers of a group, newest first; the second result says whether there are more.
func (r *Rail) Transfers(ctx context.Context, group string, page Page) ([]Transfer, bool, error) {
	p, cancel := r.list(ctx, "", page)
	defer cancel()
	params := &stripe.TransferListParams{ListParams: p}
	if group != "" {
		params.TransferGroup = stripe.String(group)
	}
	it := r.api.Transfers.List(params)
	var out []Transfer
	for it.Next() {
		out = append(out, transfer(it.Transfer()))
	}
	return out, it.Meta() != nil && it.Meta().HasMore, it.Err()
}

// CreateReversal takes back an amount of a transfer. It fails for certain when the payee's account holds too little.
func (r *Rail) CreateReversal(ctx context.Context, op Op, transferID string, a money.Amount, facts map[string]string) (Reversal, error) {
	units, _, err := price(a)
	if err != nil {
		return Reversal{}, err
	}
	p, cancel, err := r.write(ctx, op, "")
	if err != nil {
		return Reversal{}, err
	}
	defer cancel()
	v, err := r.api.TransferReversals.New(&stripe.TransferReversalParams{
		Params: p, ID: stripe.String(transferID), Amount: units, Metadata: metadata(op, facts),
	})
	if err != nil {
		return Reversal{}, err
	}
	return reversal(v), nil
}

// Reversals lists the reversals of a transfer, newest first; the second result says whether there are more.
func (r *Rail) Reversals(ctx context.Context, transferID string, page Page) ([]Reversal, bool, error) {
	p, cancel := r.list(ctx, "", page)
	defer cancel()
	it := r.api.TransferReversals.List(&stripe.TransferReversalListParams{ListParams: p, ID: stripe.String(transferID)})
	var out []Reversal
	for it.Next() {
		out = append(out, reversal(it.TransferReversal()))
	}
	return out, it.Meta() != nil && it.Meta().HasMore, it.Err()
}

func transfer(t *stripe.Transfer) Transfer {
	out := Transfer{
		ID: t.ID, Amount: amount(t.Amount, t.Currency), Reversed: amount(t.AmountReversed, t.Currency), Group: t.TransferGroup,
		Metadata: t.Metadata, Created: at(t.Created),
	}
	if t.Destination != nil {
		out.Account = t.Destination.ID
	}
	if t.SourceTransaction != nil {
		out.Charge = t.SourceTransaction.ID
	}
	if t.BalanceTransaction != nil {
		out.Transaction = t.BalanceTransaction.ID
	}
	return out
}

func reversal(v *stripe.TransferReversal) Reversal {
	out := Reversal{ID: v.ID, Amount: amount(v.Amount, v.Currency), Metadata: v.Metadata, Created: at(v.Created)}
	if v.Transfer != nil {
		out.Transfer = v.Transfer.ID
	}
	if v.BalanceTransaction != nil {
		out.Transaction = v.BalanceTransaction.ID
	}
	return out
}
