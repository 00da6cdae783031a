package content

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
)

// mediaOf is what was uploaded for a document, by digest.
func mediaOf(ctx context.Context, db pg.Querier, documentID string) (map[string]Medium, error) {
	rows, err := many[Medium](ctx, db, "Media", pgx.NamedArgs{"document": documentID})
	out := make(map[string]Medium, len(rows))
	for _, m := range rows {
		out[m.Digest] = m
	}
	return out, err
}

func insertMedium(ctx context.Context, tx pgx.Tx, m Medium) error {
	_, err := exec(ctx, tx, "InsertMedia", pgx.NamedArgs{
		"document": m.DocumentID, "digest": m.Digest, "ext": m.Ext, "size": m.Size, "added_by": m.AddedBy, "added_at": m.AddedAt,
	})
	return err
}
