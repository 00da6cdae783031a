package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

// Money is what is known about an order's money. Error: problem.ErrNotFound.
func (s *Service) Money(ctx context.Context, orderID string) (billingapi.OrderMoney, error) {
	o, ok, err := found(one[Order](ctx, s.pool, "Order", args{"order_id": orderID}))
	if err != nil {
		return billingapi.OrderMoney{}, err
	}
	if !ok {
		return billingapi.OrderMoney{}, problem.ErrNotFound
	}
	return o.Money(), nil
}

// Refresh asks Stripe about an order's payment, unless all of it is known, and applies the answer. The thanks page, the webhook and
// the last look at a checkout's end all come here; callers of one process share one question.
func (s *Service) Refresh(ctx context.Context, orderID string) (billingapi.OrderMoney, error) {
	v, err, _ := s.refreshing.Do(orderID, func() (any, error) {
		// The first caller's patience must not end the others' work.
		return s.refresh(context.WithoutCancel(ctx), orderID)
	})
	if err != nil {
		return billingapi.OrderMoney{}, err
	}
	return v.(billingapi.OrderMoney), nil
}

func (s *Service) refresh(ctx context.Context, orderID string) (billingapi.OrderMoney, error) {
	o, ok, err := found(one[Order](ctx, s.pool, "Order", args{"order_id": orderID}))
	switch {
	case err != nil:
		return billingapi.OrderMoney{}, err
	case !ok:
		return billingapi.OrderMoney{}, problem.ErrNotFound
	case o.Settled() || o.SessionID == nil:
		return o.Money(), nil
	}
	news, err := s.rail.CheckoutSettled(ctx, *o.SessionID)
	if err != nil {
		return billingapi.OrderMoney{}, billingapi.ErrRailUnavailable.Because(err)
	}
	killpoint.Here("billing.payment.fetched")
	return s.applyPayment(ctx, orderID, news)
}

// applyPayment books what Stripe says about a checkout, in one transaction. It may be called with old news and in any order: states
// only move forward, and each effect has its key.
func (s *Service) applyPayment(ctx context.Context, orderID string, news rail.Settled) (billingapi.OrderMoney, error) {
	var after billingapi.OrderMoney
	err := pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		l, err := lock(ctx, tx, orderID)
		if err != nil {
			return err
		}
		journals, err := l.pay(news, s.now())
		if err != nil {
			return err
		}
		var batch pgx.Batch
		if err := ledger.Queue(&batch, journals...); err != nil {
			return err
		}
		if err := l.queue(&batch, s.now()); err != nil {
			return err
		}
		after = l.Money()
		return ledger.Explain(pg.Commit(ctx, tx, &batch))
	})
	if err == nil {
		killpoint.Here("billing.payment.applied")
	}
	return after, err
}

// pay moves the order by what Stripe says and returns what there is to book.
func (l *locked) pay(news rail.Settled, now time.Time) ([]ledger.Journal, error) {
	if p := news.Payment; p != nil && l.PaymentID == nil {
		l.PaymentID = &p.ID
	}
	ch := news.Charge
	switch {
	case ch != nil && ch.Paid && ch.Status == "succeeded" && news.Payment.Status == "succeeded":
		return l.paid(*ch)
	case news.Payment != nil && news.Payment.Status == "processing", news.Checkout.Status == "complete" && news.Checkout.PaymentStatus == "unpaid":
		next := billingapi.OrderProcessing
		if news.Payment != nil && news.Payment.Status == "requires_payment_method" {
			// A bank debit came back: the checkout is complete, so nobody will try another card (money.md case 42).
			next = billingapi.OrderFailed
		}
		if l.MayBecome(next) {
			l.State = next
		}
		if next == billingapi.OrderFailed {
			l.CheckoutLookAt = nil
		}
	case news.Checkout.Status == "expired":
		if l.MayBecome(billingapi.OrderExpired) {
			l.State, l.CheckoutLookAt = billingapi.OrderExpired, nil
		}
	case l.CheckoutLookAt != nil && !l.CheckoutLookAt.After(now):
		later := now.Add(lastLook)
		l.CheckoutLookAt = &later
	}
	return nil, nil
}

// errAmount is a charge that is not what the plan says. Nothing of it is booked; it stays visible as a hint that fails.
var errAmount = errors.New("billing: a charge differs from its money plan")

func (l *locked) paid(ch rail.Charge) ([]ledger.Journal, error) {
	var journals []ledger.Journal
	if l.State != billingapi.OrderPaid {
		if ch.Amount != l.Plan.Gross {
			return nil, fmt.Errorf("%w: %s is %s, the plan says %s", errAmount, ch.ID, ch.Amount, l.Plan.Gross)
		}
		at := ch.Created
		l.State, l.PaidAt, l.ChargeID, l.CheckoutLookAt = billingapi.OrderPaid, &at, &ch.ID, nil
		if ch.CardLast4 != "" {
			l.CardLast4 = &ch.CardLast4
		}
		due := at.AddDate(0, 0, l.Plan.RiskWindowDays)
		for i := range l.Legs {
			g := &l.Legs[i]
			g.Open, g.DueAt, g.LookAt, g.Blocker = true, &due, &due, billingapi.BlockerRiskWindow
			if g.Share == 0 {
				g.LookAt, g.Blocker = nil, billingapi.BlockerNone
			}
		}
		journals = append(journals, l.salePaid(at)...)
	}
	if t := ch.Transaction; t != nil && l.ChargeTxn == nil {
		if t.Amount.Currency != l.Currency {
			return nil, fmt.Errorf("%w: %s settled in %s", errAmount, ch.ID, t.Amount.Currency)
		}
		l.ChargeTxn = &t.ID
		journals = append(journals, l.chargeFee(*t)...)
	}
	return journals, nil
}

// LookAtCheckouts asks once more about each checkout whose end has passed.
func (s *Service) LookAtCheckouts(ctx context.Context) error {
	due, err := pg.Column[string](ctx, s.pool, queries.SQL("CheckoutsToLookAt"), args{"now": s.now()})
	if err != nil {
		return err
	}
	return each(ctx, due, func(ctx context.Context, orderID string) error {
		_, err := s.Refresh(ctx, orderID)
		if err != nil {
			return errors.Join(err, exec(ctx, s.pool, "CheckoutLookLater", args{"order_id": orderID, "at": s.now().Add(lastLook)}))
		}
		return nil
	})
}
