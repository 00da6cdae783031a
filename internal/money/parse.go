package money

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseDecimal reads an amount as a person types it: digits, then at most a point and as many digits as c has
// decimals. "149", "149.5" and "149.00" are EUR 14900 or 14950; "500" is JPY 500, never 50000 (storefront case 9).
// Spaces around are ignored; signs, separators, exponents and currency marks are not amounts.
// Errors: ErrUnknownCurrency, ErrSyntax, ErrNegative, ErrTooPrecise (JPY "149.50"), ErrOverflow.
func ParseDecimal(s string, c Currency) (Amount, error) {
	if !c.Known() {
		return Amount{}, fmt.Errorf("%w: %q", ErrUnknownCurrency, string(c))
	}
	text := strings.TrimSpace(s)
	if rest, minus := strings.CutPrefix(text, "-"); minus && digitsOnly(strings.Replace(rest, ".", "", 1)) {
		return Amount{}, fmt.Errorf("%w: %.40q", ErrNegative, s)
	}
	whole, fraction, point := strings.Cut(text, ".")
	if !digitsOnly(whole) || point && !digitsOnly(fraction) {
		return Amount{}, fmt.Errorf("%w: %.40q", ErrSyntax, s)
	}
	if len(fraction) > c.Exponent() {
		return Amount{}, fmt.Errorf("%w: %.40q %s", ErrTooPrecise, s, c)
	}
	minor, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", c.Exponent()-len(fraction)), 10, 64)
	if err != nil {
		return Amount{}, fmt.Errorf("%w: %.40q", ErrOverflow, s)
	}
	return New(minor, c), nil
}

// digitsOnly reports whether s is one or more ASCII digits.
func digitsOnly(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
