package content

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

func commentOf(ctx context.Context, db pg.Querier, documentID, commentID string) (Comment, error) {
	return one[Comment](ctx, db, problem.ErrNotFound, "Comment", pgx.NamedArgs{"document": documentID, "id": commentID})
}

func insertComment(ctx context.Context, tx pgx.Tx, c Comment) error {
	_, err := exec(ctx, tx, "InsertComment", pgx.NamedArgs{
		"id": c.ID, "document": c.DocumentID, "seq": c.Seq, "part": c.Part, "from_char": c.FromChar, "until_char": c.UntilChar, "medium": c.Medium, "body": c.Body,
		"replacement": c.Replacement, "result_digest": c.ResultDigest, "reply_to": c.ReplyTo, "state": c.State, "said_by": c.SaidBy, "said_at": c.SaidAt,
	})
	return err
}

func saveComment(ctx context.Context, tx pgx.Tx, c Comment) error {
	_, err := exec(ctx, tx, "SaveComment", pgx.NamedArgs{
		"id": c.ID, "state": c.State, "accepted_seq": c.AcceptedSeq, "settled_by": c.SettledBy, "settled_at": c.SettledAt,
	})
	return err
}
