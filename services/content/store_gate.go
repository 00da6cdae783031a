package content

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

func gatesOf(ctx context.Context, db pg.Querier, documentID string) ([]Gate, error) {
	return many[Gate](ctx, db, "Gates", pgx.NamedArgs{"document": documentID})
}

// gateOf is one party's gate. problem.ErrNotFound when the document never named it.
func gateOf(ctx context.Context, db pg.Querier, documentID string, party contentapi.Party) (Gate, error) {
	return one[Gate](ctx, db, problem.ErrNotFound, "Gate", pgx.NamedArgs{"document": documentID, "kind": party.Kind, "ref": party.Ref})
}

func insertGate(ctx context.Context, tx pgx.Tx, g Gate) error {
	_, err := exec(ctx, tx, "InsertGate", pgx.NamedArgs{
		"id": g.ID, "document": g.DocumentID, "kind": g.Kind, "ref": g.Ref, "binding": g.Binding, "state": g.State, "added_at": g.AddedAt,
	})
	return err
}

func saveGate(ctx context.Context, tx pgx.Tx, g Gate) error {
	_, err := exec(ctx, tx, "SaveGate", pgx.NamedArgs{
		"id": g.ID, "binding": g.Binding, "state": g.State, "digest": g.Digest, "seq": g.Seq, "said_at": g.SaidAt,
		"valid_from": g.ValidFrom, "valid_until": g.ValidUntil, "rules": append([]string{}, g.Rules...),
	})
	return err
}

// Kinds of a move.
const (
	moveOpen  = "open"
	moveClose = "close"
)

// move is one word of a party, as it is kept.
type move struct {
	Seq         int64
	Move        string
	Counted     bool
	PublishedAt *time.Time
}

// moveOf is a word that was heard before. problem.ErrNotFound for a new one.
func moveOf(ctx context.Context, db pg.Querier, gateID string, seq int64) (move, error) {
	return one[move](ctx, db, problem.ErrNotFound, "Move", pgx.NamedArgs{"gate": gateID, "seq": seq})
}

func publicationsOf(ctx context.Context, db pg.Querier, documentID string) ([]Publication, error) {
	return many[Publication](ctx, db, "Publications", pgx.NamedArgs{"document": documentID})
}

func insertPublication(ctx context.Context, tx pgx.Tx, p Publication) error {
	_, err := exec(ctx, tx, "InsertPublication", pgx.NamedArgs{
		"id": p.ID, "document": p.DocumentID, "seq": p.Seq, "digest": p.Digest, "place": p.Place, "gates": p.Gates, "taken_back": p.TakenBack,
		"published_by": p.PublishedBy, "published_at": p.PublishedAt,
	})
	return err
}
