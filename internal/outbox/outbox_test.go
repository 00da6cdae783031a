package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

func TestRolledBackTransactionLeavesNoEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start(t, w.storefront(nil), w.notify(nil))
	sorry := errors.New("sorry")
	err := pg.InTx(t.Context(), w.pool, func(ctx context.Context, tx pgx.Tx) error {
		if err := outbox.Append(ctx, tx, paid("order_undone", 0)); err != nil {
			return err
		}
		return sorry
	})
	if !errors.Is(err, sorry) {
		t.Fatal(err)
	}
	w.append(t, "order_done")
	w.await(t, 1)
	w.settle(t)
	if got := w.count(t, "select count(*) from notify.effect where order_id = 'order_undone'"); got != 0 {
		t.Fatal("an event of a rolled-back transaction was told")
	}
}

func TestQueueAppendsWithTheCallersBatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start(t, w.storefront(nil), w.notify(nil))
	w.inTx(t, func(tx pgx.Tx) error {
		var batch pgx.Batch
		batch.Queue("select 1")
		if err := outbox.Queue(&batch, paid("order_1", 1), paid("order_2", 2)); err != nil {
			return err
		}
		return tx.SendBatch(t.Context(), &batch).Close()
	})
	w.await(t, 2)
}

func TestAppendRefusesWhatIsNoEvent(t *testing.T) {
	t.Parallel()
	for name, ev := range map[string]outbox.Event{
		"name":    {Name: "OrderPaid", Key: "o", At: time.Unix(1, 0)},
		"version": {Name: "storefront.order.paid", Key: "o", At: time.Unix(1, 0)},
		"key":     {Name: orderPaid, At: time.Unix(1, 0)},
		"time":    {Name: orderPaid, Key: "o"},
	} {
		if err := outbox.Append(t.Context(), nil, ev); err == nil {
			t.Errorf("an event with a bad %s was taken", name)
		}
	}
}

func TestRepeatsInTheStreamAreDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stop := w.start(t, w.storefront(nil))
	w.append(t, "order_1", "order_2", "order_3")
	until(t, 10*time.Second, func() bool { return published(t, w) })
	stop()
	c := w.redis.Client(t)
	entries, err := c.XRange(t.Context(), "wf:{events}:storefront", "-", "+").Result()
	if err != nil || len(entries) != 3 {
		t.Fatal(len(entries), err)
	}
	slices.Reverse(entries) // repeated, and in another order
	for _, e := range entries {
		if err := c.XAdd(t.Context(), &redis.XAddArgs{Stream: "wf:{events}:storefront", Values: e.Values}).Err(); err != nil {
			t.Fatal(err)
		}
	}
	w.start(t, w.storefront(nil), w.notify(nil))
	w.await(t, 3)
	w.settle(t)
	w.await(t, 3)
}

func TestEventsOfOneObjectKeepTheirOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start(t, w.storefront(nil), w.notify(nil))
	const each = 150
	for n := range each {
		w.inTx(t, func(tx pgx.Tx) error {
			return outbox.Append(t.Context(), tx, paid("order_a", n), paid("order_b", n))
		})
	}
	w.await(t, 2*each)
	for _, order := range []string{"order_a", "order_b"} {
		got, err := pg.Column[int](t.Context(), w.pool, "select n from notify.effect where order_id = $1 order by id", order)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSorted(got) {
			t.Fatalf("%s was heard in the order %v", order, got)
		}
	}
}

func TestRedisWipedBetweenPublishAndRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start(t, w.storefront(nil))
	w.append(t, many(40)...)
	until(t, 10*time.Second, func() bool { return published(t, w) })
	w.redis.Flush(t) // the connections stay: only the epoch tells
	w.start(t, w.notify(nil))
	w.await(t, 40)
	w.redis.Flush(t) // and while the group is reading
	w.append(t, many(10)...)
	w.await(t, 50)
	w.settle(t)
	w.await(t, 50)
}

func TestRedisGoneForSeconds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start(t, w.storefront(nil), w.notify(nil))
	w.append(t, many(5)...)
	w.await(t, 5)
	if err := w.redis.Kill(); err != nil {
		t.Fatal(err)
	}
	w.append(t, many(20)...) // sales go on
	time.Sleep(2 * time.Second)
	if err := w.redis.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.append(t, many(5)...)
	w.await(t, 30)
	w.settle(t)
	w.await(t, 30)
}

func TestConsumerDiesBetweenCommitAndAck(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]struct {
		instance string
		claim    time.Duration
	}{
		"claimed by another": {"second", 300 * time.Millisecond},
		"resumed by itself":  {"first", time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.start(t, w.storefront(nil))
			acked := make(chan struct{}, 100)
			dying := w.notify(func(c *outbox.Config) {
				c.Instance = "first"
				client := w.redis.Client(t)
				client.AddHook(refuseAcks{func() { acked <- struct{}{} }})
				c.Redis = client
			})
			stop := w.start(t, dying)
			w.append(t, "order_1", "order_2")
			<-acked
			stop()
			if pending := w.pending(t); pending == 0 {
				t.Fatal("nothing was left unacknowledged: the test shows nothing")
			}
			w.start(t, w.notify(func(c *outbox.Config) { c.Instance, c.Claim = next.instance, next.claim }))
			until(t, 10*time.Second, func() bool { return w.pending(t) == 0 })
			w.await(t, 2)
		})
	}
}

func (w *world) pending(t testing.TB) int64 {
	t.Helper()
	p, err := w.redis.Client(t).XPending(t.Context(), "wf:{events}:storefront", "notify").Result()
	if err != nil {
		t.Fatal(err)
	}
	return p.Count
}

func TestPoisonIsParkedAndReplayed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var healed atomic.Bool
	notify := w.bus(t, "notify", func(c *outbox.Config) {
		c.MaxTries, c.Backoff = 3, func(int) time.Duration { return time.Millisecond }
	})
	notify.Consume("notify", map[string]outbox.Handler{
		orderPaid: outbox.On(func(ctx context.Context, tx pgx.Tx, ev outbox.Received, p orderPaidV1) error {
			if err := effect(ctx, tx, ev, p); err != nil {
				return err
			}
			if p.OrderID == "order_bad" && !healed.Load() {
				panic("bad order of <Ana.Lee@example.com>")
			}
			return nil
		}),
	})
	run(t, notify)
	w.start(t, w.storefront(nil))
	w.append(t, "order_1", "order_bad", "order_2")
	w.await(t, 2) // the others pass
	var parked []outbox.ParkedEvent
	until(t, 10*time.Second, func() bool {
		var err error
		if parked, err = notify.Parked(t.Context()); err != nil {
			t.Fatal(err)
		}
		return len(parked) == 1
	})
	if parked[0].Key != "order_bad" || parked[0].Tries != 3 || !strings.Contains(parked[0].Error, "bad order of <…@…>") {
		t.Fatalf("%+v", parked[0])
	}
	w.settle(t) // parked is quiet
	if err := notify.Replay(t.Context(), "evt_unknown"); !errors.Is(err, problem.ErrNotFound) {
		t.Fatal(err)
	}
	healed.Store(true)
	if err := notify.Replay(t.Context(), parked[0].EventID); err != nil {
		t.Fatal(err)
	}
	w.await(t, 3)
}

// What is still tried again by itself is not the operator's: its tries and its pause stay as they are.
func TestOnlyWhatIsParkedIsReplayed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	notify := w.bus(t, "notify", func(c *outbox.Config) {
		c.Backoff = func(int) time.Duration { return time.Hour }
	})
	notify.Consume("notify", map[string]outbox.Handler{
		orderPaid: outbox.On(func(context.Context, pgx.Tx, outbox.Received, orderPaidV1) error { return errors.New("not yet") }),
	})
	run(t, notify)
	w.start(t, w.storefront(nil))
	w.append(t, "order_1")
	const retrying = "select count(*) from notify.parked where tries = 1 and retry_at > now() + interval '50 minutes'"
	until(t, 10*time.Second, func() bool { return w.count(t, retrying) == 1 })
	var event string
	if err := w.pool.QueryRow(t.Context(), "select event_id from notify.parked").Scan(&event); err != nil {
		t.Fatal(err)
	}
	if err := notify.Replay(t.Context(), event); !errors.Is(err, problem.ErrConflict) || problem.From(err).State != outbox.Retrying {
		t.Errorf("replayed: %v", err)
	}
	if n, err := notify.ReplayAll(t.Context()); n != 0 || err != nil {
		t.Errorf("%d replayed: %v", n, err)
	}
	if n := w.count(t, retrying); n != 1 {
		t.Error("its tries or its pause have changed")
	}
}

func TestTwoRelaysOneLeader(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stopFirst := w.start(t, w.storefront(nil))
	w.append(t, many(1)...)
	until(t, 10*time.Second, func() bool { return published(t, w) })
	w.start(t, w.storefront(nil))
	w.append(t, many(50)...)
	until(t, 10*time.Second, func() bool { return published(t, w) })
	if n, err := w.redis.Client(t).XLen(t.Context(), "wf:{events}:storefront").Result(); err != nil || n != 51 {
		t.Fatalf("51 events are %d entries: %v", n, err)
	}
	if n := w.count(t, "select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"); n != 1 {
		t.Fatalf("%d leaders", n)
	}
	stopFirst()
	w.append(t, many(5)...)
	until(t, 10*time.Second, func() bool { return published(t, w) })
}

func TestPrepareRunsOutsideTheTransactionAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var calls atomic.Int32
	notify := w.bus(t, "notify", func(c *outbox.Config) { c.Backoff = func(int) time.Duration { return time.Millisecond } })
	notify.Consume("notify", map[string]outbox.Handler{
		orderPaid: func(ctx context.Context, tx pgx.Tx, ev outbox.Received) error {
			return effect(ctx, tx, ev, orderPaidV1{outbox.Prepared[string](ev), 0})
		},
	}, outbox.Prepare(orderPaid, func(_ context.Context, ev outbox.Received) (any, error) {
		if calls.Add(1) == 1 {
			return nil, problem.ErrUnavailable
		}
		return "receipt of " + ev.Key, nil
	}))
	run(t, notify)
	w.start(t, w.storefront(nil))
	w.append(t, "order_1")
	w.await(t, 1)
	got, err := pg.Scalar[string](t.Context(), w.pool, "select order_id from notify.effect")
	if err != nil || got != "receipt of order_1" {
		t.Fatal(got, err)
	}
}

func TestListenHearsInEveryProcess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start(t, w.storefront(nil))
	w.append(t, "order_before")
	until(t, 10*time.Second, func() bool { return published(t, w) })
	heard := make(chan string, 100)
	for range 2 {
		b := outbox.New(outbox.Config{Service: "web", Redis: w.redis.Client(t), Log: w.log})
		go func() {
			_ = b.Listen(t.Context(), []string{orderPaid}, func(ev outbox.Received) { heard <- ev.Key })
		}()
	}
	time.Sleep(200 * time.Millisecond)
	w.append(t, "order_after")
	for range 2 {
		select {
		case key := <-heard:
			if key != "order_after" {
				t.Fatalf("heard %s", key)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("nothing was heard")
		}
	}
}

func TestDrainDeliversWithoutRedis(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	plain := func(c *outbox.Config) { c.Redis = nil }
	storefront, notify := w.storefront(plain)(t), w.notify(plain)(t)
	ev := paid("order_1", 1)
	ev.ID = "evt_1"
	w.inTx(t, func(tx pgx.Tx) error { return outbox.Append(t.Context(), tx, ev, paid("order_2", 2)) })
	if err := outbox.Drain(t.Context(), storefront, notify); err != nil {
		t.Fatal(err)
	}
	if err := notify.Deliver(t.Context(), ev); err != nil { // once more
		t.Fatal(err)
	}
	w.await(t, 2)
	for _, b := range []*outbox.Bus{storefront, notify} {
		if quiet, err := b.Quiet(t.Context()); err != nil || !quiet {
			t.Fatal(quiet, err)
		}
	}
}

func TestBackoffGrowsAndIsBounded(t *testing.T) {
	t.Parallel()
	var got []time.Duration
	for _, tries := range []int{0, 1, 2, 3, 11, 12, 100} {
		got = append(got, outbox.Backoff(tries))
	}
	want := []time.Duration{200 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond,
		204800 * time.Millisecond, 5 * time.Minute, 5 * time.Minute}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatal(d)
	}
}

func many(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("order_%d", i)
	}
	return out
}

// Every connection to PostgreSQL is cut while sales go on: the leader's with
// its lock, the consumer's in the middle of a batch.
func TestDatabaseConnectionsAreCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start(t, w.storefront(nil), w.notify(nil))
	sold := 0
	for range 10 {
		_, _ = w.pool.Exec(t.Context(), "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
		for range 5 {
			err := pg.InTx(t.Context(), w.pool, func(ctx context.Context, tx pgx.Tx) error {
				return outbox.Append(ctx, tx, paid(fmt.Sprintf("order_%d", sold), sold))
			})
			if err == nil {
				sold++
			}
		}
	}
	until(t, 20*time.Second, func() bool {
		n, err := pg.Scalar[int](t.Context(), w.pool, "select count(*) from notify.effect")
		return err == nil && n >= sold
	})
	w.await(t, w.count(t, "select count(*) from storefront.outbox"))
}

// Redis came back from its disk without its last second, with the epoch still
// there: a relay that had to connect anew repeats the last minutes.
func TestLostTailIsRepeated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stop := w.start(t, w.storefront(nil))
	w.append(t, many(7)...)
	until(t, 10*time.Second, func() bool { return published(t, w) })
	stop()
	if err := w.redis.Client(t).XTrimMaxLen(t.Context(), "wf:{events}:storefront", 0).Err(); err != nil {
		t.Fatal(err)
	}
	w.start(t, w.storefront(nil), w.notify(nil))
	w.await(t, 7)
}
