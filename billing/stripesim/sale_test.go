package stripesim_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/money"
)

// world is a simulator with the rail that billing would use, and keys that never repeat.
type world struct {
	*simtest.Running
	*rail.Rail
	t   *testing.T
	ctx context.Context
	n   int
}

func newWorld(t *testing.T, options ...simtest.Option) *world {
	t.Helper()
	run := simtest.Start(t, options...)
	r, err := rail.New(rail.Config{
		Key: simtest.Key, BaseURL: run.URL, WebhookSecret: simtest.WebhookSecret, ConnectSecret: simtest.ConnectSecret, Clock: run.Clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	return &world{Running: run, Rail: r, t: t, ctx: context.Background()}
}

func (w *world) op() rail.Op {
	w.n++
	n := strconv.Itoa(w.n)
	return rail.Op{Key: "test:" + n + ":a1", ID: "op_" + n}
}

func must[T any](w *world) func(T, error) T {
	return func(v T, err error) T {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
		return v
	}
}

func usd(n int64) money.Amount { return money.New(n, money.USD) }

func (w *world) checkout(a money.Amount) rail.Checkout {
	w.t.Helper()
	return must[rail.Checkout](w)(w.OpenCheckout(w.ctx, w.op(), rail.CheckoutRequest{
		Order: "order_1", Group: "order_1", Title: "A course", Amount: a, Email: "buyer@example.com", Locale: "en",
		SuccessURL: "https://shop.test/thanks?s={CHECKOUT_SESSION_ID}", CancelURL: "https://shop.test/back",
	}))
}

// sell sells for an amount and gives the charge.
func (w *world) sell(a money.Amount, card string) rail.Charge {
	w.t.Helper()
	c := w.checkout(a)
	if next := w.Pay(c.URL, card); next != "https://shop.test/thanks?s="+c.ID {
		w.t.Fatalf("sent to %s", next)
	}
	c = must[rail.Checkout](w)(w.Checkout(w.ctx, c.ID))
	if c.Status != "complete" || c.PaymentStatus != "paid" {
		w.t.Fatalf("%+v", c)
	}
	p := must[rail.Payment](w)(w.Payment(w.ctx, c.Payment))
	return must[rail.Charge](w)(w.Charge(w.ctx, p.Charge))
}

// payee makes an account that can be paid.
func (w *world) payee(country string) rail.Account {
	w.t.Helper()
	a := must[rail.Account](w)(w.CreateAccount(w.ctx, w.op(), rail.AccountRequest{Person: "person_1", Country: country, Email: "p@example.com"}))
	l := must[rail.Link](w)(w.AccountLink(w.ctx, w.op(), a.ID, "https://shop.test/return", "https://shop.test/refresh"))
	if next := w.Onboard(l.URL); next != "https://shop.test/return" {
		w.t.Fatalf("sent to %s", next)
	}
	return must[rail.Account](w)(w.Account(w.ctx, a.ID))
}

func (w *world) balance(account string, c money.Currency) (available, pending int64) {
	w.t.Helper()
	b := must[rail.Balance](w)(w.Balance(w.ctx, account))
	for _, a := range b.Available {
		if a.Currency == c {
			available = a.Minor
		}
	}
	for _, a := range b.Pending {
		if a.Currency == c {
			pending = a.Minor
		}
	}
	return available, pending
}

// refused checks that a call failed for certain with a code.
func (w *world) refused(err error, code string) {
	w.t.Helper()
	v := rail.Outcome(err)
	if v.Class != rail.Failed || v.Code != code {
		w.t.Fatalf("want %s, got %s %s: %s", code, v.Class, v.Code, v.Message)
	}
}

func TestASaleFromPageToBank(t *testing.T) {
	w := newWorld(t)
	ch := w.sell(usd(10_000), simtest.Good)
	if !ch.Paid || ch.Group != "order_1" || ch.CardLast4 != "4242" || ch.Email != "buyer@example.com" || ch.Metadata["order"] != "order_1" {
		t.Fatalf("%+v", ch)
	}
	if x := ch.Transaction; x.Amount != usd(10_000) || x.Fee != usd(320) || x.Net != usd(9_680) || x.Status != "pending" || x.Source != ch.ID {
		t.Fatalf("%+v", x)
	}
	payee := w.payee("US")
	if !payee.Ready() || payee.BankLast4 != "6789" {
		t.Fatalf("%+v", payee)
	}
	tr := must[rail.Transfer](w)(w.CreateTransfer(w.ctx, w.op(), rail.TransferRequest{Account: payee.ID, Amount: usd(9_000), Charge: ch.ID}))
	if tr.Group != "order_1" || tr.Charge != ch.ID {
		t.Fatalf("%+v", tr)
	}
	if a, p := w.balance(payee.ID, money.USD); a != 0 || p != 9_000 {
		t.Fatalf("payee holds %d + %d pending", a, p)
	}
	w.Advance(48 * time.Hour)
	if a, p := w.balance("", money.USD); a != 680 || p != 0 {
		t.Fatalf("platform holds %d + %d pending", a, p)
	}
	po := must[rail.Payout](w)(w.CreatePayout(w.ctx, w.op(), payee.ID, usd(9_000), nil))
	if po.Status != "pending" || po.Metadata["op_id"] == "" {
		t.Fatalf("%+v", po)
	}
	w.Advance(72 * time.Hour)
	po = must[rail.Payout](w)(w.Payout(w.ctx, payee.ID, po.ID))
	if po.Status != "paid" {
		t.Fatalf("%+v", po)
	}
	if got, _, err := w.Transfers(w.ctx, "order_1", rail.Page{}); err != nil || len(got) != 1 || got[0].ID != tr.ID || got[0].Metadata["op_id"] == "" {
		t.Fatalf("%+v %v", got, err)
	}
	if !strings.HasPrefix(ch.ID, "ch_") {
		t.Fatal(ch.ID)
	}
}
