package accounts

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// Resolve turns a session's or an API token into the person behind it, for the gateway: one prepared statement, which also notes
// the last use every ten minutes and moves the idle deadline. problem.ErrUnauthenticated.
func (s *Service) Resolve(ctx context.Context, token string) (*accountsapi.SessionInfo, error) {
	wall := s.clock.Wall()
	switch {
	case looksLike(token, accountsapi.TokenPrefix):
		info, err := one[accountsapi.SessionInfo](ctx, s.pool, problem.ErrUnauthenticated, "ResolveToken", pgx.NamedArgs{
			"token_hash": hashToken(token), "wall": wall, "seen_before": wall.Add(-seenEvery),
		})
		return &info, err
	case !looksLike(token, tokenPrefix):
		return nil, problem.ErrUnauthenticated
	}
	info, err := one[accountsapi.SessionInfo](ctx, s.pool, problem.ErrUnauthenticated, "ResolveSession", pgx.NamedArgs{
		"token_hash": hashToken(token), "wall": wall, "now": s.clock.Now(), "seen_before": wall.Add(-seenEvery),
		"life": sessionLife, "idle": sessionIdle,
	})
	return &info, err
}

// Sessions lists where the caller is signed in.
func (s *Service) Sessions(ctx context.Context) (*accountsapi.Sessions, error) {
	caller := identity.From(ctx)
	list, err := s.sessionsOf(ctx, s.pool, caller.Person, caller.Session)
	return &accountsapi.Sessions{Data: list}, err
}

func (s *Service) sessionsOf(ctx context.Context, db pg.Querier, personID, current string) ([]accountsapi.Session, error) {
	rows, err := pg.Many[Session](ctx, db, queries.SQL("SessionsOf"), pgx.NamedArgs{"person_id": personID, "wall": s.clock.Wall()})
	list := make([]accountsapi.Session, 0, len(rows))
	for _, row := range rows {
		list = append(list, row.wire(current))
	}
	return list, err
}

// SignOut ends one session of the caller; "current" is the one that calls. problem.ErrNotFound when it is not theirs
// or has ended: signing out of the current one twice is no error.
func (s *Service) SignOut(ctx context.Context, sessionID string) error {
	caller := identity.From(ctx)
	current := sessionID == "current"
	if current {
		sessionID = caller.Session
	}
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		n, err := exec(ctx, tx, "RevokeSession", pgx.NamedArgs{"id": sessionID, "person_id": caller.Person, "wall": s.clock.Wall()})
		switch {
		case err != nil:
			return err
		case n == 0 && current:
			return nil
		case n == 0:
			return problem.ErrNotFound
		}
		return firstError(
			s.audit(ctx, tx, "session.ended", sessionID, nil),
			s.emitRevoked(ctx, tx, caller.Person, sessionID),
		)
	})
}

// SignOutEverywhere ends every session of the caller, the calling one included.
func (s *Service) SignOutEverywhere(ctx context.Context) error {
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return s.revokeAll(ctx, tx, identity.From(ctx).Person, "")
	})
}

// revokeAll ends all sessions of a person but one ("" for none).
func (s *Service) revokeAll(ctx context.Context, tx pgx.Tx, personID, but string) error {
	ended, err := pg.Column[string](ctx, tx, queries.SQL("RevokeSessions"),
		pgx.NamedArgs{"person_id": personID, "but": but, "wall": s.clock.Wall()})
	if err != nil || len(ended) == 0 {
		return err
	}
	return firstError(
		s.audit(ctx, tx, "sessions.ended", personID, detail{"count": len(ended)}),
		s.emitRevoked(ctx, tx, personID, ended...),
	)
}

// sweepAfter is how long ended sessions and links are kept, to answer questions about them.
const sweepAfter = 7 * 24 * time.Hour
