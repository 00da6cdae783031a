package storefront

import (
	"slices"
	"sync"
	"testing"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// rename gives a product another address.
func (h *house) rename(productID, slug string) (storefrontapi.Product, error) {
	return h.client.UpdateProduct(h.as("person_ana"), productID, 0, storefrontapi.UpdateProduct{Slug: &slug})
}

func TestAFormerAddressLeadsToTheProduct(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p := h.course()
		ana, was := h.as("person_ana"), p.Slug
		at := func(slug, want string) {
			t.Helper()
			got, err := h.client.PublicProduct(h.guest(), "ana", slug)
			if want == "" {
				h.wants(err, problem.ErrNotFound, slug)
				return
			}
			if err != nil || got.Product.Slug != want {
				t.Fatalf("%s leads to %q, %v; want %q", slug, got.Product.Slug, err, want)
			}
		}
		free := must[storefrontapi.PublicProduct](h)(h.client.PublicProduct(h.guest(), "ana", was)).Product.Outline[0].Lessons[0].ID
		for _, next := range []string{"b", "c", was, "b"} { // and back again, in a circle
			must[storefrontapi.Product](h)(h.rename(p.ID, next))
			at(next, next)
			at(was, next)
		}
		at("c", "b")
		must[storefrontapi.LessonView](h)(h.client.FreeLesson(h.guest(), "ana", "c", free))
		if got := must[storefrontapi.Product](h)(h.client.Product(ana, p.ID)).FormerSlugs; !slices.Equal(got, []string{"c", was}) {
			t.Fatalf("former addresses %v", got)
		}

		// Another product takes none of them until their owner gives one up.
		_, err := h.client.CreateProduct(ana, "", storefrontapi.NewProduct{Kind: "course", Title: "Other", Slug: "c"})
		h.wants(err, storefrontapi.ErrSlugTaken, "a new product at a former address")
		other := must[storefrontapi.Product](h)(h.client.CreateProduct(ana, "", storefrontapi.NewProduct{Kind: "course", Title: "Other"}))
		_, err = h.rename(other.ID, "c")
		h.wants(err, storefrontapi.ErrSlugTaken, "a product that moves to a former address")
		if problem.From(err).State != "former" {
			t.Errorf("state %q", problem.From(err).State)
		}
		_, err = h.client.GiveUpAddress(h.as("person_ben"), p.ID, "c")
		h.wants(err, problem.ErrNotFound, "somebody else gives it up")
		must[storefrontapi.Product](h)(h.client.GiveUpAddress(ana, p.ID, "c"))
		at("c", "")
		must[storefrontapi.Product](h)(h.rename(other.ID, "c"))
		at("c", "") // a draft is nobody's business
		// Another creator has the same words for themselves.
		must[storefrontapi.Page](h)(h.client.Page(h.as("person_ben")))
		must[storefrontapi.Product](h)(h.client.CreateProduct(h.as("person_ben"), "", storefrontapi.NewProduct{Kind: "course", Title: "Mine", Slug: was}))
	})
}

// The address of a draft was never told to anybody, so it is free again.
func TestADraftHoldsNoFormerAddress(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ana := h.as("person_ana")
	p := must[storefrontapi.Product](h)(h.client.CreateProduct(ana, "", storefrontapi.NewProduct{Kind: "course", Title: "One"}))
	must[storefrontapi.Product](h)(h.rename(p.ID, "two"))
	must[storefrontapi.Product](h)(h.client.CreateProduct(ana, "", storefrontapi.NewProduct{Kind: "course", Title: "One"}))
}

func TestAFormerHandleLeadsToTheCreator(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p := h.course()
		was := p.Slug
		must[storefrontapi.Product](h)(h.rename(p.ID, "b"))
		h.people.mu.Lock()
		h.people.former = map[string]string{"ana": "person_ana"}
		h.people.mu.Unlock()
		h.people.set(accountsapi.Person{ID: "person_ana", Email: "ana@example.com", Name: "Ana", Handle: "anabel", Country: "DE", PayoutsPossible: true})
		h.hear(accountsapi.EventPersonChanged, "person_ana", accountsapi.PersonChanged{PersonID: "person_ana"})
		if page := must[storefrontapi.CreatorPage](h)(h.client.CreatorPage(h.guest(), "ana")); page.Creator.Handle != "anabel" {
			t.Fatalf("%+v", page.Creator)
		}
		for _, slug := range []string{"b", was} {
			if got := must[storefrontapi.PublicProduct](h)(h.client.PublicProduct(h.guest(), "ana", slug)); got.Creator.Path+got.Product.Path != "/@anabel/b" {
				t.Fatalf("@ana/%s leads to %s%s", slug, got.Creator.Path, got.Product.Path)
			}
		}
		_, err := h.client.PublicProduct(h.guest(), "ana", "nothing")
		h.wants(err, problem.ErrNotFound, "a product that never was")
		_, err = h.client.CreatorPage(h.guest(), "nobody")
		h.wants(err, problem.ErrNotFound, "a handle that never was")
	})
}

// Whoever moves to an address at the moment it becomes a former one is refused.
func TestAnAddressIsNotTakenWhileItIsLeft(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.course()
	other := must[storefrontapi.Product](h)(h.client.CreateProduct(h.as("person_ana"), "", storefrontapi.NewProduct{Kind: "course", Title: "Other"}))
	was := p.Slug
	for range 10 {
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = h.rename(p.ID, "moved") })
		wg.Go(func() { _, _ = h.rename(other.ID, was) })
		wg.Wait()
		if n := h.count(`select count(*) from storefront.product p join storefront.former_slug f on f.creator_id = p.creator_id and f.slug = p.slug`); n != 0 {
			t.Fatal("an address leads to one product and is another's")
		}
		must[storefrontapi.Product](h)(h.rename(p.ID, was))
	}
}
