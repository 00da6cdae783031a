package billing

import (
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/turns"
)

const (
	writers    = 16   // clients that write at the same time
	sellingTo  = 64   // creators whose orders are paid
	ordersEach = 1200 // of them, more than a benchmark can pay
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

// openOrders opens a checkout for each of some creators and copies it as often as a benchmark needs: order m of creator k is order_k_m.
func (h *house) openOrders(bare *pgxpool.Pool) {
	h.t.Helper()
	for k := range sellingTo {
		r := request(usd(10000), fmt.Sprintf("person_%d", k))
		_, err := h.svc.OpenCheckout(h.ctx(), r)
		h.no(err)
		for _, copied := range []string{
			`insert into billing.money_plan select id || '_' || m, 'order_' || $2 || '_' || m, digest, body, created_at
				from billing.money_plan, generate_series(0, $3) m where order_id = $1`,
			`insert into billing.order_money (order_id, plan_id, kind, product_id, request_hash, state, version, gross, currency, session_id, session_url,
				checkout_ends_at, checkout_look_at, created_at)
				select 'order_' || $2 || '_' || m, plan_id || '_' || m, kind, product_id, request_hash, state, version, gross, currency, session_id || '_' || m, session_url,
				checkout_ends_at, checkout_look_at, created_at from billing.order_money, generate_series(0, $3) m where order_id = $1`,
			`insert into billing.leg (order_id, position, person_id, share, currency)
				select 'order_' || $2 || '_' || m, position, person_id, share, currency from billing.leg, generate_series(0, $3) m where order_id = $1`,
		} {
			_, err := bare.Exec(h.ctx(), copied, r.OrderID, strconv.Itoa(k), ordersEach-1)
			h.no(err)
		}
	}
	// Others were paid before: a table that is empty when PostgreSQL plans is read from end to end, also once it has grown.
	_, err := bare.Exec(h.ctx(), `do $$ begin
		insert into billing.ledger_journal (key, kind, source, effective_at, digest)
		select 'before:' || n, 'sale.paid', 'before' || n, '2026-01-01', decode(repeat('00', 32), 'hex') from generate_series(1, 20000) n;
		insert into billing.ledger_entry (journal, n, account, currency, amount)
		select j.seq, v.n, v.account, 'USD', v.amount from billing.ledger_journal j, (values (0, 'SB', 100), (1, 'PF:course', -100)) v (n, account, amount)
		where j.key like 'before:%';
		insert into billing.ledger_balance (account, currency, debit, credit)
		select 'CP:before' || n, 'USD', 0, 100 from generate_series(1, 1000) n;
	end $$`)
	h.no(err)
	_, err = bare.Exec(h.ctx(), `vacuum analyze`)
	h.no(err)
}

// errAllPaid says that the machine is faster than the benchmark expects.
var errAllPaid = errors.New("no order is left to be paid: raise ordersEach")

// BenchmarkPaymentApplied is the one transaction that books a payment with its fee, without the till, and a script of pgbench
// that writes the same rows: order, leg, two journals of five entries with their balance, event. Both write the same tables with the same
// constraints.
func BenchmarkPaymentApplied(b *testing.B) {
	h := newHouse(b)
	bare := h.barePool(h.pool.Config().MaxConns)
	h.openOrders(bare)
	var n atomic.Int64
	// next is an order of ours: the even ones, neighbours of different creators.
	next := func() (string, error) {
		i := int(n.Add(1)) - 1
		m := i / sellingTo * 2
		if m >= ordersEach {
			return "", errAllPaid
		}
		return fmt.Sprintf("order_%d_%d", i%sellingTo, m), nil
	}
	now := h.clock.Now()
	turns.Race{
		Clients: writers, Turn: time.Second,
		Ours: func(int) error {
			orderID, err := next()
			if err != nil {
				return err
			}
			_, err = h.svc.applyPayment(b.Context(), orderID, rail.Settled{
				Payment: &rail.Payment{ID: id.New("pi"), Status: "succeeded"},
				Charge: &rail.Charge{ID: id.New("ch"), Status: "succeeded", Paid: true, Amount: usd(10000), CardLast4: "4242", Created: now,
					Transaction: &rail.Transaction{ID: id.New("txn"), Amount: usd(10000), Fee: usd(320), Net: usd(9680), Created: now}},
			})
			return err
		},
		LimitTurn: (&turns.Script{
			DSN: h.pool.Config().ConnString(), Path: "testdata/pgbench/payment_applied.sql", Clients: writers,
			Vars: map[string]string{
				"creators": strconv.Itoa(sellingTo), "at": now.Format(time.RFC3339), "due": now.AddDate(0, 0, 7).Format(time.RFC3339),
			},
		}).Turn(b),
	}.Run(b)
}
