package accounts

import (
	"errors"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

func TestCountryComesFirstAndDecidesPayouts(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web := h.as("web")
		me := h.by(h.join("ana@example.com").Token)
		if _, err := web.UpdateMe(me, accountsapi.UpdateMe{Selling: ptr(true)}); !errors.Is(err, accountsapi.ErrCountryFirst) {
			t.Fatalf("selling without a country: %v", err)
		}
		if _, err := web.JoinWaitingList(me); !errors.Is(err, accountsapi.ErrCountryFirst) {
			t.Fatalf("waiting without a country: %v", err)
		}
		p, err := web.UpdateMe(me, accountsapi.UpdateMe{Country: ptr("ma"), Selling: ptr(true)})
		if err != nil || p.Country != "MA" || p.PayoutsPossible || !p.Selling {
			t.Fatalf("%+v %v", p, err)
		}
		for range 2 {
			if p, err = web.JoinWaitingList(me); err != nil || !p.Waiting {
				t.Fatalf("%+v %v", p, err)
			}
		}
		if p, err = web.UpdateMe(me, accountsapi.UpdateMe{Country: ptr("NL")}); err != nil || !p.PayoutsPossible || p.Waiting {
			t.Fatalf("%+v %v", p, err)
		}
		if _, err := web.JoinWaitingList(me); !errors.Is(err, accountsapi.ErrPayoutsPossible) {
			t.Fatalf("waiting for what is there: %v", err)
		}
		list, err := web.Countries(h.ctx())
		if err != nil || len(list.Data) != 249 || list.Source == "" {
			t.Fatalf("%d countries: %v", len(list.Data), err)
		}
	})
}

func TestUpdateMe(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web := h.as("web")
		me := h.by(h.join("ana@example.com").Token)
		p, err := web.UpdateMe(me, accountsapi.UpdateMe{
			Name: ptr("  Ana\u202e \n Lee "), Handle: ptr("@AnaLee"), Locale: ptr("ar"), Zone: ptr("Africa/Casablanca"), WorksFor: ptr("undisclosed"),
		})
		if err != nil || p.Name != "Ana Lee" || p.Handle != "AnaLee" || p.Locale != "ar" || p.Zone != "Africa/Casablanca" || p.WorksFor != accountsapi.WorksUndisclosed {
			t.Fatalf("%+v %v", p, err)
		}
		events := len(h.events())
		if _, err := web.UpdateMe(me, accountsapi.UpdateMe{Name: ptr("Ana Lee"), Handle: ptr("AnaLee")}); err != nil {
			t.Fatal(err)
		}
		if len(h.events()) != events {
			t.Error("an event although nothing changed")
		}
		for pointer, in := range map[string]accountsapi.UpdateMe{
			"/name":      {Name: ptr("Win at https://evil.example")},
			"/locale":    {Locale: ptr("de")},
			"/zone":      {Zone: ptr("Mars/Olympus")},
			"/country":   {Country: ptr("XX")},
			"/works_for": {WorksFor: ptr("maybe")},
			"/handle":    {Name: ptr("Someone Else"), Handle: ptr("admin")},
		} {
			_, err := web.UpdateMe(me, in)
			if p := problem.From(err); p == nil || p.Status() != 422 || len(p.Fields) != 1 || p.Fields[0].Pointer != pointer {
				t.Errorf("%s: %v", pointer, err)
			}
		}
		if p, _ := web.Me(me); p.Name != "Ana Lee" {
			t.Errorf("a refused update changed the name to %q", p.Name)
		}
	})
}

func TestHandlesAreUniqueByLookAndRedirect(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web := h.as("web")
		ana, ben := h.by(h.join("ana@example.com").Token), h.by(h.join("ben@example.com").Token)
		take := func(handle string) accountsapi.UpdateMe { return accountsapi.UpdateMe{Handle: &handle} }
		if _, err := web.UpdateMe(ana, take("AnaLee")); err != nil {
			t.Fatal(err)
		}
		for _, handle := range []string{"AnaLee", "analee", "ana-lee", "ana1ee"} {
			if _, err := web.UpdateMe(ben, take(handle)); !errors.Is(err, accountsapi.ErrHandleTaken) {
				t.Errorf("ben took %s: %v", handle, err)
			}
			if check, err := web.CheckHandle(ben, handle); err != nil || check.Available || check.Code != "handle_taken" {
				t.Errorf("%s is offered to ben: %+v %v", handle, check, err)
			}
			if check, err := web.CheckHandle(ana, handle); err != nil || !check.Available {
				t.Errorf("%s is not offered to ana: %+v %v", handle, check, err)
			}
		}
		find := func(handle string) accountsapi.Public {
			p, err := web.ByHandle(h.ctx(), handle)
			if err != nil && !errors.Is(err, problem.ErrNotFound) {
				t.Fatal(err)
			}
			return p
		}
		if p := find("ANALEE"); p.Handle != "AnaLee" || p.Moved {
			t.Fatalf("%+v", p)
		}
		// A new spelling of one's own name, then another name: the old ones lead there.
		for _, handle := range []string{"ana-lee", "career_ana"} {
			if _, err := web.UpdateMe(ana, take(handle)); err != nil {
				t.Fatal(err)
			}
		}
		for _, old := range []string{"analee", "ana-lee"} {
			if p := find(old); p.Handle != "career_ana" || !p.Moved {
				t.Fatalf("%s leads to %+v", old, p)
			}
		}
		h.clock.Advance(redirectLife - time.Hour)
		ben = h.by(h.join("ben@example.com").Token) // his session has gone unused too long
		if _, err := web.UpdateMe(ben, take("AnaLee")); !errors.Is(err, accountsapi.ErrHandleTaken) {
			t.Fatalf("before the redirect ended: %v", err)
		}
		h.clock.Advance(time.Hour)
		if p := find("analee"); p.ID != "" {
			t.Fatalf("after the redirect ended: %+v", p)
		}
		ben = h.by(h.join("ben@example.com").Token)
		if p, err := web.UpdateMe(ben, take("AnaLee")); err != nil || p.Handle != "AnaLee" {
			t.Fatalf("%+v %v", p, err)
		}
		if p, err := web.UpdateMe(ben, take("")); err != nil || p.Handle != "" {
			t.Fatalf("given up: %+v %v", p, err)
		}
		if p := find("analee"); p.ID != "" {
			t.Fatalf("a handle given up leads to %+v", p)
		}
	})
}

func TestTwoWhoWantOneHandleAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	web := h.as("web")
	for _, pair := range [][2]string{{"career", "career"}, {"morning", "rnorning"}, {"wave", "WAVE"}} {
		a, b := h.by(h.join("ana@example.com").Token), h.by(h.join("ben@example.com").Token)
		errs := race(2, func(i int) error {
			ctx := a
			if i == 1 {
				ctx = b
			}
			_, err := web.UpdateMe(ctx, accountsapi.UpdateMe{Handle: &pair[i]})
			if err != nil && !errors.Is(err, accountsapi.ErrHandleTaken) {
				t.Error(err)
			}
			return err
		})
		if won(errs) != 1 {
			t.Errorf("%v: %v", pair, errs)
		}
	}
}

func TestPeopleAreNamedToServices(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		a, b := h.join("ana@example.com"), h.join("ben@example.com")
		if _, err := h.as("web").UpdateMe(h.by(a.Token), accountsapi.UpdateMe{Name: ptr("Ana"), Handle: ptr("ana")}); err != nil {
			t.Fatal(err)
		}
		people, err := h.as("storefront").Public(h.ctx(), b.Person.ID, "person_unknown", a.Person.ID)
		if err != nil || len(people) != 2 || people[0].ID != b.Person.ID || people[1].Name != "Ana" || people[1].Handle != "ana" {
			t.Fatalf("%+v %v", people, err)
		}
		c, err := h.as("notify").Contact(h.ctx(), a.Person.ID)
		if err != nil || c.Email != "ana@example.com" || c.Name != "Ana" {
			t.Fatalf("%+v %v", c, err)
		}
		personID, verified, err := h.as("storefront").PersonByEmail(h.ctx(), "BEN@example.com")
		if err != nil || personID != b.Person.ID || !verified {
			t.Fatalf("%s %v %v", personID, verified, err)
		}
		for _, email := range []string{"nobody@example.com", "no address"} {
			if _, _, err := h.as("storefront").PersonByEmail(h.ctx(), email); !errors.Is(err, problem.ErrNotFound) {
				t.Errorf("%s: %v", email, err)
			}
		}
	})
}
