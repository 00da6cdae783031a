package stripesim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/money"
)

// Each test of this file is one rule of money.md §2 that the sale of a course rests on, with its source and tag.

// [DOC connect/separate-charges-and-transfers] The platform is charged and pays the fee; transfers are apart, and several may be made.
func TestRuleChargeOnPlatformThenManyTransfers(t *testing.T) {
	w := newWorld(t)
	ch, a, b := w.sell(usd(10_001), simtest.Good), w.payee("US"), w.payee("US")
	for _, leg := range []struct {
		to rail.Account
		n  int64
	}{{a, 4_501}, {b, 2_700}, {a, 1_800}} {
		must[rail.Transfer](w)(w.CreateTransfer(w.ctx, w.op(), rail.TransferRequest{Account: leg.to.ID, Amount: usd(leg.n), Charge: ch.ID}))
	}
	if _, p := w.balance("", money.USD); p != 10_001-320-9_001 {
		t.Fatalf("platform has %d pending", p)
	}
	if got, _, _ := w.Transfers(w.ctx, ch.Group, rail.Page{}); len(got) != 3 {
		t.Fatalf("%d transfers in the group", len(got))
	}
}

// [DOC connect/account-balances] Without source_transaction a transfer needs available balance; Stripe does not try again.
func TestRuleTransferNeedsAvailableBalance(t *testing.T) {
	w := newWorld(t)
	w.sell(usd(10_000), simtest.Good)
	to, op := w.payee("US"), w.op()
	q := rail.TransferRequest{Account: to.ID, Amount: usd(9_000), Group: "order_1"}
	_, err := w.CreateTransfer(w.ctx, op, q)
	w.refused(err, "balance_insufficient")
	_, err = w.CreateTransfer(w.ctx, op, q)
	if v := rail.Outcome(err); v.Code != "balance_insufficient" || !v.Replayed {
		t.Fatalf("the key of a refused transfer must keep its refusal for a day: %+v", v)
	}
	w.Advance(72 * time.Hour)
	must[rail.Transfer](w)(w.CreateTransfer(w.ctx, w.op(), q))
}

// [SPEC transfers.source_transaction] With it the transfer succeeds on pending funds and settles with the charge.
func TestRuleTransferFromPendingCharge(t *testing.T) {
	w := newWorld(t)
	ch, to := w.sell(usd(10_000), simtest.Good), w.payee("US")
	must[rail.Transfer](w)(w.CreateTransfer(w.ctx, w.op(), rail.TransferRequest{Account: to.ID, Amount: usd(9_000), Charge: ch.ID}))
	if a, p := w.balance(to.ID, money.USD); a != 0 || p != 9_000 {
		t.Fatalf("%d + %d", a, p)
	}
	w.Advance(ch.Transaction.AvailableOn.Sub(w.Clock.Now()))
	if a, p := w.balance(to.ID, money.USD); a != 9_000 || p != 0 {
		t.Fatalf("%d + %d", a, p)
	}
}

// [UNV] Transfers of one source stay within the charge and in the currency of its balance transaction.
func TestRuleTransfersWithinSource(t *testing.T) {
	w := newWorld(t)
	ch, to := w.sell(usd(10_000), simtest.Good), w.payee("US")
	try := func(a money.Amount, charge string) error {
		_, err := w.CreateTransfer(w.ctx, w.op(), rail.TransferRequest{Account: to.ID, Amount: a, Charge: charge})
		return err
	}
	if err := try(usd(6_000), ch.ID); err != nil {
		t.Fatal(err)
	}
	w.refused(try(usd(4_001), ch.ID), "invalid_request_error")
	w.refused(try(money.New(100, money.EUR), ch.ID), "invalid_request_error")
	w.refused(try(usd(100), "ch_nothing"), "resource_missing")
	if err := try(usd(4_000), ch.ID); err != nil {
		t.Fatal(err)
	}
}

// [SPEC] A refund under separate charges and transfers never touches a transfer; taking it back is a reversal of its own.
func TestRuleRefundLeavesTransfersAlone(t *testing.T) {
	w := newWorld(t)
	ch, to := w.sell(usd(10_000), simtest.Good), w.payee("US")
	tr := must[rail.Transfer](w)(w.CreateTransfer(w.ctx, w.op(), rail.TransferRequest{Account: to.ID, Amount: usd(9_000), Charge: ch.ID}))
	re := must[rail.Refund](w)(w.CreateRefund(w.ctx, w.op(), rail.RefundRequest{Charge: ch.ID, Amount: usd(10_000)}))
	if re.Status != "succeeded" || re.Transaction.Amount != usd(-10_000) || re.Transaction.Fee.Minor != 0 {
		t.Fatalf("%+v", re)
	}
	tr = must[rail.Transfer](w)(w.Transfer(w.ctx, tr.ID))
	if tr.Reversed.Minor != 0 {
		t.Fatalf("%+v", tr)
	}
	must[rail.Reversal](w)(w.CreateReversal(w.ctx, w.op(), tr.ID, usd(9_000), nil))
	if _, p := w.balance("", money.USD); p != -320 {
		t.Fatalf("money.md case 10: the platform is left with %d", p)
	}
}

// [SPEC] A transfer can be reversed only while its destination holds enough.
func TestRuleReversalNeedsBalance(t *testing.T) {
	w := newWorld(t)
	ch, to := w.sell(usd(10_000), simtest.FundsAtOnce), w.payee("US")
	tr := must[rail.Transfer](w)(w.CreateTransfer(w.ctx, w.op(), rail.TransferRequest{Account: to.ID, Amount: usd(9_000), Charge: ch.ID}))
	must[rail.Payout](w)(w.CreatePayout(w.ctx, w.op(), to.ID, usd(5_000), nil))
	_, err := w.CreateReversal(w.ctx, w.op(), tr.ID, usd(4_001), nil)
	w.refused(err, "balance_insufficient")
	must[rail.Reversal](w)(w.CreateReversal(w.ctx, w.op(), tr.ID, usd(4_000), nil))
	_, err = w.CreateReversal(w.ctx, w.op(), tr.ID, usd(5_001), nil)
	w.refused(err, "invalid_request_error")
}

// [SPEC] Refunds stay within the charge.
func TestRuleRefundsWithinCharge(t *testing.T) {
	w := newWorld(t)
	ch := w.sell(usd(10_000), simtest.Good)
	for _, n := range []int64{3_333, 3_333, 3_334} {
		must[rail.Refund](w)(w.CreateRefund(w.ctx, w.op(), rail.RefundRequest{Charge: ch.ID, Amount: usd(n)}))
	}
	_, err := w.CreateRefund(w.ctx, w.op(), rail.RefundRequest{Charge: ch.ID, Amount: usd(1)})
	w.refused(err, "charge_already_refunded")
	if got := must[rail.Charge](w)(w.Charge(w.ctx, ch.ID)); got.Refunded != usd(10_000) {
		t.Fatalf("%+v", got)
	}
}

// [SPEC refund.failure_balance_transaction] A refund may fail after it succeeded; its own movement returns the money.
func TestRuleRefundFailsLater(t *testing.T) {
	w := newWorld(t)
	ch := w.sell(usd(10_000), simtest.RefundFailsLater)
	re := must[rail.Refund](w)(w.CreateRefund(w.ctx, w.op(), rail.RefundRequest{Charge: ch.ID, Amount: usd(10_000)}))
	if re.Status != "succeeded" {
		t.Fatalf("%+v", re)
	}
	w.Advance(2 * time.Hour)
	re = must[rail.Refund](w)(w.Refund(w.ctx, re.ID))
	if re.Status != "failed" || re.FailureTransaction.Amount != usd(10_000) || re.FailureTransaction.Type != "refund_failure" {
		t.Fatalf("%+v", re)
	}
	if got := must[rail.Charge](w)(w.Charge(w.ctx, ch.ID)); got.Refunded.Minor != 0 {
		t.Fatalf("%+v", got)
	}
	slow := w.sell(usd(1_000), simtest.RefundPending)
	re = must[rail.Refund](w)(w.CreateRefund(w.ctx, w.op(), rail.RefundRequest{Charge: slow.ID, Amount: usd(1_000)}))
	if re.Status != "pending" {
		t.Fatalf("%+v", re)
	}
	w.Advance(2 * time.Hour)
	if re = must[rail.Refund](w)(w.Refund(w.ctx, re.ID)); re.Status != "succeeded" {
		t.Fatalf("%+v", re)
	}
}

// [SPEC payout.failure_balance_transaction; DOC failed external accounts] A paid payout may fail, returns its money and stops payouts
// until another bank account is given.
func TestRulePayoutFailsAfterPaid(t *testing.T) {
	w := newWorld(t)
	ch, to := w.sell(usd(10_000), simtest.FundsAtOnce), w.payee("US")
	must[rail.Transfer](w)(w.CreateTransfer(w.ctx, w.op(), rail.TransferRequest{Account: to.ID, Amount: usd(9_000), Charge: ch.ID}))
	_, err := w.CreatePayout(w.ctx, w.op(), to.ID, usd(9_001), nil)
	w.refused(err, "balance_insufficient")
	po := must[rail.Payout](w)(w.CreatePayout(w.ctx, w.op(), to.ID, usd(9_000), nil))
	w.Advance(72 * time.Hour)
	if po = must[rail.Payout](w)(w.Payout(w.ctx, to.ID, po.ID)); po.Status != "paid" {
		t.Fatalf("%+v", po)
	}
	if !w.FailPayout(po.ID, "account_closed") || w.FailPayout(po.ID, "account_closed") {
		t.Fatal("a payout fails once")
	}
	po = must[rail.Payout](w)(w.Payout(w.ctx, to.ID, po.ID))
	if po.Status != "failed" || po.FailureCode != "account_closed" || po.FailureTransaction == "" {
		t.Fatalf("%+v", po)
	}
	if a, _ := w.balance(to.ID, money.USD); a != 9_000 {
		t.Fatalf("%d", a)
	}
	if to = must[rail.Account](w)(w.Account(w.ctx, to.ID)); to.PayoutsEnabled || strings.Join(to.CurrentlyDue, "") != "external_account" {
		t.Fatalf("%+v", to)
	}
	_, err = w.CreatePayout(w.ctx, w.op(), to.ID, usd(9_000), nil)
	w.refused(err, "payouts_not_allowed")
	l := must[rail.Link](w)(w.AccountLink(w.ctx, w.op(), to.ID, "https://shop.test/return", "https://shop.test/refresh"))
	w.Onboard(l.URL)
	must[rail.Payout](w)(w.CreatePayout(w.ctx, w.op(), to.ID, usd(9_000), nil))
}

// [DOC connect/testing] A bank account that refuses lets the payout fail on the day it would arrive.
func TestRulePayoutToBadBankFails(t *testing.T) {
	w := newWorld(t)
	ch := w.sell(usd(10_000), simtest.FundsAtOnce)
	a := must[rail.Account](w)(w.CreateAccount(w.ctx, w.op(), rail.AccountRequest{Person: "p", Country: "US"}))
	l := must[rail.Link](w)(w.AccountLink(w.ctx, w.op(), a.ID, "https://shop.test/return", "https://shop.test/refresh"))
	if _, err := simtest.Onboard(l.URL, simtest.Verified, "000111111116"); err != nil {
		t.Fatal(err)
	}
	must[rail.Transfer](w)(w.CreateTransfer(w.ctx, w.op(), rail.TransferRequest{Account: a.ID, Amount: usd(9_000), Charge: ch.ID}))
	po := must[rail.Payout](w)(w.CreatePayout(w.ctx, w.op(), a.ID, usd(9_000), nil))
	w.Advance(72 * time.Hour)
	if po = must[rail.Payout](w)(w.Payout(w.ctx, a.ID, po.ID)); po.Status != "failed" || po.FailureCode != "no_account" {
		t.Fatalf("%+v", po)
	}
}

// [SPEC, 2ND; money.md cases 37, 38] Minimums by settlement currency, eight digits, three-decimal step.
func TestRuleAmounts(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		amount   int64
		currency string
		code     string
	}{
		{49, "usd", "amount_too_small"}, {50, "usd", ""}, {29, "gbp", "amount_too_small"}, {30, "gbp", ""},
		{99_999_999, "usd", ""}, {100_000_000, "usd", "amount_too_large"}, {5_124, "kwd", ""}, {1_000, "jpy", ""}, {1_000, "xyz", ""}, {-5, "usd", "parameter_invalid_integer"},
	} {
		form := strings.NewReplacer("=1000", fmt.Sprintf("=%d", c.amount), "=usd", "="+c.currency).Replace(sessionForm)
		a := raw(t, w.Running, "POST", "/v1/checkout/sessions", form)
		bad := c.code != "" || c.currency == "xyz" || c.currency == "kwd"
		if bad != (a.status == 400) || a.fault("code") != c.code {
			t.Errorf("%d %s: %d %s", c.amount, c.currency, a.status, a.fault("message"))
		}
	}
}

// [DOC currencies; modelled fees] 2.9 % + 30 half-up; JPY has no decimals.
func TestRuleFees(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		a   money.Amount
		fee int64
	}{{usd(500), 45}, {usd(10_825), 344}, {usd(15_000), 465}, {usd(200_000), 5_830}, {usd(1_000_000), 29_030}, {money.New(1_000, money.JPY), 36}} {
		if got := w.sell(c.a, simtest.Good).Transaction; got.Fee.Minor != c.fee || got.Net.Minor != c.a.Minor-c.fee || got.Fee.Currency != c.a.Currency {
			t.Errorf("%s: %+v", c.a, got)
		}
	}
}

// [DOC statement descriptors] Latin, one letter, no <>'", prefix and suffix within 22.
func TestRuleDescriptor(t *testing.T) {
	w := newWorld(t)
	for suffix, ok := range map[string]bool{"COURSE": true, "12345": false, "A<B": false, "Ünder": false, "MUCHTOOLONG": false, "": true} {
		form := sessionForm
		if suffix != "" {
			form += "&payment_intent_data[statement_descriptor_suffix]=" + suffix
		}
		if a := raw(t, w.Running, "POST", "/v1/checkout/sessions", form); ok != (a.status == 200) {
			t.Errorf("%q: %d %s", suffix, a.status, a.fault("message"))
		}
	}
}

// [SPEC] A checkout page lives from 30 minutes to 24 hours, 24 hours by default.
func TestRuleCheckoutExpires(t *testing.T) {
	w := newWorld(t)
	for minutes, ok := range map[int64]bool{29: false, 30: true, 24 * 60: true, 24*60 + 1: false} {
		form := sessionForm + fmt.Sprintf("&expires_at=%d", w.Clock.Now().Unix()+minutes*60)
		if a := raw(t, w.Running, "POST", "/v1/checkout/sessions", form); ok != (a.status == 200) {
			t.Errorf("%d minutes: %d %s", minutes, a.status, a.fault("message"))
		}
	}
	c := w.checkout(usd(1_000))
	w.Advance(24*time.Hour + time.Second)
	c2 := must[rail.Checkout](w)(w.Checkout(w.ctx, c.ID))
	if c2.Status != "expired" || c2.PaymentStatus != "unpaid" {
		t.Fatalf("%+v", c2)
	}
	if _, err := simtest.Pay(c.URL, simtest.Good); err == nil {
		t.Fatal("an expired page was paid")
	}
	_, err := w.ExpireCheckout(w.ctx, w.op(), c.ID)
	w.refused(err, "invalid_request_error")
}

// [SPEC capabilities; ISSUE: the code has no constant in stripe-go v76] A payee who isn't verified gets no transfer.
func TestRuleTransferNeedsCapability(t *testing.T) {
	w := newWorld(t)
	ch := w.sell(usd(10_000), simtest.Good)
	a := must[rail.Account](w)(w.CreateAccount(w.ctx, w.op(), rail.AccountRequest{Person: "p", Country: "NL"}))
	if a.Ready() || a.DisabledReason == "" || len(a.CurrentlyDue) == 0 || a.Currency != "EUR" {
		t.Fatalf("%+v", a)
	}
	send := func() error {
		_, err := w.CreateTransfer(w.ctx, w.op(), rail.TransferRequest{Account: a.ID, Amount: usd(9_000), Charge: ch.ID})
		return err
	}
	w.refused(send(), "insufficient_capabilities_for_transfer")
	l := must[rail.Link](w)(w.AccountLink(w.ctx, w.op(), a.ID, "https://shop.test/return", "https://shop.test/refresh"))
	if _, err := simtest.Onboard(l.URL, simtest.Waiting, ""); err != nil {
		t.Fatal(err)
	}
	if next, err := simtest.Onboard(l.URL, simtest.Verified, ""); err != nil || next != "https://shop.test/refresh" {
		t.Fatalf("a link works once: %s %v", next, err)
	}
	if a = must[rail.Account](w)(w.Account(w.ctx, a.ID)); a.Transfers != "pending" || !a.DetailsSubmitted {
		t.Fatalf("%+v", a)
	}
	w.refused(send(), "insufficient_capabilities_for_transfer")
	w.Advance(25 * time.Hour)
	if err := send(); err != nil {
		t.Fatal(err)
	}
	inactive := "inactive"
	w.SetAccount(a.ID, stripesim.AccountState{Transfers: &inactive})
	w.refused(send(), "insufficient_capabilities_for_transfer")
}

// [DOC testing] The test cards behave as named; a declined try leaves the page open for another card.
func TestRuleTestCards(t *testing.T) {
	w := newWorld(t)
	c := w.checkout(usd(1_000))
	for card, says := range map[string]string{simtest.Declined: "declined", simtest.InsufficientFunds: "too little money"} {
		if _, err := simtest.Pay(c.URL, card); err == nil || !strings.Contains(err.Error(), says) {
			t.Fatalf("%s: %v", card, err)
		}
		p := must[rail.Payment](w)(w.Payment(w.ctx, must[rail.Checkout](w)(w.Checkout(w.ctx, c.ID)).Payment))
		if p.Status != "requires_payment_method" || p.FailureCode != "card_declined" {
			t.Fatalf("%+v", p)
		}
	}
	w.Pay(c.URL, simtest.Challenge)
	done := must[rail.Checkout](w)(w.Checkout(w.ctx, c.ID))
	got, _, err := w.ChargesOf(w.ctx, done.Payment, rail.Page{})
	if err != nil || len(got) != 3 || !got[0].Paid || got[1].Paid || got[2].Paid {
		t.Fatalf("%+v %v", got, err)
	}
	if next := w.Pay(c.URL, simtest.Good); !strings.Contains(next, "/thanks") {
		t.Fatal(next)
	}
	if again, _, _ := w.ChargesOf(w.ctx, done.Payment, rail.Page{}); len(again) != 3 {
		t.Fatal("a paid page charged again")
	}
}
