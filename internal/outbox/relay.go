package outbox

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/pg"
)

const (
	relayBatch   = 200
	gather       = 8 * time.Millisecond
	repeatRecent = 10 * time.Minute    // republished when the connection or the server was lost
	keepOutbox   = 14 * 24 * time.Hour // republished when everything was lost
	keepInbox    = 15 * 24 * time.Hour // longer, so that a repeat is always recognised
)

// outgoing is an outbox row on its way.
type outgoing struct {
	ID      string
	Name    string
	Key     string
	Payload json.RawMessage
	At      time.Time
	Seq     int64
}

// relay publishes for as long as this process leads, and tries to lead when
// it doesn't.
func (b *Bus) relay(ctx context.Context) {
	for ctx.Err() == nil {
		conn, err := b.lead(ctx)
		if err != nil {
			b.complain(ctx, "relay cannot ask for the lead", err)
		}
		if conn == nil {
			_ = clock.Sleep(ctx, time.Second)
			continue
		}
		r := &relay{Bus: b, conn: conn}
		err = r.run(ctx)
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		_ = conn.Close(closing) // gives up the lock
		cancel()
		if err != nil {
			b.complain(ctx, "relay lost its database connection", err)
			_ = clock.Sleep(ctx, 200*time.Millisecond)
		}
	}
}

// lead takes the advisory lock on a connection of its own, outside the pool's
// count, and returns nil while another process holds it. The lock lives as
// long as the connection: a leader that dies is succeeded at once.
func (b *Bus) lead(ctx context.Context) (*pgx.Conn, error) {
	pooled, err := b.cfg.Pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	won, err := pg.Scalar[bool](ctx, pooled, b.q.SQL("Lead"))
	if err != nil || !won {
		pooled.Release()
		return nil, err
	}
	conn := pooled.Hijack()
	// A mark that a crash of PostgreSQL loses costs a repeat, which the inboxes drop: no commit here waits for the disk.
	if _, err := conn.Exec(ctx, "set synchronous_commit = off"); err != nil {
		return nil, errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
	}
	return conn, nil
}

// relay is one term of a leader.
type relay struct {
	*Bus
	conn   *pgx.Conn
	server string // Redis's run id, to see a restart that no command noticed
	doubt  bool   // a command failed: Redis may have lost what it had taken
}

// run publishes until the context ends or the database connection breaks.
func (r *relay) run(ctx context.Context) error {
	stirred, stop := subscribe(r.cfg.Service)
	defer stop()
	r.doubt = true // what the previous leader published may not have survived
	var checked, swept time.Duration
	since := clock.Stopwatch()
	pause := time.Duration(0)
	for {
		if pause > 0 {
			timer := time.NewTimer(pause)
			select {
			case <-ctx.Done():
				timer.Stop()
				return nil
			case <-timer.C:
			case <-stirred:
				timer.Stop()
				// The transaction is about to commit: look soon, and let a burst gather.
				pause = 2 * time.Millisecond
				if clock.Sleep(ctx, pause) != nil {
					return nil
				}
			}
		}
		if now := since(); r.doubt || checked == 0 || now-checked >= time.Second {
			if err := r.check(ctx); err != nil {
				if r.conn.IsClosed() {
					return err
				}
				r.complain(ctx, "events wait: Redis can't be reached", err)
				pause = 500 * time.Millisecond
				continue
			}
			checked = now
		}
		if now := since(); swept == 0 || now-swept >= 10*time.Minute {
			if err := r.forget(ctx); err != nil {
				return err
			}
			swept = now
		}
		n, err := r.publish(ctx)
		switch {
		case err != nil && (r.conn.IsClosed() || ctx.Err() != nil):
			return err
		case err != nil:
			r.doubt = true
			r.complain(ctx, "events wait: publishing failed", err)
			pause = 200 * time.Millisecond
		case n == relayBatch:
			pause = 0
		case n > 0: // more is likely to follow: a burst gathers and costs few passes
			if clock.Sleep(ctx, gather) != nil {
				return nil
			}
			pause = 0
		case pause < r.cfg.Poll: // idle: from 2 ms back to the poll in a few looks
			pause = min(max(2*pause, 4*time.Millisecond), r.cfg.Poll)
		}
	}
}

// publish sends one batch of unpublished rows and marks them. Between the two
// a crash causes repeats, which the inboxes drop.
func (r *relay) publish(ctx context.Context) (int, error) {
	rows, err := pg.Many[outgoing](ctx, r.conn, r.q.SQL("Unpublished"), relayBatch)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	if err := r.send(ctx, rows); err != nil {
		return 0, err
	}
	killpoint.Here("events.sent")
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	if _, err := pg.Exec(ctx, r.conn, r.q.SQL("MarkPublished"), ids, r.cfg.Clock.Wall()); err != nil {
		return 0, err
	}
	r.metrics.published.Add(float64(len(rows)))
	return len(rows), nil
}

// send appends rows to the service's stream, in order, in one round trip.
func (b *Bus) send(ctx context.Context, rows []outgoing) error {
	pipe := b.cfg.Redis.Pipeline()
	for _, row := range rows {
		pipe.XAdd(ctx, &redis.XAddArgs{Stream: b.stream(b.cfg.Service), Values: []any{
			"id", row.ID, "name", row.Name, "key", row.Key,
			"at", row.At.UTC().Format(time.RFC3339Nano), "payload", string(row.Payload),
		}})
	}
	_, err := pipe.Exec(ctx)
	return err
}

// check finds out what Redis may have forgotten and publishes it again.
func (r *relay) check(ctx context.Context) error {
	epochs, err := r.cfg.Redis.Exists(ctx, r.epochKey()).Result()
	if err != nil {
		r.doubt = true
		return err
	}
	server := r.runID(ctx)
	restarted := r.server != "" && server != "" && server != r.server
	switch {
	case epochs == 0:
		r.log.InfoContext(ctx, "the stream has no epoch: all kept events are published again")
		if err := r.repeat(ctx, keepOutbox); err != nil {
			return err
		}
		if err := r.cfg.Redis.Set(ctx, r.epochKey(), id.New("epoch"), 0).Err(); err != nil {
			return err
		}
	case r.doubt || restarted:
		if err := r.repeat(ctx, repeatRecent); err != nil {
			return err
		}
	}
	r.server, r.doubt = server, false
	return r.trim(ctx)
}

// repeat publishes once more what was published within the last d of wall time.
func (r *relay) repeat(ctx context.Context, d time.Duration) error {
	since, after := r.cfg.Clock.Wall().Add(-d), int64(0)
	for {
		rows, err := pg.Many[outgoing](ctx, r.conn, r.q.SQL("PublishedSince"), since, after, relayBatch)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := r.send(ctx, rows); err != nil {
			return err
		}
		r.metrics.repeated.Add(float64(len(rows)))
		after = rows[len(rows)-1].Seq
	}
}

// runID is the identity of the Redis process; empty where the server has none.
func (b *Bus) runID(ctx context.Context) string {
	info, err := b.cfg.Redis.Info(ctx, "server").Result()
	if err != nil {
		return ""
	}
	for lines := bufio.NewScanner(strings.NewReader(info)); lines.Scan(); {
		if v, ok := strings.CutPrefix(lines.Text(), "run_id:"); ok {
			return v
		}
	}
	return ""
}

// trim cuts from the stream what every group has acknowledged, but nothing of
// the last ten minutes, and whatever is older than the outbox keeps.
func (r *relay) trim(ctx context.Context) error {
	stream := r.stream(r.cfg.Service)
	groups, err := r.cfg.Redis.XInfoGroups(ctx, stream).Result()
	if err != nil {
		if strings.Contains(err.Error(), "no such key") {
			return nil
		}
		return err
	}
	wall := r.cfg.Clock.Wall()
	floor := timeID(wall.Add(-repeatRecent))
	for _, g := range groups {
		if idLess(g.LastDeliveredID, floor) {
			floor = g.LastDeliveredID
		}
		if g.Pending == 0 {
			continue
		}
		pending, err := r.cfg.Redis.XPending(ctx, stream, g.Name).Result()
		if err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
		if pending != nil && pending.Lower != "" && idLess(pending.Lower, floor) {
			floor = pending.Lower
		}
	}
	if oldest := timeID(wall.Add(-keepOutbox)); idLess(floor, oldest) {
		floor = oldest
	}
	return r.cfg.Redis.XTrimMinIDApprox(ctx, stream, floor, 0).Err()
}

// forget deletes what is past its time of keeping, in small transactions.
func (r *relay) forget(ctx context.Context) error {
	wall := r.cfg.Clock.Wall()
	for name, before := range map[string]time.Time{
		"ForgetOutbox": wall.Add(-keepOutbox), "ForgetInbox": wall.Add(-keepInbox),
	} {
		for n := int64(1); n > 0; {
			var err error
			if n, err = pg.Exec(ctx, r.conn, r.q.SQL(name), before); err != nil {
				return err
			}
		}
	}
	return nil
}

// complain logs a failure unless the process is stopping.
func (b *Bus) complain(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		b.log.WarnContext(ctx, what, "error", err)
	}
}
