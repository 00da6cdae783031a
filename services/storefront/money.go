package storefront

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// applyMoney takes billing's facts into an order, whoever brings them (event or
// answer) and in whatever order they come: a version counts once. What there is
// to write goes out by send: pg.Send, or pg.Commit where the transaction ends
// with it. It returns the order as it is then. Error: problem.ErrNotFound.
func (s *Service) applyMoney(ctx context.Context, tx pgx.Tx, m billingapi.OrderMoney, send sender) (Order, error) {
	o, err := lockOrder(ctx, tx, m.OrderID)
	if err != nil {
		return o, err
	}
	next, newer := o.Apply(m)
	if !newer {
		return o, nil
	}
	if next.State == storefrontapi.OrderStatePaid && m.Gross != o.gross() {
		return o, fmt.Errorf("order %s: paid %s, agreed %s", o.ID, m.Gross, o.gross())
	}
	return s.saveMoney(ctx, tx, o, next, send)
}

// hearMoney takes an event's facts in. Mostly the page after the checkout was
// first: then nothing is locked. Facts about an order that is not ours change
// nothing.
func (s *Service) hearMoney(ctx context.Context, tx pgx.Tx, m billingapi.OrderMoney) error {
	_, err := one[struct{ ID string }](ctx, tx, problem.ErrNotFound, "OrderBehind", pgx.NamedArgs{"id": m.OrderID, "version": m.Version})
	if err == nil {
		_, err = s.applyMoney(ctx, tx, m, pg.Send)
	}
	if errors.Is(err, problem.ErrNotFound) {
		return nil
	}
	return err
}

// sender sends the statements that a use case ends with.
type sender func(ctx context.Context, tx pgx.Tx, batch *pgx.Batch) error

func (s *Service) saveMoney(ctx context.Context, tx pgx.Tx, was, next Order, send sender) (Order, error) {
	if next.PaidAt == nil && next.State == storefrontapi.OrderStatePaid {
		now := s.Clock.Now()
		next.PaidAt = &now
	}
	batch := &pgx.Batch{}
	batch.Queue(queries.SQL("SaveMoney"), pg.Args{
		"id": next.ID, "version": next.MoneyVersion, "state": next.State, "paid": next.PaidAt, "refund_requested": next.RefundRequested,
		"refunded": next.Refunded, "refund_failed": next.RefundFailed, "disputed": next.Disputed,
	})
	audits.Queue(batch, audit.Row{
		At: s.Clock.Now(), Actor: billingapi.Name, Action: "order.money", Object: next.ID,
		Detail: audit.Detail{"version": next.MoneyVersion, "state": next.State},
	})
	if next.State == storefrontapi.OrderStatePaid {
		var err error
		if next, err = s.settle(batch, next, deref(was.Access)); err != nil {
			return was, err
		}
	}
	return next, send(ctx, tx, batch)
}

// settle adds to a batch what makes a buyer's access agree with a paid order's
// money. The first time it gives the entitlement and tells that the order is paid.
func (s *Service) settle(batch *pgx.Batch, o Order, had string) (Order, error) {
	access := o.access()
	if access == had {
		return o, nil
	}
	first := had == ""
	entID := deref(o.EntitlementID)
	if first {
		entID = id.New(entitlementPrefix)
	}
	now := s.Clock.Now()
	batch.Queue(queries.SQL("PutEntitlement"), pg.Args{
		"id": entID, "order": o.ID, "product": o.ProductID, "buyer": o.BuyerKey, "person": o.PersonID, "access": access, "now": now,
	})
	audits.Queue(batch, audit.Row{
		At: now, Actor: storefrontapi.Name, Action: "access." + access, Object: entID, Detail: audit.Detail{"order": o.ID},
	})
	var events []outbox.Event
	if first {
		events = append(events, s.event(storefrontapi.EventOrderPaid, o.ID,
			storefrontapi.OrderPaid{OrderID: o.ID, ProductID: o.ProductID, CreatorID: o.CreatorID}))
	}
	events = append(events, s.event(storefrontapi.EventAccessChanged, o.ID,
		storefrontapi.AccessChanged{OrderID: o.ID, EntitlementID: entID, Open: access == storefrontapi.AccessOpen}))
	o.EntitlementID, o.Access = &entID, &access
	return o, outbox.Queue(batch, events...)
}
