package accounts

import (
	"slices"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

const (
	organisationPrefix = "org"
	memberPrefix       = "member"
)

// Organisation is an employer, a brand or a company that hires writers. It is seen by its members and by nobody else.
//
//	made by its first owner ── its last member is erased ──► closed
type Organisation struct {
	ID        string
	Kind      string
	Name      string
	CreatedBy string
	Version   int64
	CreatedAt time.Time
	ClosedAt  *time.Time
}

func newOrganisation(by, kind, name string, now time.Time) (Organisation, error) {
	o := Organisation{ID: id.New(organisationPrefix), Kind: kind, CreatedBy: by, Version: 1, CreatedAt: now}
	return o, o.rename(name)
}

// rename gives it a name that can stand in mails to people who don't know the sender. ErrOrganisationName.
func (o *Organisation) rename(name string) error {
	o.Name = norm.NFC.String(tidyLine(name, 100))
	if o.Name == "" || webAddress.MatchString(o.Name) {
		return accountsapi.ErrOrganisationName.WithField("/name", "name", accountsapi.ErrOrganisationName.Detail)
	}
	return nil
}

// rolesOf are the roles that each kind of organisation has.
var rolesOf = map[string][]string{
	accountsapi.KindEmployer: {
		accountsapi.RoleOwner, accountsapi.RoleAdmin, accountsapi.RoleHRReviewer, accountsapi.RoleLegalReviewer, accountsapi.RolePrincipal, accountsapi.RoleFinance,
	},
	accountsapi.KindBrand: {
		accountsapi.RoleOwner, accountsapi.RoleAdmin, accountsapi.RoleBrandManager, accountsapi.RoleLegalReviewer, accountsapi.RolePrincipal, accountsapi.RoleFinance,
	},
	accountsapi.KindClient: {accountsapi.RoleOwner, accountsapi.RoleAdmin, accountsapi.RolePrincipal, accountsapi.RoleFinance},
}

// readRoles sorts what somebody typed. ErrRoleKind.
func readRoles(kind string, roles []string) ([]string, error) {
	roles = slices.Compact(slices.Sorted(slices.Values(roles)))
	for _, r := range roles {
		if !slices.Contains(rolesOf[kind], r) {
			return nil, accountsapi.ErrRoleKind.WithField("/roles", "role_kind", accountsapi.ErrRoleKind.Detail)
		}
	}
	return roles, nil
}

// Member is somebody who acts for an organisation, from and to.
type Member struct {
	ID             string
	OrganisationID string
	PersonID       string
	Mailbox        *Email
	Version        int64
	SinceAt        time.Time
	UntilAt        *time.Time

	Roles []string // the present ones, sorted
	Name  string   // joined
}

func (m Member) is(roles ...string) bool {
	return slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(m.Roles, r) })
}

// runs says that the member looks after the organisation: people, name, domains.
func (m Member) runs() bool { return m.is(accountsapi.RoleOwner, accountsapi.RoleAdmin) }

// mayGive is nil when the member may turn some roles into others. An owner may give and take all; an admin all but an owner's, so that nobody
// makes themselves one. ErrRoleMissing.
func (m Member) mayGive(from, to []string) error {
	owner := accountsapi.RoleOwner
	switch {
	case m.is(owner):
		return nil
	case m.is(accountsapi.RoleAdmin) && !slices.Contains(from, owner) && !slices.Contains(to, owner):
		return nil
	}
	return accountsapi.ErrRoleMissing
}

func (m Member) wire() accountsapi.Member {
	return accountsapi.Member{
		ID: m.ID, Person: m.PersonID, Name: m.Name, Roles: m.Roles, Mailbox: string(deref(m.Mailbox)), Version: m.Version, Since: m.SinceAt,
	}
}

func (o Organisation) wire(me Member) accountsapi.Organisation {
	return accountsapi.Organisation{ID: o.ID, Kind: o.Kind, Name: o.Name, Version: o.Version, Created: o.CreatedAt, Mine: me.Roles}
}
