package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/money"
)

// mailbox is a webhook endpoint that keeps what it got.
type mailbox struct {
	mu   sync.Mutex
	got  []letter
	http *httptest.Server
}

type letter struct {
	body      []byte
	signature string
	connect   bool
}

func newMailbox(t *testing.T) *mailbox {
	m := &mailbox{}
	m.http = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.got = append(m.got, letter{b, r.Header.Get("Stripe-Signature"), r.URL.Path == "/connect"})
	}))
	t.Cleanup(m.http.Close)
	return m
}

// guide calls the methods of the rail and remembers which.
type guide struct {
	t     *testing.T
	ctx   context.Context
	rail  *rail.Rail
	sim   *simtest.Running
	n     int
	calls map[string]bool
}

func (g *guide) op() rail.Op {
	g.n++
	return rail.Op{Key: "tour:" + strconv.Itoa(g.n) + ":a1", ID: "op_" + strconv.Itoa(g.n)}
}

func call[T any](g *guide, method string, v T, err error) T {
	g.t.Helper()
	g.calls[method] = true
	if err != nil {
		g.t.Fatalf("%s: %v", method, err)
	}
	return v
}

func pageOf[T any](g *guide, method string, v []T, _ bool, err error) []T {
	g.t.Helper()
	if len(v) == 0 && err == nil {
		g.t.Fatalf("%s: nothing listed", method)
	}
	return call(g, method, v, err)
}

func usd(n int64) money.Amount { return money.New(n, money.USD) }

// TestTourOfEveryMethod drives each method of the rail against the simulator, then holds the traffic and the webhooks against the
// document (F1, F2) and decodes the webhooks with stripe-go (F3).
func TestTourOfEveryMethod(t *testing.T) {
	dir, box := t.TempDir(), newMailbox(t)
	// Signatures are judged by stripe-go on the wall clock, so the tour runs on it.
	fake := clock.NewFake(time.Now())
	sim := simtest.Start(t, simtest.WithClock(fake), simtest.Endpoints(box.http.URL+"/platform", box.http.URL+"/connect"),
		func(c *stripesim.Config) { c.Record = dir })
	r, err := rail.New(rail.Config{
		Key: simtest.Key, BaseURL: sim.URL, WebhookSecret: simtest.WebhookSecret, ConnectSecret: simtest.ConnectSecret, Clock: fake,
	})
	if err != nil {
		t.Fatal(err)
	}
	g := &guide{t: t, ctx: context.Background(), rail: r, sim: sim, calls: map[string]bool{}}
	g.walk()
	sim.WaitQuiet()
	g.readBoxes(box)
	for i := range reflect.TypeFor[*rail.Rail]().NumMethod() {
		if name := reflect.TypeFor[*rail.Rail]().Method(i).Name; !g.calls[name] {
			t.Errorf("the tour does not call %s", name)
		}
	}
	traffic := recorded(t, dir)
	if len(traffic) < 30 {
		t.Fatalf("only %d exchanges were recorded", len(traffic))
	}
	judge(t, traffic)
}

func (g *guide) checkout(order string, a money.Amount) rail.Checkout {
	g.t.Helper()
	v, err := g.rail.OpenCheckout(g.ctx, g.op(), rail.CheckoutRequest{
		Order: order, Group: order, Title: "A course", Description: "Two sections", Amount: a, Email: "buyer@example.com", Locale: "fr",
		SuccessURL: "https://shop.test/thanks?s={CHECKOUT_SESSION_ID}", CancelURL: "https://shop.test/back",
		ExpiresAt: g.sim.Clock.Now().Add(time.Hour), DescriptorSuffix: "COURSE", Metadata: map[string]string{"plan": "plan_1"},
	})
	return call(g, "OpenCheckout", v, err)
}

func (g *guide) sell(order string, a money.Amount, card string) rail.Charge {
	g.t.Helper()
	c := g.checkout(order, a)
	g.sim.Pay(c.URL, card)
	c, err := g.rail.Checkout(g.ctx, c.ID)
	call(g, "Checkout", c, err)
	all, err := g.rail.CheckoutSettled(g.ctx, c.ID)
	if call(g, "CheckoutSettled", all, err); all.Charge == nil || all.Charge.Transaction == nil {
		g.t.Fatalf("%+v", all)
	}
	p, err := g.rail.Payment(g.ctx, c.Payment)
	call(g, "Payment", p, err)
	ch, err := g.rail.Charge(g.ctx, p.Charge)
	return call(g, "Charge", ch, err)
}

func (g *guide) payee(outcome, bank string) rail.Account {
	g.t.Helper()
	a, err := g.rail.CreateAccount(g.ctx, g.op(), rail.AccountRequest{Person: "person_1", Country: "US", Email: "p@example.com"})
	call(g, "CreateAccount", a, err)
	l, err := g.rail.AccountLink(g.ctx, g.op(), a.ID, "https://shop.test/return", "https://shop.test/refresh")
	call(g, "AccountLink", l, err)
	if _, err := simtest.Onboard(l.URL, outcome, bank); err != nil {
		g.t.Fatal(err)
	}
	a, err = g.rail.Account(g.ctx, a.ID)
	return call(g, "Account", a, err)
}

func (g *guide) walk() {
	t, ctx, r := g.t, g.ctx, g.rail
	ch := g.sell("order_1", usd(10_000), simtest.FundsAtOnce)
	late := g.sell("order_2", money.New(14_900, money.EUR), simtest.Challenge)
	if ch.Transaction.Fee != usd(320) || late.Transaction.Status != "pending" {
		t.Fatalf("%+v %+v", ch.Transaction, late.Transaction)
	}
	refused := g.checkout("order_3", usd(500))
	if _, err := simtest.Pay(refused.URL, simtest.Declined); err == nil {
		t.Fatal("a declined card paid")
	}
	failed, err := r.Checkout(ctx, refused.ID)
	call(g, "Checkout", failed, err)
	tries, more, err := r.ChargesOf(ctx, failed.Payment, rail.Page{Limit: 5})
	pageOf(g, "ChargesOf", tries, more, err)
	closed, err := r.ExpireCheckout(ctx, g.op(), refused.ID)
	if call(g, "ExpireCheckout", closed, err).Status != "expired" {
		t.Fatalf("%+v", closed)
	}

	payee := g.payee(simtest.Verified, "")
	g.payee(simtest.DocumentMissing, "")
	g.payee(simtest.Waiting, "")
	login, err := r.LoginLink(ctx, g.op(), payee.ID)
	call(g, "LoginLink", login, err)

	tr, err := r.CreateTransfer(ctx, g.op(), rail.TransferRequest{Account: payee.ID, Amount: usd(9_000), Charge: ch.ID, Group: "order_1"})
	call(g, "CreateTransfer", tr, err)
	tr, err = r.Transfer(ctx, tr.ID)
	call(g, "Transfer", tr, err)
	trs, more, err := r.Transfers(ctx, "order_1", rail.Page{})
	pageOf(g, "Transfers", trs, more, err)
	_, err = r.CreateTransfer(ctx, g.op(), rail.TransferRequest{Account: payee.ID, Amount: usd(9_000_000)})
	if v := rail.Outcome(err); v.Code != "balance_insufficient" || !v.Certain {
		t.Fatalf("%+v", v)
	}
	v, err := r.CreateReversal(ctx, g.op(), tr.ID, usd(2_250), map[string]string{"order": "order_1"})
	call(g, "CreateReversal", v, err)
	vs, more, err := r.Reversals(ctx, tr.ID, rail.Page{})
	pageOf(g, "Reversals", vs, more, err)

	re, err := r.CreateRefund(ctx, g.op(), rail.RefundRequest{Charge: ch.ID, Amount: usd(2_500), Reason: "requested_by_customer"})
	call(g, "CreateRefund", re, err)
	g.sim.FailRefund(re.ID, "")
	re, err = r.Refund(ctx, re.ID)
	if call(g, "Refund", re, err); re.Status != "failed" || re.FailureTransaction == nil {
		t.Fatalf("%+v", re)
	}
	res, more, err := r.Refunds(ctx, ch.ID, rail.Page{})
	pageOf(g, "Refunds", res, more, err)

	g.payouts(payee)
	b, err := r.Balance(ctx, "")
	call(g, "Balance", b, err)
	txns, more, err := r.Transactions(ctx, rail.TransactionQuery{Since: g.sim.Clock.Now().Add(-time.Hour), Page: rail.Page{Limit: 3}})
	pageOf(g, "Transactions", txns, more, err)
	txns, more, err = r.Transactions(ctx, rail.TransactionQuery{Page: rail.Page{Before: txns[2].ID}})
	pageOf(g, "Transactions", txns, more, err)
	x, err := r.Transaction(ctx, "", txns[0].ID)
	call(g, "Transaction", x, err)
	for _, account := range []string{"", payee.ID} {
		evs, more, err := r.Events(ctx, rail.EventQuery{Account: account, Page: rail.Page{}})
		pageOf(g, "Events", evs, more, err)
	}
	evs, more, err := r.Events(ctx, rail.EventQuery{Types: []string{"transfer.created", "payment_intent.*"}})
	pageOf(g, "Events", evs, more, err)
	if _, _, err := r.Events(ctx, rail.EventQuery{Undelivered: true, Since: g.sim.Clock.Now().Add(-time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Charge(ctx, "ch_nothing"); !rail.IsMissing(err) {
		t.Fatal(err)
	}
	g.sim.Advance(72 * time.Hour) // funds become available, payouts arrive, checks end
}

func (g *guide) payouts(payee rail.Account) {
	r, ctx := g.rail, g.ctx
	po, err := r.CreatePayout(ctx, g.op(), payee.ID, usd(1_000), map[string]string{"person": "person_1"})
	call(g, "CreatePayout", po, err)
	gone, err := r.CreatePayout(ctx, g.op(), payee.ID, usd(2_000), nil)
	call(g, "CreatePayout", gone, err)
	gone, err = r.CancelPayout(ctx, g.op(), payee.ID, gone.ID)
	call(g, "CancelPayout", gone, err)
	g.sim.FailPayout(po.ID, "account_closed")
	po, err = r.Payout(ctx, payee.ID, po.ID)
	if call(g, "Payout", po, err); po.Status != "failed" || po.FailureTransaction == "" || gone.Status != "canceled" {
		g.t.Fatalf("%+v %+v", po, gone)
	}
	pos, more, err := r.Payouts(ctx, payee.ID, g.sim.Clock.Now().Add(-time.Hour), rail.Page{})
	pageOf(g, "Payouts", pos, more, err)
	own, err := r.CreatePayout(ctx, g.op(), "", usd(100), nil)
	call(g, "CreatePayout", own, err)
}

// readBoxes judges every delivered event, verifies it as stripe-go would without options, and as the rail does.
func (g *guide) readBoxes(box *mailbox) {
	d := load(g.t)
	box.mu.Lock()
	defer box.mu.Unlock()
	kinds := map[string]bool{}
	for _, l := range box.got {
		secret, endpoint := simtest.WebhookSecret, rail.PlatformEndpoint
		if l.connect {
			secret, endpoint = simtest.ConnectSecret, rail.ConnectEndpoint
		}
		// The tour's clock moved ahead, stripe-go's did not; the signature is judged, its age is the rail's test.
		ev, err := webhook.ConstructEventWithOptions(l.body, l.signature, secret, webhook.ConstructEventOptions{IgnoreTolerance: true})
		if err != nil {
			g.t.Errorf("F3: %v", err)
			continue
		}
		kinds[string(ev.Type)] = true
		if err := decode(ev); err != nil {
			g.t.Errorf("F3 %s: %v", ev.Type, err)
		}
		if _, err := rail.ParseEvent(l.body); err != nil {
			g.t.Errorf("%s: %v", ev.Type, err)
		}
		if _, err := g.rail.Verify(endpoint, l.body, ""); err == nil {
			g.t.Errorf("an unsigned %s was accepted", ev.Type)
		}
		m, err := jsonschema.UnmarshalJSON(bytes.NewReader(l.body))
		if err != nil {
			g.t.Fatal(err)
		}
		if err := d.Event(m.(map[string]any)); err != nil {
			g.t.Errorf("F2 %s: %v", ev.Type, err)
		}
	}
	g.calls["Verify"] = true
	for _, want := range []string{
		"checkout.session.completed", "checkout.session.expired", "payment_intent.succeeded", "payment_intent.payment_failed",
		"payment_intent.requires_action", "charge.succeeded", "charge.failed", "charge.refunded", "charge.refund.updated", "refund.created",
		"transfer.created", "transfer.reversed", "payout.created", "payout.failed", "payout.canceled", "account.updated", "capability.updated",
		"account.external_account.updated", "balance.available",
	} {
		if !kinds[want] {
			g.t.Errorf("the tour saw no %s", want)
		}
	}
}

// decode reads the object of an event into stripe-go's type for it, refusing what that type does not know how to hold.
func decode(ev stripe.Event) error {
	var into any
	switch ev.Data.Object["object"] {
	case "account":
		into = &stripe.Account{}
	case "balance":
		into = &stripe.Balance{}
	case "bank_account":
		into = &stripe.BankAccount{}
	case "capability":
		into = &stripe.Capability{}
	case "charge":
		into = &stripe.Charge{}
	case "checkout.session":
		into = &stripe.CheckoutSession{}
	case "payment_intent":
		into = &stripe.PaymentIntent{}
	case "payout":
		into = &stripe.Payout{}
	case "refund":
		into = &stripe.Refund{}
	case "transfer":
		into = &stripe.Transfer{}
	}
	return json.Unmarshal(ev.Data.Raw, into)
}
