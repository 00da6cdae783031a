package billing

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
)

func TestPlanIsStoredAsItWasReturned(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := request(usd(10001), h.creator(), h.creator(), h.creator())
	r.Payees[0].Weight, r.Payees[1].Weight, r.Payees[2].Weight = 50, 30, 20
	got, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	if got.Plan.Fee != usd(1000) || got.Plan.Shares[0].Amount != usd(4501) || got.Plan.Shares[1].Amount != usd(2700) || got.Plan.Shares[2].Amount != usd(1800) {
		t.Errorf("plan: %+v", got.Plan)
	}
	digest, err := canon.Digest(got.Plan)
	h.no(err)
	if strings.TrimPrefix(digest, "sha256:") != got.PlanDigest {
		t.Errorf("digest %s of a plan with %s", got.PlanDigest, digest)
	}
	again, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	if diff := cmp.Diff(got, again); diff != "" {
		t.Errorf("a repeat differs:\n%s", diff)
	}
	if n := h.posts("/v1/checkout/sessions"); n != 1 {
		t.Errorf("%d checkouts were opened", n)
	}
	r.Gross = usd(9999)
	_, err = h.front.OpenCheckout(h.ctx(), r)
	wantErr(t, err, billingapi.ErrCheckoutDiffers)
	if _, err := h.pool.Exec(h.ctx(), `update billing.money_plan set digest = 'x'`); err == nil {
		t.Error("a plan was changed")
	}
}

func TestPlanRefusals(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	before := h.calls("")
	for name, c := range map[string]struct {
		change func(*billingapi.CheckoutRequest)
		want   *problem.Error
	}{
		"49 cents":          {func(r *billingapi.CheckoutRequest) { r.Gross = usd(49) }, billingapi.ErrAmountTooSmall},
		"nine digits":       {func(r *billingapi.CheckoutRequest) { r.Gross = usd(100000000) }, billingapi.ErrAmountTooLarge},
		"kroner":            {func(r *billingapi.CheckoutRequest) { r.Gross = money.New(10000, "SEK") }, billingapi.ErrCurrencyNotSold},
		"the same twice":    {func(r *billingapi.CheckoutRequest) { r.Payees = append(r.Payees, r.Payees[0]) }, billingapi.ErrPayees},
		"nobody":            {func(r *billingapi.CheckoutRequest) { r.Payees = nil }, problem.ErrInvalid},
		"below zero":        {func(r *billingapi.CheckoutRequest) { r.Gross = usd(-5) }, billingapi.ErrAmountTooSmall},
		"no path":           {func(r *billingapi.CheckoutRequest) { r.SuccessPath = "https://elsewhere.example" }, problem.ErrInvalid},
		"no address":        {func(r *billingapi.CheckoutRequest) { r.BuyerEmail = "nobody" }, problem.ErrInvalid},
		"an unknown kind":   {func(r *billingapi.CheckoutRequest) { r.Kind = "gift" }, problem.ErrInvalid},
		"a weight of zero":  {func(r *billingapi.CheckoutRequest) { r.Payees[0].Weight = 0 }, problem.ErrInvalid},
		"too long an order": {func(r *billingapi.CheckoutRequest) { r.OrderID = strings.Repeat("x", 65) }, problem.ErrInvalid},
	} {
		r := request(usd(10000), creator)
		c.change(&r)
		if _, err := h.front.OpenCheckout(h.ctx(), r); problem.From(err).Code != c.want.Code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := h.calls("") - before; n != 0 {
		t.Errorf("%d requests were made", n)
	}
}

// A charge that is not what the plan says is not booked, and whoever asks hears that something is wrong.
func TestAChargeThatDiffersFromItsPlan(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := request(usd(10000), h.creator())
	_, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	news := func(amount, settled money.Amount) rail.Settled {
		return rail.Settled{
			Checkout: rail.Checkout{Status: "complete", PaymentStatus: "paid"}, Payment: &rail.Payment{ID: "pi_1", Status: "succeeded"},
			Charge: &rail.Charge{
				ID: "ch_1", Status: "succeeded", Paid: true, Amount: amount, Created: h.clock.Now(),
				Transaction: &rail.Transaction{ID: "txn_1", Amount: settled, Fee: money.New(320, settled.Currency), Created: h.clock.Now()},
			},
		}
	}
	for _, odd := range []rail.Settled{news(usd(9999), usd(9999)), news(money.New(10000, "EUR"), usd(10000)), news(usd(10000), money.New(9300, "EUR"))} {
		_, err = h.svc.applyPayment(h.ctx(), r.OrderID, odd)
		wantErr(t, err, errAmount)
	}
	if m := h.money(r.OrderID); m.State != billingapi.OrderNone || m.PaidAt != nil {
		t.Errorf("facts: %+v", m)
	}
	if n := h.count(`select count(*) from billing.ledger_journal`); n != 0 {
		t.Errorf("%d journals", n)
	}
}

// A bank debit is under way for days (money.md case 42): nothing is booked before it has arrived, and one that comes back ends the order.
func TestABankDebitTakesDays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	pending := func(payment string) rail.Settled {
		return rail.Settled{Checkout: rail.Checkout{Status: "complete", PaymentStatus: "unpaid"}, Payment: &rail.Payment{ID: "pi_1", Status: payment}}
	}
	r := request(usd(10000), h.creator())
	_, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	for _, step := range []struct {
		payment string
		want    billingapi.OrderState
	}{
		{"processing", billingapi.OrderProcessing}, {"processing", billingapi.OrderProcessing},
		{"requires_payment_method", billingapi.OrderFailed}, {"processing", billingapi.OrderFailed},
	} {
		m, err := h.svc.applyPayment(h.ctx(), r.OrderID, pending(step.payment))
		h.no(err)
		if m.State != step.want || m.PaidAt != nil {
			t.Errorf("the debit is %s, the order %s", step.payment, m.State)
		}
	}
	if n := h.count(`select count(*) from billing.ledger_journal`); n != 0 {
		t.Errorf("%d journals", n)
	}
	if n := h.count(`select count(*) from billing.order_money where checkout_look_at is not null`); n != 0 {
		t.Error("an order that is over is looked at again")
	}
	_, err = h.front.OpenCheckout(h.ctx(), r)
	wantErr(t, err, billingapi.ErrCheckoutClosed)
}

// What only our own parts may call is not part of the public document, and the other way round.
func TestInternalRoutesAreMarked(t *testing.T) {
	t.Parallel()
	r := rest.NewRouter(billingapi.Name, nil)
	New(Deps{Policies: DefaultPolicies()}).Routes(r)
	for _, route := range r.Routes() {
		if public := strings.HasPrefix(route.Path, "/api/"); public == route.Internal && !strings.HasPrefix(route.Path, "/webhooks/") {
			t.Errorf("%s %s: internal %t", route.Method, route.Path, route.Internal)
		}
	}
}

func TestCheckoutExpires(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := request(usd(10000), h.creator())
	_, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	h.pass(2)
	if m := h.money(r.OrderID); m.State != billingapi.OrderExpired {
		t.Errorf("the order is %s", m.State)
	}
	_, err = h.front.OpenCheckout(h.ctx(), r)
	wantErr(t, err, billingapi.ErrCheckoutClosed)
}

// A card that is declined leaves the page open for another one.
func TestDeclinedThenPaid(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := request(usd(10000), h.creator())
	page, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	if _, err := simtest.Pay(page.URL, simtest.Declined); err == nil {
		t.Fatal("a declined card was taken")
	}
	h.settle()
	if m := h.money(r.OrderID); m.State != billingapi.OrderNone {
		t.Errorf("the order is %s", m.State)
	}
	h.sim.Pay(page.URL, simtest.Challenge)
	h.settle()
	h.books(s1)
}

// Selling before the identity check works up to the cap, which everybody can see, and goes on after the check.
func TestSellingCap(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := id.New("person")
	h.sell(usd(80000), creator)
	b := h.balance(creator)
	if b.SellingCap == nil || b.SellingCap.Remaining != usd(28000) || b.SellingCap.DaysLeft != 30 || b.Blocker != billingapi.BlockerNoAccount || b.NextStep != billingapi.StepOnboard {
		t.Errorf("balance: %+v", b)
	}
	if b.SellingCap.LargestPrice != usd(31111) { // 280.00 are the share of 311.11
		t.Errorf("the largest price is %s", b.SellingCap.LargestPrice)
	}
	_, err := h.front.OpenCheckout(h.ctx(), request(usd(31112), creator))
	wantErr(t, err, billingapi.ErrSellingCap)
	_, err = h.front.OpenCheckout(h.ctx(), request(usd(31111), creator)) // a page, unpaid
	h.no(err)
	h.pass(8) // the risk window ends, and the share waits for the account
	h.books("SB 77650, SF 2350, CP −72000, PF −8000")
	h.onboard(creator)
	h.settle()
	h.books("SB 5650, SF 2350, PF −8000, MB 72000, MS −72000")
	if b := h.balance(creator); b.SellingCap != nil || b.NextStep != billingapi.StepRequest {
		t.Errorf("balance: %+v", b)
	}
	h.sell(usd(35000), creator)
}

func TestSellingDaysEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := id.New("person")
	h.sell(usd(1000), creator)
	h.clock.Advance(31 * 24 * time.Hour)
	_, err := h.front.OpenCheckout(h.ctx(), request(usd(1000), creator))
	wantErr(t, err, billingapi.ErrSellingCap)
}

func TestCountryWithoutPayouts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.svc.people = sellers{"KP"}
	_, err := h.as("gateway").StartOnboarding(h.by(id.New("person")), billingapi.OnboardingRequest{ReturnPath: "/payouts"})
	wantErr(t, err, billingapi.ErrCountry)
	if n := h.posts("/v1/accounts"); n != 0 {
		t.Errorf("%d accounts were made", n)
	}
}

// Another creator's money is not there.
func TestStrangersSeeNothing(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		order := h.sell(usd(10000), h.creator())
		stranger := h.by(id.New("person"))
		_, err := h.as("gateway").Waterfall(stranger, order)
		wantErr(t, err, problem.ErrNotFound)
		_, err = h.as("gateway").Refund(stranger, id.New("key"), billingapi.RefundRequest{OrderID: order})
		wantErr(t, err, problem.ErrNotFound)
		_, err = h.as("gateway").Waterfall(h.ctx(), order)
		wantErr(t, err, problem.ErrUnauthenticated)
		_, err = h.as("gateway").Money(stranger, order)
		wantErr(t, err, problem.ErrNotFound)
		h.books(s1)
	})
}

// Every cent of an order is explained to its payee, in the order of the ledger.
func TestWaterfall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator, other := h.creator(), h.creator()
	order := h.sell(usd(10000), creator, other)
	h.refund(creator, order, 1000)
	h.pass(8)
	h.refund(creator, order, 2000)
	h.settle()
	w, err := h.as("gateway").Waterfall(h.by(creator), order)
	h.no(err)
	var got []string
	for _, r := range w.Rows {
		got = append(got, string(r.Kind)+" "+r.Amount.Decimal()+" "+r.Left.Decimal())
	}
	want := []string{
		"sale 100.00 100.00", "fee -10.00 90.00", "other_shares -45.00 45.00",
		"refund -10.00 35.00", "fee_returned 1.00 36.00", "other_returned 4.50 40.50",
		"transfer -40.50 0.00",
		"refund -20.00 -20.00", "fee_returned 2.00 -18.00", "other_returned 9.00 -9.00",
		"reversal 9.00 0.00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if w.Refundable != usd(7000) || len(w.Refunds) != 2 {
		t.Errorf("refundable %s, %d refunds", w.Refundable, len(w.Refunds))
	}
	h.hold()
}

// A bank shows the day of booking, in any zone: a charge is found from a day before it was made to three days after.
func TestAChargeIsFoundByTheDayOfBooking(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	order := h.sell(usd(10000), h.creator()) // on 2 March at noon
	for day, found := range map[string]bool{
		"2025-03-02": false, "2026-02-28": false, "2026-03-01": true, "2026-03-02": true, "2026-03-05": true, "2026-03-06": false, "2026-04-02": false, "2027-03-02": false,
	} {
		h.no(h.as("gateway").LookUpCharge(h.ctx(), billingapi.LookupRequest{Last4: "4242", Amount: usd(10000), Day: day}))
		var orders []string
		h.no(h.pool.QueryRow(h.ctx(), `select order_ids from billing.charge_lookup order by id desc limit 1`).Scan(&orders))
		if slices.Contains(orders, order) != found {
			t.Errorf("on %s: %v", day, orders)
		}
	}
}

// The answer of a charge lookup is the same whether there is such a charge or not; the event names the lookup alone.
func TestChargeLookup(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	order := h.sell(usd(10000), h.creator())
	day := h.clock.Now().Format(time.DateOnly)
	h.no(h.as("gateway").LookUpCharge(h.ctx(), billingapi.LookupRequest{Last4: "4242", Amount: usd(10000), Day: day}))
	h.no(h.as("gateway").LookUpCharge(h.ctx(), billingapi.LookupRequest{Last4: "4243", Amount: usd(10000), Day: day}))
	ids, err := h.pool.Query(h.ctx(), `select key, payload from billing.outbox where name = $1 order by seq`, billingapi.EventLookupRequested)
	h.no(err)
	var keys []string
	for ids.Next() {
		var key string
		var payload json.RawMessage
		h.no(ids.Scan(&key, &payload))
		keys = append(keys, key)
		if strings.Contains(string(payload), order) {
			t.Errorf("the event names an order: %s", payload)
		}
	}
	if len(keys) != 2 {
		t.Fatalf("%d events", len(keys))
	}
	hit, err := h.as("notify").Lookup(h.ctx(), keys[0])
	h.no(err)
	miss, err := h.as("notify").Lookup(h.ctx(), keys[1])
	h.no(err)
	if len(hit.OrderIDs) != 1 || hit.OrderIDs[0] != order || len(miss.OrderIDs) != 0 {
		t.Errorf("hit %v, miss %v", hit, miss)
	}
	if _, err := h.as("gateway").Lookup(h.ctx(), keys[0]); err == nil {
		t.Error("a lookup is told to others than notify")
	}
}

// Money in a currency that the payee's bank does not take stays with us and says so; in the bank's own it goes the whole way.
func TestCurrencies(t *testing.T) {
	t.Parallel()
	for country, arrives := range map[string]bool{"NL": true, "US": false} {
		t.Run(country, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.svc.people = sellers{country}
			creator := h.creator()
			order := h.sell(money.New(14900, "EUR"), creator)
			h.pass(8)
			h.hold()
			b := h.balance(creator)
			if arrives && (b.Available != money.New(13410, "EUR") || b.NextStep != billingapi.StepRequest || b.ExpectedDay == "") ||
				!arrives && (b.Payable != money.New(13410, "EUR") || b.Blocker != billingapi.BlockerCurrency || b.NextStep != billingapi.StepUpdateBank) {
				t.Errorf("balance: %+v", b)
			}
			h.pass(14)
			h.hold()
			if b := h.balance(creator); arrives != (b.Paid == money.New(13410, "EUR")) {
				t.Errorf("balance: %+v", b)
			}
			if !arrives {
				h.refund(creator, order, 0)
				h.settle()
				h.hold()
			}
		})
	}
}

// An object of ours that can't be applied just now is not booked into suspense, however old it is.
func TestSweepNeverBooksTwice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := request(usd(10000), h.creator())
	page, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	h.sim.SetChaos(stripesim.Chaos{Drop: 100})
	h.sim.Pay(page.URL, simtest.Good)
	h.sim.Advance(10 * 24 * time.Hour)
	h.sim.Inject(stripesim.Fault{Mode: stripesim.FaultRate, Path: "/v1/checkout/sessions", Count: 1})
	if err := h.svc.SweepTransactions(h.ctx()); err == nil {
		t.Error("the sweep hides that something is not explained")
	}
	h.no(h.svc.SweepTransactions(h.ctx()))
	h.settle()
	h.books(ac4)
}

// Stored webhooks name buyers; after 30 days only their ids are left, and a repeat still does nothing.
func TestPayloadsAreForgotten(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sell(usd(10000), h.creator())
	const named = `select count(*) from billing.stripe_event where payload <> '{}'`
	h.no(h.svc.ForgetPayloads(h.ctx()))
	if h.count(named) == 0 {
		t.Error("a fresh webhook was forgotten")
	}
	_, err := h.pool.Exec(h.ctx(), `update billing.stripe_event set received_at = received_at - interval '31 days'`)
	h.no(err)
	h.no(h.svc.ForgetPayloads(h.ctx()))
	if n := h.count(named); n != 0 {
		t.Errorf("%d webhooks still name somebody", n)
	}
	h.resend("checkout.session.completed")
	h.books(s1)
}

func TestReconcile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.sell(usd(10000), creator)
	h.pass(8)
	found, err := h.svc.Reconcile(h.ctx())
	h.no(err)
	if len(found) != 0 {
		t.Errorf("differences: %v", found)
	}
	h.sim.Adjust(stripesim.Adjustment{Type: "adjustment", Amount: -70, Currency: "usd"})
	h.sim.Adjust(stripesim.Adjustment{Account: h.account(creator), Type: "adjustment", Amount: 5, Currency: "usd"})
	found, err = h.svc.Reconcile(h.ctx())
	h.no(err)
	var rules []string
	for _, d := range found {
		rules = append(rules, d.Rule)
	}
	slices.Sort(rules)
	if !slices.Equal(rules, []string{"R2", "R3"}) {
		t.Errorf("differences: %v", found)
	}
}

func TestFees(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f, err := h.as("gateway").Fees(h.ctx(), billingapi.FeeRequest{Amount: 14900, Currency: "EUR"})
	h.no(err)
	if f.Keep != money.New(13410, "EUR") || f.Fee != money.New(1490, "EUR") || f.PayoutMinimum != money.New(1000, "EUR") {
		t.Errorf("fees: %+v", f)
	}
}

// Whatever refunds are asked in whatever order, they give back exactly the fee and each share.
func TestRefundsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gross := rapid.Int64Range(50, 99999999).Draw(t, "gross")
		payees := rapid.IntRange(1, 5).Draw(t, "payees")
		r := request(usd(gross))
		for range payees {
			r.Payees = append(r.Payees, billingapi.Payee{Person: id.New("person"), Weight: rapid.Int64Range(1, 100).Draw(t, "weight")})
		}
		plan, err := NewPlan(DefaultPolicies(), r, time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		sum := plan.legs().None()
		for left := gross; left > 0; {
			part := rapid.Int64Range(1, left).Draw(t, "part")
			legs, err := plan.legs().Refund(sum, usd(part))
			if err != nil {
				t.Fatal(err)
			}
			sum, left = sum.Plus(legs), left-part
		}
		if diff := cmp.Diff(plan.legs(), sum); diff != "" {
			t.Fatalf("refunds differ from the plan (-plan +refunds):\n%s", diff)
		}
	})
}
