package storefront

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// limit serves one prepared SELECT by gin: what a public page is measured against.
func limit(pool *pgxpool.Pool, sql string, args ...any) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.GET("/*any", func(c *gin.Context) {
		var text string
		if err := pool.QueryRow(c.Request.Context(), sql, args...).Scan(&text); err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		c.Data(http.StatusOK, "application/json", []byte(text))
	})
	return e
}

func serveParallel(b *testing.B, h http.Handler, path string, head http.Header) {
	b.Helper()
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			req := httptest.NewRequest(http.MethodGet, path, nil)
			req.Header = head
			w := httptest.NewRecorder()
			h.ServeHTTP(w, req)
			if w.Code != http.StatusOK {
				b.Errorf("%d %s", w.Code, w.Body)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

// asWeb is the head of a request by web for nobody.
func (h *house) asWeb() http.Header {
	h.t.Helper()
	seen := make(chan http.Header, 1)
	probe := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header.Clone() }))
	defer probe.Close()
	h.dir.Local(storefrontapi.Name, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header.Clone() }))
	defer h.dir.Local(storefrontapi.Name, h.router())
	res := must[*http.Response](h)(h.http("web").Get("http://storefront.svc/"))
	_ = res.Body.Close()
	return <-seen
}

// BenchmarkProductJSON: a product's public page of about 2 KB.
func BenchmarkProductJSON(b *testing.B) {
	h := newHouse(b)
	p := h.course()
	long := strings.Repeat("Words that say what is in it. ", 40)
	must[storefrontapi.Product](h)(h.client.UpdateProduct(h.as("person_ana"), p.ID, 0, storefrontapi.UpdateProduct{Description: &long}))
	must[storefrontapi.Product](h)(h.client.Publish(h.as("person_ana"), p.ID, 0))
	head := h.asWeb()
	b.Run("limit", func(b *testing.B) {
		serveParallel(b, limit(h.pool, `select detail_json from storefront.product where id = $1`, p.ID), "/", nil)
	})
	b.Run("ours", func(b *testing.B) { serveParallel(b, h.router(), "/api/v1/creators/ana/products/"+p.Slug, head) })
}

// BenchmarkCatalogue: 20 priced products.
func BenchmarkCatalogue(b *testing.B) {
	h := newHouse(b)
	h.course()
	if _, err := h.pool.Exec(context.Background(), `
		insert into storefront.product (id, creator_id, kind, slug, title, state, refund_days, publication_id, detail_json, listing_json, published_at, created_at, updated_at)
		select 'prod_' || n, creator_id, kind, slug || n, title, state, refund_days, publication_id, detail_json, listing_json, published_at, created_at, updated_at
		from storefront.product, generate_series(1, 40) n`); err != nil {
		b.Fatal(err)
	}
	head := h.asWeb()
	b.Run("limit", func(b *testing.B) {
		serveParallel(b, limit(h.pool, `select '[' || string_agg(listing_json, ',') || ']' from (select listing_json from storefront.product order by id desc limit 20) t`), "/", nil)
	})
	b.Run("ours", func(b *testing.B) { serveParallel(b, h.router(), "/api/v1/catalogue", head) })
}

// BenchmarkOrderPlaced: the one transaction that writes an order down, at 16 clients, and a bare script of the same rows.
func BenchmarkOrderPlaced(b *testing.B) {
	h := newHouse(b)
	p := h.course()
	in := order(p, "")
	var n atomic.Int64
	b.Run("limit", func(b *testing.B) {
		template := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.guest(), "", order2(in, "first@example.com"))).Order.ID
		orders(b, func(ctx context.Context) error {
			return pgx.BeginFunc(ctx, h.pool, func(tx pgx.Tx) error {
				orderID, mail := id.New(orderPrefix), fmt.Sprintf("limit%d@example.com", n.Add(1))
				batch := &pgx.Batch{}
				batch.Queue(`insert into storefront.orders (id, number, product_id, creator_id, publication_id, price_id, title, amount, currency, buyer_key, email,
					country, locale, terms, state, idem_scope, body_hash, retry_at, placed_at)
					select $1, $2, product_id, creator_id, publication_id, price_id, title, amount, currency, $3, $3, country, locale, terms, 'placed', idem_scope, body_hash,
					retry_at, placed_at from storefront.orders where id = $4`, orderID, numberOf(orderID), mail, template)
				batch.Queue(`insert into storefront.audit (at, actor, action, object) values ($1, 'guest', 'order.placed', $2)`, noon, orderID)
				batch.Queue(`insert into storefront.outbox (id, name, key, payload, at) values ($1, 'storefront.order.placed.v1', $2, '{}', $3)`, id.New("evt"), orderID, noon)
				return tx.SendBatch(ctx, batch).Close()
			})
		})
	})
	b.Run("ours", func(b *testing.B) {
		orders(b, func(ctx context.Context) error {
			want, err := h.svc.purchase(ctx, id.New("key"), order2(in, fmt.Sprintf("ours%d@example.com", n.Add(1))))
			if err != nil {
				return err
			}
			return h.svc.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
				was, err := h.svc.look(ctx, tx, want)
				if err != nil {
					return err
				}
				_, err = h.svc.place(ctx, tx, want, was)
				return err
			})
		})
	})
}

func orders(b *testing.B, one func(ctx context.Context) error) {
	b.Helper()
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if err := one(context.Background()); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
}

// BenchmarkMoneyApplied: the one transaction that takes a payment in and opens access.
func BenchmarkMoneyApplied(b *testing.B) {
	h := newHouse(b)
	p := h.course()
	work := make(chan billingapi.OrderMoney, b.N)
	for i := range b.N {
		o := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.guest(), "", order(p, fmt.Sprintf("b%d@example.com", i)))).Order
		work <- h.till.paid(o.ID, o.Amount, noon)
	}
	orders(b, func(ctx context.Context) error {
		m := <-work
		return h.svc.tx(ctx, func(ctx context.Context, tx pgx.Tx) error { return h.svc.applyMoney(ctx, tx, m) })
	})
}
