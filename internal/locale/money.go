package locale

import (
	"unicode"
	"unicode/utf8"

	"github.com/workfluence/workfluence/internal/money"
)

// symbols holds the signs that a language has for a currency; a currency that isn't here is written by its
// ISO 4217 code.
var symbols = map[Tag]map[money.Currency]string{
	English: {"USD": "US$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$", "JPY": "JP¥"},
	French:  {"USD": "$US", "EUR": "€", "GBP": "£GB", "CAD": "$CA", "AUD": "$AU"},
	Dutch:   {"USD": "US$", "EUR": "€", "GBP": "£", "CAD": "C$", "AUD": "AU$", "JPY": "JP¥"},
	// CLDR's signs; the mark keeps "US$" together, which would be shown as "$US" in a line from right to left.
	Arabic: {"USD": "US$" + ltrMark, "EUR": "€", "GBP": "UK£" + ltrMark, "CAD": "CA$" + ltrMark, "AUD": "AU$" + ltrMark, "JPY": "JP¥" + ltrMark,
		"KWD": "د.ك." + rtlMark, "AED": "د.إ." + rtlMark},
	Chinese: {"USD": "US$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "AU$", "JPY": "JP¥"},
}

// Money writes an amount with its currency, in all its decimals: US$1,284.60.
func (l L) Money(a money.Amount) string { return l.money(a, false, false) }

// SignedMoney is [L.Money] with a plus before a positive amount, for a line that adds or takes away.
func (l L) SignedMoney(a money.Amount) string { return l.money(a, true, false) }

// SamplePrice is a price as somebody may type it in a currency, for those who typed something else: 14,900 where there are no decimals, and
// 149.50 where there are.
func (l L) SamplePrice(c money.Currency) string {
	unit := int64(1)
	for range c.Exponent() {
		unit *= 10
	}
	if unit == 1 {
		return l.Price(money.New(14_900, c)) // such currencies count in hundreds what others count in ones
	}
	return l.Price(money.New(149*unit+unit/2, c))
}

// Price writes an amount as on a price tag: without decimals when they are all zero, US$149 but US$19.50.
func (l L) Price(a money.Amount) string { return l.money(a, false, true) }

// Figure writes an amount without its currency, for a table whose caption names it.
func (l L) Figure(a money.Amount) string {
	return l.signed(a.Minor, l.digits(magnitude(a.Minor), a.Currency.Exponent()), false)
}

// SignedFigure is [L.Figure] with a plus before a positive amount.
func (l L) SignedFigure(a money.Amount) string {
	return l.signed(a.Minor, l.digits(magnitude(a.Minor), a.Currency.Exponent()), true)
}

func (l L) money(a money.Amount, plus, short bool) string {
	exponent, minor := a.Currency.Exponent(), magnitude(a.Minor)
	if short {
		for scale := pow10(exponent); exponent > 0 && minor%scale == 0; exponent = 0 {
			minor /= scale
		}
	}
	digits, sign := l.digits(minor, exponent), l.sign(a.Minor, plus)
	symbol, ok := symbols[l.Tag][a.Currency]
	if !ok {
		symbol = string(a.Currency)
	}
	switch l.Tag {
	case French:
		return sign + digits + nbsp + symbol
	case Dutch:
		return symbol + nbsp + sign + digits
	case Arabic:
		return rtlMark + sign + digits + nbsp + symbol
	default:
		if last, _ := utf8.DecodeLastRuneInString(symbol); unicode.IsLetter(last) {
			symbol += nbsp // CLDR's currency spacing: a letter doesn't touch a digit
		}
		return sign + symbol + digits
	}
}

func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
