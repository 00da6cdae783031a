package pg

import (
	"context"
	"slices"
	"sync"
	"time"
)

// groupTime bounds one write of a group.
const groupTime = 10 * time.Second

// Group is group commit: writes of many callers that would each be a transaction of their own go together in one. While a write is
// under way the next callers gather, and the following write takes them all; a caller who is alone waits for nobody.
//
// A caller is answered only after the commit that holds its item, as if it had written alone, and an item that cannot be written is
// refused alone: when a write of several fails, each is written once more by itself. So write must be all or nothing, must bear the
// same item twice, and must take rows in one order, as another process may write at the same time.
type Group[T any] struct {
	most  int
	write func(ctx context.Context, items []T) error

	mu      sync.Mutex
	waiting []*place[T]
	running bool
}

// place is a caller in the queue.
type place[T any] struct {
	ctx  context.Context
	item T
	done chan error // takes one
}

// NewGroup makes a group that writes at most so many items together.
func NewGroup[T any](most int, write func(ctx context.Context, items []T) error) *Group[T] {
	return &Group[T]{most: most, write: write}
}

// Write returns once the item is committed, or with why it is not. A caller whose context ends is answered at once: its item is then
// not written, or, if it is under way already, the outcome is unknown to the caller, as with any commit.
func (g *Group[T]) Write(ctx context.Context, item T) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := &place[T]{ctx: ctx, item: item, done: make(chan error, 1)}
	g.mu.Lock()
	g.waiting = append(g.waiting, p)
	if !g.running {
		g.running = true
		go g.run()
	}
	g.mu.Unlock()
	select {
	case err := <-p.done:
		return err
	case <-ctx.Done():
		g.mu.Lock()
		defer g.mu.Unlock()
		g.waiting = slices.DeleteFunc(g.waiting, func(w *place[T]) bool { return w == p })
		return ctx.Err()
	}
}

// run writes until nobody waits.
func (g *Group[T]) run() {
	for {
		g.mu.Lock()
		n := min(len(g.waiting), g.most)
		if n == 0 {
			g.running, g.waiting = false, nil
			g.mu.Unlock()
			return
		}
		places := slices.Clone(g.waiting[:n])
		g.waiting = slices.Delete(g.waiting, 0, n)
		g.mu.Unlock()
		g.writeAll(places)
	}
}

func (g *Group[T]) writeAll(places []*place[T]) {
	// The write belongs to several callers: that the first one hangs up must not undo the others'.
	err := g.writeSome(places)
	for i, p := range places {
		if err != nil && len(places) > 1 {
			p.done <- g.writeSome(places[i : i+1])
			continue
		}
		p.done <- err
	}
}

func (g *Group[T]) writeSome(places []*place[T]) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(places[0].ctx), groupTime)
	defer cancel()
	items := make([]T, len(places))
	for i, p := range places {
		items[i] = p.item
	}
	return g.write(ctx, items)
}
