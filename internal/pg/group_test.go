package pg_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/workfluence/workfluence/internal/pg"
)

// records is what a group wrote; each write waits for a word.
type records struct {
	mu     sync.Mutex
	writes [][]int
	gate   chan struct{}
}

var errPoison = errors.New("this one cannot be written")

func (r *records) write(ctx context.Context, items []int) error {
	if r.gate != nil {
		<-r.gate
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writes = append(r.writes, slices.Clone(items))
	if slices.Contains(items, 13) {
		return errPoison
	}
	return nil
}

func TestWhoWaitsGoesTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := records{gate: make(chan struct{})}
		g := pg.NewGroup(3, r.write)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if err := g.Write(t.Context(), i); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait() // in this order
		}
		close(r.gate)
		wg.Wait()
		want := [][]int{{0}, {1, 2, 3}, {4, 5, 6}, {7}}
		if !slices.EqualFunc(r.writes, want, slices.Equal) {
			t.Errorf("written as %v, want %v", r.writes, want)
		}
	})
}

func TestAnItemThatCannotBeWrittenIsRefusedAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := records{gate: make(chan struct{})}
		g := pg.NewGroup(10, r.write)
		var wg sync.WaitGroup
		for _, i := range []int{1, 2, 13, 4} {
			wg.Go(func() {
				if err := g.Write(t.Context(), i); (err != nil) != (i == 13) || err != nil && !errors.Is(err, errPoison) {
					t.Errorf("%d: %v", i, err)
				}
			})
			synctest.Wait()
		}
		close(r.gate)
		wg.Wait()
		if want := [][]int{{1}, {2, 13, 4}, {2}, {13}, {4}}; !slices.EqualFunc(r.writes, want, slices.Equal) {
			t.Errorf("written as %v, want %v", r.writes, want)
		}
	})
}

func TestWhoHangsUpTakesNobodyAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := records{gate: make(chan struct{})}
		g := pg.NewGroup(10, r.write)
		first, hangUp := context.WithCancel(t.Context())
		second, leave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		want := map[int]error{1: context.Canceled, 2: nil, 3: context.Canceled, 4: nil}
		for i, ctx := range []context.Context{1: first, 2: t.Context(), 3: second, 4: t.Context()} {
			if ctx == nil {
				continue
			}
			wg.Go(func() {
				if err := g.Write(ctx, i); !errors.Is(err, want[i]) {
					t.Errorf("%d: %v, want %v", i, err, want[i])
				}
			})
			synctest.Wait()
		}
		hangUp() // under way: it is written all the same
		leave()  // still waiting: it is not
		synctest.Wait()
		close(r.gate)
		wg.Wait()
		if want := [][]int{{1}, {2, 4}}; !slices.EqualFunc(r.writes, want, slices.Equal) {
			t.Errorf("written as %v, want %v", r.writes, want)
		}
		if err := g.Write(first, 5); !errors.Is(err, context.Canceled) {
			t.Errorf("a caller who has gone: %v", err)
		}
	})
}

func TestEveryCallerIsAnsweredAfterItsCommit(t *testing.T) {
	var mu sync.Mutex
	kept := map[int]int{}
	g := pg.NewGroup(7, func(_ context.Context, items []int) error {
		mu.Lock()
		defer mu.Unlock()
		for _, i := range items {
			kept[i]++
		}
		return nil
	})
	var wg sync.WaitGroup
	for c := range 16 {
		wg.Go(func() {
			for n := range 200 {
				item := c*1000 + n
				if err := g.Write(t.Context(), item); err != nil {
					t.Error(err)
				}
				mu.Lock()
				times := kept[item]
				mu.Unlock()
				if times != 1 {
					t.Errorf("answered when it was written %d times", times)
				}
			}
		})
	}
	wg.Wait()
}
