package accounts

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

func TestADomainIsClaimedByItsRecord(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web := h.as("web")
		ana := h.by(h.join("ana@example.com").Token)
		o := h.employer(ana, "Acme")
		for typed, want := range map[string]*problem.Error{
			"gmail.com": accountsapi.ErrDomainPublic, "mail.gmail.com": accountsapi.ErrDomainPublic, "co.uk": accountsapi.ErrDomainInvalid, "localhost": accountsapi.ErrDomainInvalid,
		} {
			if _, err := web.ClaimDomain(ana, o.ID, accountsapi.ClaimDomain{Domain: typed}); !errors.Is(err, want) {
				t.Errorf("%s: %v", typed, err)
			}
		}
		brand, err := web.NewOrganisation(ana, "b", accountsapi.NewOrganisation{Kind: accountsapi.KindBrand, Name: "Brand"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := web.ClaimDomain(ana, brand.ID, accountsapi.ClaimDomain{Domain: "acme.example"}); !errors.Is(err, accountsapi.ErrDomainKind) {
			t.Fatalf("a brand claims: %v", err)
		}
		d, err := web.ClaimDomain(ana, o.ID, accountsapi.ClaimDomain{Domain: "https://www.ACME.example/"})
		if err != nil || d.Domain != "acme.example" || d.State != accountsapi.ClaimPending || d.RecordName != "_workfluence.acme.example" || len(d.RecordValue) < len(recordWord)+26 {
			t.Fatalf("%+v %v", d, err)
		}
		if _, err := web.ClaimDomain(ana, o.ID, accountsapi.ClaimDomain{Domain: "acme.example"}); !errors.Is(err, accountsapi.ErrDomainAsked) {
			t.Fatalf("named twice: %v", err)
		}
		if _, err := web.CheckDomain(ana, o.ID, d.ID); !errors.Is(err, accountsapi.ErrDomainUnproved) {
			t.Fatalf("without a record: %v", err)
		}
		h.zone.Set(d.RecordName, "v=spf1 -all", recordWord+"somebodyelses")
		if _, err := web.CheckDomain(ana, o.ID, d.ID); !errors.Is(err, accountsapi.ErrDomainUnproved) {
			t.Fatalf("with another record: %v", err)
		}
		h.zone.down = true
		if _, err := web.CheckDomain(ana, o.ID, d.ID); !errors.Is(err, problem.ErrUpstream) {
			t.Fatalf("without name servers: %v", err)
		}
		h.zone.down = false
		h.zone.Set(d.RecordName, "v=spf1 -all", d.RecordValue)
		d, err = web.CheckDomain(ana, o.ID, d.ID)
		if err != nil || d.State != accountsapi.ClaimHeld || d.How != accountsapi.HowDNS || d.RecordValue != "" {
			t.Fatalf("%+v %v", d, err)
		}
		if _, err := web.CheckDomain(ana, o.ID, d.ID); !errors.Is(err, accountsapi.ErrDomainClosed) {
			t.Fatalf("checked twice: %v", err)
		}
		if err := web.WithdrawDomain(ana, o.ID, d.ID); !errors.Is(err, accountsapi.ErrDomainClosed) {
			t.Fatalf("gave up what is claimed: %v", err)
		}
		owner, err := h.as("review").DomainOwner(h.ctx(), d.ID)
		if err != nil || owner.Organisation != o.ID || owner.Domain != "acme.example" || owner.Seq == 0 {
			t.Fatalf("%+v %v", owner, err)
		}

		// Another organisation learns that it is taken by proving it, and not before.
		eve := h.by(h.join("eve@example.com").Token)
		evil := h.employer(eve, "Evil")
		mine, err := web.ClaimDomain(eve, evil.ID, accountsapi.ClaimDomain{Domain: "acme.example"})
		if err != nil {
			t.Fatalf("a stranger learns that the domain is claimed: %v", err)
		}
		if _, err := web.CheckDomain(eve, o.ID, d.ID); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("a stranger checks: %v", err)
		}
		h.zone.Set(mine.RecordName, mine.RecordValue)
		if _, err := web.CheckDomain(eve, evil.ID, mine.ID); !errors.Is(err, accountsapi.ErrDomainTaken) {
			t.Fatalf("two organisations have one domain: %v", err)
		}

		// An operator takes it, with a reason, and gives it to the other.
		noor := h.join("noor@example.com")
		if _, err := GrantOperator(h.ctx(), h.pool, h.clock, "noor@example.com"); err != nil {
			t.Fatal(err)
		}
		operator := h.caller(identity.Caller{Person: noor.Person.ID, Operator: true, Verified: true})
		if _, err := web.TakeDomain(eve, d.ID, accountsapi.TakeDomain{Reason: "mine"}); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("anybody takes: %v", err)
		}
		if _, err := web.TakeDomain(operator, d.ID, accountsapi.TakeDomain{Reason: " "}); !errors.Is(err, problem.ErrInvalid) {
			t.Fatalf("without a reason: %v", err)
		}
		if _, err := web.TakeDomain(operator, d.ID, accountsapi.TakeDomain{Reason: "sold, contract of 3 May"}); err != nil {
			t.Fatal(err)
		}
		if m := h.lastMail(); m.Purpose != accountsapi.PurposeOrganisationDomain || m.Email != "ana@example.com" {
			t.Fatalf("%+v", m)
		}
		held, err := web.GrantDomain(operator, accountsapi.GrantDomain{Organisation: evil.ID, Domain: "acme.example", Reason: "bought, contract of 3 May"})
		if err != nil || held.ID != mine.ID || held.State != accountsapi.ClaimHeld || held.How != accountsapi.HowOperator {
			t.Fatalf("%+v %v", held, err)
		}
		later, err := h.as("review").DomainOwner(h.ctx(), d.ID)
		if err != nil || later.Organisation != evil.ID || later.Seq <= owner.Seq {
			t.Fatalf("%+v after %+v: %v", later, owner, err)
		}
		if list, err := web.HeldDomains(operator, ""); err != nil || len(list.Data) != 1 || list.Data[0].Name != "Evil" {
			t.Fatalf("%+v %v", list, err)
		}
	})
}

func TestDomainsAreLookedAtByThemselvesUntilTheirTimeIsOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	web := h.as("web")
	ana := h.by(h.join("ana@example.com").Token)
	o := h.employer(ana, "Acme")
	one, err := web.ClaimDomain(ana, o.ID, accountsapi.ClaimDomain{Domain: "acme.example"})
	if err != nil {
		t.Fatal(err)
	}
	two, err := web.ClaimDomain(ana, o.ID, accountsapi.ClaimDomain{Domain: "acme.co.uk"})
	if err != nil {
		t.Fatal(err)
	}
	look := func() (n int) {
		for {
			took, err := h.svc.LookForRecords(h.ctx())
			if err != nil {
				t.Fatal(err)
			}
			if took == 0 {
				return n
			}
			n++
		}
	}
	if n := look(); n != 0 {
		t.Fatalf("looked %d times at once", n)
	}
	h.clock.Advance(time.Minute)
	if n := look(); n != 2 {
		t.Fatalf("looked %d times", n)
	}
	if n := look(); n != 0 {
		t.Fatalf("looked again at once, %d times", n)
	}
	h.zone.Set(one.RecordName, one.RecordValue)
	h.clock.Advance(time.Hour)
	if n := look(); n != 2 {
		t.Fatalf("looked %d times", n)
	}
	if m := h.lastMail(); m.Purpose != accountsapi.PurposeOrganisationDomain {
		t.Fatalf("%+v", m)
	}
	h.clock.Advance(claimLife)
	ana = h.by(h.join("ana@example.com").Token)
	if n, err := h.svc.ExpireDomains(h.ctx()); err != nil || n != 1 {
		t.Fatalf("%d %v", n, err)
	}
	h.zone.Set(two.RecordName, two.RecordValue)
	if n := look(); n != 0 {
		t.Fatalf("looked at what is over, %d times", n)
	}
	seen, err := web.Organisation(ana, o.ID)
	if err != nil || len(seen.Domains) != 1 || seen.Domains[0].State != accountsapi.ClaimHeld {
		t.Fatalf("%+v %v", seen, err)
	}
}

func TestOfTwoWhoProveADomainAtOnceOneHasIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	web := h.as("web")
	for round := range 10 {
		domain := "acme" + string(rune('a'+round)) + ".example"
		var claims [2]accountsapi.OrganisationHost
		var orgs [2]accountsapi.Organisation
		ctx := h.by(h.join("ana" + domain + "@example.com").Token)
		for i := range claims {
			orgs[i] = h.employer(ctx, "Acme "+string(rune('a'+i)))
			var err error
			if claims[i], err = web.ClaimDomain(ctx, orgs[i].ID, accountsapi.ClaimDomain{Domain: domain}); err != nil {
				t.Fatal(err)
			}
		}
		h.zone.Set(claims[0].RecordName, claims[0].RecordValue, claims[1].RecordValue)
		var errs [2]error
		var wait sync.WaitGroup
		for i := range claims {
			wait.Go(func() { _, errs[i] = web.CheckDomain(ctx, orgs[i].ID, claims[i].ID) })
		}
		wait.Wait()
		if taken := errors.Is(errs[0], accountsapi.ErrDomainTaken); taken == errors.Is(errs[1], accountsapi.ErrDomainTaken) || (errs[0] != nil && errs[1] != nil) {
			t.Fatalf("round %d: %v", round, errs)
		}
	}
}

func TestWhoSellsHasNoAddressAtAnEmployer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	web := h.as("web")
	ana := h.by(h.join("ana@example.com").Token)
	o := h.employer(ana, "Acme")
	d, err := web.ClaimDomain(ana, o.ID, accountsapi.ClaimDomain{Domain: "acme.example"})
	if err != nil {
		t.Fatal(err)
	}
	h.zone.Set(d.RecordName, d.RecordValue)
	if _, err := web.CheckDomain(ana, o.ID, d.ID); err != nil {
		t.Fatal(err)
	}
	ines := h.by(h.join("ines@mail.acme.example").Token)
	if _, err := web.UpdateMe(ines, accountsapi.UpdateMe{Country: ptr("BE"), Selling: ptr(true)}); !errors.Is(err, accountsapi.ErrWorkMailbox) {
		t.Fatalf("sells from a work mailbox: %v", err)
	}
	tom := h.by(h.join("tom@personal.example").Token)
	if _, err := web.UpdateMe(tom, accountsapi.UpdateMe{Country: ptr("BE"), Selling: ptr(true)}); err != nil {
		t.Fatal(err)
	}
	if _, err := web.ChangeEmail(tom, accountsapi.ChangeEmail{Email: "tom@acme.example"}); !errors.Is(err, accountsapi.ErrWorkMailbox) {
		t.Fatalf("moves to a work mailbox: %v", err)
	}
	if _, err := web.ChangeEmail(ana, accountsapi.ChangeEmail{Email: "ana@mail.formerjob.example"}); !errors.Is(err, accountsapi.ErrWorkMailbox) {
		t.Fatalf("moves to a mailbox at an employer she named: %v", err)
	}
}
