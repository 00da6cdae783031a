package call

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/workfluence/workfluence/internal/identity"
)

// suffix marks a host as a part of the house.
const suffix = ".svc"

type withinTx struct{}

// WithinTransaction marks a context: a Transport refuses calls made with it.
func WithinTransaction(ctx context.Context) context.Context {
	return context.WithValue(ctx, withinTx{}, true)
}

// ErrWithinTransaction is the refusal of a call inside a transaction. It is a
// defect of the caller, never of the input.
var ErrWithinTransaction = errors.New("call: refused inside a transaction; fetch first, then apply")

// Directory says where each part lives. It is filled before the first call
// and shared by all transports of a process.
type Directory struct {
	mu     sync.RWMutex
	local  map[string]http.Handler
	remote map[string]*url.URL
}

// NewDirectory is an empty directory.
func NewDirectory() *Directory {
	return &Directory{local: map[string]http.Handler{}, remote: map[string]*url.URL{}}
}

// Local says that a part is served by a handler in this process.
func (d *Directory) Local(name string, h http.Handler) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.local[name] = h
}

// Remote says that a part is served at a base URL, scheme and host alone.
func (d *Directory) Remote(name, base string) error {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("call: %q is not the base URL of %s", base, name)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.remote[name] = u
	return nil
}

func (d *Directory) find(name string) (http.Handler, *url.URL) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.local[name], d.remote[name]
}

// Transport carries the calls of one part.
type Transport struct {
	dir    *Directory
	minter *identity.Minter
	next   http.RoundTripper
}

// NewTransport calls as the minter's target. next carries remote calls; nil
// is a clone of http.DefaultTransport.
func NewTransport(dir *Directory, minter *identity.Minter, next http.RoundTripper) *Transport {
	if next == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 64
		next = t
	}
	return &Transport{dir: dir, minter: minter, next: next}
}

// Client is an *http.Client over the transport that follows no redirects: a
// part that answers 303 means it for the browser.
func (t *Transport) Client() *http.Client {
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// RoundTrip sends the request to the part that its host names.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	fail := func(err error) (*http.Response, error) {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	ctx := req.Context()
	if ctx.Value(withinTx{}) != nil {
		return fail(ErrWithinTransaction)
	}
	name, ok := strings.CutSuffix(req.URL.Hostname(), suffix)
	if !ok {
		return fail(fmt.Errorf("call: %s is no part of the house", req.URL.Host))
	}
	local, base := t.dir.find(name)
	if local == nil && base == nil {
		return fail(fmt.Errorf("call: nobody says where %s lives", name))
	}
	out := req.Clone(ctx)
	if err := t.sign(ctx, out, name); err != nil {
		return fail(err)
	}
	if local != nil {
		return dispatch(out, local)
	}
	out.URL.Scheme, out.URL.Host, out.Host = base.Scheme, base.Host, ""
	return t.next.RoundTrip(out)
}

// sign says who calls and for whom, and where the trace goes on.
func (t *Transport) sign(ctx context.Context, req *http.Request, callee string) error {
	if t.minter != nil {
		token, err := t.minter.Call(callee)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	caller := identity.From(ctx)
	if p := caller.PersonToken(); p != "" {
		req.Header.Set(identity.PersonHeader, p)
	}
	if caller.Locale != "" && req.Header.Get(identity.LocaleHeader) == "" {
		req.Header.Set(identity.LocaleHeader, caller.Locale)
	}
	if trace.SpanContextFromContext(ctx).IsValid() {
		otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))
	}
	return nil
}
