// Package turns measures something of ours against its limit, the same work
// done as barely as it can be, in one run and by turns:
//
//	warm  ours limit | limit ours | ours limit | …
//
// What else the machine does then slows both sides alike, and the median of the
// ratios of neighbouring turns says far more than either rate. A benchmark makes
// both sides and calls Race; it is to be run with -benchtime 1x.
package turns

import (
	"errors"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/clock"
)

// Race is one row of docs/benchmarks.md.
type Race struct {
	Clients int           // how many do the work at the same time; each waits for its answer (a closed loop)
	Turn    time.Duration // how long a turn is; 0 is 500 ms
	Turns   int           // turns of each side that count; 0 is 7

	// Ours and Limit do one piece of work for the client of that number. A client
	// is never asked twice at the same time. Without a Limit ours is measured alone.
	Ours, Limit func(client int) error

	// LimitTurn is a whole turn of a limit that another program runs (see Script), instead of Limit.
	LimitTurn func(length time.Duration) (Side, error)

	// Warm is called between the turns that only warm up and those that count; nil is nothing.
	Warm func()
}

// Outcome is a race's medians.
type Outcome struct {
	Ratio       float64 // of our rate to the limit's, per pair of turns: 1 is as fast
	Ours, Limit Side
}

// Side is one side's medians over the turns.
type Side struct {
	PerSecond float64
	P99       time.Duration // 99 of 100 are done within this time
	CPU       time.Duration // of this process for one piece of work, client included; what a database burns is not in it
}

// Run runs the race and reports its medians as metrics of the benchmark: ratio,
// and of each side the rate, the 99th percentile and the CPU time. An error of
// either side ends the benchmark.
func (r Race) Run(b *testing.B) Outcome {
	b.Helper()
	if r.Turn == 0 {
		r.Turn = 500 * time.Millisecond
	}
	if r.Turns == 0 {
		r.Turns = 7
	}
	must := func(side Side, err error) Side {
		if err != nil {
			b.Fatal(err)
		}
		return side
	}
	ours := func(length time.Duration) Side { return must(r.turn(r.Ours, length)) }
	limit := func(length time.Duration) Side { return must(r.turn(r.Limit, length)) }
	if r.LimitTurn != nil {
		limit = func(length time.Duration) Side { return must(r.LimitTurn(length)) }
	}
	limited := r.Limit != nil || r.LimitTurn != nil
	ours(r.Turn / 2)
	if limited {
		limit(r.Turn / 2)
	}
	if r.Warm != nil {
		r.Warm()
	}
	if !limited {
		return r.alone(b, ours)
	}
	return r.both(b, ours, limit)
}

// both measures by turns.
func (r Race) both(b *testing.B, ours, limit func(time.Duration) Side) Outcome {
	b.Helper()
	var mine, theirs []Side
	var ratios []float64
	b.ResetTimer()
	for i := range r.Turns {
		// Who goes first changes, so that nobody always runs after the other's garbage.
		var o, l Side
		if i%2 == 0 {
			o, l = ours(r.Turn), limit(r.Turn)
		} else {
			l, o = limit(r.Turn), ours(r.Turn)
		}
		mine, theirs, ratios = append(mine, o), append(theirs, l), append(ratios, o.PerSecond/l.PerSecond)
	}
	b.StopTimer()
	out := Outcome{Ratio: median(ratios), Ours: medians(mine), Limit: medians(theirs)}
	b.ReportMetric(0, "ns/op") // of all turns together it says nothing
	b.ReportMetric(out.Ratio, "ratio")
	out.Ours.report(b, "ours")
	out.Limit.report(b, "limit")
	return out
}

// alone measures what has no limit beside it.
func (r Race) alone(b *testing.B, ours func(time.Duration) Side) Outcome {
	b.Helper()
	var all []Side
	b.ResetTimer()
	for range r.Turns {
		all = append(all, ours(r.Turn))
	}
	b.StopTimer()
	out := Outcome{Ours: medians(all)}
	b.ReportMetric(0, "ns/op")
	out.Ours.report(b, "ours")
	return out
}

func (s Side) report(b *testing.B, name string) {
	b.ReportMetric(s.PerSecond, name+"/s")
	b.ReportMetric(float64(s.P99)/float64(time.Millisecond), name+"-p99-ms")
	if s.CPU > 0 { // another program's is not known
		b.ReportMetric(float64(s.CPU)/float64(time.Microsecond), name+"-cpu-µs")
	}
}

// turn lets every client work until the time is over; what has begun is ended and counts.
func (r Race) turn(work func(client int) error, length time.Duration) (Side, error) {
	runtime.GC() // nobody pays for the other side's garbage
	times := make([][]time.Duration, r.Clients)
	faults := make([]error, r.Clients)
	before, passed := processCPU(), clock.Stopwatch()
	var all sync.WaitGroup
	for c := range r.Clients {
		all.Go(func() {
			for at := passed(); at < length; {
				if faults[c] = work(c); faults[c] != nil {
					return
				}
				now := passed()
				times[c] = append(times[c], now-at)
				at = now
			}
		})
	}
	all.Wait()
	took, burnt := passed(), processCPU()-before
	done := slices.Concat(times...)
	if err := errors.Join(faults...); err != nil {
		return Side{}, err
	}
	slices.Sort(done)
	n := len(done)
	return Side{PerSecond: float64(n) / took.Seconds(), P99: done[n*99/100], CPU: burnt / time.Duration(n)}, nil
}

// processCPU is the time that this process has spent on all cores.
func processCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0 // it can't fail for oneself
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

func medians(sides []Side) Side {
	of := func(value func(Side) float64) float64 {
		list := make([]float64, len(sides))
		for i, s := range sides {
			list[i] = value(s)
		}
		return median(list)
	}
	return Side{
		PerSecond: of(func(s Side) float64 { return s.PerSecond }),
		P99:       time.Duration(of(func(s Side) float64 { return float64(s.P99) })),
		CPU:       time.Duration(of(func(s Side) float64 { return float64(s.CPU) })),
	}
}
