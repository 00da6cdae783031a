package billing

import (
	"context"
	_ "embed"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

//go:embed queries.sql
var queriesSQL string

//go:embed queries_ops.sql
var queriesOpsSQL string

//go:embed queries_people.sql
var queriesPeopleSQL string

//go:embed queries_personal.sql
var queriesPersonalSQL string

//go:embed queries_hooks.sql
var queriesHooksSQL string

var queries = pg.MustLoad(queriesSQL + "\n" + queriesOpsSQL + "\n" + queriesPeopleSQL + "\n" + queriesPersonalSQL + "\n" + queriesHooksSQL)

type args = pg.Args

var audits = audit.In("billing")

func one[T any](ctx context.Context, db pg.Querier, query string, a args) (T, error) {
	return pg.One[T](ctx, db, queries.SQL(query), a)
}

func many[T any](ctx context.Context, db pg.Querier, query string, a args) ([]T, error) {
	return pg.Many[T](ctx, db, queries.SQL(query), a)
}

func scalar[T any](ctx context.Context, db pg.Querier, query string, a args) (T, error) {
	return pg.Scalar[T](ctx, db, queries.SQL(query), a)
}

func exec(ctx context.Context, db pg.Querier, query string, a args) error {
	_, err := pg.Exec(ctx, db, queries.SQL(query), a)
	return err
}

// found turns "no row" into a false.
func found[T any](v T, err error) (T, bool, error) {
	if errors.Is(err, pgx.ErrNoRows) {
		return v, false, nil
	}
	return v, err == nil, err
}

// locked is an order as a transaction holds it: the row, its plan and its legs. Nothing of an order changes without it.
type locked struct {
	Order
	Plan Plan
	Legs []Leg

	before Order
	legs   []Leg
}

type orderRow struct {
	Order
	Digest string
	Body   string
}

// lock takes an order's row. Errors: problem.ErrNotFound.
func lock(ctx context.Context, tx pgx.Tx, orderID string) (*locked, error) {
	var batch pgx.Batch
	batch.Queue(queries.SQL("LockOrder"), args{"order_id": orderID})
	batch.Queue(queries.SQL("Legs"), args{"order_id": orderID})
	res := tx.SendBatch(ctx, &batch)
	defer func() { _ = res.Close() }()
	rows, err := res.Query()
	if err != nil {
		return nil, err
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByNameLax[orderRow])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, problem.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	plan, err := openPlan(row.Body, row.Digest)
	if err != nil {
		return nil, err
	}
	if rows, err = res.Query(); err != nil {
		return nil, err
	}
	legs, err := pgx.CollectRows(rows, pgx.RowToStructByNameLax[Leg])
	if err != nil {
		return nil, err
	}
	l := &locked{Order: row.Order, Plan: plan, Legs: legs, before: row.Order}
	l.legs = append(l.legs, legs...)
	return l, nil
}

// leg is a payee's part by its position.
func (l *locked) leg(position int16) *Leg {
	for i := range l.Legs {
		if l.Legs[i].Position == position {
			return &l.Legs[i]
		}
	}
	panic("billing: a leg of the order is missing")
}

// save writes what changed and tells the others, if they can see it. more are further events of the same change.
func (l *locked) save(ctx context.Context, tx pgx.Tx, now time.Time, more ...outbox.Event) error {
	var batch pgx.Batch
	if err := l.queue(&batch, now, more...); err != nil || batch.Len() == 0 {
		return err
	}
	return pg.Send(ctx, tx, &batch)
}

// queue is save as statements of a batch.
func (l *locked) queue(batch *pgx.Batch, now time.Time, more ...outbox.Event) error {
	visible := l.State != l.before.State || l.RefundRequested != l.before.RefundRequested || l.Refunded != l.before.Refunded ||
		l.RefundFailed != l.before.RefundFailed || l.Disputed != l.before.Disputed
	if visible {
		l.Version++
	}
	if l.Order != l.before {
		batch.Queue(queries.SQL("SaveOrder"), args{
			"order_id": l.OrderID, "state": l.State, "version": l.Version, "checkout_look_at": l.CheckoutLookAt, "session_id": l.SessionID,
			"payment_id": l.PaymentID, "charge_id": l.ChargeID, "charge_txn": l.ChargeTxn, "card_last4": l.CardLast4, "paid_at": l.PaidAt,
			"refund_requested": l.RefundRequested, "refunded": l.Refunded, "refund_failed": l.RefundFailed, "disputed": l.Disputed, "frozen": l.Frozen,
		})
	}
	for i, g := range l.Legs {
		if g != l.legs[i] {
			batch.Queue(queries.SQL("SaveLeg"), args{
				"order_id": g.OrderID, "position": g.Position, "look_at": g.LookAt, "taken": g.Taken, "owed": g.Owed, "regained": g.Regained,
				"netted": g.Netted, "transferring": g.Transferring, "transferred": g.Transferred, "reversed": g.Reversed,
				"transfer_id": g.TransferID, "blocker": g.Blocker, "open": g.Open, "due_at": g.DueAt,
			})
		}
	}
	if visible {
		more = append([]outbox.Event{{Name: billingapi.EventOrderMoney, Key: l.OrderID, Payload: l.Money(), At: now}}, more...)
	}
	return outbox.Queue(batch, more...)
}
