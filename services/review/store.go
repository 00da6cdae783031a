package review

import (
	"context"
	_ "embed"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// schema holds all of review's tables.
const schema = "review"

var audits = audit.In(schema)

//go:embed queries.sql
var queriesFile string

//go:embed queries_stages.sql
var stagesFile string

//go:embed queries_work.sql
var workFile string

//go:embed queries_asked.sql
var askedFile string

//go:embed queries_standing.sql
var standingFile string

//go:embed queries_policy.sql
var policyFile string

var queries = pg.MustLoad(queriesFile + "\n" + workFile + "\n" + standingFile + "\n" + askedFile + "\n" + stagesFile + "\n" + policyFile)

// exec runs a named statement and says how many rows it touched.
func exec(ctx context.Context, db pg.Querier, name string, args pgx.NamedArgs) (int64, error) {
	return pg.Exec(ctx, db, queries.SQL(name), pg.Args(args))
}

// one runs a named query for one row; no row is problem.ErrNotFound.
func one[T any](ctx context.Context, db pg.Querier, name string, args pgx.NamedArgs) (T, error) {
	row, err := pg.One[T](ctx, db, queries.SQL(name), pg.Args(args))
	if pg.NoRows(err) {
		return row, problem.ErrNotFound
	}
	return row, err
}

func many[T any](ctx context.Context, db pg.Querier, name string, args pgx.NamedArgs) ([]T, error) {
	return pg.Many[T](ctx, db, queries.SQL(name), pg.Args(args))
}

func scalar[T any](ctx context.Context, db pg.Querier, name string, args pgx.NamedArgs) (T, error) {
	v, err := pg.Scalar[T](ctx, db, queries.SQL(name), pg.Args(args))
	if pg.NoRows(err) {
		return v, problem.ErrNotFound
	}
	return v, err
}

// missing says that an error is that there is no such row.
func missing(err error) bool { p := problem.From(err); return p != nil && p.Kind == problem.NotFound }

// pageSize bounds lists.
const pageSize = 20

func insertSubmission(ctx context.Context, tx pgx.Tx, s Submission) error {
	_, err := exec(ctx, tx, "InsertSubmission", pgx.NamedArgs{
		"id": s.ID, "author": s.AuthorID, "document": s.DocumentID, "seq": s.Seq, "digest": s.Digest, "employer": s.EmployerID, "employer_name": s.EmployerName,
		"mailbox": s.Mailbox, "locale": s.Locale, "zone": s.Zone, "policy_source": s.PolicySource, "policy_text": s.PolicyText, "policy_digest": s.PolicyDigest,
		"state": s.State, "version": s.Version, "now": s.CreatedAt,
	})
	return err
}

// saveSubmission writes a locked submission back. ErrSubmissionOpen when the employer is asked about the document already.
func saveSubmission(ctx context.Context, tx pgx.Tx, s Submission) error {
	_, err := exec(ctx, tx, "SaveSubmission", pgx.NamedArgs{
		"id": s.ID, "seq": s.Seq, "digest": s.Digest, "employer": s.EmployerID, "employer_name": s.EmployerName, "mailbox": s.Mailbox, "locale": s.Locale,
		"zone": s.Zone, "policy_source": s.PolicySource, "policy_text": s.PolicyText, "policy_digest": s.PolicyDigest, "state": s.State, "version": s.Version,
		"updated_at": s.UpdatedAt, "sent_at": s.SentAt, "asked_at": s.AskedAt, "due_at": s.DueAt, "open_until": s.OpenUntil, "decided_at": s.DecidedAt,
		"decision_id": s.DecisionID, "valid_from": s.ValidFrom, "valid_until": s.ValidUntil, "cleared_digest": s.ClearedDigest, "published_at": s.PublishedAt,
		"published_other_at": s.PublishedOtherAt, "taken_back_at": s.TakenBackAt, "reason": s.Reason, "lease_until": s.LeaseUntil, "protected": s.Protected,
	})
	if pg.Constraint(err) == "submission_once" {
		return reviewapi.ErrSubmissionOpen
	}
	return err
}

func insertLink(ctx context.Context, tx pgx.Tx, l Link) error {
	_, err := exec(ctx, tx, "InsertLink", pgx.NamedArgs{
		"id": l.ID, "submission": l.SubmissionID, "mailbox": l.Mailbox, "asked_from": l.AskedFrom, "wall": l.CreatedAt,
	})
	return err
}

func saveLink(ctx context.Context, tx pgx.Tx, l Link) error {
	_, err := exec(ctx, tx, "SaveLink", pgx.NamedArgs{"id": l.ID, "code_tries": l.CodeTries, "used_at": l.UsedAt, "joined_at": l.JoinedAt})
	return err
}

func insertSession(ctx context.Context, tx pgx.Tx, r Session) error {
	_, err := exec(ctx, tx, "InsertSession", pgx.NamedArgs{
		"id": r.ID, "link": r.LinkID, "submission": r.SubmissionID, "token_hash": r.TokenHash, "created_at": r.CreatedAt, "expires_at": r.ExpiresAt,
	})
	return err
}

func insertDecision(ctx context.Context, tx pgx.Tx, d Decision) error {
	_, err := exec(ctx, tx, "InsertDecision", pgx.NamedArgs{
		"id": d.ID, "submission": d.SubmissionID, "document": d.DocumentID, "seq": d.Seq, "digest": d.Digest, "kind": d.Kind, "cleared_digest": d.ClearedDigest,
		"comment": d.CommentID, "employer": d.EmployerID, "link": d.LinkID, "member": d.MemberID, "assurance": d.Assurance, "policy_source": d.PolicySource,
		"policy_digest": d.PolicyDigest, "policy_number": d.PolicyNumber, "asked_at": d.AskedAt, "decided_at": d.DecidedAt, "valid_from": d.ValidFrom, "valid_until": d.ValidUntil,
		"name": d.Name, "role": d.Role, "reason": d.Reason, "parts": d.Parts, "legal": d.Legal, "basis": deref(d.Basis), "mailbox": deref(d.Mailbox),
	})
	return err
}

// insertMove writes down what content is to hear, under the next number of the gate.
func insertMove(ctx context.Context, tx pgx.Tx, m Move, wall any) error {
	seq, err := scalar[int64](ctx, tx, "NextMove", pgx.NamedArgs{"document": m.DocumentID, "employer": m.EmployerID})
	if err != nil {
		return err
	}
	_, err = exec(ctx, tx, "InsertMove", pgx.NamedArgs{
		"document": m.DocumentID, "employer": m.EmployerID, "seq": seq, "submission": m.SubmissionID, "move": m.Move, "digest": m.Digest,
		"valid_from": m.ValidFrom, "valid_until": m.ValidUntil, "wall": wall, "now": m.At,
	})
	return err
}
