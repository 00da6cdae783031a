package accounts

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

func TestAMandateFromInvitationToEnd(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web, gateway, storefront := h.as("web"), h.as("gateway"), h.as("storefront")
		a := h.join("ana@example.com")
		ana := h.by(a.Token)
		if _, err := web.UpdateMe(ana, accountsapi.UpdateMe{Name: ptr("Ana Lee"), Locale: ptr("fr")}); err != nil {
			t.Fatal(err)
		}
		ask := accountsapi.InviteMandate{Email: "Ben@Example.com", Scopes: []string{"see", "pay", "approve"}, PayLimit: euros(50000), ApproveName: "Ben Okri"}
		m, err := web.InviteMandate(ana, ask)
		if err != nil || m.State != accountsapi.MandateInvited || m.AssistantEmail != "ben@example.com" || m.AssistantName != "Ben Okri" {
			t.Fatalf("%+v %v", m, err)
		}
		mail := h.lastMail()
		if mail.Purpose != accountsapi.PurposeMandateInvited || mail.Email != "ben@example.com" || mail.From != "Ana Lee" || mail.Locale != "fr" || mail.Code != "" || mail.Path != "/mandates" {
			t.Fatalf("%+v", mail)
		}
		if _, err := web.InviteMandate(ana, ask); !errors.Is(err, accountsapi.ErrMandateExists) {
			t.Fatalf("invited twice: %v", err)
		}
		if _, err := web.InviteMandate(ana, accountsapi.InviteMandate{Email: "ANA@example.com", Scopes: []string{"see"}}); !errors.Is(err, accountsapi.ErrMandateSelf) {
			t.Fatalf("invited oneself: %v", err)
		}

		eve := h.by(h.join("eve@example.com").Token)
		if _, err := web.AcceptMandate(eve, m.ID); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("eve accepted: %v", err)
		}
		if _, err := web.AcceptMandate(ana, m.ID); !errors.Is(err, problem.ErrForbidden) {
			t.Fatalf("ana accepted her own invitation: %v", err)
		}
		b := h.join("ben@example.com")
		ben := h.by(b.Token)
		if held, err := web.Mandates(ben); err != nil || len(held.Held) != 1 || held.Held[0].RepresentedName != "Ana Lee" {
			t.Fatalf("%+v %v", held, err)
		}
		authority := accountsapi.Authority{By: b.Person.ID, For: a.Person.ID, Scope: "approve"}
		if _, err := storefront.Authority(h.ctx(), authority); !errors.Is(err, accountsapi.ErrMandateMissing) {
			t.Fatalf("before it was accepted: %v", err)
		}
		if m, err = web.AcceptMandate(ben, m.ID); err != nil || m.State != accountsapi.MandateActive || m.Assistant != b.Person.ID {
			t.Fatalf("%+v %v", m, err)
		}
		if _, err := web.AcceptMandate(ben, m.ID); !errors.Is(err, accountsapi.ErrMandateClosed) || problem.From(err).State != accountsapi.MandateActive {
			t.Fatalf("accepted twice: %v", err)
		}

		if m.RepresentedSelling {
			t.Fatal("ana sells without having said so")
		}
		if _, err := web.UpdateMe(ana, accountsapi.UpdateMe{Country: ptr("BE"), Selling: ptr(true)}); err != nil {
			t.Fatal(err)
		}
		if held, err := web.Mandates(ben); err != nil || !held.Held[0].RepresentedSelling {
			t.Fatalf("ben isn't told that there are pages to act on: %+v %v", held, err)
		}

		info, err := gateway.Resolve(h.ctx(), b.Token)
		if err != nil || len(info.Mandates) != 1 || info.Mandates[0].Represented != a.Person.ID || info.Mandates[0].Name != "Ana Lee" ||
			len(info.Mandates[0].Scopes) != 3 || *info.Mandates[0].PayLimit != *euros(50000) {
			t.Fatalf("%+v %v", info, err)
		}
		if got, err := storefront.Authority(h.ctx(), authority); err != nil || got.Mandate != m.ID {
			t.Fatalf("%+v %v", got, err)
		}
		authority.Scope, authority.Amount = "pay", euros(50001)
		if _, err := storefront.Authority(h.ctx(), authority); !errors.Is(err, accountsapi.ErrMandateLimit) {
			t.Fatalf("above the limit: %v", err)
		}

		// Acting for Ana, Ben sees who he is and switches back; he can't hand her mandate on or touch her account.
		acting := h.caller(identity.Caller{Person: b.Person.ID, For: a.Person.ID, Scopes: info.Mandates[0].Scopes, Session: info.Session})
		if me, err := web.Me(acting); err != nil || me.ID != b.Person.ID {
			t.Fatalf("%+v %v", me, err)
		}
		if _, err := web.Mandates(acting); err != nil {
			t.Fatal(err)
		}
		if _, err := web.InviteMandate(acting, accountsapi.InviteMandate{Email: "eve@example.com", Scopes: []string{"see"}}); !errors.Is(err, problem.ErrForbidden) {
			t.Fatalf("an assistant handed a mandate on: %v", err)
		}
		if _, err := web.UpdateMe(acting, accountsapi.UpdateMe{Name: ptr("x")}); !errors.Is(err, problem.ErrForbidden) {
			t.Fatalf("an assistant changed a name: %v", err)
		}

		if m, err = web.EndMandate(ana, m.ID); err != nil || m.State != accountsapi.MandateEnded || m.Ended == nil {
			t.Fatalf("%+v %v", m, err)
		}
		if _, err := web.EndMandate(ben, m.ID); !errors.Is(err, accountsapi.ErrMandateClosed) || problem.From(err).State != accountsapi.MandateEnded {
			t.Fatalf("ended twice: %v", err)
		}
		authority.Scope, authority.Amount = "see", nil
		if _, err := storefront.Authority(h.ctx(), authority); !errors.Is(err, accountsapi.ErrMandateMissing) {
			t.Fatalf("after its end: %v", err)
		}
		if _, err := web.InviteMandate(ana, ask); err != nil {
			t.Fatalf("invited again: %v", err)
		}
	})
}

func TestInvitationsAreDeclinedWithdrawnAndExpire(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web := h.as("web")
		ana, ben := h.by(h.join("ana@example.com").Token), h.by(h.join("ben@example.com").Token)
		invite := func() accountsapi.Mandate {
			m, err := web.InviteMandate(ana, accountsapi.InviteMandate{Email: "ben@example.com", Scopes: []string{"see"}})
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		if m, err := web.DeclineMandate(ben, invite().ID); err != nil || m.State != accountsapi.MandateDeclined {
			t.Fatalf("%+v %v", m, err)
		}
		if m, err := web.EndMandate(ben, invite().ID); err != nil || m.State != accountsapi.MandateDeclined {
			t.Fatalf("%+v %v", m, err)
		}
		withdrawn := invite()
		if m, err := web.EndMandate(ana, withdrawn.ID); err != nil || m.State != accountsapi.MandateWithdrawn {
			t.Fatalf("%+v %v", m, err)
		}
		if _, err := web.AcceptMandate(ben, withdrawn.ID); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("accepted what was withdrawn: %v", err)
		}
		late := invite()
		due, err := h.svc.NextDue(h.ctx())
		if err != nil || !due.At.Equal(h.clock.Now().Add(inviteLife)) {
			t.Fatalf("%+v %v", due, err)
		}
		h.clock.Advance(inviteLife)
		// The deadline counts before the timer has written it down, and exactly once after.
		if _, err := web.AcceptMandate(h.by(h.join("ben@example.com").Token), late.ID); !errors.Is(err, accountsapi.ErrMandateClosed) || problem.From(err).State != accountsapi.MandateExpired {
			t.Fatalf("accepted too late: %v", err)
		}
		for i, want := range []int{1, 0} {
			if n, err := h.svc.ExpireMandates(h.ctx()); err != nil || n != want {
				t.Fatalf("sweep %d: %d %v", i, n, err)
			}
		}
		if due, err := h.svc.NextDue(h.ctx()); err != nil || !due.At.IsZero() {
			t.Fatalf("%+v %v", due, err)
		}
	})
}

func TestAnEndedMandateIsGoneFromTheSessionBeforeTheTimer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	web := h.as("web")
	end := h.clock.Now().Add(24 * time.Hour)
	ana, b := h.by(h.join("ana@example.com").Token), h.join("ben@example.com")
	m, err := web.InviteMandate(ana, accountsapi.InviteMandate{Email: "ben@example.com", Scopes: []string{"see"}, Expires: &end})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := web.AcceptMandate(h.by(b.Token), m.ID); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{1, 0} {
		info, err := h.as("gateway").Resolve(h.ctx(), b.Token)
		if err != nil || len(info.Mandates) != want {
			t.Fatalf("%+v %v", info, err)
		}
		h.clock.Advance(24 * time.Hour)
	}
}

func TestAnInvitationIsSafeToRepeat(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.by(h.join("ana@example.com").Token)
	post := func(email string) (accountsapi.Mandate, error) {
		return call.Do[accountsapi.Mandate](ana, h.http("web"), http.MethodPost, "http://accounts.svc/api/v1/mandates",
			accountsapi.InviteMandate{Email: email, Scopes: []string{"see"}}, call.WithIdempotencyKey("k1"))
	}
	first, err1 := post("ben@example.com")
	again, err2 := post("ben@example.com")
	if err1 != nil || err2 != nil || first.ID != again.ID {
		t.Fatalf("%+v %v, %+v %v", first, err1, again, err2)
	}
	if _, err := post("eve@example.com"); !errors.Is(err, problem.ErrIdempotencyMismatch) {
		t.Fatalf("another body under the same key: %v", err)
	}
	errs := race(4, func(int) error {
		_, err := h.as("web").InviteMandate(ana, accountsapi.InviteMandate{Email: "zoe@example.com", Scopes: []string{"see"}})
		if err != nil && !errors.Is(err, accountsapi.ErrMandateExists) {
			t.Error(err)
		}
		return err
	})
	if won(errs) != 1 {
		t.Fatalf("%d invitations of one person at once", won(errs))
	}
}

func TestADecisionAndTheTimerRace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	web := h.as("web")
	end := h.clock.Now().Add(time.Hour)
	ana, ben := h.by(h.join("ana@example.com").Token), h.by(h.join("ben@example.com").Token)
	m, err := web.InviteMandate(ana, accountsapi.InviteMandate{Email: "ben@example.com", Scopes: []string{"see"}, Expires: &end})
	if err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Hour)
	ben = h.by(h.join("ben@example.com").Token)
	race(4, func(i int) error {
		if i%2 == 0 {
			_, err := h.svc.ExpireMandates(h.ctx())
			return err
		}
		_, err := web.AcceptMandate(ben, m.ID)
		return err
	})
	if n := h.count(`select count(*) from accounts.outbox where name = $1 and payload->>'state' = 'expired'`, accountsapi.EventMandateChanged); n != 1 {
		t.Fatalf("expired %d times", n)
	}
}
