package billing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
)

// house is billing on a database of its own with a till, reached as the other parts reach it. Background work runs when a test says
// so (settle), so that every test decides what came first.
type house struct {
	t     testing.TB
	pool  *pgxpool.Pool
	clock *clock.Fake
	sim   *simtest.Running
	svc   *Service
	keys  *identity.Keys
	dir   *call.Directory
	front *billingapi.Client // as storefront
	wire  wire
}

// bothWays runs a test against billing in the same process, and again over loopback.
func bothWays(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	for _, way := range []string{"in process", "over loopback"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			if way == "over loopback" {
				h.dir = call.NewDirectory()
				server := httptest.NewServer(h.router())
				t.Cleanup(server.Close)
				if err := h.dir.Remote(billingapi.Name, server.URL); err != nil {
					t.Fatal(err)
				}
				h.front = h.as("storefront")
			}
			test(t, h)
		})
	}
}

type sellers struct{ country string }

func (s sellers) Seller(context.Context) (Seller, error) {
	return Seller{Country: s.country, Payouts: s.country != "KP", Email: "jenny@example.com"}, nil
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, pool: pgtest.DB(t, "billing"), clock: clock.NewFake(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)), dir: call.NewDirectory()}
	h.sim = simtest.Start(t, simtest.WithClock(h.clock))
	h.svc = h.service()
	var err error
	if h.keys, err = identity.Ephemeral("gateway", "billing", "storefront", "notify", "accounts"); err != nil {
		t.Fatal(err)
	}
	h.dir.Local(billingapi.Name, h.router())
	h.front = h.as("storefront")
	hooks := httptest.NewServer(h.hooks())
	t.Cleanup(hooks.Close)
	h.sim.SetEndpoints([]stripesim.Endpoint{
		{URL: hooks.URL + "/webhooks/stripe", Secret: simtest.WebhookSecret},
		{URL: hooks.URL + "/webhooks/stripe-connect", Secret: simtest.ConnectSecret, Connect: true},
	})
	return h
}

// service is a process of billing: another one of the same database is a replica, or the same one after a crash.
func (h *house) service() *Service {
	h.t.Helper()
	return h.process(h.pool, &h.wire, slog.NewTextHandler(h.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// process is billing with its ways out: to its database, to Stripe, and to the log.
func (h *house) process(pool *pgxpool.Pool, out http.RoundTripper, log slog.Handler) *Service {
	h.t.Helper()
	road, err := rail.New(rail.Config{
		Key: simtest.Key, BaseURL: h.sim.URL, WebhookSecret: simtest.WebhookSecret, ConnectSecret: simtest.ConnectSecret, Clock: h.clock,
		Timeout: 2 * time.Second, HTTP: &http.Client{Transport: out},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return New(Deps{Pool: pool, Clock: h.clock, Rail: road, People: sellers{"US"}, Policies: DefaultPolicies(), PublicURL: "http://127.0.0.1:9", Log: slog.New(log)})
}

func (h *house) router() *rest.Router {
	r := rest.NewRouter(billingapi.Name, identity.NewVerifier(billingapi.Name, h.keys, h.clock))
	h.svc.Routes(r)
	return r
}

// hooks is what Stripe reaches: the gateway's part of the way is left out.
func (h *house) hooks() http.Handler {
	r := rest.NewRouter(billingapi.Name, nil)
	h.svc.Routes(r)
	return r
}

func (h *house) as(target string) *billingapi.Client {
	h.t.Helper()
	m, err := identity.NewMinter(target, h.keys, h.clock)
	if err != nil {
		h.t.Fatal(err)
	}
	return billingapi.NewClient(call.NewTransport(h.dir, m, nil).Client())
}

func (h *house) ctx() context.Context { return h.t.Context() }

// by is the context of a signed-in person, as the gateway makes it.
func (h *house) by(person string) context.Context {
	return h.caller(identity.Caller{Person: person, Session: id.New("session"), Verified: true})
}

// operator is the context of somebody who runs the platform.
func (h *house) operator() context.Context { return h.operatorAs("person_operator") }

func (h *house) operatorAs(person string) context.Context {
	return h.caller(identity.Caller{Person: person, Session: id.New("session"), Verified: true, Operator: true})
}

func (h *house) caller(c identity.Caller) context.Context {
	h.t.Helper()
	m, err := identity.NewMinter("gateway", h.keys, h.clock)
	if err != nil {
		h.t.Fatal(err)
	}
	token, _, err := m.Person(c)
	if err != nil {
		h.t.Fatal(err)
	}
	return identity.With(h.ctx(), c.WithToken(token))
}

func (h *house) no(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// settle waits until webhooks have arrived and all background work is done. A step back of a lease lets work that a dead process
// held be taken at once.
func (h *house) settle() {
	h.t.Helper()
	for range 3 {
		h.sim.WaitQuiet()
		h.no(h.svc.Settle(h.ctx()))
	}
}

// expire ends all leases, as 15 seconds of wall time would.
func (h *house) expire() {
	h.t.Helper()
	for _, table := range []string{"operation", "hint"} {
		_, err := h.pool.Exec(h.ctx(), `update billing.`+table+` set lease_until = null`)
		h.no(err)
	}
	_, err := h.pool.Exec(h.ctx(), `update billing.operation set retry_at = $1`, h.clock.Wall().Add(-time.Second))
	h.no(err)
	_, err = h.pool.Exec(h.ctx(), `update billing.hint set due_at = $1`, h.clock.Wall().Add(-time.Second))
	h.no(err)
}

// pass moves the clock in steps of a day, so that what is due in between happens in between.
func (h *house) pass(days int) {
	h.t.Helper()
	for range days {
		h.sim.Advance(24 * time.Hour)
		h.settle()
	}
}

// creator is a person whose Stripe account is ready.
func (h *house) creator() string {
	h.t.Helper()
	person := id.New("person")
	h.onboard(person)
	return person
}

func (h *house) onboard(person string) {
	h.t.Helper()
	link, err := h.as("gateway").StartOnboarding(h.by(person), billingapi.OnboardingRequest{ReturnPath: "/payouts"})
	h.no(err)
	h.sim.Onboard(link.URL)
	h.settle()
	o, err := h.as("gateway").Onboarding(h.by(person))
	h.no(err)
	if o.State != billingapi.OnboardingReady {
		h.t.Fatalf("onboarding is %s: %v", o.State, o.Requirements)
	}
}

func (h *house) account(person string) string {
	h.t.Helper()
	a, err := one[Account](h.ctx(), h.pool, "Account", args{"person_id": person})
	h.no(err)
	return text(a.StripeID)
}

func usd(minor int64) money.Amount { return money.New(minor, "USD") }

func request(gross money.Amount, payees ...string) billingapi.CheckoutRequest {
	r := billingapi.CheckoutRequest{
		OrderID: id.New("order"), Kind: "sale", Title: "Writing for engineers", ProductID: id.New("product"), Gross: gross,
		BuyerEmail: "buyer@example.com", Locale: "en", Country: "US", SuccessPath: "/thanks", CancelPath: "/p",
	}
	for _, p := range payees {
		r.Payees = append(r.Payees, billingapi.Payee{Person: p, Weight: 1})
	}
	return r
}

// sell opens a checkout and pays it; webhooks have arrived and are applied.
func (h *house) sell(gross money.Amount, payees ...string) string {
	h.t.Helper()
	r := request(gross, payees...)
	page, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	h.sim.Pay(page.URL, simtest.Good)
	h.settle()
	h.paid(r.OrderID)
	return r.OrderID
}

func (h *house) paid(orderID string) {
	h.t.Helper()
	if m := h.money(orderID); m.State != billingapi.OrderPaid {
		h.t.Fatalf("the order is %s", m.State)
	}
}

func (h *house) money(orderID string) billingapi.OrderMoney {
	h.t.Helper()
	m, err := h.front.Money(h.ctx(), orderID)
	h.no(err)
	return m
}

// books compares all balances by class ("SB 9680, CP −9000"), zero ones left out, with what a case says, and the house's invariants.
func (h *house) books(want string) {
	h.t.Helper()
	balances, err := ledger.Balances(h.ctx(), h.pool)
	h.no(err)
	sums := map[string]int64{}
	for _, b := range balances {
		sums[b.Account.Class()] += b.Amount.Minor
	}
	got := map[string]int64{}
	for class, sum := range sums {
		if sum != 0 {
			got[class] = sum
		}
	}
	expect := map[string]int64{}
	for _, part := range strings.Split(strings.NewReplacer(";", ",", "−", "-").Replace(want), ",") {
		var class string
		var sum int64
		if _, err := fmt.Sscanf(strings.TrimSpace(part), "%s %d", &class, &sum); err != nil {
			h.t.Fatalf("%q: %v", part, err)
		}
		if sum != 0 {
			expect[class] = sum
		}
	}
	if diff := cmp.Diff(expect, got); diff != "" {
		h.t.Errorf("books (-want +got):\n%s", diff)
	}
	h.hold()
}

// hold checks what always holds: the ledger verifies, it equals the till's own balances, and legs equal creator_payable.
func (h *house) hold() {
	h.t.Helper()
	report, err := ledger.Verify(h.ctx(), h.pool)
	h.no(err)
	for _, f := range report.Findings {
		h.t.Errorf("ledger: %s", f)
	}
	balances, err := ledger.Balances(h.ctx(), h.pool)
	h.no(err)
	rail, mine := map[string]int64{}, map[string]int64{}
	for account, of := range h.sim.Balances() {
		for c, held := range of {
			if sum := held.Available + held.Pending; sum != 0 {
				rail[account+" "+strings.ToUpper(c)] = sum
			}
		}
	}
	payable := map[string]int64{}
	for _, b := range balances {
		switch {
		case b.Account == ledger.SB:
			mine[h.sim.PlatformID()+" "+string(b.Amount.Currency)] += b.Amount.Minor
		case b.Account.Class() == "MB":
			mine[b.Account.Owner()+" "+string(b.Amount.Currency)] += b.Amount.Minor
		case b.Account.Class() == "CP":
			payable[b.Account.Owner()+" "+string(b.Amount.Currency)] = -b.Amount.Minor
		}
	}
	if diff := cmp.Diff(rail, mine); diff != "" {
		h.t.Errorf("the books differ from Stripe (-stripe +books):\n%s", diff)
	}
	legs, err := pg.Many[struct {
		Who string
		Sum int64
	}](h.ctx(), h.pool, `select person_id || ' ' || currency as who, sum(payable)::bigint as sum from billing.leg group by 1 having sum(payable) <> 0`)
	h.no(err)
	sums := map[string]int64{}
	for _, l := range legs {
		sums[l.Who] = l.Sum
	}
	if diff := cmp.Diff(payable, sums); diff != "" {
		h.t.Errorf("legs differ from creator_payable (-books +legs):\n%s", diff)
	}
}

// till counts the platform's objects of a kind at the simulator; what a connected account sees of them is left out.
func (h *house) till(kind string) int {
	h.t.Helper()
	all, err := simObjects(h.sim.URL, kind)
	h.no(err)
	n := 0
	for _, o := range all {
		if !strings.HasPrefix(o.ID, "py") {
			n++
		}
	}
	return n
}

// events counts what the outbox tells under a name.
func (h *house) events(name string) int {
	h.t.Helper()
	n, err := pg.Scalar[int](h.ctx(), h.pool, `select count(*) from billing.outbox where name = $1`, name)
	h.no(err)
	return n
}

// codeOf is the code of the problem that an error is, or "".
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return problem.From(err).Code
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}
