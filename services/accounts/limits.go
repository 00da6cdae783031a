package accounts

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// allowance is how often something may be tried in a window.
type allowance struct {
	limit  int
	window time.Duration
}

// What accounts itself bounds, whatever the gateway allowed: guesses against one address, and mail to strangers.
var (
	passwordTries = allowance{10, 15 * time.Minute}
	codeGuesses   = allowance{20, time.Hour}
	invitations   = allowance{30, 24 * time.Hour}
)

// TakeLimit counts against a limit in a row, in wall time. It is the gateway's fallback while Redis is gone: an error
// here means that the caller refuses, so that a limit never fails open.
func (s *Service) TakeLimit(ctx context.Context, in accountsapi.Take) (accountsapi.Taken, error) {
	wall := s.clock.Wall()
	window := time.Duration(in.Window) * time.Second
	key := s.limitKey(in.Key)
	taken, err := 0, pgx.ErrNoRows
	if in.N <= in.Limit { // a first row would be inserted without a look at the limit
		taken, err = pg.Scalar[int](ctx, s.pool, queries.SQL("TakeLimit"), pgx.NamedArgs{
			"key": key, "ends_at": wall.Add(window), "wall": wall, "n": in.N, "limit": in.Limit,
		})
	}
	switch {
	case err == nil:
		return accountsapi.Taken{Allowed: true, Remaining: in.Limit - taken}, nil
	case !pg.NoRows(err):
		return accountsapi.Taken{}, err
	}
	ends, err := pg.Scalar[time.Time](ctx, s.pool, queries.SQL("LimitEnds"), pgx.NamedArgs{"key": key})
	if err != nil && !pg.NoRows(err) {
		return accountsapi.Taken{}, err
	}
	// Rounded up: a caller who waits this long is let in.
	wait := int((max(ends.Sub(wall), 0) + time.Second - 1) / time.Second)
	return accountsapi.Taken{RetryAfter: max(wait, 1)}, nil
}

// try counts one try of a kind against a subject. accountsapi.ErrTooManyTries.
func (s *Service) try(ctx context.Context, kind, subject string, a allowance) error {
	taken, err := s.TakeLimit(ctx, accountsapi.Take{Key: kind + " " + subject, N: 1, Limit: a.limit, Window: int(a.window / time.Second)})
	if err != nil {
		return err
	}
	if !taken.Allowed {
		return accountsapi.ErrTooManyTries.WithRetryAfter(taken.RetryAfter)
	}
	return nil
}

// limitKey hides what is counted: keys hold addresses, and rows outlive requests.
func (s *Service) limitKey(key string) []byte {
	h := hmac.New(sha256.New, s.limiter)
	h.Write([]byte(key))
	return h.Sum(nil)
}
