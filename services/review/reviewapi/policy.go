package reviewapi

import (
	"time"
)

// PolicyEmployer is the source of a policy that an organisation wrote: two of its people stand behind the version in force.
const PolicyEmployer = "employer"

// States of a policy's version.
const (
	PolicyProposed  = "proposed"  // waits for a second person
	PolicyInForce   = "in_force"  // posts are read by it
	PolicyPast      = "past"      // it was in force, and a later one is
	PolicyRefused   = "refused"   // a second person said no
	PolicyWithdrawn = "withdrawn" // by one of those who wrote it
)

// PolicyWords are a policy as people write it.
type PolicyWords struct {
	// Text is what people read, Markdown by language.
	Text map[string]string `json:"text" validate:"max=5,dive,keys,oneof=en fr nl ar zh,endkeys,max=100000"`
	// Rules are the organisation's own, as TOML (docs/prescreen.md).
	Rules string `json:"rules" validate:"max=200000"`
	// Starter says that the starter's rules stand beside them, without those of Without.
	Starter bool     `json:"starter"`
	Without []string `json:"without,omitempty" validate:"max=200,dive,max=64"`
}

// PolicyDraft is what will be the next version.
type PolicyDraft struct {
	PolicyWords
	// Version counts changes: send it as If-Match.
	Version int64     `json:"version"`
	Updated time.Time `json:"updated"`
	// Fault is why it can't be proposed as it is, "" for nothing: the rule, the language and the place.
	Fault string `json:"fault,omitempty"`
	// Writers are the names of those who wrote at it. None of them can approve it.
	Writers []string `json:"writers"`
}

// BeginPolicyDraft begins a draft: of the starter, of a version that there is, or of a text that exists somewhere.
type BeginPolicyDraft struct {
	From    string `json:"from" validate:"required,oneof=starter version import"`
	Version int    `json:"version,omitempty" validate:"min=0"`
	Text    string `json:"text,omitempty" validate:"max=100000"`
	// Lang is the language of Text; "" is found out.
	Lang string `json:"lang,omitempty" validate:"omitempty,oneof=en fr nl ar zh"`
	// Replace throws away the draft that there is.
	Replace bool `json:"replace,omitempty"`
}

// Where a draft begins.
const (
	FromStarter = "starter"
	FromVersion = "version"
	FromImport  = "import"
)

// ProposePolicy makes a version of the draft. It counts once a second person approves it.
type ProposePolicy struct {
	// Retroactive says that what was agreed to before, and not published, closes where the new version finds something new in it.
	Retroactive bool `json:"retroactive,omitempty"`
	// Note says why, to who approves it.
	Note string `json:"note,omitempty" validate:"max=2000"`
}

// PolicyRule is a rule as people read it.
type PolicyRule struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"`
	Severity string   `json:"severity"`
	Routes   []string `json:"routes"`
	// Clause is the sentence it stands on, in the caller's language where there is one.
	Clause string `json:"clause"`
}

// PolicyVersion is a version of an organisation's policy. It never changes; its state does.
type PolicyVersion struct {
	Number      int        `json:"number"`
	Digest      string     `json:"digest"`
	State       string     `json:"state"`
	Retroactive bool       `json:"retroactive"`
	Note        string     `json:"note,omitempty"`
	Writers     []string   `json:"writers"` // names, "" for somebody without one
	Proposed    time.Time  `json:"proposed"`
	Answered    *time.Time `json:"answered,omitempty"`
	AnsweredBy  string     `json:"answered_by,omitempty"`
	// MayApprove says that the caller is a second person, and it waits for one; MayWithdraw that they wrote at it, and it waits.
	MayApprove  bool `json:"may_approve"`
	MayWithdraw bool `json:"may_withdraw"`
	// Words, All and Text are left out of lists. All are the rules, the starter's among them.
	Words *PolicyWords `json:"words,omitempty"`
	All   []PolicyRule `json:"all,omitempty"`
}

// PolicyBook is an organisation's policy with its history, the newest version first.
type PolicyBook struct {
	InForce  int             `json:"in_force"` // 0: none; the starter counts
	Draft    bool            `json:"draft"`    // there is one
	Versions []PolicyVersion `json:"versions"`
	// Starter are the starter's rules, for who chooses among them.
	Starter []PolicyRule `json:"starter"`
	Facts   PolicyFacts  `json:"facts"`
}

// PolicyFacts are what an organisation knows and its rules ask for: names, one each.
type PolicyFacts struct {
	Employer    []string `json:"employer" validate:"max=50,dive,max=100"`       // what it is called
	Customers   []string `json:"customers" validate:"max=2000,dive,max=100"`    // not to be named
	CaseStudies []string `json:"case_studies" validate:"max=2000,dive,max=100"` // customers in case studies that are published: they may be
	Competitors []string `json:"competitors" validate:"max=500,dive,max=100"`
	// Version counts changes: send it as If-Match.
	Version int64 `json:"version"`
}

// PolicyPiece is a run of text of one fate: same, removed or added.
type PolicyPiece struct {
	Op   string `json:"op"`
	Text string `json:"text"`
}

// PolicyDifference is what a version changed. From 0 is the starter.
type PolicyDifference struct {
	From int `json:"from"`
	To   int `json:"to"`
	// Added, Removed and Changed are ids of rules; Lists are names of lists of words that differ.
	Added   []string `json:"added"`
	Removed []string `json:"removed"`
	Changed []string `json:"changed"`
	Lists   []string `json:"lists"`
	// Text is the text of each language that differs, in words; Rules is the organisation's own rules, likewise.
	Text  map[string][]PolicyPiece `json:"text"`
	Rules []PolicyPiece            `json:"rules"`
}

// PolicyTrial is what a version says of the last posts that were sent, beside what was said of them then. Rules about talk that the law protects
// are in no count.
type PolicyTrial struct {
	Number int `json:"number"` // 0 is the draft
	Looked int `json:"looked"`
	// Gone are those whose words can't be read any more.
	Gone int `json:"gone"`
	// Few says that there are too few to count without telling about somebody: the counts are 0.
	Few     bool `json:"few,omitempty"`
	Then    int  `json:"then"`    // touched by some rule when they were sent
	Now     int  `json:"now"`     // touched by some rule of this version
	Newly   int  `json:"newly"`   // touched by a rule that did not touch them then
	NoMore  int  `json:"no_more"` // touched by a rule then that does not touch them now
	Changed int  `json:"changed"`
	// Rules and Posts are for who reads these posts at the desk anyway.
	Rules []TrialRule `json:"rules,omitempty"`
	Posts []TrialPost `json:"posts,omitempty"`
}

// TrialRule counts posts that a rule touches.
type TrialRule struct {
	Rule string `json:"rule"`
	Then int    `json:"then"`
	Now  int    `json:"now"`
}

// TrialPost is a post of the desk whose verdict would be another.
type TrialPost struct {
	ID      string   `json:"id"`
	Author  string   `json:"author"`
	State   string   `json:"state"`
	Added   []string `json:"added"`
	Removed []string `json:"removed"`
}

// PolicyReading says by which version of the employer's own policy a submission is read, and what it touches. Places in the words are told to nobody
// but its author.
type PolicyReading struct {
	Number int `json:"number"`
	// Touched are the clauses that it touches, talk that the law protects left out.
	Touched []PolicyRule `json:"touched"`
	// Was is the version that it was read by before, while it was being asked about; Added and Removed are what changed by the newer one.
	Was     int          `json:"was,omitempty"`
	Moved   *time.Time   `json:"moved,omitempty"`
	Added   []PolicyRule `json:"added,omitempty"`
	Removed []PolicyRule `json:"removed,omitempty"`
	// Later is a version that came into force after it was agreed to, and LaterTouched the clauses that this one finds beside. Stale says that the agreement
	// ended by it.
	Later        int          `json:"later,omitempty"`
	LaterTouched []PolicyRule `json:"later_touched,omitempty"`
	Stale        bool         `json:"stale,omitempty"`
}
