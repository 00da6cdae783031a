package outbox_test

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/redistest"
)

const orderPaid = "storefront.order.paid.v1"

type orderPaidV1 struct {
	OrderID string `json:"order_id"`
	N       int    `json:"n"`
}

func paid(order string, n int) outbox.Event {
	return outbox.Event{Name: orderPaid, Key: order, Payload: orderPaidV1{order, n}, At: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
}

// world is a storefront that tells and a notify that hears, in one database.
// Each effect of notify is a row of notify.effect.
type world struct {
	pool  *pgxpool.Pool
	redis *redistest.Server
	log   *slog.Logger
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{pool: pgtest.DB(t, "notify", "storefront"), redis: redistest.NewServer(t), log: slog.New(slog.DiscardHandler)}
	if testing.Verbose() {
		w.log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	_, err := w.pool.Exec(t.Context(), `create table notify.effect (
		id bigint generated always as identity, event_id text, order_id text, n int)`)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// effect is notify's handler.
func effect(ctx context.Context, tx pgx.Tx, ev outbox.Received, p orderPaidV1) error {
	_, err := tx.Exec(ctx, "insert into notify.effect (event_id, order_id, n) values ($1, $2, $3)", ev.ID, p.OrderID, p.N)
	return err
}

func (w *world) bus(t testing.TB, service string, change func(*outbox.Config)) *outbox.Bus {
	cfg := outbox.Config{Service: service, Pool: w.pool, Redis: w.redis.Client(t), Clock: clock.System(), Log: w.log}
	if change != nil {
		change(&cfg)
	}
	return outbox.New(cfg)
}

func (w *world) storefront(change func(*outbox.Config)) func(testing.TB) *outbox.Bus {
	return func(t testing.TB) *outbox.Bus { return w.bus(t, "storefront", change) }
}

func (w *world) notify(change func(*outbox.Config)) func(testing.TB) *outbox.Bus {
	return func(t testing.TB) *outbox.Bus {
		b := w.bus(t, "notify", change)
		b.Consume("notify", map[string]outbox.Handler{orderPaid: outbox.On(effect)})
		return b
	}
}

// start runs buses until the returned function, or the test's end.
func (w *world) start(t testing.TB, makers ...func(testing.TB) *outbox.Bus) (stop func()) {
	t.Helper()
	buses := make([]*outbox.Bus, len(makers))
	for i, make := range makers {
		buses[i] = make(t)
	}
	return run(t, buses...)
}

func run(t testing.TB, buses ...*outbox.Bus) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{}, len(buses))
	for _, b := range buses {
		go func() { _ = b.Run(ctx); done <- struct{}{} }()
	}
	stopped := false
	stop = func() {
		if cancel(); stopped {
			return
		}
		stopped = true
		for range buses {
			<-done
		}
	}
	t.Cleanup(stop)
	return stop
}

func (w *world) inTx(t testing.TB, fn func(tx pgx.Tx) error) {
	t.Helper()
	err := pg.InTx(t.Context(), w.pool, func(_ context.Context, tx pgx.Tx) error { return fn(tx) })
	if err != nil {
		t.Fatal(err)
	}
}

// append commits one event per order.
func (w *world) append(t testing.TB, orders ...string) {
	t.Helper()
	for i, o := range orders {
		w.inTx(t, func(tx pgx.Tx) error { return outbox.Append(t.Context(), tx, paid(o, i)) })
	}
}

func (w *world) count(t testing.TB, sql string, args ...any) int {
	t.Helper()
	n, err := pg.Scalar[int](t.Context(), w.pool, sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// await waits for exactly n effects of n different events.
func (w *world) await(t testing.TB, n int) {
	t.Helper()
	until(t, 20*time.Second, func() bool { return w.count(t, "select count(*) from notify.effect") >= n })
	if all, distinct := w.count(t, "select count(*) from notify.effect"), w.count(t, "select count(distinct event_id) from notify.effect"); all != n || distinct != n {
		t.Fatalf("%d effects of %d events, want %d", all, distinct, n)
	}
}

// settle waits until both services are quiet.
func (w *world) settle(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := outbox.Settle(ctx, w.storefront(nil)(t).Quiet, w.notify(nil)(t).Quiet); err != nil {
		t.Fatal(err)
	}
}

func until(t testing.TB, d time.Duration, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(d)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatal("did not happen in time")
		}
		time.Sleep(time.Millisecond)
	}
}

func published(t testing.TB, w *world) bool {
	return w.count(t, "select count(*) from storefront.outbox where published_at is null") == 0
}

// refuseAcks is a connection that dies at the moment of the acknowledgement.
type refuseAcks struct{ onAck func() }

func (h refuseAcks) DialHook(next redis.DialHook) redis.DialHook { return next }
func (h refuseAcks) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}
func (h refuseAcks) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if cmd.Name() == "xack" {
			h.onAck()
			return context.Canceled
		}
		return next(ctx, cmd)
	}
}
