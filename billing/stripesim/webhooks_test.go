package stripesim_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
)

// ear is an endpoint that verifies as billing does and remembers what it heard.
type ear struct {
	mu     sync.Mutex
	url    string
	rail   *rail.Rail
	heard  []string // event ids, in order
	kinds  []string
	refuse int // answer 500 this many times
	bad    int
}

func (e *ear) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.refuse > 0 {
		e.refuse--
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	endpoint := rail.PlatformEndpoint
	if r.URL.Path == "/connect" {
		endpoint = rail.ConnectEndpoint
	}
	ev, err := e.rail.Verify(endpoint, body, r.Header.Get("Stripe-Signature"))
	if err != nil || (ev.Account != "") != (endpoint == rail.ConnectEndpoint) {
		e.bad++
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	e.heard, e.kinds = append(e.heard, ev.ID), append(e.kinds, ev.Type)
}

func (e *ear) snapshot() (heard, kinds []string, bad int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.heard), slices.Clone(e.kinds), e.bad
}

func listen(t *testing.T, options ...simtest.Option) (*world, *ear) {
	t.Helper()
	e := &ear{}
	srv := httptest.NewServer(e)
	t.Cleanup(srv.Close)
	e.url = srv.URL
	w := newWorld(t, append(options, simtest.Endpoints(srv.URL+"/platform", srv.URL+"/connect"))...)
	e.rail = w.Rail
	return w, e
}

// eventually waits for something that the courier does by itself.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(3 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
	}
}

func TestWebhooksAreSignedAndSortedByEndpoint(t *testing.T) {
	w, e := listen(t)
	ch := w.sell(usd(10_000), simtest.FundsAtOnce)
	to := w.payee("US")
	must[rail.Transfer](w)(w.CreateTransfer(w.ctx, w.op(), rail.TransferRequest{Account: to.ID, Amount: usd(9_000), Charge: ch.ID}))
	must[rail.Payout](w)(w.CreatePayout(w.ctx, w.op(), to.ID, usd(9_000), nil))
	w.Advance(72 * time.Hour)
	w.WaitQuiet()
	_, kinds, bad := e.snapshot()
	for _, want := range []string{
		"payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed", "transfer.created",
		"account.updated", "capability.updated", "payout.created", "payout.updated", "payout.paid",
	} {
		if !slices.Contains(kinds, want) {
			t.Errorf("no %s among %v", want, kinds)
		}
	}
	if bad != 0 {
		t.Errorf("%d were not good", bad)
	}
	undelivered, _, err := w.Events(w.ctx, rail.EventQuery{Undelivered: true})
	if err != nil || len(undelivered) != 0 {
		t.Errorf("%v %v", undelivered, err)
	}
}

func TestWebhooksAreTriedAgain(t *testing.T) {
	w, e := listen(t)
	e.refuse = 3
	w.sell(usd(1_000), simtest.Good)
	eventually(t, "four events in spite of three refusals", func() bool { h, _, _ := e.snapshot(); return len(h) == 4 })
}

func TestWebhookChaos(t *testing.T) {
	w, e := listen(t)
	w.SetChaos(stripesim.Chaos{Duplicate: 100})
	w.sell(usd(1_000), simtest.Good)
	eventually(t, "each twice", func() bool { h, _, _ := e.snapshot(); return len(h) == 8 })

	w.SetChaos(stripesim.Chaos{Drop: 100})
	w.sell(usd(1_000), simtest.Good)
	w.WaitQuiet()
	if h, _, _ := e.snapshot(); len(h) != 8 {
		t.Fatalf("%d heard", len(h))
	}
	lost, _, err := w.Events(w.ctx, rail.EventQuery{Undelivered: true})
	if err != nil || len(lost) != 4 {
		t.Fatalf("%d are listed as undelivered: %v", len(lost), err)
	}

	w.SetChaos(stripesim.Chaos{Hold: true})
	w.sell(usd(1_000), simtest.Good)
	time.Sleep(20 * time.Millisecond)
	if h, _, _ := e.snapshot(); len(h) != 8 {
		t.Fatalf("%d heard while held", len(h))
	}
	w.SetChaos(stripesim.Chaos{Reorder: 50, Seed: 7, DropTypes: []string{"charge.succeeded"}})
	eventually(t, "what was held", func() bool { h, _, _ := e.snapshot(); return len(h) == 12 })
	w.sell(usd(1_000), simtest.Good)
	eventually(t, "all but the dropped type", func() bool { h, _, _ := e.snapshot(); return len(h) == 15 })
	if !w.Resend(lost[0].ID) || w.Resend("evt_nothing") {
		t.Fatal("resend")
	}
	eventually(t, "the resent one", func() bool { h, _, _ := e.snapshot(); return len(h) == 16 && h[15] == lost[0].ID })
}
