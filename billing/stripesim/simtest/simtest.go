// Package simtest starts a Stripe simulator for a test and drives its hosted pages as a browser would: by following redirects and
// posting forms. It needs no JavaScript because the pages need none.
package simtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/internal/clock"
)

// Cards of Stripe's test set, by how they behave.
const (
	Good              = "4242424242424242"
	Declined          = "4000000000000002"
	InsufficientFunds = "4000000000009995"
	Challenge         = "4000002500003155"
	RefundFailsLater  = "4000000000005126"
	RefundPending     = "4000000000007726"
	FundsAtOnce       = "4000000000000077"
)

// Key is the key that a started simulator accepts, WebhookSecret and ConnectSecret those it signs with.
const (
	Key           = "sk_test_simulated"
	WebhookSecret = "whsec_platform"
	ConnectSecret = "whsec_connect"
)

// Running is a simulator under test.
type Running struct {
	*stripesim.Sim
	URL   string
	Clock *clock.Fake
	t     testing.TB
}

// Option changes the configuration before the start.
type Option func(*stripesim.Config)

// Endpoints delivers webhooks: platform events to platformURL, those of connected accounts to connectURL; empty is none.
func Endpoints(platformURL, connectURL string) Option {
	return func(c *stripesim.Config) {
		if platformURL != "" {
			c.Endpoints = append(c.Endpoints, stripesim.Endpoint{URL: platformURL, Secret: WebhookSecret})
		}
		if connectURL != "" {
			c.Endpoints = append(c.Endpoints, stripesim.Endpoint{URL: connectURL, Secret: ConnectSecret, Connect: true})
		}
	}
}

// Persist keeps the state in dir.
func Persist(dir string) Option { return func(c *stripesim.Config) { c.PersistDir = dir } }

// WithClock runs on that clock instead of a fake one of its own.
func WithClock(k clock.Clock) Option { return func(c *stripesim.Config) { c.Clock = k } }

// Start runs a simulator until the test ends, on a fake clock that starts at 2 March 2026, 12:00 UTC. When the test ends the
// simulator's own books must hold (Sim.Check). Traffic is recorded if the environment asks for it (stripesim.RecordEnv).
func Start(t testing.TB, options ...Option) *Running {
	t.Helper()
	fake := clock.NewFake(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	cfg := stripesim.Config{Clock: fake, Key: Key, Record: os.Getenv(stripesim.RecordEnv)}
	for _, o := range options {
		o(&cfg)
	}
	if f, ok := cfg.Clock.(*clock.Fake); ok {
		fake = f
	}
	srv := httptest.NewUnstartedServer(nil)
	cfg.BaseURL = "http://" + srv.Listener.Addr().String()
	sim, err := stripesim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = sim.Handler()
	srv.Start()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = sim.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-done
		srv.Close()
		if err := sim.Check(); err != nil {
			t.Errorf("the simulator's books do not hold: %v", err)
		}
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Running{Sim: sim, URL: srv.URL, Clock: fake, t: t}
}

// browser keeps redirects to itself until they leave the simulator.
func browser() *http.Client {
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ErrRefused says that a page did not go on; its text is the page's own reason.
var ErrRefused = errors.New("the page refused")

// Pay opens a checkout page and pays it with a test card, answering the bank's challenge with yes. It returns the address that the
// payer is sent to, or ErrRefused with the reason on the page.
func Pay(pageURL, card string) (string, error) {
	c := browser()
	shown, err := read(c, pageURL)
	if err != nil {
		return "", err
	}
	form := url.Values{
		"number": {card}, "expiry": {"12/34"}, "cvc": {"123"}, "name": {"Jenny Rosen"}, "country": {"US"},
	}
	if strings.Contains(shown, `name="email"`) {
		form.Set("email", "jenny@example.com")
	}
	next, err := submit(c, pageURL, form)
	if err != nil {
		return "", err
	}
	if strings.HasSuffix(next, "/confirm") {
		return submit(c, absolute(pageURL, next), url.Values{"answer": {"confirm"}})
	}
	return next, nil
}

// Pay pays a page of this simulator and fails the test if that does not work.
func (r *Running) Pay(pageURL, card string) string {
	r.t.Helper()
	next, err := Pay(pageURL, card)
	if err != nil {
		r.t.Fatal(err)
	}
	return next
}

// Outcomes of onboarding.
const (
	Verified        = "verified"
	DocumentMissing = "document"
	Waiting         = "waiting"
)

// Onboard follows an onboarding link and submits invented data; account is the bank account ("" works). It returns the address
// that the payee is sent to.
func Onboard(linkURL, outcome, account string) (string, error) {
	c := browser()
	if account == "" {
		account = "000123456789"
	}
	res, err := c.Get(linkURL)
	if err != nil {
		return "", err
	}
	_ = res.Body.Close()
	form := res.Header.Get("Location")
	if !strings.HasPrefix(form, "/setup/s/") {
		return form, nil // the link was used up: this is the refresh address
	}
	page := absolute(linkURL, form)
	if _, err := read(c, page); err != nil {
		return "", err
	}
	return submit(c, page, url.Values{
		"first": {"Jenny"}, "last": {"Rosen"}, "day": {"1"}, "month": {"1"}, "year": {"1990"}, "line1": {"1 Sample Street"},
		"city": {"Sampletown"}, "postal": {"10115"}, "account": {account}, "terms": {"yes"}, "outcome": {outcome}, "action": {"submit"},
	})
}

// Onboard verifies a payee at once and fails the test if that does not work.
func (r *Running) Onboard(linkURL string) string {
	r.t.Helper()
	next, err := Onboard(linkURL, Verified, "")
	if err != nil {
		r.t.Fatal(err)
	}
	return next
}

// WaitQuiet waits until no webhook is under way.
func (r *Running) WaitQuiet() {
	r.t.Helper()
	deadline := time.After(10 * time.Second)
	for !r.Quiet() {
		select {
		case <-deadline:
			r.t.Fatal("webhooks are still under way after 10 s")
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// Advance moves the clock and lets everything happen that is due. It waits for webhooks under way first: moving the clock, and the
// wall with it, would age their signatures.
func (r *Running) Advance(d time.Duration) {
	r.t.Helper()
	r.WaitQuiet()
	r.Clock.Advance(d)
	r.Tick(context.Background())
}

func read(c *http.Client, address string) (string, error) {
	res, err := c.Get(address)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 400 {
		return "", fmt.Errorf("%w: status %d", ErrRefused, res.StatusCode)
	}
	return string(b), err
}

var reason = regexp.MustCompile(`(?s)<div class="problem".*?</h2>\s*(.*?)</div>`)

func submit(c *http.Client, address string, form url.Values) (string, error) {
	res, err := c.PostForm(address, form)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	if res.StatusCode == http.StatusSeeOther {
		return res.Header.Get("Location"), nil
	}
	why := fmt.Sprintf("status %d", res.StatusCode)
	if m := reason.FindSubmatch(b); m != nil {
		why = string(m[1])
	}
	return "", fmt.Errorf("%w: %s", ErrRefused, why)
}

func absolute(base, ref string) string {
	b, err := url.Parse(base)
	if err != nil {
		return ref
	}
	u, err := b.Parse(ref)
	if err != nil {
		return ref
	}
	return u.String()
}
