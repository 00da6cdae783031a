package postings_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/internal/money"
)

// A creator whose refund takes more than this order's payable, and who pays it back twice.
func TestRefundTakesWhatIsPayableThenWhatIsOwed(t *testing.T) {
	t.Parallel()
	r := inMemory(t)
	l := s4(r)
	r.sale(r.legs(usd(2000), usd(0), "ann"), 88) // 1800 payable from another order
	_, takes := r.refund(l, l.None(), 10000)
	want := []postings.Take{{Payee: "ann", FromPayable: usd(1800), FromReceivable: usd(7200)}}
	if diff := cmp.Diff(want, takes); diff != "" {
		t.Error(diff)
	}
	r.sale(r.legs(usd(10000), usd(0), "ann"), 320) // netted: 7200
	r.reversal("ann", 7200)                        // and reversed as well
	if owed := r.of(ledger.CR("ann")); owed != usd(-7200) {
		t.Fatalf("owed %v", owed)
	}
	r.does(postings.Surplus(meta, "trr:1", "ann", usd(7200)))
	if payable := r.of(ledger.CP("ann")); payable != usd(-9000) {
		t.Errorf("payable %v", payable)
	}
}

func TestSomebodyWhoIsPayeeTwiceIsTakenFromOnce(t *testing.T) {
	t.Parallel()
	r := inMemory(t)
	l := r.legs(usd(2000), usd(0), "ann", "ann")
	r.sale(l, 88)
	r.transfer("ann", 1000)
	_, takes := r.refund(l, l.None(), 2000)
	want := []postings.Take{{"ann", usd(800), usd(100)}, {"ann", usd(0), usd(900)}}
	if diff := cmp.Diff(want, takes); diff != "" {
		t.Error(diff)
	}
}

func TestNothingIsNoJournal(t *testing.T) {
	t.Parallel()
	if j := postings.RailFee(meta, "txn", usd(0)); len(j) != 0 {
		t.Errorf("%v", j)
	}
	free := postings.Legs{Gross: usd(0), Fee: usd(0), Tax: usd(0)}
	if j := postings.SalePaid(meta, "ch", free); len(j) != 0 {
		t.Errorf("%v", j)
	}
}

func TestMixedCurrenciesDontBalance(t *testing.T) {
	t.Parallel()
	for _, j := range postings.RefundSettled(meta, "op", "txn", usd(10), money.New(10, money.EUR)) {
		if err := j.Check(); !errors.Is(err, ledger.ErrUnbalanced) {
			t.Errorf("%v", err)
		}
	}
}

func TestDivideAndRefundRefuse(t *testing.T) {
	t.Parallel()
	ann := []postings.Payee{{"ann", 1}}
	for name, err := range map[string]error{
		"no payee":          second(postings.Divide(usd(100), usd(0), 1000, nil)),
		"payee without id":  second(postings.Divide(usd(100), usd(0), 1000, []postings.Payee{{"", 1}})),
		"no weight":         second(postings.Divide(usd(100), usd(0), 1000, []postings.Payee{{"ann", 0}})),
		"fee above all":     second(postings.Divide(usd(100), usd(0), 10001, ann)),
		"negative fee":      second(postings.Divide(usd(100), usd(0), -1, ann)),
		"tax above gross":   second(postings.Divide(usd(100), usd(101), 1000, ann)),
		"negative tax":      second(postings.Divide(usd(100), usd(-1), 1000, ann)),
		"nothing settled":   second(postings.Legs{Gross: usd(0), Fee: usd(0), Tax: usd(0)}.Settled(usd(5))),
		"legs that are off": postings.Legs{Gross: usd(10), Fee: usd(1), Tax: usd(0)}.Check(),
		"negative leg":      postings.Legs{Gross: usd(10), Fee: usd(11), Tax: usd(-1)}.Check(),
		"mixed legs":        postings.Legs{Gross: usd(10), Fee: usd(10), Tax: money.New(0, money.EUR)}.Check(),
	} {
		if !errors.Is(err, postings.ErrLegs) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := postings.Divide(usd(100), money.New(1, money.EUR), 1000, ann); !errors.Is(err, money.ErrCurrencyMismatch) {
		t.Errorf("tax in another currency: %v", err)
	}
	l := inMemory(t).legs(usd(100), usd(0), "ann")
	for name, tt := range map[string]struct {
		before postings.Legs
		r      money.Amount
		want   error
	}{
		"nothing":           {l.None(), usd(0), postings.ErrLegs},
		"negative":          {l.None(), usd(-1), postings.ErrLegs},
		"too much":          {l.None(), usd(101), postings.ErrExceeds},
		"after everything":  {l, usd(1), postings.ErrExceeds},
		"other currency":    {l.None(), money.New(1, money.EUR), postings.ErrLegs},
		"other payees":      {postings.Legs{Gross: usd(0), Fee: usd(0), Tax: usd(0)}, usd(1), postings.ErrLegs},
		"before isn't part": {postings.Legs{Gross: usd(91), Fee: usd(0), Tax: usd(0), Shares: []postings.Share{{"ann", usd(91)}}}, usd(5), postings.ErrLegs},
	} {
		if _, err := l.Refund(tt.before, tt.r); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// Whatever is refunded, in whatever steps: parts are never negative, and the last leaves nothing behind.
func TestRefundsNeverDrift(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]money.Currency{money.USD, money.JPY, money.KWD}).Draw(t, "currency")
		step := c.Step()
		gross := rapid.Int64Range(1, 200_000).Draw(t, "gross")
		tax := rapid.Int64Range(0, gross).Draw(t, "tax")
		payees := []postings.Payee{}
		for i, w := range rapid.SliceOfN(rapid.Int64Range(1, 100), 1, 5).Draw(t, "weights") {
			payees = append(payees, postings.Payee{Person: string(rune('a' + i)), Weight: w})
		}
		l, err := postings.Divide(money.New(gross*step, c), money.New(tax*step, c), rapid.Int64Range(0, 10_000).Draw(t, "fee"), payees)
		if err != nil {
			t.Fatal(err)
		}
		before := l.None()
		for left := gross; left > 0; {
			r := rapid.Int64Range(1, left).Draw(t, "refund")
			part, err := l.Refund(before, money.New(r*step, c))
			if err != nil {
				t.Fatal(err)
			}
			before = before.Plus(part)
			left -= r
			// Half a step by rounding, and one if the fee waits for the next refund.
			if exact := l.Fee.Minor * before.Gross.Minor / l.Gross.Minor; before.Fee.Minor < exact-2*step || before.Fee.Minor > exact+step {
				t.Fatalf("fee returned %v of %v, exactly %d", before.Fee, l.Fee, exact)
			}
		}
		if diff := cmp.Diff(l, before); diff != "" {
			t.Fatalf("after all refunds (-plan +refunded)\n%s", diff)
		}
	})
}

func TestSettledKeepsTheSum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gross := rapid.Int64Range(1, 99_999_999).Draw(t, "gross")
		payees := []postings.Payee{{"a", 1}, {"b", rapid.Int64Range(1, 9).Draw(t, "weight")}}
		l, err := postings.Divide(money.New(gross, money.EUR), money.New(rapid.Int64Range(0, gross).Draw(t, "tax"), money.EUR),
			rapid.Int64Range(0, 9_999).Draw(t, "fee"), payees)
		if err != nil {
			t.Fatal(err)
		}
		settled, err := l.Settled(usd(rapid.Int64Range(1, 200_000_000).Draw(t, "settled")))
		if err != nil {
			t.Fatal(err)
		}
		if err := settled.Check(); err != nil {
			t.Fatal(err)
		}
	})
}
