package stripesim_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/money"
)

// TestStateSurvives: a simulator that is abandoned without a goodbye, its last line torn, comes back with everything that was answered.
func TestStateSurvives(t *testing.T) {
	dir, c := t.TempDir(), clock.NewFake(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	w := newWorld(t, simtest.Persist(dir), simtest.WithClock(c))
	ch, to := w.sell(usd(10_000), simtest.Good), w.payee("US")
	tr := must[rail.Transfer](w)(w.CreateTransfer(w.ctx, rail.Op{Key: "k", ID: "op"}, rail.TransferRequest{Account: to.ID, Amount: usd(9_000), Charge: ch.ID}))
	open := w.checkout(usd(500))

	// The first one stays open, as after a kill: only what reached the file counts.
	name := filepath.Join(dir, "stripesim.jsonl")
	left, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := t.TempDir()
	if err := os.WriteFile(filepath.Join(elsewhere, "stripesim.jsonl"), append(left, `[{"k":"charge","v":{"ID":"ch_torn"`...), 0o600); err != nil {
		t.Fatal(err)
	}
	w2 := newWorld(t, simtest.Persist(elsewhere), simtest.WithClock(c))
	if got := must[rail.Charge](w2)(w2.Charge(w2.ctx, ch.ID)); got.Transaction.Net != usd(9_680) {
		t.Fatalf("%+v", got)
	}
	again := must[rail.Transfer](w2)(w2.CreateTransfer(w2.ctx, rail.Op{Key: "k", ID: "op"}, rail.TransferRequest{Account: to.ID, Amount: usd(9_000), Charge: ch.ID}))
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

// TestEventsWaitOverARestart: what no endpoint has taken is delivered after a restart.
func TestEventsWaitOverARestart(t *testing.T) {
	dir := t.TempDir()
	c := clock.NewFake(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	cfg := stripesim.Config{Clock: c, PersistDir: dir, Endpoints: []stripesim.Endpoint{{URL: "http://127.0.0.1:1/platform", Secret: "x"}}}
	first, err := stripesim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	first.Adjust(stripesim.Adjustment{Type: "adjustment", Amount: 5, Currency: "USD"})
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := stripesim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if b := second.Balances()[second.PlatformID()]["usd"]; b.Available != 5 || second.PlatformID() != first.PlatformID() {
		t.Fatalf("%+v", b)
	}
	w, e := listen(t, simtest.Persist(dir+"/b"), simtest.WithClock(c))
	w.SetChaos(stripesim.Chaos{Hold: true})
	w.sell(usd(1_000), simtest.Good)
	w.SetEndpoints(nil)
	w.SetChaos(stripesim.Chaos{})
	w.WaitQuiet()
	if h, _, _ := e.snapshot(); len(h) != 0 {
		t.Fatal("a removed endpoint was called")
	}
}
