package ui

import (
	"unicode"
	"unicode/utf8"
)

// Initial is the first letter of a name, as a capital where its script has capitals.
func Initial(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToUpper(r))
		}
	}
	if first, size := utf8.DecodeRuneInString(name); size > 0 {
		return string(first)
	}
	return "·"
}
