package creator

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// payoutsView answers "when am I paid, and what blocks it?".
type payoutsView struct {
	me      accountsapi.Person
	balance billingapi.Balance
	payouts billingapi.Payouts
	key     string
	now     time.Time
	acting  string // who alone asks for money and answers Stripe, "" for the creator
	misfits []misfit
	faults  ui.Faults
}

// backFromStripe is where Stripe's questions lead back to.
const backFromStripe = "/payouts?back=stripe"

// stripeWithin is how long somebody who comes back from Stripe waits for its answer before they see what was known before.
const stripeWithin = 5 * time.Second

// payouts shows the page. Who comes back from Stripe's questions sees what came of them: Stripe is asked, since its webhook may be late.
func (h *pages) payouts(v *shell.Visit) error {
	if v.Query("back") != "stripe" || v.Caller.For != "" {
		return h.showPayouts(v, http.StatusOK, nil)
	}
	ctx, cancel := context.WithTimeout(v.Context(), stripeWithin)
	defer cancel()
	if _, err := h.till.RefreshOnboarding(ctx); err != nil {
		v.Flash("creator.payouts.no_answer")
	}
	return v.See("/payouts") // a reload asks Stripe no more
}

func (h *pages) showPayouts(v *shell.Visit, status int, faults ui.Faults) error {
	view := payoutsView{key: id.New("key"), now: h.clock.Now(), acting: v.Acting(), faults: faults}
	var err error
	if view.balance, err = h.till.Balance(v.Context()); err != nil {
		return err
	}
	if view.payouts, err = h.till.Payouts(v.Context(), v.Query("after")); err != nil {
		return err
	}
	if view.misfits, err = h.misfits(v.Context(), view.balance, nil); err != nil {
		return err
	}
	if view.acting == "" { // accounts answers for whoever signed in; under a mandate that is another person
		if view.me, err = h.accounts.Me(v.Context()); err != nil {
			return err
		}
	}
	v.Page.Title = v.L.T("creator.payouts.title")
	return v.ShowStatus(status, payouts(v.L, view))
}

func (h *pages) postOnboarding(v *shell.Visit) error {
	link, err := h.till.StartOnboarding(v.Context(), billingapi.OnboardingRequest{ReturnPath: backFromStripe})
	if err != nil {
		if !shown(err) {
			return err
		}
		return h.showPayouts(v, problem.From(err).Status(), ofForm(faultsOf(v.L, err)))
	}
	return v.See(link.URL)
}

func (h *pages) postPayout(v *shell.Visit) error {
	p, err := h.till.RequestPayout(v.Context(), v.Form("key"), billingapi.PayoutRequest{Currency: money.Currency(v.Form("currency"))})
	if err != nil {
		if !shown(err) {
			return err
		}
		return h.showPayouts(v, problem.From(err).Status(), ofForm(faultsOf(v.L, err)))
	}
	v.Flash("creator.payouts.requested", "Amount", v.L.Money(p.Amount))
	return v.See("/payouts")
}

// noCountry says that the creator lives where payouts don't reach.
func (p payoutsView) noCountry() bool {
	return p.acting == "" && p.me.Country != "" && !p.me.PayoutsPossible
}

// headline says the next money and its day, or that there is none.
func (p payoutsView) headline(l locale.L) string {
	switch {
	case p.noCountry():
		return l.T("creator.payouts.not_here")
	case len(p.balance.Currencies) == 0:
		return l.T("creator.payouts.nothing")
	}
	for _, b := range p.balance.Currencies {
		if b.ExpectedDay != "" {
			return l.T("creator.payouts.next", "Amount", l.Money(comes(b)), "Day", day(l, b.ExpectedDay))
		}
	}
	for _, b := range p.balance.Currencies {
		if b.InTransit.IsPositive() {
			return l.T("creator.payouts.travels", "Amount", l.Money(b.InTransit))
		}
	}
	for _, b := range p.balance.Currencies {
		all := obstacles(b)
		if total := comes(b); total.IsPositive() && slices.ContainsFunc(all, needsAct) {
			return l.N("creator.payouts.in_the_way", len(all), "Amount", l.Money(total))
		}
	}
	return l.T("creator.payouts.where")
}

// comes is what the next payout is made of: all that is past the risk window, or else what leaves it next.
func comes(b billingapi.CurrencyBalance) money.Amount {
	total := money.New(b.Available.Minor+b.Payable.Minor, b.Currency)
	if total.Minor < b.Minimum.Minor || total.IsZero() {
		total.Minor += b.Pending.Minor
	}
	return total
}

// figuresOf says where the money of one currency is.
func figuresOf(l locale.L, b billingapi.CurrencyBalance) []ui.FigureCell {
	pending := ui.FigureCell{Label: l.T("creator.figure.pending"), Amount: b.Pending}
	if b.NextRelease != nil && b.Pending.IsPositive() {
		pending.Also = l.T("creator.figure.released", "Day", l.Date(*b.NextRelease))
	}
	ready := ui.FigureCell{Label: l.T("creator.figure.ready"), Amount: money.New(b.Payable.Minor+b.Available.Minor, b.Currency)}
	if b.ExpectedDay != "" {
		ready.Also = l.T("creator.figure.expected", "Day", day(l, b.ExpectedDay))
	}
	cells := []ui.FigureCell{pending, ready}
	if b.InTransit.IsPositive() {
		cells = append(cells, ui.FigureCell{Label: l.T("creator.figure.in_transit"), Amount: b.InTransit})
	}
	cells = append(cells, ui.FigureCell{Label: l.T("creator.figure.paid"), Amount: b.Paid})
	if b.Receivable.IsPositive() {
		cells = append(cells, ui.FigureCell{Label: l.T("creator.figure.receivable"), Amount: b.Receivable, Also: l.T("creator.figure.receivable_also")})
	}
	return cells
}

// day writes a day of billing (2006-01-02) as people say it.
func day(l locale.L, iso string) string {
	t, err := time.ParseInLocation(time.DateOnly, iso, l.Zone())
	if err != nil {
		return iso
	}
	return l.Date(t)
}

// payoutDay is when a payout arrives, arrived or was made.
func payoutDay(l locale.L, p billingapi.Payout) string {
	switch {
	case p.ArrivalDate == "" || p.Status == billingapi.PayoutFailed || p.Status == billingapi.PayoutCanceled:
		return l.T("creator.payout.made", "Day", l.Date(p.Created))
	case p.Status == billingapi.PayoutPaid:
		return l.T("creator.payout.arrived", "Day", day(l, p.ArrivalDate))
	}
	return l.T("creator.payout.arrives", "Day", day(l, p.ArrivalDate))
}

// payoutReason says why a payout failed, in words where there are some.
func payoutReason(l locale.L, p billingapi.Payout) string {
	if p.Status != billingapi.PayoutFailed {
		return ""
	}
	if id := "creator.payout_reason." + p.Reason; p.Reason != "" && l.Has(id) {
		return l.T(id)
	}
	return l.T("creator.payout_reason.unknown")
}

var payoutTones = map[billingapi.PayoutStatus]string{
	billingapi.PayoutRequested: "wait", billingapi.PayoutInTransit: "wait", billingapi.PayoutPaid: "ok", billingapi.PayoutFailed: "stop",
}

// blockerTone is "warn" where somebody has to do something, "" where time does it.
func blockerTone(step billingapi.NextStep) (tone, icon string) {
	if step == billingapi.StepOnboard || step == billingapi.StepUpdateBank {
		return "warn", "warn"
	}
	return "", "clock"
}

// obstacles are all things in the way that are worth a notice of their own. The risk window is in the figures.
func obstacles(b billingapi.CurrencyBalance) []billingapi.Obstacle {
	all := b.Obstacles
	if len(all) == 0 && b.Blocker != billingapi.BlockerNone { // of a billing that tells only the first
		all = []billingapi.Obstacle{{Blocker: b.Blocker, NextStep: b.NextStep}}
	}
	return slices.DeleteFunc(slices.Clone(all), func(o billingapi.Obstacle) bool { return o.Blocker == billingapi.BlockerRiskWindow })
}

// needsAct says that the creator has to do something about an obstacle at Stripe.
func needsAct(o billingapi.Obstacle) bool {
	return o.NextStep == billingapi.StepOnboard || o.NextStep == billingapi.StepUpdateBank
}

// needsBank says that it is another bank account.
func needsBank(o billingapi.Obstacle) bool { return o.NextStep == billingapi.StepUpdateBank }

// bankNotice says that the page asks for another bank account already.
func bankNotice(view payoutsView) bool {
	return slices.ContainsFunc(view.balance.Currencies, func(b billingapi.CurrencyBalance) bool {
		return slices.ContainsFunc(obstacles(b), needsBank)
	})
}
