// Package idem makes a use case safe to repeat under an Idempotency-Key.
//
// Key, hash of the body and answer are stored in the use case's own
// transaction: either all of it happened or nothing did. The same key with
// the same body gives the stored answer, with another body
// problem.ErrIdempotencyMismatch, and while the first is still running
// problem.ErrIdempotencyRunning.
//
// The table (Schema) stands in each schema that needs it.
package idem

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

// Schema is the table as a service's migration copies it.
//
//go:embed schema.sql
var Schema string

// Keep is how long a key is remembered.
const Keep = 7 * 24 * time.Hour

// Request names one use case of one caller.
type Request struct {
	Schema string    // the service's schema, a constant of its code
	Scope  string    // who and what, so that keys of two people never meet
	Key    string    // "" runs without memory
	Body   any       // what was asked; marshalled and hashed
	At     time.Time // clock.Now
}

// Do runs fn once for a key, in tx. The advisory lock is held until the
// transaction ends: who comes meanwhile is told to wait and not made to.
func Do[Out any](ctx context.Context, tx pgx.Tx, req Request, fn func() (*Out, error)) (*Out, error) {
	if req.Key == "" {
		return fn()
	}
	body, err := json.Marshal(req.Body)
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(body)
	table := pgx.Identifier{req.Schema, "idempotency"}.Sanitize()
	free, err := pg.Scalar[bool](ctx, tx, `select pg_try_advisory_xact_lock(hashtextextended($1, 7))`, req.Schema+" "+req.Scope+" "+req.Key)
	if err != nil {
		return nil, err
	}
	if !free {
		return nil, problem.ErrIdempotencyRunning.WithRetryAfter(1)
	}
	var stored struct{ hash, answer []byte }
	err = tx.QueryRow(ctx, `select body_hash, answer from `+table+` where scope = $1 and key = $2`, req.Scope, req.Key).Scan(&stored.hash, &stored.answer)
	switch {
	case err == nil:
		if !slices.Equal(stored.hash, hash[:]) {
			return nil, problem.ErrIdempotencyMismatch
		}
		out := new(Out)
		return out, json.Unmarshal(stored.answer, out)
	case !pg.NoRows(err):
		return nil, err
	}
	out, err := fn()
	if err != nil {
		return nil, err
	}
	answer, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, `insert into `+table+` (scope, key, body_hash, answer, created_at) values ($1, $2, $3, $4, $5)`,
		req.Scope, req.Key, hash[:], answer, req.At)
	return out, err
}

// Forget drops the keys made before the time given.
func Forget(ctx context.Context, db pg.Querier, schema string, before time.Time) error {
	_, err := db.Exec(ctx, `delete from `+pgx.Identifier{schema, "idempotency"}.Sanitize()+` where created_at < $1`, before)
	return err
}
