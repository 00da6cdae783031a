package speed_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/course"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/house"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/visitor"
	"github.com/workfluence/workfluence/internal/devstack/pgserver"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/turns"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

const buyers = 8

// BenchmarkSale is the whole way over HTTP in the real binary with the simulator: a guest's order, the hosted page, the card, and the
// question after it, until the entitlement is there. It reports sales a second and what each process burns for one. Beside it, by turns
// and in the same PostgreSQL, pgbench makes bare transfers (raw4): how many sales are made in the time of one says more than either
// rate, which are the machine's.
func BenchmarkSale(b *testing.B) {
	// Eight buyers keep their connections, as eight browsers would.
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = 2 * buyers
	h := house.New(b)
	h.Start("")
	p := openShop(b, h)
	guests := make([]*visitor.Visitor, buyers)
	for i := range guests {
		guest, err := visitor.New(h.Base)
		if err != nil {
			b.Fatal(err)
		}
		guests[i] = guest
	}
	var sold atomic.Int64
	var before map[string]time.Duration
	aside := map[string]time.Duration{} // what the limit burnt
	var first int64
	bare := raw4(b, h)
	out := turns.Race{
		Clients: buyers, Turn: 2 * time.Second,
		Ours: func(client int) error {
			n := sold.Add(1)
			return buy(b.Context(), guests[client], p, fmt.Sprintf("buyer%d@example.com", n))
		},
		LimitTurn: func(length time.Duration) (turns.Side, error) {
			start := split(b, h.Pid())
			side, err := bare(length)
			for name, cpu := range split(b, h.Pid()) {
				aside[name] += cpu - start[name]
			}
			return side, err
		},
		Warm: func() { before, aside, first = split(b, h.Pid()), map[string]time.Duration{}, sold.Load() },
	}.Run(b)
	sales := sold.Load() - first
	for name, cpu := range split(b, h.Pid()) {
		b.ReportMetric(float64((cpu-before[name]-aside[name]).Microseconds())/float64(sales), name+"-µs")
	}
	b.ReportMetric(memory(b, h.Pid()), "rss-MB")
	b.Logf("%d sales, %.0f a second", sales, out.Ours.PerSecond)
}

// raw4 makes the tables of a bare ledger beside the house's own, with 100,001 accounts, and returns a turn of transfers between them.
func raw4(b *testing.B, h *house.House) func(time.Duration) (turns.Side, error) {
	b.Helper()
	dsn := pgserver.DSN(filepath.Join(h.State, "pg", "run"), "postgres")
	conn, err := pgx.Connect(b.Context(), dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(b.Context()) }()
	if _, err := conn.Exec(b.Context(), `create schema raw4;
		create table raw4.txn (id bigint generated always as identity primary key, at timestamptz not null);
		create table raw4.posting (txn bigint not null, account bigint not null, amount bigint not null);
		create index on raw4.posting (account);
		create table raw4.balance (id bigint primary key, amount bigint not null);
		insert into raw4.balance select i, 1000000 from generate_series(1, 100001) as i;
		analyze raw4.balance`); err != nil {
		b.Fatal(err)
	}
	return (&turns.Script{DSN: dsn, Path: "testdata/pgbench/raw4.sql", Clients: buyers}).Turn(b)
}

// openShop makes a creator with a course for sale, whose identity is checked: until then sales stop at a cap.
func openShop(b *testing.B, h *house.House) storefrontapi.Product {
	b.Helper()
	ctx := b.Context()
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	guest, err := visitor.New(h.Base)
	must(err)
	c, err := guest.SignIn(ctx, "creator@example.com", "en")
	must(err)
	must(c.Become(ctx, "Ada", "ada", "BE", "en"))
	p, err := c.Storefront.CreateProduct(ctx, "product", storefrontapi.NewProduct{Kind: storefrontapi.KindCourse, Title: "A course"})
	must(err)
	zip, err := course.Zip(course.FirstMonth)
	must(err)
	_, err = c.Storefront.Import(ctx, p.ID, int64(len(zip)), bytes.NewReader(zip))
	must(err)
	p, err = c.Storefront.Product(ctx, p.ID)
	must(err)
	amount := int64(14900)
	p, err = c.Storefront.SetPrices(ctx, p.ID, p.Version, storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: money.EUR, Amount: &amount}}})
	must(err)
	p, err = c.Storefront.Publish(ctx, p.ID, p.Version)
	must(err)
	must(c.Onboard(ctx))
	_, err = c.Dev.Settle(ctx)
	must(err)
	return p
}

// buy is one sale; it is over when the buyer may read.
func buy(ctx context.Context, guest *visitor.Visitor, p storefrontapi.Product, mail string) error {
	placed, err := guest.Storefront.PlaceOrder(ctx, "order-of-"+mail, storefrontapi.PlaceOrder{
		ProductID: p.ID, PriceID: p.Prices[0].ID, Consent: storefrontapi.Consent{StartNow: true}, Buyer: storefrontapi.Buyer{Email: mail, Country: "FR"},
	})
	if err != nil {
		return fmt.Errorf("order: %w", err)
	}
	if err := visitor.Pay(ctx, placed.CheckoutURL, visitor.CardGood); err != nil {
		return err
	}
	for range 100 {
		o, err := guest.Storefront.Refresh(ctx, placed.Order.ID, placed.AccessToken)
		if err != nil {
			return fmt.Errorf("the page after the payment: %w", err)
		}
		if o.Access == storefrontapi.AccessOpen {
			return nil
		}
		time.Sleep(5 * time.Millisecond) // a buyer looks again
	}
	return errors.New("paid, and no access after a hundred looks")
}
