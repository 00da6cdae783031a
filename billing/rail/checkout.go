package rail

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v76"

	"github.com/workfluence/workfluence/internal/money"
)

// CheckoutRequest opens a hosted payment page for one order, charged on the platform (separate charges and transfers, money.md §3).
type CheckoutRequest struct {
	Order            string            // ours; sent as client_reference_id and metadata[order]
	Group            string            // transfer_group of the charge and of every transfer made from it
	Title            string            // what the payer sees
	Description      string            // one line under the title; may be empty
	Amount           money.Amount      // gross
	Email            string            // prefilled on the page; may be empty
	Locale           string            // en fr nl ar zh; Stripe has no Arabic page, so ar asks for the browser's language
	SuccessURL       string            // may hold {CHECKOUT_SESSION_ID}
	CancelURL        string            // where "back" leads
	ExpiresAt        time.Time         // 30 min to 24 h ahead; zero is 24 h
	DescriptorSuffix string            // on the card statement after the platform's prefix; at most 22 bytes together
	Metadata         map[string]string // more facts; ids only, never names
}

// Checkout is a hosted payment page.
type Checkout struct {
	ID, URL       string
	Status        string // open, complete, expired
	PaymentStatus string // paid, unpaid, no_payment_required
	Payment       string // the payment intent's id; empty until the payer presses pay
	Order         string
	Amount        money.Amount
	Email         string // as the payer typed it
	Metadata      map[string]string
	Created       time.Time
	ExpiresAt     time.Time
}

// OpenCheckout makes a hosted payment page. The same Op gives the same page.
func (r *Rail) OpenCheckout(ctx context.Context, op Op, q CheckoutRequest) (Checkout, error) {
	units, currency, err := price(q.Amount)
	if err != nil {
		return Checkout{}, err
	}
	p, cancel, err := r.write(ctx, op, "")
	if err != nil {
		return Checkout{}, err
	}
	defer cancel()
	facts := metadata(op, q.Metadata)
	facts["order"] = q.Order
	product := &stripe.CheckoutSessionLineItemPriceDataProductDataParams{Name: stripe.String(q.Title)}
	if q.Description != "" {
		product.Description = stripe.String(q.Description)
	}
	params := &stripe.CheckoutSessionParams{
		Params:             p,
		Mode:               stripe.String(string(stripe.CheckoutSessionModePayment)),
		ClientReferenceID:  stripe.String(q.Order),
		PaymentMethodTypes: stripe.StringSlice([]string{"card"}),
		SuccessURL:         stripe.String(q.SuccessURL),
		CancelURL:          stripe.String(q.CancelURL),
		Locale:             stripe.String(checkoutLocale(q.Locale)),
		Metadata:           facts,
		LineItems: []*stripe.CheckoutSessionLineItemParams{{
			Quantity: stripe.Int64(1),
			PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
				Currency:    currency,
				UnitAmount:  units,
				ProductData: product,
			},
		}},
		PaymentIntentData: &stripe.CheckoutSessionPaymentIntentDataParams{
			TransferGroup: stripe.String(q.Group),
			Metadata:      facts,
		},
	}
	if q.DescriptorSuffix != "" {
		params.PaymentIntentData.StatementDescriptorSuffix = stripe.String(q.DescriptorSuffix)
	}
	if q.Email != "" {
		params.CustomerEmail = stripe.String(q.Email)
	}
	if !q.ExpiresAt.IsZero() {
		params.ExpiresAt = stripe.Int64(q.ExpiresAt.Unix())
	}
	return checkout(r.api.CheckoutSessions.New(params))
}

// Checkout reads a page by its id.
func (r *Rail) Checkout(ctx context.Context, id string) (Checkout, error) {
	p, cancel := r.read(ctx, "")
	defer cancel()
	return checkout(r.api.CheckoutSessions.Get(id, &stripe.CheckoutSessionParams{Params: p}))
}

// ExpireCheckout closes an open page so that it can no longer be paid. A page that is complete is a failed outcome.
func (r *Rail) ExpireCheckout(ctx context.Context, op Op, id string) (Checkout, error) {
	p, cancel, err := r.write(ctx, op, "")
	if err != nil {
		return Checkout{}, err
	}
	defer cancel()
	return checkout(r.api.CheckoutSessions.Expire(id, &stripe.CheckoutSessionExpireParams{Params: p}))
}

func checkout(s *stripe.CheckoutSession, err error) (Checkout, error) {
	if err != nil {
		return Checkout{}, err
	}
	c := Checkout{
		ID: s.ID, URL: s.URL, Status: string(s.Status), PaymentStatus: string(s.PaymentStatus), Order: s.ClientReferenceID,
		Amount: amount(s.AmountTotal, s.Currency), Email: s.CustomerEmail, Metadata: s.Metadata,
		Created: at(s.Created), ExpiresAt: at(s.ExpiresAt),
	}
	if s.PaymentIntent != nil {
		c.Payment = s.PaymentIntent.ID
	}
	if s.CustomerDetails != nil && s.CustomerDetails.Email != "" {
		c.Email = s.CustomerDetails.Email
	}
	return c, nil
}

// checkoutLocale maps our languages to those of Stripe's page.
func checkoutLocale(l string) string {
	switch l {
	case "en", "fr", "nl", "zh":
		return l
	}
	return "auto"
}
