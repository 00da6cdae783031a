package billing

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/money"
)

// Paid wins over everything and is final; what is over may still turn out to have been paid (money.md §7).
func TestPaymentStates(t *testing.T) {
	t.Parallel()
	const all = "none processing paid failed expired"
	for from, to := range map[billingapi.OrderState]string{
		billingapi.OrderNone: "processing paid failed expired", billingapi.OrderProcessing: "paid failed expired",
		billingapi.OrderPaid: "", billingapi.OrderFailed: "paid", billingapi.OrderExpired: "paid",
	} {
		for _, next := range strings.Fields(all) {
			want := strings.Contains(" "+to+" ", " "+next+" ")
			if got := (Order{State: from}).MayBecome(billingapi.OrderState(next)); got != want {
				t.Errorf("from %s to %s: %t", from, next, got)
			}
		}
	}
	txn := "txn_1"
	for _, tt := range []struct {
		order      Order
		refundable int64
		settled    bool
	}{
		{Order{State: billingapi.OrderPaid, Gross: 10000, RefundRequested: 2500, ChargeTxn: &txn}, 7500, true},
		{Order{State: billingapi.OrderPaid, Gross: 10000}, 10000, false},
		{Order{State: billingapi.OrderProcessing, Gross: 10000, ChargeTxn: &txn}, 0, false},
	} {
		if tt.order.Refundable() != tt.refundable || tt.order.Settled() != tt.settled {
			t.Errorf("%+v: %d can be refunded, settled %t", tt.order, tt.order.Refundable(), tt.order.Settled())
		}
	}
}

// A checkout that is open at its last look is looked at once more, five minutes later, and not at each turn of the worker.
func TestAnOpenCheckoutIsLookedAtLater(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) *time.Time { v := noon.Add(d); return &v }
	for _, tt := range []struct{ look, want *time.Time }{
		{nil, nil}, {at(-time.Second), at(5 * time.Minute)}, {at(0), at(5 * time.Minute)}, {at(time.Second), at(time.Second)},
	} {
		l := &locked{Order: Order{State: billingapi.OrderNone, CheckoutLookAt: tt.look}}
		journals, err := l.pay(rail.Settled{Checkout: rail.Checkout{Status: "open", PaymentStatus: "unpaid"}}, noon)
		if err != nil || len(journals) != 0 || l.State != billingapi.OrderNone {
			t.Errorf("%v, %v: the order is %s", journals, err, l.State)
		}
		if diff := cmp.Diff(tt.want, l.CheckoutLookAt); diff != "" {
			t.Errorf("looked at again (-want +got):\n%s", diff)
		}
	}
}

// What may be refunded: all that is left, or a part of it, in the order's own currency and steps.
func TestRefundRequests(t *testing.T) {
	t.Parallel()
	amount := func(minor int64, c money.Currency) *money.Amount { a := money.New(minor, c); return &a }
	paid := Order{State: billingapi.OrderPaid, Gross: 10000, Currency: "USD", RefundRequested: 4000}
	change := func(f func(*Order)) Order { o := paid; f(&o); return o }
	for name, tt := range map[string]struct {
		order Order
		ask   *money.Amount
		want  int64
		code  string
	}{
		"all that is left":     {paid, nil, 6000, ""},
		"exactly what is left": {paid, amount(6000, "USD"), 6000, ""},
		"a cent":               {paid, amount(1, "USD"), 1, ""},
		"a cent too much":      {paid, amount(6001, "USD"), 0, "refund_exceeds_paid"},
		"nothing":              {paid, amount(0, "USD"), 0, "invalid"},
		"less than nothing":    {paid, amount(-1, "USD"), 0, "invalid"},
		"another currency":     {paid, amount(100, "EUR"), 0, "invalid"},
		"of nothing left":      {change(func(o *Order) { o.RefundRequested = 10000 }), nil, 0, "refund_exceeds_paid"},
		"not paid":             {change(func(o *Order) { o.State = billingapi.OrderProcessing }), nil, 0, "order_not_paid"},
		"disputed":             {change(func(o *Order) { o.Disputed = true }), nil, 0, "order_disputed"},
		"1.706 dinars":         {change(func(o *Order) { o.Currency = "KWD" }), amount(1706, "KWD"), 0, "invalid"},
		"1.710 dinars":         {change(func(o *Order) { o.Currency = "KWD" }), amount(1710, "KWD"), 1710, ""},
	} {
		got, err := (&locked{Order: tt.order}).mayRefund(billingapi.RefundRequest{Amount: tt.ask})
		if codeOf(err) != tt.code || got.Minor != tt.want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// An answer that was read earlier never undoes a later one, and our words for the reasons are Stripe's where Stripe has one.
func TestRefundStatuses(t *testing.T) {
	t.Parallel()
	order := []billingapi.RefundStatus{billingapi.RefundRequested, billingapi.RefundPending, billingapi.RefundSucceeded, billingapi.RefundFailed}
	for i, earlier := range order {
		for _, later := range order[i+1:] {
			if refundRank(later) <= refundRank(earlier) {
				t.Errorf("%s does not follow %s", later, earlier)
			}
		}
	}
	for stripe, want := range map[string]billingapi.RefundStatus{
		"succeeded": billingapi.RefundSucceeded, "failed": billingapi.RefundFailed, "canceled": billingapi.RefundCanceled,
		"pending": billingapi.RefundPending, "requires_action": billingapi.RefundPending,
	} {
		if got := refundStatus(stripe); got != want {
			t.Errorf("%s is %s, want %s", stripe, got, want)
		}
	}
	for ours, want := range map[string]string{
		"duplicate": "duplicate", "fraudulent": "fraudulent", "requested_by_buyer": "requested_by_customer", "withdrawal": "requested_by_customer",
		"She fell ill.": "", "": "",
	} {
		if got := stripeReason(ours); got != want {
			t.Errorf("%q is told as %q, want %q", ours, got, want)
		}
	}
	for status, want := range map[billingapi.RefundStatus]bool{
		billingapi.RefundRequested: true, billingapi.RefundSucceeded: true, billingapi.RefundFailed: true,
		billingapi.RefundCanceled: false, billingapi.RefundReinstated: false,
	} {
		if got := (Refund{Status: status}).Stands(); got != want {
			t.Errorf("%s stands: %t", status, got)
		}
	}
}

// The memo book follows a payout step by step, whatever is heard first and how often (money.md cases 22 to 25).
func TestPayoutFollowsStripe(t *testing.T) {
	t.Parallel()
	for heard, want := range map[string]string{
		"in_transit":                          "in_transit created: created",
		"pending":                             "in_transit created: created",
		"in_transit in_transit":               "in_transit created: created",
		"in_transit paid":                     "paid paid: created paid",
		"paid":                                "paid paid: created paid",
		"paid paid":                           "paid paid: created paid",
		"paid in_transit":                     "paid paid: created paid",
		"paid failed":                         "failed returned: created paid failed",
		"failed":                              "failed returned: created failed",
		"failed paid":                         "failed returned: created failed",
		"failed failed":                       "failed returned: created failed",
		"canceled":                            "canceled returned: created failed",
		"in_transit paid failed paid pending": "failed returned: created paid failed",
	} {
		p := Payout{ID: "payout_1", Account: "acct_1", Amount: 9000, Currency: "USD", Status: billingapi.PayoutRequested}
		var steps []string
		sums := map[ledger.Account]int64{}
		for _, status := range strings.Fields(heard) {
			for _, j := range p.follow(rail.Payout{Status: status, FailureCode: "account_closed"}, postings.Meta{At: noon}) {
				steps = append(steps, strings.TrimPrefix(j.Kind, "payout."))
				for _, e := range j.Entries {
					sums[e.Account] += e.Amount.Minor
				}
			}
		}
		if got := string(p.Status) + " " + p.Booked + ": " + strings.Join(steps, " "); got != want {
			t.Errorf("%s: %s, want %s", heard, got, want)
		}
		at := map[string]ledger.Account{bookedCreated: ledger.MT("acct_1"), bookedPaid: ledger.MK("acct_1"), bookedReturned: ledger.MB("acct_1")}[p.Booked]
		moved := sums[at]
		if p.Booked == bookedReturned {
			moved += 9000 // there and back
		}
		if moved != 9000 {
			t.Errorf("%s: %v", heard, sums)
		}
		if v := p.View(); (v.NextStep == billingapi.StepUpdateBank) != (p.Status == billingapi.PayoutFailed) || (p.Reason != "") != (p.Booked == bookedReturned) {
			t.Errorf("%s: %+v, reason %q", heard, v, p.Reason)
		}
	}
}

// The same key is sent for 23 hours, since Stripe may forget it after 24 (money.md §8 row 7).
func TestKeysAge(t *testing.T) {
	t.Parallel()
	if (Operation{}).KeyTooOld(noon) {
		t.Error("a key that was never sent is too old")
	}
	for ago, want := range map[time.Duration]bool{0: false, 23 * time.Hour: false, 23*time.Hour + 1: true, 25 * time.Hour: true} {
		sent := noon.Add(-ago)
		if got := (Operation{FirstSentAt: &sent}).KeyTooOld(noon); got != want {
			t.Errorf("after %s: %t", ago, got)
		}
	}
	for state, want := range map[OpState]bool{OpReserved: false, OpSent: false, OpUnknown: false, OpConfirmed: true, OpFailed: true} {
		if got := (Operation{State: state}).Done(); got != want {
			t.Errorf("%s is done: %t", state, got)
		}
	}
	for tries, least := range map[int]time.Duration{0: 250 * time.Millisecond, 1: 500 * time.Millisecond, 7: 32 * time.Second, 8: time.Minute, 1000: time.Minute} {
		seen := map[time.Duration]bool{}
		for range 100 {
			d := backoff(tries)
			seen[d] = true
			if d < least || d > least+least/4 {
				t.Errorf("try %d waits %s", tries, d)
			}
		}
		if len(seen) < 2 {
			t.Errorf("try %d always waits the same: all would come back at once", tries)
		}
	}
}

// Every event of Stripe's leads to the one object that is to be looked at again, or to no work at all.
func TestSubjectOfAnEvent(t *testing.T) {
	t.Parallel()
	order := id.New("order")
	for _, tt := range []struct{ kind, account, more, want string }{
		{"checkout.session.completed", "", `,"client_reference_id":"` + order + `"`, "payment:" + order},
		{"payment_intent.succeeded", "", `,"metadata":{"order":"` + order + `"}`, "payment:" + order},
		{"payment_intent.succeeded", "", `,"metadata":{"order":"1001"}`, ""},
		{"charge.updated", "", `,"metadata":{"order":"` + order + `"}`, "payment:" + order},
		{"charge.failed", "", `,"metadata":{"order":"` + order + `"}`, "payment:" + order},
		{"charge.succeeded", "", `,"metadata":{"order":"` + order + `"}`, ""}, // payment_intent.succeeded says the same
		{"charge.refunded", "", "", "charge:obj_1"},
		{"charge.refund.updated", "", `,"charge":"ch_1"`, "charge:ch_1"},
		{"refund.created", "", `,"charge":"ch_1"`, "charge:ch_1"},
		{"charge.dispute.created", "", `,"charge":"ch_1"`, "charge:ch_1"},
		{"charge.dispute.created", "", "", ""},
		{"transfer.created", "", "", "transfer:obj_1"},
		{"payout.paid", "acct_1", "", "payout:obj_1"},
		{"payout.paid", "", "", ""}, // the platform's own
		{"account.external_account.created", "acct_1", "", "bank:acct_1"},
		{"account.external_account.updated", "acct_1", "", "account:acct_1"},
		{"account.updated", "acct_1", "", "account:acct_1"},
		{"capability.updated", "acct_1", "", "account:acct_1"},
		{"customer.created", "", "", ""},
	} {
		ev, err := rail.ParseEvent(fmt.Appendf(nil, `{"id":"evt_1","object":"event","type":%q,"account":%q,"api_version":"2023-10-16","created":1,
			"data":{"object":{"id":"obj_1","object":"it"%s}}}`, tt.kind, tt.account, tt.more))
		if err != nil {
			t.Fatal(err)
		}
		if got := subject(ev); got != tt.want {
			t.Errorf("%s%s: %q, want %q", tt.kind, tt.more, got, tt.want)
		}
	}
}

// Books and Stripe are compared in every currency that either of them knows.
func TestCompareHolding(t *testing.T) {
	t.Parallel()
	stripe := rail.Balance{
		Available: []money.Amount{usd(700), money.New(50, "EUR")}, Pending: []money.Amount{usd(-100)}, Reserved: []money.Amount{money.New(7, "CHF")},
	}
	if got := availableIn(stripe, "USD"); got != 700 {
		t.Errorf("available: %d", got)
	}
	for _, tt := range []struct {
		holder, rule string
		books        map[money.Currency]int64
		want         []string
	}{
		{"acct_1", "R3", map[money.Currency]int64{"USD": 600, "EUR": 50, "CHF": 7}, nil},
		{"acct_1", "R3", map[money.Currency]int64{"USD": 601, "EUR": 50, "CHF": 7, "GBP": 0}, []string{"acct_1: Stripe holds 6.00 USD, the books 6.01 USD"}},
		{"", "R2", map[money.Currency]int64{"USD": 600, "CHF": 7}, []string{"the platform: Stripe holds 0.50 EUR, the books 0.00 EUR"}},
		{"acct_1", "R3", map[money.Currency]int64{"USD": 600, "EUR": 50, "CHF": 7, "GBP": -3}, []string{"acct_1: Stripe holds 0.00 GBP, the books -0.03 GBP"}},
	} {
		var got []string
		for _, d := range compareHolding(tt.holder, stripe, tt.books) {
			got = append(got, d.What)
			if d.Rule != tt.rule || d.Account != tt.holder {
				t.Errorf("%+v", d)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.books, diff)
		}
	}
}
