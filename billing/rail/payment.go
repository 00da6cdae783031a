package rail

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v76"

	"github.com/workfluence/workfluence/internal/money"
)

// Payment is a payment intent: one attempt to collect money, over several tries of the payer.
type Payment struct {
	ID          string
	Status      string // requires_payment_method, requires_action, processing, succeeded, canceled, …
	Amount      money.Amount
	Received    money.Amount
	Charge      string // latest charge; empty before the first try
	Group       string
	FailureCode string // of the last try, such as card_declined
	Metadata    map[string]string
	Created     time.Time
}

// Charge is money taken (or refused) from a card. Transaction is nil until the charge has succeeded.
type Charge struct {
	ID          string
	Status      string // succeeded, pending, failed
	Paid        bool
	Amount      money.Amount
	Refunded    money.Amount // sum of refunds that have not failed
	Disputed    bool
	Payment     string
	Group       string
	CardBrand   string
	CardLast4   string
	Country     string // of the card; two letters
	Email       string
	FailureCode string
	Metadata    map[string]string
	Created     time.Time
	Transaction *Transaction
}

// Payment reads a payment intent.
func (r *Rail) Payment(ctx context.Context, id string) (Payment, error) {
	p, cancel := r.read(ctx, "")
	defer cancel()
	pi, err := r.api.PaymentIntents.Get(id, &stripe.PaymentIntentParams{Params: p})
	if err != nil {
		return Payment{}, err
	}
	return payment(pi), nil
}

func payment(pi *stripe.PaymentIntent) Payment {
	out := Payment{
		ID: pi.ID, Status: string(pi.Status), Amount: amount(pi.Amount, pi.Currency), Received: amount(pi.AmountReceived, pi.Currency),
		Group: pi.TransferGroup, Metadata: pi.Metadata, Created: at(pi.Created),
	}
	if pi.LatestCharge != nil {
		out.Charge = pi.LatestCharge.ID
	}
	if pi.LastPaymentError != nil {
		out.FailureCode = string(pi.LastPaymentError.Code)
	}
	return out
}

// Charge reads a charge with its balance transaction.
func (r *Rail) Charge(ctx context.Context, id string) (Charge, error) {
	p, cancel := r.read(ctx, "")
	defer cancel()
	ch, err := r.api.Charges.Get(id, &stripe.ChargeParams{Params: p, Expand: stripe.StringSlice([]string{"balance_transaction"})})
	if err != nil {
		return Charge{}, err
	}
	return charge(ch), nil
}

// ChargesOf lists the charges of a payment intent, newest first: the failed tries and the one that went through.
func (r *Rail) ChargesOf(ctx context.Context, payment string, page Page) ([]Charge, bool, error) {
	p, cancel := r.list(ctx, "", page)
	defer cancel()
	it := r.api.Charges.List(&stripe.ChargeListParams{
		ListParams: p, PaymentIntent: stripe.String(payment), Expand: stripe.StringSlice([]string{"data.balance_transaction"}),
	})
	var out []Charge
	for it.Next() {
		out = append(out, charge(it.Charge()))
	}
	return out, it.Meta() != nil && it.Meta().HasMore, it.Err()
}

func charge(ch *stripe.Charge) Charge {
	c := Charge{
		ID: ch.ID, Status: string(ch.Status), Paid: ch.Paid, Amount: amount(ch.Amount, ch.Currency),
		Refunded: amount(ch.AmountRefunded, ch.Currency), Disputed: ch.Disputed, Group: ch.TransferGroup,
		FailureCode: ch.FailureCode, Metadata: ch.Metadata, Created: at(ch.Created),
	}
	if ch.PaymentIntent != nil {
		c.Payment = ch.PaymentIntent.ID
	}
	if ch.BillingDetails != nil {
		c.Email = ch.BillingDetails.Email
	}
	if d := ch.PaymentMethodDetails; d != nil && d.Card != nil {
		c.CardBrand, c.CardLast4, c.Country = string(d.Card.Brand), d.Card.Last4, d.Card.Country
	}
	if ch.BalanceTransaction != nil && ch.BalanceTransaction.Created != 0 {
		t := transaction(ch.BalanceTransaction)
		c.Transaction = &t
	}
	return c
}
