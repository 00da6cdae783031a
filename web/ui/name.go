package ui

import (
	"unicode"
	"unicode/utf8"

	"github.com/workfluence/workfluence/internal/locale"
)

// Called is what a person is called: their name, their handle until they give one, and "" once they have erased their account.
func Called(name, handle string) string {
	if name == "" && handle != "" {
		return "@" + handle
	}
	return name
}

// Creator is what a creator is called, in words for one who has left.
func Creator(l locale.L, name, handle string) string {
	if called := Called(name, handle); called != "" {
		return called
	}
	return l.T("ui.creator_left")
}

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
