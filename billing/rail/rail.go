package rail

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/money"
)

// APIVersion is the Stripe API version of every request, and the one our webhook endpoints must be created with.
const APIVersion = stripe.APIVersion

const (
	stripeURL      = "https://api.stripe.com"
	defaultTimeout = 15 * time.Second
)

// Config says which Stripe we talk to.
type Config struct {
	Key           string        // secret or restricted key: sk_test_…, sk_live_…, rk_…
	BaseURL       string        // "" is https://api.stripe.com; anything else must be a test key's simulator
	WebhookSecret string        // of the endpoint for the platform's own events
	ConnectSecret string        // of the endpoint for events of connected accounts
	Clock         clock.Clock   // Wall judges signatures, Now judges an event's created; nil is clock.System()
	HTTP          *http.Client  // nil is a client of its own
	Timeout       time.Duration // of one call; 0 is 15 s
}

// Rail is a client of one Stripe platform account. It is safe for concurrent use.
type Rail struct {
	api     *client.API
	cfg     Config
	timeout time.Duration
}

// Op names one external effect. Key is its idempotency key (at most 255 bytes, see money.md §8 for its form); ID is the operation
// it belongs to and travels as metadata[op_id].
type Op struct {
	Key string
	ID  string
}

// New checks that key and address fit each other and returns a Rail. No call is made. It fails when the key is missing or of no
// known form, and when a live key meets an address that is not Stripe's.
func New(cfg Config) (*Rail, error) {
	if err := checkTarget(cfg.Key, cfg.BaseURL); err != nil {
		return nil, err
	}
	if cfg.BaseURL == "" {
		cfg.BaseURL = stripeURL
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = defaultTimeout
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.System()
	}
	if cfg.HTTP == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 64
		cfg.HTTP = &http.Client{Transport: t}
	}
	// Three configurations, never a shared one: the library writes the URL of the first backend into a shared
	// configuration, or leaves the others on Stripe's own address.
	backend := func(kind stripe.SupportedBackend) stripe.Backend {
		return stripe.GetBackendWithConfig(kind, &stripe.BackendConfig{
			URL:               stripe.String(cfg.BaseURL),
			HTTPClient:        cfg.HTTP,
			MaxNetworkRetries: stripe.Int64(0),
			EnableTelemetry:   stripe.Bool(false),
			LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull},
		})
	}
	api := client.New(cfg.Key, &stripe.Backends{
		API:     backend(stripe.APIBackend),
		Connect: backend(stripe.ConnectBackend),
		Uploads: backend(stripe.UploadsBackend),
	})
	return &Rail{api: api, cfg: cfg, timeout: cfg.Timeout}, nil
}

func checkTarget(key, base string) error {
	kind, mode, _ := strings.Cut(key, "_")
	mode, rest, _ := strings.Cut(mode, "_")
	if (kind != "sk" && kind != "rk") || (mode != "test" && mode != "live") || rest == "" {
		return errors.New("rail: the Stripe key must look like sk_test_… or sk_live_…")
	}
	if base == "" {
		return nil
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("rail: the Stripe address %q is not an http(s) URL", base)
	}
	real := u.Hostname() == "api.stripe.com"
	switch {
	case real && u.Scheme != "https":
		return errors.New("rail: Stripe is only called over https")
	case !real && mode == "live":
		return fmt.Errorf("rail: a live key never goes to %s", u.Host)
	}
	return nil
}

// write makes the params of a write: deadline, idempotency key and account. The cancel func ends the deadline.
func (r *Rail) write(ctx context.Context, op Op, account string) (stripe.Params, context.CancelFunc, error) {
	key := strings.TrimSpace(op.Key)
	if key == "" || len(key) > 255 {
		return stripe.Params{}, nil, &refused{fmt.Errorf("rail: an idempotency key has 1 to 255 bytes, not %d", len(key))}
	}
	p, cancel := r.read(ctx, account)
	p.IdempotencyKey = stripe.String(key)
	return p, cancel, nil
}

// read makes the params of a read.
func (r *Rail) read(ctx context.Context, account string) (stripe.Params, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	p := stripe.Params{Context: ctx}
	if account != "" {
		p.StripeAccount = stripe.String(account)
	}
	return p, cancel
}

// list makes the params of a list call; limit is the page size, after the last id of the page before.
func (r *Rail) list(ctx context.Context, account string, page Page) (stripe.ListParams, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	p := stripe.ListParams{Context: ctx, Single: true, Limit: stripe.Int64(int64(page.size()))}
	if page.After != "" {
		p.StartingAfter = stripe.String(page.After)
	}
	if page.Before != "" {
		p.EndingBefore = stripe.String(page.Before)
	}
	if account != "" {
		p.StripeAccount = stripe.String(account)
	}
	return p, cancel
}

// Page is one page of a list: at most Limit objects (1 to 100, 0 is 100), older than the object After or newer than the object
// Before. Pages are newest first, except that a page asked for by Before is oldest first (money.md §1.3: backwards paging is the
// chronological one).
type Page struct {
	Limit  int
	After  string
	Before string
}

func (p Page) size() int {
	if p.Limit <= 0 || p.Limit > 100 {
		return 100
	}
	return p.Limit
}

// metadata joins the operation's id with facts of the caller. The op id wins.
func metadata(op Op, more map[string]string) map[string]string {
	m := make(map[string]string, len(more)+1)
	for k, v := range more {
		if v != "" {
			m[k] = v
		}
	}
	if op.ID != "" {
		m["op_id"] = op.ID
	}
	return m
}

// amount reads Stripe's units. A currency that we do not know, or a fraction that it should not have, keeps Stripe's own figure:
// such a movement is somebody else's and must show up in reconciliation, not vanish.
func amount(units int64, c stripe.Currency) money.Amount {
	cur := money.Currency(strings.ToUpper(string(c)))
	if a, err := money.FromRail(units, cur); err == nil {
		return a
	}
	return money.New(units, cur)
}

// price is an amount in Stripe's units, or the local error that keeps it from being sent.
func price(a money.Amount) (units *int64, currency *string, err error) {
	n, err := a.Rail()
	if err != nil {
		return nil, nil, &refused{err}
	}
	if n <= 0 {
		return nil, nil, &refused{fmt.Errorf("rail: %s is not a positive amount", a)}
	}
	return stripe.Int64(n), stripe.String(strings.ToLower(string(a.Currency))), nil
}

// refused is an error found before any byte was sent.
type refused struct{ err error }

func (r *refused) Error() string { return r.err.Error() }
func (r *refused) Unwrap() error { return r.err }

func at(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0).UTC()
}

func since(t time.Time) *stripe.RangeQueryParams {
	if t.IsZero() {
		return nil
	}
	return &stripe.RangeQueryParams{GreaterThanOrEqual: t.Unix()}
}
