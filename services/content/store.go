package content

import (
	"context"
	_ "embed"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

// schema holds all of content's tables.
const schema = "content"

var audits = audit.In(schema)

//go:embed queries.sql
var queriesFile string

//go:embed queries_gate.sql
var gateQueriesFile string

//go:embed queries_comment.sql
var commentQueriesFile string

//go:embed queries_manifest.sql
var manifestQueriesFile string

//go:embed queries_media.sql
var mediaQueriesFile string

var queries = pg.MustLoad(queriesFile + "\n" + gateQueriesFile + "\n" + commentQueriesFile + "\n" + mediaQueriesFile + "\n" + manifestQueriesFile)

// exec runs a named statement and says how many rows it touched.
func exec(ctx context.Context, db pg.Querier, name string, args pgx.NamedArgs) (int64, error) {
	return pg.Exec(ctx, db, queries.SQL(name), pg.Args(args))
}

// one runs a named query for one row; no row is missing.
func one[T any](ctx context.Context, db pg.Querier, missing error, name string, args pgx.NamedArgs) (T, error) {
	row, err := pg.One[T](ctx, db, queries.SQL(name), pg.Args(args))
	if pg.NoRows(err) {
		return row, missing
	}
	return row, err
}

func many[T any](ctx context.Context, db pg.Querier, name string, args pgx.NamedArgs) ([]T, error) {
	return pg.Many[T](ctx, db, queries.SQL(name), pg.Args(args))
}

// pageSize bounds lists.
const pageSize = 20

// cut takes the row that says whether there is more off a list that asked for one row too many.
func cut[T any](rows []T, cursor func(T) string) ([]T, string) {
	if len(rows) <= pageSize {
		return rows, ""
	}
	return rows[:pageSize], cursor(rows[pageSize-1])
}

func documentOf(ctx context.Context, db pg.Querier, ownerID, documentID string) (Document, error) {
	return one[Document](ctx, db, problem.ErrNotFound, "Document", pgx.NamedArgs{"id": documentID, "owner": ownerID})
}

// versionAt reads a version with its words. problem.ErrNotFound when there is none, or its words are gone.
func versionAt(ctx context.Context, db pg.Querier, documentID string, seq int) (Version, error) {
	return one[Version](ctx, db, problem.ErrNotFound, "Version", pgx.NamedArgs{"document": documentID, "seq": seq})
}

func insertDocument(ctx context.Context, tx pgx.Tx, d Document) error {
	_, err := exec(ctx, tx, "InsertDocument", pgx.NamedArgs{
		"id": d.ID, "owner": d.OwnerID, "product": d.ProductID, "kind": d.Kind, "state": d.State, "seq": d.Seq, "digest": d.Digest,
		"now": d.CreatedAt,
	})
	return err
}

func saveDocument(ctx context.Context, tx pgx.Tx, d Document) error {
	_, err := exec(ctx, tx, "SaveDocument", pgx.NamedArgs{
		"id": d.ID, "state": d.State, "version": d.Version, "seq": d.Seq, "digest": d.Digest, "updated_at": d.UpdatedAt,
		"published_at": d.PublishedAt, "scheduled_at": d.ScheduledAt, "scheduled_digest": d.ScheduledDigest, "scheduled_by": d.ScheduledBy, "missed": d.Missed,
	})
	return err
}

func insertVersion(ctx context.Context, tx pgx.Tx, v Version) error {
	_, err := exec(ctx, tx, "InsertVersion", pgx.NamedArgs{
		"document": v.DocumentID, "seq": v.Seq, "digest": v.Digest, "saved_by": v.SavedBy, "restored_from": v.RestoredFrom, "saved_at": v.SavedAt,
		"title": v.Title, "body": v.Body, "caption": v.Caption, "links": v.Links, "destinations": v.Destinations,
		"disclosure": v.Disclosure, "paid": v.Paid, "media": v.Media,
	})
	return err
}
