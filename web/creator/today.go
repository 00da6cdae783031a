package creator

import (
	"slices"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
)

// latest is how many sales today shows.
const latest = 5

// todayView answers "what needs me?".
type todayView struct {
	products []storefrontapi.Product
	changed  []storefrontapi.Product // published, and edited since
	drafts   []storefrontapi.Product
	sales    []storefrontapi.Order
	balance  billingapi.Balance
	path     string // of the public page, "" without a handle
	site     string
	readonly bool
	acting   string // who is acted for, "" for the creator
	blind    bool   // the mandate doesn't show money
	misfits  []misfit
	bounced  []cameBack // refunds that wait for the creator's decision
}

// cameBack is a refund that came back from the buyer's bank, with the name of what was sold.
type cameBack struct {
	billingapi.Refund
	title string
}

func (h *pages) today(v *shell.Visit) error {
	ctx := v.Context()
	products, err := h.shop.Products(ctx, "")
	if err != nil {
		return err
	}
	sales, err := h.shop.Sales(ctx, "", "")
	if err != nil {
		return err
	}
	var balance billingapi.Balance
	blind := v.Caller.For != "" && !v.Caller.Has(accountsapi.ScopeSee) // who arranges need not see money
	if !blind {
		if balance, err = h.till.Balance(ctx); err != nil {
			return err
		}
	}
	own, err := h.shop.Page(ctx)
	if err != nil {
		return err
	}
	view := todayView{products: products.Items, sales: sales.Items, balance: balance, path: own.Path, site: h.publicURL, readonly: readonly(v), acting: v.Acting(), blind: blind}
	if len(view.sales) > latest {
		view.sales = view.sales[:latest]
	}
	for _, p := range products.Items {
		switch {
		case p.State == storefrontapi.StateDraft:
			view.drafts = append(view.drafts, p)
		case p.State == storefrontapi.StatePublished && p.Changed:
			view.changed = append(view.changed, p)
		}
	}
	if view.misfits, err = h.misfits(ctx, balance, &products); err != nil {
		return err
	}
	for _, r := range balance.FailedRefunds {
		o, err := h.shop.Order(ctx, r.OrderID, "")
		if err != nil && problem.From(err).Kind != problem.NotFound {
			return err
		}
		view.bounced = append(view.bounced, cameBack{r, o.Title})
	}
	v.Page.Title = v.L.T("creator.today.title")
	return v.Show(today(v.L, view))
}

// needs counts the things that wait for the creator.
func (t todayView) needs() int {
	n := len(t.changed) + len(t.drafts) + len(t.bounced) + len(t.bankless())
	if t.onboardingNeeded() || len(t.misfits) > 0 && !checking(t.balance) { // one step ends both
		n++
	}
	return n
}

// bankless is money in one currency that waits for another bank account.
type bankless struct {
	blocker billingapi.Blocker
	amount  money.Amount
}

// banklessTitle names the sum that waits, where there is one.
func banklessTitle(l locale.L, e bankless) string {
	if e.blocker == billingapi.BlockerCurrency {
		return l.T("creator.today.bankless", "Amount", l.Money(e.amount))
	}
	return l.T("creator.blocker." + string(e.blocker) + ".title")
}

// bankless says what waits for another bank account: once when the bank sent a payout back, and once a currency that no account takes.
func (t todayView) bankless() []bankless {
	var out []bankless
	for _, b := range t.balance.Currencies {
		for _, o := range obstacles(b) {
			total := comes(b)
			told := slices.ContainsFunc(out, func(e bankless) bool { return e.blocker == billingapi.BlockerBank && o.Blocker == e.blocker })
			if needsBank(o) && !told && (total.IsPositive() || o.Blocker == billingapi.BlockerBank) {
				out = append(out, bankless{o.Blocker, total})
			}
		}
	}
	return out
}

// onboardingNeeded: there is money, or will be, and Stripe does not know whose.
func (t todayView) onboardingNeeded() bool {
	return !t.blind && t.earned() && t.balance.Onboarding.State != billingapi.OnboardingReady && t.balance.Onboarding.State != billingapi.OnboardingUnderReview
}

// earned says that somebody paid something.
func (t todayView) earned() bool {
	for _, o := range t.sales {
		if o.PaidAt != nil && o.Amount.IsPositive() {
			return true
		}
	}
	return false
}
