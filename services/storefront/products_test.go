package storefront

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// TestStorefrontCase9: ¥10000 is 10000, a fraction of a yen is no price, and what is charged is what was typed.
func TestStorefrontCase9(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ctx, c := h.course(), h.as("person_ana"), h.client
		yen := func(decimal string) error {
			_, err := c.SetPrices(ctx, p.ID, 0, storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: money.JPY, Decimal: decimal}}})
			return err
		}
		h.wants(yen("149.50"), storefrontapi.ErrPriceInvalid, "149.50")
		if f := problem.From(yen("149.50")).Fields; len(f) != 1 || f[0].Pointer != "/prices/0/decimal" || f[0].Detail != "JPY has 0 decimals" {
			t.Errorf("fields %+v", f)
		}
		if err := yen("10000"); err != nil {
			t.Fatal(err)
		}
		public := must[storefrontapi.PublicProduct](h)(c.PublicProduct(h.guest(), "ANA", p.Slug))
		if got := public.Product.Prices; len(got) != 1 || got[0].Amount != money.New(10000, money.JPY) {
			t.Fatalf("prices %+v", got)
		}
		in := order(p, "guest@example.com")
		in.PriceID = public.Product.Prices[0].ID
		placed := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "", in))
		if gross := h.till.opened[placed.Order.ID].Gross; gross != money.New(10000, money.JPY) {
			t.Errorf("charged %v", gross)
		}
	})
}

func TestPricesThatAreNone(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ctx, c := h.course(), h.as("person_ana"), h.client
		n := func(v int64) *int64 { return &v }
		for name, x := range map[string]struct {
			in   storefrontapi.SetPrices
			want *problem.Error
		}{
			"under the floor": {storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: money.USD, Amount: n(98)}}}, storefrontapi.ErrPriceTooLow},
			"nothing":         {storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: money.USD, Amount: n(0)}}}, storefrontapi.ErrPriceTooLow},
			"negative":        {storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: money.USD, Amount: n(-500)}}}, storefrontapi.ErrPriceInvalid},
			"unknown":         {storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: "XAU", Amount: n(500)}}}, problem.ErrInvalid},
			"not sold in":     {storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: "KWD", Amount: n(500)}}}, problem.ErrInvalid},
			"twice":           {storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: money.USD, Amount: n(500)}, {Currency: money.USD, Amount: n(600)}}}, problem.ErrInvalid},
			"too much":        {storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: money.USD, Amount: n(100_000_000)}}}, storefrontapi.ErrPriceInvalid},
			"both ways":       {storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: money.USD, Amount: n(500), Decimal: "5.00"}}}, storefrontapi.ErrPriceInvalid},
			"words":           {storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: money.USD, Decimal: "five"}}}, storefrontapi.ErrPriceInvalid},
			"free with price": {storefrontapi.SetPrices{Free: true, Prices: []storefrontapi.SetPrice{{Currency: money.USD, Amount: n(500)}}}, problem.ErrInvalid},
			"neither":         {storefrontapi.SetPrices{}, storefrontapi.ErrNothingToPublish},
		} {
			_, err := c.SetPrices(ctx, p.ID, 0, x.in)
			h.wants(err, x.want, name)
		}
		after := must[storefrontapi.Product](h)(c.Product(ctx, p.ID))
		if len(after.Prices) != 2 || after.Version != p.Version {
			t.Errorf("something was written: %+v", after)
		}
		if rules := must[storefrontapi.PriceRules](h)(c.PriceRules(h.guest())); len(rules.Items) != 7 {
			t.Errorf("rules %+v", rules)
		}
	})
}

func TestAPriceThatStaysKeepsItsID(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ctx, c := h.course(), h.as("person_ana"), h.client
		was := map[money.Currency]string{}
		for _, price := range p.Prices {
			was[price.Currency] = price.ID
		}
		p = must[storefrontapi.Product](h)(c.SetPrices(ctx, p.ID, p.Version, storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{
			{Currency: money.EUR, Decimal: "149"}, {Currency: money.JPY, Decimal: "26000"}, {Currency: money.USD, Decimal: "159.00"},
		}}))
		for _, price := range p.Prices {
			if same := was[price.Currency] == price.ID; same != (price.Currency == money.EUR) {
				t.Errorf("%s: %s, was %s", price.Currency, price.ID, was[price.Currency])
			}
		}
		if p.Prices[0].Currency != money.USD {
			t.Errorf("order %+v", p.Prices)
		}
	})
}

func TestBuyersKeepThePublicationWhileTheCreatorEdits(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ana, c := h.course(), h.as("person_ana"), h.client
		placed := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "", order(p, "guest@example.com")))
		h.pay(placed.Order)
		o := must[storefrontapi.Order](h)(c.Order(h.guest(), placed.Order.ID, placed.AccessToken))
		read := func(lesson string) storefrontapi.LessonView {
			return must[storefrontapi.LessonView](h)(c.ReadLesson(h.guest(), o.EntitlementID, lesson, placed.AccessToken))
		}
		outline := must[storefrontapi.Outline](h)(c.Outline(ana, p.ID))
		how := outline.Sections[0].Lessons[1].ID
		must[storefrontapi.Progress](h)(c.SetDone(h.guest(), o.EntitlementID, how, placed.AccessToken, true))
		body := "Better words.\n"
		l := must[storefrontapi.Lesson](h)(c.UpdateLesson(ana, how, 1, storefrontapi.UpdateLesson{Body: &body}))
		h.wants(second(c.UpdateLesson(ana, how, 1, storefrontapi.UpdateLesson{Body: &body})), problem.ErrStale, "old version")
		if got := must[storefrontapi.Product](h)(c.Product(ana, p.ID)); !got.Changed || l.Version != 2 {
			t.Errorf("%+v", got)
		}
		if got := read(how); !strings.Contains(got.HTML, "Words") {
			t.Errorf("before publishing: %s", got.HTML)
		}
		again := must[storefrontapi.Product](h)(c.Publish(ana, p.ID, 0))
		if again.Changed || again.Publication.Seq != 2 || again.Publication.Digest == p.Publication.Digest {
			t.Errorf("%+v", again.Publication)
		}
		if got := read(how); !strings.Contains(got.HTML, "Better words") || !got.Done {
			t.Errorf("after publishing: %+v", got)
		}
		// Nothing changed: no new publication.
		if third := must[storefrontapi.Product](h)(c.Publish(ana, p.ID, 0)); third.Publication.Seq != 2 {
			t.Errorf("%+v", third.Publication)
		}
		list := must[storefrontapi.PublicationPage](h)(c.Publications(ana, p.ID, ""))
		if len(list.Items) != 2 || !list.Items[0].Current || list.Items[1].Current {
			t.Errorf("%+v", list)
		}
		m := must[storefrontapi.PublicationManifest](h)(c.Publication(ana, p.ID, list.Items[1].ID))
		if m.Digest != p.Publication.Digest || len(m.Manifest.Entries) != 3 || m.Manifest.Entries[0].Kind != "page" || !m.Manifest.Entries[1].Free {
			t.Errorf("%+v", m)
		}
		if _, err := h.pool.Exec(t.Context(), `update storefront.publication set title = 'x'`); err == nil {
			t.Error("a publication was changed")
		}
		// Deleting a lesson takes it from readers only with the next publication.
		if err := c.DeleteLesson(ana, how); err != nil {
			t.Fatal(err)
		}
		read(how)
		must[storefrontapi.Product](h)(c.Publish(ana, p.ID, 0))
		h.wants(second(c.ReadLesson(h.guest(), o.EntitlementID, how, placed.AccessToken)), problem.ErrNotFound, "deleted lesson")
	})
}

func TestPublicPages(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ana, c := h.course(), h.as("person_ana"), h.client
		free := must[storefrontapi.PublicProduct](h)(c.PublicProduct(h.guest(), "ana", p.Slug))
		lessons := free.Product.Outline[0].Lessons
		if free.Creator.Name != "Ana" || free.Creator.Path != "/@Ana" || free.Product.Path != "/"+p.Slug || len(lessons) != 2 || !lessons[0].Free || free.Product.Digest != p.Publication.Digest {
			t.Fatalf("%+v", free)
		}
		must[storefrontapi.LessonView](h)(c.FreeLesson(h.guest(), "ana", p.Slug, lessons[0].ID))
		h.wants(second(c.FreeLesson(h.guest(), "ana", p.Slug, lessons[1].ID)), problem.ErrNotFound, "a lesson that is not free")

		draft := must[storefrontapi.Product](h)(c.CreateProduct(ana, "k", storefrontapi.NewProduct{Kind: "course", Title: "Not yet"}))
		if twice := must[storefrontapi.Product](h)(c.CreateProduct(ana, "k", storefrontapi.NewProduct{Kind: "course", Title: "Not yet"})); twice.ID != draft.ID {
			t.Error("the same key made two products")
		}
		h.wants(second(c.CreateProduct(ana, "", storefrontapi.NewProduct{Kind: "course", Title: "Not yet"})), storefrontapi.ErrSlugTaken, "same address")
		h.wants(second(c.PublicProduct(h.guest(), "ana", draft.Slug)), problem.ErrNotFound, "a draft")
		h.wants(second(c.Publish(ana, draft.ID, 0)), storefrontapi.ErrNothingToPublish, "nothing in it")
		page := must[storefrontapi.CreatorPage](h)(c.CreatorPage(h.guest(), "ana"))
		if len(page.Products) != 1 || page.Products[0].Title != p.Title {
			t.Fatalf("%+v", page)
		}
		cat := must[storefrontapi.Catalogue](h)(c.Catalogue(h.guest(), "", 0))
		if len(cat.Items) != 1 || cat.Items[0].Creator.Handle != "Ana" || len(cat.Items[0].Prices) != 2 {
			t.Fatalf("%+v", cat)
		}
		own := must[storefrontapi.Page](h)(c.Page(ana))
		name, hue, bio := "Ana Writes", "plum", "Short posts."
		own = must[storefrontapi.Page](h)(c.UpdatePage(ana, own.Version, storefrontapi.UpdatePage{
			Name: &name, Hue: &hue, Bio: &bio, Profiles: &[]storefrontapi.Profile{{Kind: "linkedin", URL: "https://www.linkedin.com/in/ana"}},
		}))
		h.wants(second(c.UpdatePage(ana, 1, storefrontapi.UpdatePage{Name: &name})), problem.ErrStale, "old page")
		bad := []storefrontapi.Profile{{Kind: "linkedin", URL: "javascript:alert(1)"}}
		h.wants(second(c.UpdatePage(ana, own.Version, storefrontapi.UpdatePage{Profiles: &bad})), problem.ErrInvalid, "a script as an address")

		// A new handle moves the page; the old one is free for somebody else.
		h.people.set(accountsapi.Person{ID: "person_ana", Email: "ana@example.com", Name: "Ana", Handle: "anna", Country: "DE", PayoutsPossible: true})
		h.hear(accountsapi.EventPersonChanged, "person_ana", accountsapi.PersonChanged{PersonID: "person_ana"})
		h.wants(second(c.CreatorPage(h.guest(), "ana")), problem.ErrNotFound, "the old handle")
		if moved := must[storefrontapi.CreatorPage](h)(c.CreatorPage(h.guest(), "anna")); moved.Creator.Name != name || moved.Creator.Hue != hue || len(moved.Creator.Profiles) != 1 {
			t.Fatalf("%+v", moved)
		}
	})
}

func TestWhereNothingCanBePaidOut(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		far, c := h.as("person_far"), h.client
		p := must[storefrontapi.Product](h)(c.CreateProduct(far, "", storefrontapi.NewProduct{Kind: "course", Title: "From far away"}))
		sec := must[storefrontapi.Section](h)(c.AddSection(far, p.ID, storefrontapi.NewSection{Title: "One"}))
		must[storefrontapi.Lesson](h)(c.AddLesson(far, sec.ID, storefrontapi.NewLesson{Title: "One"}))
		must[storefrontapi.Product](h)(c.SetPrices(far, p.ID, 0, storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: money.USD, Decimal: "10"}}}))
		h.wants(second(c.Publish(far, p.ID, 0)), storefrontapi.ErrSellingNotPossible, "paid")
		must[storefrontapi.Product](h)(c.SetPrices(far, p.ID, 0, storefrontapi.SetPrices{Free: true}))
		if got := must[storefrontapi.Product](h)(c.Publish(far, p.ID, 0)); got.State != storefrontapi.StatePublished {
			t.Errorf("free: %+v", got)
		}
		h.wants(second(c.SetPrices(far, p.ID, 0, storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: money.USD, Decimal: "10"}}})), storefrontapi.ErrSellingNotPossible, "a price later")
		if err := c.DeleteProduct(far, p.ID); problem.From(err).Code != storefrontapi.ErrProductSold.Code {
			t.Errorf("deleted: %v", err)
		}
	})
}

func TestNobodyEditsWhatIsNotTheirs(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ben, c := h.course(), h.as("person_ben"), h.client
		outline := must[storefrontapi.Outline](h)(c.Outline(h.as("person_ana"), p.ID))
		sec, lesson := outline.Sections[0].ID, outline.Sections[0].Lessons[0].ID
		title := "Mine now"
		for what, err := range map[string]error{
			"product":  second(c.Product(ben, p.ID)),
			"update":   second(c.UpdateProduct(ben, p.ID, 0, storefrontapi.UpdateProduct{Title: &title})),
			"prices":   second(c.SetPrices(ben, p.ID, 0, storefrontapi.SetPrices{Free: true})),
			"publish":  second(c.Publish(ben, p.ID, 0)),
			"outline":  second(c.Outline(ben, p.ID)),
			"section":  second(c.UpdateSection(ben, sec, 0, storefrontapi.UpdateSection{Title: &title})),
			"lesson":   second(c.Lesson(ben, lesson)),
			"preview":  second(c.PreviewLesson(ben, lesson, storefrontapi.PreviewText{Body: "x"})),
			"edit":     second(c.UpdateLesson(ben, lesson, 0, storefrontapi.UpdateLesson{Title: &title})),
			"delete":   c.DeleteLesson(ben, lesson),
			"remove":   c.DeleteProduct(ben, p.ID),
			"files":    second(c.Files(ben, p.ID)),
			"upload":   second(c.UploadFile(ben, storefrontapi.UploadTarget{ProductID: p.ID, Name: "a.txt"}, 1, strings.NewReader("x"))),
			"import":   second(c.Import(ben, p.ID, -1, strings.NewReader("x"))),
			"export":   c.Export(ben, p.ID, &bytes.Buffer{}),
			"versions": second(c.Publications(ben, p.ID, "")),
		} {
			h.wants(err, problem.ErrNotFound, what)
		}
		h.wants(second(c.Products(h.guest(), "")), problem.ErrUnauthenticated, "nobody")
		// Whoever may arrange may edit, and not publish.
		arranger := h.caller(identity.Caller{Person: "person_ben", For: "person_ana", Scopes: []string{"arrange"}})
		must[storefrontapi.Product](h)(c.UpdateProduct(arranger, p.ID, 0, storefrontapi.UpdateProduct{Title: &title}))
		h.wants(second(c.Publish(arranger, p.ID, 0)), problem.ErrForbidden, "publishing for somebody")
		if by := must[string](h)(oneText(h, `select actor from storefront.audit where action = 'product.changed'`)); by != "person_ben for person_ana" {
			t.Errorf("audit says %q", by)
		}
	})
}

func TestOutlineIsReordered(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ana, c := h.course(), h.as("person_ana"), h.client
		more := must[storefrontapi.Section](h)(c.AddSection(ana, p.ID, storefrontapi.NewSection{Title: "Start"}))
		if more.Slug != "start-2" {
			t.Errorf("slug %s", more.Slug)
		}
		o := must[storefrontapi.Outline](h)(c.Outline(ana, p.ID))
		start, why, how := o.Sections[0].ID, o.Sections[0].Lessons[0].ID, o.Sections[0].Lessons[1].ID
		want := storefrontapi.Reorder{Sections: []storefrontapi.ReorderSection{{ID: more.ID, Lessons: []string{how}}, {ID: start, Lessons: []string{why}}}}
		for name, in := range map[string]storefrontapi.Reorder{
			"a lesson missing": {Sections: []storefrontapi.ReorderSection{{ID: more.ID, Lessons: []string{how}}, {ID: start}}},
			"a lesson twice":   {Sections: []storefrontapi.ReorderSection{{ID: more.ID, Lessons: []string{how, how}}, {ID: start}}},
			"foreign lesson":   {Sections: []storefrontapi.ReorderSection{{ID: more.ID, Lessons: []string{"lesson_x"}}, {ID: start, Lessons: []string{why}}}},
			"section missing":  {Sections: []storefrontapi.ReorderSection{{ID: more.ID, Lessons: []string{how, why}}}},
		} {
			h.wants(second(c.Reorder(ana, p.ID, 0, in)), storefrontapi.ErrOutlineMismatch, name)
		}
		h.wants(second(c.Reorder(ana, p.ID, o.Version+7, want)), problem.ErrStale, "another version")
		got := must[storefrontapi.Outline](h)(c.Reorder(ana, p.ID, o.Version, want))
		if got.Sections[0].ID != more.ID || got.Sections[0].Lessons[0].ID != how || got.Sections[1].Lessons[0].ID != why || got.Version == o.Version {
			t.Errorf("%+v", got)
		}
		if err := c.DeleteSection(ana, start); problem.From(err).Code != storefrontapi.ErrSectionNotEmpty.Code {
			t.Errorf("a section with a lesson: %v", err)
		}
	})
}

func TestImportAndExportThroughTheAPI(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ana, c := h.course(), h.as("person_ana"), h.client
		twin, err := os.ReadFile(filepath.Join("courses", "testdata", "twin.zip"))
		if err != nil {
			t.Fatal(err)
		}
		h.wants(second(c.Import(ana, p.ID, -1, strings.NewReader("no zip"))), storefrontapi.ErrImport, "no zip")
		if o := must[storefrontapi.Outline](h)(c.Outline(ana, p.ID)); len(o.Sections) != 1 {
			t.Fatal("a refused import changed something")
		}
		in := must[storefrontapi.ImportResult](h)(c.Import(ana, p.ID, int64(len(twin)), bytes.NewReader(twin)))
		if len(in.Outline.Sections) != 2 || len(in.Outline.Sections[0].Lessons) != 9 || len(in.Outline.Sections[1].Lessons) != 14 || len(in.Warnings) != 11 {
			t.Fatalf("%d sections, %d warnings", len(in.Outline.Sections), len(in.Warnings))
		}
		again := must[storefrontapi.ImportResult](h)(c.Import(ana, p.ID, -1, bytes.NewReader(twin)))
		if again.Outline.Sections[1].Lessons[3].ID != in.Outline.Sections[1].Lessons[3].ID {
			t.Error("the same lesson got another id")
		}
		var out bytes.Buffer
		if err := c.Export(ana, p.ID, &out); err != nil {
			t.Fatal(err)
		}
		back := must[storefrontapi.ImportResult](h)(c.Import(ana, p.ID, -1, bytes.NewReader(out.Bytes())))
		if back.Outline.Sections[1].Lessons[3] != in.Outline.Sections[1].Lessons[3] || back.Outline.Sections[0].Title != "Finding your voice" {
			t.Errorf("%+v", back.Outline)
		}
		must[storefrontapi.Product](h)(c.Publish(ana, p.ID, 0))
	})
}
