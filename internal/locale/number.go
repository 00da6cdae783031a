package locale

import (
	"strconv"
	"strings"
)

// The signs that CLDR puts around figures.
const (
	minus      = "−"      // U+2212, where Intl writes a hyphen
	nbsp       = "\u00a0" // never breaks between a figure and its unit
	narrowNBSP = "\u202f" // French groups
	ltrMark    = "\u200e"
	rtlMark    = "\u200f"
)

type numerals struct {
	group, decimal string
	percent        string // what follows the figure
	before         string // stands in front of a sign
}

var numeralsOf = map[Tag]numerals{
	English: {group: ",", decimal: ".", percent: "%"},
	French:  {group: narrowNBSP, decimal: ",", percent: nbsp + "%"},
	Dutch:   {group: ".", decimal: ",", percent: "%"},
	Arabic:  {group: ",", decimal: ".", percent: ltrMark + "%" + ltrMark, before: ltrMark},
	Chinese: {group: ",", decimal: ".", percent: "%"},
}

// Number writes a whole number with the language's grouping: 1,234,567.
func (l L) Number(n int64) string {
	return l.signed(n, l.digits(magnitude(n), 0), false)
}

// Percent writes thousandths of a per cent, without trailing zeros: 8875 is 8.875%, 10000 is 10%.
func (l L) Percent(thousandths int64) string {
	digits := l.digits(magnitude(thousandths), 3)
	sep := numeralsOf[l.Tag].decimal
	digits = strings.TrimSuffix(strings.TrimRight(digits, "0"), sep)
	return l.signed(thousandths, digits, false) + numeralsOf[l.Tag].percent
}

// digits writes minor / 10^exponent, grouped, without a sign.
func (l L) digits(minor uint64, exponent int) string {
	n := numeralsOf[l.Tag]
	s := strconv.FormatUint(minor, 10)
	if pad := exponent + 1 - len(s); pad > 0 {
		s = strings.Repeat("0", pad) + s
	}
	whole, fraction := s[:len(s)-exponent], s[len(s)-exponent:]
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(n.group)
		}
		b.WriteRune(c)
	}
	if exponent > 0 {
		b.WriteString(n.decimal)
		b.WriteString(fraction)
	}
	return b.String()
}

// signed puts a minus before a negative figure and, where plus is asked for, a plus before a positive one.
func (l L) signed(n int64, digits string, plus bool) string {
	return l.sign(n, plus) + digits
}

func (l L) sign(n int64, plus bool) string {
	switch {
	case n < 0:
		return numeralsOf[l.Tag].before + minus
	case n > 0 && plus:
		return numeralsOf[l.Tag].before + "+"
	default:
		return ""
	}
}

// magnitude is the absolute value, right for the smallest int64 as well.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
