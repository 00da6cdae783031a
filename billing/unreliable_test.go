package billing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// errGone is what everything says that is struck.
var errGone = errors.New("struck by the test")

// unreliable is the world of a process of billing in which any statement and any question to Stripe may fail: the first of each place
// in the code that asks, when the test says so. What changes something at Stripe is left alone: those failures have tests of their own.
type unreliable struct {
	h    *house
	mu   sync.Mutex
	on   bool
	met  map[string]bool // places that were struck
	last string          // what was struck since strike, or ""
	told bool            // the log says something since then

	asked, said int // statements and questions, and what the log says, in all
}

// unreliable makes house's service a process that may be struck. Webhooks and callers still reach the other one.
func (h *house) unreliable() *unreliable {
	h.t.Helper()
	u := &unreliable{h: h, met: map[string]bool{}}
	cfg := h.pool.Config()
	cfg.ConnConfig.Tracer = u
	pool, err := pgxpool.NewWithConfig(h.ctx(), cfg)
	h.no(err)
	h.t.Cleanup(pool.Close)
	h.svc = h.process(pool, u, u)
	return u
}

// despite does work again and again, each time with one more place struck, until it comes through without. Each failure must be heard:
// returned, or said by the log. In the end the books are whole.
func (u *unreliable) despite(name string, work func() error) {
	u.h.t.Helper()
	u.tries(name, work)
	u.h.hold()
}

// tries is despite while the books are not whole anyway.
func (u *unreliable) tries(name string, work func() error) {
	u.h.t.Helper()
	for places := 0; ; places++ {
		u.arm(true)
		err := work()
		struck, told := u.arm(false)
		switch {
		case struck == "" && err != nil:
			u.h.t.Fatalf("%s, when nothing failed any more: %v", name, err)
		case struck == "" && places == 0:
			u.h.t.Errorf("%s: nobody is asked anything", name)
			return
		case struck == "":
			return
		case err == nil && !told:
			u.h.t.Errorf("%s: nobody hears of the failure at %s", name, struck)
		}
		u.h.expire()
	}
}

func (u *unreliable) arm(on bool) (struck string, told bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	struck, told = u.last, u.told
	u.on, u.last, u.told = on, "", false
	return struck, told
}

// strikes decides about one question.
func (u *unreliable) strikes(question string) bool {
	switch question {
	case "rollback", "-- ping":
		return false
	}
	place := whoAsks()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.asked++
	key := place + " " + question
	if !u.on || u.last != "" || place == "" || u.met[key] {
		return false
	}
	u.met[key], u.last = true, key
	u.told = question == asksStripe && slices.ContainsFunc(kept, func(who string) bool { return strings.Contains(place, who) })
	return true
}

const asksStripe = "Stripe"

// kept are those who keep their work in its own row for later when Stripe does not answer. Nobody needs to hear of it: a lookup leaves
// its operation open, and a turn of payouts comes again.
var kept = []string{"search[", "PayTurns"}

// whoAsks is the chain of billing's own functions that led to a question.
func whoAsks() string {
	pc := make([]uintptr, 64)
	frames := runtime.CallersFrames(pc[:runtime.Callers(2, pc)])
	var chain []string
	for {
		f, more := frames.Next()
		if _, name, ours := strings.Cut(f.Function, "/billing."); ours && !strings.HasSuffix(f.File, "_test.go") {
			chain = append(chain, fmt.Sprintf("%s:%d", name, f.Line))
		}
		if !more {
			return strings.Join(chain, " < ")
		}
	}
}

// gone is a context that has ended: pgx sends nothing under it.
type gone struct{ context.Context }

var over = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

func (gone) Done() <-chan struct{} { return over }
func (gone) Err() error            { return errGone }

// TraceQueryStart strikes a statement.
func (u *unreliable) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	if u.strikes(q.SQL) {
		return gone{ctx}
	}
	return ctx
}

// TraceBatchStart strikes statements that are sent together.
func (u *unreliable) TraceBatchStart(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchStartData) context.Context {
	var all []string
	for _, q := range b.Batch.QueuedQueries {
		all = append(all, q.SQL)
	}
	if u.strikes(strings.Join(all, "; ")) {
		return gone{ctx}
	}
	return ctx
}

func (*unreliable) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData)     {}
func (*unreliable) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (*unreliable) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// RoundTrip strikes a question to Stripe. A link to a page is one: it leaves nothing behind.
func (u *unreliable) RoundTrip(r *http.Request) (*http.Response, error) {
	if (r.Method == http.MethodGet || r.URL.Path == "/v1/account_links") && u.strikes(asksStripe) {
		return nil, errGone
	}
	return u.h.wire.RoundTrip(r)
}

func (u *unreliable) Enabled(context.Context, slog.Level) bool { return true }
func (u *unreliable) WithAttrs([]slog.Attr) slog.Handler       { return u }
func (u *unreliable) WithGroup(string) slog.Handler            { return u }

// Handle hears the log. What was struck is told by its own error, not by what came of it.
func (u *unreliable) Handle(_ context.Context, r slog.Record) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	r.Attrs(func(a slog.Attr) bool {
		err, _ := a.Value.Any().(error)
		u.told = u.told || errors.Is(err, errGone)
		return true
	})
	u.said++
	return nil
}

func (u *unreliable) asks() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.asked
}

func (u *unreliable) says() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.said
}
