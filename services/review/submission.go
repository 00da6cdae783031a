package review

import (
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/screen"
)

const submissionPrefix = "submission"

// Submission is a version of a document that an employer is asked about.
//
//	draft ── send ──► submitted ── handed on ──► in_stage ── a reviewer says ──► approved ── its end ──► lapsed
//	  │                   │                        │ │                           no_objection ┘── a policy that counts for it too ──► stale
//	  │                   │                        │ │                              └── revoke ──► revoked
//	  │                   │                        │ ├──► changes_requested ── the suggestion is taken ──► approved
//	  │                   │                        │ └──► rejected, not_ours
//	  │                   │                        └── 10 business days ──► no_decision
//	  └── withdraw ───────┴────── withdraw ──► withdrawn                  (from changes_requested too, unless words were agreed to)
//
// What is cleared and then published stays as it is, with the time.
type Submission struct {
	ID               string
	AuthorID         string
	DocumentID       string
	Seq              int
	Digest           string
	EmployerID       string
	EmployerName     string
	Mailbox          *string
	Locale           string
	Zone             string
	PolicySource     string
	PolicyText       string
	PolicyDigest     string
	State            string
	Version          int64 // counts changes; what If-Match names
	CreatedAt        time.Time
	UpdatedAt        time.Time
	SentAt           *time.Time
	AskedAt          *time.Time
	DueAt            *time.Time
	OpenUntil        *time.Time
	DecidedAt        *time.Time
	DecisionID       *string
	ValidFrom        *time.Time
	ValidUntil       *time.Time
	ClearedDigest    *string
	PublishedAt      *time.Time
	PublishedOtherAt *time.Time
	TakenBackAt      *time.Time
	Reason           string
	LeaseUntil       *time.Time // wall time
	Protected        bool       // some of it is talk that the law protects, as found when it was sent
}

// Why a submission ended when nobody decided.
const (
	byAuthor          = "withdrawn"
	byWithdrawal      = "document_withdrawn"
	byDeletion        = "document_deleted"
	byTakingBack      = "taken_back"
	byClosed          = "document_closed"  // before it could be handed on
	bySecond          = "submission_open"  // another one was asked at the same moment
	bySilence         = "silence"          // ten business days
	byEnd             = "validity"         // what was agreed to is over
	bySuggestionTaken = "suggestion_taken" // the author took the exact words
	byLeaving         = "employment_ended" // the author left the employer
	byPolicy          = "policy"           // a later version of the employer's policy
)

// zone of its business days. A zone that went out of use counts as UTC.
func (s Submission) zone() *time.Location {
	z, err := time.LoadLocation(s.Zone)
	if err != nil {
		return time.UTC
	}
	return z
}

func (s Submission) is(states ...string) bool {
	for _, state := range states {
		if s.State == state {
			return true
		}
	}
	return false
}

func (s Submission) stateError() error { return reviewapi.ErrSubmissionState.WithState(s.State) }

// Cleared says that the employer agreed to something, and stands by it.
func (s Submission) Cleared() bool {
	return s.is(reviewapi.StateApproved, reviewapi.StateNoObjection)
}

// Send hands a draft to whoever brings it on. lease is wall time. ErrSubmissionState.
func (s *Submission) Send(now, lease time.Time) error {
	if s.State != reviewapi.StateDraft {
		return s.stateError()
	}
	s.State, s.SentAt, s.LeaseUntil = reviewapi.StateSubmitted, &now, &lease
	return nil
}

// Ask begins the stage: the gate stands, and the mail goes out. The ten business days begin now.
func (s *Submission) Ask(now time.Time) error {
	if s.State != reviewapi.StateSubmitted {
		return s.stateError()
	}
	due := businessDays(now, patience, s.zone())
	s.State, s.AskedAt, s.DueAt, s.LeaseUntil = reviewapi.StateInStage, &now, &due, nil
	return nil
}

// Withdraw ends a submission that nobody has agreed to; its links stop at once. ErrSubmissionState.
func (s *Submission) Withdraw(reason string, now time.Time) error {
	if !s.is(reviewapi.StateDraft, reviewapi.StateSubmitted, reviewapi.StateInStage, reviewapi.StateChangesRequested) || s.ClearedDigest != nil {
		return s.stateError()
	}
	s.State, s.Reason, s.DueAt, s.LeaseUntil, s.OpenUntil = reviewapi.StateWithdrawn, reason, nil, nil, &now
	return nil
}

// decided are the states that decisions lead to.
var decided = map[string]string{
	reviewapi.Approve: reviewapi.StateApproved, reviewapi.NoObjection: reviewapi.StateNoObjection, reviewapi.RequestChanges: reviewapi.StateChangesRequested,
	reviewapi.Suggest: reviewapi.StateChangesRequested, reviewapi.Reject: reviewapi.StateRejected, reviewapi.NotOurs: reviewapi.StateNotOurs,
}

// Decide takes a reviewer's word. The first one counts, unless it is an objection: ErrSubmissionDecided with the state for every other.
func (s *Submission) Decide(d Decision) error {
	if s.State != reviewapi.StateInStage {
		return reviewapi.ErrSubmissionDecided.WithState(s.State)
	}
	if d.Kind == reviewapi.Object {
		return nil // a word for the record: it is asked as before, until its day
	}
	s.State, s.DecidedAt, s.DecisionID, s.DueAt = decided[d.Kind], &d.DecidedAt, &d.ID, nil
	end := d.DecidedAt.Add(afterwards)
	if d.ClearedDigest != nil {
		s.ClearedDigest, s.ValidFrom, s.ValidUntil = d.ClearedDigest, d.ValidFrom, d.ValidUntil
		end = *d.ValidUntil
	}
	s.OpenUntil = &end
	if s.Cleared() {
		s.DueAt = d.ValidUntil
	}
	return nil
}

// Saved hears of a new version: the words that the employer had suggested and agreed to are what the document says now.
func (s *Submission) Saved(digest string, now time.Time) bool {
	if s.State != reviewapi.StateChangesRequested || s.ClearedDigest == nil || *s.ClearedDigest != digest || !now.Before(*s.ValidUntil) {
		return false
	}
	s.State, s.Reason, s.DueAt = reviewapi.StateApproved, bySuggestionTaken, s.ValidUntil
	return true
}

// Published hears of a publication. What appeared without a word of the employer's is kept apart.
func (s *Submission) Published(digest string, at time.Time) bool {
	if s.ClearedDigest != nil && *s.ClearedDigest == digest {
		if s.PublishedAt != nil {
			return false
		}
		s.PublishedAt = &at
		if s.Cleared() {
			s.DueAt = nil // it was used in time
		}
		return true
	}
	if s.PublishedOtherAt != nil || s.AskedAt == nil {
		return false
	}
	s.PublishedOtherAt = &at
	return true
}

// TakenBack hears that the author stopped waiting for the employer. What was still asked is asked no more.
func (s *Submission) TakenBack(now time.Time) bool {
	if s.TakenBackAt != nil || s.State == reviewapi.StateDraft {
		return false
	}
	s.TakenBackAt = &now
	if s.is(reviewapi.StateSubmitted, reviewapi.StateInStage) {
		_ = s.Withdraw(byTakingBack, now)
	}
	return true
}

// Revoke takes an agreement away, before it was used or after. ErrSubmissionState.
func (s *Submission) Revoke(now time.Time) error {
	suggested := s.State == reviewapi.StateChangesRequested && s.ClearedDigest != nil
	if !s.Cleared() && !suggested {
		return s.stateError()
	}
	s.State, s.DueAt = reviewapi.StateRevoked, nil
	end := now.Add(afterwards)
	s.OpenUntil = &end
	return nil
}

// Stale ends an agreement by a later version of the employer's policy, which counts for what was agreed to before too.
func (s *Submission) Stale(now time.Time) {
	end := now.Add(afterwards)
	s.State, s.Reason, s.DueAt, s.OpenUntil = reviewapi.StateStale, byPolicy, nil, &end
}

// Expire carries out a deadline that has come. Silence ends a submission and never opens anything.
func (s *Submission) Expire(now time.Time) {
	switch {
	case s.State == reviewapi.StateInStage:
		s.State, s.Reason, s.OpenUntil = reviewapi.StateNoDecision, bySilence, &now
	case s.Cleared():
		s.State, s.Reason = reviewapi.StateLapsed, byEnd
	}
	s.DueAt = nil
}

// Visible says that links of the submission still show something, at a domain time.
func (s Submission) Visible(now time.Time) bool {
	return s.AskedAt != nil && (s.OpenUntil == nil || now.Before(*s.OpenUntil))
}

func (s Submission) policy() reviewapi.Policy {
	p := reviewapi.Policy{Source: s.PolicySource, Text: s.PolicyText, Digest: s.PolicyDigest}
	if p.Source == reviewapi.PolicyStarter {
		p.Clauses = screen.StarterClauses(s.Locale)
	}
	return p
}

// Wire is the submission as its author sees it.
func (s Submission) Wire(decisions []Decision, readers []Link, moves []Move, use Use, own []AuthorReceipt) reviewapi.Submission {
	out := reviewapi.Submission{
		ID: s.ID, DocumentID: s.DocumentID, Seq: s.Seq, Digest: s.Digest, EmployerID: s.EmployerID, Employer: s.EmployerName, Mailbox: deref(s.Mailbox),
		Locale: s.Locale, Policy: s.policy(), State: s.State, Version: s.Version, Created: s.CreatedAt, Updated: s.UpdatedAt, Sent: s.SentAt, Due: s.DueAt,
		Reason: s.Reason, ClearedDigest: deref(s.ClearedDigest), ValidFrom: s.ValidFrom, ValidUntil: s.ValidUntil, Published: s.PublishedAt,
		PublishedOther: s.PublishedOtherAt, TakenBack: s.TakenBackAt, Protected: s.Protected, Decisions: wireDecisions(decisions, moves), Readers: make([]reviewapi.Reader, len(readers)),
	}
	out.Standing = use.wire()
	for _, r := range own {
		out.Own = append(out.Own, r.wire())
	}
	for i, l := range readers {
		out.Readers[i] = reviewapi.Reader{Mailbox: l.Mailbox, Forwarded: l.AskedFrom != nil && l.Mailbox != deref(s.Mailbox), Opened: l.JoinedAt}
	}
	for _, m := range moves {
		if m.Move == moveOpen && m.State != moveVoid {
			out.Gate = map[string]string{movePending: "pending", moveDone: "open"}[m.State]
		}
	}
	return out
}

// notStale is nil for the version that somebody read; 0 asks for nothing.
func (s Submission) notStale(version int64) error {
	if version != 0 && version != s.Version {
		return problem.ErrStale
	}
	return nil
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
