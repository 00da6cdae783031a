package notify

import (
	"context"
	_ "embed"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
)

//go:embed queries.sql
var queriesSQL string

var queries = pg.MustLoad(queriesSQL)

// insertNotice adds a notice and says whether it was new.
func insertNotice(ctx context.Context, tx pgx.Tx, n Notice) (bool, error) {
	ids, err := pg.Column[string](ctx, tx, queries.SQL("InsertNotice"), pgx.NamedArgs{
		"id": n.ID, "event_id": n.EventID, "kind": n.Kind, "subject": n.Subject, "recipient": n.Recipient,
		"person": n.Person, "data": n.Data, "created_at": n.CreatedAt,
	})
	return len(ids) > 0, err
}

func insertMail(ctx context.Context, tx pgx.Tx, noticeID, messageID string, at time.Time) error {
	_, err := pg.Exec(ctx, tx, queries.SQL("InsertMail"), pgx.NamedArgs{
		"notice_id": noticeID, "message_id": messageID, "queued_at": at,
	})
	return err
}

// hasNotice says whether a notice of the kind about the subject exists.
func hasNotice(ctx context.Context, db pg.Querier, n Notice) (bool, error) {
	return pg.Scalar[bool](ctx, db, queries.SQL("HasNotice"), n.Kind, n.Subject)
}

// claimMail takes the lease of a mail; false when it is done, or another
// process sends it.
func claimMail(ctx context.Context, db pg.Querier, noticeID string, wall time.Time) (claimed, bool, error) {
	rows, err := pg.Many[claimed](ctx, db, queries.SQL("ClaimMail"), noticeID, wall, wall.Add(lease))
	if err != nil || len(rows) == 0 {
		return claimed{}, false, err
	}
	return rows[0], true, nil
}

func mailState(ctx context.Context, db pg.Querier, noticeID string) (MailState, error) {
	return pg.Scalar[MailState](ctx, db, queries.SQL("MailState"), noticeID)
}

// finishMail moves a mail that this process sends into a final state.
func finishMail(ctx context.Context, db pg.Querier, noticeID string, state MailState, cause error, at time.Time) error {
	_, err := pg.Exec(ctx, db, queries.SQL("FinishMail"), pgx.NamedArgs{
		"notice_id": noticeID, "state": state, "error": textOf(cause), "done_at": at,
	})
	return err
}

// requeueMail gives the lease back for another try.
func requeueMail(ctx context.Context, db pg.Querier, noticeID string, cause error) error {
	_, err := pg.Exec(ctx, db, queries.SQL("RequeueMail"), pgx.NamedArgs{"notice_id": noticeID, "error": textOf(cause)})
	return err
}

func textOf(err error) *string {
	if err == nil {
		return nil
	}
	s := err.Error()
	s = s[:min(len(s), 500)]
	return &s
}
