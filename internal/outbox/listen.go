package outbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/clock"
)

// listener hears a broadcast when there is no Redis (Drain).
type listener struct {
	names []string
	fn    func(Received)
}

// Listen calls fn for every event of these names from now on, in this process
// and in every other that listens: for dropping entries from caches, which may
// happen twice. It returns when the context ends. While Redis is gone nothing
// is heard; afterwards the missed events follow, so a cache that must not be
// older than some time also bounds its entries' age.
func (b *Bus) Listen(ctx context.Context, names []string, fn func(Received)) error {
	if b.cfg.Redis == nil {
		b.mu.Lock()
		b.listeners = append(b.listeners, listener{names, fn})
		b.mu.Unlock()
		<-ctx.Done()
		return nil
	}
	streams := b.streams(names)
	last := make([]string, len(streams))
	for ctx.Err() == nil {
		if err := b.hear(ctx, streams, last, names, fn); err != nil {
			b.complain(ctx, "broadcast pauses", err)
			_ = clock.Sleep(ctx, 300*time.Millisecond)
		}
	}
	return nil
}

// hear reads once. last holds the id read from each stream; at first it is
// the stream's end, asked once, so that nothing falls between two reads.
func (b *Bus) hear(ctx context.Context, streams, last, names []string, fn func(Received)) error {
	for i, s := range streams {
		if last[i] != "" {
			continue
		}
		end, err := b.cfg.Redis.XRevRangeN(ctx, s, "+", "-", 1).Result()
		if err != nil {
			return err
		}
		if last[i] = "0-0"; len(end) > 0 {
			last[i] = end[0].ID
		}
	}
	read, err := b.cfg.Redis.XRead(ctx, &redis.XReadArgs{
		Streams: append(slices.Clone(streams), last...), Count: 100, Block: time.Second,
	}).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	for _, s := range read {
		i := slices.Index(streams, s.Stream)
		for _, m := range s.Messages {
			last[i] = m.ID
			if ev, ok := parse(m); ok && slices.Contains(names, ev.Name) {
				fn(ev)
			}
		}
	}
	return nil
}
