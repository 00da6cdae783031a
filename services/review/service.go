package review

import (
	"context"
	"log/slog"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/translog"
)

// People is what review asks of accounts; accountsapi.Client is one.
type People interface {
	Me(ctx context.Context) (accountsapi.Person, error)
	Mandates(ctx context.Context) (accountsapi.Mandates, error)
	Public(ctx context.Context, ids ...string) ([]accountsapi.Public, error)
	Contact(ctx context.Context, personID string) (accountsapi.Contact, error)
	Staff(ctx context.Context, organisation, about string) (accountsapi.Staff, error)
	Acting(ctx context.Context, organisation, person, about string) (accountsapi.Acting, error)
	DomainOwner(ctx context.Context, claimID string) (accountsapi.DomainOwner, error)
}

// Documents is what review asks of content; contentapi.Client is one.
type Documents interface {
	Document(ctx context.Context, id string) (contentapi.Document, error)
	Version(ctx context.Context, id string, seq int) (contentapi.Version, error)
	AddGate(ctx context.Context, id string, in contentapi.AddGate) (contentapi.Gate, error)
	OpenGate(ctx context.Context, id string, in contentapi.OpenGate) (contentapi.Gate, error)
	CloseGate(ctx context.Context, id string, in contentapi.CloseGate) (contentapi.Closing, error)
	Show(ctx context.Context, id, digest string, party contentapi.Party) (contentapi.Shown, error)
	SuggestFor(ctx context.Context, key, id, digest string, in contentapi.PartySuggestion) (contentapi.Comment, error)
}

// Deps are what the use cases stand on.
type Deps struct {
	Pool      *pgxpool.Pool
	Clock     clock.Clock
	Log       *slog.Logger
	People    People
	Documents Documents
	Keys      LinkKeys
	Proofs    *translog.Log
	Stakes    Stakes // nil: nobody says who has one
}

// Service holds the use cases: one method is one transaction, and the calls to other parts stand before or after it.
type Service struct {
	Deps
	screeners *screeners
}

// NewService makes the use cases.
func NewService(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Deps: d, screeners: newScreeners()}
}

func (s *Service) tx(ctx context.Context, fn func(ctx context.Context, tx pgx.Tx) error) error {
	return pg.InTx(ctx, s.Pool, fn)
}

// author is whose submissions are meant.
func author(ctx context.Context) string { return identity.From(ctx).Subject() }

// party is an employer as content knows it.
func party(employerID string) contentapi.Party {
	return contentapi.Party{Kind: contentapi.GateEmployer, Ref: employerID}
}

// record writes the audit row of an effect. by is the link of a reviewer; "" is who calls, or review itself.
func (s *Service) record(ctx context.Context, tx pgx.Tx, by, action, object string, detail audit.Detail) error {
	if by == "" {
		by = audit.Actor(ctx, reviewapi.Name)
	}
	return audits.Write(ctx, tx, audit.Row{At: s.Clock.Now(), Actor: by, Action: action, Object: object, Detail: detail})
}

// save writes a submission that changed, its audit row and its event.
func (s *Service) save(ctx context.Context, tx pgx.Tx, sub *Submission, by, action string, detail audit.Detail) error {
	sub.Version, sub.UpdatedAt = sub.Version+1, s.Clock.Now()
	if err := saveSubmission(ctx, tx, *sub); err != nil {
		return err
	}
	if !sub.is(reviewapi.StateDraft, reviewapi.StateSubmitted, reviewapi.StateInStage) {
		if _, err := exec(ctx, tx, "RestStages", pgx.NamedArgs{"submission": sub.ID}); err != nil {
			return err
		}
	}
	if detail == nil {
		detail = audit.Detail{}
	}
	detail["state"] = sub.State
	if err := s.record(ctx, tx, by, action, sub.ID, detail); err != nil {
		return err
	}
	if sub.State == reviewapi.StateDraft {
		return nil // nobody but its author knows of it
	}
	return s.tell(ctx, tx, *sub)
}

func (s *Service) tell(ctx context.Context, tx pgx.Tx, sub Submission) error {
	return outbox.Append(ctx, tx, outbox.Event{Name: reviewapi.EventSubmissionChanged, Key: sub.ID, At: s.Clock.Now(), Payload: reviewapi.SubmissionChanged{
		SubmissionID: sub.ID, AuthorID: sub.AuthorID, DocumentID: sub.DocumentID, EmployerID: sub.EmployerID, Digest: sub.Digest, State: sub.State,
		DecisionID: deref(sub.DecisionID),
	}})
}

// mail makes a link, and asks for its mail.
func (s *Service) mail(ctx context.Context, tx pgx.Tx, l Link) error {
	if err := insertLink(ctx, tx, l); err != nil {
		return err
	}
	return outbox.Append(ctx, tx, outbox.Event{
		Name: reviewapi.EventLinkRequested, Key: l.SubmissionID, At: s.Clock.Now(), Payload: reviewapi.LinkRequested{LinkID: l.ID, SubmissionID: l.SubmissionID},
	})
}

// file is what is known beside submissions.
type file struct {
	decisions map[string][]Decision
	links     map[string][]Link
	moves     map[string][]Move
	uses      map[string]Use // of standing permissions
	own       map[string][]AuthorReceipt
	stages    map[string][]Stage
	votes     map[string][]Vote
}

func (s *Service) files(ctx context.Context, db pg.Querier, all ...Submission) (file, error) {
	f := file{decisions: map[string][]Decision{}, links: map[string][]Link{}, moves: map[string][]Move{}, uses: map[string]Use{}, own: map[string][]AuthorReceipt{}}
	ids := make([]string, len(all))
	for i, sub := range all {
		ids[i] = sub.ID
	}
	args := pgx.NamedArgs{"submissions": ids}
	decisions, err := many[Decision](ctx, db, "DecisionsOf", args)
	if err != nil {
		return f, err
	}
	for _, d := range decisions {
		f.decisions[d.SubmissionID] = append(f.decisions[d.SubmissionID], d)
	}
	if err := s.uses(ctx, db, f, args); err != nil {
		return f, err
	}
	own, err := many[AuthorReceipt](ctx, db, "AuthorReceiptsOf", args)
	if err != nil {
		return f, err
	}
	for _, r := range own {
		f.own[r.SubmissionID] = append(f.own[r.SubmissionID], r)
	}
	links, err := many[Link](ctx, db, "LinksOf", args)
	if err != nil {
		return f, err
	}
	for _, l := range links {
		f.links[l.SubmissionID] = append(f.links[l.SubmissionID], l)
	}
	moves, err := many[Move](ctx, db, "MovesOf", args)
	for _, m := range moves {
		f.moves[m.SubmissionID] = append(f.moves[m.SubmissionID], m)
	}
	if err == nil {
		f.stages, f.votes, err = s.stages(ctx, db, ids...)
	}
	return f, err
}

// wire is a submission as its author sees it. Who agreed in a stage is on the receipts of an approval, and before it nobody's business but the desk's.
func (f file) wire(sub Submission) reviewapi.Submission {
	decisions := slices.DeleteFunc(slices.Clone(f.decisions[sub.ID]), func(d Decision) bool { return d.Kind == reviewapi.Agree && sub.ClearedDigest == nil })
	out := sub.Wire(decisions, f.links[sub.ID], f.moves[sub.ID], f.uses[sub.ID], f.own[sub.ID])
	out.Stages = []reviewapi.Stage{}
	for _, st := range f.stages[sub.ID] {
		out.Stages = append(out.Stages, st.wire(sub.State))
	}
	return out
}

// shown is a submission as its author sees it.
func (s *Service) shown(ctx context.Context, db pg.Querier, sub Submission) (*reviewapi.Submission, error) {
	f, err := s.files(ctx, db, sub)
	if err != nil {
		return nil, err
	}
	out := f.wire(sub)
	if out.Policy, err = s.policyShown(ctx, db, sub); err != nil {
		return nil, err
	}
	out.Reading, err = s.reading(ctx, db, sub, identity.From(ctx).Locale)
	return &out, err
}

// called is what the author of a submission is called in public, "" for nothing.
func (s *Service) called(ctx context.Context, personID string) (string, error) {
	people, err := s.People.Public(ctx, personID)
	if err != nil || len(people) == 0 {
		return "", err
	}
	return people[0].Name, nil
}
