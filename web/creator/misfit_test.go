package creator

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// desk answers as storefront, accounts and billing for the pages of today and payouts.
type desk struct {
	Shop
	Till
	Accounts
	products []storefrontapi.Product
	balance  billingapi.Balance
	orders   map[string]storefrontapi.Order
	asked    int   // how often Stripe was asked
	down     error // Stripe's answer
}

func (d *desk) Page(context.Context) (storefrontapi.Page, error) { return storefrontapi.Page{}, nil }
func (d *desk) Me(context.Context) (accountsapi.Person, error) {
	return accountsapi.Person{Country: "BE", PayoutsPossible: true}, nil
}

// Products gives one product a page.
func (d *desk) Products(_ context.Context, cursor string) (storefrontapi.ProductPage, error) {
	i := len(cursor)
	if i >= len(d.products) {
		return storefrontapi.ProductPage{}, nil
	}
	out := storefrontapi.ProductPage{Items: d.products[i : i+1]}
	if i+1 < len(d.products) {
		out.Next = cursor + "x"
	}
	return out, nil
}

func (d *desk) Sales(context.Context, string, string) (storefrontapi.OrderPage, error) {
	return storefrontapi.OrderPage{Items: []storefrontapi.Order{storyOrder()}}, nil
}

func (d *desk) Order(_ context.Context, id, _ string) (storefrontapi.Order, error) {
	if o, ok := d.orders[id]; ok {
		return o, nil
	}
	return storefrontapi.Order{}, problem.ErrNotFound
}

func (d *desk) Balance(context.Context) (billingapi.Balance, error) { return d.balance, nil }
func (d *desk) Payouts(context.Context, string) (billingapi.Payouts, error) {
	return billingapi.Payouts{}, nil
}

func (d *desk) RefreshOnboarding(ctx context.Context) (billingapi.Onboarding, error) {
	d.asked++
	if _, bounded := ctx.Deadline(); !bounded {
		return billingapi.Onboarding{}, problem.ErrInternal
	}
	return d.balance.Onboarding, d.down
}

func (d *desk) open(t *testing.T) *browser {
	t.Helper()
	b := openWith(t, &fake{}, d)
	b.site = siteOf(d, d, d)
	return b
}

// A price that the cap no longer allows is said before a buyer is lost and after, on Today with the next step and on the payouts page;
// a price that fits, a draft and a free product are not.
func TestAPriceThatNoLongerFits(t *testing.T) {
	t.Parallel()
	course := func(id, title, state string, prices ...money.Amount) storefrontapi.Product {
		p := storefrontapi.Product{ID: id, Title: title, State: state}
		for _, a := range prices {
			p.Prices = append(p.Prices, storefrontapi.Price{Amount: a})
		}
		return p
	}
	free := course("product_5", "Given away", storefrontapi.StatePublished)
	free.Free = true
	d := &desk{
		products: []storefrontapi.Product{
			course("product_1", "Rotas for wards", storefrontapi.StatePublished, eur(60000), money.New(90000, money.JPY)),
			course("product_2", "A small course", storefrontapi.StatePublished, eur(51111)),
			course("product_3", "A draft of a course", storefrontapi.StateDraft, eur(90000)),
			free,
			course("product_4", "Kitchens at night", storefrontapi.StatePublished, eur(51112)), // on the last page
		},
		balance: billingapi.Balance{
			Onboarding:  billingapi.Onboarding{State: billingapi.OnboardingNone},
			SellingCaps: []billingapi.SellingCap{{Cap: eur(100000), LargestPrice: eur(51111)}, {Cap: money.New(148000, money.JPY), LargestPrice: money.New(164444, money.JPY)}},
			LostSales:   []billingapi.LostSale{{ProductID: "product_1", Price: eur(60000), At: storyDay}},
		},
	}
	b := d.open(t)
	for _, path := range []string{"/today", "/payouts"} {
		got := b.do(http.MethodGet, path, nil).Body.String()
		for want, times := range map[string]int{
			"2 of your prices": 1, "Rotas for wards</b>": 1, "€600.00": 1, "Kitchens at night</b>": 1, "A small course</b>": 0, "A draft of a course</b>": 0, "Given away</b>": 0,
			"at most €511.11": 2, "a buyer was turned away": 1, "action=\"/payouts/onboarding\"": 1,
		} {
			if n := strings.Count(got, want); n != times {
				t.Errorf("%s has %q %d times, want %d", path, want, n, times)
			}
		}
	}
	d.balance.SellingCaps[0].LargestPrice = eur(0)
	if got := b.do(http.MethodGet, "/today", nil).Body.String(); strings.Count(got, "the days in which you can sell") != 3 {
		t.Error("the end of the days is not said")
	}
	d.balance.Onboarding.State = billingapi.OnboardingUnderReview
	got := b.do(http.MethodGet, "/today", nil).Body.String()
	if !strings.Contains(got, "Stripe is checking") || strings.Contains(got, "/payouts/onboarding") || !strings.Contains(got, "Nothing waits for you") {
		t.Errorf("while Stripe checks: %s", got)
	}
	d.balance.SellingCaps = nil
	if got := b.do(http.MethodGet, "/today", nil).Body.String(); strings.Contains(got, "of your prices") {
		t.Error("it is still said after the check")
	}
}

// Today has what waits in the sales and at the bank, each with its way on.
func TestTodayHasMoneyThatWaits(t *testing.T) {
	t.Parallel()
	order := storyOrder()
	d := &desk{orders: map[string]storefrontapi.Order{"order_1": order}, balance: billingapi.Balance{
		Onboarding:    billingapi.Onboarding{State: billingapi.OnboardingReady},
		FailedRefunds: []billingapi.Refund{{ID: "refund_1", OrderID: "order_1", Amount: eur(14900)}, {ID: "refund_2", OrderID: "order_gone", Amount: eur(700)}},
		Currencies: []billingapi.CurrencyBalance{
			{Currency: money.EUR, Payable: eur(5000), Obstacles: []billingapi.Obstacle{{Blocker: billingapi.BlockerReceivable, NextStep: billingapi.StepEarn}, {Blocker: billingapi.BlockerCurrency, NextStep: billingapi.StepUpdateBank}}},
			{Currency: money.JPY, Payable: money.New(0, money.JPY), Obstacles: []billingapi.Obstacle{{Blocker: billingapi.BlockerCurrency, NextStep: billingapi.StepUpdateBank}}},
		},
	}}
	b := d.open(t)
	got := b.do(http.MethodGet, "/today", nil).Body.String()
	for _, want := range []string{"3 things wait for you", "€149.00 came back", "/sales/order_1", "€7.00 came back", "/sales/order_gone", order.Title, "€50.00 waits for a bank account", "Give another bank account"} {
		if !strings.Contains(got, want) {
			t.Errorf("today lacks %q", want)
		}
	}
	if strings.Contains(got, "¥0 waits") {
		t.Error("a currency without money asks for a bank account")
	}
	if got := b.do(http.MethodGet, "/payouts", nil).Body.String(); !strings.Contains(got, "€50.00 is yours. 2 things are in the way.") || !strings.Contains(got, "Earlier refunds are settled first") {
		t.Errorf("payouts tells one obstacle: %s", got)
	}
	for _, blocker := range []billingapi.Blocker{billingapi.BlockerBank} { // of two currencies, one bank account
		for i := range d.balance.Currencies {
			d.balance.Currencies[i].Obstacles = []billingapi.Obstacle{{Blocker: blocker, NextStep: billingapi.StepUpdateBank}}
		}
	}
	d.balance.FailedRefunds = nil
	if got := b.do(http.MethodGet, "/today", nil).Body.String(); !strings.Contains(got, "One thing waits for you") || strings.Count(got, "sent the last payout back") != 1 {
		t.Error("one bank account is asked for twice")
	}
}

// Whoever comes back from Stripe's questions sees what came of them, once, and without Stripe what was known before.
func TestBackFromStripe(t *testing.T) {
	t.Parallel()
	d := &desk{}
	b := d.open(t)
	back := func() string {
		t.Helper()
		rec := b.do(http.MethodGet, backFromStripe, nil)
		if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/payouts" {
			t.Fatalf("%d to %q", rec.Code, rec.Header().Get("Location"))
		}
		return strings.Join(rec.Header().Values("Set-Cookie"), ";")
	}
	if flash := back(); d.asked != 1 || flash != "" {
		t.Errorf("asked %d times, says %q", d.asked, flash)
	}
	b.do(http.MethodGet, "/payouts", nil)
	if d.asked != 1 {
		t.Error("a plain look asks Stripe")
	}
	d.down = billingapi.ErrRailUnavailable
	if flash := back(); d.asked != 2 || flash == "" {
		t.Errorf("without Stripe: asked %d times, says %q", d.asked, flash)
	}
	b.caller = identity.Caller{Person: "person_alex", For: "person_creator", Scopes: []string{accountsapi.ScopeSee}}
	if rec := b.do(http.MethodGet, backFromStripe, nil); rec.Code != http.StatusOK || d.asked != 2 {
		t.Errorf("an assistant asks Stripe: %d, %d times", rec.Code, d.asked)
	}
}

// Before the press a refund says what of it becomes a debt: what we no longer hold and their Stripe account doesn't either. Stripe takes
// back all of that or nothing.
func TestARefundSaysItsDebt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name                     string
		held, there, share, debt int64
	}{
		{"still with us", 13410, 0, 13410, 0},
		{"at Stripe", 0, 8910, 13410, 0},
		{"at Stripe, a cent short", 0, 8909, 13410, 8910},
		{"at the bank", 0, 0, 13410, 8910},
		{"a part is with us", 3000, 0, 13410, 5910},
		{"a part is with us, the rest at Stripe", 3000, 5910, 13410, 0},
		{"of two who share", 0, 0, 6705, 4455},
	} {
		f := storyFlow()
		f.Held, f.AtStripe, f.Share = eur(tt.held), eur(tt.there), eur(tt.share)
		f.Plan.Shares[0].Amount = eur(tt.share)
		if tt.share < 13410 {
			f.Plan.Shares = append(f.Plan.Shares, billingapi.Share{Person: "person_b", Weight: 1, Amount: eur(13410 - tt.share)})
		}
		if c := costOf(f, eur(9900)); c.rest != eur(8910) || c.debt != eur(tt.debt) {
			t.Errorf("%s: of %s the debt is %s, want %d", tt.name, c.rest, c.debt, tt.debt)
		}
	}
}
