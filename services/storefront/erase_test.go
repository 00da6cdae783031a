package storefront

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// canary stands for what identifies a person; no table may hold it after the erasure.
const canary = "zanzibar"

// gone makes accounts forget a person and tells storefront.
func (h *house) gone(person string) {
	h.t.Helper()
	h.people.mu.Lock()
	delete(h.people.all, person)
	h.people.mu.Unlock()
	h.hear(accountsapi.EventPersonErased, person, accountsapi.PersonErased{PersonID: person})
}

// holding lists the tables that hold a text.
func (h *house) holding(text string) (found []string) {
	h.t.Helper()
	tables := must[[]string](h)(pg.Column[string](h.t.Context(), h.pool, `select table_name::text from information_schema.tables where table_schema = 'storefront'`))
	for _, table := range tables {
		all := must[string](h)(oneText(h, `select coalesce(string_agg(t::text, chr(10)), '') from storefront.`+pgx.Identifier{table}.Sanitize()+` t`))
		if strings.Contains(strings.ToLower(all), text) {
			found = append(found, table)
		}
	}
	return found
}

func TestAnErasedBuyerLeavesTheSaleBehind(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p := h.course()
		h.people.set(accountsapi.Person{ID: "person_zan", Email: canary + "@example.com", Name: canary, Country: "DE"})
		zan := h.as("person_zan")
		in := order(p, "")
		in.Buyer.Name = canary
		alone := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(zan, "k1", in))
		h.pay(alone.Order)
		entitlement := must[storefrontapi.Order](h)(h.client.Order(zan, alone.Order.ID, "")).EntitlementID
		lesson := must[storefrontapi.Course](h)(h.client.Course(zan, entitlement, "")).NextLessonID
		looker := h.caller(identity.Caller{Person: "person_ben", For: "person_zan", Scopes: []string{"see"}})
		must[storefrontapi.LessonView](h)(h.client.ReadLesson(looker, entitlement, lesson, ""))
		_, refused := h.client.SetDone(looker, entitlement, lesson, "", true)
		h.wants(refused, problem.ErrForbidden, "who looks for another learns for them")
		must[storefrontapi.Progress](h)(h.client.SetDone(zan, entitlement, lesson, "", true))
		in.Buyer.Company, in.Buyer.VATID, in.BuyAgain = "Schreiben GmbH", "DE136695976", true
		h.clock.Advance(guardWindow * 2)
		zan = h.as("person_zan")
		business := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(zan, "k2", in))
		h.pay(business.Order)
		h.clock.Advance(guardWindow * 2)
		zan = h.as("person_zan")
		open := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(zan, "k3", in))

		data := must[storefrontapi.PersonalData](h)(storefrontapi.NewClient(h.http("accounts")).PersonalData(h.t.Context(), "person_zan"))
		if len(data.Orders) != 3 || len(data.Entitlements) != 2 || len(data.Entitlements[0].Done) != 1 || data.Entitlements[0].Done[0].Title == "" {
			t.Fatalf("export: %+v", data)
		}
		_, err := h.client.PersonalData(zan, "person_zan")
		h.wants(err, problem.ErrNotFound, "an export asked for by another part")

		h.gone("person_zan")
		if found := h.holding(canary); len(found) > 0 {
			t.Fatalf("%v still hold the buyer", found)
		}
		if n := h.count(`select count(*) from storefront.progress`); n != 0 {
			t.Fatalf("%d rows of progress", n)
		}
		receipt := must[storefrontapi.Receipt](h)(storefrontapi.NewClient(h.http("notify")).Receipt(h.t.Context(), business.Order.ID))
		if receipt.Company != "Schreiben GmbH" || receipt.VATID != "DE136695976" || receipt.Number != business.Order.Number || receipt.Amount != business.Order.Amount ||
			receipt.Country != "DE" || receipt.BuyerName != "" || receipt.Email != "" || receipt.BuyerID != "" {
			t.Fatalf("receipt of a business: %+v", receipt)
		}
		// The link of the receipt still opens what was bought, and puts it into another library.
		must[storefrontapi.LessonView](h)(h.client.ReadLesson(h.guest(), entitlement, lesson, alone.AccessToken))
		must[storefrontapi.Order](h)(h.client.Claim(h.as("person_ben"), alone.Order.ID, alone.AccessToken))
		// A checkout that ends without a payment has no receipt to keep a company for.
		if err := h.svc.end(h.t.Context(), must[Order](h)(one[Order](h.t.Context(), h.pool, nil, "Order", pgx.NamedArgs{"id": open.Order.ID})), storefrontapi.OrderStateExpired); err != nil {
			t.Fatal(err)
		}
		if n := h.count(`select count(*) from storefront.orders where company <> ''`); n != 1 {
			t.Fatalf("%d orders keep a company", n)
		}
		before := h.count(`select count(*) from storefront.outbox`)
		h.gone("person_zan")
		if after := h.count(`select count(*) from storefront.outbox`); after != before {
			t.Fatal("a second erasure told something")
		}
		if got := h.told(alone.Order.ID); got[len(got)-1] != storefrontapi.EventOrderErased {
			t.Fatalf("told %v", got)
		}
	})
}

// The company on an erased buyer's receipt stays as long as the receipt has to, and no longer; who is still here keeps theirs.
func TestAnErasedBusinessIsForgottenWithItsReceipt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.course()
	for _, person := range []string{"person_ben", "person_dan"} {
		h.people.set(accountsapi.Person{ID: person, Email: person + "@example.com", Name: "Ben", Country: "DE"})
		in := order(p, "")
		in.Buyer.Company, in.Buyer.VATID = "Schreiben GmbH", "DE136695976"
		h.pay(must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.as(person), "k", in)).Order)
	}
	h.gone("person_ben")
	for _, c := range []struct {
		at   time.Time
		left int
	}{
		{time.Date(h.clock.Now().Year()+10, time.December, 31, 23, 59, 59, 0, time.UTC), 2},
		{time.Date(h.clock.Now().Year()+11, time.January, 1, 0, 0, 0, 0, time.UTC), 1},
	} {
		if err := h.svc.Tidy(t.Context(), c.at); err != nil {
			t.Fatal(err)
		}
		if n := h.count(`select count(*) from storefront.orders where company <> '' and vat_id <> ''`); n != c.left {
			t.Errorf("%s: %d orders keep a company, want %d", c.at, n, c.left)
		}
	}
}

// What somebody bought from themselves without signing in is in no library, and their erasure reaches it all the same.
func TestAnErasureReachesWhatACreatorBoughtFromThemselves(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p := h.course()
		address := canary + "@example.com"
		h.people.set(accountsapi.Person{ID: "person_ana", Email: address, Name: canary, Country: "DE"})
		in := order(p, address)
		in.Buyer.Name = canary
		o := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.guest(), "", in))
		h.pay(o.Order)
		if claimed := must[storefrontapi.Claimed](h)(h.client.ClaimAll(h.as("person_ana"))); claimed.Orders != 0 {
			t.Fatalf("%d of her own are in her library", claimed.Orders)
		}
		_, err := h.client.Gather(h.as("person_ana"), "person_ana")
		h.wants(err, problem.ErrNotFound, "gathered by another part")
		accounts := storefrontapi.NewClient(h.http("accounts"))
		if gathered := must[storefrontapi.Claimed](h)(accounts.Gather(h.t.Context(), "person_ana")); gathered.Orders != 1 {
			t.Fatalf("%d gathered", gathered.Orders)
		}
		h.gone("person_ana")
		if found := h.holding(canary); len(found) > 0 {
			t.Fatalf("%v still hold the buyer", found)
		}
	})
}

func TestAnErasedCreatorLeavesWhatBuyersHave(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p := h.course()
		ana := h.as("person_ana")
		bio := "I am " + canary
		must[storefrontapi.Page](h)(h.client.UpdatePage(ana, 0, storefrontapi.UpdatePage{Name: ptr(canary), Bio: &bio}))
		must[storefrontapi.Product](h)(h.client.CreateProduct(ana, "k", storefrontapi.NewProduct{Kind: "course", Title: "A draft about " + canary}))
		must[storefrontapi.File](h)(h.client.UploadFile(ana, storefrontapi.UploadTarget{ProductID: p.ID, Name: canary + ".txt"}, int64(len(canary)), strings.NewReader(canary)))
		o := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.as("person_ben"), "", order(p, "")))
		h.pay(o.Order)
		entitlement := must[storefrontapi.Order](h)(h.client.Order(h.as("person_ben"), o.Order.ID, "")).EntitlementID

		data := must[storefrontapi.PersonalData](h)(storefrontapi.NewClient(h.http("accounts")).PersonalData(h.t.Context(), "person_ana"))
		if data.Page == nil || data.Page.Bio != bio || len(data.Products) != 2 {
			t.Fatalf("export: %+v", data)
		}
		h.gone("person_ana")
		if found := h.holding(canary); len(found) > 0 {
			t.Fatalf("%v still hold the creator", found)
		}
		_, err := h.client.CreatorPage(h.guest(), "ana")
		h.wants(err, problem.ErrNotFound, "the page of an erased creator")
		_, err = h.client.PlaceOrder(h.guest(), "", order(p, "cam@example.com"))
		h.wants(err, storefrontapi.ErrNotForSale, "a product of an erased creator")
		course := must[storefrontapi.Course](h)(h.client.Course(h.as("person_ben"), entitlement, ""))
		if course.Lessons != 2 || course.Creator.Name != "" {
			t.Fatalf("%+v", course)
		}
		must[storefrontapi.LessonView](h)(h.client.ReadLesson(h.as("person_ben"), entitlement, course.NextLessonID, ""))
		before := h.count(`select count(*) from storefront.outbox`)
		h.gone("person_ana")
		if after := h.count(`select count(*) from storefront.outbox`); after != before {
			t.Fatal("a second erasure told something")
		}
	})
}

// News of a person may arrive after their erasure, prepared from what accounts said before it; and a request may have been under way.
func TestNothingComesBackAfterAnErasure(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.course()
	h.people.set(accountsapi.Person{ID: "person_zan", Email: canary + "@example.com", Name: canary, Handle: canary})
	p := must[storefrontapi.Product](h)(h.client.Product(h.as("person_ana"), must[storefrontapi.ProductPage](h)(h.client.Products(h.as("person_ana"), "")).Items[0].ID))
	o := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.guest(), "", order(p, "other@example.com")))
	must[storefrontapi.Page](h)(h.client.Page(h.as("person_zan")))
	h.hear(accountsapi.EventPersonErased, "person_zan", accountsapi.PersonErased{PersonID: "person_zan"})
	// accounts' answers of before the erasure are still what people gives
	h.people.set(accountsapi.Person{ID: "person_zan", Email: "other@example.com", Name: canary, Handle: canary})
	h.hear(accountsapi.EventPersonChanged, "person_zan", accountsapi.PersonChanged{PersonID: "person_zan"})
	h.hear(accountsapi.EventEmailVerified, "person_zan", accountsapi.EmailVerified{PersonID: "person_zan"})
	if found := h.holding(canary); len(found) > 0 {
		t.Fatalf("late news brought the person back into %v", found)
	}
	if n := h.count(`select count(*) from storefront.orders where person_id = 'person_zan'`); n != 0 {
		t.Fatalf("order %s is in the library of an erased person", o.Order.ID)
	}
	h.people.set(accountsapi.Person{ID: "person_zan", Email: canary + "@example.com"})
	late := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.as("person_zan"), "", order(p, "")))
	if err := h.svc.Tidy(context.Background(), h.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if n := h.count(`select count(*) from storefront.orders where id = $1 and person_id is null and email = ''`, late.Order.ID); n != 1 {
		t.Fatal("what a request under way wrote stays")
	}
}

func ptr[T any](v T) *T { return &v }
