package billing

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/rest"
)

const crashEnv = "BILLING_CRASH_TEST" // address, DSN, clock file and till of the process under test

// TestMain turns this test binary into a process of billing when a crash test starts it as one.
func TestMain(m *testing.M) {
	if spec := os.Getenv(crashEnv); spec != "" {
		if err := serveForCrash(strings.Split(spec, "\n")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveForCrash is billing as `serve` runs it, with callers named by plain headers.
func serveForCrash(spec []string) error {
	address, dsn, clockFile, till := spec[0], spec[1], spec[2], spec[3]
	killpoint.Allow()
	ctx := context.Background()
	pool, err := pg.Open(ctx, dsn, 8, "")
	if err != nil {
		return err
	}
	k, err := clock.OpenDemo(clockFile)
	if err != nil {
		return err
	}
	road, err := rail.New(rail.Config{Key: simtest.Key, BaseURL: till, WebhookSecret: simtest.WebhookSecret, ConnectSecret: simtest.ConnectSecret, Clock: k, Timeout: 2 * time.Second})
	if err != nil {
		return err
	}
	s := New(Deps{
		Pool: pool, Clock: k, Rail: road, People: sellers{"US"}, Policies: DefaultPolicies(), PublicURL: "http://127.0.0.1:9",
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), Lease: 500 * time.Millisecond,
	})
	r := rest.NewRouter(billingapi.Name, nil)
	s.Routes(r)
	for _, work := range s.Background() {
		go func() { _ = work(ctx) }()
	}
	return http.ListenAndServe(address, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		c := identity.Caller{Target: req.Header.Get("Target"), Person: req.Header.Get("Person")}
		r.ServeHTTP(w, req.WithContext(identity.With(req.Context(), c)))
	}))
}

// victim is a process of billing that dies at one place, and is started again without dying.
type victim struct {
	t       testing.TB
	address string
	spec    string
	pool    *pgxpool.Pool
	clock   *clock.Demo
	sim     *simtest.Running
	dead    atomic.Bool // it died at its place
	cmd     *osexec.Cmd
	exited  chan struct{}
}

func newVictim(t testing.TB, point string) *victim {
	t.Helper()
	file := filepath.Join(t.TempDir(), "clock.json")
	k, err := clock.OpenDemo(file)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{t: t, address: l.Addr().String(), clock: k}
	_ = l.Close()
	dsn := pgtest.DSN(t, "billing")
	v.pool = pgtest.Open(t, dsn, "")
	v.sim = simtest.Start(t, simtest.WithClock(k), simtest.Endpoints("http://"+v.address+"/webhooks/stripe", "http://"+v.address+"/webhooks/stripe-connect"))
	v.spec = strings.Join([]string{v.address, dsn, file, v.sim.URL}, "\n")
	v.start(point)
	t.Cleanup(func() { _ = v.cmd.Process.Kill(); <-v.exited })
	return v
}

func (v *victim) start(point string) {
	v.t.Helper()
	cmd := osexec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashEnv+"="+v.spec, killpoint.Env+"="+point)
	cmd.Stderr = v.t.Output()
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	v.cmd, v.exited = cmd, make(chan struct{})
	go func(exited chan struct{}) { _ = cmd.Wait(); close(exited) }(v.exited)
}

// revive starts the process again if it died.
func (v *victim) revive() {
	select {
	case <-v.exited:
		v.dead.Store(true)
		v.start("")
	default:
	}
}

// call repeats a request, with the same key and body, until it is answered: what a caller does who does not know what happened.
func (v *victim) call(method, path string, caller map[string]string, in, out any) {
	v.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		v.t.Fatal(err)
	}
	var last string
	v.until(method+" "+path, func() bool {
		req, err := http.NewRequest(method, "http://"+v.address+path, bytes.NewReader(body))
		if err != nil {
			v.t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		for k, val := range caller {
			req.Header.Set(k, val)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			last = err.Error()
			return false
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		last = res.Status + " " + string(text)
		return res.StatusCode < 300 && json.Unmarshal(text, out) == nil
	}, &last)
}

func (v *victim) until(what string, done func() bool, last *string) {
	v.t.Helper()
	for start := time.Now(); time.Since(start) < 60*time.Second; time.Sleep(100 * time.Millisecond) {
		v.revive()
		if done() {
			return
		}
	}
	if last == nil {
		last = new(string)
	}
	v.t.Fatalf("%s did not happen within a minute: %s", what, *last)
}

// reaches waits for a count in the database.
func (v *victim) reaches(want int, sql string) {
	v.t.Helper()
	last := ""
	v.until(sql, func() bool {
		n, err := pg.Scalar[int](context.Background(), v.pool, sql)
		last = fmt.Sprint(n, err)
		return err == nil && n == want
	}, &last)
}

func (v *victim) pass(d time.Duration) {
	v.t.Helper()
	if err := v.clock.Advance(d); err != nil {
		v.t.Fatal(err)
	}
	v.sim.Tick(context.Background())
}

// TestKillPoints kills billing at every named place between "the buyer pressed pay" and "the money is at the creator's bank", starts it
// again, and finds one payment, one transfer, one refund with its reversal, one payout, and the books of case 14 paid out.
func TestKillPoints(t *testing.T) {
	if testing.Short() {
		t.Skip("each place costs a process")
	}
	t.Parallel()
	for _, p := range KillPoints {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			walk(t, newVictim(t, p.Name), p.Name)
		})
	}
}

func walk(t *testing.T, v *victim, point string) {
	creator, front := id.New("person"), map[string]string{"Target": "storefront"}
	as := map[string]string{"Person": creator}

	var link billingapi.OnboardingLink
	v.call("POST", "/api/v1/onboarding", as, billingapi.OnboardingRequest{ReturnPath: "/payouts"}, &link)
	v.sim.Onboard(link.URL)
	v.reaches(1, `select count(*) from billing.account where ready`)

	r := request(usd(10000), creator)
	var page billingapi.Checkout
	v.call("POST", "/internal/checkouts", front, r, &page)
	v.sim.Pay(page.URL, simtest.Good)
	v.reaches(1, `select count(*) from billing.order_money where state = 'paid' and charge_txn is not null`)

	if strings.HasPrefix(point, "billing.operation.") {
		v.sim.Inject(stripesim.Fault{Mode: stripesim.FaultStored500, Method: "POST", Path: "/v1/transfers"})
	}
	v.pass(8 * 24 * time.Hour)
	if strings.HasPrefix(point, "billing.operation.") {
		v.reaches(1, `select count(*) from billing.operation where kind = 'transfer' and (lists = 1 or attempt = 2)`)
		v.pass(6 * time.Minute)
		v.due()
	}
	v.reaches(1, `select count(*) from billing.operation where kind = 'transfer' and state = 'confirmed'`)

	part := usd(2500)
	var refund billingapi.Refund
	as["Idempotency-Key"] = id.New("key")
	v.call("POST", "/api/v1/refunds", as, billingapi.RefundRequest{OrderID: r.OrderID, Amount: &part}, &refund)
	v.reaches(1, `select count(*) from billing.operation where kind = 'reversal' and state = 'confirmed'`)

	var payout billingapi.Payout
	as["Idempotency-Key"] = id.New("key")
	v.call("POST", "/api/v1/payouts", as, billingapi.PayoutRequest{Currency: "USD"}, &payout)
	v.reaches(1, `select count(*) from billing.payout where status = 'in_transit'`)
	v.pass(5 * 24 * time.Hour)
	v.reaches(1, `select count(*) from billing.payout where status = 'paid'`)
	v.reaches(0, `select count(*) from billing.operation where state in ('reserved', 'sent', 'unknown')`)
	v.revive()

	if !v.dead.Load() {
		t.Errorf("nothing passes %s", point)
	}
	h := &house{t: t, pool: v.pool, sim: v.sim}
	h.books("SB 430, SF 320, PF −750, MK 6750, MS −6750")
	for kind, want := range map[string]int{"charges": 1, "transfers": 1, "refunds": 1, "reversals": 1, "payouts": 1} {
		if n := h.till(kind); n != want {
			t.Errorf("%d %s at Stripe", n, kind)
		}
	}
	if n := h.count(`select count(*) from billing.outbox where name = 'billing.order.money.v1' and payload ->> 'state' = 'paid' and payload -> 'refund_requested' ->> 'amount' = '0'`); n != 1 {
		t.Errorf("the payment is told %d times", n)
	}
}

// due lets an operation that waits for its next lookup be looked up now.
func (v *victim) due() {
	v.t.Helper()
	_, err := v.pool.Exec(context.Background(), `update billing.operation set retry_at = $1 where state in ('sent', 'unknown')`, time.Now().Add(-time.Second))
	if err != nil {
		v.t.Fatal(err)
	}
}
