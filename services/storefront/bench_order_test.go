package storefront

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

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
	ordersBefore = 60_000 // orders that were placed before, more than a benchmark can pay
)

// soldBefore gives the tables some orders of one product, and PostgreSQL the figures by which it plans: autovacuum would have had time.
func soldBefore(b *testing.B, h *house, bare *pgxpool.Pool, p storefrontapi.Product) {
	b.Helper()
	o := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.guest(), "before", order(p, "before@example.com"))).Order
	if _, err := bare.Exec(b.Context(), `
		insert into storefront.orders (id, number, product_id, creator_id, publication_id, price_id, title, amount, currency, buyer_key, email, country, locale, terms,
			plan_id, plan_digest, checkout_url, checkout_expires_at, state, idem_scope, body_hash, retry_at, placed_at)
		select 'order_' || n, 'WF-' || n, product_id, creator_id, publication_id, price_id, title, amount, currency, n || buyer_key, n || email, country, locale, terms,
			plan_id, plan_digest, checkout_url, checkout_expires_at, state, idem_scope, body_hash, retry_at, placed_at
		from storefront.orders, generate_series(1, $2) n where id = $1`, o.ID, ordersBefore); err != nil {
		b.Fatal(err)
	}
	if _, err := bare.Exec(b.Context(), `vacuum analyze`); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkOrderPlaced is the one transaction that writes an order down, and the same rows by one batch without a question.
func BenchmarkOrderPlaced(b *testing.B) {
	h := newHouse(b)
	p := h.course()
	in := order(p, "")
	bare := barePool(b, h, h.pool.Config().MaxConns)
	soldBefore(b, h, bare, p)
	template := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.guest(), "first", order(p, "first@example.com"))).Order.ID
	var n atomic.Int64
	turns.Race{
		Clients: writers,
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
		Limit: func(int) error {
			orderID, mail := id.New(orderPrefix), fmt.Sprintf("limit%d@example.com", n.Add(1))
			batch := &pgx.Batch{}
			batch.Queue(`insert into storefront.orders (id, number, product_id, creator_id, publication_id, price_id, title, amount, currency, buyer_key, email,
				country, locale, terms, state, idem_scope, idem_key, body_hash, retry_at, placed_at)
				select $1, $2, product_id, creator_id, publication_id, price_id, title, amount, currency, $3, $3, country, locale, terms, 'placed', idem_scope, $4,
				body_hash, retry_at, placed_at from storefront.orders where id = $5`, orderID, numberOf(orderID), mail, id.New("key"), template)
			batch.Queue(`insert into storefront.audit (at, actor, action, object) values ($1, 'guest', 'order.placed', $2)`, noon, orderID)
			batch.Queue(`insert into storefront.outbox (id, name, key, payload, at) values ($1, 'storefront.order.placed.v1', $2, $3, $4)`, id.New("evt"), orderID,
				`{"order_id": "`+orderID+`", "product_id": "`+p.ID+`", "creator_id": "person_ana"}`, noon)
			return bare.SendBatch(b.Context(), batch).Close()
		},
	}.Run(b)
}

// errAllPaid says that the machine is faster than the benchmark expects.
var errAllPaid = errors.New("no order is left to be paid: raise ordersBefore")

// BenchmarkMoneyApplied is the one transaction that takes a payment in and opens access, and the same rows by one batch.
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
		return fmt.Sprintf("order_%d", i), nil
	}
	turns.Race{
		Clients: writers,
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
		Limit: func(int) error {
			orderID, err := next()
			if err != nil {
				return err
			}
			entID := id.New(entitlementPrefix)
			batch := &pgx.Batch{}
			batch.Queue(`update storefront.orders set money_version = 2, state = 'paid', paid_at = $2, refund_requested = 0, refunded = 0, disputed = false,
				retry_at = null where id = $1`, orderID, at)
			batch.Queue(`insert into storefront.audit (at, actor, action, object, detail) values ($1, 'billing', 'order.money', $2, '{"version":2,"state":"paid"}')`, at, orderID)
			batch.Queue(`insert into storefront.entitlement (id, order_id, product_id, buyer_key, access, opened_at, changed_at)
				values ($1, $2, $3, $4, 'open', $5, $5)`, entID, orderID, p.ID, orderID, at)
			batch.Queue(`insert into storefront.audit (at, actor, action, object, detail) values ($1, 'storefront', 'access.open', $2, $3)`, at, entID,
				`{"order":"`+orderID+`"}`)
			batch.Queue(`insert into storefront.outbox (id, name, key, payload, at) values ($1, 'storefront.order.paid.v1', $3, $4, $6),
				($2, 'storefront.access.changed.v1', $3, $5, $6)`, id.New("evt"), id.New("evt"), orderID,
				`{"order_id":"`+orderID+`","product_id":"`+p.ID+`","creator_id":"person_ana"}`,
				`{"order_id":"`+orderID+`","entitlement_id":"`+entID+`","open":true}`, at)
			return bare.SendBatch(b.Context(), batch).Close()
		},
	}.Run(b)
}
