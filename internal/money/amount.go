package money

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strings"
)

// RailMaximum is the greatest amount of one charge, in the rail's own units: eight digits.
const RailMaximum int64 = 99_999_999

// What can be wrong with an amount. They are wrapped with the amount in question; compare with errors.Is.
var (
	ErrUnknownCurrency  = errors.New("unknown currency")
	ErrCurrencyMismatch = errors.New("amounts of different currencies")
	ErrOverflow         = errors.New("amount out of range")
	ErrSyntax           = errors.New("not an amount")
	ErrNegative         = errors.New("negative amount")
	ErrTooPrecise       = errors.New("more decimals than the currency has")
	ErrTooSmall         = errors.New("below the least amount that can be charged")
	ErrTooLarge         = errors.New("above the greatest amount of one payment: split the payment")
	ErrStep             = errors.New("last digit must be zero in this currency")
)

// Amount is a sum of money: Minor units (cents for USD, yen for JPY, fils for KWD) of one Currency. Negative
// amounts are allowed (a ledger credit, a difference). math.MinInt64 is not an amount: no operation yields it.
// The JSON form is {"amount": 14900, "currency": "EUR"}.
type Amount struct {
	Minor    int64    `json:"amount"`
	Currency Currency `json:"currency"`
}

// New is minor units of c. It doesn't validate: data from outside goes through [Amount.Validate] or [ParseDecimal].
func New(minor int64, c Currency) Amount { return Amount{Minor: minor, Currency: c} }

// Add is a + b. Errors: ErrCurrencyMismatch, ErrOverflow.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.Currency != b.Currency {
		return Amount{}, fmt.Errorf("%w: %s and %s", ErrCurrencyMismatch, a.Currency, b.Currency)
	}
	sum := a.Minor + b.Minor
	if (sum > a.Minor) != (b.Minor > 0) && b.Minor != 0 || sum == math.MinInt64 {
		return Amount{}, fmt.Errorf("%w: %d + %d %s", ErrOverflow, a.Minor, b.Minor, a.Currency)
	}
	return Amount{Minor: sum, Currency: a.Currency}, nil
}

// Sub is a − b. Errors: ErrCurrencyMismatch, ErrOverflow.
func (a Amount) Sub(b Amount) (Amount, error) {
	if b.Minor == math.MinInt64 {
		return Amount{}, fmt.Errorf("%w: %d %s", ErrOverflow, b.Minor, b.Currency)
	}
	return a.Add(b.Neg())
}

// Sum adds amounts of one currency. Errors: as [Amount.Add], and ErrUnknownCurrency for no amount at all, whose
// sum would have no currency.
func Sum(amounts ...Amount) (Amount, error) {
	if len(amounts) == 0 {
		return Amount{}, fmt.Errorf("%w: sum of nothing", ErrUnknownCurrency)
	}
	total := amounts[0]
	for _, a := range amounts[1:] {
		var err error
		if total, err = total.Add(a); err != nil {
			return Amount{}, err
		}
	}
	return total, nil
}

// Neg is −a. It panics on math.MinInt64, which is not an amount.
func (a Amount) Neg() Amount {
	if a.Minor == math.MinInt64 {
		panic("money: negation of an amount out of range")
	}
	return Amount{Minor: -a.Minor, Currency: a.Currency}
}

// Cmp is −1, 0 or +1 as a is less than, equal to or greater than b. Comparing different currencies is a defect
// of the caller and panics: there is no answer that would be safe to act on.
func (a Amount) Cmp(b Amount) int {
	if a.Currency != b.Currency {
		panic("money: comparison of " + string(a.Currency) + " with " + string(b.Currency))
	}
	return cmp.Compare(a.Minor, b.Minor)
}

// IsZero reports whether a is nothing, of whatever currency.
func (a Amount) IsZero() bool { return a.Minor == 0 }

// IsNegative reports whether a is below zero.
func (a Amount) IsNegative() bool { return a.Minor < 0 }

// IsPositive reports whether a is above zero.
func (a Amount) IsPositive() bool { return a.Minor > 0 }

// Validate reports whether a is an amount at all: a known currency, in range. It may be zero or negative.
func (a Amount) Validate() error {
	if !a.Currency.Known() {
		return fmt.Errorf("%w: %q", ErrUnknownCurrency, string(a.Currency))
	}
	if a.Minor == math.MinInt64 {
		return ErrOverflow
	}
	return nil
}

// OnStep reports whether a may travel on the rail in any direction (charge, transfer, refund): a known currency,
// and a multiple of its step (money case 37: KWD 5.124 is refused). Errors: ErrUnknownCurrency, ErrStep.
func (a Amount) OnStep() error {
	if err := a.Validate(); err != nil {
		return err
	}
	if a.Minor%a.Currency.Step() != 0 {
		return fmt.Errorf("%w: %s", ErrStep, a)
	}
	return nil
}

// Chargeable reports whether a can be charged as one payment that settles in its own currency (money cases 37,
// 38): on step, at least [Currency.RailMinimum], at most [RailMaximum]. Zero is not chargeable; a free order
// isn't charged. Errors: ErrUnknownCurrency, ErrStep, ErrTooSmall, ErrTooLarge.
func (a Amount) Chargeable() error {
	if err := a.OnStep(); err != nil {
		return err
	}
	if a.Minor < a.Currency.RailMinimum() {
		return fmt.Errorf("%w: %s", ErrTooSmall, a)
	}
	if r, err := a.Rail(); err != nil || r > RailMaximum {
		return fmt.Errorf("%w: %s", ErrTooLarge, a)
	}
	return nil
}

// Rail is a in the rail's own units: a.Minor, except for the few currencies whose decimals differ there
// (ISK 500 travels as 50000). Errors: as [Amount.OnStep], ErrOverflow.
func (a Amount) Rail() (int64, error) {
	if err := a.OnStep(); err != nil {
		return 0, err
	}
	f := currencies[a.Currency]
	if f.rail <= f.exponent {
		return a.Minor / pow10(f.exponent-f.rail), nil
	}
	scale := pow10(f.rail - f.exponent)
	if a.Minor > math.MaxInt64/scale || a.Minor < -math.MaxInt64/scale {
		return 0, fmt.Errorf("%w: %s", ErrOverflow, a)
	}
	return a.Minor * scale, nil
}

// FromRail is the amount that the rail writes as units of c; the inverse of [Amount.Rail].
// Errors: ErrUnknownCurrency, ErrStep for a fraction that c doesn't have, ErrOverflow.
func FromRail(units int64, c Currency) (Amount, error) {
	a := New(units, c)
	if err := a.Validate(); err != nil {
		return Amount{}, err
	}
	f := currencies[c]
	switch {
	case f.rail > f.exponent:
		scale := pow10(f.rail - f.exponent)
		if units%scale != 0 {
			return Amount{}, fmt.Errorf("%w: %d %s at the rail", ErrStep, units, c)
		}
		a.Minor = units / scale
	case f.rail < f.exponent:
		scale := pow10(f.exponent - f.rail)
		if units > math.MaxInt64/scale || units < -math.MaxInt64/scale {
			return Amount{}, fmt.Errorf("%w: %d %s at the rail", ErrOverflow, units, c)
		}
		a.Minor = units * scale
	}
	return a, nil
}

// String is a in digits and code, "149.00 EUR", for logs, tests and machines. People read the locale package's form.
func (a Amount) String() string { return a.Decimal() + " " + string(a.Currency) }

// Decimal is a in digits alone, "149.00" or "-0.05": the inverse of [ParseDecimal].
func (a Amount) Decimal() string {
	exp := a.Currency.Exponent()
	digits := fmt.Sprintf("%0*d", exp+1, magnitude(a.Minor))
	var b strings.Builder
	if a.Minor < 0 {
		b.WriteByte('-')
	}
	b.WriteString(digits[:len(digits)-exp])
	if exp > 0 {
		b.WriteByte('.')
		b.WriteString(digits[len(digits)-exp:])
	}
	return b.String()
}

// magnitude is |n| without overflow.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
