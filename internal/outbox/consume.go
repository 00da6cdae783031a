package outbox

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/killpoint"
)

// consumeBatch is how many events share one transaction.
const consumeBatch = 32

// consume reads the streams of all emitters and applies what arrives. An
// event is acknowledged after its effect, or its failure, is committed. What
// a dead process left unacknowledged is claimed after Config.Claim; what this
// process left is read first when it starts again under the same name.
func (b *Bus) consume(ctx context.Context) {
	streams := b.streams(b.Consumes())
	since := clock.Stopwatch()
	claimed, joined := time.Duration(-1), false
	fail := func(what string, err error) {
		joined = false
		b.complain(ctx, what, err)
		_ = clock.Sleep(ctx, 300*time.Millisecond)
	}
	for ctx.Err() == nil {
		if !joined {
			if err := b.join(ctx, streams); err != nil {
				fail("consumer waits for Redis", err)
				continue
			}
			if err := b.resume(ctx, streams); err != nil {
				fail("consumer can't finish what it had begun", err)
				continue
			}
			joined = true
		}
		if now := since(); claimed < 0 || now-claimed >= b.cfg.Claim/6 {
			if err := b.claim(ctx, streams); err != nil {
				fail("consumer can't claim", err)
				continue
			}
			claimed = now
		}
		read, err := b.read(ctx, streams, ">", time.Second)
		if err == nil {
			err = b.take(ctx, read)
		}
		if err != nil {
			fail("consumer pauses", err)
		}
	}
}

// join makes the group on each stream, from the stream's first entry: what
// was published before the group existed is for it too.
func (b *Bus) join(ctx context.Context, streams []string) error {
	for _, s := range streams {
		err := b.cfg.Redis.XGroupCreateMkStream(ctx, s, b.cfg.Service, "0").Err()
		if err != nil && !strings.HasPrefix(err.Error(), "BUSYGROUP") {
			return err
		}
	}
	return nil
}

// read gives the next entries of the group; from is ">" for new ones and "0"
// for those this consumer has taken and not acknowledged.
func (b *Bus) read(ctx context.Context, streams []string, from string, block time.Duration) ([]redis.XStream, error) {
	args := append([]string{}, streams...)
	for range streams {
		args = append(args, from)
	}
	read, err := b.cfg.Redis.XReadGroup(ctx, &redis.XReadGroupArgs{
		Group: b.cfg.Service, Consumer: b.cfg.Instance, Streams: args, Count: consumeBatch, Block: block,
	}).Result()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return read, err
}

// resume finishes what this consumer had taken before it stopped or failed.
func (b *Bus) resume(ctx context.Context, streams []string) error {
	for {
		read, err := b.read(ctx, streams, "0", -1)
		if err != nil {
			return err
		}
		n := 0
		for _, s := range read {
			n += len(s.Messages)
		}
		if n == 0 {
			return nil
		}
		if err := b.take(ctx, read); err != nil {
			return err
		}
	}
}

// claim takes over what another consumer of the group has left lying.
func (b *Bus) claim(ctx context.Context, streams []string) error {
	for _, s := range streams {
		for next := "0-0"; ; {
			msgs, cursor, err := b.cfg.Redis.XAutoClaim(ctx, &redis.XAutoClaimArgs{
				Stream: s, Group: b.cfg.Service, Consumer: b.cfg.Instance, MinIdle: b.cfg.Claim, Start: next, Count: consumeBatch,
			}).Result()
			if err != nil && !errors.Is(err, redis.Nil) {
				return err
			}
			if err := b.take(ctx, []redis.XStream{{Stream: s, Messages: msgs}}); err != nil {
				return err
			}
			if next = cursor; next == "0-0" || next == "" || err != nil {
				break
			}
		}
	}
	return nil
}

// take applies the entries of some streams and acknowledges them. An error
// means that the database or Redis failed; the entries then stay with this
// consumer.
func (b *Bus) take(ctx context.Context, read []redis.XStream) error {
	for _, s := range read {
		if len(s.Messages) == 0 {
			continue
		}
		var events []Received
		ids := make([]string, len(s.Messages))
		for i, m := range s.Messages {
			ids[i] = m.ID
			if ev, ok := parse(m); ok && b.handlers[ev.Name] != nil {
				events = append(events, ev)
			}
		}
		if err := b.apply(ctx, events); err != nil {
			return err
		}
		if len(events) > 0 {
			killpoint.Here("events.applied")
		}
		if err := b.cfg.Redis.XAck(ctx, s.Stream, b.cfg.Service, ids...).Err(); err != nil {
			return err
		}
	}
	return nil
}

// parse reads a stream entry. An entry that isn't one of ours, or that was cut
// from the stream while pending, is none.
func parse(m redis.XMessage) (Received, bool) {
	field := func(name string) string { s, _ := m.Values[name].(string); return s }
	at, err := time.Parse(time.RFC3339Nano, field("at"))
	ev := Received{ID: field("id"), Name: field("name"), Key: field("key"), Payload: []byte(field("payload")), At: at}
	return ev, err == nil && ev.ID != "" && ev.Name != ""
}
