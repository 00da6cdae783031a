package receipt

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/workfluence/workfluence/internal/canon"
)

// Version is the only form of statements, records and receipts that there is.
const Version = 1

// What was decided.
const (
	Approved         = "approved"
	NoObjection      = "no_objection"
	NotOurs          = "not_ours" // asked, and answered that they do not review this
	ChangesRequested = "changes_requested"
	Rejected         = "rejected"
	Objected         = "objected" // one person refused what the law protects: refused it is once a second one, for legal, has signed too
	Revoked          = "revoked"
	Requested        = "requested"     // that a review was asked for, before anybody answered
	SelfReported     = "self_reported" // an answer given elsewhere, as the author says
)

// How well we know who decided (DESIGN.md §5). A later claim never raises it.
const (
	Mailbox = "mailbox" // pressed from a mail to that address
	Claimed = "claimed" // and the domain belongs to an organisation that named its reviewers
	SSO     = "sso"     // and signed in there
	None    = "none"    // nobody but the author spoke
)

// Statement is what was decided. It holds names, so it is the author's and the employer's; in the log stands only its commitment.
type Statement struct {
	V          int    `json:"v"`
	ID         string `json:"id"` // of the receipt
	Submission string `json:"submission"`
	Document   string `json:"document"`
	Digest     string `json:"digest"` // of the version that was decided about: docs/digest.md
	Author     string `json:"author"` // as the reviewer knew them
	Decision   string `json:"decision"`
	// Instead is the digest of the exact words that they agree to in its place: of a suggestion.
	Instead string `json:"instead,omitempty"`
	// Reason is what the reviewer wrote to a decision that is no approval.
	Reason   string   `json:"reason,omitempty"`
	Employer Employer `json:"employer"`
	Policy   Policy   `json:"policy"`
	// Standing is what was signed beforehand, when this very post was read by nobody before it opened.
	Standing *Standing `json:"standing,omitempty"`
	// Asked is of a request: whom, when, and until when an answer counted.
	Asked *Asked `json:"asked,omitempty"`
	// Reported is of a self-reported answer: what its author says.
	Reported *Reported `json:"reported,omitempty"`
	// Signatures are those who decided, in the order of the stages. At least one.
	Signatures []Signature `json:"signatures"`
	// ValidFrom and ValidUntil bound when the post may appear under this decision: from, and before until. Neither is without bound.
	ValidFrom  *time.Time `json:"valid_from,omitempty"`
	ValidUntil *time.Time `json:"valid_until,omitempty"`
	// Published is when the post had appeared before this revocation.
	Published *time.Time `json:"published,omitempty"`
	Decided   time.Time  `json:"decided"`
}

// Employer is for whom they decided.
type Employer struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Domain string `json:"domain"`
}

// Policy is what they decided by.
type Policy struct {
	Digest string `json:"digest"`
	Source string `json:"source"` // author_supplied, starter, employer
	Name   string `json:"name,omitempty"`
	// Version is the number of the employer's own.
	Version int `json:"version,omitempty"`
}

// Signature is one person's part in a decision.
type Signature struct {
	Stage     string    `json:"stage"`
	Role      string    `json:"role"` // as typed, or as the organisation gave it
	Name      string    `json:"name"`
	For       string    `json:"for,omitempty"` // whom they stood in for
	Assurance string    `json:"assurance"`
	At        time.Time `json:"at"`
	// Basis is on what they refuse what the law protects.
	Basis string `json:"basis,omitempty"`
}

// Standing is a permission for a class of posts. The one signature of its statement is the one on the permission, at the time when it was signed.
type Standing struct {
	ID     string `json:"id"`
	Digest string `json:"digest"` // of all that was signed
	Topic  string `json:"topic"`  // under which its author says that the post falls
}

// Asked says that somebody was asked. It is no answer, and silence is none.
type Asked struct {
	Mailbox    string    `json:"mailbox"`
	At         time.Time `json:"at"`
	Until      time.Time `json:"until"`                // ten business days later
	Unanswered bool      `json:"unanswered,omitempty"` // they were over, and nobody had answered
}

// Reported is an answer given elsewhere, as the author says. Nobody else has confirmed it.
type Reported struct {
	Name   string    `json:"name"`
	Role   string    `json:"role"`
	Answer string    `json:"answer"` // yes, no, other
	How    string    `json:"how"`    // mail, paper, talk
	Said   time.Time `json:"said"`
	Note   string    `json:"note,omitempty"`
	File   string    `json:"file,omitempty"` // the digest of what the author keeps
}

// IsDigest says that a text is a digest in the form of docs/digest.md.
func IsDigest(text string) bool { return digested.MatchString(text) }

var (
	decisions = set(Approved, NoObjection, NotOurs, ChangesRequested, Rejected, Objected, Revoked, Requested, SelfReported)
	assurance = set(Mailbox, Claimed, SSO, None)
	digested  = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

func set(words ...string) map[string]bool {
	all := map[string]bool{}
	for _, w := range words {
		all[w] = true
	}
	return all
}

// Check says why a statement can't stand in a receipt, nil when it can.
func (s Statement) Check() error {
	var faults []error
	need := func(ok bool, what string) {
		if !ok {
			faults = append(faults, errors.New(what))
		}
	}
	need(s.V == Version, fmt.Sprintf("version %d is unknown", s.V))
	need(s.ID != "" && s.Submission != "" && s.Document != "", "it names no receipt, submission or document")
	need(digested.MatchString(s.Digest), "its digest is none")
	need(s.Instead == "" || digested.MatchString(s.Instead), "the digest of what they agree to instead is none")
	need(decisions[s.Decision], fmt.Sprintf("the decision %q is unknown", s.Decision))
	need(s.Employer.ID != "" && s.Employer.Name != "", "it names no employer")
	need(digested.MatchString(s.Policy.Digest), "the policy's digest is none")
	need(s.Standing == nil || s.Standing.ID != "" && digested.MatchString(s.Standing.Digest), "the standing permission is none")
	need(s.Asked == nil || s.Decision == Requested && s.Asked.Mailbox != "" && exact(&s.Asked.At) && exact(&s.Asked.Until), "what was asked is not said")
	need(s.Reported == nil || s.Decision == SelfReported && s.Reported.Name != "" && exact(&s.Reported.Said), "what was reported is not said")
	need(len(s.Signatures) > 0, "nobody signed")
	for _, who := range s.Signatures {
		need(who.Name != "" && who.Role != "", "who signed has no name or role")
		need(assurance[who.Assurance], fmt.Sprintf("the assurance %q is unknown", who.Assurance))
		need(exact(&who.At), "a time is not in UTC")
	}
	need(s.ValidFrom == nil || s.ValidUntil == nil || s.ValidFrom.Before(*s.ValidUntil), "it ends before it begins")
	need(exact(&s.Decided) && exact(s.ValidFrom) && exact(s.ValidUntil) && exact(s.Published), "a time is not in UTC")
	return errors.Join(faults...)
}

// exact says that a time has the one spelling that it may have.
func exact(t *time.Time) bool { return t == nil || !t.IsZero() && t.Location() == time.UTC }

// Opens says that the decision lets the post through.
func (s Statement) Opens() bool { return s.Decision == Approved || s.Decision == NoObjection }

// commitment binds a statement without telling it: SHA-256 over a name of the purpose, the salt and the statement. Whoever does not
// have the salt can't try statements against it.
func commitment(salt []byte, s Statement) (string, error) {
	text, err := canon.JSON(s)
	if err != nil {
		return "", err
	}
	return canon.Sum(append(append([]byte("workfluence receipt v1\n"), salt...), text...)), nil
}
