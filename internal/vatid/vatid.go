package vatid

import (
	"errors"
	"strings"
)

// Longest is how many signs may be typed, separators included.
const Longest = 40

// The ways in which a number is wrong. Nothing of what was typed is in them.
var (
	// ErrForm: not written as numbers of that country are, or no number at all.
	ErrForm = errors.New("vatid: not written as VAT numbers of that country are")
	// ErrDigits: written right, but the check digits don't fit: usually a slip of one digit.
	ErrDigits = errors.New("vatid: the check digits do not fit")
)

// Parse reads a number as it was typed and returns it as it is written on a receipt: the letters of the country, then signs without
// separators. Country is where the buyer says to be (ISO 3166-1, may be empty): it helps a number without its letters. An empty text,
// or one of separators alone, is no number and no fault. ErrForm, ErrDigits.
func Parse(typed, country string) (string, error) {
	if len(typed) > 4*Longest {
		return "", ErrForm
	}
	s, ok := squeeze(typed)
	if !ok {
		return "", ErrForm
	}
	if s == "" {
		return "", nil
	}
	if prefix, f := of(s); f != nil {
		return f.read(prefix, s[len(prefix):])
	}
	if prefix := prefixOf(country); prefix != "" && digit(s[0]) {
		return forms[prefix].read(prefix, s)
	}
	if prefix := prefixOf(country); prefix != "" {
		// A Dutch, Irish, French, Spanish, Cypriot or Austrian number may begin with a letter that is its own.
		if out, err := forms[prefix].read(prefix, s); err == nil {
			return out, nil
		}
	}
	if len(s) < 4 || len(s) > 20 || !strings.ContainsAny(s, "0123456789") {
		return "", ErrForm
	}
	return s, nil
}

// squeeze drops what people put between the signs and writes letters big. False for any other sign.
func squeeze(typed string) (string, bool) {
	var b strings.Builder
	for _, r := range typed {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		case r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		case r >= '٠' && r <= '٩': // an Arabic keyboard's digits
			b.WriteRune(r - '٠' + '0')
		case r >= '\uff10' && r <= '\uff19': // a Chinese keyboard's wide ones
			b.WriteRune(r - '\uff10' + '0')
		case strings.ContainsRune(" \t\u00a0\u2009\u202f\u2007.-‐‑–/,·", r):
		case r == '\u200e' || r == '\u200f' || r == '\u2068' || r == '\u2069' || r == '\u2066' || r == '\u2067': // marks of direction, pasted along
		default:
			return "", false
		}
	}
	return b.String(), true
}

// of finds the form whose letters a number begins with. The Swiss have three.
func of(s string) (string, *form) {
	for _, n := range []int{3, 2} {
		if len(s) >= n {
			if f := forms[s[:n]]; f != nil {
				return s[:n], f
			}
		}
	}
	if strings.HasPrefix(s, "GR") { // the code of the country, where VAT numbers say EL
		return "GR", forms["EL"]
	}
	return "", nil
}

// prefixOf is what a country's numbers begin with, "" for a country that is not known here.
func prefixOf(country string) string {
	switch country {
	case "GR":
		return "EL"
	case "CH", "LI": // one customs territory, one register
		return "CHE"
	}
	if forms[country] != nil {
		return country
	}
	return ""
}

// read checks what stands behind the letters.
func (f *form) read(prefix, rest string) (string, error) {
	if prefix == "GR" {
		prefix = "EL"
	}
	for _, end := range f.ends {
		rest = strings.TrimSuffix(rest, end)
	}
	if !f.shaped(rest) {
		return "", ErrForm
	}
	if f.fits != nil && !f.fits(rest) {
		return "", ErrDigits
	}
	return prefix + rest + f.end, nil
}

// shaped tells whether the signs are of one of the shapes: 9 a digit, A a letter, * either, anything else itself.
func (f *form) shaped(rest string) bool {
	for _, shape := range f.shapes {
		if len(shape) == len(rest) && matches(shape, rest) {
			return true
		}
	}
	return false
}

func matches(shape, s string) bool {
	for i := range len(s) {
		c := s[i]
		switch shape[i] {
		case '9':
			if !digit(c) {
				return false
			}
		case 'A':
			if digit(c) {
				return false
			}
		case '*':
		default:
			if c != shape[i] {
				return false
			}
		}
	}
	return true
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
