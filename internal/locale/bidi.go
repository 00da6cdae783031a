package locale

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The marks of UAX 9 around words whose direction is that of their own first letter: [L.T] and [L.N] put them there. They are seen by
// nobody.
const (
	FirstStrongIsolate = "\u2068"
	PopIsolate         = "\u2069"
)

// isolated sets off words that run against the language they are said in, such as a Latin title in an Arabic sentence: without it
// the marks around them, and what follows, change places. Every other text is as it was, and so are amounts, which say their direction
// themselves, and what somebody copies or a program makes a link of: an address of the web or of a mailbox.
func (l L) isolated(text string) string {
	if !l.against(text) || strings.HasPrefix(text, rtlMark) || strings.HasPrefix(text, FirstStrongIsolate) ||
		strings.Contains(text, "://") || strings.LastIndexByte(text, '@') > 0 && !strings.Contains(text, " ") {
		return text
	}
	return FirstStrongIsolate + text + PopIsolate
}

// against says whether some letter of the text runs against the language's direction.
func (l L) against(text string) bool {
	if l.Dir() == "rtl" {
		return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) && !fromRight(r) })
	}
	for i := range len(text) { // the scripts that run from right to left begin at U+0590, whose first byte is 0xD6
		if text[i] >= 0xD6 {
			return strings.ContainsFunc(text[i:], fromRight)
		}
	}
	return false
}

// fromRight says whether a letter belongs to a script that runs from right to left.
func fromRight(r rune) bool {
	return r >= 0x0590 && r != utf8.RuneError && unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko)
}
