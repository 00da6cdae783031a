package locale

import (
	"strings"

	"github.com/workfluence/workfluence/internal/money"
)

// Amount reads an amount of money as a person types it: "149", "149,00" and "149.00" in any language, "1.490,00" in
// Dutch, "1,490.00" in English, "١٤٩" in Arabic. Grouping counts only where it is unmistakable: by spaces or
// apostrophes, or by the language's own mark before exactly three digits, never where one mark could be the decimal
// one. What is not understood fails as [money.ParseDecimal] says, so that JPY "149.50" stays money.ErrTooPrecise.
func (l L) Amount(typed string, c money.Currency) (money.Amount, error) {
	return money.ParseDecimal(l.Decimal(typed, c), c)
}

// Decimal is the text of [L.Amount] in the form of the API, "1490.00"; a text that cannot be brought to it comes back
// without its spaces, to be refused by whoever parses it.
func (l L) Decimal(typed string, c money.Currency) string {
	s := plainDigits.Replace(strings.TrimSpace(typed))
	last := strings.LastIndexAny(s, ".,")
	if last < 0 {
		return s
	}
	whole, fraction := s[:last], s[last+1:]
	mark := s[last : last+1]
	if group := otherMark[mark]; !strings.Contains(whole, mark) && len(fraction) > 0 && len(fraction) <= max(c.Exponent(), 1) {
		if ungrouped, ok := ungroup(whole, group); ok {
			return ungrouped + "." + fraction
		}
	}
	if n := numeralsOf[l.Tag]; n.group == mark && c.Exponent() != 3 {
		if ungrouped, ok := ungroup(s, mark); ok {
			return ungrouped
		}
	}
	return strings.Replace(s, ",", ".", 1)
}

// plainDigits drops what only spaces digits out, and writes Arabic digits and marks as ASCII ones.
var plainDigits = strings.NewReplacer(" ", "", nbsp, "", narrowNBSP, "", "'", "", "’", "", "٫", ".", "٬", "",
	"٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9")

var otherMark = map[string]string{",": ".", ".": ","}

// ungroup drops a grouping mark that stands before every third digit, and is not ok where it stands anywhere else.
func ungroup(s, mark string) (string, bool) {
	groups := strings.Split(s, mark)
	for i, g := range groups {
		if i > 0 && len(g) != 3 || len(groups) > 1 && (i == 0 && (len(g) == 0 || len(g) > 3)) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}
