package speed_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/course"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/house"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/visitor"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/turns"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

const buyers = 8

// BenchmarkSale is the whole way over HTTP in the real binary with the simulator: a guest's order, the hosted page, the card, and the
// question after it, until the entitlement is there. It reports sales a second and what each process burns for one.
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
	var first int64
	out := turns.Race{
		Clients: buyers, Turn: 2 * time.Second,
		Ours: func(client int) error {
			n := sold.Add(1)
			return buy(b.Context(), guests[client], p, fmt.Sprintf("buyer%d@example.com", n))
		},
		Warm: func() { before, first = split(b, h.Pid()), sold.Load() },
	}.Run(b)
	sales := sold.Load() - first
	for name, cpu := range split(b, h.Pid()) {
		b.ReportMetric(float64((cpu-before[name]).Microseconds())/float64(sales), name+"-µs")
	}
	b.ReportMetric(memory(b, h.Pid()), "rss-MB")
	b.Logf("%d sales, %.0f a second", sales, out.Ours.PerSecond)
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
