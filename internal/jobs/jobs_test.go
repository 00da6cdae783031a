package jobs_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/jobs"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
)

type greet struct {
	Name string `json:"name"`
}

func (greet) Kind() string { return "greet" }

func newQueue(t *testing.T, work func(context.Context, *jobs.Job[greet]) error) (*jobs.Queue, *pgxpool.Pool) {
	t.Helper()
	pool := pgtest.DB(t, "notify") // acts as wf_notify: River needs no more than the role has
	q, err := jobs.New(jobs.Config{Schema: "notify", Pool: pool, Clock: clock.System()}, jobs.On(work))
	if err != nil {
		t.Fatal(err)
	}
	return q, pool
}

func run(t *testing.T, q *jobs.Queue) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- q.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestJobWorksAfterItsTransactionAndOnlyThen(t *testing.T) {
	t.Parallel()
	greeted := make(chan string, 10)
	q, pool := newQueue(t, func(_ context.Context, job *jobs.Job[greet]) error {
		greeted <- job.Args.Name
		return nil
	})
	run(t, q)
	sorry := errors.New("sorry")
	for name, fate := range map[string]error{"undone": sorry, "done": nil} {
		err := pg.InTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error {
			if err := q.Insert(ctx, tx, greet{name}, nil); err != nil {
				return err
			}
			return fate
		})
		if !errors.Is(err, fate) {
			t.Fatal(err)
		}
	}
	select {
	case name := <-greeted:
		if name != "done" {
			t.Fatalf("greeted %s", name)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the job was not worked")
	}
	for quiet := false; !quiet; time.Sleep(5 * time.Millisecond) {
		var err error
		if quiet, err = q.Quiet(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(greeted) > 0 {
		t.Fatalf("greeted %s as well", <-greeted)
	}
}

func TestFailedJobIsTriedAgain(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	done := make(chan struct{})
	q, pool := newQueue(t, func(context.Context, *jobs.Job[greet]) error {
		if tries.Add(1) == 1 {
			return errors.New("not yet")
		}
		close(done)
		return nil
	})
	run(t, q)
	insert(t, q, pool)
	select {
	case <-done:
	case <-time.After(15 * time.Second):
		t.Fatal("was not tried again")
	}
}

func insert(t *testing.T, q *jobs.Queue, pool *pgxpool.Pool) {
	t.Helper()
	err := pg.InTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error { return q.Insert(ctx, tx, greet{"Ada"}, nil) })
	if err != nil {
		t.Fatal(err)
	}
}

func TestDrainWorksWhatWaits(t *testing.T) {
	t.Parallel()
	n, fail := 0, errors.New("broken")
	q, pool := newQueue(t, func(_ context.Context, job *jobs.Job[greet]) error {
		if n++; n == 1 {
			return fail
		}
		return nil
	})
	insert(t, q, pool)
	if quiet, err := q.Quiet(t.Context()); quiet || err != nil {
		t.Fatal(quiet, err)
	}
	if err := q.Drain(t.Context()); !errors.Is(err, fail) {
		t.Fatal(err)
	}
	if err := q.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if quiet, err := q.Quiet(t.Context()); !quiet || err != nil || n != 2 {
		t.Fatal(quiet, err, n)
	}
}

func TestSweeperFollowsTheClockOfTheDomain(t *testing.T) {
	t.Parallel()
	c := clock.NewFake(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	due := c.Now().Add(7 * 24 * time.Hour)
	var moved atomic.Int32
	s := &jobs.Sweeper{Clock: c, Every: time.Millisecond, Sweep: func(_ context.Context, now time.Time) (int, error) {
		if now.Before(due) || !moved.CompareAndSwap(0, 1) {
			return 0, nil
		}
		return 1, nil
	}}
	if quiet, err := s.Quiet(t.Context()); !quiet || err != nil || moved.Load() != 0 {
		t.Fatal("swept before it was due", quiet, err)
	}
	c.Set(due)
	if quiet, err := s.Quiet(t.Context()); quiet || err != nil {
		t.Fatal("quiet while something was due", err)
	}
	if quiet, err := s.Quiet(t.Context()); !quiet || err != nil || moved.Load() != 1 {
		t.Fatal(quiet, err)
	}
	moved.Store(0)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { _ = s.Run(ctx) }()
	for deadline := time.Now().Add(5 * time.Second); moved.Load() == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the loop didn't sweep")
		}
	}
}
