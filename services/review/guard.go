package review

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// The guard of talk that the law protects (case A44): one person alone refuses no post that has some.
//
//	in_stage ── refused, with a basis ──► in_stage, with an objection ── refused by another person, for legal, with a basis ──► rejected
//	                                          │
//	                                          └── every other answer, a withdrawal, silence: the objection is history

// guarded says that a kind of decision about a submission needs a basis and a second person.
func (s Submission) guarded(kind string) bool { return s.Protected && kind == reviewapi.Reject }

// forLegal says that somebody decides for legal: who has a link, by their word; a member, by the role that they sign in.
func (h hand) forLegal(in reviewapi.Decide) bool {
	if h.link != "" {
		return in.Legal
	}
	return in.Role == accountsapi.RoleLegalReviewer
}

// basisOf adds what is wrong with the basis of a decision. A refusal of a protected submission without one is ErrProtectedReject; a basis,
// or the word that one decides for legal, belongs to nothing else.
func (h hand) basisOf(in reviewapi.Decide, basis string, fault *problem.Error) *problem.Error {
	fault = noZero(fault, "/basis", basis)
	if h.guarded(in.Kind) {
		if in.Legal && !h.forLegal(in) {
			fault = fault.WithField("/legal", "role_missing", accountsapi.ErrRoleMissing.Detail)
		}
		if basis != "" {
			return fault
		}
		refusal := reviewapi.ErrProtectedReject.WithField("/basis", "required", "is required")
		for _, f := range fault.Fields {
			refusal = refusal.With(f)
		}
		return refusal
	}
	const detail = "belongs to the refusal of a post that the law protects"
	if basis != "" {
		fault = fault.WithField("/basis", "not_allowed", detail)
	}
	if in.Legal {
		fault = fault.WithField("/legal", "not_allowed", detail)
	}
	return fault
}

// samePerson says that two decisions are of one person: by the same link, of the same member, or from mailboxes that reach one person.
func samePerson(a, b Decision) bool {
	from, other := deref(a.Mailbox), deref(b.Mailbox)
	return a.LinkID != "" && a.LinkID == b.LinkID || a.MemberID != "" && a.MemberID == b.MemberID ||
		from != "" && Mailbox(from).Reached() == Mailbox(other).Reached()
}

// guard says what a decision about a locked submission counts as: the first refusal of a protected one becomes an objection. Of the
// second it gives the first, which signs beside it; nil for every other decision. problem.ErrStale, ErrProtectedSecond, ErrProtectedReject.
func (s *Service) guard(ctx context.Context, tx pgx.Tx, sub Submission, version int64, d *Decision) (*Decision, error) {
	if sub.State != reviewapi.StateInStage || !sub.guarded(d.Kind) {
		return nil, nil
	}
	if err := sub.notStale(version); err != nil {
		return nil, err
	}
	first, err := one[Decision](ctx, tx, "Objection", pgx.NamedArgs{"submission": sub.ID})
	switch {
	case missing(err):
		d.Kind = reviewapi.Object
		return nil, nil
	case err != nil:
		return nil, err
	case samePerson(first, *d):
		return nil, reviewapi.ErrProtectedSecond
	case !d.Legal:
		return nil, reviewapi.ErrProtectedReject.WithField("/legal", "required", "is required of the second person")
	}
	return &first, nil
}

// objection is whose objection somebody reads about what waits for an answer: ObjectionOwn, ObjectionOther, "" for none.
func (h hand) objection(decisions []Decision) string {
	if h.State != reviewapi.StateInStage {
		return ""
	}
	for _, d := range decisions {
		switch {
		case d.Kind != reviewapi.Object:
		case samePerson(d, Decision{LinkID: h.link, MemberID: h.member.Member, Mailbox: &h.mailbox}):
			return reviewapi.ObjectionOwn
		default:
			return reviewapi.ObjectionOther
		}
	}
	return ""
}
