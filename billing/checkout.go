package billing

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

// lastLook is how long after its end an open checkout is looked at once more before it is closed: a payment may have been made in the
// last second, and its webhook may be lost.
const lastLook = 5 * time.Minute

// OpenCheckout stores the money plan of an order and opens its hosted checkout. It is idempotent by order id. The operation is made
// and claimed in one transaction, so an order costs one write before Stripe is asked and one after.
func (s *Service) OpenCheckout(ctx context.Context, r billingapi.CheckoutRequest) (billingapi.Checkout, error) {
	hash, err := canon.Digest(r)
	if err != nil {
		return billingapi.Checkout{}, problem.ErrInvalid.Because(err)
	}
	now := s.now()
	plan, err := NewPlan(s.policies, r, now)
	if err != nil {
		return billingapi.Checkout{}, err
	}
	if err := s.maySell(ctx, plan, r.ProductID, now); err != nil {
		return billingapi.Checkout{}, err
	}
	ends := now.Add(time.Duration(s.policies.TermsAt(now).CheckoutMinutes) * time.Minute)
	request := rail.CheckoutRequest{
		Order: r.OrderID, Group: r.OrderID, Title: r.Title, Amount: r.Gross, Email: r.BuyerEmail, Locale: r.Locale,
		SuccessURL: s.publicURL + r.SuccessPath, CancelURL: s.publicURL + r.CancelPath, ExpiresAt: ends,
	}
	raw, err := json.Marshal(request)
	if err != nil {
		return billingapi.Checkout{}, err
	}
	op := Operation{ID: id.New("op"), Kind: OpCheckout, OrderID: &r.OrderID, State: OpSent, Attempt: 1, Request: raw, Tries: 1, FirstSentAt: &now}
	persons, shares := make([]string, len(plan.Shares)), make([]int64, len(plan.Shares))
	for i, sh := range plan.Shares {
		persons[i], shares[i] = sh.Person, sh.Amount.Minor
	}
	fresh, err := scalar[int64](ctx, s.pool, "ReserveCheckout", args{
		"plan_id": plan.ID, "order_id": r.OrderID, "digest": plan.Digest, "body": plan.Body, "now": now, "kind": r.Kind,
		"product_id": r.ProductID, "request_hash": hash, "gross": r.Gross.Minor, "currency": r.Gross.Currency, "ends_at": ends,
		"look_at": ends.Add(lastLook), "persons": persons, "shares": shares, "op_id": op.ID, "request": op.Request,
		"lease": s.wall().Add(s.lease),
	})
	if err != nil {
		return billingapi.Checkout{}, err
	}
	if fresh == 0 {
		return s.resumeCheckout(ctx, r.OrderID, hash)
	}
	killpoint.Here(reserved.of(OpCheckout))
	page, err := s.rail.OpenCheckout(ctx, op.Rail(), request)
	killpoint.Here(answered.of(OpCheckout))
	if err := s.conclude(ctx, op, checkoutEffect{s}, page, err); err != nil {
		return billingapi.Checkout{}, err
	}
	return billingapi.Checkout{PlanID: plan.ID, PlanDigest: plan.Digest, Plan: plan.Plan, URL: page.URL, ExpiresAt: page.ExpiresAt}, nil
}

type checkoutRow struct {
	RequestHash    string
	State          billingapi.OrderState
	SessionURL     *string
	CheckoutEndsAt time.Time
	Digest         string
	Body           string
	OpID           string
}

// resumeCheckout answers a repeat: the stored checkout if there is one, else it goes on where the first call stopped.
func (s *Service) resumeCheckout(ctx context.Context, orderID, hash string) (billingapi.Checkout, error) {
	for try := 0; ; try++ {
		row, err := one[checkoutRow](ctx, s.pool, "CheckoutOf", args{"order_id": orderID})
		if err != nil {
			return billingapi.Checkout{}, err
		}
		switch {
		case row.RequestHash != hash:
			return billingapi.Checkout{}, billingapi.ErrCheckoutDiffers
		case row.State == billingapi.OrderExpired || row.State == billingapi.OrderFailed:
			return billingapi.Checkout{}, billingapi.ErrCheckoutClosed.WithState(string(row.State))
		case row.SessionURL != nil:
			plan, err := openPlan(row.Body, row.Digest)
			if err != nil {
				return billingapi.Checkout{}, err
			}
			return billingapi.Checkout{PlanID: plan.ID, PlanDigest: plan.Digest, Plan: plan.Plan, URL: *row.SessionURL, ExpiresAt: row.CheckoutEndsAt}, nil
		case try >= 20:
			return billingapi.Checkout{}, problem.ErrIdempotencyRunning.WithRetryAfter(1)
		}
		// Another call may hold the lease; it is done in a moment. One that died leaves a lease that ends by itself. Whatever comes of
		// it stands in the row, which is read again.
		if err := s.run(ctx, row.OpID); err != nil {
			s.log.DebugContext(ctx, "a checkout is not open yet", "order", orderID, "error", err)
		}
		select {
		case <-ctx.Done():
			return billingapi.Checkout{}, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// checkoutEffect opens a hosted checkout.
type checkoutEffect struct{ s *Service }

func (e checkoutEffect) send(ctx context.Context, op Operation) (any, error) {
	r, err := decode[rail.CheckoutRequest](op)
	if err != nil {
		return nil, err
	}
	return e.s.rail.OpenCheckout(ctx, op.Rail(), r)
}

// find never finds one: Stripe lists no checkouts by order. The page of a lost answer was shown to nobody and can be paid by nobody,
// so another attempt is safe.
func (e checkoutEffect) find(context.Context, Operation) (any, bool, error) { return nil, false, nil }

func (e checkoutEffect) done(ctx context.Context, op Operation, result any) error {
	page, ok := result.(rail.Checkout)
	if !ok {
		return fmt.Errorf("billing: %T is no checkout", result)
	}
	// A batch without a transaction around it is one transaction, in one round trip.
	var batch pgx.Batch
	batch.Queue(queries.SQL("CheckoutOpened"), args{
		"order_id": op.OrderID, "session_id": page.ID, "url": page.URL, "ends_at": page.ExpiresAt, "look_at": page.ExpiresAt.Add(lastLook),
	})
	batch.Queue(queries.SQL("FinishOperation"), args{"id": op.ID, "state": OpConfirmed, "result_id": page.ID, "failure_code": ""})
	return e.s.pool.SendBatch(ctx, &batch).Close()
}

func (e checkoutEffect) fail(ctx context.Context, op Operation, code string) error {
	return pg.InTx(ctx, e.s.pool, func(ctx context.Context, tx pgx.Tx) error {
		l, err := lock(ctx, tx, *op.OrderID)
		if err != nil {
			return err
		}
		if _, open, err := finish(ctx, tx, op.ID, OpFailed, "", code); err != nil || !open {
			return err
		}
		if l.MayBecome(billingapi.OrderFailed) {
			l.State, l.CheckoutLookAt = billingapi.OrderFailed, nil
		}
		return l.save(ctx, tx, e.s.now())
	})
}
