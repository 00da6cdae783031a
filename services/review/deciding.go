package review

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// reviewing is a submission with the link that a session was opened by.
type reviewing struct {
	Submission
	LinkID string
}

// session is what a reviewer's secret is for. problem.ErrNotFound for everything else, ErrSelfReview for its author.
func (s *Service) session(ctx context.Context, secret string) (hand, error) {
	for {
		r, err := one[reviewing](ctx, s.Pool, "Reviewing", pgx.NamedArgs{"token_hash": hashed(secret), "wall": s.Clock.Wall(), "now": s.Clock.Now()})
		if err != nil {
			return hand{}, err
		}
		if left, err := s.carryOut(ctx, r.ID, ""); err != nil {
			return hand{}, err
		} else if left {
			continue
		}
		if again, err := s.freshen(ctx, r.ID); err != nil {
			return hand{}, err
		} else if again {
			continue
		}
		l, err := one[Link](ctx, s.Pool, "Link", pgx.NamedArgs{"id": r.LinkID})
		if err != nil {
			return hand{}, err
		}
		h := hand{Submission: r.Submission, link: l.ID, mailbox: l.Mailbox}
		return h, firstOf(notSelf(ctx, r.Submission), s.notTheirs(ctx, s.Pool, r.Submission, Mailbox(l.Mailbox)))
	}
}

// Review is what a reviewer reads. Once something was decided it is shown without the words if they are gone.
func (s *Service) Review(ctx context.Context, secret string) (*reviewapi.Review, error) {
	r, err := s.session(ctx, secret)
	if err != nil {
		return nil, err
	}
	return s.readBy(ctx, r)
}

// readBy is a submission as it is read by whoever has it in their hands.
func (s *Service) readBy(ctx context.Context, r hand) (*reviewapi.Review, error) {
	out := &reviewapi.Review{
		ID: r.ID, Employer: r.EmployerName, Zone: r.Zone, Policy: r.policy(), State: r.State, Version: r.Version, ValidFrom: r.ValidFrom, ValidUntil: r.ValidUntil,
		Published: r.PublishedAt, Latest: s.Clock.Now().Add(longest),
	}
	if r.State == reviewapi.StateInStage {
		out.Due = r.DueAt
	}
	shows := r.Visible(s.Clock.Now()) // on a desk a record stays when the words have gone
	v, err := contentapi.Shown{}, error(nil)
	if shows {
		v, err = s.Documents.Show(ctx, r.DocumentID, r.Digest, party(r.EmployerID))
	}
	switch {
	case err == nil && shows:
		out.Sheet = sheet(v.Version)
	case !shows:
		out.Sheet = sheet(contentapi.Version{Digest: r.Digest})
	case missing(err) && r.State != reviewapi.StateInStage:
		out.Sheet = sheet(contentapi.Version{Digest: r.Digest})
	default:
		return nil, err
	}
	out.Mailbox = r.mailbox
	f, err := s.files(ctx, s.Pool, r.Submission)
	if err != nil {
		return nil, err
	}
	out.Decisions = wireDecisions(f.decisions[r.ID], f.moves[r.ID])
	out.Stages, out.May = r.wireStages(f, s.Clock.Now()), append([]string{}, r.may...)
	out.Protected, out.Objection = r.Protected, r.objection(f.decisions[r.ID])
	if r.State == reviewapi.StateInStage {
		if out.Quiet, err = s.quietUntil(ctx, s.Pool, r.EmployerID, s.Clock.Now()); err != nil {
			return nil, err
		}
	}
	if out.Policy, err = s.policyShown(ctx, s.Pool, r.Submission); err != nil {
		return nil, err
	}
	if out.Reading, err = s.reading(ctx, s.Pool, r.Submission, identity.From(ctx).Locale); err != nil {
		return nil, err
	}
	out.Author, err = s.called(ctx, r.AuthorID)
	return out, err
}

// answered is what is remembered of a decision under its key: nothing that anybody wrote.
type answered struct {
	DecisionID string `json:"decision_id"`
}

// Decide takes a reviewer's word about what they read. Of several at the same moment the first commit counts, and the others hear
// ErrSubmissionDecided with the state; what a late one suggested stays a comment. ErrSuggestionSame, ErrProtectedReject,
// ErrProtectedSecond, problem.ErrStale.
func (s *Service) Decide(ctx context.Context, secret, key string, version int64, in reviewapi.Decide) (*reviewapi.Review, error) {
	r, err := s.session(ctx, secret)
	if err != nil {
		return nil, err
	}
	if err := s.decideIn(ctx, r, key, version, in); err != nil {
		return nil, err
	}
	return s.Review(ctx, secret)
}

// decideIn takes the word of whoever has a submission in their hands.
func (s *Service) decideIn(ctx context.Context, r hand, key string, version int64, in reviewapi.Decide) error {
	d, err := newDecision(r, in, s.Clock.Now())
	if err != nil {
		return err
	}
	if r.State == reviewapi.StateInStage {
		if err := s.evidence(ctx, r, in, &d); err != nil {
			return err
		}
	} else if version != 0 && version == r.Version-1 && r.link == "" { // overtaken, perhaps in a stage of several: turn says
		if err := s.evidence(ctx, r, in, &d); err != nil {
			d.Parts = nil
		}
	}
	author, err := s.called(ctx, r.AuthorID)
	if err != nil {
		return err
	}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		ask := idem.Request{Schema: schema, Scope: r.scope(ctx) + " decision", Key: key, Body: in, At: s.Clock.Now()}
		_, err := idem.Do(ctx, tx, ask, func() (*answered, error) { return &answered{d.ID}, s.decide(ctx, tx, r, version, d, author) })
		return err
	})
	if err == nil {
		s.settle(ctx, r.ID)
	}
	return err
}

// evidence fetches what a decision stands on: the parts of the digest, and for a suggestion the digest of what it makes. Content keeps
// the words.
func (s *Service) evidence(ctx context.Context, r hand, in reviewapi.Decide, d *Decision) error {
	shown, err := s.Documents.Show(ctx, r.DocumentID, r.Digest, party(r.EmployerID))
	if err != nil {
		return err
	}
	parts := string(shown.Parts)
	d.Parts = &parts
	switch in.Kind {
	case reviewapi.Approve, reviewapi.NoObjection:
		d.ClearedDigest = &d.Digest
	case reviewapi.Suggest:
		once := canon.Sum([]byte(r.scope(ctx) + "\x00" + in.Part + "\x00" + in.Replacement))
		c, err := s.Documents.SuggestFor(ctx, once, r.DocumentID, r.Digest, contentapi.PartySuggestion{
			Party: party(r.EmployerID), Part: in.Part, Text: in.Replacement, Body: deref(d.Reason),
		})
		if same(err) {
			return reviewapi.ErrSuggestionSame.WithField("/replacement", "same", reviewapi.ErrSuggestionSame.Detail)
		}
		if err != nil {
			return err
		}
		d.ClearedDigest, d.CommentID = &c.ResultDigest, &c.ID
	}
	return nil
}

// same says that a suggestion changes nothing.
func same(err error) bool {
	p := problem.From(err)
	return p != nil && slices.ContainsFunc(p.Fields, func(f problem.Field) bool { return f.Pointer == "/replacement" && f.Code == "same" })
}

func (s *Service) decide(ctx context.Context, tx pgx.Tx, r hand, version int64, d Decision, author string) error {
	sub, err := one[Submission](ctx, tx, "LockAnySubmission", pgx.NamedArgs{"id": r.ID})
	if err != nil {
		return err
	}
	if err := s.stillThere(ctx, tx, sub); err != nil {
		return err
	}
	if err := s.decidedUnder(ctx, tx, sub, &d); err != nil {
		return err
	}
	read := sub
	t, err := s.turn(ctx, tx, &sub, r, version, &d)
	if err != nil {
		return err
	}
	if t != nil && t.waits {
		return s.agreed(ctx, tx, sub, t, d, author)
	}
	first, err := s.guard(ctx, tx, sub, version, &d)
	if err != nil {
		return err
	}
	if err := sub.Decide(d); err != nil {
		return err
	}
	if t == nil || !t.late {
		if err := read.notStale(version); err != nil {
			return err
		}
	}
	if err := s.notQuiet(ctx, tx, d); err != nil {
		return err
	}
	if err := insertDecision(ctx, tx, d); err != nil {
		return err
	}
	if err := s.finish(ctx, tx, sub, t, d); err != nil {
		return err
	}
	if err := s.save(ctx, tx, &sub, d.LinkID, "submission.decided", audit.Detail{"decision": d.ID, "kind": d.Kind, "digest": d.Digest, "assurance": d.Assurance}); err != nil {
		return err
	}
	if err := s.prove(ctx, tx, sub, d, d, author, first, t.signatures(r, d)...); err != nil {
		return err
	}
	if d.ClearedDigest == nil {
		return nil
	}
	return insertMove(ctx, tx, s.open(sub, d.DecidedAt), s.Clock.Wall())
}

// open is what content hears when an employer stands by a submission.
func (s *Service) open(sub Submission, now time.Time) Move {
	return Move{
		DocumentID: sub.DocumentID, EmployerID: sub.EmployerID, SubmissionID: sub.ID, Move: moveOpen, Digest: deref(sub.ClearedDigest),
		ValidFrom: sub.ValidFrom, ValidUntil: sub.ValidUntil, At: now,
	}
}

// Revoke takes an agreement away: committed first, then content is asked to close the gate, and its answer is committed. What the same
// employer agreed to elsewhere for the document stays open. ErrSubmissionState, problem.ErrStale.
func (s *Service) Revoke(ctx context.Context, secret string, version int64, in reviewapi.RevokeDecision) (*reviewapi.Review, error) {
	r, err := s.session(ctx, secret)
	if err != nil {
		return nil, err
	}
	if err := s.revokeIn(ctx, r, version, in); err != nil {
		return nil, err
	}
	return s.Review(ctx, secret)
}

func (s *Service) revokeIn(ctx context.Context, r hand, version int64, in reviewapi.RevokeDecision) error {
	author, err := s.called(ctx, r.AuthorID)
	if err != nil {
		return err
	}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		sub, err := one[Submission](ctx, tx, "LockAnySubmission", pgx.NamedArgs{"id": r.ID})
		if err != nil {
			return err
		}
		now := s.Clock.Now()
		d, err := newRevocation(hand{Submission: sub, link: r.link, member: r.member, may: r.may}, in, now)
		if err != nil {
			return err
		}
		read := sub
		if err := sub.Revoke(now); err != nil {
			return err
		}
		if err := read.notStale(version); err != nil {
			return err
		}
		return s.revoke(ctx, tx, sub, d, author)
	})
	if err == nil {
		s.settle(ctx, r.ID)
	}
	return err
}

func (s *Service) revoke(ctx context.Context, tx pgx.Tx, sub Submission, d Decision, author string) error {
	agreed, err := s.agreement(ctx, tx, sub)
	if err != nil {
		return err
	}
	if err := s.decidedUnder(ctx, tx, sub, &d); err != nil {
		return err
	}
	if err := insertDecision(ctx, tx, d); err != nil {
		return err
	}
	if err := s.save(ctx, tx, &sub, d.LinkID, "submission.revoked", audit.Detail{"decision": d.ID, "digest": d.Digest}); err != nil {
		return err
	}
	if err := s.prove(ctx, tx, sub, d, agreed, author, nil); err != nil {
		return err
	}
	closing := Move{DocumentID: sub.DocumentID, EmployerID: sub.EmployerID, SubmissionID: sub.ID, Move: moveClose, Digest: deref(sub.ClearedDigest), At: d.DecidedAt}
	if err := insertMove(ctx, tx, closing, s.Clock.Wall()); err != nil {
		return err
	}
	other, err := one[Submission](ctx, tx, "OtherCleared", pgx.NamedArgs{"document": sub.DocumentID, "employer": sub.EmployerID, "id": sub.ID, "now": d.DecidedAt})
	if missing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return insertMove(ctx, tx, s.open(other, d.DecidedAt), s.Clock.Wall())
}
