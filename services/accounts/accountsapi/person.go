package accountsapi

import (
	"encoding/json"
	"time"
)

// What a person answered to "Do you work for someone?". The empty string means that it was not asked yet.
const (
	WorksYes         = "yes"
	WorksNo          = "no"
	WorksUndisclosed = "undisclosed"
)

// Person is a person as they see themselves. Nobody else is shown this: see Public.
type Person struct {
	ID            string `json:"id"`
	Email         string `json:"email"`
	EmailVerified bool   `json:"email_verified"`
	Name          string `json:"name"`
	Handle        string `json:"handle"`
	Locale        string `json:"locale"`
	Zone          string `json:"zone"`
	Country       string `json:"country"`
	// PayoutsPossible is what the dated list of payout countries says of Country; false while no country is known.
	PayoutsPossible bool `json:"payouts_possible"`
	// Waiting is true once the person asked to be told when payouts reach Country.
	Waiting     bool      `json:"waiting"`
	WorksFor    string    `json:"works_for"`
	Selling     bool      `json:"selling"`
	HasPassword bool      `json:"has_password"`
	Operator    bool      `json:"operator"`
	Created     time.Time `json:"created"`
}

// UpdateMe changes what is given and leaves what is null. An empty handle gives the present one up.
type UpdateMe struct {
	Name     *string `json:"name,omitempty" validate:"omitempty,max=100"`
	Handle   *string `json:"handle,omitempty" validate:"omitempty,max=30"`
	Locale   *string `json:"locale,omitempty" validate:"omitempty,oneof=en fr nl ar zh"`
	Zone     *string `json:"zone,omitempty" validate:"omitempty,max=64"`
	Country  *string `json:"country,omitempty" validate:"omitempty,len=2"`
	WorksFor *string `json:"works_for,omitempty" validate:"omitempty,oneof=yes no undisclosed"`
	Selling  *bool   `json:"selling,omitempty"`
}

// SetPassword sets or replaces the password. Current proves who asks; it may be left out for half an hour after
// signing in, which is how a forgotten password is replaced: sign in with a link, then set a new one.
type SetPassword struct {
	Current  string `json:"current,omitempty" validate:"max=256"`
	Password string `json:"password" validate:"required,max=256"`
}

// ChangeEmail starts a change of address: a link goes to the new one, and nothing changes until it is confirmed.
// Current is as in SetPassword.
type ChangeEmail struct {
	Email   string `json:"email" validate:"required,max=320"`
	Current string `json:"current,omitempty" validate:"max=256"`
}

// ConfirmEmail finishes a change of address with the link's token, or with the new address and the code mailed to it.
type ConfirmEmail struct {
	LinkToken string `json:"link_token,omitempty" validate:"max=200"`
	Email     string `json:"email,omitempty" validate:"max=320"`
	Code      string `json:"code,omitempty" validate:"max=20"`
}

// Erase asks for the erasure of everything accounts holds. Confirm is the person's own address, typed again; Current
// is as in SetPassword.
type Erase struct {
	Current string `json:"current,omitempty" validate:"max=256"`
	Confirm string `json:"confirm" validate:"required,max=320"`
}

// HandleCheck says whether the caller could take a handle, and if not, which error code taking it would raise.
type HandleCheck struct {
	Handle    string `json:"handle"`
	Available bool   `json:"available"`
	Code      string `json:"code,omitempty"`
	Detail    string `json:"detail,omitempty"`
}

// Public is what anyone may know of a person who chose a handle.
type Public struct {
	ID     string `json:"id"`
	Handle string `json:"handle"`
	Name   string `json:"name"`
	Locale string `json:"locale"`
	// Moved is true when the handle asked for is a former one: answer with a redirect to Handle.
	Moved bool `json:"moved,omitempty"`
}

// People is a list of public persons, in the order of the ids asked for, without those that don't exist.
type People struct {
	Data []Public `json:"data"`
}

// Contact is how to reach a person. Services only, and never in an event, a log or a job's arguments.
type Contact struct {
	Email  string `json:"email"`
	Name   string `json:"name"`
	Locale string `json:"locale"`
	Zone   string `json:"zone"`
}

// Found answers PersonByEmail.
type Found struct {
	ID       string `json:"id"`
	Verified bool   `json:"verified"`
}

// Countries is the list of countries with what the platform can do there.
type Countries struct {
	Data []Country `json:"data"`
	// AsOf is the day the payout list was read from Source (YYYY-MM-DD).
	AsOf   string `json:"as_of"`
	Source string `json:"source"`
}

// Country is an ISO 3166-1 country, named in the caller's language.
type Country struct {
	Code            string `json:"code"`
	Name            string `json:"name"`
	PayoutsPossible bool   `json:"payouts_possible"`
}

// Export is everything the house holds about a person, as JSON the person can keep. The last five are as storefrontapi, contentapi,
// reviewapi, billingapi and notifyapi describe their PersonalData.
type Export struct {
	Person   Person         `json:"person"`
	Handles  []ExportHandle `json:"handles"`
	Sessions []Session      `json:"sessions"`
	// APITokens are those of the person's programs, without their secrets.
	APITokens []APIToken `json:"api_tokens"`

	Mandates Mandates `json:"mandates"`
	// Organisations are those that the person acts for.
	Organisations []Organisation `json:"organisations"`

	Waiting []string     `json:"waiting_for_payouts_in"`
	Audit   []AuditEntry `json:"audit"`
	Made    time.Time    `json:"made"`

	Storefront json.RawMessage `json:"storefront"` // page, products, orders, entitlements with progress
	Content    json.RawMessage `json:"content"`    // documents with all their versions
	Review     json.RawMessage `json:"review"`     // submissions with all answers, and employers
	Billing    json.RawMessage `json:"billing"`    // Stripe account, earnings, payouts, refunds
	Notify     json.RawMessage `json:"notify"`     // notices
}

// ExportHandle is a handle the person has or had.
type ExportHandle struct {
	Handle        string     `json:"handle"`
	RedirectUntil *time.Time `json:"redirect_until,omitempty"`
}

// AuditEntry is one recorded effect. By reads "person_a" or "person_a for person_b".
type AuditEntry struct {
	At     time.Time       `json:"at"`
	By     string          `json:"by"`
	Action string          `json:"action"`
	Object string          `json:"object"`
	Detail json.RawMessage `json:"detail,omitempty"`
}
