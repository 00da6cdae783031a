package creator

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

const storySite = "https://workfluence.example"

var storyDay = time.Date(2026, 11, 24, 9, 41, 0, 0, time.UTC)

// Stories adds the creator's pages.
func Stories(b *storybook.Book) {
	todayStories(b)
	productStories(b)
	lessonStories(b)
	saleStories(b)
	payoutStories(b)
	pageStories(b)
}

// page makes a story of a creator's page.
func page(section, title string, body func(p *shell.Page) templ.Component) storybook.Build {
	return func(p *shell.Page) templ.Component {
		storybook.AsCreator(p)
		p.Section, p.Title = section, title
		return body(p)
	}
}

// theirs makes a story of the creator's page as an assistant sees it.
func theirs(section, title string, body func(p *shell.Page) templ.Component) storybook.Build {
	return func(p *shell.Page) templ.Component {
		storybook.AsAssistant(p)
		p.Section, p.Title = section, title
		return body(p)
	}
}

// storyActing is whom the assistant of the stories acts for.
const storyActing = "Ines Okafor"

func eur(minor int64) money.Amount { return money.New(minor, money.EUR) }

// storyProduct is a published course that sells.
func storyProduct() storefrontapi.Product {
	return storefrontapi.Product{
		ID: "product_1", CreatorID: "person_creator", Kind: storefrontapi.KindCourse, Slug: "posts-that-travel", Path: "/@ines/posts-that-travel",
		State: storefrontapi.StatePublished, Title: "Write posts that travel", Summary: "Ten lessons on posts that strangers pass on.",
		Description: "For people with **something to say**.", RefundDays: 14, Lessons: 12, Sold: 31, Version: 7, Updated: storyDay,
		Prices: []storefrontapi.Price{{ID: "price_1", Amount: eur(14900)}, {ID: "price_2", Amount: money.New(24000, money.JPY)}},
		Publication: &storefrontapi.Publication{
			ID: "publication_1", ProductID: "product_1", Seq: 3, Lessons: 12, Published: storyDay.AddDate(0, 0, -2), Current: true,
			Digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		},
	}
}

func storyDraft() storefrontapi.Product {
	return storefrontapi.Product{
		ID: "product_2", Kind: storefrontapi.KindCourse, Slug: "rotas", State: storefrontapi.StateDraft, Version: 1,
		Title: "Rotas people can live with, for wards and kitchens and everyone else who works when others sleep",
	}
}

func storyOrder() storefrontapi.Order {
	paid := storyDay.Add(time.Minute)
	return storefrontapi.Order{
		ID: "order_1", Number: "WF-2026-000031", ProductID: "product_1", CreatorID: "person_creator", Title: "Write posts that travel",
		Amount: eur(14900), State: storefrontapi.OrderStatePaid, Access: storefrontapi.AccessOpen, RefundRequested: eur(0), Refunded: eur(0),
		Buyer:  storefrontapi.Buyer{Email: "yusuf@example.com", Name: "Yusuf Demir", Company: "Demir & Zonen", VATID: "BE0123456749", Country: "BE"},
		Placed: storyDay, PaidAt: &paid,
	}
}

// storyFlow is the money of storyOrder after a part of it went back.
func storyFlow() billingapi.Waterfall {
	due := storyDay.AddDate(0, 0, 7)
	row := func(kind billingapi.WaterfallRowKind, minor int64) billingapi.WaterfallRow {
		return billingapi.WaterfallRow{At: storyDay, Kind: kind, Amount: eur(minor)}
	}
	return billingapi.Waterfall{
		OrderID: "order_1", Money: billingapi.OrderMoney{OrderID: "order_1", State: billingapi.OrderPaid, Gross: eur(14900)},
		Plan:  billingapi.Plan{Gross: eur(14900), Tax: eur(0), Fee: eur(1490), Shares: []billingapi.Share{{Person: "person_creator", Weight: 1, Amount: eur(13410)}}},
		Share: eur(13410), Refundable: eur(9900), TransferDue: &due, Blocker: billingapi.BlockerRiskWindow, NextStep: billingapi.StepWait,
		Rows: []billingapi.WaterfallRow{
			row(billingapi.RowSale, 14900), row(billingapi.RowFee, -1490), row(billingapi.RowRefund, -5000), row(billingapi.RowFeeReturned, 500),
			row(billingapi.RowTransfer, -8910),
		},
		Refunds: []billingapi.Refund{{ID: "refund_1", Amount: eur(5000), FeeReturned: eur(500), Status: billingapi.RefundSucceeded, Reason: "requested_by_buyer", Created: storyDay}},
	}
}

func storyBalance() billingapi.Balance {
	release, next := storyDay.AddDate(0, 0, 3), storyDay.AddDate(0, 0, 10)
	return billingapi.Balance{
		Onboarding: billingapi.Onboarding{State: billingapi.OnboardingReady},
		Currencies: []billingapi.CurrencyBalance{{
			Currency: money.EUR, Pending: eur(41238), NextRelease: &release, Payable: eur(0), Available: eur(128460), InTransit: eur(38624),
			Paid: eur(54110), Receivable: eur(0), ExpectedDay: "2026-12-01", NextPayout: &next, Minimum: eur(1000), NextStep: billingapi.StepRequest,
		}},
	}
}

func todayStories(b *storybook.Book) {
	b.Add("creator", "today", "empty", page("today", "Today", func(p *shell.Page) templ.Component {
		return today(p.L, todayView{site: storySite})
	}))
	b.Add("creator", "today", "many", page("today", "Today", func(p *shell.Page) templ.Component {
		changed, draft := storyProduct(), storyDraft()
		changed.Changed = true
		balance := storyBalance()
		balance.Onboarding.State = billingapi.OnboardingStarted
		return today(p.L, todayView{
			products: []storefrontapi.Product{changed, draft}, changed: []storefrontapi.Product{changed}, drafts: []storefrontapi.Product{draft},
			sales: []storefrontapi.Order{storyOrder()}, balance: balance, path: "/@ines", site: storySite,
		})
	}))
	b.Add("creator", "today", "assistant", theirs("today", "Today", func(p *shell.Page) templ.Component {
		balance := storyBalance()
		balance.Onboarding.State = billingapi.OnboardingStarted
		return today(p.L, todayView{products: []storefrontapi.Product{storyProduct()}, sales: []storefrontapi.Order{storyOrder()}, balance: balance, site: storySite, acting: storyActing})
	}))
	b.Add("creator", "today", "assistant-quiet", theirs("today", "Today", func(p *shell.Page) templ.Component {
		return today(p.L, todayView{products: []storefrontapi.Product{storyProduct()}, sales: []storefrontapi.Order{storyOrder()}, path: "/@ines", site: storySite, acting: storyActing, blind: true})
	}))
	b.Add("creator", "today", "lost-sale", page("today", "Today", func(p *shell.Page) templ.Component {
		balance := storyBalance()
		balance.Onboarding.State = billingapi.OnboardingStarted
		return today(p.L, todayView{products: []storefrontapi.Product{storyProduct()}, sales: []storefrontapi.Order{storyOrder()}, balance: balance, path: "/@ines", site: storySite, misfits: storyMisfits()})
	}))
	waits := func(acting string) todayView {
		balance := storyBalance()
		balance.Currencies[0].Obstacles = []billingapi.Obstacle{{Blocker: billingapi.BlockerCurrency, NextStep: billingapi.StepUpdateBank}}
		return todayView{
			products: []storefrontapi.Product{storyProduct()}, sales: []storefrontapi.Order{storyOrder()}, balance: balance, path: "/@ines", site: storySite, acting: acting,
			bounced: []cameBack{{billingapi.Refund{ID: "refund_1", OrderID: "order_1", Amount: eur(14900), Status: billingapi.RefundFailed}, "Write posts that travel"}},
		}
	}
	b.Add("creator", "today", "money-waits", page("today", "Today", func(p *shell.Page) templ.Component { return today(p.L, waits("")) }))
	b.Add("creator", "today", "assistant-money-waits", theirs("today", "Today", func(p *shell.Page) templ.Component { return today(p.L, waits(storyActing)) }))
	b.Add("creator", "today", "quiet", page("today", "Today", func(p *shell.Page) templ.Component {
		return today(p.L, todayView{products: []storefrontapi.Product{storyProduct()}, sales: []storefrontapi.Order{storyOrder()}, balance: storyBalance(), path: "/@ines", site: storySite})
	}))
}

// storyMisfits are two prices that the selling cap keeps from being paid.
func storyMisfits() []misfit {
	lost := storyDay.AddDate(0, 0, -1)
	return []misfit{
		{title: "Write posts that travel", price: eur(60000), largest: eur(51111), lost: &lost},
		{title: storyDraft().Title, price: money.New(180000, money.JPY), largest: money.New(164444, money.JPY)},
	}
}

func saleStories(b *storybook.Book) {
	b.Add("creator", "sales", "empty", page("orders", "Orders", func(p *shell.Page) templ.Component {
		return salesList(p.L, storefrontapi.OrderPage{})
	}))
	b.Add("creator", "sales", "many", page("orders", "Orders", func(p *shell.Page) templ.Component {
		return salesList(p.L, storefrontapi.OrderPage{Items: manyOrders(), Next: "n1"})
	}))
	one := func(state string, change func(v *saleView)) {
		b.Add("creator", "sale", state, page("orders", "Write posts that travel", func(p *shell.Page) templ.Component {
			f := storyFlow()
			view := saleView{Order: storyOrder(), flow: &f, mayGive: true}
			change(&view)
			return sale(p.L, view)
		}))
	}
	one("paid", func(*saleView) {})
	one("blocked", func(v *saleView) {
		v.flow.Blocker, v.flow.NextStep = billingapi.BlockerNoAccount, billingapi.StepOnboard
	})
	one("bounced", func(v *saleView) {
		v.RefundRequested, v.RefundFailed = eur(5000), eur(5000)
		v.flow.Refunds = []billingapi.Refund{{ID: "refund_1", OrderID: "order_1", Amount: eur(5000), Status: billingapi.RefundFailed, Reason: "other", Created: storyDay}}
	})
	one("disputed", func(v *saleView) { v.Disputed, v.mayGive = true, false })
	one("free", func(v *saleView) { v.Amount, v.flow, v.mayGive = eur(0), nil, false })
	one("unpaid", func(v *saleView) {
		v.PaidAt, v.State, v.flow, v.mayGive = nil, storefrontapi.OrderStateExpired, nil, false
	})
	b.Add("creator", "sale", "assistant", theirs("orders", "Write posts that travel", func(p *shell.Page) templ.Component {
		f := storyFlow()
		f.Refunds = []billingapi.Refund{{ID: "refund_1", OrderID: "order_1", Amount: eur(5000), Status: billingapi.RefundFailed, Reason: "other", Created: storyDay}}
		return sale(p.L, saleView{Order: storyOrder(), flow: &f, theirs: true, acting: storyActing})
	}))
	b.Add("creator", "refund", "all", page("orders", "Give money back", func(p *shell.Page) templ.Component {
		f := storyFlow()
		return refund(p.L, saleView{Order: storyOrder(), flow: &f}, refundForm{amount: "99.00", reason: reasons[0], key: "key_1", cost: costOf(f, eur(9900))})
	}))
	b.Add("creator", "refund", "debt", page("orders", "Give money back", func(p *shell.Page) templ.Component {
		f := storyFlow()
		f.Held, f.AtStripe = eur(0), eur(1200)
		return refund(p.L, saleView{Order: storyOrder(), flow: &f}, refundForm{amount: "99.00", reason: reasons[0], key: "key_1", cost: costOf(f, eur(9900))})
	}))
	b.Add("creator", "refund", "error", page("orders", "Give money back", func(p *shell.Page) templ.Component {
		f := storyFlow()
		return refund(p.L, saleView{Order: storyOrder(), flow: &f}, refundForm{
			amount: "149.50.1", reason: "other", key: "key_1",
			faults: ui.Faults{{Field: "amount", Text: p.L.T("creator.refund.amount_fault", "Currency", "EUR")}},
		})
	}))
}

func manyOrders() []storefrontapi.Order {
	paid, given, back, part, going, open, disputed := storyOrder(), storyOrder(), storyOrder(), storyOrder(), storyOrder(), storyOrder(), storyOrder()
	given.Amount = eur(0)
	back.RefundRequested, back.Refunded = eur(14900), eur(14900)
	part.RefundRequested, part.Refunded = eur(5000), eur(5000)
	going.RefundRequested = eur(5000)
	open.State, open.PaidAt, open.Buyer = storefrontapi.OrderStateOpen, nil, storefrontapi.Buyer{Email: "maximiliane.wolfeschlegelsteinhausenbergerdorff@rechtsschutzversicherung.example"}
	disputed.Disputed, disputed.Amount = true, money.New(24000, money.JPY)
	return []storefrontapi.Order{paid, given, back, part, going, open, disputed}
}

func payoutStories(b *storybook.Book) {
	one := func(state string, change func(v *payoutsView)) {
		by := page
		if strings.HasPrefix(state, "assistant") {
			by = theirs
		}
		b.Add("creator", "payouts", state, by("payouts", "Payouts", func(p *shell.Page) templ.Component {
			view := payoutsView{
				me: accountsapi.Person{Country: "BE", PayoutsPossible: true}, balance: storyBalance(), key: "key_1", now: storyDay,
				payouts: billingapi.Payouts{Items: []billingapi.Payout{
					{ID: "payout_3", Amount: eur(38624), Status: billingapi.PayoutInTransit, ArrivalDate: "2026-11-26", Created: storyDay},
					{ID: "payout_2", Amount: eur(54110), Status: billingapi.PayoutPaid, ArrivalDate: "2026-11-13", Created: storyDay.AddDate(0, 0, -14)},
				}},
			}
			change(&view)
			return payouts(p.L, view)
		}))
	}
	one("ready", func(*payoutsView) {})
	one("empty", func(v *payoutsView) { v.balance, v.payouts = billingapi.Balance{}, billingapi.Payouts{} })
	one("cap", func(v *payoutsView) {
		until := storyDay.AddDate(0, 0, 12)
		c := &v.balance.Currencies[0]
		c.Blocker, c.NextStep, c.ExpectedDay = billingapi.BlockerNoAccount, billingapi.StepOnboard, ""
		c.SellingCap = &billingapi.SellingCap{Cap: eur(100000), Sold: eur(44700), Remaining: eur(55300), LargestPrice: eur(61444), Until: &until, DaysLeft: 12}
		v.payouts = billingapi.Payouts{}
	})
	one("lost-sale", func(v *payoutsView) {
		until := storyDay.AddDate(0, 0, 12)
		c := &v.balance.Currencies[0]
		c.Blocker, c.NextStep, c.ExpectedDay = billingapi.BlockerNoAccount, billingapi.StepOnboard, ""
		c.SellingCap = &billingapi.SellingCap{Cap: eur(100000), Sold: eur(54000), Remaining: eur(46000), LargestPrice: eur(51111), Until: &until, DaysLeft: 12}
		v.misfits, v.payouts = storyMisfits(), billingapi.Payouts{}
	})
	one("days-over", func(v *payoutsView) {
		v.balance, v.payouts = billingapi.Balance{Onboarding: billingapi.Onboarding{State: billingapi.OnboardingUnderReview}}, billingapi.Payouts{}
		v.misfits = storyMisfits()[:1]
		v.misfits[0].largest = eur(0)
	})
	one("two-obstacles", func(v *payoutsView) {
		c := &v.balance.Currencies[0]
		c.Obstacles = []billingapi.Obstacle{{Blocker: billingapi.BlockerBank, NextStep: billingapi.StepUpdateBank}, {Blocker: billingapi.BlockerReceivable, NextStep: billingapi.StepEarn}}
		c.Blocker, c.NextStep, c.ExpectedDay, c.InTransit, c.Receivable = billingapi.BlockerBank, billingapi.StepUpdateBank, "", eur(0), eur(2500)
	})
	one("bank", func(v *payoutsView) {
		c := &v.balance.Currencies[0]
		c.Blocker, c.NextStep, c.ExpectedDay = billingapi.BlockerBank, billingapi.StepUpdateBank, ""
		v.payouts.Items[0].Status, v.payouts.Items[0].Reason, v.payouts.Items[0].NextStep = billingapi.PayoutFailed, "account_closed", billingapi.StepUpdateBank
	})
	one("no-country", func(v *payoutsView) {
		v.me, v.balance, v.payouts = accountsapi.Person{Country: "AF"}, billingapi.Balance{}, billingapi.Payouts{}
	})
	one("assistant", func(v *payoutsView) { v.acting = storyActing })
	one("assistant-empty", func(v *payoutsView) {
		v.balance, v.payouts, v.acting = billingapi.Balance{}, billingapi.Payouts{}, storyActing
	})
	one("assistant-blocked", func(v *payoutsView) {
		c := &v.balance.Currencies[0]
		c.Blocker, c.NextStep, c.ExpectedDay = billingapi.BlockerNoAccount, billingapi.StepOnboard, ""
		v.acting = storyActing
	})
	one("error", func(v *payoutsView) { v.faults = ui.Faults{{Text: billingapi.ErrRailUnavailable.Detail}} })
	for _, blocker := range []billingapi.Blocker{
		billingapi.BlockerIdentity, billingapi.BlockerUnderReview, billingapi.BlockerCurrency, billingapi.BlockerReceivable,
		billingapi.BlockerNegativeBalance, billingapi.BlockerBelowMinimum, billingapi.BlockerFrozen, billingapi.BlockerSettling,
	} {
		one("blocked-"+string(blocker), func(v *payoutsView) {
			c := &v.balance.Currencies[0]
			c.Blocker, c.NextStep, c.ExpectedDay, c.Receivable = blocker, billingapi.StepWait, "", eur(2500)
		})
	}
}

func pageStories(b *storybook.Book) {
	b.Add("creator", "page", "filled", page("page", "Your page", func(p *shell.Page) templ.Component {
		return ownPage(p.L, pageForm{
			name: "Ines Okafor", bio: "I write about work that people can live with.", hue: "sea", path: "/@ines", site: storySite, version: 2, changed: p.L.T("creator.page.changed_by", "Name", "Alex Moreau", "When", p.L.DateTime(storyDay)),
			profiles: []storefrontapi.Profile{{Kind: "linkedin", URL: "https://www.linkedin.com/in/ines"}, {}, {}, {}},
		})
	}))
	b.Add("creator", "page", "error", page("page", "Your page", func(p *shell.Page) templ.Component {
		return ownPage(p.L, pageForm{
			hue: "ink", profiles: make([]storefrontapi.Profile, profileRows), site: storySite,
			faults: ui.Faults{{Field: "name", Text: p.L.T("field.name.required")}, {Text: p.L.T("creator.stale")}},
		})
	}))
	b.Add("creator", "page", "assistant", theirs("page", "Your page", func(p *shell.Page) templ.Component {
		return ownPage(p.L, pageForm{name: "Ines Okafor", hue: "sea", path: "/@ines", site: storySite, profiles: make([]storefrontapi.Profile, profileRows), readonly: true, acting: storyActing})
	}))
	b.Add("creator", "page", "assistant-changed", theirs("page", "Your page", func(p *shell.Page) templ.Component {
		return ownPage(p.L, pageForm{
			name: "Ines Okafor", hue: "sea", path: "/@ines", site: storySite, profiles: make([]storefrontapi.Profile, profileRows), acting: storyActing,
			changed: p.L.T("creator.page.changed_you", "When", p.L.DateTime(storyDay)),
		})
	}))
	for _, who := range []string{"gone", "other"} {
		b.Add("creator", "page", "changed-by-"+who, page("page", "Your page", func(p *shell.Page) templ.Component {
			return ownPage(p.L, pageForm{
				name: "Ines Okafor", hue: "sea", path: "/@ines", site: storySite, profiles: make([]storefrontapi.Profile, profileRows),
				changed: p.L.T("creator.page.changed_"+who, "When", p.L.DateTime(storyDay)),
			})
		}))
	}
	b.Add("creator", "page", "assistant-no-handle", theirs("page", "Your page", func(p *shell.Page) templ.Component {
		return ownPage(p.L, pageForm{name: "Ines Okafor", hue: "sea", site: storySite, profiles: make([]storefrontapi.Profile, profileRows), acting: storyActing})
	}))
}
