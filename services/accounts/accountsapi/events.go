package accountsapi

// Events of accounts. They carry ids, never names, addresses or text; the key of each is the id it is about.
const (
	EventPersonCreated  = "accounts.person.created.v1"
	EventPersonChanged  = "accounts.person.changed.v1"
	EventPersonErased   = "accounts.person.erased.v1"
	EventEmailVerified  = "accounts.email.verified.v1"
	EventLinkRequested  = "accounts.link.requested.v1"
	EventSessionRevoked = "accounts.session.revoked.v1"
	EventMandateChanged = "accounts.mandate.changed.v1"

	EventOrganisationCreated = "accounts.organisation.created.v1"
	EventRoleChanged         = "accounts.role.changed.v1"
	EventDomainClaimed       = "accounts.domain.claimed.v1"
	EventDomainLost          = "accounts.domain.lost.v1"
)

// Events are the payloads by name: docs/events is made from it.
var Events = map[string]any{
	EventPersonCreated:  PersonCreated{},
	EventPersonChanged:  PersonChanged{},
	EventPersonErased:   PersonErased{},
	EventEmailVerified:  EmailVerified{},
	EventLinkRequested:  LinkRequested{},
	EventSessionRevoked: SessionRevoked{},
	EventMandateChanged: MandateChanged{},

	EventOrganisationCreated: OrganisationCreated{},
	EventRoleChanged:         RoleChanged{},
	EventDomainClaimed:       DomainClaimed{},
	EventDomainLost:          DomainLost{},
}

// PersonCreated tells that an account exists; its address is verified by then.
type PersonCreated struct {
	PersonID string `json:"person_id"`
}

// PersonChanged tells that name, handle, locale, zone, country, work answer or selling changed. Read what you need.
type PersonChanged struct {
	PersonID string `json:"person_id"`
}

// PersonErased tells that accounts holds nothing personal of this person any more. Others erase theirs.
type PersonErased struct {
	PersonID string `json:"person_id"`
}

// EmailVerified tells that the person has proved their present address, at sign-up or after a change.
type EmailVerified struct {
	PersonID string `json:"person_id"`
}

// LinkRequested tells that the mail of a link is to be sent: ask Client.LinkForMail for what it says.
type LinkRequested struct {
	LinkID  string `json:"link_id"`
	Purpose string `json:"purpose"`
}

// SessionRevoked tells which sessions ended before their time: those listed, or all of a person.
type SessionRevoked struct {
	PersonID   string   `json:"person_id"`
	SessionIDs []string `json:"session_ids,omitempty"`
}

// MandateChanged tells that a mandate was offered, accepted, declined, withdrawn, ended or expired.
type MandateChanged struct {
	MandateID   string `json:"mandate_id"`
	Represented string `json:"represented"`
	Assistant   string `json:"assistant,omitempty"`
	State       string `json:"state"`
}

// OrganisationCreated tells that somebody made an organisation.
type OrganisationCreated struct {
	OrganisationID string `json:"organisation_id"`
	Kind           string `json:"kind"`
}

// RoleChanged tells which roles somebody has from now on; none when they no longer act for the organisation.
type RoleChanged struct {
	OrganisationID string   `json:"organisation_id"`
	MemberID       string   `json:"member_id"`
	PersonID       string   `json:"person_id"`
	Roles          []string `json:"roles"`
}

// DomainClaimed tells that a domain is an organisation's: ask Client.DomainOwner which. Seq grows with each word about any domain.
type DomainClaimed struct {
	DomainID       string `json:"domain_id"`
	OrganisationID string `json:"organisation_id"`
	Seq            int64  `json:"seq"`
}

// DomainLost tells that it is no longer.
type DomainLost struct {
	DomainID       string `json:"domain_id"`
	OrganisationID string `json:"organisation_id"`
	Seq            int64  `json:"seq"`
}
