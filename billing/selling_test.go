package billing

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// A buyer whom the cap turns away is one the creator hears of: once a product and day, however many press and at how many places at
// once, and the record has nothing of the buyer.
func TestALostSaleIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := id.New("person")
	press := func(product string, price money.Amount) {
		t.Helper()
		r := request(price, creator)
		r.ProductID, r.BuyerEmail = product, "zoe@example.com"
		_, err := h.front.OpenCheckout(h.ctx(), r)
		wantErr(t, err, billingapi.ErrSellingCap)
	}
	h.sell(usd(60000), creator)
	if h.events(billingapi.EventSaleRefused) != 0 {
		t.Fatal("a sale that was made is told as lost")
	}
	var presses sync.WaitGroup
	for range 8 {
		presses.Go(func() {
			r := request(usd(60000), creator)
			r.ProductID, r.BuyerEmail = "product_a", "zoe@example.com"
			if _, err := h.front.OpenCheckout(h.ctx(), r); !errors.Is(err, billingapi.ErrSellingCap) {
				t.Errorf("eight at once: %v", err)
			}
		})
	}
	presses.Wait()
	press("product_b", usd(99900))
	if n := h.events(billingapi.EventSaleRefused); n != 2 {
		t.Errorf("two products were told %d times", n)
	}
	h.clock.Advance(24 * time.Hour)
	press("product_a", usd(60000))
	press("product_a", usd(60000))
	if n := h.events(billingapi.EventSaleRefused); n != 3 {
		t.Errorf("after a day: told %d times", n)
	}
	b := h.balance(creator)
	all, err := h.as("gateway").Balance(h.by(creator))
	h.no(err)
	want := []billingapi.LostSale{
		{ProductID: "product_a", Price: usd(60000), Reason: billingapi.RefusedByCap, At: h.clock.Now()},
		{ProductID: "product_b", Price: usd(99900), Reason: billingapi.RefusedByCap, At: h.clock.Now().Add(-24 * time.Hour)},
	}
	if diff := cmp.Diff(want, all.LostSales); diff != "" {
		t.Error(diff)
	}
	if len(all.SellingCaps) != 7 || all.SellingCaps[6].Cap != usd(100000) || all.SellingCaps[6].Sold != b.SellingCap.Sold {
		t.Errorf("caps: %+v", all.SellingCaps)
	}
	var kept string
	h.no(h.pool.QueryRow(h.ctx(), `select string_agg(x, ' ') from (select l::text as x from billing.lost_sale l union all select payload::text from billing.outbox where name = $1) t`, billingapi.EventSaleRefused).Scan(&kept))
	if strings.Contains(kept, "zoe") || !strings.Contains(kept, "product_b") {
		t.Errorf("kept: %s", kept)
	}
	h.clock.Advance(31 * 24 * time.Hour)
	press("product_c", usd(100))
	if all, err = h.as("gateway").Balance(h.by(creator)); err != nil || len(all.LostSales) != 1 || all.LostSales[0].Reason != billingapi.RefusedByDays || !all.SellingCaps[6].LargestPrice.IsZero() {
		t.Errorf("after the days: %+v, %v", all, err)
	}
	data, err := h.as("accounts").PersonalData(h.ctx(), creator)
	if err != nil || len(data.LostSales) != 1 {
		t.Errorf("export: %+v, %v", data.LostSales, err)
	}
	h.onboard(creator)
	if all, err = h.as("gateway").Balance(h.by(creator)); err != nil || len(all.LostSales)+len(all.SellingCaps) != 0 {
		t.Errorf("after the check: %+v, %v", all, err)
	}
	h.hear(accountsapi.EventPersonErased, creator, accountsapi.PersonErased{PersonID: creator})
	if n := h.count(`select count(*) from billing.lost_sale`); n != 0 {
		t.Errorf("%d rows stay after the erasure", n)
	}
}

// Whoever has sold nothing sees the caps too: a price can be too high from the start.
func TestCapsBeforeTheFirstSale(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, err := h.as("gateway").Balance(h.by(id.New("person")))
	h.no(err)
	if len(b.Currencies) != 0 || len(b.SellingCaps) != 7 {
		t.Fatalf("%+v", b)
	}
	for _, c := range b.SellingCaps {
		terms := h.svc.policies.TermsAt(h.clock.Now())
		room := terms.Currencies[c.Cap.Currency].SellingCap
		fees, err := h.svc.Fees(billingapi.FeeRequest{Amount: c.LargestPrice.Minor, Currency: c.Cap.Currency})
		h.no(err)
		more, err := h.svc.Fees(billingapi.FeeRequest{Amount: c.LargestPrice.Minor + 1, Currency: c.Cap.Currency})
		h.no(err)
		if fees.Keep.Minor > room || more.Keep.Minor <= room || c.Until != nil || !c.Sold.IsZero() {
			t.Errorf("%+v: keeps %s, and of one more %s", c, fees.Keep, more.Keep)
		}
	}
}

// Whoever comes back from Stripe's questions sees at once what came of them: before the webhook, after it, and when Stripe is down what
// was known before.
func TestComingBackFromStripe(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	me := h.as("gateway")
	creator := id.New("person")
	if o, err := me.RefreshOnboarding(h.by(creator)); err != nil || o.State != billingapi.OnboardingNone {
		t.Fatalf("without an account: %+v, %v", o, err)
	}
	link, err := me.StartOnboarding(h.by(creator), billingapi.OnboardingRequest{ReturnPath: "/payouts"})
	h.no(err)
	h.settle()
	h.sim.SetEndpoints(nil) // the webhooks of what follows are lost
	h.sim.Onboard(link.URL)
	if o, err := me.Onboarding(h.by(creator)); err != nil || o.State != billingapi.OnboardingStarted {
		t.Fatalf("before anybody asks: %+v, %v", o, err)
	}
	h.wire.down.Store(true)
	_, err = me.RefreshOnboarding(h.by(creator))
	wantErr(t, err, billingapi.ErrRailUnavailable)
	if o, err := me.Onboarding(h.by(creator)); err != nil || o.State != billingapi.OnboardingStarted {
		t.Fatalf("while Stripe is down: %+v, %v", o, err)
	}
	h.wire.down.Store(false)
	for range 2 { // again changes nothing
		if o, err := me.RefreshOnboarding(h.by(creator)); err != nil || o.State != billingapi.OnboardingReady {
			t.Fatalf("back from Stripe: %+v, %v", o, err)
		}
	}
	h.settle() // the look that has the last word
	if o, err := me.Onboarding(h.by(creator)); err != nil || o.State != billingapi.OnboardingReady || h.events(billingapi.EventAccountUpdated) != 1 {
		t.Fatalf("after all looks: %+v, %v, told %d times", o, err, h.events(billingapi.EventAccountUpdated))
	}
}

// All that is in the way is told, what comes first first, and each thing once: an account that Stripe has not opened takes no currency
// yet either, and that is not another thing to do.
func TestEveryObstacleIsTold(t *testing.T) {
	t.Parallel()
	s := New(Deps{Policies: DefaultPolicies(), Clock: clock.NewFake(noon)})
	euros := money.EUR
	for _, tt := range []struct {
		name            string
		row             balanceRow
		account         Account
		available, owed int64
		want            []billingapi.Blocker
	}{
		{"the bank, and a refund after a payout", balanceRow{Payable: 5000}, Account{StripeID: &accountID, Currency: &dollars, Ready: true, WasReady: true, BankProblem: "account_closed"}, 0, 1800,
			[]billingapi.Blocker{billingapi.BlockerBank, billingapi.BlockerReceivable}},
		{"no account in another currency", balanceRow{Payable: 5000, Blocker: billingapi.BlockerNoAccount}, Account{}, 0, 0, []billingapi.Blocker{billingapi.BlockerNoAccount}},
		{"details, below zero and a dispute", balanceRow{Blocker: billingapi.BlockerFrozen}, Account{StripeID: &accountID, Currency: &euros}, -1, 0,
			[]billingapi.Blocker{billingapi.BlockerIdentity, billingapi.BlockerNegativeBalance, billingapi.BlockerFrozen}},
		{"a bank in another currency, and a debt", balanceRow{Payable: 5000, Blocker: billingapi.BlockerCurrency}, Account{StripeID: &accountID, Currency: &euros, Ready: true, WasReady: true}, 0, 1,
			[]billingapi.Blocker{billingapi.BlockerReceivable, billingapi.BlockerCurrency}},
		{"below zero, twice said", balanceRow{Payable: 5000, Blocker: billingapi.BlockerNegativeBalance}, Account{StripeID: &accountID, Currency: &dollars, Ready: true, WasReady: true, Negative: []string{"USD"}}, 0, 0,
			[]billingapi.Blocker{billingapi.BlockerNegativeBalance}},
		{"nothing", balanceRow{Payable: 5000}, Account{StripeID: &accountID, Currency: &dollars, Ready: true, WasReady: true}, 5000, 0, nil},
	} {
		tt.row.Currency = "USD"
		b := s.currencyBalance(tt.row, []ledger.AccountBalance{
			{Account: ledger.MB(accountID), Amount: usd(tt.available)}, {Account: ledger.CR("ann"), Amount: usd(tt.owed)},
		})
		s.explainBalance(&b, tt.row, tt.account, tt.account.StripeID != nil)
		var got []billingapi.Blocker
		for _, o := range b.Obstacles {
			got = append(got, o.Blocker)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || len(got) > 0 && b.Blocker != got[0] {
			t.Errorf("%s: the first is %q (-want +got):\n%s", tt.name, b.Blocker, diff)
		}
	}
}

// Before a refund its payee can see what it is taken from: what is still with us, then their Stripe account, and what neither has
// becomes a debt (money.md cases 10 to 12).
func TestWhatARefundIsTakenFrom(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	sees := func(held, there int64) {
		t.Helper()
		w, err := h.as("gateway").Waterfall(h.by(creator), order)
		h.no(err)
		if w.Held != usd(held) || w.AtStripe != usd(there) {
			t.Errorf("held %s, at Stripe %s", w.Held, w.AtStripe)
		}
	}
	sees(9000, 0)
	h.pass(8)
	sees(0, 9000)
	_, err := h.as("gateway").RequestPayout(h.by(creator), "key", billingapi.PayoutRequest{Currency: "USD"})
	h.no(err)
	h.settle()
	sees(0, 0)
	h.pass(3)
	sees(0, 0)
	_, err = h.as("gateway").Refund(h.by(creator), "", billingapi.RefundRequest{OrderID: order})
	h.no(err)
	h.settle()
	if b := h.balance(creator); b.Receivable != usd(9000) {
		t.Errorf("the debt is %s", b.Receivable)
	}
}
