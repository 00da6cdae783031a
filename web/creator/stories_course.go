package creator

import (
	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

func productStories(b *storybook.Book) {
	b.Add("creator", "products", "empty", page("products", "Products", func(p *shell.Page) templ.Component {
		return productList(p.L, productsView{})
	}))
	b.Add("creator", "products", "many", page("products", "Products", func(p *shell.Page) templ.Component {
		off, free := storyProduct(), storyProduct()
		off.ID, off.State, off.Title = "product_3", storefrontapi.StateUnpublished, "كيف تكتب منشورًا"
		free.ID, free.Free, free.Prices, free.Changed = "product_4", true, nil, true
		return productList(p.L, productsView{ProductPage: storefrontapi.ProductPage{Items: []storefrontapi.Product{storyProduct(), storyDraft(), off, free}, Next: "n1"}})
	}))
	b.Add("creator", "products", "assistant", page("products", "Products", func(p *shell.Page) templ.Component {
		return productList(p.L, productsView{readonly: true})
	}))
	b.Add("creator", "new-course", "empty", page("products", "A new course", func(p *shell.Page) templ.Component {
		return newCourse(p.L, newForm{key: "key_1"})
	}))
	b.Add("creator", "new-course", "error", page("products", "A new course", func(p *shell.Page) templ.Component {
		return newCourse(p.L, newForm{key: "key_1", faults: ui.Faults{{Field: "title", Text: p.L.T("field.required")}}})
	}))
	words := func(state string, readonly bool, faults func(p *shell.Page) ui.Faults) {
		b.Add("creator", "words", state, page("products", "Write posts that travel", func(p *shell.Page) templ.Component {
			at := storyProduct()
			form := wordsForm{title: at.Title, slug: at.Slug, summary: at.Summary, description: at.Description, refundDays: "14", version: 7}
			if state != "filled" {
				at.FormerSlugs = []string{"posts-that-travel", "how-to-write-posts-that-travel-far-and-wide-on-every-feed-you-can-think-of-today"}
			}
			if faults != nil {
				form.faults = faults(p)
			}
			head := productHead{Product: at, tab: "words", readonly: readonly}
			if readonly {
				head.acting = storyActing
			}
			return productWords(p.L, head, form)
		}))
	}
	words("filled", false, nil)
	words("moved", false, nil)
	words("assistant", true, nil)
	words("error", false, func(p *shell.Page) ui.Faults {
		return ui.Faults{{Text: p.L.T("creator.stale")}, {Field: "file", Text: p.L.T("problem.image_unreadable.text")}}
	})
	prices := func(state string, free bool, faults func(p *shell.Page) ui.Faults) {
		b.Add("creator", "prices", state, page("products", "Write posts that travel", func(p *shell.Page) templ.Component {
			at := storyProduct()
			form := priceForm{free: free, version: 7}
			for _, c := range storefrontapi.Currencies {
				form.fields = append(form.fields, priceField{c, map[money.Currency]string{money.EUR: "149.00", money.JPY: "149.50"}[c], p.L.Money(money.New(500, c))})
			}
			if at.Free = free; free {
				at.Prices = nil
			}
			if faults != nil {
				form.faults = faults(p)
			}
			head := productHead{Product: at, tab: "price"}
			if state == "assistant" {
				head.acting = storyActing
			}
			return productPrices(p.L, head, form)
		}))
	}
	prices("set", false, nil)
	prices("free", true, nil)
	prices("assistant", false, nil)
	prices("error", false, func(p *shell.Page) ui.Faults {
		return ui.Faults{{Field: "price-JPY", Text: p.L.T("creator.price.fault.price", "Currency", "JPY", "Example", p.L.SamplePrice(money.JPY))}}
	})
	publishStories(b)
}

func publishStories(b *storybook.Book) {
	one := func(state string, change func(p *shell.Page, v *publishView)) {
		b.Add("creator", "publish", state, page("products", "Write posts that travel", func(p *shell.Page) templ.Component {
			at := storyProduct()
			older := *at.Publication
			older.Seq, older.Current, older.Published = 2, false, storyDay.AddDate(0, -1, 0)
			view := publishView{head: productHead{Product: at, tab: "publish"}, history: []storefrontapi.Publication{*at.Publication, older}, site: storySite}
			change(p, &view)
			return productPublish(p.L, view)
		}))
	}
	one("same", func(*shell.Page, *publishView) {})
	one("changed", func(_ *shell.Page, v *publishView) { v.head.Changed = true })
	one("asked", func(p *shell.Page, v *publishView) {
		v.head.Changed, v.head.DocumentID = true, "document_1"
		v.missing = missing(p.L, v.head.Product, contentapi.ErrApprovalStale)
	})
	one("solo", func(p *shell.Page, v *publishView) {
		p.Person.Solo, v.head.Changed, v.solo = true, true, true
	})
	one("off", func(_ *shell.Page, v *publishView) { v.head.State = storefrontapi.StateUnpublished })
	one("refused", func(p *shell.Page, v *publishView) {
		v.head.Product, v.history = storyDraft(), nil
		v.missing = missing(p.L, storyDraft(), storefrontapi.ErrNothingToPublish.WithField("/lessons", "required", "").WithField("/prices", "required", ""))
	})
	one("no-handle", func(p *shell.Page, v *publishView) {
		v.head.Product, v.history = storyDraft(), nil
		v.missing = missing(p.L, storyDraft(), storefrontapi.ErrHandleMissing)
	})
	one("assistant", func(_ *shell.Page, v *publishView) { v.head.acting = storyActing })
	one("assistant-changed", func(_ *shell.Page, v *publishView) { v.head.acting, v.head.Changed = storyActing, true })
	one("assistant-draft", func(_ *shell.Page, v *publishView) {
		v.head.Product, v.history, v.head.acting = storyDraft(), nil, storyActing
	})
}

func storyOutline() storefrontapi.Outline {
	return storefrontapi.Outline{ProductID: "product_1", Version: 7, Sections: []storefrontapi.Section{
		{ID: "section_1", Title: "Before you write", Version: 1, Lessons: []storefrontapi.LessonBrief{
			{ID: "lesson_1", Title: "Who is it for?", Free: true, Words: 640}, {ID: "lesson_2", Title: "One thought a post", Words: 1, Files: 2},
		}},
		{ID: "section_2", Title: "Writing", Version: 1, Lessons: []storefrontapi.LessonBrief{{ID: "lesson_3", Title: "كيف تبدأ", Words: 410}}},
		{ID: "section_3", Title: "After", Version: 1},
	}}
}

// storyWarnings is one remark of each kind, some with a text that is not ours.
func storyWarnings() []storefrontapi.Warning {
	about := func(pairs ...string) map[string]string {
		m := map[string]string{}
		for i := 0; i+1 < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	const tone = "01-start/02-tone.md"
	return []storefrontapi.Warning{
		{Code: "template_tag", Reason: "stays", Params: about("tag", "{% include nav.html %}"), File: tone, Line: 14, Times: 1},
		{Code: "template_tag", Reason: "address_kept", Params: about("tag", `{{ "/tone" | relative_url }}`, "address", "/tone"), File: tone, Line: 15, Times: 1},
		{Code: "missing_file", Params: about("target", "images/kitchen.png"), File: "01-start/03-images.md", Line: 3, Times: 2},
		{Code: "remote_image", Params: about("target", "https://example.com/<b>chart</b>.png"), File: "01-start/03-images.md", Line: 1024, Times: 1},
		{Code: "dead_link", Params: about("target", "../صفحة.md"), File: tone, Line: 7, Times: 1},
		{Code: "unknown_key", Params: about("key", "permalink"), File: tone, Line: 2, Times: 12},
		{Code: "bad_front_matter", Reason: "too_long", File: tone, Line: 1, Times: 1},
		{Code: "bad_front_matter", Reason: "not_yaml", File: tone, Line: 1, Times: 1},
		{Code: "bad_front_matter", Reason: "not_keys", File: tone, Line: 1, Times: 1},
		{Code: "bad_front_matter", Reason: "not_text", Params: about("key", "title"), File: tone, Line: 2, Times: 1},
		{Code: "bad_front_matter", Reason: "not_slug", Params: about("key", "slug"), File: tone, Line: 2, Times: 1},
		{Code: "bad_front_matter", Reason: "not_number", Params: about("key", "order"), File: tone, Line: 2, Times: 1},
		{Code: "bad_front_matter", Reason: "not_bool", Params: about("key", "free"), File: tone, Line: 2, Times: 1},
		{Code: "unused_file", File: "images/old.png", Times: 1},
	}
}

func lessonStories(b *storybook.Book) {
	outline := func(state string, change func(p *shell.Page, v *courseView)) {
		b.Add("creator", "course", state, page("products", "Write posts that travel", func(p *shell.Page) templ.Component {
			view := courseView{head: productHead{Product: storyProduct(), tab: "course"}, outline: storyOutline()}
			change(p, &view)
			return course(p.L, view)
		}))
	}
	outline("many", func(*shell.Page, *courseView) {})
	outline("empty", func(_ *shell.Page, v *courseView) { v.outline.Sections = nil })
	outline("assistant", func(_ *shell.Page, v *courseView) { v.head.readonly = true })
	outline("imported", func(_ *shell.Page, v *courseView) {
		v.imported = &storefrontapi.ImportResult{Outline: v.outline, Files: 4, Warnings: storyWarnings()}
	})
	outline("refused", func(p *shell.Page, v *courseView) {
		v.faults = importFaults(p.L, storefrontapi.ErrImport.WithField("/zip/..~1..~1etc~1passwd", "unsafe_path", "").WithField("/zip", "no_lessons", "").
			With(problem.Field{Pointer: "/zip/01-start~1film.mp4", Code: "too_much", Reason: "too_large", Params: map[string]string{"limit": "2147483648"}}).
			With(problem.Field{Pointer: "/zip/01-start~1tone.md", Code: "duplicate_slug", Reason: "lessons", Params: map[string]string{"other": "01-start/2-tone.md", "address": "tone"}}))
	})
	editor := func(state string, change func(p *shell.Page, v *lessonView)) {
		b.Add("creator", "lesson", state, page("products", "Who is it for?", func(p *shell.Page) templ.Component {
			view := lessonView{head: productHead{Product: storyProduct(), tab: "course"}, heading: "Who is it for?", lesson: storefrontapi.Lesson{
				ID: "lesson_1", ProductID: "product_1", Title: "Who is it for?", Free: true, Version: 3, Body: "# One reader\n\nWrite to **one** person.",
				Attachments: []storefrontapi.File{
					{ID: "file_1", Path: "files/worksheet.pdf", Name: "worksheet.pdf", Kind: "attachment", Size: 182_000, URL: "/files/1"},
					{ID: "file_2", Path: "files/kitchen.png", Name: "kitchen.png", Kind: "image", Size: 3 << 20, URL: "/files/2"},
				},
			}, html: "<h1 id=\"p-one-reader\">One reader</h1><p>Write to <strong>one</strong> person.</p>"}
			change(p, &view)
			return lessonEditor(p.L, view)
		}))
	}
	editor("filled", func(*shell.Page, *lessonView) {})
	editor("empty", func(_ *shell.Page, v *lessonView) { v.lesson.Body, v.html, v.lesson.Attachments = "", "", nil })
	editor("looked", func(_ *shell.Page, v *lessonView) { v.looked, v.remarks = true, storyWarnings()[:1] })
	editor("stale", func(p *shell.Page, v *lessonView) { v.faults = ui.Faults{{Text: p.L.T("creator.stale")}} })
	editor("assistant", func(_ *shell.Page, v *lessonView) { v.head.readonly = true })
}
