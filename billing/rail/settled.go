package rail

import (
	"context"

	"github.com/stripe/stripe-go/v76"
)

// Settled is a hosted payment page with all that came of it, read at once. Payment is nil until the payer pressed pay, Charge until a
// card was charged, and Charge.Transaction until the money is booked.
type Settled struct {
	Checkout Checkout
	Payment  *Payment
	Charge   *Charge
}

// CheckoutSettled reads a page with its payment intent, latest charge and balance transaction: one call for what a sale needs to know.
func (r *Rail) CheckoutSettled(ctx context.Context, id string) (Settled, error) {
	p, cancel := r.read(ctx, "")
	defer cancel()
	s, err := r.api.CheckoutSessions.Get(id, &stripe.CheckoutSessionParams{
		Params: p, Expand: stripe.StringSlice([]string{"payment_intent.latest_charge.balance_transaction"}),
	})
	if err != nil {
		return Settled{}, err
	}
	page, err := checkout(s, nil)
	if err != nil {
		return Settled{}, err
	}
	out := Settled{Checkout: page}
	if s.PaymentIntent != nil && s.PaymentIntent.Created != 0 {
		pi := payment(s.PaymentIntent)
		out.Payment = &pi
		if ch := s.PaymentIntent.LatestCharge; ch != nil && ch.Created != 0 {
			c := charge(ch)
			out.Charge = &c
		}
	}
	return out, nil
}
