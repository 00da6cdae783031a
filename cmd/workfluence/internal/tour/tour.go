// Package tour walks the main jobs through the public API of a running
// instance, as its people would, and checks on the way that every cent is
// explained and every approval proven. It grows with each thing that the house learns.
package tour

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/course"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/visitor"
	"github.com/workfluence/workfluence/internal/devstack/devapi"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Options are the flags of `tour`.
type Options struct {
	Base string // address of the instance
	File string // a zip of Markdown lessons; "" takes the one in the binary
}

// price is what the tour's course costs.
var price = money.New(14900, money.EUR)

// enoughDays is past the risk window, the transfer and the weekly payout with
// its way to the bank.
const enoughDays = 21

type walk struct {
	out     io.Writer
	base    string
	step    int
	creator *visitor.Visitor
	product storefrontapi.Product
}

// Run walks. The error says which step failed, or which cent is unexplained.
func Run(ctx context.Context, out io.Writer, o Options) error {
	guest, err := visitor.New(o.Base)
	if err != nil {
		return err
	}
	w := &walk{out: out, base: strings.TrimRight(o.Base, "/")}
	mark := id.New("tour")
	mark = mark[len(mark)-8:]
	lessons, err := readCourse(o.File)
	if err != nil {
		return err
	}
	if err := w.sell(ctx, guest, mark, lessons); err != nil {
		return err
	}
	kept, err := w.buy(ctx, guest, "keeps-"+mark+"@example.com", visitor.CardGood)
	if err != nil {
		return err
	}
	if err := w.learn(ctx, guest, kept); err != nil {
		return err
	}
	if err := w.onboard(ctx); err != nil {
		return err
	}
	returned, err := w.buy(ctx, guest, "returns-"+mark+"@example.com", visitor.CardChallenge)
	if err != nil {
		return err
	}
	if err := w.payOut(ctx, returned); err != nil {
		return err
	}
	if err := w.explain(ctx, kept, returned); err != nil {
		return err
	}
	return w.signOff(ctx, guest, mark)
}

func (w *walk) say(format string, args ...any) {
	w.step++
	_, _ = fmt.Fprintf(w.out, "%2d  %s\n", w.step, fmt.Sprintf(format, args...))
}

func readCourse(file string) ([]byte, error) {
	if file == "" {
		return course.Zip(course.Rotas)
	}
	return os.ReadFile(file)
}

// sell opens a storefront with one course.
func (w *walk) sell(ctx context.Context, guest *visitor.Visitor, mark string, zip []byte) error {
	c, err := guest.SignIn(ctx, "creator-"+mark+"@example.com", "en")
	if err != nil {
		return fmt.Errorf("the creator signs up: %w", err)
	}
	if err := c.Become(ctx, "Tour "+mark, "tour-"+mark, "BE", "en"); err != nil {
		return fmt.Errorf("the creator says who they are: %w", err)
	}
	w.creator = c
	w.say("A creator signs up with nothing but an address, and is at %s/@%s", w.base, c.Person.Handle)
	p, err := c.Storefront.CreateProduct(ctx, id.New("key"), storefrontapi.NewProduct{Kind: storefrontapi.KindCourse, Title: "Content people can use"})
	if err != nil {
		return err
	}
	imported, err := c.Storefront.Import(ctx, p.ID, int64(len(zip)), bytes.NewReader(zip))
	if err != nil {
		return fmt.Errorf("import the course: %w", err)
	}
	outline, err := c.Storefront.Outline(ctx, p.ID)
	if err != nil {
		return err
	}
	lessons := 0
	for _, s := range outline.Sections {
		lessons += len(s.Lessons)
	}
	w.say("A zip of Markdown becomes a course of %d sections and %d lessons, with %d warnings", len(outline.Sections), lessons, len(imported.Warnings))
	if p, err = c.Storefront.Product(ctx, p.ID); err != nil {
		return err
	}
	amount := price.Minor
	if p, err = c.Storefront.SetPrices(ctx, p.ID, p.Version, storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: price.Currency, Amount: &amount}}}); err != nil {
		return err
	}
	if w.product, err = c.Storefront.Publish(ctx, p.ID, p.Version); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	w.say("It is published for %s at %s%s, digest %.12s…", price, w.base, w.product.Path, w.product.Publication.Digest)
	return nil
}

// buy buys as a guest and returns the paid order.
func (w *walk) buy(ctx context.Context, guest *visitor.Visitor, email, card string) (storefrontapi.PlacedOrder, error) {
	placed, err := guest.Storefront.PlaceOrder(ctx, id.New("key"), storefrontapi.PlaceOrder{
		ProductID: w.product.ID, PriceID: w.product.Prices[0].ID, Consent: storefrontapi.Consent{StartNow: true},
		Buyer: storefrontapi.Buyer{Email: email, Country: "FR"},
	})
	if err != nil {
		return placed, fmt.Errorf("order: %w", err)
	}
	if err := visitor.Pay(ctx, placed.CheckoutURL, card); err != nil {
		return placed, err
	}
	order, err := guest.Storefront.Refresh(ctx, placed.Order.ID, placed.AccessToken)
	if err != nil {
		return placed, fmt.Errorf("come back from the checkout: %w", err)
	}
	if order.State != storefrontapi.OrderStatePaid || order.Access != storefrontapi.AccessOpen {
		return placed, fmt.Errorf("order %s is %s, access %s, after it was paid", order.Number, order.State, order.Access)
	}
	placed.Order = order
	w.say("A guest buys order %s with the card that ends in %s; access is open at once", order.Number, card[len(card)-4:])
	return placed, nil
}

// learn reads a lesson as a guest, then signs in and goes on where they were.
func (w *walk) learn(ctx context.Context, guest *visitor.Visitor, bought storefrontapi.PlacedOrder) error {
	ent := bought.Order.EntitlementID
	course, err := guest.Storefront.Course(ctx, ent, bought.AccessToken)
	if err != nil {
		return fmt.Errorf("open the course: %w", err)
	}
	first := course.Sections[0].Lessons[0]
	if _, err := guest.Storefront.ReadLesson(ctx, ent, first.ID, bought.AccessToken); err != nil {
		return fmt.Errorf("read a lesson: %w", err)
	}
	if _, err := guest.Storefront.SetDone(ctx, ent, first.ID, bought.AccessToken, true); err != nil {
		return err
	}
	buyer, err := guest.SignIn(ctx, bought.Order.Buyer.Email, "fr")
	if err != nil {
		return fmt.Errorf("the buyer signs in: %w", err)
	}
	if _, err := buyer.Storefront.ClaimAll(ctx); err != nil {
		return err
	}
	library, err := buyer.Storefront.Library(ctx, "")
	if err != nil {
		return err
	}
	if len(library.Items) != 1 || library.Items[0].Done != 1 {
		return fmt.Errorf("the buyer's library does not hold the course and its finished lesson: %+v", library.Items)
	}
	w.say("The buyer finishes “%s”, signs in with the same address and goes on at lesson 2 of %d", first.Title, library.Items[0].Lessons)
	return nil
}

// onboard proves who the creator is: until then sales stop at a cap.
func (w *walk) onboard(ctx context.Context) error {
	if err := w.creator.Onboard(ctx); err != nil {
		return fmt.Errorf("answer Stripe's questions: %w", err)
	}
	if _, err := w.creator.Dev.Settle(ctx); err != nil {
		return err
	}
	w.say("The creator answers Stripe's questions on its own pages, and may sell without a cap")
	return nil
}

// payOut refunds one order and lets the time pass.
func (w *walk) payOut(ctx context.Context, returned storefrontapi.PlacedOrder) error {
	c := w.creator
	r, err := c.Billing.Refund(ctx, id.New("key"), billingapi.RefundRequest{OrderID: returned.Order.ID, Reason: "asked by the buyer"})
	if err != nil {
		return fmt.Errorf("refund: %w", err)
	}
	w.say("Order %s is refunded in full: %s go back to the buyer", returned.Order.Number, r.Amount)
	if _, err := c.Dev.Settle(ctx); err != nil {
		return err
	}
	gone, err := c.Storefront.Order(ctx, returned.Order.ID, returned.AccessToken)
	if err != nil {
		return err
	}
	if gone.Access != storefrontapi.AccessClosed {
		return fmt.Errorf("access to the refunded order is %s", gone.Access)
	}
	now, err := c.Dev.Advance(ctx, devapi.Move{Hours: enoughDays * 24})
	if err != nil {
		return fmt.Errorf("move the clock: %w", err)
	}
	w.say("The clock walks to %s, past the risk window, the transfer and the payout", now.Now.Format(time.DateOnly))
	return nil
}

// explain prints the waterfall and checks that it adds up to what arrived.
func (w *walk) explain(ctx context.Context, kept, returned storefrontapi.PlacedOrder) error {
	c := w.creator
	var paid money.Amount
	balance, err := c.Billing.Balance(ctx)
	if err != nil {
		return err
	}
	for _, b := range balance.Currencies {
		if b.Currency == price.Currency {
			paid = b.Paid
		}
	}
	for _, o := range []storefrontapi.PlacedOrder{kept, returned} {
		f, err := c.Billing.Waterfall(ctx, o.Order.ID)
		if err != nil {
			return fmt.Errorf("waterfall of %s: %w", o.Order.Number, err)
		}
		w.say("Order %s, cent by cent:", o.Order.Number)
		if err := w.waterfall(f); err != nil {
			return err
		}
	}
	f, err := c.Billing.Waterfall(ctx, kept.Order.ID)
	if err != nil {
		return err
	}
	if paid != f.Share {
		return fmt.Errorf("%s arrived at the bank, but the share of the order that was kept is %s", paid, f.Share)
	}
	w.say("%s arrived at the creator's bank: the share of the one order that was kept, and nothing else", paid)
	return nil
}

// waterfall prints the rows and adds them up again.
func (w *walk) waterfall(f billingapi.Waterfall) error {
	sum := money.New(0, f.Plan.Gross.Currency)
	var err error
	for _, r := range f.Rows {
		_, _ = fmt.Fprintf(w.out, "      %-10s %-16s %12s   left %s\n", r.At.Format(time.DateOnly), r.Kind, r.Amount, r.Left)
		if sum, err = sum.Add(r.Amount); err != nil {
			return err
		}
		if sum != r.Left {
			return fmt.Errorf("order %s: the rows make %s, the books say %s", f.OrderID, sum, r.Left)
		}
	}
	if !sum.IsZero() {
		return fmt.Errorf("order %s: %s are unexplained", f.OrderID, sum)
	}
	return nil
}
