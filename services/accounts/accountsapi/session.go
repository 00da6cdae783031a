package accountsapi

import "time"

// SignUp starts with nothing but an address. The answer is the same whether it is known or not.
type SignUp struct {
	Email  string `json:"email" validate:"required,max=320"`
	Locale string `json:"locale,omitempty" validate:"omitempty,oneof=en fr nl ar zh"`
	// Next is the path on our own site to continue at once the link is pressed.
	Next string `json:"next,omitempty" validate:"max=500"`
}

// Accepted is the answer to every request for a link.
type Accepted struct {
	// ExpiresIn is how long a link lives, in seconds: a constant, so that it tells nothing about the address.
	ExpiresIn int `json:"expires_in"`
}

// SignIn carries one of: email and password; a link's token; email and the code from the same mail.
type SignIn struct {
	Email     string `json:"email,omitempty" validate:"max=320"`
	Password  string `json:"password,omitempty" validate:"max=256"`
	LinkToken string `json:"link_token,omitempty" validate:"max=200"`
	Code      string `json:"code,omitempty" validate:"max=20"`
	// Device is a label for the list of sessions, such as "Firefox on Linux".
	Device string `json:"device,omitempty" validate:"max=120"`
}

// SignedIn is a new session. Token is shown this once: only its hash is stored.
type SignedIn struct {
	Token   string    `json:"token"`
	Expires time.Time `json:"expires"`
	Person  Person    `json:"person"`
	// New is true when this sign-in made the account.
	New bool `json:"new,omitempty"`
	// Next is the path given when the link was asked for.
	Next string `json:"next,omitempty"`
}

// Session is a place where the person is signed in.
type Session struct {
	ID       string    `json:"id"`
	Device   string    `json:"device"`
	Created  time.Time `json:"created"`
	LastSeen time.Time `json:"last_seen"`
	Expires  time.Time `json:"expires"`
	Current  bool      `json:"current"`
}

// Sessions is the list of a person's live sessions, the newest first.
type Sessions struct {
	Data []Session `json:"data"`
}

// SessionInfo is what the gateway needs to know of a session's or an API token.
type SessionInfo struct {
	Session  string        `json:"session"` // its id
	Person   string        `json:"person"`
	Operator bool          `json:"operator"`
	Verified bool          `json:"verified"`
	Locale   string        `json:"locale"`
	Mandates []MandateInfo `json:"mandates"`
	Scopes   []string      `json:"scopes,omitempty"` // of an API token, at least one; none for a session
}

// LinkInfo is what the page behind a mailed link may show before it is pressed. Reading it consumes nothing.
type LinkInfo struct {
	Purpose string `json:"purpose"`
	Email   string `json:"email"`
	Next    string `json:"next,omitempty"`
	// State is open, used, replaced or expired.
	State string `json:"state"`
}

// Purposes of a link. Those of a changed address, of a mandate, of roles and of domains are mails without a secret: they inform, and their
// path opens an ordinary page.
const (
	PurposeSignUp         = "sign_up"
	PurposeSignIn         = "sign_in"
	PurposeChangeEmail    = "change_email"
	PurposeEmailChanged   = "email_changed"
	PurposeMandateInvited = "mandate_invited"

	PurposeOrganisationInvited = "organisation_invited" // to a mailbox: act for an organisation
	PurposeOrganisationRole    = "organisation_role"    // to a member's mailbox: somebody changed what you may do
	PurposeOrganisationDomain  = "organisation_domain"  // to a member's mailbox: the domain is yours, or no longer
)

// LinkMail is what notify needs to write the mail of a link. Path begins with a slash and Code may be empty.
type LinkMail struct {
	Email   string    `json:"email"`
	Locale  string    `json:"locale"`
	Purpose string    `json:"purpose"`
	Path    string    `json:"path"`
	Code    string    `json:"code,omitempty"`
	Expires time.Time `json:"expires"`
	// From names the person who invites, when the purpose is an invitation to act for them.
	From string `json:"from,omitempty"`
	// Organisation is the name of the one that the mail is about.
	Organisation string `json:"organisation,omitempty"`
}

// Take asks to count N against a key: at most Limit in any window of Window seconds.
type Take struct {
	Key    string `json:"key" validate:"required,max=300"`
	N      int    `json:"n" validate:"min=1,max=1000"`
	Limit  int    `json:"limit" validate:"min=1,max=100000"`
	Window int    `json:"window" validate:"min=1,max=86400"`
}

// Taken answers Take. RetryAfter, in seconds, is set when it was refused.
type Taken struct {
	Allowed    bool `json:"allowed"`
	Remaining  int  `json:"remaining"`
	RetryAfter int  `json:"retry_after,omitempty"`
}
