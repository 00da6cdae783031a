package reviewapi

// The events of review. They carry ids, digests and words of ours, never a name, an address or a text. The key of each is the
// submission's id, unless it says another.
const (
	EventLinkRequested     = "review.link.requested.v1"
	EventSubmissionChanged = "review.submission.changed.v1"
	EventCodeRequested     = "review.code.requested.v1"
	EventStandingChanged   = "review.standing.changed.v1"
	EventDeskNoted         = "review.desk.noted.v1"
	EventPolicyChanged     = "review.policy.changed.v1"
)

// LinkRequested says that the mail of a link is to be sent: ask Client.LinkForMail for what it says.
type LinkRequested struct {
	LinkID       string `json:"link_id"`
	SubmissionID string `json:"submission_id"`
}

// SubmissionChanged says that a submission came into a state. Decision is "" when nobody said anything: its author or a timer did.
type SubmissionChanged struct {
	SubmissionID string `json:"submission_id"`
	AuthorID     string `json:"author_id"`
	DocumentID   string `json:"document_id"`
	EmployerID   string `json:"employer_id"`
	Digest       string `json:"digest"`
	State        string `json:"state"`
	DecisionID   string `json:"decision_id,omitempty"`
}

// CodeRequested says that a code is to be mailed to a mailbox at work: ask Client.CodeForMail for what it says. Its key is the employment's id.
type CodeRequested struct {
	ProofID      string `json:"proof_id"`
	EmploymentID string `json:"employment_id"`
}

// StandingChanged says that a standing permission was signed, or ended before its time. AuthorID is "" for everybody's. Its key is the permission's id.
type StandingChanged struct {
	StandingID     string `json:"standing_id"`
	OrganisationID string `json:"organisation_id"`
	AuthorID       string `json:"author_id,omitempty"`
	State          string `json:"state"` // open or revoked
}

// DeskNoted says that a member is to be told about a submission at their desk: ask Client.DeskNoteForMail for what the mail says. Kind is asked, reminder,
// escalation or no_reviewer.
type DeskNoted struct {
	NoteID         string `json:"note_id"`
	SubmissionID   string `json:"submission_id"`
	OrganisationID string `json:"organisation_id"`
	PersonID       string `json:"person_id"`
	Kind           string `json:"kind"`
}

// PolicyChanged says that a version of an organisation's policy came into a state: proposed, in_force, refused or withdrawn. Its key is the
// organisation's id.
type PolicyChanged struct {
	OrganisationID string `json:"organisation_id"`
	Number         int    `json:"number"`
	Digest         string `json:"digest"`
	State          string `json:"state"`
}

// Events are the payloads by name, for docs/events.
var Events = map[string]any{
	EventLinkRequested:     LinkRequested{},
	EventSubmissionChanged: SubmissionChanged{},
	EventCodeRequested:     CodeRequested{},
	EventStandingChanged:   StandingChanged{},
	EventDeskNoted:         DeskNoted{},
	EventPolicyChanged:     PolicyChanged{},
}
