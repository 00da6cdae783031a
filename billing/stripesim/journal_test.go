package stripesim_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/money"
)

func noon() *clock.Fake { return clock.NewFake(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)) }

// copyState takes what reached the file of a simulator that still runs: what a kill would leave. more is appended to it.
func copyState(t *testing.T, dir, more string) string {
	t.Helper()
	left, err := os.ReadFile(filepath.Join(dir, "stripesim.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := t.TempDir()
	if err := os.WriteFile(filepath.Join(elsewhere, "stripesim.jsonl"), append(left, more...), 0o600); err != nil {
		t.Fatal(err)
	}
	return elsewhere
}

// TestStateSurvives: a simulator that is abandoned without a goodbye, its last line torn, comes back with everything that was answered.
func TestStateSurvives(t *testing.T) {
	dir, c := t.TempDir(), noon()
	w := newWorld(t, simtest.Persist(dir), simtest.WithClock(c))
	ch, to := w.sell(usd(10_000), simtest.Good), w.payee("US")
	q := rail.TransferRequest{Account: to.ID, Amount: usd(9_000), Charge: ch.ID}
	tr := must[rail.Transfer](w)(w.CreateTransfer(w.ctx, rail.Op{Key: "k", ID: "op"}, q))
	open := w.checkout(usd(500))

	w2 := newWorld(t, simtest.Persist(copyState(t, dir, `[{"k":"charge","v":{"ID":"ch_torn"`)), simtest.WithClock(c))
	if got := must[rail.Charge](w2)(w2.Charge(w2.ctx, ch.ID)); got.Transaction.Net != usd(9_680) {
		t.Fatalf("%+v", got)
	}
	again := must[rail.Transfer](w2)(w2.CreateTransfer(w2.ctx, rail.Op{Key: "k", ID: "op"}, q))
	if again.ID != tr.ID {
		t.Fatal("the stored answer of a key was lost")
	}
	for account, want := range map[string]int64{"": 680, to.ID: 9_000} {
		if _, p := w2.balance(account, money.USD); p != want {
			t.Errorf("%q has %d pending, want %d", account, p, want)
		}
	}
	w2.Pay(w2.URL+"/c/pay/"+open.ID, simtest.Good)
	w2.Advance(72 * time.Hour) // what was planned before is still planned
	if a, _ := w2.balance(to.ID, money.USD); a != 9_000 {
		t.Errorf("%d available", a)
	}
	fresh := w2.sell(usd(700), simtest.Good)
	if _, err := w.Charge(w.ctx, fresh.ID); !rail.IsMissing(err) {
		t.Error("ids repeat over a restart")
	}
}

// TestEventsWaitOverARestart: what no endpoint has taken is delivered after a restart, what was taken is not.
func TestEventsWaitOverARestart(t *testing.T) {
	dir, c := t.TempDir(), noon()
	w, e := listen(t, simtest.Persist(dir), simtest.WithClock(c))
	w.sell(usd(1_000), simtest.Good)
	w.WaitQuiet()
	w.SetChaos(stripesim.Chaos{Hold: true})
	w.sell(usd(1_000), simtest.Good)
	before, _, _ := e.snapshot()
	if len(before) != 4 {
		t.Fatalf("%d were taken", len(before))
	}
	newWorld(t, simtest.Persist(copyState(t, dir, "")), simtest.WithClock(c), simtest.Endpoints(e.url+"/platform", e.url+"/connect"))
	eventually(t, "the four that were held", func() bool { h, _, _ := e.snapshot(); return len(h) == 8 })
}

// TestTheFileForgets: answers of yesterday, deleted endpoints and the oldest events leave the file at the next start.
func TestTheFileForgets(t *testing.T) {
	dir, c := t.TempDir(), noon()
	w := newWorld(t, simtest.Persist(dir), simtest.WithClock(c))
	a := raw(t, w.Running, "POST", "/v1/webhook_endpoints", "url=http://127.0.0.1:1/x&enabled_events[]=transfer.created")
	id, _ := a.body["id"].(string)
	if d := raw(t, w.Running, "DELETE", "/v1/webhook_endpoints/"+id, ""); d.body["deleted"] != true {
		t.Fatal(d.text)
	}
	for range 4 {
		w.sell(usd(1_000), simtest.Good)
	}
	c.Advance(25 * time.Hour)
	next := copyState(t, dir, "")
	sim, err := stripesim.New(stripesim.Config{Clock: c, PersistDir: next, KeepEvents: 5})
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadFile(filepath.Join(next, "stripesim.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]int{"answer": 0, "endpoint": 0, "event": 5, "waiting": 0, "charge": 4} {
		if n := strings.Count(string(left), `{"k":"`+kind+`"`); n != want {
			t.Errorf("%d rows of kind %s, want %d", n, kind, want)
		}
	}
}
