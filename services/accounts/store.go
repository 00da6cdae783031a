package accounts

import (
	"context"
	_ "embed"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

//go:embed queries.sql
var queriesFile string

//go:embed queries_organisations.sql
var organisationsFile string

var queries = pg.MustLoad(queriesFile + "\n" + organisationsFile)

// constraints names what a violated constraint means to the person who ran into it.
var constraints = map[string]*problem.Error{
	"person_email_once": accountsapi.ErrEmailTaken,
	"handle_lookalike":  accountsapi.ErrHandleTaken,
	"mandate_once":      accountsapi.ErrMandateExists,
	"mandate_pair_once": accountsapi.ErrMandateExists,
	"mandate_not_self":  accountsapi.ErrMandateSelf,

	"invitation_once":     accountsapi.ErrInvitationOpen,
	"domain_claimed_once": accountsapi.ErrDomainTaken,
	"domain_asked_once":   accountsapi.ErrDomainAsked,
}

// exec runs a named statement and maps a violated constraint to its problem.
func exec(ctx context.Context, db pg.Querier, name string, args pgx.NamedArgs) (int64, error) {
	n, err := pg.Exec(ctx, db, queries.SQL(name), args)
	if known := constraints[pg.Constraint(err)]; known != nil {
		return 0, known.Because(err)
	}
	return n, err
}

// one runs a named query for one row; no row is missing.
func one[T any](ctx context.Context, db pg.Querier, missing error, name string, args pgx.NamedArgs) (T, error) {
	row, err := pg.One[T](ctx, db, queries.SQL(name), args)
	if pg.NoRows(err) {
		return row, missing
	}
	return row, err
}

func personByID(ctx context.Context, db pg.Querier, personID string) (Person, error) {
	return one[Person](ctx, db, problem.ErrUnauthenticated, "PersonByID", pgx.NamedArgs{"id": personID})
}

// lockPerson keeps everybody else from changing this person until the transaction ends, and reads them.
func lockPerson(ctx context.Context, tx pgx.Tx, personID string) (Person, error) {
	if n, err := exec(ctx, tx, "LockPerson", pgx.NamedArgs{"id": personID}); err != nil || n == 0 {
		return Person{}, firstError(err, problem.ErrUnauthenticated)
	}
	return personByID(ctx, tx, personID)
}

// byAddress is what sign-in needs of an account; ID is empty when the address has none.
type byAddress struct {
	ID              string
	EmailVerifiedAt *time.Time
	PasswordHash    *string
	Locale          string
}

func personByEmail(ctx context.Context, db pg.Querier, email Email) (byAddress, error) {
	row, err := pg.One[byAddress](ctx, db, queries.SQL("PersonByEmail"), pgx.NamedArgs{"email": string(email)})
	if pg.NoRows(err) {
		return byAddress{}, nil
	}
	return row, err
}

// lockAddress makes the sign-ins of one address wait for each other: two links pressed at once make one account.
func lockAddress(ctx context.Context, tx pgx.Tx, email Email) error {
	_, err := exec(ctx, tx, "LockAddress", pgx.NamedArgs{"email": string(email)})
	return err
}

func insertLink(ctx context.Context, tx pgx.Tx, l Link) error {
	_, err := exec(ctx, tx, "InsertLink", pgx.NamedArgs{
		"id": l.ID, "purpose": l.Purpose, "email": string(l.Email), "person_id": l.PersonID, "mandate_id": l.MandateID,
		"organisation_id": l.OrganisationID, "invitation_id": l.InvitationID,
		"locale": l.Locale, "next": l.Next, "created_at": l.CreatedAt, "expires_at": l.ExpiresAt,
	})
	return err
}

func saveLink(ctx context.Context, tx pgx.Tx, l Link) error {
	_, err := exec(ctx, tx, "SaveLink", pgx.NamedArgs{"id": l.ID, "code_tries": l.CodeTries, "used_at": l.UsedAt})
	return err
}

func insertSession(ctx context.Context, tx pgx.Tx, s Session) error {
	_, err := exec(ctx, tx, "InsertSession", pgx.NamedArgs{
		"id": s.ID, "person_id": s.PersonID, "token_hash": s.TokenHash, "device": s.Device,
		"created_at": s.CreatedAt, "last_seen_at": s.LastSeenAt, "expires_at": s.ExpiresAt,
	})
	return err
}

func insertMandate(ctx context.Context, tx pgx.Tx, m Mandate) error {
	_, err := exec(ctx, tx, "InsertMandate", pgx.NamedArgs{
		"id": m.ID, "represented": m.Represented, "assistant_email": m.AssistantEmail, "scopes": m.Scopes,
		"pay_limit": m.PayLimit, "pay_currency": m.PayCurrency, "approve_name": m.ApproveName, "state": m.State,
		"created_at": m.CreatedAt, "answer_by": m.AnswerBy, "expires_at": m.ExpiresAt, "due_at": m.Due(),
	})
	return err
}

func saveMandate(ctx context.Context, tx pgx.Tx, m Mandate) error {
	_, err := exec(ctx, tx, "SaveMandate", pgx.NamedArgs{
		"id": m.ID, "state": m.State, "assistant": m.Assistant, "due_at": m.Due(), "ended_at": m.EndedAt,
	})
	return err
}

func saveInvitation(ctx context.Context, tx pgx.Tx, i Invitation) error {
	_, err := exec(ctx, tx, "SaveInvitation", pgx.NamedArgs{
		"id": i.ID, "state": i.State, "accepted_by": i.AcceptedBy, "due_at": i.Due(), "ended_at": i.EndedAt,
	})
	return err
}

// firstError is the first failure of statements that ran in order. Those behind a failed one ran in a transaction that
// PostgreSQL had already given up, so they did nothing.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
