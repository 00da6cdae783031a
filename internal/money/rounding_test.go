package money

import (
	"math"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestRoundings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		got, want []int64
	}{
		{"money 34: 50/30/20", Split(9001, []int64{50, 30, 20}), []int64{4501, 2700, 1800}},
		{"money 34: thirds", Split(9001, []int64{1, 1, 1}), []int64{3001, 3000, 3000}},
		{"money 34: 100 in thirds", Split(100, []int64{1, 1, 1}), []int64{34, 33, 33}},
		{"storefront 1", Split(1001-150, []int64{50, 30, 20}), []int64{426, 255, 170}},
		{"storefront 2", Split(1001, []int64{1, 1, 1}), []int64{334, 334, 333}},
		{"storefront 3", Split(100, []int64{100, 200}), []int64{33, 67}},
		{"all to the only one", Split(9001, []int64{1}), []int64{9001}},
		{"ties go to the earlier", Split(1, []int64{1, 1}), []int64{1, 0}},
		{"no weight, no cent", Split(101, []int64{0, 1, 1}), []int64{0, 51, 50}},
		{"negative", Split(-100, []int64{1, 1, 1}), []int64{-34, -33, -33}},
		{"nothing", Split(0, []int64{3, 4}), []int64{0, 0}},
		{"large", Split(math.MaxInt64, []int64{math.MaxInt64 - 1, 1}), []int64{math.MaxInt64 - 1, 1}},
		{"storefront 6", Instalments(3002, 3), []int64{1002, 1000, 1000}},
		{"cycles", Cycles(3002, 3), []int64{1000, 1000, 1002}},
		{"one part", Cycles(5, 1), []int64{5}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	for _, tt := range []struct{ total, part, whole, want int64 }{
		{2000, 15, 30, 1000}, {999, 1, 2, 499}, {100, 0, 30, 0}, {100, 30, 30, 100}, {math.MaxInt64, 2, 3, 6148914691236517204},
	} {
		if got := Prorate(tt.total, tt.part, tt.whole); got != tt.want {
			t.Errorf("Prorate(%d, %d, %d) = %d, want %d", tt.total, tt.part, tt.whole, got, tt.want)
		}
	}
	for _, tt := range []struct{ cum, num, den, want int64 }{
		{10001, 10, 100, 1000}, {5, 1, 10, 1}, {4, 1, 10, 0}, {10834, 10, 100, 1083}, {1, 1, 2, 1}, {0, 7, 9, 0},
		{1706, 0, 5, 0}, {math.MaxInt64, 1, 1, math.MaxInt64}, {1 << 62, math.MaxInt64, 1 << 62, math.MaxInt64},
	} {
		if got := Share(tt.cum, tt.num, tt.den); got != tt.want {
			t.Errorf("Share(%d, %d, %d) = %d, want %d", tt.cum, tt.num, tt.den, got, tt.want)
		}
	}
}

func TestRoundingsRefuseNonsense(t *testing.T) {
	t.Parallel()
	for _, f := range []func(){
		func() { Split(1, nil) }, func() { Split(1, []int64{0, 0}) }, func() { Split(1, []int64{2, -1}) },
		func() { Split(1, []int64{math.MaxInt64, 1}) },
		func() { Instalments(1, 0) }, func() { Instalments(-1, 2) }, func() { Cycles(1, -1) },
		func() { Prorate(-1, 1, 2) }, func() { Prorate(1, 3, 2) }, func() { Prorate(1, -1, 2) }, func() { Prorate(1, 0, 0) },
		func() { Share(-1, 1, 2) }, func() { Share(1, -1, 2) }, func() { Share(1, 1, 0) },
		func() { Share(-1, 1, 4) }, func() { Share(1, -1, 4) }, func() { Share(1, 1, -4) }, // in range once the sign is lost
		func() { Share(math.MaxInt64, math.MaxInt64, 1) }, func() { Share(1<<62, 1<<62, 1<<60) }, func() { Share(math.MaxInt64, 3, 2) },
		func() { Share(253921, 145295143558111, 4) }, // 2^65−1 in quarters: the greatest amount, and three quarters
	} {
		mustPanic(t, f)
	}
}

// TestFeeThenSplit: money case 34, as far as amounts go: 10001 at 10 % is a fee of 1000 and a net of 9001.
func TestFeeThenSplit(t *testing.T) {
	t.Parallel()
	fee := Share(10001, 10, 100)
	if fee != 1000 {
		t.Errorf("fee %d", fee)
	}
	if diff := cmp.Diff([]int64{4501, 2700, 1800}, Split(10001-fee, []int64{50, 30, 20})); diff != "" {
		t.Error(diff)
	}
}

func TestSplitAddsUpAndIsFair(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Min(math.MinInt64+1).Draw(t, "total")
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 12).Draw(t, "weights")
		weights[0]++
		parts := Split(total, weights)
		var sum, weight int64
		for i := range parts {
			sum += parts[i]
			weight += weights[i]
		}
		if sum != total {
			t.Fatalf("%v add up to %d, not %d", parts, sum, total)
		}
		for i, part := range parts { // each part is the exact share, rounded up or down
			off := new(big.Int).Mul(big.NewInt(part), big.NewInt(weight))
			off.Sub(off, new(big.Int).Mul(big.NewInt(total), big.NewInt(weights[i])))
			if off.CmpAbs(big.NewInt(weight)) >= 0 {
				t.Fatalf("part %d of %v is off by a cent or more", i, parts)
			}
			for j := range i { // of two equal weights the earlier never has less
				if weights[j] == weights[i] && magnitude(parts[j]) < magnitude(part) {
					t.Fatalf("parts %d and %d of %v: the later was preferred", j, i, parts)
				}
			}
		}
	})
}

func TestShareOfTheWholeIsTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gross := rapid.Int64Range(1, 99_999_999).Draw(t, "gross")
		fee := rapid.Int64Range(0, gross).Draw(t, "fee")
		var refunded, returned int64
		for refunded < gross {
			refund := rapid.Int64Range(1, gross-refunded).Draw(t, "refund")
			refunded += refund
			part := Share(refunded, fee, gross) - returned
			if part < 0 || part > refund {
				t.Fatalf("a refund of %d returns %d of the fee", refund, part)
			}
			returned += part
		}
		if returned != fee {
			t.Fatalf("%d of a fee of %d returned", returned, fee)
		}
	})
}

func TestPartsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total, n := rapid.Int64Min(0).Draw(t, "total"), rapid.IntRange(1, 60).Draw(t, "n")
		for _, parts := range [][]int64{Instalments(total, n), Cycles(total, n)} {
			var sum int64
			for _, p := range parts {
				sum += p
			}
			if sum != total || len(parts) != n {
				t.Fatalf("%v add up to %d, not %d", parts, sum, total)
			}
		}
		whole := rapid.Int64Min(1).Draw(t, "whole")
		part := rapid.Int64Range(0, whole).Draw(t, "part")
		exact := new(big.Int).Mul(big.NewInt(total), big.NewInt(part))
		if want := exact.Div(exact, big.NewInt(whole)).Int64(); Prorate(total, part, whole) != want {
			t.Fatalf("Prorate(%d, %d, %d), want %d", total, part, whole, want)
		}
	})
}
