package store

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

// Stories adds the pages of the shop.
func Stories(b *storybook.Book) {
	showcaseStories(b)
	buyStories(b)
	orderStories(b)
}

var published = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

var ines = storefrontapi.Creator{
	ID: "person_creator", Handle: "ines", Path: "/@ines", Name: "Ines Okafor", Hue: "sea",
	Bio:      "I plan shifts for 240 lorry drivers. I teach planners to do it without ruining anyone’s Sunday.",
	Profiles: []storefrontapi.Profile{{Kind: "linkedin", URL: "https://www.linkedin.com/in/example"}, {Kind: "tiktok", URL: "https://www.tiktok.com/@example"}, {Kind: "newsletter", URL: "https://news.example.com"}},
}

func listing(title, slug string, lessons int, prices ...money.Amount) storefrontapi.Listing {
	l := storefrontapi.Listing{ID: "prod_" + slug, Kind: "course", Slug: slug, Path: "/" + slug, Title: title, Lessons: lessons, Free: len(prices) == 0}
	for _, p := range prices {
		l.Prices = append(l.Prices, storefrontapi.Price{ID: "price_" + string(p.Currency), Amount: p})
	}
	return l
}

var rotas = func() storefrontapi.Listing {
	l := listing("Rotas people can live with", "rotas", 5, money.New(14900, "EUR"), money.New(15900, "USD"), money.New(24000, "JPY"))
	l.Summary = "Build a shift plan that holds until Friday, tells people early, and leaves their evenings alone."
	return l
}()

var shelf = []storefrontapi.Listing{
	rotas, listing("The 18:00 rule", "rule", 3, money.New(1900, "EUR")), listing("Your first month as a planner", "first-month", 4),
	listing("جدول ورديّات يمكن العيش معه", "arabic", 12, money.New(4550, "USD")),
	listing("Rechtsschutzversicherungsgesellschaftsmitarbeitergrundlagenwissen für Quereinsteigerinnen", "long", 48, money.New(9999999900, "USD")),
}

func listedAll(products []storefrontapi.Listing) []listed {
	out := make([]listed, len(products))
	for i, p := range products {
		price, _ := priceIn(p.Prices, "EUR")
		out[i] = listed{Listing: p, creator: ines, price: price, href: ines.Path + p.Path}
	}
	return out
}

func details(l storefrontapi.Listing) storefrontapi.PublicDetails {
	return storefrontapi.PublicDetails{
		Listing: l, RefundDays: 30, Published: published,
		HTML: `<h1>What you will be able to do</h1><p>You will leave with a rota for your own team. Each lesson ends with one change you can make on Monday.</p>` +
			`<ul><li>Count the work before you count the people</li><li>Set a freeze hour and keep it</li></ul>`,
		Outline: []storefrontapi.PublicSection{
			{Title: "Before the plan", Lessons: []storefrontapi.PublicLesson{
				{ID: "lesson_1", Title: "Why rotas break on Wednesdays", Free: true}, {ID: "lesson_2", Title: "Count the work first"},
			}},
			{Title: "Keeping it", Lessons: []storefrontapi.PublicLesson{
				{ID: "lesson_3", Title: "The freeze hour"}, {ID: "lesson_4", Title: "Saying no, fairly"}, {ID: "lesson_5", Title: "Swaps that settle themselves"},
			}},
		},
	}
}

func offered(currency money.Currency) offer {
	o := offer{creator: ines, product: details(rotas)}
	o.price, o.exact = priceIn(o.product.Prices, currency)
	return o
}

// writing is a lesson with all that a text may hold.
const writing = `<p>A rota breaks when it is <strong>published late</strong> and <em>changed later</em>. See <a href="lesson_2">the next lesson</a>.</p>` +
	`<h2>Three promises</h2><ol><li>You know on Friday.</li><li>It stays after 18:00.</li><li>Swaps are yours.</li></ol>` +
	`<blockquote><p>We set a freeze hour in week one.</p></blockquote>` +
	`<table><thead><tr><th>Day</th><th>Changes</th></tr></thead><tbody><tr><td>Monday</td><td>3</td></tr><tr><td>Wednesday</td><td>41</td></tr></tbody></table>` +
	`<pre><code>freeze: "18:00"</code></pre>`

var firstView = storefrontapi.LessonView{
	ID: "lesson_1", Title: "Why rotas break on Wednesdays", Section: "Before the plan", HTML: writing, Position: 1, Lessons: 5, NextID: "lesson_2",
	Attachments: []storefrontapi.Attachment{{Name: "load-sheet.xlsx", Kind: "file", Size: 48213, URL: "https://files.example/load-sheet.xlsx"}},
}

// inOrder walks a map by its keys, so that the book is the same each time.
func inOrder[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

func showcaseStories(b *storybook.Book) {
	add := func(name, state string, build storybook.Build) { b.Add("store", name, state, build) }
	add("discover", "many", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("store.discover.title")
		return discover(p.L, listedAll(shelf), "/discover?cursor=x", false)
	})
	add("discover", "empty", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("store.discover.title")
		return discover(p.L, nil, "", false)
	})
	add("discover", "end", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("store.discover.title")
		return discover(p.L, nil, "", true)
	})
	add("creator", "many", func(p *shell.Page) templ.Component {
		p.Title = ines.Name
		return creator(p.L, creatorView{creator: ines, products: listedAll(shelf)})
	})
	add("creator", "empty", func(p *shell.Page) templ.Component {
		p.Title = ines.Name
		return creator(p.L, creatorView{creator: storefrontapi.Creator{Handle: "maximiliane", Path: "/@maximiliane", Name: storybook.LongName, Hue: "clay"}})
	})
	add("creator", "own", func(p *shell.Page) templ.Component {
		storybook.AsCreator(p)
		p.Title = ines.Name
		return creator(p.L, creatorView{creator: ines, own: true})
	})
	for state, change := range inOrder(map[string]func(*offer){
		"priced": func(*offer) {}, "free": func(o *offer) { o.product = details(shelf[2]); o.price, o.exact = nil, true },
		"other-currency": func(o *offer) { o.product = details(shelf[1]); o.price, o.exact = priceIn(o.product.Prices, "CHF") },
		"own":            func(o *offer) { o.own = true }, "owned": func(o *offer) { o.owned = "ent_1" },
	}) {
		add("product", state, func(p *shell.Page) templ.Component {
			o := offered("EUR")
			change(&o)
			if o.own {
				storybook.AsCreator(p)
			} else if o.owned != "" {
				storybook.AsBuyer(p)
			}
			p.Title, p.Description = o.product.Title, o.product.Summary
			p.Head = shared(p.Title, p.Description, "https://workfluence.example"+o.path(), "en_GB", sharing{kind: "product", picture: "https://workfluence.example/share.png", data: courseData("https://workfluence.example", o)})
			return product(p.L, o)
		})
	}
	add("lesson", "free", func(p *shell.Page) templ.Component {
		p.Title = firstView.Title
		return freeLesson(p.L, lessonView{offer: offered("EUR"), lesson: firstView})
	})
	add("lesson", "locked", func(p *shell.Page) templ.Component {
		p.Title = "The freeze hour"
		return locked(p.L, offered("EUR"), p.Title)
	})
	add("product", "gone", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("store.gone.title")
		return gone(p.L, ines, listedAll(shelf[:2]))
	})
}

func buyStories(b *storybook.Book) {
	countries := []ui.Option{{Label: "…"}, {Value: "BE", Label: "Belgium"}, {Value: "US", Label: "United States"}}
	form := func(o offer) buyForm {
		return buyForm{offer: o, nonce: "nonce", countries: countries, buyer: storefrontapi.Buyer{Country: "US"}}
	}
	for state, build := range inOrder(map[string]func(p *shell.Page) buyForm{
		"guest": func(*shell.Page) buyForm { return form(offered("USD")) },
		"withdrawal": func(*shell.Page) buyForm {
			f := form(offered("EUR"))
			f.buyer.Country = "BE"
			f.terms = storefrontapi.Withdrawal{Applies: true, Days: 14}
			return f
		},
		"signed-in": func(p *shell.Page) buyForm {
			storybook.AsBuyer(p)
			f := form(offered("EUR"))
			f.account, f.again = "yusuf@example.com", true
			return f
		},
		"free": func(*shell.Page) buyForm {
			o := offered("EUR")
			o.product, o.price = details(shelf[2]), nil
			return form(o)
		},
		"errors": func(p *shell.Page) buyForm {
			f := form(offered("EUR"))
			f.buyer = storefrontapi.Buyer{Email: "yusuf", VATID: "123"}
			f.faults = ui.Faults{{Text: p.L.T("store.buy.price_changed")}, {Field: fieldEmail, Text: p.L.T("field.email")}, {Field: fieldCountry, Text: p.L.T("field.country")}, {Field: fieldVAT, Text: p.L.T("field.vat_form")}}
			return f
		},
	}) {
		b.Add("store", "buy", state, func(p *shell.Page) templ.Component {
			f := build(p)
			p.Title, p.Plain, p.Width = p.L.T("store.buy.title", "Title", f.product.Title), true, "read"
			return buy(p.L, f)
		})
	}
	b.Add("store", "buy", "owned", func(p *shell.Page) templ.Component {
		p.Title, p.Plain = p.L.T("store.owned.title"), true
		f := form(offered("EUR"))
		f.buyer.Email, f.startNow = "yusuf@example.com", true
		return owned(p.L, f)
	})
	b.Add("store", "buy", "acting", func(p *shell.Page) templ.Component {
		storybook.AsAssistant(p)
		p.Title, p.Plain = p.L.T("store.acting.title", "Name", p.Person.ActingFor), true
		return whileActing(p.L, offered("EUR"), p.Person.ActingFor)
	})
	b.Add("store", "buy", "acting-meanwhile", func(p *shell.Page) templ.Component {
		storybook.AsAssistant(p)
		f := form(offered("EUR"))
		f.account, f.acting, f.buyer.Company = "alex@example.com", p.Person.ActingFor, "Moreau & Fille"
		p.Title, p.Plain, p.Width = p.L.T("store.buy.title", "Title", f.product.Title), true, "read"
		return buy(p.L, f)
	})
	for _, word := range []string{"own", "ended", "cap"} {
		b.Add("store", "refused", word, func(p *shell.Page) templ.Component {
			p.Title = p.L.T("store.refused."+word, "Name", ines.Name)
			return refused(p.Title, p.L.T("store.refused."+word+"_text", "Name", ines.Name), []ui.Action{{Label: p.L.T("store.refused.product"), Href: "/@ines/rotas"}})
		})
	}
}

func orderStories(b *storybook.Book) {
	zero := money.New(0, "EUR")
	paidAt := time.Date(2026, 11, 24, 10, 4, 0, 0, time.UTC)
	until := time.Date(2026, 12, 8, 23, 0, 0, 0, time.UTC)
	promised := paidAt.AddDate(0, 0, 30)
	basic := storefrontapi.Order{
		ID: "order_1", Number: "WF-7K2M-94QX", Title: rotas.Title, Amount: money.New(14900, "EUR"), State: "paid", Access: "open", RefundRequested: zero, Refunded: zero,
		Buyer: storefrontapi.Buyer{Email: "yusuf@example.com"}, RefundDays: 30, RefundUntil: &promised, EntitlementID: "ent_1", Placed: paidAt, PaidAt: &paidAt,
		Withdrawal: storefrontapi.Withdrawal{Applies: true, Days: 14, LastDay: "2026-12-08", Until: &until},
	}
	with := func(change func(o *orderView)) orderView {
		v := orderView{Order: basic, back: "/@ines/rotas", guest: true, seller: "help@workfluence.example"}
		change(&v)
		return v
	}
	unpaid := func(state string) func(o *orderView) {
		return func(o *orderView) {
			o.State, o.Access, o.EntitlementID, o.PaidAt = state, "none", "", nil
			o.RefundUntil = nil
		}
	}
	for state, change := range inOrder(map[string]func(o *orderView){
		"paid": func(*orderView) {}, "open": unpaid("open"), "withdrawal_ended": func(o *orderView) { o.Withdrawal.Ended = true }, "promise_ended": func(o *orderView) {
			o.Withdrawal.Ended, o.RefundEnded = true, true
		}, "processing": unpaid("processing"), "failed": unpaid("failed"), "expired": unpaid("expired"),
		"free":     func(o *orderView) { o.Amount, o.Withdrawal = zero, storefrontapi.Withdrawal{} },
		"disputed": func(o *orderView) { o.Disputed, o.Access = true, "paused" },
		"partly": func(o *orderView) {
			o.RefundRequested, o.Refunded = money.New(5000, "EUR"), money.New(2000, "EUR")
			o.guest = false
		},
		"refund_failed": func(o *orderView) {
			o.RefundRequested, o.RefundFailed, o.Access = o.Amount, o.Amount, "closed"
		},
		"refunding": func(o *orderView) { o.RefundRequested, o.Access = o.Amount, "closed" },
		"refunded": func(o *orderView) {
			o.RefundRequested, o.Refunded, o.Access, o.Attached = o.Amount, o.Amount, "closed", true
		},
	}) {
		b.Add("store", "order", state, func(p *shell.Page) templ.Component {
			o := with(change)
			if !o.guest {
				storybook.AsBuyer(p)
			}
			p.Title = o.headline(p.L)
			return orderPage(p.L, o)
		})
	}
	acting := func(p *shell.Page, change func(o *orderView)) orderView {
		storybook.AsAssistant(p)
		o := with(change)
		o.guest, o.acting = false, p.Person.ActingFor
		return o
	}
	b.Add("store", "order", "acting-unpaid", func(p *shell.Page) templ.Component {
		o := acting(p, unpaid("open"))
		p.Title = o.headline(p.L)
		return orderPage(p.L, o)
	})
	b.Add("store", "order", "acting-unclaimed", func(p *shell.Page) templ.Component {
		o := acting(p, func(o *orderView) { o.Attached = false })
		p.Title = o.headline(p.L)
		return orderPage(p.L, o)
	})
	b.Add("store", "thanks", "acting-waiting", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("store.waiting.title")
		return waiting(p.L, acting(p, unpaid("open")))
	})
	b.Add("store", "cancelled", "acting", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("store.cancelled.title")
		return cancelled(p.L, acting(p, unpaid("open")))
	})
	course := storefrontapi.Course{EntitlementID: "ent_1", Title: rotas.Title, Creator: ines, Lessons: 5, NextLessonID: "lesson_1"}
	lesson := firstView
	lesson.HTML = strings.ReplaceAll(lesson.HTML, `href="lesson_`, `href="/learn/ent_1/lessons/lesson_`)
	b.Add("store", "thanks", "guest", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("store.thanks.title")
		return thanks(p.L, with(func(*orderView) {}), start{course: course, lesson: &lesson})
	})
	b.Add("store", "thanks", "free", func(p *shell.Page) templ.Component {
		storybook.AsBuyer(p)
		p.Title = p.L.T("store.thanks.title")
		return thanks(p.L, with(func(o *orderView) { o.Amount, o.guest, o.Attached = zero, false, true }), start{course: course})
	})
	b.Add("store", "thanks", "waiting", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("store.waiting.title")
		return waiting(p.L, with(unpaid("open")))
	})
	for state, of := range inOrder(map[string]string{"open": "open", "over": "expired"}) {
		b.Add("store", "cancelled", state, func(p *shell.Page) templ.Component {
			p.Title = p.L.T("store.cancelled.title")
			return cancelled(p.L, with(unpaid(of)))
		})
	}
	b.Add("store", "claim", "ask", func(p *shell.Page) templ.Component {
		storybook.AsBuyer(p)
		p.Title = p.L.T("store.claim.title", "Title", basic.Title)
		return askClaim(p.L, with(func(*orderView) {}))
	})
	b.Add("store", "receipt", "company", func(p *shell.Page) templ.Component {
		p.Title, p.Width = p.L.T("store.receipt.title", "Number", basic.Number), "read"
		return receipt(p.L, storefrontapi.Receipt{
			OrderID: "order_1", Number: basic.Number, Email: "yusuf@example.com", Title: basic.Title, Amount: basic.Amount, Refunded: money.New(2000, "EUR"),
			BuyerName: "Yusuf Demir", Company: "Halden Freight NV", VATID: "BE0123456749", CreatorName: ines.Name, PaidAt: paidAt,
			Seller: storefrontapi.Seller{Name: "Workfluence Demo", Address: "1 Example Street\nExample Town", VATID: "EU528000000", Email: "help@workfluence.example"},
		}, "Belgium")
	})
	b.Add("store", "purchases", "many", func(p *shell.Page) templ.Component {
		storybook.AsBuyer(p)
		p.Title, p.Section = p.L.T("store.purchases.title"), "purchases"
		return purchases(p.L, []storefrontapi.Order{
			basic, with(unpaid("processing")).Order, with(func(o *orderView) { o.RefundRequested, o.Refunded = o.Amount, o.Amount }).Order,
			with(func(o *orderView) { o.Disputed = true }).Order, with(func(o *orderView) { o.Amount = zero }).Order,
		}, "/purchases?cursor=x")
	})
	b.Add("store", "purchases", "empty", func(p *shell.Page) templ.Component {
		storybook.AsBuyer(p)
		p.Title = p.L.T("store.purchases.title")
		return purchases(p.L, nil, "")
	})
}
