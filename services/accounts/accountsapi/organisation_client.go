package accountsapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/workfluence/workfluence/internal/call"
)

// InvitationPath is the page that an invitation's link opens, followed by the token. Only its POST acts.
const InvitationPath = "/invitations/"

func at(format string, parts ...any) string {
	for i, p := range parts {
		parts[i] = url.PathEscape(p.(string))
	}
	return base + fmt.Sprintf(format, parts...)
}

func matching(version int64) call.Option {
	if version == 0 {
		return call.WithHeader("If-Match", "*")
	}
	return call.WithHeader("If-Match", strconv.Quote(strconv.FormatInt(version, 10)))
}

// Organisations are those that the person acts for.
func (c *Client) Organisations(ctx context.Context) (Organisations, error) {
	return call.Do[Organisations](ctx, c.hc, http.MethodGet, base+"/api/v1/organisations", nil)
}

// NewOrganisation makes one; the person is its owner. A repeat with the same key gives the first answer.
func (c *Client) NewOrganisation(ctx context.Context, key string, in NewOrganisation) (Organisation, error) {
	return call.Do[Organisation](ctx, c.hc, http.MethodPost, base+"/api/v1/organisations", in, call.WithIdempotencyKey(key))
}

// Organisation is one with members, invitations and domains. problem.ErrNotFound for who doesn't act for it.
func (c *Client) Organisation(ctx context.Context, id string) (Organisation, error) {
	return call.Do[Organisation](ctx, c.hc, http.MethodGet, at("/api/v1/organisations/%s", id), nil)
}

// RenameOrganisation gives it another name. problem.ErrStale, ErrRoleMissing.
func (c *Client) RenameOrganisation(ctx context.Context, id string, version int64, in RenameOrganisation) (Organisation, error) {
	return call.Do[Organisation](ctx, c.hc, http.MethodPatch, at("/api/v1/organisations/%s", id), in, matching(version))
}

// SetRoles says what a member may do from now on. ErrLastOwner, ErrRoleMissing, problem.ErrStale.
func (c *Client) SetRoles(ctx context.Context, organisation, member string, version int64, in SetRoles) (Organisation, error) {
	return call.Do[Organisation](ctx, c.hc, http.MethodPut, at("/api/v1/organisations/%s/members/%s", organisation, member), in, matching(version))
}

// EndMembership makes a member leave; everybody may leave themselves. ErrLastOwner, ErrRoleMissing, problem.ErrStale.
func (c *Client) EndMembership(ctx context.Context, organisation, member string, version int64) error {
	_, err := call.Do[call.Empty](ctx, c.hc, http.MethodDelete, at("/api/v1/organisations/%s/members/%s", organisation, member), nil, matching(version))
	return err
}

// InviteMember mails an invitation. ErrInvitationOpen, ErrRoleMissing.
func (c *Client) InviteMember(ctx context.Context, key, organisation string, in InviteMember) (Organisation, error) {
	return call.Do[Organisation](ctx, c.hc, http.MethodPost, at("/api/v1/organisations/%s/invitations", organisation), in, call.WithIdempotencyKey(key))
}

// RevokeInvitation takes an open invitation back. ErrInvitationClosed.
func (c *Client) RevokeInvitation(ctx context.Context, organisation, invitation string) (Organisation, error) {
	return call.Do[Organisation](ctx, c.hc, http.MethodDelete, at("/api/v1/organisations/%s/invitations/%s", organisation, invitation), nil)
}

// PeekInvitation says what an invitation is for, and consumes nothing. Pages only; ErrLinkUnknown.
func (c *Client) PeekInvitation(ctx context.Context, token string) (InvitationInfo, error) {
	return call.Do[InvitationInfo](ctx, c.hc, http.MethodPost, base+"/internal/invitations/peek", Token{Token: token})
}

// AcceptInvitation makes the person a member. ErrInvitationClosed, and the errors of links and codes.
func (c *Client) AcceptInvitation(ctx context.Context, in AcceptInvitation) (Organisation, error) {
	return call.Do[Organisation](ctx, c.hc, http.MethodPost, base+"/api/v1/organisations/invitations/accept", in)
}

// ClaimDomain begins a claim, and says which TXT record proves it. ErrDomainPublic, ErrDomainAsked, ErrDomainKind.
func (c *Client) ClaimDomain(ctx context.Context, organisation string, in ClaimDomain) (OrganisationHost, error) {
	return call.Do[OrganisationHost](ctx, c.hc, http.MethodPost, at("/api/v1/organisations/%s/domains", organisation), in)
}

// CheckDomain looks for the record now. ErrDomainUnproved, ErrDomainTaken, ErrDomainClosed.
func (c *Client) CheckDomain(ctx context.Context, organisation, domain string) (OrganisationHost, error) {
	return call.Do[OrganisationHost](ctx, c.hc, http.MethodPost, at("/api/v1/organisations/%s/domains/%s/check", organisation, domain), nil)
}

// WithdrawDomain gives up a claim that is not proved yet. ErrDomainClosed.
func (c *Client) WithdrawDomain(ctx context.Context, organisation, domain string) error {
	_, err := call.Do[call.Empty](ctx, c.hc, http.MethodDelete, at("/api/v1/organisations/%s/domains/%s", organisation, domain), nil)
	return err
}

// HeldDomains lists domains for operators.
func (c *Client) HeldDomains(ctx context.Context, cursor string) (HeldDomains, error) {
	return call.Do[HeldDomains](ctx, c.hc, http.MethodGet, base+"/internal/operator/domains?"+url.Values{"cursor": {cursor}}.Encode(), nil)
}

// GrantDomain gives a domain to an organisation. Operators only; ErrDomainTaken, ErrDomainPublic, ErrDomainKind.
func (c *Client) GrantDomain(ctx context.Context, in GrantDomain) (HeldDomain, error) {
	return call.Do[HeldDomain](ctx, c.hc, http.MethodPost, base+"/internal/operator/domains", in)
}

// TakeDomain takes a claimed domain away. Operators only; ErrDomainClosed.
func (c *Client) TakeDomain(ctx context.Context, domain string, in TakeDomain) (HeldDomain, error) {
	return call.Do[HeldDomain](ctx, c.hc, http.MethodPost, at("/internal/operator/domains/%s/take", domain), in)
}

// Acting reads afresh what a person may do for an organisation, and whether they are close to another person ("" asks about nobody).
// Services ask before they show or do anything for an organisation.
func (c *Client) Acting(ctx context.Context, organisation, person, about string) (Acting, error) {
	return call.Do[Acting](ctx, c.hc, http.MethodGet, at("/internal/organisations/%s/roles/%s", organisation, person)+"?"+url.Values{"about": {about}}.Encode(), nil)
}

// Staff reads afresh who acts for an organisation, and which of them are close to a person ("" asks about nobody). Review only.
func (c *Client) Staff(ctx context.Context, organisation, about string) (Staff, error) {
	return call.Do[Staff](ctx, c.hc, http.MethodGet, at("/internal/organisations/%s/staff", organisation)+"?"+url.Values{"about": {about}}.Encode(), nil)
}

// DomainOwner says whose a domain is now, by the id of a claim.
func (c *Client) DomainOwner(ctx context.Context, claimID string) (DomainOwner, error) {
	return call.Do[DomainOwner](ctx, c.hc, http.MethodGet, at("/internal/domains/%s", claimID), nil)
}

// Record is TXT records under a name of the demo's DNS.
type Record struct {
	Name   string   `json:"name" validate:"required,max=300"`
	Values []string `json:"values" validate:"max=10,dive,max=255"`
}

// SetRecord publishes TXT records in the demo's DNS. The route exists only under serve --dev.
func (c *Client) SetRecord(ctx context.Context, in Record) error {
	return c.do(ctx, http.MethodPut, "/api/v1/organisations/dev/records", in)
}
