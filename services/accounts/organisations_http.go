package accounts

import (
	"context"
	"strconv"
	"strings"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

type byOrganisation struct {
	Organisation string `path:"organisation" json:"-" validate:"max=64"`
}

type byMember struct {
	byOrganisation
	Member string `path:"member" json:"-" validate:"max=64"`
}

type byInvitation struct {
	byOrganisation
	Invitation string `path:"invitation" json:"-" validate:"max=64"`
}

type byDomain struct {
	byOrganisation
	Domain string `path:"domain" json:"-" validate:"max=64"`
}

type byKey struct {
	Key string `header:"Idempotency-Key" json:"-" validate:"max=255"`
}

type ifMatch struct {
	IfMatch string `header:"If-Match" json:"-" validate:"max=40"`
}

// version reads If-Match. "*" and none ask for nothing and are 0.
func (m ifMatch) version() (int64, error) {
	text := strings.Trim(strings.TrimPrefix(strings.TrimSpace(m.IfMatch), "W/"), `"`)
	if text == "" || text == "*" {
		return 0, nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil || v < 1 {
		return 0, problem.ErrInvalid.WithField("/If-Match", "version", "must be the version that you read")
	}
	return v, nil
}

// organisationRoutes are for people in their own name: no mandate covers what a role allows.
func (s *Service) organisationRoutes(r *rest.Router) {
	person := rest.Any(rest.Person)
	missing := []*problem.Error{problem.ErrNotFound, accountsapi.ErrRoleMissing}
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/organisations", Summary: "The organisations that I act for", Access: person},
		func(ctx context.Context, _ *rest.Empty) (*accountsapi.Organisations, error) {
			return s.Organisations(ctx)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/organisations", Summary: "Make an organisation, which I own", Access: person, Status: 201, Idempotent: true,
		Errors: []*problem.Error{accountsapi.ErrOrganisationName, accountsapi.ErrTooManyTries}},
		func(ctx context.Context, in *struct {
			byKey
			accountsapi.NewOrganisation
		}) (*accountsapi.Organisation, error) {
			return s.NewOrganisation(ctx, in.Key, in.NewOrganisation)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/organisations/:organisation", Summary: "An organisation with its people, invitations and domains", Access: person, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *byOrganisation) (*accountsapi.Organisation, error) {
			return s.Organisation(ctx, in.Organisation)
		})
	rest.Handle(r, rest.Route{Method: "PATCH", Path: "/api/v1/organisations/:organisation", Summary: "Give an organisation another name", Access: person,
		Errors: append([]*problem.Error{accountsapi.ErrOrganisationName, problem.ErrStale}, missing...)},
		func(ctx context.Context, in *struct {
			byOrganisation
			ifMatch
			accountsapi.RenameOrganisation
		}) (*accountsapi.Organisation, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.Rename(ctx, in.Organisation, v, in.RenameOrganisation)
		})
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/api/v1/organisations/:organisation/members/:member", Summary: "Say what a member may do from now on", Access: person,
		Errors: append([]*problem.Error{accountsapi.ErrRoleKind, accountsapi.ErrLastOwner, problem.ErrStale}, missing...)},
		func(ctx context.Context, in *struct {
			byMember
			ifMatch
			accountsapi.SetRoles
		}) (*accountsapi.Organisation, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.SetRoles(ctx, in.Organisation, in.Member, v, in.SetRoles)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/organisations/:organisation/members/:member", Summary: "Leave an organisation, or make somebody leave", Access: person,
		Errors: append([]*problem.Error{accountsapi.ErrLastOwner, problem.ErrStale}, missing...)},
		func(ctx context.Context, in *struct {
			byMember
			ifMatch
		}) (*rest.Empty, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return &rest.Empty{}, s.EndMembership(ctx, in.Organisation, in.Member, v)
		})
	s.invitationRoutes(r)
	s.domainRoutes(r)
}

func (s *Service) invitationRoutes(r *rest.Router) {
	person := rest.Any(rest.Person)
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/organisations/:organisation/invitations", Summary: "Mail an invitation to act for an organisation", Access: person, Status: 201, Idempotent: true,
		Errors: []*problem.Error{problem.ErrNotFound, accountsapi.ErrRoleMissing, accountsapi.ErrRoleKind, accountsapi.ErrInvitationOpen, accountsapi.ErrTooManyTries}},
		func(ctx context.Context, in *struct {
			byOrganisation
			byKey
			accountsapi.InviteMember
		}) (*accountsapi.Organisation, error) {
			return s.InviteMember(ctx, in.Key, in.Organisation, in.InviteMember)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/organisations/:organisation/invitations/:invitation", Summary: "Take an invitation back", Access: person,
		Errors: []*problem.Error{problem.ErrNotFound, accountsapi.ErrRoleMissing, accountsapi.ErrInvitationClosed}},
		func(ctx context.Context, in *byInvitation) (*accountsapi.Organisation, error) {
			return s.RevokeInvitation(ctx, in.Organisation, in.Invitation)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/organisations/invitations/accept", Summary: "Accept an invitation to act for an organisation, by its link or code", Access: person,
		Errors: append([]*problem.Error{accountsapi.ErrInvitationClosed}, codeErrors...)},
		func(ctx context.Context, in *accountsapi.AcceptInvitation) (*accountsapi.Organisation, error) {
			return s.AcceptInvitation(ctx, *in)
		})
}

func (s *Service) domainRoutes(r *rest.Router) {
	person := rest.Any(rest.Person)
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/organisations/:organisation/domains", Summary: "Name a mail domain as the organisation's, and learn which DNS record proves it", Access: person, Status: 201,
		Errors: []*problem.Error{problem.ErrNotFound, accountsapi.ErrRoleMissing, accountsapi.ErrDomainKind, accountsapi.ErrDomainInvalid, accountsapi.ErrDomainPublic, accountsapi.ErrDomainAsked, accountsapi.ErrDomainMany}},
		func(ctx context.Context, in *struct {
			byOrganisation
			accountsapi.ClaimDomain
		}) (*accountsapi.OrganisationHost, error) {
			return s.ClaimDomain(ctx, in.Organisation, in.ClaimDomain)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/organisations/:organisation/domains/:domain/check", Summary: "Look for the DNS record now", Access: person,
		Errors: []*problem.Error{problem.ErrNotFound, accountsapi.ErrRoleMissing, accountsapi.ErrDomainUnproved, accountsapi.ErrDomainTaken, accountsapi.ErrDomainClosed, accountsapi.ErrTooManyTries}},
		func(ctx context.Context, in *byDomain) (*accountsapi.OrganisationHost, error) {
			return s.CheckDomain(ctx, in.Organisation, in.Domain)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/organisations/:organisation/domains/:domain", Summary: "Give up a claim that is not proved yet", Access: person,
		Errors: []*problem.Error{problem.ErrNotFound, accountsapi.ErrRoleMissing, accountsapi.ErrDomainClosed}},
		func(ctx context.Context, in *byDomain) (*rest.Empty, error) {
			return &rest.Empty{}, s.WithdrawDomain(ctx, in.Organisation, in.Domain)
		})
}

// organisationInternalRoutes are what other parts and operators' pages ask.
func (s *Service) organisationInternalRoutes(r *rest.Router) {
	operator := rest.Any(rest.Operator)
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/invitations/peek", Summary: "What an invitation's link is for, without using it", Access: rest.Any(rest.Service("web")), Internal: true, Errors: []*problem.Error{accountsapi.ErrLinkUnknown}},
		func(ctx context.Context, in *accountsapi.Token) (*accountsapi.InvitationInfo, error) {
			return s.PeekInvitation(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/organisations/:organisation/roles/:person", Summary: "What a person may do for an organisation now, and whether they are close to another", Access: rest.Any(rest.Service("review"), rest.Service("notify")), Internal: true, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *struct {
			byOrganisation
			Person string `path:"person" json:"-" validate:"max=64"`
			About  string `query:"about" json:"-" validate:"max=64"`
		}) (*accountsapi.Acting, error) {
			return s.Acting(ctx, in.Organisation, in.Person, in.About)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/organisations/:organisation/staff", Summary: "Who acts for an organisation now, and who of them is close to a person", Access: rest.Any(rest.Service("review")), Internal: true},
		func(ctx context.Context, in *struct {
			byOrganisation
			About string `query:"about" json:"-" validate:"max=64"`
		}) (*accountsapi.Staff, error) {
			return s.Staff(ctx, in.Organisation, in.About)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/domains/:domain", Summary: "Whose the domain of a claim is now", Access: rest.Any(rest.Service("review")), Internal: true, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *struct {
			Domain string `path:"domain" json:"-" validate:"max=64"`
		}) (*accountsapi.DomainOwner, error) {
			return s.DomainOwner(ctx, in.Domain)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/operator/domains", Summary: "List the domains that organisations claim", Access: operator, Internal: true},
		func(ctx context.Context, in *struct {
			Cursor string `query:"cursor" json:"-" validate:"max=64"`
		}) (*accountsapi.HeldDomains, error) {
			return s.HeldDomains(ctx, in.Cursor)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/operator/domains", Summary: "Give a domain to an employer, by papers that were looked at", Access: operator, Internal: true,
		Errors: []*problem.Error{problem.ErrNotFound, accountsapi.ErrDomainKind, accountsapi.ErrDomainInvalid, accountsapi.ErrDomainPublic, accountsapi.ErrDomainTaken}},
		func(ctx context.Context, in *accountsapi.GrantDomain) (*accountsapi.HeldDomain, error) {
			return s.GrantDomain(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/operator/domains/:domain/take", Summary: "Take a claimed domain away", Access: operator, Internal: true,
		Errors: []*problem.Error{problem.ErrNotFound, accountsapi.ErrDomainClosed}},
		func(ctx context.Context, in *struct {
			Domain string `path:"domain" json:"-" validate:"max=64"`
			accountsapi.TakeDomain
		}) (*accountsapi.HeldDomain, error) {
			return s.TakeDomain(ctx, in.Domain, in.TakeDomain)
		})
}
