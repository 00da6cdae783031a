package organisations

import (
	"time"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

var storyDay = time.Date(2026, 11, 24, 9, 41, 0, 0, time.UTC)

func titled(id string, plain bool, body func(p *shell.Page) templ.Component) storybook.Build {
	return func(p *shell.Page) templ.Component {
		storybook.AsBuyer(p)
		p.Title, p.Plain = p.L.T(id, "Organisation", "Acme Chairs"), plain
		return body(p)
	}
}

// Stories adds the pages of organisations and of work.
func Stories(b *storybook.Book) {
	members := []accountsapi.Member{
		{ID: "member_1", Person: "person_ines", Name: "Ines Okafor", Roles: []string{"hr_reviewer", "owner"}, Mailbox: "ines@acme.example", Version: 1},
		{ID: "member_2", Person: "person_long", Name: storybook.LongName, Roles: []string{"legal_reviewer"}, Mailbox: "legal.department.and.compliance@acme.example", Version: 3},
	}
	acme := accountsapi.Organisation{
		ID: "org_1", Kind: accountsapi.KindEmployer, Name: "Acme Chairs", Version: 2, Mine: []string{"hr_reviewer", "owner"}, Members: members,
		Invitations: []accountsapi.OrgInvitation{
			{ID: "orginvite_1", Mailbox: "leo@acme.example", Roles: []string{"admin"}, State: accountsapi.InvitationOpen},
			{ID: "orginvite_2", Mailbox: "mia@acme.example", Roles: []string{"finance"}, State: accountsapi.InvitationExpired},
		},
		Domains: []accountsapi.OrganisationHost{
			{ID: "domain_1", Domain: "acme.example", State: accountsapi.ClaimHeld},
			{ID: "domain_2", Domain: "acme-chairs-and-tables-international.example", State: accountsapi.ClaimPending, RecordName: "_workfluence.acme-chairs-and-tables-international.example", RecordValue: "workfluence-domain=k3v7q2m9kdxk3v7q2m9kdxabcd"},
		},
	}
	b.Add("organisations", "list", "empty", titled("organisation.title", false, func(p *shell.Page) templ.Component { return listPage(p.L, nil, listForm{}) }))
	b.Add("organisations", "list", "some", titled("organisation.title", false, func(p *shell.Page) templ.Component {
		return listPage(p.L, []accountsapi.Organisation{acme, {ID: "org_2", Kind: "brand", Name: "Globex", Mine: []string{"finance"}}}, listForm{
			name: "www.acme.example", faults: ui.Faults{{Field: "name", Text: p.L.T("field.name.required")}},
		})
	}))
	b.Add("organisations", "organisation", "owner", titled("organisation.people", false, func(p *shell.Page) templ.Component {
		return organisationPage(p.L, acme, "person_ines", orgForm{name: acme.Name})
	}))
	b.Add("organisations", "organisation", "member", titled("organisation.people", false, func(p *shell.Page) templ.Component {
		seen := acme
		seen.Mine, seen.Invitations = []string{"legal_reviewer"}, nil
		return organisationPage(p.L, seen, "person_long", orgForm{name: acme.Name})
	}))
	view := invitationView{info: accountsapi.InvitationInfo{Organisation: "Acme Chairs", From: "Ines Okafor", Mailbox: "leo@acme.example", Roles: []string{"hr_reviewer", "admin"}}, token: "token", proof: "proof", next: "?next=%2F"}
	b.Add("organisations", "invitation", "signed-out", titled("organisation.accept_title", true, func(p *shell.Page) templ.Component { return invitationPage(p.L, view) }))
	b.Add("organisations", "invitation", "signed-in", titled("organisation.accept_title", true, func(p *shell.Page) templ.Component {
		in := view
		in.signedIn, in.info.From = true, ""
		return invitationPage(p.L, in)
	}))
	b.Add("organisations", "invitation", "over", titled("organisation.closed_title", true, func(p *shell.Page) templ.Component { return closedPage(p.L) }))

	policyStories(b)

	until := storyDay.AddDate(0, 1, 0)
	work := []reviewapi.Employment{
		{ID: "employment_3", Employer: "Acme Chairs", Domain: "acme.example", Since: storyDay, Until: &until, Current: true, Version: 2},
		{ID: "employment_2", Employer: "Globex", Domain: "globex.example", Since: storyDay, Current: true, Proved: &storyDay, Mailbox: "ines@globex.example"},
		{ID: "employment_1", Employer: storybook.LongName, Domain: "initech.example", Since: storyDay, Until: &storyDay},
	}
	b.Add("organisations", "work", "none", titled("work.title", false, func(p *shell.Page) templ.Component { return workPage(p.L, nil, workForm{}) }))
	b.Add("organisations", "work", "proving", titled("work.title", false, func(p *shell.Page) templ.Component {
		return workPage(p.L, work, workForm{id: "employment_3", mailed: "employment_3", zone: "Europe/Brussels", mailbox: "ines@acme.example", faults: onField(p.L, reviewapi.ErrReviewCodeWrong, "code")})
	}))
	b.Add("organisations", "work", "proved", titled("work.title", false, func(p *shell.Page) templ.Component {
		return workPage(p.L, work, workForm{id: "employment_2", zone: "Europe/Brussels"})
	}))
}
