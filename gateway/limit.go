package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// window is how long requests are counted together.
const window = time.Minute

// settleEvery is how often the processes tell each other, through Redis, what they counted.
const settleEvery = time.Second

// patience bounds how long a strict limit waits for Redis.
const patience = 250 * time.Millisecond

type taker interface {
	TakeLimit(ctx context.Context, in accountsapi.Take) (accountsapi.Taken, error)
}

// limits counts requests by key and minute.
type limits struct {
	redis redis.UniversalClient
	rows  taker
	clock clock.Clock
	log   *slog.Logger

	mu     sync.Mutex
	minute int64
	counts map[string]*count
}

type count struct {
	here    int64 // counted in this process since the last settling
	settled int64 // of all processes, as Redis last said
}

func newLimits(r redis.UniversalClient, rows taker, c clock.Clock, log *slog.Logger) *limits {
	return &limits{redis: r, rows: rows, clock: c, log: log, counts: map[string]*count{}}
}

// hidden keeps addresses and sessions out of Redis: a key is a digest.
func hidden(class, who string) string {
	sum := sha256.Sum256([]byte(who))
	return class + ":" + base64.RawURLEncoding.EncodeToString(sum[:12])
}

// take counts one request of who against max a minute, in this process.
func (l *limits) take(who string, max int) error {
	now := l.clock.Wall()
	minute := now.Unix() / int64(window.Seconds())
	l.mu.Lock()
	defer l.mu.Unlock()
	if minute != l.minute {
		l.minute = minute
		clear(l.counts)
	}
	c := l.counts[who]
	if c == nil {
		c = &count{}
		l.counts[who] = c
	}
	if c.settled+c.here >= int64(max) {
		return refused(now)
	}
	c.here++
	return nil
}

func refused(now time.Time) error {
	left := window - time.Duration(now.UnixNano()%int64(window))
	return problem.ErrRateLimited.WithRetryAfter(int(left/time.Second) + 1)
}

// run settles until ctx ends.
func (l *limits) run(ctx context.Context) error {
	for clock.Sleep(ctx, settleEvery) == nil {
		if err := l.settle(ctx); err != nil && ctx.Err() == nil {
			l.log.DebugContext(ctx, "limits are not settled", "error", err)
		}
	}
	return nil
}

// settle adds what was counted here to Redis and takes over the sums. Without
// Redis each process counts alone, which is at worst more generous by the
// number of processes.
func (l *limits) settle(ctx context.Context) error {
	l.mu.Lock()
	minute := l.minute
	here := map[string]int64{}
	for who, c := range l.counts {
		if c.here > 0 {
			here[who] = c.here
		}
	}
	l.mu.Unlock()
	if len(here) == 0 || l.redis == nil {
		return nil
	}
	sums := map[string]*redis.IntCmd{}
	_, err := l.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for who, n := range here {
			key := limitKey(hidden("general", who), minute)
			sums[who] = p.IncrBy(ctx, key, n)
			p.Expire(ctx, key, 2*window)
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.minute != minute {
		return nil
	}
	for who, sum := range sums {
		if c := l.counts[who]; c != nil {
			c.settled = sum.Val()
			c.here -= here[who]
		}
	}
	return nil
}

func limitKey(who string, minute int64) string {
	return "wf:limit:" + who + ":" + strconv.FormatInt(minute, 10)
}

// strict counts where it protects against guessing and cost: in Redis, else
// in a row of accounts; when neither answers the request is refused.
func (l *limits) strict(ctx context.Context, class, who string, max int) error {
	now := l.clock.Wall()
	key := hidden(class, who)
	if l.redis != nil {
		ask, cancel := context.WithTimeout(ctx, patience)
		n, err := l.count(ask, limitKey(key, now.Unix()/int64(window.Seconds())))
		cancel()
		if err == nil {
			if n > int64(max) {
				return refused(now)
			}
			return nil
		}
		l.log.WarnContext(ctx, "a strict limit asks accounts: Redis does not answer", "error", err)
	}
	taken, err := l.rows.TakeLimit(ctx, accountsapi.Take{Key: key, N: 1, Limit: max, Window: int(window.Seconds())})
	switch {
	case err != nil:
		return problem.ErrUnavailable.WithRetryAfter(5).Because(fmt.Errorf("limit %s: %w", class, err))
	case !taken.Allowed:
		return problem.ErrRateLimited.WithRetryAfter(taken.RetryAfter)
	}
	return nil
}

func (l *limits) count(ctx context.Context, key string) (int64, error) {
	var n *redis.IntCmd
	_, err := l.redis.TxPipelined(ctx, func(p redis.Pipeliner) error {
		n = p.Incr(ctx, key)
		p.Expire(ctx, key, 2*window)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n.Val(), nil
}
