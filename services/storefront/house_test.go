package storefront

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// house is storefront on a database of its own, reached as the other parts reach it.
type house struct {
	t      testing.TB
	pool   *pgxpool.Pool
	clock  *clock.Fake
	svc    *Service
	bus    *outbox.Bus
	keys   *identity.Keys
	dir    *call.Directory
	docs   *call.Directory // of what storefront itself asks
	people *people
	till   *till
	client *storefrontapi.Client
	blobs  string
}

var noon = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

// bothWays runs a test against storefront in the same process, and again over loopback.
func bothWays(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	for _, way := range []string{"in process", "over loopback"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			if way == "over loopback" {
				server := httptest.NewServer(h.router())
				t.Cleanup(server.Close)
				h.dir = call.NewDirectory()
				if err := h.dir.Remote(storefrontapi.Name, server.URL); err != nil {
					t.Fatal(err)
				}
				h.client = storefrontapi.NewClient(h.http("web"))
			}
			test(t, h)
		})
	}
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{
		t: t, pool: pgtest.DB(t, schema), clock: clock.NewFake(noon), dir: call.NewDirectory(), docs: call.NewDirectory(), people: newPeople(), till: newTill(), blobs: t.TempDir(),
	}
	var err error
	if h.keys, err = identity.Ephemeral("gateway", "storefront", "web", "notify", "billing", "accounts", "content", "review"); err != nil {
		t.Fatal(err)
	}
	store, err := files.Open(t.Context(), "file://"+h.blobs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h.svc = NewService(Deps{
		Pool: h.pool, Clock: h.clock, People: h.people, Till: h.till, Files: store, Documents: contentapi.NewClient(h.httpIn(h.docs, "storefront")),
		Sign:     files.NewSigner(bytes.Repeat([]byte{1}, 32), "https://files.example"),
		OrderKey: bytes.Repeat([]byte{2}, 32), Config: Config{MaxUpload: 2 << 30, SellerName: "Workfluence", ReceiptYears: 10},
	})
	h.bus = outbox.New(outbox.Config{Service: storefrontapi.Name, Pool: h.pool, Clock: h.clock})
	h.svc.Consume(h.bus)
	h.dir.Local(storefrontapi.Name, h.router())
	h.client = storefrontapi.NewClient(h.http("web"))
	return h
}

func (h *house) router() *rest.Router {
	r := rest.NewRouter(storefrontapi.Name, identity.NewVerifier(storefrontapi.Name, h.keys, h.clock))
	h.svc.Routes(r)
	return r
}

func (h *house) http(target string) *http.Client { return h.httpIn(h.dir, target) }

func (h *house) httpIn(dir *call.Directory, target string) *http.Client {
	h.t.Helper()
	m, err := identity.NewMinter(target, h.keys, h.clock)
	if err != nil {
		h.t.Fatal(err)
	}
	return call.NewTransport(dir, m, nil).Client()
}

func identityOf(person string, verified bool) identity.Caller {
	return identity.Caller{Person: person, Verified: verified, Locale: "en"}
}

// guest is the context of somebody who has not signed in.
func (h *house) guest() context.Context { return h.t.Context() }

// as is the context of a signed-in person with a proven address, as the gateway makes it.
func (h *house) as(person string) context.Context {
	return h.caller(identity.Caller{Person: person, Verified: true, Locale: "en"})
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
	return identity.With(h.t.Context(), c.WithToken(token))
}

// must fails the test on an error.
func must[T any](h *house) func(v T, err error) T {
	return func(v T, err error) T {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
		return v
	}
}

// wants fails the test unless err is the problem.
func (h *house) wants(err error, want *problem.Error, what string) {
	h.t.Helper()
	if problem.From(err) == nil || problem.From(err).Code != want.Code {
		h.t.Fatalf("%s: %v, want %s", what, err, want.Code)
	}
}

func (h *house) count(sql string, args ...any) int {
	h.t.Helper()
	return must[int](h)(pg.Scalar[int](h.t.Context(), h.pool, sql, args...))
}

func oneText(h *house, sql string, args ...any) (string, error) {
	return pg.Scalar[string](h.t.Context(), h.pool, sql, args...)
}

// told lists the names of events about one key, in order.
func (h *house) told(key string) []string {
	h.t.Helper()
	return must[[]string](h)(pg.Column[string](h.t.Context(), h.pool, `select name from storefront.outbox where key = $1 order by seq`, key))
}

// hear delivers an event of another part.
func (h *house) hear(name, key string, payload any) {
	h.t.Helper()
	if err := h.bus.Deliver(h.t.Context(), outbox.Event{ID: fmt.Sprintf("evt_%s_%d", key, h.till.next()), Name: name, Key: key, Payload: payload, At: h.clock.Now()}); err != nil {
		h.t.Fatal(err)
	}
}

// course makes a published course of ana's with two lessons, the first free, at
// 149.00 EUR and 25,000 JPY.
func (h *house) course() storefrontapi.Product {
	h.t.Helper()
	ctx, c := h.as("person_ana"), h.client
	p := must[storefrontapi.Product](h)(c.CreateProduct(ctx, "", storefrontapi.NewProduct{Kind: "course", Title: "Write one post a day"}))
	sec := must[storefrontapi.Section](h)(c.AddSection(ctx, p.ID, storefrontapi.NewSection{Title: "Start"}))
	must[storefrontapi.Lesson](h)(c.AddLesson(ctx, sec.ID, storefrontapi.NewLesson{Title: "Why", Body: "See [how](how.md).", Free: true}))
	must[storefrontapi.Lesson](h)(c.AddLesson(ctx, sec.ID, storefrontapi.NewLesson{Title: "How", Body: "# Words\n"}))
	eur, jpy := int64(14900), int64(25000)
	p = must[storefrontapi.Product](h)(c.SetPrices(ctx, p.ID, 0, storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: money.EUR, Amount: &eur}, {Currency: money.JPY, Amount: &jpy}}}))
	return must[storefrontapi.Product](h)(c.Publish(ctx, p.ID, p.Version))
}

// order asks for the course in EUR as a guest from Germany who starts now.
func order(p storefrontapi.Product, email string) storefrontapi.PlaceOrder {
	in := storefrontapi.PlaceOrder{ProductID: p.ID, Buyer: storefrontapi.Buyer{Email: email, Country: "DE"}, Consent: storefrontapi.Consent{StartNow: true}}
	for _, price := range p.Prices {
		if price.Currency == money.EUR {
			in.PriceID = price.ID
		}
	}
	return in
}

// pay tells storefront that an order was paid.
func (h *house) pay(o storefrontapi.Order) billingapi.OrderMoney {
	h.t.Helper()
	m := h.till.paid(o.ID, o.Amount, h.clock.Now())
	h.hear(billingapi.EventOrderMoney, o.ID, m)
	return m
}

// people is accounts, as far as storefront asks it.
type people struct {
	mu     sync.Mutex
	all    map[string]accountsapi.Person
	former map[string]string // handle -> person
}

func newPeople() *people {
	p := &people{all: map[string]accountsapi.Person{}}
	p.set(accountsapi.Person{ID: "person_ana", Email: "ana@example.com", Name: "Ana", Handle: "Ana", Country: "DE", PayoutsPossible: true})
	p.set(accountsapi.Person{ID: "person_ben", Email: "Ben@Example.com", Name: "Ben", Handle: "ben", Country: "DE", PayoutsPossible: true})
	p.set(accountsapi.Person{ID: "person_far", Email: "far@example.com", Name: "Far", Handle: "far", Country: "KP"})
	return p
}

func (p *people) set(person accountsapi.Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all[person.ID] = person
}

func (p *people) get(id string) (accountsapi.Person, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	person, ok := p.all[id]
	if !ok {
		return person, problem.ErrNotFound
	}
	return person, nil
}

func (p *people) Me(ctx context.Context) (accountsapi.Person, error) {
	return p.get(identity.From(ctx).Person)
}

func (p *people) Public(_ context.Context, ids ...string) ([]accountsapi.Public, error) {
	var out []accountsapi.Public
	for _, id := range ids {
		if person, err := p.get(id); err == nil && person.Handle != "" {
			out = append(out, accountsapi.Public{ID: id, Handle: person.Handle, Name: person.Name})
		}
	}
	return out, nil
}

func (p *people) ByHandle(_ context.Context, handle string) (accountsapi.Public, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, person := range p.all {
		if strings.EqualFold(person.Handle, handle) {
			return accountsapi.Public{ID: person.ID, Handle: person.Handle}, nil
		}
	}
	if now, ok := p.former[handle]; ok {
		return accountsapi.Public{ID: now, Handle: p.all[now].Handle, Moved: true}, nil
	}
	return accountsapi.Public{}, problem.ErrNotFound
}

func (p *people) Contact(_ context.Context, id string) (accountsapi.Contact, error) {
	person, err := p.get(id)
	return accountsapi.Contact{Email: person.Email, Name: person.Name, Locale: "en"}, err
}

// till is billing, as far as storefront asks it.
type till struct {
	mu      sync.Mutex
	opened  map[string]billingapi.CheckoutRequest
	opens   int
	money   map[string]billingapi.OrderMoney
	counter int64
	refuse  error
}

func newTill() *till {
	return &till{opened: map[string]billingapi.CheckoutRequest{}, money: map[string]billingapi.OrderMoney{}}
}

func (t *till) next() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counter++
	return t.counter
}

func (t *till) OpenCheckout(_ context.Context, r billingapi.CheckoutRequest) (billingapi.Checkout, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.refuse != nil {
		return billingapi.Checkout{}, t.refuse
	}
	t.opens++
	t.opened[r.OrderID] = r
	return billingapi.Checkout{
		PlanID: "plan_" + r.OrderID, PlanDigest: "d1", URL: "https://checkout.example/" + r.OrderID, ExpiresAt: noon.Add(24 * time.Hour),
		Plan: billingapi.Plan{ID: "plan_" + r.OrderID, OrderID: r.OrderID, Gross: r.Gross, FeeBasisPoints: 1000},
	}, nil
}

func (t *till) Refresh(_ context.Context, orderID string) (billingapi.OrderMoney, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	m, ok := t.money[orderID]
	if !ok {
		return billingapi.OrderMoney{OrderID: orderID, State: billingapi.OrderNone}, nil
	}
	return m, nil
}

// facts makes the next version of what is known of an order's money.
func (t *till) facts(orderID string, change func(m *billingapi.OrderMoney)) billingapi.OrderMoney {
	t.mu.Lock()
	defer t.mu.Unlock()
	m := t.money[orderID]
	m.OrderID = orderID
	m.Version++
	change(&m)
	t.money[orderID] = m
	return m
}

func (t *till) paid(orderID string, gross money.Amount, at time.Time) billingapi.OrderMoney {
	return t.facts(orderID, func(m *billingapi.OrderMoney) {
		m.State, m.Gross, m.PaidAt = billingapi.OrderPaid, gross, &at
		m.RefundRequested, m.Refunded = money.New(0, gross.Currency), money.New(0, gross.Currency)
	})
}
