package courses

import (
	"cmp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const maxSlug = 80 // characters

// Slug turns a name into an address: lower case letters and digits of any
// script, joined by single hyphens, at most 80 characters. Latin accents are
// dropped ("Café" is "cafe"). It returns "" when nothing is left.
func Slug(name string) string {
	var b strings.Builder
	hyphen := false
	n := 0
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case r >= 0x300 && r <= 0x36f: // the combining accents of Latin, Greek and Cyrillic
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if hyphen && n > 0 {
				b.WriteByte('-')
				n++
			}
			hyphen = false
			b.WriteRune(r)
			n++
		default:
			hyphen = true
		}
		if n >= maxSlug {
			break
		}
	}
	return norm.NFC.String(strings.Trim(b.String(), "-"))
}

// ValidSlug reports whether s could have come out of Slug.
func ValidSlug(s string) bool { return s != "" && Slug(s) == s }

// natural orders names as people number them: runs of digits compare as
// numbers, everything else by code point; equal runs fall back to plain order.
func natural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		dx, dy := digits(x), digits(y)
		if dx > 0 && dy > 0 {
			nx, ny := strings.TrimLeft(x[:dx], "0"), strings.TrimLeft(y[:dy], "0")
			if c := cmp.Or(cmp.Compare(len(nx), len(ny)), cmp.Compare(nx, ny)); c != 0 {
				return c
			}
			x, y = x[dx:], y[dy:]
			continue
		}
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// humanize makes a title of a file or folder name: "be-concise" is "Be concise".
func humanize(name string) string {
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool {
		return r == '-' || r == '_' || unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	for i, r := range name {
		if i == 0 {
			return string(unicode.ToUpper(r)) + name[len(string(r)):]
		}
	}
	return "Untitled"
}
