package organisations

import (
	"context"
	"crypto/rand"
	"net/http"
	"strconv"
	"strings"

	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
)

// Accounts is what these pages ask of accounts.
type Accounts interface {
	Me(ctx context.Context) (accountsapi.Person, error)
	Organisations(ctx context.Context) (accountsapi.Organisations, error)
	NewOrganisation(ctx context.Context, key string, in accountsapi.NewOrganisation) (accountsapi.Organisation, error)
	Organisation(ctx context.Context, id string) (accountsapi.Organisation, error)
	RenameOrganisation(ctx context.Context, id string, version int64, in accountsapi.RenameOrganisation) (accountsapi.Organisation, error)
	SetRoles(ctx context.Context, organisation, member string, version int64, in accountsapi.SetRoles) (accountsapi.Organisation, error)
	EndMembership(ctx context.Context, organisation, member string, version int64) error
	InviteMember(ctx context.Context, key, organisation string, in accountsapi.InviteMember) (accountsapi.Organisation, error)
	RevokeInvitation(ctx context.Context, organisation, invitation string) (accountsapi.Organisation, error)
	PeekInvitation(ctx context.Context, token string) (accountsapi.InvitationInfo, error)
	AcceptInvitation(ctx context.Context, in accountsapi.AcceptInvitation) (accountsapi.Organisation, error)
	ClaimDomain(ctx context.Context, organisation string, in accountsapi.ClaimDomain) (accountsapi.OrganisationHost, error)
	CheckDomain(ctx context.Context, organisation, domain string) (accountsapi.OrganisationHost, error)
	WithdrawDomain(ctx context.Context, organisation, domain string) error
}

// Work is what these pages ask of review.
type Work interface {
	Employments(ctx context.Context) (reviewapi.Employments, error)
	Leave(ctx context.Context, employment string, version int64, in reviewapi.Leave) (reviewapi.Employment, error)
	Stay(ctx context.Context, employment string) (reviewapi.Employment, error)
	Return(ctx context.Context, employment string) (reviewapi.Employment, error)
	ProveEmployment(ctx context.Context, employment string, in reviewapi.ProveEmployment) error
	ConfirmEmployment(ctx context.Context, employment string, in reviewapi.WorkCode) (reviewapi.Employment, error)
}

type pages struct {
	accounts Accounts
	work     Work
	policies Policies
}

// Area registers the pages.
func Area(accounts Accounts, work Work, policies Policies) shell.Area {
	h := &pages{accounts: accounts, work: work, policies: policies}
	return shell.Area{Name: "organisations", Register: func(s *shell.Shell) {
		person := rest.Any(rest.Person)
		s.Page("GET /organisations", shell.Route{Summary: "The organisations that I act for.", Access: person}, h.list)
		s.Page("POST /organisations", shell.Route{Summary: "Make one, or accept an invitation by its code.", Access: person}, h.postList)
		s.Page("GET /organisations/:organisation", shell.Route{Summary: "An organisation: people, invitations, domains.", Access: person}, h.show)
		s.Page("POST /organisations/:organisation", shell.Route{Summary: "Change people, name or domains.", Access: person}, h.change)
		s.Page("GET "+accountsapi.InvitationPath+":token", shell.Route{Summary: "What an invitation's link is for; it changes nothing.", Access: rest.Any(rest.Public)}, h.invitation)
		s.Page("POST "+accountsapi.InvitationPath+":token", shell.Route{Summary: "Accept an invitation.", Access: rest.Any(rest.Public)}, h.accept)
		s.Page("GET /employments", shell.Route{Summary: "For whom I work.", Access: person}, h.employments)
		s.Page("POST /employments/:employment", shell.Route{Summary: "Prove it, leave, stay or come back.", Access: person}, h.postWork)
		h.policyPages(s)
	}}
}

// pressCookie proves that this browser has opened the page of an invitation.
const pressCookie = "wf_invitation_opened"

func openPress(v *shell.Visit) string {
	proof := rand.Text()
	v.SetCookie(&http.Cookie{Name: pressCookie, Value: proof, Path: accountsapi.InvitationPath, MaxAge: 24 * 60 * 60, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return proof
}

func pressed(v *shell.Visit) bool {
	c, err := v.Request().Cookie(pressCookie)
	return err == nil && c.Value != "" && c.Value == v.Form("proof")
}

func typed(v *shell.Visit, name string) string { return strings.TrimSpace(v.Form(name)) }

// version is what a form was made from, 0 for none.
func version(v *shell.Visit) int64 {
	n, err := strconv.ParseInt(v.Form("version"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
