package money

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestArithmeticIsChecked(t *testing.T) {
	t.Parallel()
	const most = math.MaxInt64
	tests := []struct {
		name string
		op   func(a, b Amount) (Amount, error)
		a, b Amount
		want int64
		err  error
	}{
		{"add", Amount.Add, New(14900, EUR), New(100, EUR), 15000, nil},
		{"add a cent", Amount.Add, New(14900, EUR), New(1, EUR), 14901, nil},
		{"add negative", Amount.Add, New(100, EUR), New(-300, EUR), -200, nil},
		{"add zero", Amount.Add, New(most, EUR), New(0, EUR), most, nil},
		{"add too much", Amount.Add, New(most, EUR), New(1, EUR), 0, ErrOverflow},
		{"add too little", Amount.Add, New(-most, EUR), New(-2, EUR), 0, ErrOverflow},
		{"add to the number that is no amount", Amount.Add, New(-most, EUR), New(-1, EUR), 0, ErrOverflow},
		{"add other currency", Amount.Add, New(1, EUR), New(1, USD), 0, ErrCurrencyMismatch},
		{"sub", Amount.Sub, New(100, EUR), New(300, EUR), -200, nil},
		{"sub too much", Amount.Sub, New(-most, EUR), New(1, EUR), 0, ErrOverflow},
		{"sub the number that is no amount", Amount.Sub, New(0, EUR), New(math.MinInt64, EUR), 0, ErrOverflow},
		{"sub other currency", Amount.Sub, New(1, EUR), New(1, USD), 0, ErrCurrencyMismatch},
	}
	for _, tt := range tests {
		got, err := tt.op(tt.a, tt.b)
		if !errors.Is(err, tt.err) || got.Minor != tt.want {
			t.Errorf("%s: %v, %v; want %d, %v", tt.name, got, err, tt.want, tt.err)
		}
	}
	if got, err := Sum(New(1, EUR), New(2, EUR), New(-5, EUR)); err != nil || got != New(-2, EUR) {
		t.Errorf("Sum: %v, %v", got, err)
	}
	if _, err := Sum(New(1, EUR), New(2, USD)); !errors.Is(err, ErrCurrencyMismatch) {
		t.Errorf("Sum of two currencies: %v", err)
	}
	if _, err := Sum(); err == nil {
		t.Error("Sum of nothing has no currency, and must be an error")
	}
	if New(1, EUR).Cmp(New(2, EUR)) != -1 || New(2, EUR).Cmp(New(2, EUR)) != 0 || New(3, EUR).Cmp(New(2, EUR)) != 1 {
		t.Error("Cmp")
	}
	mustPanic(t, func() { New(1, EUR).Cmp(New(1, USD)) })
	mustPanic(t, func() { New(math.MinInt64, EUR).Neg() })
}

func TestSigns(t *testing.T) {
	t.Parallel()
	for minor, want := range map[int64][3]bool{-1: {true, false, false}, 0: {false, true, false}, 1: {false, false, true}} {
		a := New(minor, USD)
		if got := [3]bool{a.IsNegative(), a.IsZero(), a.IsPositive()}; got != want {
			t.Errorf("%d: %v", minor, got)
		}
		if a.Neg().Minor != -minor {
			t.Errorf("Neg %d", minor)
		}
	}
}

func TestString(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]Amount{
		"149.00 EUR": New(14900, EUR), "0.05 EUR": New(5, EUR), "-0.05 USD": New(-5, USD), "-12.30 USD": New(-1230, USD),
		"10000 JPY": New(10000, JPY), "0 JPY": New(0, JPY), "5.120 KWD": New(5120, KWD),
		"-92233720368547758.08 USD": New(math.MinInt64, USD),
	} {
		if got := a.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(New(80000, USD))
	if err != nil || string(b) != `{"amount":80000,"currency":"USD"}` {
		t.Errorf("%s, %v", b, err)
	}
	var a Amount
	if err := json.Unmarshal([]byte(`{"amount":9007199254740993,"currency":"USD"}`), &a); err != nil || a.Minor != 9007199254740993 {
		t.Errorf("above 2^53: %v, %v", a, err)
	}
	for _, bad := range []string{`{"amount":1.5,"currency":"USD"}`, `{"amount":"1","currency":"USD"}`, `{"amount":1e30,"currency":"USD"}`} {
		if err := json.Unmarshal([]byte(bad), &a); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	if err := New(-5, USD).Validate(); err != nil {
		t.Error(err)
	}
	for _, a := range []Amount{New(5, "usd"), New(5, ""), New(5, "ZZZ")} {
		if err := a.Validate(); !errors.Is(err, ErrUnknownCurrency) {
			t.Errorf("%v: %v", a, err)
		}
	}
	if err := New(math.MinInt64, USD).Validate(); !errors.Is(err, ErrOverflow) {
		t.Error(err)
	}
}

// TestChargeable: money case 38, as far as amounts go: USD 49 refused before any call, 50 accepted; 99999999 accepted, 100000000 refused.
func TestChargeable(t *testing.T) {
	t.Parallel()
	for a, want := range map[Amount]error{
		New(49, USD): ErrTooSmall, New(50, USD): nil, New(99999999, USD): nil, New(100000000, USD): ErrTooLarge,
		New(0, USD): ErrTooSmall, New(-50, USD): ErrTooSmall, New(29, GBP): ErrTooSmall, New(30, GBP): nil,
		New(49, JPY): ErrTooSmall, New(50, JPY): nil, New(500, "ZZZ"): ErrUnknownCurrency,
		New(99999990, KWD): nil, New(99999991, KWD): ErrStep, New(100000000, KWD): ErrTooLarge,
		New(1000000, "ISK"): ErrTooLarge, New(999999, "ISK"): nil, // two more digits at the rail
	} {
		if err := a.Chargeable(); !errors.Is(err, want) {
			t.Errorf("%v: %v, want %v", a, err, want)
		}
	}
}

// TestThreeDecimals: money case 37, as far as amounts go: the last digit of a three-decimal currency is zero, and
// every leg keeps it so (P6).
func TestThreeDecimals(t *testing.T) {
	t.Parallel()
	if err := New(5124, KWD).Chargeable(); !errors.Is(err, ErrStep) {
		t.Errorf("KWD 5.124: %v", err)
	}
	if err := New(1706, KWD).OnStep(); !errors.Is(err, ErrStep) {
		t.Errorf("refund of 1.706: %v", err)
	}
	if err := New(1710, KWD).OnStep(); err != nil {
		t.Errorf("refund of 1.710: %v", err)
	}
	fee, err := New(5120, KWD).Share(1000, 10000)
	if err != nil || fee != New(510, KWD) {
		t.Errorf("fee %v, %v; want 0.510", fee, err)
	}
	parts, err := New(4610, KWD).Split([]int64{1, 1})
	if diff := cmp.Diff([]Amount{New(2310, KWD), New(2300, KWD)}, parts); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := New(5124, KWD).Split([]int64{1}); !errors.Is(err, ErrStep) {
		t.Errorf("split of 5.124: %v", err)
	}
	if _, err := New(5124, KWD).Share(1, 10); !errors.Is(err, ErrStep) {
		t.Errorf("share of 5.124: %v", err)
	}
}

func TestRail(t *testing.T) {
	t.Parallel()
	for a, want := range map[Amount]int64{
		New(14900, EUR): 14900, New(10000, JPY): 10000, New(5120, KWD): 5120, // as they are
		New(500, "ISK"): 50000, New(500, "UGX"): 50000, New(50000, "MGA"): 500, New(-300, "ISK"): -30000,
		New(math.MaxInt64/100, "ISK"): math.MaxInt64 / 100 * 100, New(-math.MaxInt64/100, "ISK"): -math.MaxInt64 / 100 * 100,
		New(math.MaxInt64/100*100, "MGA"): math.MaxInt64 / 100, New(-math.MaxInt64/100*100, "MGA"): -math.MaxInt64 / 100,
	} {
		got, err := a.Rail()
		if err != nil || got != want {
			t.Errorf("%v: %d, %v; want %d", a, got, err, want)
		}
		if back, err := FromRail(got, a.Currency); err != nil || back != a {
			t.Errorf("%v came back as %v, %v", a, back, err)
		}
	}
	for _, tt := range []struct {
		units int64
		c     Currency
		err   error
	}{{50050, "ISK", ErrStep}, {1, "ZZZ", ErrUnknownCurrency}, {math.MaxInt64, "MGA", ErrOverflow}, {math.MinInt64, USD, ErrOverflow}} {
		if _, err := FromRail(tt.units, tt.c); !errors.Is(err, tt.err) {
			t.Errorf("%d %s: %v, want %v", tt.units, tt.c, err, tt.err)
		}
	}
	for a, want := range map[Amount]error{New(math.MaxInt64, "ISK"): ErrOverflow, New(50050, "MGA"): ErrStep, New(1, "ZZZ"): ErrUnknownCurrency} {
		// No figure stands beside an error, for anyone to send.
		if got, err := a.Rail(); !errors.Is(err, want) || got != 0 {
			t.Errorf("%v: %d, %v; want %v", a, got, err, want)
		}
	}
}

func TestCurrencyTable(t *testing.T) {
	t.Parallel()
	// The rail's zero-decimal list of money.md §2, whose UGX is the one that keeps two digits there.
	for _, c := range []Currency{"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"} {
		if !c.Known() || currencies[c].rail != 0 {
			t.Errorf("%s has decimals at the rail", c)
		}
	}
	if !slices.IsSorted(Currencies()) {
		t.Errorf("not in alphabetical order: %v", Currencies())
	}
	for _, c := range Currencies() {
		f := currencies[c]
		if len(c) != 3 || f.exponent < 0 || f.exponent > 3 || f.payout < 1 || f.minimum < 0 {
			t.Errorf("%s: %+v", c, f)
		}
		if f.minimum%c.Step() != 0 || f.payout%c.Step() != 0 {
			t.Errorf("%s: minimum and payout step must be on step: %+v", c, f)
		}
		if err := New(max(c.RailMinimum(), c.Step()), c).Chargeable(); err != nil {
			t.Errorf("%s: its own minimum: %v", c, err)
		}
	}
	for c, want := range map[Currency][4]int64{ // exponent, step, minimum, payout step
		USD: {2, 1, 50, 1}, GBP: {2, 1, 30, 1}, JPY: {0, 1, 50, 1}, KWD: {3, 10, 10, 10}, "HUF": {2, 1, 17500, 100},
		"ISK": {0, 1, 1, 1}, "MGA": {2, 100, 100, 100}, "???": {2, 1, 1, 1},
	} {
		got := [4]int64{int64(c.Exponent()), c.Step(), c.RailMinimum(), c.PayoutStep()}
		if got != want {
			t.Errorf("%s: %v, want %v", c, got, want)
		}
	}
}

func mustPanic(t *testing.T, f func()) {
	t.Helper()
	defer func() {
		if message, ok := recover().(string); !ok || !strings.HasPrefix(message, "money: ") {
			t.Error("no panic of its own")
		}
	}()
	f()
}
