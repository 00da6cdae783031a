package reviewapi

import "time"

// States of a submission.
const (
	StateDraft            = "draft"
	StateSubmitted        = "submitted" // sent; its gate and its mail are on their way
	StateInStage          = "in_stage"
	StateApproved         = "approved"
	StateNoObjection      = "no_objection" // opens the gate, and says so
	StateChangesRequested = "changes_requested"
	StateRejected         = "rejected"
	StateNotOurs          = "not_ours" // "we don't review private posts": opens nothing
	StateWithdrawn        = "withdrawn"
	StateNoDecision       = "no_decision" // ten business days of silence, which is never an approval
	StateLapsed           = "lapsed"      // approved, and not published in time
	StateRevoked          = "revoked"
	StateStale            = "stale" // approved, and a later version of the employer's policy, which counts for that too, finds something new in it
)

// Where the policy comes from that a submission pins.
const (
	PolicyStarter = "starter" // ours: the author had no policy at hand
	PolicyAuthor  = "author"  // the author pasted it; nobody at the employer has confirmed it
)

// AssuranceMailbox is what a decision from an employer that nobody claimed is worth: pressed from that mailbox, with a typed
// name and role, and "I may decide".
const AssuranceMailbox = "mailbox"

// Ask says whom to ask about a document, and under which policy.
type Ask struct {
	// Employer is what the author calls it.
	Employer string `json:"employer" validate:"required,max=120"`
	// Mailbox is the reviewer's, at work.
	Mailbox string `json:"mailbox" validate:"required,max=320"`
	// Policy is the text of the employer's rules, as far as the author has it; "" takes the starter policy.
	Policy string `json:"policy,omitempty" validate:"max=50000"`
	// Locale is the language of the mail; "" is the author's.
	Locale string `json:"locale,omitempty" validate:"omitempty,oneof=en fr nl ar zh"`
}

// NewSubmission begins a submission of a document's newest version. Nobody learns of it until it is sent.
type NewSubmission struct {
	DocumentID string `json:"document_id" validate:"required,max=64"`
	Ask
}

// Submission is a document under review, as its author sees it.
type Submission struct {
	ID         string `json:"id"`
	DocumentID string `json:"document_id"`
	Seq        int    `json:"seq"` // which version of the document
	Digest     string `json:"digest"`
	EmployerID string `json:"employer_id"`
	Employer   string `json:"employer"`
	Mailbox    string `json:"mailbox"`
	Locale     string `json:"locale"`
	Policy     Policy `json:"policy"`
	State      string `json:"state"`
	// Version counts changes: send it as If-Match.
	Version int64      `json:"version"`
	Created time.Time  `json:"created"`
	Updated time.Time  `json:"updated"`
	Sent    *time.Time `json:"sent,omitempty"`
	// Due is when the next thing happens by itself: no_decision while it is in stage, lapsed once it is approved.
	Due *time.Time `json:"due,omitempty"`
	// Reason is why it ended when nobody decided: withdrawn, employment_ended, document_withdrawn, document_deleted, taken_back, document_closed.
	Reason string `json:"reason,omitempty"`
	// Decisions are what the employer said, oldest first.
	Decisions []Decision `json:"decisions"`
	// ClearedDigest is what the employer agreed to: the digest, or that of what they suggested. Only this may appear.
	ClearedDigest string     `json:"cleared_digest,omitempty"`
	ValidFrom     *time.Time `json:"valid_from,omitempty"`
	ValidUntil    *time.Time `json:"valid_until,omitempty"`
	// Published is when what was cleared first appeared; PublishedOther when something else did.
	Published      *time.Time `json:"published,omitempty"`
	PublishedOther *time.Time `json:"published_other,omitempty"`
	// TakenBack is when the author stopped waiting for this employer: what appears since appears without clearance.
	TakenBack *time.Time `json:"taken_back,omitempty"`
	Readers   []Reader   `json:"readers"`
	// Protected says that some of it was found to be talk that the law protects when it was sent.
	Protected bool `json:"protected"`
	// Standing is the standing permission under which it was sent, and what came of that.
	Standing *StandingUse `json:"standing,omitempty"`
	// Own are receipts that speak for the author alone: that they asked, and what was answered elsewhere as they say. The employer has no part in them.
	Own []AuthorReceipt `json:"own,omitempty"`
	// Stages are those that it passes at the employer, without names; none when one person decides.
	Stages []Stage `json:"stages,omitempty"`
	// Gate is what content was told: "" nothing, pending, or open.
	Gate string `json:"gate,omitempty"`
	// Reading is by which version of the employer's own policy it is read; none where the employer has no policy here.
	Reading *PolicyReading `json:"reading,omitempty"`
}

// Policy is what a submission pins.
type Policy struct {
	Source string `json:"source"`
	// Number is the version of the employer's own policy, 0 for any other.
	Number int `json:"number,omitempty"`
	// Text is what the author supplied, or the employer's own once it was asked; "" for the starter.
	Text string `json:"text,omitempty"`
	// Clauses are the sentences of the starter, in the language of the submission's mails.
	Clauses []string `json:"clauses,omitempty"`
	Digest  string   `json:"digest"`
}

// Reader is a mailbox that a link went to, and whether somebody opened it.
type Reader struct {
	Mailbox string `json:"mailbox"`
	// Forwarded is true for who asked for a link of their own from a link that somebody had passed on.
	Forwarded bool       `json:"forwarded"`
	Opened    *time.Time `json:"opened,omitempty"`
}

// SubmissionPage is a page of submissions, newest first. Next is "" at the end.
type SubmissionPage struct {
	Items []Submission `json:"data"`
	Next  string       `json:"next,omitempty"`
}

// Sheet is what a reviewer reads, and what the author sees before sending: the same, by the same code.
type Sheet struct {
	Digest       string             `json:"digest"`
	Title        string             `json:"title,omitempty"`
	Text         string             `json:"text"`
	Caption      string             `json:"caption,omitempty"`
	Links        []string           `json:"links"` // where addresses in the text lead
	Destinations []SheetDestination `json:"destinations"`
	Disclosure   string             `json:"disclosure,omitempty"`
	Paid         bool               `json:"paid"`
	Media        []SheetMedium      `json:"media"`
	// Entries are the parts of a product: its page, its lessons, its files. Such a document has no text of its own.
	Entries []SheetEntry `json:"entries,omitempty"`
}

// SheetEntry is a part of a product.
type SheetEntry struct {
	Kind    string `json:"kind"` // page, lesson, media, attachment
	Path    string `json:"path"`
	Title   string `json:"title,omitempty"`
	Summary string `json:"summary,omitempty"`
	Text    string `json:"text,omitempty"`
	// Agreed says that the employer agreed to it before, and it has not changed since.
	Agreed bool `json:"agreed,omitempty"`
}

// SheetDestination is a place where it may appear.
type SheetDestination struct {
	Channel   string   `json:"channel"`
	Profile   string   `json:"profile,omitempty"`
	Countries []string `json:"countries,omitempty"`
}

// SheetMedium is a picture or a recording of it.
type SheetMedium struct {
	Type       string `json:"type"` // "image/png"
	Alt        string `json:"alt,omitempty"`
	Transcript string `json:"transcript,omitempty"`
	// URL is where it can be seen for the next minutes.
	URL string `json:"url,omitempty"`
}

// PersonalData is what review holds about one person: what they submitted, with all answers.
type PersonalData struct {
	Submissions []Submission `json:"submissions"`
	Employments []Employment `json:"employments"`
}
