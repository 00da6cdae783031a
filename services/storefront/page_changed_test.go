package storefront

import (
	"testing"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// aide is somebody who acts for another person, with the scopes given.
func (h *house) aide(represented string, scopes ...string) identity.Caller {
	return identity.Caller{Person: "person_aide", For: represented, Scopes: scopes, Verified: true, Locale: "en"}
}

// A creator reads who changed their page last, an assistant by their own id; what accounts tells of a handle is nobody's change.
func TestAPageSaysWhoChangedItLast(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		ana := h.as("person_ana")
		p := must[storefrontapi.Page](h)(h.client.Page(ana))
		if p.ChangedBy != "" || p.Changed != nil {
			t.Fatalf("a fresh page is changed: %+v", p)
		}
		bio := "I write."
		p = must[storefrontapi.Page](h)(h.client.UpdatePage(ana, p.Version, storefrontapi.UpdatePage{Bio: &bio}))
		if p.ChangedBy != "person_ana" || p.Changed == nil || !p.Changed.Equal(h.clock.Now()) {
			t.Fatalf("after the creator's change: %+v", p)
		}
		h.clock.Advance(guardWindow)
		at := h.clock.Now()
		bio = "I write for others."
		p = must[storefrontapi.Page](h)(h.client.UpdatePage(h.caller(h.aide("person_ana", accountsapi.ScopeArrange)), p.Version, storefrontapi.UpdatePage{Bio: &bio}))
		if p.ChangedBy != "person_aide" || !p.Changed.Equal(at) {
			t.Fatalf("after the assistant's change: %+v", p)
		}
		if n := h.count(`select count(*) from storefront.audit where action = 'page.changed' and object = 'person_ana' and actor = 'person_aide for person_ana'`); n != 1 {
			t.Fatalf("%d rows of the audit name the assistant", n)
		}

		h.clock.Advance(guardWindow)
		h.people.set(accountsapi.Person{ID: "person_ana", Email: "ana@example.com", Name: "Ana", Handle: "ana-writes", Country: "DE"})
		h.hear(accountsapi.EventPersonChanged, "person_ana", accountsapi.PersonChanged{PersonID: "person_ana"})
		if p = must[storefrontapi.Page](h)(h.client.Page(h.as("person_ana"))); p.Handle != "ana-writes" || p.ChangedBy != "person_aide" || !p.Changed.Equal(at) {
			t.Fatalf("after a new handle: %+v", p)
		}

		h.people.set(accountsapi.Person{ID: "person_aide", Email: "aide@example.com", Name: "Aide"})
		data := must[storefrontapi.PersonalData](h)(storefrontapi.NewClient(h.http("accounts")).PersonalData(t.Context(), "person_aide"))
		if len(data.PagesChanged) != 1 || data.PagesChanged[0].CreatorID != "person_ana" || !data.PagesChanged[0].Changed.Equal(at) {
			t.Fatalf("the assistant's export: %+v", data.PagesChanged)
		}
		data = must[storefrontapi.PersonalData](h)(storefrontapi.NewClient(h.http("accounts")).PersonalData(t.Context(), "person_ana"))
		if data.Page == nil || data.Page.ChangedBy != "person_aide" || len(data.PagesChanged) != 0 {
			t.Fatalf("the creator's export: %+v", data)
		}
	})
}

func TestWhoChangedAPageIsErasedWithThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.people.set(accountsapi.Person{ID: "person_aide", Email: "aide@example.com", Name: "Aide"})
	bio := "I write."
	for _, creator := range []string{"person_ana", "person_ben"} {
		must[storefrontapi.Page](h)(h.client.UpdatePage(h.caller(h.aide(creator, accountsapi.ScopeArrange)), 0, storefrontapi.UpdatePage{Bio: &bio}))
	}
	h.gone("person_ana") // a creator: nothing of the page is left, nor who changed it
	if n := h.count(`select count(*) from storefront.page where creator_id = 'person_ana' and changed_by is null and changed_at is null`); n != 1 {
		t.Error("an erased page says who changed it")
	}
	h.gone("person_aide")
	p := must[storefrontapi.Page](h)(h.client.Page(h.as("person_ben")))
	if p.ChangedBy != "" || p.Changed == nil || p.Bio != bio {
		t.Errorf("after the assistant's erasure: %+v", p)
	}
	if n := h.count(`select count(*) from storefront.page where changed_by = 'person_aide'`); n != 0 {
		t.Errorf("%d pages still name them", n)
	}
}

// Nobody goes to a checkout for another, and a mandate that doesn't let its holder see opens neither an order nor its lessons, on the
// routes that everybody reaches with an order's secret.
func TestAnAssistantReadsOrdersOnlyWhenTheyMaySee(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p := h.course()
		placed := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.as("person_ben"), "a", order(p, "")))
		sees, comments := h.caller(h.aide("person_ben", accountsapi.ScopeSee)), h.caller(h.aide("person_ben", accountsapi.ScopeComment))
		must[storefrontapi.Order](h)(h.client.Order(sees, placed.Order.ID, ""))
		h.wants(second(h.client.Order(comments, placed.Order.ID, "")), problem.ErrNotFound, "an order by a mandate to comment")
		h.wants(second(h.client.Reopen(sees, placed.Order.ID, "")), problem.ErrForbidden, "the checkout for another")
		must[storefrontapi.PlacedOrder](h)(h.client.Reopen(h.as("person_ben"), placed.Order.ID, ""))
		h.pay(placed.Order)
		entitlement := must[storefrontapi.Order](h)(h.client.Order(h.as("person_ben"), placed.Order.ID, "")).EntitlementID
		must[storefrontapi.Course](h)(h.client.Course(h.caller(h.aide("person_ben", accountsapi.ScopeSee)), entitlement, ""))
		h.wants(second(h.client.Course(h.caller(h.aide("person_ben", accountsapi.ScopePay)), entitlement, "")), problem.ErrNotFound, "a course by a mandate to pay")
	})
}
