package review

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// hand is a submission and who has it in their hands: somebody with a link, or a member of the organisation that claimed the employer.
type hand struct {
	Submission
	mailbox string             // where they read their mail
	link    string             // of the session, "" for a member
	member  accountsapi.Acting // empty for a link

	// Of a member: in which roles they may sign, whom they stand in for by role, and what is known of the organisation.
	organisation string
	may          []string
	standIn      map[string]string
	staff        staff
	names        map[string]string // of people who somebody stands in for
}

// decides are the roles that answer posts.
var decides = []string{accountsapi.RoleHRReviewer, accountsapi.RoleLegalReviewer}

func reviews(a accountsapi.Acting) bool {
	return slices.ContainsFunc(a.Roles, func(r string) bool { return slices.Contains(decides, r) })
}

// assurance is what a word from this hand is worth.
func (h hand) assurance() string {
	if h.link != "" {
		return reviewapi.AssuranceMailbox
	}
	return reviewapi.AssuranceClaimed
}

// signs is nil unless a member signs in a role that they don't have. What a link's reviewer types is their own word. ErrRoleMissing.
func (h hand) signs(in reviewapi.Signature) error {
	if h.link != "" || slices.Contains(h.may, in.Role) {
		return nil
	}
	if h.may == nil && slices.Contains(decides, in.Role) && slices.Contains(h.member.Roles, in.Role) { // about no submission in particular
		return nil
	}
	return accountsapi.ErrRoleMissing.WithField("/role", "role_missing", accountsapi.ErrRoleMissing.Detail)
}

// scope is whose keys are meant: a repeat is one of the same link, or of the same person about the same submission.
func (h hand) scope(ctx context.Context) string {
	if h.link != "" {
		return h.link
	}
	return author(ctx) + " " + h.ID
}

// claimed hears whose a domain is now. What was asked before is on the new owner's desk; receipts stay what they are.
func (s *Service) claimed(ctx context.Context, tx pgx.Tx, o accountsapi.DomainOwner) error {
	state, organisation := "claimed", &o.Organisation
	if o.Organisation == "" {
		state, organisation = "unclaimed", nil
	}
	_, err := exec(ctx, tx, "ClaimEmployer", pgx.NamedArgs{
		"id": id.New("employer"), "domain": o.Domain, "label": label(o.Domain), "skeleton": skeleton(label(o.Domain)), "state": state,
		"organisation": organisation, "seq": o.Seq, "now": s.Clock.Now(),
	})
	if err == nil && organisation != nil {
		_, err = exec(ctx, tx, "QueueScreenings", pgx.NamedArgs{"organisation": o.Organisation, "wall": s.Clock.Wall()})
	}
	return err
}

// acting is what the caller may do for an organisation now, as accounts says. problem.ErrNotFound for who reviews nothing there: the same as
// for an organisation that isn't there.
func (s *Service) acting(ctx context.Context, organisation, about string) (accountsapi.Acting, error) {
	a, err := s.People.Acting(ctx, organisation, identity.From(ctx).Person, about)
	if err != nil || reviews(a) {
		return a, err
	}
	return a, s.mayHelp(ctx, organisation, a)
}

// deskRow is a submission on a desk.
type deskRow struct {
	ID, AuthorID, EmployerName, State, Domain string
	Version                                   int64
	AskedAt                                   time.Time
	DueAt, DecidedAt, PublishedAt             *time.Time
}

// Desk lists what was sent to an organisation's employers: what waits, or what is over. It says nothing about who has an account, and nothing
// that was sent elsewhere.
func (s *Service) Desk(ctx context.Context, organisation, list, cursor string) (*reviewapi.DeskPage, error) {
	a, err := s.acting(ctx, organisation, "")
	if err != nil {
		return nil, err
	}
	roles, err := s.helps(ctx, organisation, a)
	if err != nil {
		return nil, err
	}
	if _, err := s.carryOut(ctx, "", organisation); err != nil {
		return nil, err
	}
	query := "DeskWaiting"
	switch list {
	case reviewapi.DeskPast:
		query = "DeskPast"
	case reviewapi.DeskSample:
		query = "DeskSample"
	}
	rows, err := many[deskRow](ctx, s.Pool, query, pgx.NamedArgs{"organisation": organisation, "person": author(ctx), "cursor": cursor, "limit": pageSize + 1, "all": everything(roles), "roles": roles})
	if err != nil {
		return nil, err
	}
	out := &reviewapi.DeskPage{Items: []reviewapi.DeskRow{}}
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		out.Next = rows[pageSize-1].ID
	}
	names, err := s.names(ctx, rows)
	if err != nil {
		return nil, err
	}
	stages, err := s.deskStages(ctx, a, roles, rows)
	for _, r := range rows {
		row := reviewapi.DeskRow{
			ID: r.ID, Author: names[r.AuthorID], Employer: r.EmployerName, Domain: r.Domain, State: r.State, Asked: r.AskedAt, Decided: r.DecidedAt, Published: r.PublishedAt,
		}
		if r.State == reviewapi.StateInStage {
			row.Due = r.DueAt
		}
		if st, ok := stages[r.ID]; ok {
			row.Stages, row.Turn, row.NoReviewer, row.Version, row.Due = st.Stages, st.Turn, st.NoReviewer, st.Version, st.Due
		}
		out.Items = append(out.Items, row)
	}
	return out, err
}

// names are what the authors are called, in one question.
func (s *Service) names(ctx context.Context, rows []deskRow) (map[string]string, error) {
	var ids []string
	for _, r := range rows {
		if !slices.Contains(ids, r.AuthorID) {
			ids = append(ids, r.AuthorID)
		}
	}
	names := map[string]string{}
	if len(ids) == 0 {
		return names, nil
	}
	people, err := s.People.Public(ctx, ids...)
	for _, p := range people {
		names[p.ID] = p.Name
	}
	return names, err
}

// atDesk puts a submission into the hands of a member who reviews. problem.ErrNotFound for everything that was not sent to this organisation,
// ErrSelfReview for its author by whatever account: themselves, who acts for them, and who is told at a mailbox of theirs.
func (s *Service) atDesk(ctx context.Context, organisation, submissionID string) (hand, error) {
	if _, err := s.acting(ctx, organisation, ""); err != nil {
		return hand{}, err
	}
	if _, err := s.carryOut(ctx, submissionID, ""); err != nil {
		return hand{}, err
	}
	if _, err := s.freshen(ctx, submissionID); err != nil {
		return hand{}, err
	}
	sub, err := one[Submission](ctx, s.Pool, "AtDesk", pgx.NamedArgs{"id": submissionID, "organisation": organisation})
	if err != nil {
		return hand{}, err
	}
	a, err := s.acting(ctx, organisation, sub.AuthorID)
	if err != nil {
		return hand{}, err
	}
	if a.Close {
		return hand{}, reviewapi.ErrSelfReview
	}
	h := hand{Submission: sub, mailbox: a.Mailbox, member: a, organisation: organisation}
	if err := s.notTheirs(ctx, s.Pool, sub, Mailbox(a.Mailbox)); err != nil {
		return hand{}, err
	}
	return h, s.seat(ctx, &h)
}

// notTheirs is nil unless a mailbox is one by which the author proved that they work there: whoever reads it is the author, by whatever account.
// ErrSelfReview.
func (s *Service) notTheirs(ctx context.Context, db pg.Querier, sub Submission, m Mailbox) error {
	own, err := scalar[bool](ctx, db, "IsWorkMailbox", pgx.NamedArgs{"person": sub.AuthorID, "mailbox": string(m.Reached())})
	if err == nil && own {
		err = reviewapi.ErrSelfReview
	}
	return err
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// AtDesk is a submission as a member of the organisation reads it: what a link shows, and the record once a link would show nothing.
func (s *Service) AtDesk(ctx context.Context, organisation, submissionID string) (*reviewapi.Review, error) {
	h, err := s.atDesk(ctx, organisation, submissionID)
	if err != nil {
		return nil, err
	}
	return s.readBy(ctx, h)
}

// DecideAtDesk takes a member's word, by the same rules and in the same transaction as a link's: of several at once the first commit counts.
func (s *Service) DecideAtDesk(ctx context.Context, organisation, submissionID, key string, version int64, in reviewapi.Decide) (*reviewapi.Review, error) {
	h, err := s.atDesk(ctx, organisation, submissionID)
	if err != nil {
		return nil, err
	}
	if err := s.decideIn(ctx, h, key, version, in); err != nil {
		return nil, err
	}
	return s.AtDesk(ctx, organisation, submissionID)
}

// RevokeAtDesk takes an agreement away as a member.
func (s *Service) RevokeAtDesk(ctx context.Context, organisation, submissionID string, version int64, in reviewapi.RevokeDecision) (*reviewapi.Review, error) {
	h, err := s.atDesk(ctx, organisation, submissionID)
	if err != nil {
		return nil, err
	}
	if err := s.revokeIn(ctx, h, version, in); err != nil {
		return nil, err
	}
	return s.AtDesk(ctx, organisation, submissionID)
}

// stillThere is nil for a submission whose author works at the employer at this moment, or that is no longer open. problem.ErrNotFound.
func (s *Service) stillThere(ctx context.Context, db pg.Querier, sub Submission) error {
	if !sub.is(reviewapi.StateSubmitted, reviewapi.StateInStage) {
		return nil
	}
	there, err := scalar[bool](ctx, db, "WorksThere", pgx.NamedArgs{"person": sub.AuthorID, "employer": sub.EmployerID, "now": s.Clock.Now()})
	if err == nil && !there {
		err = problem.ErrNotFound
	}
	return err
}
