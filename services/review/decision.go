package review

import (
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

const decisionPrefix = "decision"

// Decision is one word of an employer. It never changes; the words beside it may be erased.
type Decision struct {
	ID            string
	SubmissionID  string
	DocumentID    string
	Seq           int
	Digest        string
	Kind          string
	ClearedDigest *string // what was agreed to
	CommentID     *string
	EmployerID    string
	LinkID        string // of who opened a link, "" for a member of an organisation
	MemberID      string // of who decided for an organisation
	Assurance     string
	PolicySource  string
	PolicyDigest  string
	PolicyNumber  int // of the employer's own policy, 0 for any other
	AskedAt       time.Time
	DecidedAt     time.Time
	ValidFrom     *time.Time
	ValidUntil    *time.Time
	Legal         bool // of a guarded refusal: they decide for legal

	// The words, null once erased.
	Name   *string
	Role   *string
	Reason *string
	Parts  *string

	// Of a guarded refusal: on what it stands, and who it came from, to know the same person again.
	Basis   *string
	Mailbox *string

	standing   *under // the permission signed beforehand that it stands on, nil for a word about this very post
	readPolicy string // the digest of the policy that whoever decides says they read, "" for none
}

// opens says that a kind of decision agrees to something.
func opens(kind string) bool {
	return kind == reviewapi.Approve || kind == reviewapi.NoObjection || kind == reviewapi.Suggest
}

// signature reads who decides. ErrInvalid with a field for each fault.
func signature(in reviewapi.Signature, fault *problem.Error) (name, role string, _ *problem.Error) {
	name, role = oneLine(in.Name), oneLine(in.Role)
	for pointer, text := range map[string]string{"/name": name, "/role": role} {
		if text == "" {
			fault = fault.WithField(pointer, "required", "is required")
		}
		fault = noZero(fault, pointer, text)
	}
	return name, role, fault
}

func oneLine(s string) string { return strings.Join(strings.Fields(canon.Lines(s)), " ") }

// noZero adds a field for a text with a zero character, which PostgreSQL keeps in no text.
func noZero(fault *problem.Error, pointer, text string) *problem.Error {
	if strings.ContainsRune(text, 0) {
		return fault.WithField(pointer, "zero", "holds a zero character, which no text has; delete it")
	}
	return fault
}

// newDecision reads what a reviewer says about a submission. ErrInvalid, ErrProtectedReject with a field for each fault, accountsapi.ErrRoleMissing.
func newDecision(s hand, in reviewapi.Decide, now time.Time) (Decision, error) {
	if err := s.signs(in.Signature); err != nil {
		return Decision{}, err
	}
	fault := problem.ErrInvalid
	name, role, fault := signature(in.Signature, fault)
	reason := canon.Lines(strings.TrimSpace(in.Reason))
	fault = noZero(fault, "/reason", reason)
	d := Decision{
		ID: id.New(decisionPrefix), SubmissionID: s.ID, DocumentID: s.DocumentID, Seq: s.Seq, Digest: s.Digest, Kind: in.Kind, EmployerID: s.EmployerID,
		LinkID: s.link, MemberID: s.member.Member, Assurance: s.assurance(), PolicySource: s.PolicySource, PolicyDigest: s.PolicyDigest,
		AskedAt: deref(s.AskedAt), DecidedAt: now, Name: &name, Role: &role, Reason: &reason,
		readPolicy: in.PolicyDigest,
	}
	basis := canon.Lines(strings.TrimSpace(in.Basis))
	if s.guarded(in.Kind) {
		d.Legal, d.Basis, d.Mailbox = s.forLegal(in), &basis, &s.mailbox
	}
	if reason == "" && (in.Kind == reviewapi.RequestChanges || in.Kind == reviewapi.Reject) {
		fault = fault.WithField("/reason", "required", "is required")
	}
	if (in.Part != "" || in.Replacement != "") != (in.Kind == reviewapi.Suggest) {
		pointer, code, detail := "/part", "not_allowed", "belongs to a suggestion"
		if in.Kind == reviewapi.Suggest {
			code, detail = "required", "is required"
		}
		fault = fault.WithField(pointer, code, detail)
	} else if in.Kind == reviewapi.Suggest && in.Part == "" {
		fault = fault.WithField("/part", "required", "is required")
	}
	fault = noZero(fault, "/replacement", in.Replacement)
	if opens(in.Kind) {
		fault = d.bound(in, fault)
	} else {
		for pointer, at := range map[string]*time.Time{"/from": in.From, "/until": in.Until} {
			if at != nil {
				fault = fault.WithField(pointer, "not_allowed", "belongs to an approval")
			}
		}
	}
	if fault = s.basisOf(in, basis, fault); len(fault.Fields) > 0 {
		return d, fault
	}
	return d, nil
}

// bound sets from and until when what is agreed to may appear: 90 days at most.
func (d *Decision) bound(in reviewapi.Decide, fault *problem.Error) *problem.Error {
	latest := d.DecidedAt.Add(longest)
	until := latest
	if in.Until != nil {
		until = in.Until.UTC()
		switch {
		case !until.After(d.DecidedAt):
			fault = fault.WithField("/until", "past", "must lie in the future")
		case until.After(latest):
			fault = fault.WithField("/until", "too_late", "can be 90 days from now at most")
		}
	}
	if in.From != nil {
		from := in.From.UTC()
		d.ValidFrom = &from
		switch {
		case in.Until == nil && !from.Before(latest):
			fault = fault.WithField("/from", "too_late", "must come within the next 90 days")
		case !from.Before(until):
			fault = fault.WithField("/until", "order", "must come after from")
		}
	}
	d.ValidUntil = &until
	return fault
}

// newRevocation reads what takes an agreement away. ErrInvalid with a field for each fault, accountsapi.ErrRoleMissing.
func newRevocation(s hand, in reviewapi.RevokeDecision, now time.Time) (Decision, error) {
	if err := s.signs(in.Signature); err != nil {
		return Decision{}, err
	}
	name, role, fault := signature(in.Signature, problem.ErrInvalid)
	reason := canon.Lines(strings.TrimSpace(in.Reason))
	if reason == "" {
		fault = fault.WithField("/reason", "required", "is required")
	}
	if fault = noZero(fault, "/reason", reason); len(fault.Fields) > 0 {
		return Decision{}, fault
	}
	return Decision{
		ID: id.New(decisionPrefix), SubmissionID: s.ID, DocumentID: s.DocumentID, Seq: s.Seq, Digest: deref(s.ClearedDigest), Kind: reviewapi.Revoke,
		EmployerID: s.EmployerID, LinkID: s.link, MemberID: s.member.Member, Assurance: s.assurance(), PolicySource: s.PolicySource, PolicyDigest: s.PolicyDigest,
		AskedAt: deref(s.AskedAt), DecidedAt: now, Name: &name, Role: &role, Reason: &reason, Parts: new(string),
	}, nil
}

func wireDecisions(all []Decision, moves []Move) []reviewapi.Decision {
	out := make([]reviewapi.Decision, len(all))
	for i, d := range all {
		out[i] = reviewapi.Decision{
			ID: d.ID, Kind: d.Kind, Name: deref(d.Name), Role: deref(d.Role), Reason: deref(d.Reason), Assurance: d.Assurance, Digest: d.Digest,
			ClearedDigest: deref(d.ClearedDigest), CommentID: deref(d.CommentID), PolicySource: d.PolicySource, PolicyDigest: d.PolicyDigest, PolicyNumber: d.PolicyNumber,
			Decided: d.DecidedAt, ValidFrom: d.ValidFrom, ValidUntil: d.ValidUntil, Legal: d.Legal, Basis: deref(d.Basis),
		}
		out[i].Standing = d.standing.wire()
		if d.Kind != reviewapi.Revoke {
			continue
		}
		out[i].Outcome = reviewapi.OutcomeClosing
		for _, m := range moves {
			if m.Move == moveClose && m.State == moveDone {
				out[i].Outcome, out[i].Published = m.Outcome, m.PublishedAt
			}
		}
	}
	return out
}
