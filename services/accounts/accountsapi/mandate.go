package accountsapi

import (
	"time"

	"github.com/workfluence/workfluence/internal/money"
)

// Scopes of a mandate. Each stands alone: approve is never implied by another. docs/access.md lists the routes of each.
const (
	// ScopeSee reads products, sales, money, purchases and documents.
	ScopeSee = "see"
	// ScopeArrange changes what is written: drafts, and also what the public sees at once, which is the creator's page, the
	// address of a product on sale and how long its buyers can have their money back. It publishes nothing and sets no price.
	ScopeArrange = "arrange"
	// ScopeComment comments on documents.
	ScopeComment = "comment"
	// ScopePay is for payments up to the mandate's limit. No route takes one under a mandate yet, so it opens nothing but the
	// reads that each mandate has.
	ScopePay = "pay"
	// ScopeApprove publishes documents and sets when they appear.
	ScopeApprove = "approve"
)

// States of a mandate.
const (
	MandateInvited   = "invited"
	MandateActive    = "active"
	MandateDeclined  = "declined"
	MandateWithdrawn = "withdrawn"
	MandateEnded     = "ended"
	MandateExpired   = "expired"
)

// Mandate lets one person act for another: Represented gave it, Assistant holds it. Records of what the assistant
// does read "A for B".
type Mandate struct {
	ID              string `json:"id"`
	Represented     string `json:"represented"`
	RepresentedName string `json:"represented_name"`
	// RepresentedSelling says that the person represented sells, so that there are a creator's pages to act on. It is
	// told while the mandate is active, not to who is only invited or was once.
	RepresentedSelling bool `json:"represented_selling"`
	// Assistant is empty until the invitation is accepted.
	Assistant      string   `json:"assistant,omitempty"`
	AssistantName  string   `json:"assistant_name"`
	AssistantEmail string   `json:"assistant_email"`
	Scopes         []string `json:"scopes"`
	// PayLimit is the most a single payment may cost, in its own currency alone; set exactly when pay is granted. Nothing can be
	// paid under a mandate yet.
	PayLimit *money.Amount `json:"pay_limit,omitempty"`
	State    string        `json:"state"`
	Created  time.Time     `json:"created"`
	Expires  *time.Time    `json:"expires,omitempty"`
	Ended    *time.Time    `json:"ended,omitempty"`
}

// Mandates is both sides of a person's mandates, live ones first.
type Mandates struct {
	// Given are the mandates by which others act for me.
	Given []Mandate `json:"given"`
	// Held are those by which I act for others, and the invitations that wait for my answer.
	Held []Mandate `json:"held"`
}

// InviteMandate asks the person behind an address to act for the caller.
type InviteMandate struct {
	Email    string        `json:"email" validate:"required,max=320"`
	Scopes   []string      `json:"scopes" validate:"required,min=1,max=5,unique,dive,oneof=see arrange comment pay approve"`
	PayLimit *money.Amount `json:"pay_limit,omitempty"`
	// ApproveName is the assistant's name, typed by the represented person: required to grant approve, and only then.
	ApproveName string     `json:"approve_name,omitempty" validate:"max=100"`
	Expires     *time.Time `json:"expires,omitempty"`
}

// MandateInfo is a live mandate as the gateway and the role switch see it.
type MandateInfo struct {
	ID          string        `json:"id"`
	Represented string        `json:"represented"`
	Name        string        `json:"name"`
	Scopes      []string      `json:"scopes"`
	PayLimit    *money.Amount `json:"pay_limit,omitempty"`
}

// Authority asks whether By may do Scope for For at this moment. Amount is required for pay.
type Authority struct {
	By     string        `json:"by" validate:"required,max=64"`
	For    string        `json:"for" validate:"required,max=64"`
	Scope  string        `json:"scope" validate:"required,oneof=see arrange comment pay approve"`
	Amount *money.Amount `json:"amount,omitempty"`
}

// Authorised names the mandate that covers what was asked.
type Authorised struct {
	Mandate string `json:"mandate"`
}
