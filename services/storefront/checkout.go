package storefront

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

const (
	// firstLook is how long after an order is placed the sweep looks whether its
	// checkout was opened: a crash between the two transactions is repaired then.
	firstLook = 30 * time.Second
	// nextLook is how long the sweep waits between two looks at an open checkout;
	// webhooks tell sooner in all but bad cases.
	nextLook = 15 * time.Minute
	// abandoned is when an order without a checkout is given up, in domain time.
	abandoned = 24 * time.Hour
)

// proceed answers a press: the checkout to go to, or the page that follows.
// known says that the caller is the buyer, who may have the order's secret.
func (s *Service) proceed(ctx context.Context, o Order, again, known bool) (*storefrontapi.PlacedOrder, error) {
	if o.Unpaid() {
		var err error
		if o, err = s.openCheckout(ctx, o); err != nil {
			return nil, err
		}
	}
	out := &storefrontapi.PlacedOrder{Order: o.toStranger(s.Clock.Now()), Next: thanksPath(o.ID, ""), Again: again}
	if known {
		out.Order, out.AccessToken = o.wire(s.Clock.Now()), s.orderSecret(o.ID)
		out.Next = thanksPath(o.ID, out.AccessToken)
	}
	if o.Unpaid() {
		out.CheckoutURL = deref(o.CheckoutURL)
	}
	return out, nil
}

// thanksPath is our page after the checkout, accessPath the one that opens what
// was bought.
func thanksPath(orderID, token string) string { return withToken("/orders/"+orderID+"/thanks", token) }
func accessPath(orderID, token string) string { return withToken("/orders/"+orderID+"/open", token) }

func withToken(path, token string) string {
	if token == "" {
		return path
	}
	return path + "?token=" + token
}

// openCheckout asks billing for the plan and the hosted checkout, outside any
// transaction and idempotent by the order's id, and writes both down. A refusal
// for good ends the order; no answer leaves it for the next press or the sweep.
func (s *Service) openCheckout(ctx context.Context, o Order) (Order, error) {
	if o.State == storefrontapi.OrderStateOpen && o.CheckoutURL != nil {
		return o, nil
	}
	secret := s.orderSecret(o.ID)
	checkout, err := s.Till.OpenCheckout(ctx, billingapi.CheckoutRequest{
		OrderID: o.ID, Kind: "sale", Title: o.Title, ProductID: o.ProductID, Gross: o.gross(),
		Payees: []billingapi.Payee{{Person: o.CreatorID, Weight: 1}}, BuyerEmail: o.Email, Locale: o.Locale, Country: o.Country,
		SuccessPath: thanksPath(o.ID, secret), CancelPath: withToken("/orders/"+o.ID+"/cancelled", secret),
	})
	if err != nil {
		if refusedForGood(err) {
			err = errors.Join(err, s.end(ctx, o, storefrontapi.OrderStateFailed))
		}
		return o, err
	}
	killpoint.Here(checkoutAnswered)
	var opened *Order
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		batch := &pgx.Batch{}
		batch.Queue(queries.SQL("OpenOrder"), pg.Args{
			"id": o.ID, "plan_id": checkout.PlanID, "plan_digest": checkout.PlanDigest, "url": checkout.URL,
			"expires": checkout.ExpiresAt, "retry": s.wall().Add(nextLook),
		}).Query(into(&opened))
		audits.Queue(batch, audit.Row{
			At: s.Clock.Now(), Actor: audit.Actor(ctx, guest), Action: "order.checkout_opened", Object: o.ID,
			Detail: audit.Detail{"plan": checkout.PlanID, "digest": checkout.PlanDigest},
		})
		return pg.Commit(ctx, tx, batch)
	})
	if err == nil && opened == nil {
		err = problem.ErrNotFound
	}
	if err != nil {
		return o, err
	}
	return *opened, nil
}

// refusedForGood reports whether the same request would be refused again.
func refusedForGood(err error) bool {
	if err == nil {
		return false
	}
	switch problem.From(err).Kind {
	case problem.Malformed, problem.Forbidden, problem.NotFound, problem.Conflict, problem.Gone, problem.Invalid:
		return !errors.Is(err, problem.ErrIdempotencyRunning)
	}
	return errors.Is(err, billingapi.ErrRailRefused)
}

// end closes an order that will not be paid. Facts from billing may still open it.
func (s *Service) end(ctx context.Context, o Order, state string) error {
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		n, err := exec(ctx, tx, "EndOrder", pgx.NamedArgs{"id": o.ID, "state": state})
		if err != nil || n == 0 {
			return err
		}
		return s.record(ctx, tx, "order."+state, o.ID, nil)
	})
}

// Reopen gives the buyer the checkout of an order that is not paid; nobody pays for another. Errors: ErrOrderOver, problem.ErrForbidden.
func (s *Service) Reopen(ctx context.Context, orderID, token string) (*storefrontapi.PlacedOrder, error) {
	o, err := s.buyersOrder(ctx, orderID, token)
	if err != nil {
		return nil, err
	}
	if identity.From(ctx).For != "" {
		return nil, problem.ErrForbidden
	}
	if o.Over() {
		return nil, storefrontapi.ErrOrderOver.WithState(o.State)
	}
	return s.proceed(ctx, o, true, true)
}

// buyersOrder is an order as its buyer sees it; its creator sees none here.
func (s *Service) buyersOrder(ctx context.Context, orderID, token string) (Order, error) {
	o, err := s.seenOrder(ctx, s.Pool, orderID, token)
	if err == nil && !s.orderSecretIs(orderID, token) && deref(o.PersonID) != owner(ctx) {
		return o, problem.ErrForbidden
	}
	return o, err
}

// Refresh asks billing what became of a payment and applies the answer: the page
// after the checkout need not wait for the webhook (storefront.md case 29).
func (s *Service) Refresh(ctx context.Context, orderID, token string) (*storefrontapi.Order, error) {
	o, err := s.buyersOrder(ctx, orderID, token)
	if err != nil {
		return nil, err
	}
	if o.State == storefrontapi.OrderStateOpen || o.State == storefrontapi.OrderStateProcessing {
		if o, err = s.refresh(ctx, orderID); err != nil {
			return nil, err
		}
	}
	out := o.wire(s.Clock.Now())
	return &out, nil
}

func (s *Service) refresh(ctx context.Context, orderID string) (o Order, err error) {
	facts, err := s.Till.Refresh(ctx, orderID)
	if err != nil {
		return o, err
	}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		o, err = s.applyMoney(ctx, tx, facts, pg.Commit)
		return err
	})
	killpoint.Here(moneyApplied)
	return o, err
}

// due is an order that the sweep claimed.
type due struct {
	ID       string
	State    string
	PlacedAt time.Time
}

// LookAfter looks at orders whose time has come (wall): it opens the checkout
// that a crash left out, asks billing for payments whose webhook is late, and
// gives up what was abandoned. Claiming moves an order's next look, so replicas
// don't do the work twice.
func (s *Service) LookAfter(ctx context.Context) (int, error) {
	wall := s.wall()
	rows, err := many[due](ctx, s.Pool, "ClaimOrders", pgx.NamedArgs{"wall": wall, "next": wall.Add(nextLook)})
	if err != nil {
		return 0, err
	}
	var fault error
	for _, d := range rows {
		if err := s.lookAt(ctx, d); err != nil {
			fault = errors.Join(fault, err)
		}
	}
	if fault != nil && s.Log != nil {
		s.Log.WarnContext(ctx, "orders wait for billing", "error", fault)
	}
	return len(rows), nil
}

func (s *Service) lookAt(ctx context.Context, d due) error {
	if d.State != storefrontapi.OrderStatePlaced {
		_, err := s.refresh(ctx, d.ID)
		return err
	}
	o, err := one[Order](ctx, s.Pool, problem.ErrNotFound, "Order", pgx.NamedArgs{"id": d.ID})
	if err != nil {
		return err
	}
	if s.Clock.Now().Sub(o.PlacedAt) > abandoned {
		return s.end(ctx, o, storefrontapi.OrderStateExpired)
	}
	_, err = s.openCheckout(ctx, o)
	if refusedForGood(err) {
		return nil // the order ended; nobody waits for the refusal here
	}
	return err
}
