package accountsapi

import "time"

// Kinds of an organisation.
const (
	KindEmployer = "employer"
	KindBrand    = "brand"
	KindClient   = "client"
)

// Roles of a member. An employer has no brand manager, and only an employer has reviewers of posts; a brand may have a legal reviewer.
const (
	RoleOwner         = "owner"
	RoleAdmin         = "admin"
	RoleHRReviewer    = "hr_reviewer"
	RoleLegalReviewer = "legal_reviewer"
	RolePrincipal     = "principal" // signs off on finance
	RoleBrandManager  = "brand_manager"
	RoleFinance       = "finance"
)

// NewOrganisation makes an organisation, whose owner is who makes it.
type NewOrganisation struct {
	Kind string `json:"kind" validate:"required,oneof=employer brand client"`
	Name string `json:"name" validate:"required,max=100"`
}

// RenameOrganisation gives it another name.
type RenameOrganisation struct {
	Name string `json:"name" validate:"required,max=100"`
}

// Organisation is an organisation as its members see it. Nobody else does.
type Organisation struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Version counts changes of the name: send it as If-Match.
	Version int64     `json:"version"`
	Created time.Time `json:"created"`
	// Mine are the caller's roles.
	Mine []string `json:"my_roles"`
	// Members, Invitations and Domains are left out of lists. Invitations are for owners and admins alone.
	Members     []Member           `json:"members,omitempty"`
	Invitations []OrgInvitation    `json:"invitations,omitempty"`
	Domains     []OrganisationHost `json:"domains,omitempty"`
}

// Organisations are those that a person acts for, newest first.
type Organisations struct {
	Data []Organisation `json:"data"`
}

// Member is somebody who acts for an organisation.
type Member struct {
	ID     string   `json:"id"`
	Person string   `json:"person"`
	Name   string   `json:"name"` // "" for somebody who gave none
	Roles  []string `json:"roles"`
	// Mailbox is where notices about the organisation go, "" for the address of the account, which no other member sees.
	Mailbox string `json:"mailbox,omitempty"`
	// Version counts changes: send it as If-Match.
	Version int64     `json:"version"`
	Since   time.Time `json:"since"`
}

// SetRoles says which roles a member has from now on: all of them.
type SetRoles struct {
	Roles []string `json:"roles" validate:"required,min=1,max=7,unique,dive,oneof=owner admin hr_reviewer legal_reviewer principal brand_manager finance"`
}

// InviteMember asks the owner of a mailbox to act for an organisation.
type InviteMember struct {
	Mailbox string `json:"mailbox" validate:"required,max=320"`
	SetRoles
	// Locale is the language of the mail; "" is that of who invites.
	Locale string `json:"locale,omitempty" validate:"omitempty,oneof=en fr nl ar zh"`
}

// States of an invitation.
const (
	InvitationOpen     = "open"
	InvitationAccepted = "accepted"
	InvitationRevoked  = "revoked"
	InvitationExpired  = "expired"
)

// OrgInvitation is an invitation as owners and admins see it.
type OrgInvitation struct {
	ID       string     `json:"id"`
	Mailbox  string     `json:"mailbox"`
	Roles    []string   `json:"roles"`
	State    string     `json:"state"`
	Created  time.Time  `json:"created"`
	AnswerBy time.Time  `json:"answer_by"`
	Ended    *time.Time `json:"ended,omitempty"`
}

// InvitationInfo is what the page behind an invitation's link may show before it is pressed. Reading it consumes nothing.
type InvitationInfo struct {
	Organisation string   `json:"organisation"`
	Kind         string   `json:"kind"`
	From         string   `json:"from"` // "" for somebody without a name
	Mailbox      string   `json:"mailbox"`
	Roles        []string `json:"roles"`
	State        string   `json:"state"`
}

// AcceptInvitation accepts by the link's token, or by the mailbox and the code that was mailed to it.
type AcceptInvitation struct {
	Token   string `json:"token,omitempty" validate:"max=200"`
	Mailbox string `json:"mailbox,omitempty" validate:"max=320"`
	Code    string `json:"code,omitempty" validate:"max=20"`
}

// States of a claim to a domain.
const (
	ClaimPending   = "pending"
	ClaimHeld      = "claimed"
	ClaimWithdrawn = "withdrawn"
	ClaimExpired   = "expired"
	ClaimLost      = "lost" // an operator took it away
)

// How a domain was proved.
const (
	HowDNS      = "dns"
	HowOperator = "operator"
)

// ClaimDomain names a mail domain that is to be an employer's.
type ClaimDomain struct {
	Domain string `json:"domain" validate:"required,max=300"`
}

// OrganisationHost is a domain that an organisation claims. RecordName and RecordValue are the TXT record that proves it.
type OrganisationHost struct {
	ID          string     `json:"id"`
	Domain      string     `json:"domain"`
	State       string     `json:"state"`
	How         string     `json:"how,omitempty"`
	RecordName  string     `json:"record_name,omitempty"`
	RecordValue string     `json:"record_value,omitempty"`
	Created     time.Time  `json:"created"`
	Expires     *time.Time `json:"expires,omitempty"` // of a pending one
	Checked     *time.Time `json:"checked,omitempty"` // wall time
	Claimed     *time.Time `json:"claimed,omitempty"`
}

// GrantDomain is how an operator gives a domain to an organisation without DNS, by papers they looked at.
type GrantDomain struct {
	Organisation string `json:"organisation" validate:"required,max=64"`
	Domain       string `json:"domain" validate:"required,max=300"`
	Reason       string `json:"reason" validate:"required,max=1000"`
}

// TakeDomain is how an operator takes a domain away.
type TakeDomain struct {
	Reason string `json:"reason" validate:"required,max=1000"`
}

// HeldDomain is a domain as operators see it.
type HeldDomain struct {
	ID           string    `json:"id"`
	Domain       string    `json:"domain"`
	State        string    `json:"state"`
	How          string    `json:"how"`
	Organisation string    `json:"organisation"`
	Name         string    `json:"name"`
	Created      time.Time `json:"created"`
}

// HeldDomains are a page of pending and claimed domains, newest first. Next is "" at the end.
type HeldDomains struct {
	Data []HeldDomain `json:"data"`
	Next string       `json:"next,omitempty"`
}

// Acting is what a person may do for an organisation at this moment, for other services. Roles is empty for who is no member.
type Acting struct {
	Organisation string   `json:"organisation"`
	Kind         string   `json:"kind"`
	Name         string   `json:"name"`
	Member       string   `json:"member"`
	Person       string   `json:"person"`
	PersonName   string   `json:"person_name"`
	Roles        []string `json:"roles"`
	// Mailbox is where the member is told, "" for the address of the account.
	Mailbox string `json:"mailbox"`
	// Close is true when the person asked about is the member, acts for them or is acted for, or has the member's mailbox.
	Close bool `json:"close"`
}

// Staff are all who act for an organisation at this moment, for other services that hand them work. None when there is no such organisation, or it is closed.
type Staff struct {
	Members []StaffMember `json:"data"`
}

// StaffMember is one of them. Close is as in Acting.
type StaffMember struct {
	Member string   `json:"member"`
	Person string   `json:"person"`
	Name   string   `json:"name"`
	Roles  []string `json:"roles"`
	Close  bool     `json:"close"`
}

// DomainOwner is who a domain belongs to at this moment; Organisation is "" for nobody. Seq grows with each word about any domain.
type DomainOwner struct {
	Domain       string `json:"domain"`
	Organisation string `json:"organisation"`
	Seq          int64  `json:"seq"`
}
