package accounts

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

const (
	apiTokenPrefix = "apitoken"
	// mostTokens is how many a person may have at a time.
	mostTokens = 30
	// endingLength is how much of a token stays readable: 24 of its 256 random bits.
	endingLength = 4
)

// APIToken is a program's way to act for a person, within scopes, in wall time. It is no session: signing out everywhere leaves it, since
// the person signs out of places and a program is in none.
//
//	live ── 30, 90 or 365 days old ──► expired
//	 └──── revoked by its person ────► revoked
type APIToken struct {
	ID         string
	PersonID   string
	Name       string
	TokenHash  []byte
	Ending     string
	Scopes     []string
	CreatedAt  time.Time
	LastUsedAt *time.Time
	ExpiresAt  time.Time
}

// makeAPIToken makes a token and its secret, which is not stored.
func makeAPIToken(personID, name string, scopes []string, days int, wall time.Time) (APIToken, string) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // crypto/rand never fails: it ends the process instead
	secret := accountsapi.TokenPrefix + base64.RawURLEncoding.EncodeToString(raw)
	return APIToken{
		ID: id.New(apiTokenPrefix), PersonID: personID, Name: name, TokenHash: hashToken(secret), Ending: secret[len(secret)-endingLength:],
		Scopes: scopes, CreatedAt: wall, ExpiresAt: wall.AddDate(0, 0, days),
	}, secret
}

func (t APIToken) wire() accountsapi.APIToken {
	return accountsapi.APIToken{
		ID: t.ID, Name: t.Name, Ending: t.Ending, Scopes: t.Scopes, Created: t.CreatedAt, LastUsed: t.LastUsedAt, Expires: t.ExpiresAt,
	}
}

// APITokens lists the caller's living tokens, the newest first.
func (s *Service) APITokens(ctx context.Context) (*accountsapi.APITokens, error) {
	list, err := s.apiTokensOf(ctx, s.pool, identity.From(ctx).Person)
	return &accountsapi.APITokens{Data: list}, err
}

func (s *Service) apiTokensOf(ctx context.Context, db pg.Querier, personID string) ([]accountsapi.APIToken, error) {
	rows, err := pg.Many[APIToken](ctx, db, queries.SQL("APITokensOf"), pgx.NamedArgs{"person_id": personID, "wall": s.clock.Wall()})
	list := make([]accountsapi.APIToken, 0, len(rows))
	for _, row := range rows {
		list = append(list, row.wire())
	}
	return list, err
}

// MakeAPIToken makes a token and shows its secret once. ErrTokensMany.
func (s *Service) MakeAPIToken(ctx context.Context, in accountsapi.MakeAPIToken) (*accountsapi.MadeAPIToken, error) {
	name := tidyLine(in.Name, 60)
	if name == "" {
		return nil, problem.ErrInvalid.WithField("/name", "required", "Give it a name.")
	}
	caller := identity.From(ctx)
	token, secret := makeAPIToken(caller.Person, name, in.Scopes, in.Days, s.clock.Wall())
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		// The person's row is locked: of two that are made at once, both count.
		if _, err := lockPerson(ctx, tx, caller.Person); err != nil {
			return err
		}
		living, err := s.apiTokensOf(ctx, tx, caller.Person)
		switch {
		case err != nil:
			return err
		case len(living) >= mostTokens:
			return accountsapi.ErrTokensMany
		}
		_, err = exec(ctx, tx, "InsertAPIToken", pgx.NamedArgs{
			"id": token.ID, "person_id": token.PersonID, "name": token.Name, "token_hash": token.TokenHash, "ending": token.Ending,
			"scopes": token.Scopes, "created_at": token.CreatedAt, "expires_at": token.ExpiresAt,
		})
		return firstError(err, s.audit(ctx, tx, "token.made", token.ID, detail{"scopes": token.Scopes, "days": in.Days}))
	})
	return &accountsapi.MadeAPIToken{APIToken: token.wire(), Token: secret}, err
}

// RevokeAPIToken ends a token of the caller; a program that holds it is refused within seconds. problem.ErrNotFound when it is not theirs or has
// ended.
func (s *Service) RevokeAPIToken(ctx context.Context, tokenID string) error {
	caller := identity.From(ctx)
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		n, err := exec(ctx, tx, "RevokeAPIToken", pgx.NamedArgs{"id": tokenID, "person_id": caller.Person, "wall": s.clock.Wall()})
		switch {
		case err != nil:
			return err
		case n == 0:
			return problem.ErrNotFound
		}
		return firstError(
			s.audit(ctx, tx, "token.revoked", tokenID, nil),
			s.emitRevoked(ctx, tx, caller.Person, tokenID),
		)
	})
}
