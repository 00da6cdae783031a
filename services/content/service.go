package content

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// People is what content asks of accounts; accountsapi.Client is one.
type People interface {
	Authority(ctx context.Context, in accountsapi.Authority) (accountsapi.Authorised, error)
}

// Deps are what the use cases stand on.
type Deps struct {
	Pool   *pgxpool.Pool
	Clock  clock.Clock
	Log    *slog.Logger
	People People
	Files  *files.Store
	Sign   *files.Signer
	Config Config
}

// Service holds the use cases: one method is one transaction.
type Service struct{ Deps }

// NewService makes the use cases.
func NewService(d Deps) *Service { return &Service{Deps: d} }

func (s *Service) tx(ctx context.Context, fn func(ctx context.Context, tx pgx.Tx) error) error {
	return pg.InTx(ctx, s.Pool, fn)
}

// owner is whose documents are meant: the caller's, or those of whom they act for.
func owner(ctx context.Context) string { return identity.From(ctx).Subject() }

// actor is who acted, as versions say it; "" for a timer or an event of another part.
func actor(ctx context.Context) string { return audit.Actor(ctx, "") }

// record writes the audit row of an effect. Detail holds ids and words of ours.
func (s *Service) record(ctx context.Context, tx pgx.Tx, action, object string, detail audit.Detail) error {
	return audits.Write(ctx, tx, audit.Row{At: s.Clock.Now(), Actor: audit.Actor(ctx, contentapi.Name), Action: action, Object: object, Detail: detail})
}

// tell appends an event about a document.
func (s *Service) tell(ctx context.Context, tx pgx.Tx, name, documentID string, payload any) error {
	return outbox.Append(ctx, tx, outbox.Event{Name: name, Key: documentID, Payload: payload, At: s.Clock.Now()})
}

// lock keeps everybody else from changing one of the caller's documents until the transaction ends, and reads it.
// problem.ErrNotFound for everybody else's.
func (s *Service) lock(ctx context.Context, tx pgx.Tx, documentID string) (Document, error) {
	return one[Document](ctx, tx, problem.ErrNotFound, "LockDocument", pgx.NamedArgs{"id": documentID, "owner": owner(ctx)})
}

// edit locks a document that something new may happen to, checks that the caller saw its present version (0 asks for
// nothing), runs change, saves the row and answers with the document. problem.ErrNotFound, ErrDocumentClosed,
// problem.ErrStale, in this order.
func (s *Service) edit(ctx context.Context, tx pgx.Tx, documentID string, version int64, change func(d *Document) error) (*contentapi.Document, error) {
	d, err := s.lock(ctx, tx, documentID)
	if err != nil {
		return nil, err
	}
	if err := d.Open(); err != nil {
		return nil, err
	}
	if version != 0 && version != d.Version {
		return nil, problem.ErrStale
	}
	before := d
	if err := change(&d); err != nil {
		return nil, err
	}
	if d != before {
		d.Version, d.UpdatedAt = d.Version+1, s.Clock.Now()
		if err := saveDocument(ctx, tx, d); err != nil {
			return nil, err
		}
	}
	return s.shown(ctx, tx, d)
}

// shown reads what else the owner sees of a document.
func (s *Service) shown(ctx context.Context, db pg.Querier, d Document) (*contentapi.Document, error) {
	v, err := versionAt(ctx, db, d.ID, d.Seq)
	if err != nil {
		return nil, err
	}
	gates, err := gatesOf(ctx, db, d.ID)
	if err != nil {
		return nil, err
	}
	if gates, err = s.withEntries(ctx, db, d, gates); err != nil {
		return nil, err
	}
	publications, err := publicationsOf(ctx, db, d.ID)
	if err != nil {
		return nil, err
	}
	out := d.Wire(v, gates, publications, s.Clock.Now())
	return &out, described(ctx, db, &out.Current)
}
