package stripesim_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
)

// TestIdempotencyKeys [DOC idempotent requests]: the first executed answer is stored, a 500 included, for a day of the clock; other
// parameters are an error; a request under way is a conflict.
func TestIdempotencyKeys(t *testing.T) {
	w := newWorld(t)
	first := raw(t, w.Running, "POST", "/v1/checkout/sessions", sessionForm, "Idempotency-Key", "k1")
	again := raw(t, w.Running, "POST", "/v1/checkout/sessions", sessionForm, "Idempotency-Key", "k1")
	if first.status != 200 || again.text != first.text || again.header.Get("Idempotent-Replayed") != "true" ||
		again.header.Get("Request-Id") != first.header.Get("Request-Id") {
		t.Fatalf("%s\n%s", first.text, again.text)
	}
	other := raw(t, w.Running, "POST", "/v1/checkout/sessions", sessionForm+"&locale=fr", "Idempotency-Key", "k1")
	if other.status != 400 || other.fault("type") != "idempotency_error" {
		t.Fatal(other.text)
	}
	if a := raw(t, w.Running, "POST", "/v1/checkout/sessions", sessionForm, "Idempotency-Key", strings.Repeat("k", 256)); a.status != 400 {
		t.Fatal(a.text)
	}
	w.Clock.Advance(25 * time.Hour)
	if a := raw(t, w.Running, "POST", "/v1/checkout/sessions", sessionForm, "Idempotency-Key", "k1"); a.body["id"] == first.body["id"] {
		t.Fatal("after a day the same key is a new request")
	}
}

func TestKeyInUseIsAConflict(t *testing.T) {
	w := newWorld(t)
	w.Inject(stripesim.Fault{Mode: stripesim.FaultLatency, Path: "/v1/checkout", Latency: 2_000})
	var wg sync.WaitGroup
	wg.Go(func() { raw(t, w.Running, "POST", "/v1/checkout/sessions", sessionForm, "Idempotency-Key", "k1") })
	eventually(t, "the first request is under way", func() bool { return w.Faults()[0].Struck == 1 })
	time.Sleep(100 * time.Millisecond) // between the fault and the claim of the key lies no event to wait for
	a := raw(t, w.Running, "POST", "/v1/checkout/sessions", sessionForm, "Idempotency-Key", "k1")
	if a.status != 409 || a.fault("code") != "idempotency_key_in_use" {
		t.Fatalf("%d %s", a.status, a.text)
	}
	wg.Wait()
	if a = raw(t, w.Running, "POST", "/v1/checkout/sessions", sessionForm, "Idempotency-Key", "k1"); a.header.Get("Idempotent-Replayed") != "true" {
		t.Fatalf("%d %s", a.status, a.text)
	}
}

// TestFaults: what each fault leaves behind, told by the objects that exist afterwards and by the same key sent again.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		mode     string
		class    rail.Class
		made     int        // transfers after the first try
		again    rail.Class // same key
		replayed bool
		end      int // transfers after the second try
	}{
		{stripesim.FaultBefore, rail.Unknown, 0, rail.Done, false, 1},
		{stripesim.FaultAfter, rail.Unknown, 1, rail.Done, false, 1},
		{stripesim.FaultBroken, rail.Unknown, 1, rail.Done, false, 1},
		{stripesim.FaultStored500, rail.Unknown, 0, rail.Unknown, true, 0},
		{stripesim.FaultExecuted500, rail.Unknown, 1, rail.Unknown, true, 1},
		{stripesim.FaultConflict, rail.InFlight, 0, rail.Done, false, 1},
		{stripesim.FaultRate, rail.RateLimited, 0, rail.Done, false, 1},
		{stripesim.FaultLock, rail.InFlight, 0, rail.Done, false, 1},
		{stripesim.FaultLatency, rail.Done, 1, rail.Done, false, 1},
	} {
		t.Run(c.mode, func(t *testing.T) {
			w := newWorld(t)
			ch, to := w.sell(usd(10_000), simtest.Good), w.payee("US")
			w.Inject(stripesim.Fault{Mode: c.mode, Method: "POST", Path: "/v1/transfers", Latency: 5})
			op := w.op()
			send := func() error {
				_, err := w.CreateTransfer(w.ctx, op, rail.TransferRequest{Account: to.ID, Amount: usd(9_000), Charge: ch.ID})
				return err
			}
			count := func() int {
				got, _, err := w.Transfers(w.ctx, "order_1", rail.Page{})
				if err != nil {
					t.Fatal(err)
				}
				return len(got)
			}
			if v := rail.Outcome(send()); v.Class != c.class || count() != c.made {
				t.Fatalf("first: %s, %d made", v.Class, count())
			}
			if v := rail.Outcome(send()); v.Class != c.again || v.Replayed != c.replayed || count() != c.end {
				t.Fatalf("again: %s replayed=%v, %d made", v.Class, v.Replayed, count())
			}
			if f := w.Faults(); f[0].Struck != 1 {
				t.Fatalf("%+v", f)
			}
			w.ClearFaults()
		})
	}
}

func TestFaultOfOnesOwnAndSkip(t *testing.T) {
	w := newWorld(t)
	w.Inject(stripesim.Fault{Mode: stripesim.FaultError, Path: "/v1/refunds", Skip: 1, Status: 400, Code: "charge_disputed"})
	ch := w.sell(usd(1_000), simtest.Good)
	must[rail.Refund](w)(w.CreateRefund(w.ctx, w.op(), rail.RefundRequest{Charge: ch.ID, Amount: usd(10)}))
	_, err := w.CreateRefund(w.ctx, w.op(), rail.RefundRequest{Charge: ch.ID, Amount: usd(10)})
	w.refused(err, "charge_disputed")
	if err := w.Check(); err != nil {
		t.Fatal(err)
	}
}
