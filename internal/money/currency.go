package money

import "slices"

// Currency is an ISO 4217 alphabetic code in upper case, such as "USD".
// The zero value is no currency; [Currency.Known] tells.
type Currency string

// The currencies a price may be set in. Others are known to the arithmetic and may settle.
const (
	USD Currency = "USD"
	EUR Currency = "EUR"
	GBP Currency = "GBP"
	CAD Currency = "CAD"
	AUD Currency = "AUD"
	CHF Currency = "CHF"
	JPY Currency = "JPY"
	KWD Currency = "KWD"
)

// facts is one row of the currency table.
type facts struct {
	exponent int   // digits after the point, ISO 4217
	rail     int   // digits after the point in the rail's API, where it differs from ISO; else = exponent
	minimum  int64 // least charge in minor units; 0 = not published for this currency
	payout   int64 // payouts must be a multiple of this many minor units
}

// standard is the row of a two-decimal currency without peculiarities.
func standard(minimum int64) facts { return facts{exponent: 2, rail: 2, minimum: minimum, payout: 1} }

// whole is the row of a currency without minor unit, at the rail as in ISO.
func whole(minimum int64) facts { return facts{exponent: 0, rail: 0, minimum: minimum, payout: 1} }

// thousand is the row of a three-decimal currency, whose last digit the rail wants to be zero.
func thousand() facts { return facts{exponent: 3, rail: 3, payout: 10} }

// currencies holds the exponents of ISO 4217 and the rail's rules: its zero-decimal list, its special cases and
// its published minimum charges by settlement currency (docs.stripe.com/currencies). A row's minimum of 0 means
// that the rail converts its 0.50 USD at the day's rate; there the settlement currency's minimum decides.
var currencies = map[Currency]facts{
	"USD": standard(50), "EUR": standard(50), "GBP": standard(30), "CAD": standard(50), "AUD": standard(50),
	"CHF": standard(50), "NZD": standard(50), "SGD": standard(50), "INR": standard(50), "BRL": standard(50),
	"DKK": standard(250), "SEK": standard(300), "NOK": standard(300), "PLN": standard(200), "RON": standard(200),
	"BGN": standard(100), "CZK": standard(1500), "HKD": standard(400), "MXN": standard(1000), "MYR": standard(200),
	"THB": standard(1000), "AED": standard(200), "ZAR": standard(0), "ILS": standard(0), "TRY": standard(0),
	"CNY": standard(0), "PHP": standard(0), "IDR": standard(0), "COP": standard(0), "ARS": standard(0),
	"PEN": standard(0), "EGP": standard(0), "MAD": standard(0), "NGN": standard(0), "KES": standard(0),
	"SAR": standard(0), "QAR": standard(0), "PKR": standard(0), "BDT": standard(0), "UAH": standard(0),
	// The rail takes two-decimal charges in these, and pays out whole units only.
	"HUF": {exponent: 2, rail: 2, minimum: 17500, payout: 100},
	"TWD": {exponent: 2, rail: 2, payout: 100},

	"JPY": whole(50), "KRW": whole(0), "VND": whole(0), "CLP": whole(0), "PYG": whole(0), "BIF": whole(0),
	"DJF": whole(0), "GNF": whole(0), "KMF": whole(0), "RWF": whole(0), "VUV": whole(0), "XAF": whole(0),
	"XOF": whole(0), "XPF": whole(0),
	// Whole in ISO; the rail kept two digits for compatibility and wants them to be zero.
	"ISK": {exponent: 0, rail: 2, payout: 1},
	"UGX": {exponent: 0, rail: 2, payout: 1},
	// Two decimals in ISO (in fifths); whole at the rail.
	"MGA": {exponent: 2, rail: 0, payout: 100},

	"KWD": thousand(), "BHD": thousand(), "JOD": thousand(), "OMR": thousand(), "TND": thousand(),
}

// Currencies lists every known currency in alphabetical order.
func Currencies() []Currency {
	all := make([]Currency, 0, len(currencies))
	for c := range currencies {
		all = append(all, c)
	}
	slices.Sort(all)
	return all
}

// Known reports whether c is in the table. Amounts of unknown currencies don't validate.
func (c Currency) Known() bool { _, ok := currencies[c]; return ok }

// Exponent is the number of decimals of c by ISO 4217: 2 for USD, 0 for JPY, 3 for KWD. It is 2 for an unknown
// currency, which [Amount.Validate] refuses.
func (c Currency) Exponent() int {
	if f, ok := currencies[c]; ok {
		return f.exponent
	}
	return 2
}

// Step is the least distance between two amounts that may be charged, shared, transferred or refunded, in minor
// units: 10 for three-decimal currencies, 100 for MGA, else 1. Every leg of a split is a multiple of it.
func (c Currency) Step() int64 {
	switch f := currencies[c]; {
	case f.exponent == 3:
		return 10
	case f.exponent > f.rail:
		return pow10(f.exponent - f.rail)
	default:
		return 1
	}
}

// PayoutStep is the least distance between two bank payouts, in minor units: 100 for HUF and TWD.
func (c Currency) PayoutStep() int64 {
	if f, ok := currencies[c]; ok {
		return f.payout
	}
	return 1
}

// RailMinimum is the least amount the rail charges in c, in minor units, when the charge settles in c.
// Where the rail publishes none it is one [Currency.Step].
func (c Currency) RailMinimum() int64 {
	if m := currencies[c].minimum; m > 0 {
		return m
	}
	return c.Step()
}

// pow10 is 10 to the power of n, for the small n of exponents.
func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}
