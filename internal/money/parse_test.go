package money

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestParseDecimal(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		c    Currency
		want int64
		err  error
	}{
		{"149.00", EUR, 14900, nil}, {"149", EUR, 14900, nil}, {"149.5", EUR, 14950, nil}, {" 0.05 ", EUR, 5, nil},
		{"0", EUR, 0, nil}, {"0149", EUR, 14900, nil}, {"5.120", KWD, 5120, nil}, {"10000", JPY, 10000, nil},
		{"92233720368547758.07", USD, 9223372036854775807, nil},
		{"92233720368547758.08", USD, 0, ErrOverflow}, {"99999999999999999999999999", USD, 0, ErrOverflow},
		{"149.50", JPY, 0, ErrTooPrecise}, {"149.00", JPY, 0, ErrTooPrecise}, {"149.005", EUR, 0, ErrTooPrecise},
		{"5.1234", KWD, 0, ErrTooPrecise},
		{"-1", EUR, 0, ErrNegative}, {"-0.50", EUR, 0, ErrNegative}, {"-1", JPY, 0, ErrNegative},
		{"", EUR, 0, ErrSyntax}, {" ", EUR, 0, ErrSyntax}, {".", EUR, 0, ErrSyntax}, {"1.", EUR, 0, ErrSyntax},
		{".5", EUR, 0, ErrSyntax}, {"1,50", EUR, 0, ErrSyntax}, {"1.5.0", EUR, 0, ErrSyntax}, {"1e3", EUR, 0, ErrSyntax},
		{"+1", EUR, 0, ErrSyntax}, {"--1", EUR, 0, ErrSyntax}, {"-", EUR, 0, ErrSyntax}, {"1 000", EUR, 0, ErrSyntax},
		{"€5", EUR, 0, ErrSyntax}, {"0x10", EUR, 0, ErrSyntax}, {"１４９", EUR, 0, ErrSyntax}, {"NaN", EUR, 0, ErrSyntax},
		{"1.-5", EUR, 0, ErrSyntax}, {"1_000", EUR, 0, ErrSyntax}, {"1", "ZZZ", 0, ErrUnknownCurrency}, {"1", "eur", 0, ErrUnknownCurrency},
	}
	for _, tt := range tests {
		got, err := ParseDecimal(tt.text, tt.c)
		if !errors.Is(err, tt.err) || got.Minor != tt.want || err == nil && got.Currency != tt.c {
			t.Errorf("%q %s: %v, %v; want %d, %v", tt.text, tt.c, got, err, tt.want, tt.err)
		}
	}
}

// TestStorefrontCase9 is the part of the case about amounts: 10000 yen reach the processor as 10000, and "500"
// typed as a refund is 500 yen, not 50000.
func TestStorefrontCase9(t *testing.T) {
	t.Parallel()
	sale, err := ParseDecimal("10000", JPY)
	if err != nil {
		t.Fatal(err)
	}
	if units, err := sale.Rail(); err != nil || units != 10000 {
		t.Errorf("the processor gets %d, %v", units, err)
	}
	refund, err := ParseDecimal("500", JPY)
	if err != nil || refund != New(500, JPY) {
		t.Errorf("refund %v, %v", refund, err)
	}
	if units, err := refund.Rail(); err != nil || units != 500 {
		t.Errorf("the processor refunds %d, %v", units, err)
	}
}

func TestDecimalIsTheInverseOfParse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := New(rapid.Int64Min(0).Draw(t, "minor"), rapid.SampledFrom(Currencies()).Draw(t, "currency"))
		back, err := ParseDecimal(a.Decimal(), a.Currency)
		if err != nil || back != a {
			t.Fatalf("%v came back as %v, %v", a, back, err)
		}
	})
}

func FuzzParseDecimal(f *testing.F) {
	for _, seed := range []string{"149.00", "149.5", "-1", "", ".", "1e9", "00.00", "92233720368547758.08", "1,5", "\x00", "９"} {
		f.Add(seed, "EUR")
		f.Add(seed, "JPY")
	}
	f.Fuzz(func(t *testing.T, s, currency string) {
		a, err := ParseDecimal(s, Currency(currency))
		if err != nil {
			if a != (Amount{}) {
				t.Errorf("%q: an amount beside an error: %v", s, a)
			}
			return
		}
		if a.IsNegative() || a.Validate() != nil {
			t.Errorf("%q: %v", s, a)
		}
		if back, err := ParseDecimal(a.Decimal(), a.Currency); err != nil || back != a {
			t.Errorf("%q: %v came back as %v, %v", s, a, back, err)
		}
	})
}
