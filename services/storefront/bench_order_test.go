package storefront

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
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/turns"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

const (
	writers      = 16     // clients that write at the same time
	ordersBefore = 60_000 // orders that were placed before for each side, more than a benchmark can pay
)

// soldBefore gives the tables some orders of one product, and PostgreSQL the figures by which it plans: autovacuum would have had time.
func soldBefore(b *testing.B, h *house, bare *pgxpool.Pool, p storefrontapi.Product) {
	b.Helper()
	o := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.guest(), "before", order(p, "before@example.com"))).Order
	if _, err := bare.Exec(b.Context(), `
		insert into storefront.orders (id, number, product_id, creator_id, publication_id, price_id, title, amount, currency, buyer_key, email, country, locale, terms,
			plan_id, plan_digest, checkout_url, checkout_expires_at, state, idem_scope, body_hash, retry_at, placed_at)
		select 'order_' || side || n, 'WF-' || side || n, product_id, creator_id, publication_id, price_id, title, amount, currency, side || n || buyer_key, side || n || email, country, locale, terms,
			plan_id, plan_digest, checkout_url, checkout_expires_at, state, idem_scope, body_hash, retry_at, placed_at
		from storefront.orders, generate_series(1, $2) n, unnest(array['ours', 'limit', 'before']) side where id = $1`, o.ID, ordersBefore); err != nil {
		b.Fatal(err)
	}
	// Some were paid: a table that is empty when PostgreSQL plans is read from end to end, also once it has grown.
	if _, err := bare.Exec(b.Context(), `
		insert into storefront.entitlement (id, order_id, product_id, buyer_key, access, opened_at, changed_at)
		select 'ent_before' || n, id, product_id, buyer_key, 'open', placed_at, placed_at
		from (select o.*, row_number() over () n from storefront.orders o) paid where id like 'order_before%'`); err != nil {
		b.Fatal(err)
	}
	if _, err := bare.Exec(b.Context(), `vacuum analyze`); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkOrderPlaced is the one transaction that writes an order down, and a script of pgbench that writes the same rows and asks nothing.
func BenchmarkOrderPlaced(b *testing.B) {
	h := newHouse(b)
	p := h.course()
	in := order(p, "")
	bare := barePool(b, h, h.pool.Config().MaxConns)
	soldBefore(b, h, bare, p)
	template := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.guest(), "first", order(p, "first@example.com"))).Order.ID
	var n atomic.Int64
	turns.Race{
		Clients: writers, Turn: time.Second,
		Ours: func(int) error {
			in := in
			in.Buyer.Email = fmt.Sprintf("ours%d@example.com", n.Add(1))
			want, err := h.svc.purchase(b.Context(), id.New("key"), in)
			if err != nil {
				return err
			}
			return h.svc.tx(b.Context(), func(ctx context.Context, tx pgx.Tx) error {
				was, err := h.svc.look(ctx, tx, want)
				if err != nil {
					return err
				}
				_, err = h.svc.place(ctx, tx, want, was)
				return err
			})
		},
		LimitTurn: (&turns.Script{
			DSN: h.pool.Config().ConnString(), Path: "testdata/pgbench/order_placed.sql", Clients: writers,
			Vars: map[string]string{"template": template, "product": p.ID, "at": noon.Format(time.RFC3339)},
		}).Turn(b),
	}.Run(b)
}

// errAllPaid says that the machine is faster than the benchmark expects.
var errAllPaid = errors.New("no order is left to be paid: raise ordersBefore")

// BenchmarkMoneyApplied is the one transaction that takes a payment in and opens access, and a script of pgbench that
// writes the same rows.
func BenchmarkMoneyApplied(b *testing.B) {
	h := newHouse(b)
	p := h.course()
	bare := barePool(b, h, h.pool.Config().MaxConns)
	soldBefore(b, h, bare, p)
	at := noon
	var n atomic.Int64
	next := func() (string, error) {
		i := n.Add(1)
		if i > ordersBefore {
			return "", errAllPaid
		}
		return fmt.Sprintf("order_ours%d", i), nil
	}
	turns.Race{
		Clients: writers, Turn: time.Second,
		Ours: func(int) error {
			orderID, err := next()
			if err != nil {
				return err
			}
			m := billingapi.OrderMoney{OrderID: orderID, Version: 2, State: billingapi.OrderPaid, Gross: money.New(14900, money.EUR), PaidAt: &at}
			return h.svc.tx(b.Context(), func(ctx context.Context, tx pgx.Tx) error {
				_, err := h.svc.applyMoney(ctx, tx, m, pg.Commit)
				return err
			})
		},
		LimitTurn: (&turns.Script{
			DSN: h.pool.Config().ConnString(), Path: "testdata/pgbench/money_applied.sql", Clients: writers,
			Vars: map[string]string{"product": p.ID, "at": noon.Format(time.RFC3339)},
		}).Turn(b),
	}.Run(b)
}
