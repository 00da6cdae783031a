package dev

import (
	"context"
	"net/http"
	"time"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/devstack/devapi"
)

const (
	// restWithin bounds how long the house may take to come to rest after one step.
	restWithin = 60 * time.Second
	// lookAgain is the pause between two looks at a busy house.
	lookAgain = 40 * time.Millisecond
	// margin is how far past a deadline the clock stops: "due at T" is past then, and
	// deadlines of one minute are one step.
	margin = time.Minute
	// maxSteps bounds one walk; a deadline that moves itself ahead for ever would never end.
	maxSteps = 5000
)

// walker moves the demo clock from deadline to deadline and lets the house
// come to rest at each, so that nothing happens late: a payout of Friday
// happens on Friday, not at the end of a leap of a month.
type walker struct {
	clock *clock.Demo
	parts []string
	hc    *http.Client
	// more are sources of rest and deadlines beside the parts: the simulator.
	more []source
}

type source struct {
	name  string
	quiet func(ctx context.Context) (bool, error)
	due   func(ctx context.Context) (app.Due, error)
}

// quiet asks every part once.
func (w *walker) quiet(ctx context.Context) (bool, error) {
	for _, s := range w.more {
		if ok, err := s.quiet(ctx); err != nil || !ok {
			return false, err
		}
	}
	for _, p := range w.parts {
		q, err := call.Do[app.Quiet](ctx, w.hc, http.MethodGet, "http://"+p+".svc/internal/app/quiet", nil)
		if err != nil || !q.Quiet {
			return false, err
		}
	}
	return true, nil
}

// settle waits for two quiet looks in a row: an event of one part may make
// work for another that was already asked.
func (w *walker) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, restWithin)
	defer cancel()
	looks := 0
	for looks < 2 {
		ok, err := w.quiet(ctx)
		if ctx.Err() != nil {
			return devapi.ErrNotQuiet.Because(err)
		}
		if ok && err == nil {
			looks++
			continue
		}
		looks = 0
		if clock.Sleep(ctx, lookAgain) != nil {
			return devapi.ErrNotQuiet.Because(err)
		}
	}
	return nil
}

// next is the earliest deadline after now.
func (w *walker) next(ctx context.Context) (*devapi.Deadline, error) {
	var first app.Due
	var part string
	consider := func(d app.Due, from string) {
		if d.Before(first) {
			first, part = d, from
		}
	}
	for _, s := range w.more {
		d, err := s.due(ctx)
		if err != nil {
			return nil, err
		}
		consider(d, s.name)
	}
	for _, p := range w.parts {
		d, err := call.Do[app.Due](ctx, w.hc, http.MethodGet, "http://"+p+".svc/internal/app/due", nil)
		if err != nil {
			return nil, err
		}
		consider(d, p)
	}
	if first.At.IsZero() {
		return nil, nil
	}
	return &devapi.Deadline{At: first.At, What: first.What, Part: part}, nil
}

// walk moves to the time given, stopping at each deadline before it; a zero
// time means the next deadline.
func (w *walker) walk(ctx context.Context, to time.Time) error {
	if err := w.settle(ctx); err != nil {
		return err
	}
	for range maxSteps {
		due, err := w.next(ctx)
		if err != nil {
			return err
		}
		now := w.clock.Now()
		if to.IsZero() {
			if due == nil {
				return nil
			}
			to = due.At.Add(margin)
		}
		target := to
		if due != nil && due.At.Add(margin).Before(to) {
			target = due.At.Add(margin)
		}
		if target.After(now) {
			if err := w.clock.Advance(target.Sub(now)); err != nil {
				return err
			}
			// A part in another process would answer by the old time: quiet, and nothing due.
			if err := clock.Sleep(ctx, clock.Lag); err != nil {
				return err
			}
		}
		if err := w.settle(ctx); err != nil {
			return err
		}
		if !target.Before(to) {
			return nil
		}
	}
	return devapi.ErrNotQuiet.WithDetail("The clock stopped on the way: deadlines kept coming.")
}
