package postings_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/internal/money"
)

// cases are the acceptance cases of money.md §9 that are about postings alone. Each stands under its number, once on
// the model (TestMoneyCase…) and once on PostgreSQL (TestCasesOnPostgreSQL).
var cases = map[int]func(*run){
	1: case1, 2: case2, 3: case3, 4: case4, 5: case5, 9: case9, 10: case10, 11: case11, 12: case12, 13: case13, 14: case14,
	15: case15, 22: case22, 23: case23, 24: case24, 25: case25, 34: case34, 35: case35, 36: case36, 37: case37, 39: case39,
	40: case40, 46: case46, 49: case49, 50: case50, 52: case52,
}

// s1 is the state that most cases start from: a sale of 10000 by ann.
func s1(r *run) postings.Legs {
	l := r.legs(usd(10000), usd(0), "ann")
	r.sale(l, 320)
	return l
}

// s4 is s1 with its transfer made.
func s4(r *run) postings.Legs {
	l := s1(r)
	r.transfer("ann", 9000)
	return l
}

const stateS1 = "SB 9680, SF 320, CP −9000, PF −1000"

func TestMoneyCase1(t *testing.T) { case1(inMemory(t)) }

func case1(r *run) { s1(r); r.want(stateS1) }

func TestMoneyCase2(t *testing.T) { case2(inMemory(t)) }

func case2(r *run) {
	r.sale(r.legs(usd(10825), usd(825), "ann"), 344)
	r.want("SB 10481, SF 344, CP −9000, PF −1000, TX −825")
}

func TestMoneyCase3(t *testing.T) { case3(inMemory(t)) }

func case3(r *run) {
	r.sale(r.legs(usd(500), usd(0), "ann"), 45)
	r.want("SB 455, SF 45, CP −450, PF −50")
}

func TestMoneyCase4(t *testing.T) { case4(inMemory(t)) }

func case4(r *run) { s4(r); r.want("SB 680, SF 320, PF −1000, MB 9000, MS −9000, TC 0") }

// The posting part of case 5; that the operation fails and the rail sees no transfer is billing's part.
func case5(r *run) {
	s1(r)
	t := postings.Transfer{Op: "op_1", Person: "ann", Holder: "acct_ann", Amount: usd(9000)}
	r.does(postings.TransferReserved(meta, t))
	r.want("SB 9680, SF 320, TC −9000, PF −1000")
	r.does(postings.TransferVoided(meta, t))
	r.want(stateS1)
}

func TestRefusedTransferLeavesNothing(t *testing.T) { case5(inMemory(t)) }

func TestMoneyCase9(t *testing.T) { case9(inMemory(t)) }

func case9(r *run) {
	l := s1(r)
	r.refund(l, l.None(), 10000)
	r.want("SB −320, SF 320")
}

func TestMoneyCase10(t *testing.T) { case10(inMemory(t)) }

func case10(r *run) {
	l := s4(r)
	_, takes := r.refund(l, l.None(), 10000)
	if takes[0].FromReceivable != usd(9000) {
		r.Errorf("takes %v", takes)
	}
	r.reversal("ann", 9000)
	r.want("SB −320, SF 320, MB 0")
}

func TestMoneyCase11(t *testing.T) { case11(inMemory(t)) }

func case11(r *run) {
	l := s4(r)
	r.payout("ann", 9000)
	r.refund(l, l.None(), 10000)
	r.want("SB −9320, SF 320, CR 9000, MK 9000, MS −9000")
}

func TestMoneyCase12(t *testing.T) { case12(inMemory(t)) }

func case12(r *run) {
	case11(r)
	s1(r)
	r.want("SB 360, SF 640, PF −1000, CR 0, CP 0, MK 9000, MS −9000")
	if err := r.post(postings.TransferReserved(meta, postings.Transfer{Op: "late", Person: "ann", Amount: usd(1)})...); !errors.Is(err, ledger.ErrInsufficient) {
		r.Errorf("transferable: %v", err)
	}
}

func TestMoneyCase13(t *testing.T) { case13(inMemory(t)) }

func case13(r *run) {
	l := s1(r)
	before := l.None()
	for _, tt := range []struct{ refund, fee, creator int64 }{{3333, 333, 3000}, {3333, 334, 2999}, {3334, 333, 3001}} {
		part, _ := r.refund(l, before, tt.refund)
		if part.Fee != usd(tt.fee) || part.Shares[0].Amount != usd(tt.creator) {
			r.Errorf("refund of %d: fee %v, shares %v; want %d, %d", tt.refund, part.Fee, part.Shares, tt.fee, tt.creator)
		}
		before = before.Plus(part)
	}
	r.want("SB −320, SF 320")
	if _, err := l.Refund(before, usd(1)); !errors.Is(err, postings.ErrExceeds) {
		r.Errorf("a fourth refund: %v", err)
	}
}

func TestMoneyCase14(t *testing.T) { case14(inMemory(t)) }

func case14(r *run) {
	l := s4(r)
	r.refund(l, l.None(), 2500)
	r.reversal("ann", 2250)
	r.want("SB 430, SF 320, PF −750, MB 6750, MS −6750")
}

func TestMoneyCase15(t *testing.T) { case15(inMemory(t)) }

func case15(r *run) {
	l := s1(r)
	part, err := l.Refund(l.None(), usd(10000))
	if err != nil {
		r.Fatal(err)
	}
	reserve, _ := postings.RefundReserved(meta, "op_re", part, r.covered(part))
	r.does(reserve, postings.RefundSettled(meta, "op_re", "txn_re", usd(10000), usd(10000)))
	r.want("SB −320, SF 320")
	r.does(postings.RefundFailed(meta, "op_re", "txn_failure", usd(10000), usd(10000)))
	r.want("SB 9680, SF 320, RC −10000")
	r.does(postings.RefundReinstated(meta, "op_re", part))
	r.want(stateS1)
}

func TestMoneyCase22(t *testing.T) { case22(inMemory(t)) }

func case22(r *run) {
	s4(r)
	r.payout("ann", 9000)
	r.want("SB 680, SF 320, PF −1000, MK 9000, MS −9000")
}

func TestMoneyCase23(t *testing.T) { case23(inMemory(t)) }

func case23(r *run) {
	s4(r)
	p := r.payout("ann", 9000)
	r.does(postings.PayoutFailed(meta, p, true), postings.PayoutFailed(meta, p, true))
	r.want("SB 680, SF 320, PF −1000, MB 9000, MS −9000, MK 0")
}

func TestMoneyCase24(t *testing.T) { case24(inMemory(t)) }

func case24(r *run) {
	s4(r)
	p := r.payout("ann", 9000)
	r.does(postings.PayoutPaid(meta, p), postings.PayoutPaid(meta, p))
	r.want("SB 680, SF 320, PF −1000, MK 9000, MS −9000")
}

// The posting part of case 25: the payout failed before anybody said it was paid.
func case25(r *run) {
	s4(r)
	p := postings.Payout{ID: "po_1", Holder: "acct_ann", Amount: usd(9000)}
	r.does(postings.PayoutCreated(meta, p), postings.PayoutFailed(meta, p, false))
	r.want("SB 680, SF 320, PF −1000, MB 9000, MS −9000")
}

func TestFailedPayoutThatWasNeverPaid(t *testing.T) { case25(inMemory(t)) }

func TestMoneyCase34(t *testing.T) { case34(inMemory(t)) }

func case34(r *run) {
	l, err := postings.Divide(usd(10001), usd(0), 1000, []postings.Payee{{"a", 50}, {"b", 30}, {"c", 20}})
	if err != nil {
		r.Fatal(err)
	}
	l.Product = "course"
	r.sale(l, 320)
	r.want("SB 9681, SF 320, CP:a −4501, CP:b −2700, CP:c −1800, PF −1000")
	thirds := r.legs(usd(10001), usd(0), "a", "b", "c")
	if diff := cmp.Diff([]postings.Share{{"a", usd(3001)}, {"b", usd(3000)}, {"c", usd(3000)}}, thirds.Shares); diff != "" {
		r.Error(diff)
	}
}

func TestMoneyCase35(t *testing.T) { case35(inMemory(t)) }

func case35(r *run) {
	case34(r)
	r.transfer("a", 4501)
	b := postings.Transfer{Op: "op_b", Person: "b", Holder: "acct_b", Amount: usd(2700)}
	r.does(postings.TransferReserved(meta, b), postings.TransferVoided(meta, b))
	r.transfer("c", 1800)
	r.want("SB 3380, CP:b −2700, PF −1000, SF 320, MB 6301, MS −6301")
	r.transfer("b", 2700)
	r.want("SB 680, PF −1000, SF 320, MB 9001, MS −9001")
}

func TestMoneyCase36(t *testing.T) { case36(inMemory(t)) }

func case36(r *run) {
	l := r.legs(money.New(1000, money.JPY), money.New(0, money.JPY), "ann")
	r.sale(l, 36)
	r.want("SB 964, SF 36, CP −900, PF −100")
	if units, err := l.Gross.Rail(); err != nil || units != 1000 || l.Gross.String() != "1000 JPY" {
		r.Errorf("sent to the rail: %d, %v", units, err)
	}
}

func TestMoneyCase37(t *testing.T) { case37(inMemory(t)) }

func case37(r *run) {
	kwd := func(minor int64) money.Amount { return money.New(minor, money.KWD) }
	if _, err := postings.Divide(kwd(5124), kwd(0), 1000, []postings.Payee{{"ann", 1}}); !errors.Is(err, money.ErrStep) {
		r.Errorf("KWD 5.124: %v", err)
	}
	l := r.legs(kwd(5120), kwd(0), "ann")
	r.sale(l, 148)
	r.want("SB 4972, SF 148, CP −4610, PF −510")
	if _, err := l.Refund(l.None(), kwd(1706)); !errors.Is(err, money.ErrStep) {
		r.Errorf("refund of 1.706: %v", err)
	}
	part, err := l.Refund(l.None(), kwd(1710))
	if err != nil || part.Fee != kwd(170) || part.Shares[0].Amount != kwd(1540) {
		r.Errorf("refund of 1.710: %+v, %v", part, err)
	}
}

func TestMoneyCase39(t *testing.T) { case39(inMemory(t)) }

// converted is a sale of EUR 100.00 that settled as USD 108.34.
func converted(r *run) postings.Legs {
	r.Helper()
	l, err := r.legs(money.New(10000, money.EUR), money.New(0, money.EUR), "ann").Settled(usd(10834))
	if err != nil {
		r.Fatal(err)
	}
	r.sale(l, 344)
	return l
}

func case39(r *run) { converted(r); r.want("SB 10490, SF 344, CP −9751, PF −1083") }

func TestMoneyCase40(t *testing.T) { case40(inMemory(t)) }

func case40(r *run) {
	l := converted(r)
	part, err := l.Refund(l.None(), l.Gross)
	if err != nil {
		r.Fatal(err)
	}
	reserve, _ := postings.RefundReserved(meta, "op_re", part, r.covered(part))
	r.does(reserve, postings.RefundSettled(meta, "op_re", "txn_re", part.Gross, usd(10900)))
	r.want("SB −410, SF 344, FX 66")
	// And back at the same rate, if it fails.
	r.does(postings.RefundFailed(meta, "op_re", "txn_failure", part.Gross, usd(10900)), postings.RefundReinstated(meta, "op_re", part))
	r.want("SB 10490, SF 344, CP −9751, PF −1083")
}

// The posting part of case 46; the alert is billing's.
func case46(r *run) {
	s1(r)
	r.does(postings.Suspense(meta, "txn_reserve", usd(-5000)))
	r.want("SB 4680, SUSP 5000, SF 320, CP −9000, PF −1000")
	r.does(postings.Suspense(meta, "txn_release", usd(5000)))
	r.want(stateS1)
}

func TestSuspenseClears(t *testing.T) { case46(inMemory(t)) }

// The posting part of case 49; that 681 is refused is billing's.
func case49(r *run) {
	s1(r)
	if got := postings.Withdrawable(r.balances(), money.USD); got != usd(680) {
		r.Errorf("in S1 the platform may pay itself %v", got)
	}
	r.transfer("ann", 9000)
	if got := postings.Withdrawable(r.balances(), money.USD); got != usd(680) {
		r.Errorf("after the transfer %v", got)
	}
	r.does(postings.PlatformPayoutCreated(meta, "po_1", usd(680)), postings.PlatformPayoutPaid(meta, "po_1", usd(680)))
	r.want("PB 680, SF 320, PF −1000, MB 9000, MS −9000")
	r.does(postings.PlatformPayoutFailed(meta, "txn_back", usd(680), true))
	r.want("SB 680, SF 320, PF −1000, MB 9000, MS −9000")
	r.does(postings.PlatformPayoutCreated(meta, "po_2", usd(80)), postings.PlatformPayoutFailed(meta, "txn_again", usd(80), false))
	r.want("SB 680, SF 320, PF −1000, MB 9000, MS −9000")
}

func TestPlatformPayout(t *testing.T) { case49(inMemory(t)) }

func TestMoneyCase50(t *testing.T) { case50(inMemory(t)) }

func case50(r *run) {
	l := r.legs(usd(10825), usd(825), "ann")
	r.sale(l, 344)
	part, _ := r.refund(l, l.None(), 5413)
	if part.Tax != usd(413) || part.Fee != usd(500) || part.Shares[0].Amount != usd(4500) {
		r.Errorf("%+v", part)
	}
	r.want("SB 5068, SF 344, CP −4500, PF −500, TX −412")
}

func TestMoneyCase52(t *testing.T) { case52(inMemory(t)) }

func case52(r *run) {
	case11(r)
	r.does(postings.WrittenOff(meta, "op_decision", "ann", usd(9000)))
	r.want("SB −9320, SF 320, BD 9000, MK 9000, MS −9000")
}
