package reviewapi

import "time"

// Kinds of a decision.
const (
	Approve        = "approve"
	NoObjection    = "no_objection"
	RequestChanges = "request_changes"
	Suggest        = "suggest" // exact words, agreed to beforehand
	Reject         = "reject"
	NotOurs        = "not_ours"
	Revoke         = "revoke"
	Object         = "object" // a refusal of a protected submission that waits for a second person: never asked for, only answered
)

// Outcomes of a revocation.
const (
	OutcomeClosing   = "closing"   // content has not answered yet
	OutcomeClosed    = "closed"    // nothing had appeared, and nothing will
	OutcomePublished = "published" // it had appeared before, at Published; nothing more will
)

// LinkToken carries a link's secret in a body, so that it stands in no access log.
type LinkToken struct {
	Token string `json:"token" validate:"required,max=200"`
}

// LinkInfo is what the page behind a mailed link may show before it is pressed: no word of the post. Reading it consumes nothing.
type LinkInfo struct {
	Author   string `json:"author"` // what the person who asks is called, "" for nothing
	Employer string `json:"employer"`
	Locale   string `json:"locale"`
	// State is open, used or ended.
	State string `json:"state"`
}

// States of a link.
const (
	LinkOpen  = "open"
	LinkUsed  = "used"
	LinkEnded = "ended"
)

// Enter opens a reviewer's session by a link's token, or by the mailbox and the code that was mailed to it.
type Enter struct {
	Token   string `json:"token,omitempty" validate:"max=200"`
	Mailbox string `json:"mailbox,omitempty" validate:"max=320"`
	Code    string `json:"code,omitempty" validate:"max=20"`
}

// Entered is a reviewer's session, for one submission. Secret is shown this once: only its hash is stored.
type Entered struct {
	Secret  string    `json:"secret"`
	Expires time.Time `json:"expires"` // wall time; the submission may end it earlier
}

// AskLink asks for a link of one's own, from one that somebody passed on or that was used.
type AskLink struct {
	Token   string `json:"token" validate:"required,max=200"`
	Mailbox string `json:"mailbox" validate:"required,max=320"`
}

// Review is a submission as its reviewer sees it, and nothing else of its author.
type Review struct {
	ID       string     `json:"id"`
	Author   string     `json:"author"`
	Employer string     `json:"employer"`
	Mailbox  string     `json:"mailbox"` // of this reviewer
	Zone     string     `json:"zone"`    // IANA: of the author; days of deadlines are counted in it
	Sheet    Sheet      `json:"sheet"`
	Policy   Policy     `json:"policy"`
	State    string     `json:"state"`
	Version  int64      `json:"version"` // send it as If-Match
	Due      *time.Time `json:"due,omitempty"`
	// Decisions are what was said at this employer, oldest first.
	Decisions []Decision `json:"decisions"`
	ValidFrom *time.Time `json:"valid_from,omitempty"`
	// ValidUntil is the end of what was agreed to.
	ValidUntil *time.Time `json:"valid_until,omitempty"`
	Published  *time.Time `json:"published,omitempty"`
	// Protected says that some of it is talk that the law protects: refusing it takes a basis, and a second person for legal. Where it
	// stands in the words is told to nobody but its author.
	Protected bool `json:"protected"`
	// Objection is set while one person has refused a protected submission: "own" for this reviewer, "other" for somebody else.
	Objection string `json:"objection,omitempty"`
	// Quiet is until when nothing opens at this employer: an approval given now has to begin then or later.
	Quiet *time.Time `json:"quiet,omitempty"`
	// Stages are those that it passes, none without any: then anybody who reads it decides.
	Stages []DeskStage `json:"stages,omitempty"`
	// May are the roles in which a member may sign. A reviewer with a link types theirs.
	May []string `json:"may,omitempty"`
	// Latest is the latest instant that an approval given now may reach.
	Latest time.Time `json:"latest"`
	// Reading is by which version of the employer's own policy it is read; none where the employer has no policy here.
	Reading *PolicyReading `json:"reading,omitempty"`
}

// Whose an objection is.
const (
	ObjectionOwn   = "own"
	ObjectionOther = "other"
)

// Signature is who decides: a typed name and role, and the tick "I may decide".
type Signature struct {
	Name      string `json:"name" validate:"required,max=100"`
	Role      string `json:"role" validate:"required,max=100"`
	MayDecide bool   `json:"may_decide" validate:"required"`
}

// Decide says what the employer's answer is.
type Decide struct {
	Kind string `json:"kind" validate:"required,oneof=approve no_objection request_changes suggest reject not_ours"`
	Signature
	// Reason is required to ask for changes and to reject.
	Reason string `json:"reason,omitempty" validate:"max=5000"`
	// Basis is required to reject a protected submission, and belongs to nothing else: on what law or duty the refusal stands.
	Basis string `json:"basis,omitempty" validate:"max=5000"`
	// Legal says "I decide for legal": required of the second person who rejects a protected submission.
	Legal bool `json:"legal,omitempty"`
	// Part and Replacement are the exact words of a suggestion: the whole of that part.
	Part        string `json:"part,omitempty" validate:"omitempty,oneof=title text caption"`
	Replacement string `json:"replacement,omitempty" validate:"max=200000"`
	// PolicyDigest is of the policy that was read beside it. It is required once that was changed while the submission was being asked about.
	PolicyDigest string `json:"policy_digest,omitempty" validate:"omitempty,len=71"`
	// From and Until bound when it may appear: from, and before until. At most 90 days.
	From  *time.Time `json:"from,omitempty"`
	Until *time.Time `json:"until,omitempty"`
}

// RevokeDecision takes an approval away.
type RevokeDecision struct {
	Signature
	Reason string `json:"reason" validate:"required,max=5000"`
}

// Decision is one word of an employer: everything that a receipt says about it.
type Decision struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Name      string `json:"name,omitempty"`
	Role      string `json:"role,omitempty"`
	Reason    string `json:"reason,omitempty"`
	Assurance string `json:"assurance"`
	// Basis and Legal are of who refused a protected submission.
	Basis string `json:"basis,omitempty"`
	Legal bool   `json:"legal,omitempty"`
	// Digest is of what was read, ClearedDigest of what was agreed to, "" for nothing.
	Digest        string `json:"digest"`
	ClearedDigest string `json:"cleared_digest,omitempty"`
	// CommentID is the suggestion, among the document's comments.
	CommentID    string     `json:"comment_id,omitempty"`
	PolicySource string     `json:"policy_source"`
	PolicyDigest string     `json:"policy_digest"`
	PolicyNumber int        `json:"policy_number,omitempty"` // of the employer's own policy
	Decided      time.Time  `json:"decided"`
	ValidFrom    *time.Time `json:"valid_from,omitempty"`
	ValidUntil   *time.Time `json:"valid_until,omitempty"`
	// Standing is the permission that was signed beforehand, when nobody read this very post before it opened.
	Standing *UnderStanding `json:"standing,omitempty"`
	// Outcome and Published are of a revocation.
	Outcome   string     `json:"outcome,omitempty"`
	Published *time.Time `json:"published,omitempty"`
}

// LinkMail is what notify needs to write the mail of a link: no word of the post. Path begins with a slash.
type LinkMail struct {
	Mailbox  string `json:"mailbox"`
	Locale   string `json:"locale"`
	Author   string `json:"author"` // "" for somebody without a name
	Employer string `json:"employer"`
	Path     string `json:"path"`
	Code     string `json:"code"`
	// Own is true when its reader asked for it themselves.
	Own bool `json:"own"`
	// Due is until when an answer counts, in Zone; null once there is one.
	Due  *time.Time `json:"due,omitempty"`
	Zone string     `json:"zone"`
}
