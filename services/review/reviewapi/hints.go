package reviewapi

// Hints are what a pre-screen says of a document: to its author alone, and nothing keeps them. They decide nothing.
type Hints struct {
	DocumentID string `json:"document_id"`
	Seq        int    `json:"seq"` // which version was read
	Digest     string `json:"digest"`
	// Rules says by which policy it was read: that of Policy, or the starter where the text that the author supplied names
	// nothing that a rule could find.
	Rules string `json:"rules"`
	// PolicyDigest is of the policy that was read against.
	PolicyDigest string `json:"policy_digest"`
	// Protected is true when some of it is speech that the law protects: this outranks every other hit.
	Protected bool `json:"protected"`
	// Whistleblowing is true when some of it reports wrongdoing: whoever reads it may be the one whom it accuses.
	Whistleblowing bool `json:"whistleblowing"`
	// Routes are those who should look at it, sorted: hr, legal, finance, comms, security, ethics.
	Routes []string `json:"routes"`
	// Hits come with what is protected first, then the most serious.
	Hits  []Hint `json:"hits"`
	Sheet Sheet  `json:"sheet"` // what was read
}

// Hint is a clause that the document touches.
type Hint struct {
	Kind     string `json:"kind"` // docs/prescreen.md: "LAYOFF"
	Severity string `json:"severity"`
	Rule     string `json:"rule"`
	// Clause is the sentence of the policy, in Lang.
	Clause string `json:"clause"`
	Lang   string `json:"lang"`
	// Marks are where it is touched, in order; none when something is missing.
	Marks []Mark `json:"marks"`
}

// Mark is a run of characters of one part of a sheet, counted in Unicode code points from 0: From is in it, Until is behind it. It
// never splits what is read as one character.
type Mark struct {
	// Part is title, text or caption; media.N.alt or media.N.transcript; entries.N.title, entries.N.summary or entries.N.text.
	Part  string `json:"part"`
	From  int    `json:"from"`
	Until int    `json:"until"`
	Words string `json:"words"` // what stands there
}

// Prescreen asks what the clauses of a policy are that a document touches. Nothing of it is kept, and nobody learns of it.
type Prescreen struct {
	DocumentID string `json:"document_id" validate:"required,max=64"`
	// Policy is the text of the employer's rules, as far as the author has it; "" takes the starter policy.
	Policy string `json:"policy,omitempty" validate:"max=50000"`
	// Locale is the language in which clauses are quoted where the policy has it; "" is the author's.
	Locale string `json:"locale,omitempty" validate:"omitempty,oneof=en fr nl ar zh"`
}

// SendSubmission is what the author says on sending.
type SendSubmission struct {
	// Repeated is true when the author was told that it reports wrongdoing, and sends it all the same.
	Repeated bool `json:"repeated,omitempty"`
	// Standing is the standing permission under which it is to open at once. What does not fit it is asked like every other, and says why.
	Standing *Under `json:"standing,omitempty"`
}

// HitKinds are what rules can be about (docs/prescreen.md), what the law protects first.
var HitKinds = []string{
	"PROTECTED", "CONF", "CUSTOMER", "LOGO", "FINANCE", "FORWARD_LOOKING", "MNPI", "PEOPLE_DATA", "LAYOFF", "LEGAL_MATTER", "THIRD_PARTY_IP", "COMPETITOR",
	"IMPERSONATION", "AFFILIATION", "DISCLAIMER", "DISCLOSURE", "PRESS", "ENDORSEMENT", "PAID_ON_DUTIES", "OUTSIDE_HOURS", "LEAD_TIME", "WORK_TIME", "WORK_KIT",
	"BACKGROUND_AUDIO_SCREEN", "FORMER_EMPLOYER",
}
