package clock_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/clock"
)

func TestDemoClockIsSharedAndSurvives(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clock.json")
	a, err := clock.OpenDemo(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := clock.OpenDemo(path)
	if err != nil {
		t.Fatal(err)
	}
	_ = b.Now()
	if err := a.Advance(8 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := a.Advance(-time.Hour); err == nil {
		t.Fatal("the clock moved back")
	}
	ahead := func(c clock.Clock) bool { return c.Now().Sub(c.Wall()) > 7*24*time.Hour }
	for range 100 { // the other process looks at most every 50 ms
		if ahead(b) {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	again, err := clock.OpenDemo(path)
	if err != nil {
		t.Fatal(err)
	}
	if !ahead(a) || !ahead(b) || !ahead(again) {
		t.Fatal("the offset is not shared")
	}
}

func TestFakeMovesTheDomainAlone(t *testing.T) {
	t.Parallel()
	start := time.Date(2027, 1, 1, 10, 0, 0, 0, time.UTC)
	f := clock.NewFake(start)
	f.Set(start.Add(time.Hour))
	if !f.Wall().Equal(start) || !f.Now().Equal(start.Add(time.Hour)) {
		t.Fatal("Set moved the wall")
	}
	f.Advance(time.Minute)
	if !f.Wall().Equal(start.Add(time.Minute)) || !f.Now().Equal(start.Add(61*time.Minute)) {
		t.Fatal("Advance must move both")
	}
}
