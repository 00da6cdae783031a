package crash_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing"
	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/course"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/house"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/visitor"
	"github.com/workfluence/workfluence/internal/devstack/devapi"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/money"
	_ "github.com/workfluence/workfluence/services/notify"     // its places are walked too
	_ "github.com/workfluence/workfluence/services/storefront" // its places are walked too
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

const (
	creatorMail = "creator@example.com"
	keepsMail   = "keeps@example.com"
	returnsMail = "returns@example.com"
)

var price = money.New(14900, money.EUR)

// share is what the creator gets of one sale: 149.00 less 10 %.
var share = money.New(13410, money.EUR)

// world is what the walk knows between its steps. A step that is tried again
// finds what it had done before.
type world struct {
	h        *house.House
	creator  *visitor.Visitor
	product  storefrontapi.Product
	kept     storefrontapi.PlacedOrder
	returned storefrontapi.PlacedOrder
	begin    time.Time // the clock's first reading, from which days are counted
	days     int       // how far the wait for the payout has gone beyond the plan
}

// prepare opens a storefront with one course for sale.
func (w *world) prepare(ctx context.Context) error {
	c, err := w.signIn(ctx)
	if err != nil {
		return err
	}
	if err := c.Become(ctx, "Ada", "ada", "BE", "en"); err != nil {
		return err
	}
	p, err := c.Storefront.CreateProduct(ctx, "key-product", storefrontapi.NewProduct{Kind: storefrontapi.KindCourse, Title: "A course"})
	if err != nil {
		return err
	}
	zip, err := course.Zip(course.FirstMonth)
	if err != nil {
		return err
	}
	if _, err := c.Storefront.Import(ctx, p.ID, int64(len(zip)), bytes.NewReader(zip)); err != nil {
		return err
	}
	if p, err = c.Storefront.Product(ctx, p.ID); err != nil {
		return err
	}
	if p, err = c.Storefront.SetPrices(ctx, p.ID, p.Version, storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: price.Currency, Amount: &price.Minor}}}); err != nil {
		return err
	}
	_, err = c.Storefront.Publish(ctx, p.ID, p.Version)
	return err
}

func (w *world) signIn(ctx context.Context) (*visitor.Visitor, error) {
	guest, err := visitor.New(w.h.Base)
	if err != nil {
		return nil, err
	}
	return guest.SignIn(ctx, creatorMail, "en")
}

// here gives the creator at the present address of the house, which a restart may change.
func (w *world) here(ctx context.Context) (*visitor.Visitor, error) {
	if w.creator == nil {
		c, err := w.signIn(ctx)
		if err != nil {
			return nil, err
		}
		products, err := c.Storefront.Products(ctx, "")
		if err != nil || len(products.Items) != 1 {
			return nil, fmt.Errorf("products: %v %w", products.Items, err)
		}
		w.creator, w.product = c, products.Items[0]
	}
	return w.creator, nil
}

// buy is safe to repeat: same key, same order; a paid checkout is paid once.
func (w *world) buy(ctx context.Context, mail string, into *storefrontapi.PlacedOrder) error {
	if _, err := w.here(ctx); err != nil {
		return err
	}
	guest, err := visitor.New(w.h.Base)
	if err != nil {
		return err
	}
	placed, err := guest.Storefront.PlaceOrder(ctx, "order-of-"+mail, storefrontapi.PlaceOrder{
		ProductID: w.product.ID, PriceID: w.product.Prices[0].ID, Consent: storefrontapi.Consent{StartNow: true},
		Buyer: storefrontapi.Buyer{Email: mail, Country: "FR"},
	})
	if err != nil {
		return err
	}
	if into.Order.ID != "" && into.Order.ID != placed.Order.ID {
		return fmt.Errorf("the same key made a second order: %s and %s", into.Order.ID, placed.Order.ID)
	}
	*into = placed
	// The hosted page sends the buyer back to our page, which may be dead by then: the money has moved all the same.
	payErr := visitor.Pay(ctx, placed.CheckoutURL, visitor.CardGood)
	order, err := guest.Storefront.Refresh(ctx, placed.Order.ID, placed.AccessToken)
	if err != nil {
		return errors.Join(payErr, err)
	}
	if order.State != storefrontapi.OrderStatePaid || order.Access != storefrontapi.AccessOpen {
		return fmt.Errorf("order is %s, access %s (%w)", order.State, order.Access, errors.Join(payErr, errors.New("not yet")))
	}
	into.Order = order
	return nil
}

// onboard answers Stripe's questions unless that is done.
func (w *world) onboard(ctx context.Context) error {
	c, err := w.here(ctx)
	if err != nil {
		return err
	}
	state, err := c.Billing.Onboarding(ctx)
	if err != nil {
		return err
	}
	if state.State == billingapi.OnboardingReady {
		return nil
	}
	if err := c.Onboard(ctx); err != nil {
		return err
	}
	if _, err := c.Dev.Settle(ctx); err != nil {
		return err
	}
	if state, err = c.Billing.Onboarding(ctx); err != nil || state.State != billingapi.OnboardingReady {
		return fmt.Errorf("onboarding is %s: %w", state.State, errors.Join(err, errors.New("not ready")))
	}
	return nil
}

// transferred walks past the risk window, so that a refund finds its share gone to the creator.
func (w *world) transferred(ctx context.Context) error { return w.walkTo(ctx, 9) }

func (w *world) refund(ctx context.Context) error {
	c, err := w.here(ctx)
	if err != nil {
		return err
	}
	if _, err := c.Billing.Refund(ctx, "refund-of-returns", billingapi.RefundRequest{OrderID: w.returned.Order.ID, Reason: "asked"}); err != nil {
		return err
	}
	_, err = c.Dev.Settle(ctx)
	return err
}

func (w *world) walkTo(ctx context.Context, day int) error {
	c, err := w.here(ctx)
	if err != nil {
		return err
	}
	now, err := c.Dev.Clock(ctx)
	if err != nil {
		return err
	}
	if w.begin.IsZero() {
		w.begin = now.Now
	}
	until := w.begin.AddDate(0, 0, day)
	_, err = c.Dev.Advance(ctx, devapi.Move{Until: &until})
	return err
}

// paidOut walks until the money is at the bank, each time a day further: an
// outcome that is looked up needs time of the clock.
func (w *world) paidOut(ctx context.Context) error {
	w.days++
	if err := w.walkTo(ctx, 30+w.days); err != nil {
		return err
	}
	b, err := w.creator.Billing.Balance(ctx)
	if err != nil {
		return err
	}
	for _, c := range b.Currencies {
		if c.Currency == price.Currency && c.Paid == share {
			return nil
		}
	}
	return fmt.Errorf("not paid out: %+v", b.Currencies)
}

// walk goes the whole way, surviving deaths.
func (w *world) walk(ctx context.Context) {
	h := w.h
	h.Do(ctx, "buy", func(ctx context.Context) error { return w.buy(ctx, keepsMail, &w.kept) })
	h.Do(ctx, "onboard", w.onboard) // until then sales stop at a cap
	h.Do(ctx, "buy again", func(ctx context.Context) error { return w.buy(ctx, returnsMail, &w.returned) })
	h.Do(ctx, "transfers", w.transferred)
	h.Do(ctx, "refund", w.refund)
	h.Do(ctx, "payout", w.paidOut)
}

// stripe reads a list of the simulator's objects.
func stripe(ctx context.Context, h *house.House, object string) ([]map[string]any, error) {
	var out []map[string]any
	base, err := stripeURL(h)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/v1/"+object+"?limit=100", nil)
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth("sk_test_simulator", "")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	var list struct{ Data []map[string]any }
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		return nil, err
	}
	out = list.Data
	return out, nil
}

// check counts what there is at Stripe, in the mail and in the books.
func (w *world) check(ctx context.Context) {
	t := w.h.T
	t.Helper()
	for object, want := range map[string]int{"charges": 2, "transfers": 2, "refunds": 1} {
		got, err := stripe(ctx, w.h, object)
		if err != nil || len(got) != want {
			t.Errorf("Stripe has %d %s, want %d: %v", len(got), object, want, err)
		}
	}
	payouts, err := w.creator.Billing.Payouts(ctx, "")
	var out int64
	for _, p := range payouts.Items {
		if p.Status == billingapi.PayoutPaid {
			out += p.Amount.Minor
		}
	}
	if err != nil || out != share.Minor {
		t.Errorf("paid out %d, want %d: %v", out, share.Minor, err)
	}
	sales, err := w.creator.Storefront.Sales(ctx, "", "")
	if err != nil || len(sales.Items) != 2 {
		t.Errorf("%d orders: %v", len(sales.Items), err)
	}
	for mail, o := range map[string]storefrontapi.PlacedOrder{keepsMail: w.kept, returnsMail: w.returned} {
		if n, err := w.receipts(ctx, mail, o.Order.Number); err != nil || n != 1 {
			t.Errorf("%d receipts of order %s: %v", n, o.Order.Number, err)
		}
		f, err := w.creator.Billing.Waterfall(ctx, o.Order.ID)
		if err != nil {
			t.Error(err)
			continue
		}
		var sum int64
		for _, r := range f.Rows {
			sum += r.Amount.Minor
		}
		if sum != 0 {
			t.Errorf("order %s: %d unexplained: %+v", o.Order.Number, sum, f.Rows)
		}
	}
	w.h.Stop()
	if out, err := w.h.Run("ledger", "verify", "--dev"); err != nil {
		t.Errorf("ledger verify: %v\n%s", err, out)
	}
}

// receipts counts the mails to a buyer that carry the order's number and no refund.
func (w *world) receipts(ctx context.Context, to, number string) (int, error) {
	mails, err := w.creator.Dev.Mails(ctx, to)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, m := range mails.Data {
		if strings.Contains(strings.ToLower(m.Subject), "receipt") {
			full, err := w.creator.Dev.Mail(ctx, m.ID)
			if err != nil {
				return 0, err
			}
			if strings.Contains(full.Text, number) {
				n++
			}
		}
	}
	return n, nil
}

// Kill -9 at every named place, then a restart: one of everything.
func TestKilledAtEveryPlace(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the binary some forty times")
	}
	if n := len(billing.KillPoints); n < 14 {
		t.Fatalf("only %d places are named", n)
	}
	ready := house.New(t)
	ready.Start("")
	first := &world{h: ready}
	ready.Do(t.Context(), "prepare", first.prepare)
	ready.Stop()
	// WORKFLUENCE_KILL_PLACES picks some by name (a regular expression); the default is all.
	only, err := regexp.Compile(os.Getenv("WORKFLUENCE_KILL_PLACES"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range killpoint.All() {
		if !only.MatchString(p.Name) {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel() // each waits more than it works
			h := house.New(t)
			ready.CopyTo(h)
			w := &world{h: h}
			h.Start(p.Name)
			if err := provoke(t.Context(), h, p.Name); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(p.Name, "review.") {
				w.signOff(t.Context())
			} else {
				w.walk(t.Context())
				w.check(t.Context())
			}
			if !h.Died {
				t.Fatalf("the process never came by %s (%s)", p.Name, p.Why)
			}
		})
	}
}
