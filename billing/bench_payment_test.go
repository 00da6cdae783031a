package billing

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/turns"
)

const (
	writers    = 16  // clients that write at the same time
	sellingTo  = 64  // creators whose orders are paid
	ordersEach = 600 // of them, more than a benchmark can pay
)

// barePool is what the limits write by: pgx as it comes, with as many connections as ours.
func (h *house) barePool(connections int32) *pgxpool.Pool {
	h.t.Helper()
	cfg, err := pgxpool.ParseConfig(h.pool.Config().ConnString())
	h.no(err)
	cfg.MaxConns = connections
	pool, err := pgxpool.NewWithConfig(h.t.Context(), cfg)
	h.no(err)
	h.t.Cleanup(pool.Close)
	return pool
}

// unpaid is an order whose checkout is open.
type unpaid struct{ order, person string }

// openOrders opens a checkout for each of some creators and copies it as often as a benchmark needs.
func (h *house) openOrders(bare *pgxpool.Pool) []unpaid {
	h.t.Helper()
	var all []unpaid
	for range sellingTo {
		person := id.New("person")
		r := request(usd(10000), person)
		_, err := h.svc.OpenCheckout(h.ctx(), r)
		h.no(err)
		for _, copied := range []string{
			`insert into billing.money_plan select id || '_' || n, order_id || '_' || n, digest, body, created_at
				from billing.money_plan, generate_series(1, $2) n where order_id = $1`,
			`insert into billing.order_money (order_id, plan_id, kind, product_id, request_hash, state, version, gross, currency, session_id, session_url,
				checkout_ends_at, checkout_look_at, created_at)
				select order_id || '_' || n, plan_id || '_' || n, kind, product_id, request_hash, state, version, gross, currency, session_id || '_' || n, session_url,
				checkout_ends_at, checkout_look_at, created_at from billing.order_money, generate_series(1, $2) n where order_id = $1`,
			`insert into billing.leg (order_id, position, person_id, share, currency)
				select order_id || '_' || n, position, person_id, share, currency from billing.leg, generate_series(1, $2) n where order_id = $1`,
		} {
			_, err := bare.Exec(h.ctx(), copied, r.OrderID, ordersEach)
			h.no(err)
		}
		for n := range ordersEach {
			all = append(all, unpaid{fmt.Sprintf("%s_%d", r.OrderID, n+1), person})
		}
	}
	_, err := bare.Exec(h.ctx(), `vacuum analyze`)
	h.no(err)
	return all
}

// errAllPaid says that the machine is faster than the benchmark expects.
var errAllPaid = errors.New("no order is left to be paid: raise ordersEach")

// BenchmarkPaymentApplied is the one transaction that books a payment with its fee, without the till, and the same rows by one batch:
// order, leg, two journals of five entries with their balance, event. Both write the same tables with the same constraints.
func BenchmarkPaymentApplied(b *testing.B) {
	h := newHouse(b)
	bare := h.barePool(h.pool.Config().MaxConns)
	orders := h.openOrders(bare)
	var n atomic.Int64
	next := func() (unpaid, error) {
		// A stride, so that neighbours are orders of different creators.
		i := int(n.Add(1))
		if i > len(orders) {
			return unpaid{}, errAllPaid
		}
		return orders[(i%sellingTo)*ordersEach+i/sellingTo%ordersEach], nil
	}
	now := h.clock.Now()
	turns.Race{
		Clients: writers,
		Ours: func(int) error {
			o, err := next()
			if err != nil {
				return err
			}
			_, err = h.svc.applyPayment(b.Context(), o.order, rail.Settled{
				Payment: &rail.Payment{ID: id.New("pi"), Status: "succeeded"},
				Charge: &rail.Charge{ID: id.New("ch"), Status: "succeeded", Paid: true, Amount: usd(10000), CardLast4: "4242", Created: now,
					Transaction: &rail.Transaction{ID: id.New("txn"), Amount: usd(10000), Fee: usd(320), Net: usd(9680), Created: now}},
			})
			return err
		},
		Limit: func(int) error {
			o, err := next()
			if err != nil {
				return err
			}
			return barePayment(b.Context(), bare, o, now)
		},
	}.Run(b)
}

const (
	bareOrder = `update billing.order_money set state = 'paid', version = version + 1, checkout_look_at = null, payment_id = $2, charge_id = $3, charge_txn = $4,
		card_last4 = '4242', paid_at = $5 where order_id = $1`
	bareLeg     = `update billing.leg set open = true, due_at = $2, look_at = $2, blocker = 'risk_window' where order_id = $1`
	bareJournal = `with j as (
			insert into billing.ledger_journal (key, kind, source, effective_at, digest) values ($1, $2, $3, $4, $5) returning seq
		)
		insert into billing.ledger_entry (journal, n, account, currency, amount)
		select j.seq, v.n - 1, v.account, 'USD', v.amount from j, unnest($6::text[], $7::bigint[]) with ordinality v (account, amount, n)`
	bareBalance = `insert into billing.ledger_balance as b (account, currency, debit, credit) values ($1, 'USD', 0, 9000)
		on conflict (account, currency) do update set credit = b.credit + excluded.credit`
	bareEvent = `insert into billing.outbox (id, name, key, payload, at) values ($1, $2, $3, $4, $5)`
)

// barePayment writes the rows of a payment in one round trip, asking nothing. Its digests are those of one payment, so the books do
// not verify afterwards; they balance.
func barePayment(ctx context.Context, pool *pgxpool.Pool, o unpaid, now time.Time) error {
	charge, txn, digest := id.New("ch"), id.New("txn"), make([]byte, 32)
	payload := fmt.Sprintf(`{"order_id": %q, "version": 2, "state": "paid", "gross": {"amount": 10000, "currency": "USD"}, "paid_at": %q,
		"refund_requested": {"amount": 0, "currency": "USD"}, "refunded": {"amount": 0, "currency": "USD"}, "disputed": false}`, o.order, now.Format(time.RFC3339))
	batch := &pgx.Batch{}
	batch.Queue(bareOrder, o.order, id.New("pi"), charge, txn, now)
	batch.Queue(bareLeg, o.order, now.AddDate(0, 0, 7))
	batch.Queue(bareJournal, "charge:"+charge, "sale.paid", o.order, now, digest, []string{"SB", "CP:" + o.person, "PF:course"}, []int64{10000, -9000, -1000})
	batch.Queue(bareJournal, "txn:"+txn, "rail.fee", o.order, now, digest, []string{"SF", "SB"}, []int64{320, -320})
	batch.Queue(bareBalance, "CP:"+o.person)
	batch.Queue(bareEvent, id.New("evt"), billingapi.EventOrderMoney, o.order, payload, now)
	return pool.SendBatch(ctx, batch).Close()
}
