// Package clock tells the two times of the house.
//
// Now is the time of the domain: every deadline, every "created", Stripe's
// virtual time. In production it is the time of the wall and can't move; in
// the demo it walks from deadline to deadline. Wall is for what an attacker
// or a crash measures: tokens, sessions, rate limits, signatures, leases.
//
// Nothing else in the tree calls time.Now (a law test says so).
package clock

import (
	"context"
	"sync"
	"time"
)

// Clock gives both times, in UTC, to the microsecond: what PostgreSQL keeps.
type Clock interface {
	// Now is the time of the domain.
	Now() time.Time
	// Wall is the time of the machine.
	Wall() time.Time
}

// System is the clock of production: both times are the machine's.
func System() Clock { return system{} }

type system struct{}

func (system) Now() time.Time  { return wall() }
func (system) Wall() time.Time { return wall() }

func wall() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Since is the time that has passed on the wall, with the monotonic reading
// of start kept: for measuring, never for deciding.
func Since(start time.Time) time.Duration { return time.Since(start) }

// Stopwatch starts measuring; the returned function gives the time passed.
func Stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}

// Left is the time until a context's deadline, on the wall as deadlines are; false without one.
func Left(ctx context.Context) (time.Duration, bool) {
	end, ok := ctx.Deadline()
	return time.Until(end), ok
}

// Sleep waits on the wall or until the context ends, and says which.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Fake is a clock for tests: both times stand still until moved.
type Fake struct {
	mu        sync.Mutex
	now, wall time.Time
}

// NewFake starts both times at t.
func NewFake(t time.Time) *Fake {
	t = t.UTC().Truncate(time.Microsecond)
	return &Fake{now: t, wall: t}
}

// Now is the faked time of the domain.
func (f *Fake) Now() time.Time { f.mu.Lock(); defer f.mu.Unlock(); return f.now }

// Wall is the faked time of the machine.
func (f *Fake) Wall() time.Time { f.mu.Lock(); defer f.mu.Unlock(); return f.wall }

// Advance moves both times forward.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now, f.wall = f.now.Add(d), f.wall.Add(d)
}

// Set moves the domain's time alone.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = t.UTC().Truncate(time.Microsecond)
}
