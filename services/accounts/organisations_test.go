package accounts

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// employer is an organisation with its owner, by the API.
func (h *house) employer(owner context.Context, name string) accountsapi.Organisation {
	h.t.Helper()
	o, err := h.as("web").NewOrganisation(owner, "make "+name, accountsapi.NewOrganisation{Kind: accountsapi.KindEmployer, Name: name})
	if err != nil {
		h.t.Fatal(err)
	}
	return o
}

// invite mails an invitation and gives what the mail says.
func (h *house) invite(by context.Context, organisation, mailbox string, roles ...string) accountsapi.LinkMail {
	h.t.Helper()
	_, err := h.as("web").InviteMember(by, "invite "+mailbox+strings.Join(roles, ","), organisation, accountsapi.InviteMember{Mailbox: mailbox, SetRoles: accountsapi.SetRoles{Roles: roles}})
	if err != nil {
		h.t.Fatal(err)
	}
	return h.lastMail()
}

func invitationToken(m accountsapi.LinkMail) string {
	return strings.TrimPrefix(m.Path, accountsapi.InvitationPath)
}

// recruit makes somebody a member by an invitation they accept.
func (h *house) recruit(by context.Context, organisation, email string, roles ...string) (context.Context, accountsapi.Member) {
	h.t.Helper()
	m := h.invite(by, organisation, "work."+email, roles...)
	in := h.join(email)
	person := h.by(in.Token)
	o, err := h.as("web").AcceptInvitation(person, accountsapi.AcceptInvitation{Token: invitationToken(m)})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, member := range o.Members {
		if member.Person == in.Person.ID {
			return person, member
		}
	}
	h.t.Fatalf("no member: %+v", o)
	return nil, accountsapi.Member{}
}

func TestAnOrganisationFromItsOwnerToItsLastMember(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web := h.as("web")
		a := h.join("ana@example.com")
		ana := h.by(a.Token)
		o := h.employer(ana, " Acme  Works ")
		if o.Name != "Acme Works" || !slices.Equal(o.Mine, []string{"owner"}) || len(o.Members) != 1 || o.Members[0].Mailbox != "" {
			t.Fatalf("%+v", o)
		}
		if again := h.employer(ana, " Acme  Works "); again.ID != o.ID {
			t.Fatal("a repeat made another one")
		}
		for name, bad := range map[string]string{"a web address": "see www.evil.example", "nothing": "  "} {
			if _, err := web.NewOrganisation(ana, name, accountsapi.NewOrganisation{Kind: "brand", Name: bad}); !errors.Is(err, accountsapi.ErrOrganisationName) && !errors.Is(err, problem.ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}

		eve := h.by(h.join("eve@example.com").Token)
		if _, err := web.Organisation(eve, o.ID); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("a stranger reads it: %v", err)
		}
		if _, err := web.InviteMember(eve, "k", o.ID, accountsapi.InviteMember{Mailbox: "x@acme.example", SetRoles: accountsapi.SetRoles{Roles: []string{"owner"}}}); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("a stranger invites: %v", err)
		}
		if list, err := web.Organisations(eve); err != nil || len(list.Data) != 0 {
			t.Fatalf("%+v %v", list, err)
		}

		ben, benMember := h.recruit(ana, o.ID, "ben@example.com", "admin")
		cleo, cleoMember := h.recruit(ben, o.ID, "cleo@example.com", "hr_reviewer", "legal_reviewer")
		if cleoMember.Mailbox != "work.cleo@example.com" {
			t.Fatalf("told elsewhere than at the mailbox of the role: %+v", cleoMember)
		}
		if seen, err := web.Organisation(cleo, o.ID); err != nil || len(seen.Members) != 3 || seen.Invitations != nil {
			t.Fatalf("%+v %v", seen, err)
		}

		// What a role covers, for each who tries.
		for name, try := range map[string]func() error{
			"a reviewer renames": func() error {
				_, err := web.RenameOrganisation(cleo, o.ID, 0, accountsapi.RenameOrganisation{Name: "Cleo"})
				return err
			},
			"a reviewer gives herself a role": func() error {
				_, err := web.SetRoles(cleo, o.ID, cleoMember.ID, 0, accountsapi.SetRoles{Roles: []string{"owner"}})
				return err
			},
			"a reviewer removes an admin": func() error { return web.EndMembership(cleo, o.ID, benMember.ID, 0) },
			"an admin makes himself an owner": func() error {
				_, err := web.SetRoles(ben, o.ID, benMember.ID, 0, accountsapi.SetRoles{Roles: []string{"owner"}})
				return err
			},
			"an admin invites an owner": func() error {
				_, err := web.InviteMember(ben, "k2", o.ID, accountsapi.InviteMember{Mailbox: "b@acme.example", SetRoles: accountsapi.SetRoles{Roles: []string{"owner"}}})
				return err
			},
			"an admin removes the owner": func() error { return web.EndMembership(ben, o.ID, o.Members[0].ID, 0) },
			"a reviewer claims a domain": func() error {
				_, err := web.ClaimDomain(cleo, o.ID, accountsapi.ClaimDomain{Domain: "acme.example"})
				return err
			},
		} {
			if err := try(); !errors.Is(err, accountsapi.ErrRoleMissing) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := web.SetRoles(ana, o.ID, cleoMember.ID, 0, accountsapi.SetRoles{Roles: []string{"brand_manager"}}); !errors.Is(err, accountsapi.ErrRoleKind) {
			t.Fatalf("an employer has a brand manager: %v", err)
		}
		if err := web.EndMembership(ana, o.ID, o.Members[0].ID, 0); !errors.Is(err, accountsapi.ErrLastOwner) {
			t.Fatalf("the last owner left: %v", err)
		}
		if _, err := web.SetRoles(ana, o.ID, o.Members[0].ID, 0, accountsapi.SetRoles{Roles: []string{"admin"}}); !errors.Is(err, accountsapi.ErrLastOwner) {
			t.Fatalf("the last owner gave it up: %v", err)
		}

		// A change names the version that was read, and is told at the mailbox of the role.
		if _, err := web.SetRoles(ana, o.ID, cleoMember.ID, 9, accountsapi.SetRoles{Roles: []string{"hr_reviewer"}}); !errors.Is(err, problem.ErrStale) {
			t.Fatalf("stale: %v", err)
		}
		if _, err := web.SetRoles(ana, o.ID, cleoMember.ID, cleoMember.Version, accountsapi.SetRoles{Roles: []string{"hr_reviewer"}}); err != nil {
			t.Fatal(err)
		}
		if m := h.lastMail(); m.Purpose != accountsapi.PurposeOrganisationRole || m.Email != "work.cleo@example.com" || m.Organisation != "Acme Works" || m.Code != "" {
			t.Fatalf("%+v", m)
		}
		if n := h.count(`select count(*) from accounts.member_role where member_id = $1 and until_at is not null and role = 'legal_reviewer'`, cleoMember.ID); n != 1 {
			t.Fatal("what she was is forgotten")
		}
		acting, err := h.as("review").Acting(h.ctx(), o.ID, cleoMember.Person, "")
		if err != nil || !slices.Equal(acting.Roles, []string{"hr_reviewer"}) || acting.Close || acting.Mailbox != "work.cleo@example.com" {
			t.Fatalf("%+v %v", acting, err)
		}
		if acting, err := h.as("review").Acting(h.ctx(), o.ID, cleoMember.Person, cleoMember.Person); err != nil || !acting.Close {
			t.Fatalf("%+v %v", acting, err)
		}
		staff, err := h.as("review").Staff(h.ctx(), o.ID, cleoMember.Person)
		if err != nil || len(staff.Members) < 2 {
			t.Fatalf("%+v %v", staff, err)
		}
		for _, m := range staff.Members {
			if m.Close != (m.Person == cleoMember.Person) || m.Close && !slices.Equal(m.Roles, []string{"hr_reviewer"}) {
				t.Errorf("%+v", m)
			}
		}
		if _, err := h.as("web").Staff(h.ctx(), o.ID, ""); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("the pages read who is where: %v", err)
		}
		if _, err := h.as("web").Acting(h.ctx(), o.ID, cleoMember.Person, ""); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("the pages read roles of others: %v", err)
		}
		if err := web.EndMembership(cleo, o.ID, cleoMember.ID, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := web.Organisation(cleo, o.ID); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("who left still reads it: %v", err)
		}
		if _, err := h.as("review").Acting(h.ctx(), o.ID, cleoMember.Person, ""); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("who left still acts: %v", err)
		}

		// Erasure: not while others have no owner; then the organisation closes with its last member.
		if err := web.Erase(ana, accountsapi.Erase{Confirm: "ana@example.com"}); !errors.Is(err, accountsapi.ErrLastOwner) {
			t.Fatalf("an organisation lost its owner: %v", err)
		}
		if err := web.EndMembership(ana, o.ID, benMember.ID, 0); err != nil {
			t.Fatal(err)
		}
		if err := web.Erase(ana, accountsapi.Erase{Confirm: "ana@example.com"}); err != nil {
			t.Fatal(err)
		}
		if n := h.count(`select count(*) from accounts.organisation where closed_at is not null`); n != 1 {
			t.Fatal("nobody acts for it, and it is open")
		}
		if n := h.count(`select count(*) from accounts.member where person_id = $1 and (until_at is null or mailbox is not null)`, a.Person.ID); n != 0 {
			t.Fatal("an erased person is a member")
		}
	})
}

func TestAnInvitationIsAcceptedOnceByWhoHasTheMailbox(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web := h.as("web")
		a := h.join("ana@example.com")
		ana := h.by(a.Token)
		o := h.employer(ana, "Acme")
		m := h.invite(ana, o.ID, "Legal@Acme.example", "legal_reviewer")
		if m.Email != "legal@acme.example" || m.Organisation != "Acme" || m.Code == "" || !strings.HasPrefix(m.Path, accountsapi.InvitationPath) {
			t.Fatalf("%+v", m)
		}
		token := invitationToken(m)
		for range 3 { // mail scanners read it as often as they like
			if info, err := web.PeekInvitation(h.ctx(), token); err != nil || info.State != accountsapi.InvitationOpen || info.Organisation != "Acme" || info.Mailbox != "legal@acme.example" {
				t.Fatalf("%+v %v", info, err)
			}
		}
		if _, err := web.PeekInvitation(h.ctx(), token[:len(token)-1]+"x"); !errors.Is(err, accountsapi.ErrLinkUnknown) {
			t.Fatalf("a forged link: %v", err)
		}
		if _, err := web.SignIn(h.ctx(), accountsapi.SignIn{LinkToken: token}); !errors.Is(err, accountsapi.ErrLinkUnknown) {
			t.Fatalf("an invitation signs in: %v", err)
		}
		if _, err := web.SignIn(h.ctx(), accountsapi.SignIn{Email: m.Email, Code: m.Code}); err == nil {
			t.Fatal("the code of an invitation signs in")
		}
		if _, err := web.AcceptInvitation(h.ctx(), accountsapi.AcceptInvitation{Token: token}); !errors.Is(err, problem.ErrUnauthenticated) {
			t.Fatalf("nobody accepted: %v", err)
		}
		if _, err := web.InviteMember(ana, "again", o.ID, accountsapi.InviteMember{Mailbox: "legal@acme.example", SetRoles: accountsapi.SetRoles{Roles: []string{"admin"}}}); !errors.Is(err, accountsapi.ErrInvitationOpen) {
			t.Fatalf("two open invitations: %v", err)
		}

		lea := h.by(h.join("lea@example.net").Token)
		for range codeTries {
			if _, err := web.AcceptInvitation(lea, accountsapi.AcceptInvitation{Mailbox: m.Email, Code: "22222222"}); !errors.Is(err, accountsapi.ErrCodeWrong) {
				t.Fatalf("guessing: %v", err)
			}
		}
		if _, err := web.AcceptInvitation(lea, accountsapi.AcceptInvitation{Mailbox: m.Email, Code: m.Code}); !errors.Is(err, accountsapi.ErrCodeLocked) {
			t.Fatalf("the code lives on: %v", err)
		}
		got, err := web.AcceptInvitation(lea, accountsapi.AcceptInvitation{Token: token})
		if err != nil || !slices.Equal(got.Mine, []string{"legal_reviewer"}) {
			t.Fatalf("%+v %v", got, err)
		}
		eve := h.by(h.join("eve@example.com").Token)
		for who, ctx := range map[string]context.Context{"lea": lea, "eve": eve} {
			if _, err := web.AcceptInvitation(ctx, accountsapi.AcceptInvitation{Token: token}); !errors.Is(err, accountsapi.ErrLinkUsed) {
				t.Errorf("%s accepts it once more: %v", who, err)
			}
		}

		// A second invitation adds a role and another mailbox to who is a member already; its code works as well.
		m = h.invite(ana, o.ID, "counsel@acme.example", "admin")
		got, err = web.AcceptInvitation(lea, accountsapi.AcceptInvitation{Mailbox: m.Email, Code: m.Code})
		if err != nil || !slices.Equal(got.Mine, []string{"admin", "legal_reviewer"}) || len(got.Members) != 2 || got.Members[1].Mailbox != "counsel@acme.example" {
			t.Fatalf("%+v %v", got, err)
		}

		// Taken back, and too late.
		m = h.invite(ana, o.ID, "third@acme.example", "finance")
		list, err := web.Organisation(ana, o.ID)
		if err != nil || list.Invitations[0].State != accountsapi.InvitationOpen {
			t.Fatalf("%+v %v", list, err)
		}
		if _, err := web.RevokeInvitation(ana, o.ID, list.Invitations[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := web.AcceptInvitation(eve, accountsapi.AcceptInvitation{Token: invitationToken(m)}); !errors.Is(err, accountsapi.ErrInvitationClosed) || problem.From(err).State != accountsapi.InvitationRevoked {
			t.Fatalf("accepted what was taken back: %v", err)
		}
		if _, err := web.RevokeInvitation(ana, o.ID, list.Invitations[0].ID); !errors.Is(err, accountsapi.ErrInvitationClosed) {
			t.Fatalf("taken back twice: %v", err)
		}
		m = h.invite(ana, o.ID, "fourth@acme.example", "finance")
		h.clock.Advance(inviteLife + time.Second)
		eve = h.by(h.join("eve@example.com").Token)
		if _, err := web.AcceptInvitation(eve, accountsapi.AcceptInvitation{Token: invitationToken(m)}); err == nil {
			t.Fatal("accepted too late")
		}
		for i, want := range []int{1, 0} {
			if n, err := h.svc.ExpireInvitations(h.ctx()); err != nil || n != want {
				t.Fatalf("sweep %d: %d %v", i, n, err)
			}
		}
	})
}

// TestCaseA60: whoever holds a work mailbox can sign in to an account of their own by it, and to nobody else's.
func TestCaseA60(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web := h.as("web")
		owner := h.by(h.join("owner@example.com").Token)
		o := h.employer(owner, "Acme")
		i := h.join("ines@personal.example")
		ines := h.by(i.Token)
		if _, err := web.AcceptInvitation(ines, accountsapi.AcceptInvitation{Token: invitationToken(h.invite(owner, o.ID, "ines@acme.example", "hr_reviewer"))}); err != nil {
			t.Fatal(err)
		}
		before := h.count(`select count(*) from accounts.session where person_id = $1`, i.Person.ID)

		// The mailbox is somebody else's now. A magic link, which is also how a password is reset, opens another account.
		thief := h.join("ines@acme.example")
		if thief.Person.ID == i.Person.ID || !thief.New {
			t.Fatalf("the work mailbox signed in to %+v", thief.Person)
		}
		if _, err := web.SignIn(h.ctx(), accountsapi.SignIn{Email: "ines@acme.example", Password: "rota lorry sunday 240"}); !errors.Is(err, accountsapi.ErrSignInFailed) {
			t.Fatalf("%v", err)
		}
		// An invitation to the mailbox makes the holder a member as themselves, and changes nothing of hers.
		m := h.invite(owner, o.ID, "ines@acme.example", "finance")
		got, err := web.AcceptInvitation(h.by(thief.Token), accountsapi.AcceptInvitation{Token: invitationToken(m)})
		if err != nil || !slices.Equal(got.Mine, []string{"finance"}) {
			t.Fatalf("%+v %v", got, err)
		}
		if me, err := web.Me(ines); err != nil || me.ID != i.Person.ID || me.Email != "ines@personal.example" {
			t.Fatalf("%+v %v", me, err)
		}
		if n := h.count(`select count(*) from accounts.session where person_id = $1`, i.Person.ID); n != before {
			t.Fatalf("%d sessions of hers, %d before", n, before)
		}
	})
}

func TestOfTwoOwnersWhoLeaveAtOnceOneStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	web := h.as("web")
	ana := h.by(h.join("ana@example.com").Token)
	ben := h.by(h.join("ben@example.com").Token)
	for round := range 20 {
		o := h.employer(ana, "Acme "+string(rune('a'+round)))
		if _, err := web.AcceptInvitation(ben, accountsapi.AcceptInvitation{Token: invitationToken(h.invite(ana, o.ID, "ben@acme.example", "owner"))}); err != nil {
			t.Fatal(err)
		}
		seen, err := web.Organisation(ana, o.ID)
		if err != nil {
			t.Fatal(err)
		}
		errs := make([]error, 2)
		var wait sync.WaitGroup
		for i, ctx := range []context.Context{ana, ben} {
			wait.Go(func() { errs[i] = web.EndMembership(ctx, o.ID, seen.Members[i].ID, 0) })
		}
		wait.Wait()
		refused := 0
		for _, err := range errs {
			if errors.Is(err, accountsapi.ErrLastOwner) {
				refused++
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if refused != 1 {
			t.Fatalf("round %d: %v", round, errs)
		}
	}
}
