package review

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// label is what names an employer in its domain: acme of acme.co.uk, in the letters that people see.
func label(domain string) string {
	first, _, _ := strings.Cut(domain, ".")
	if shown, err := idna.ToUnicode(first); err == nil {
		return shown
	}
	return first
}

// twins are letters of other scripts that look like Latin ones: the Cyrillic and Greek of Unicode's confusables (UTS 39) that
// may stand in a domain.
var twins = strings.NewReplacer(
	"а", "a", "в", "b", "с", "c", "ԁ", "d", "е", "e", "ғ", "f", "һ", "h", "і", "i", "ї", "i", "ј", "j", "к", "k", "ӏ", "l", "м", "m",
	"п", "n", "о", "o", "р", "p", "ԛ", "q", "г", "r", "ѕ", "s", "т", "t", "ц", "u", "ѵ", "v", "ԝ", "w", "х", "x", "у", "y",
	"α", "a", "β", "b", "ε", "e", "η", "n", "ι", "i", "κ", "k", "ν", "v", "ο", "o", "ρ", "p", "σ", "o", "τ", "t", "υ", "u", "ω", "w", "χ", "x", "γ", "y",
	"ı", "i", "ł", "l", "ø", "o", "đ", "d", "ß", "ss", "æ", "ae", "œ", "oe", "ɡ", "g", "ɑ", "a",
)

// shapes are ASCII signs and pairs that look like others.
var shapes = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "0", "o", "1", "l", "i", "l", "3", "e", "4", "a", "5", "s", "8", "b", "-", "")

// skeleton is what a label looks like at a glance: equal skeletons are taken for each other.
func skeleton(label string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36f { // marks above and below
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(label)))
	for plain = twins.Replace(plain); ; {
		next := shapes.Replace(plain) // a fold can make another possible: r-n becomes rn
		if next == plain {
			return plain
		}
		plain = next
	}
}

// fewestLetters of a label for which one letter more, less or other is suspicious: of short names most neighbours are honest.
const fewestLetters = 5

// resembles says that one domain may be taken for another: the same name under another ending, a name that looks the same, or one
// that differs by one letter or by two that changed places.
func resembles(domain, other string) bool {
	if domain == other {
		return false
	}
	a, b := label(domain), label(other)
	return skeleton(a) == skeleton(b) || nearly(a, b)
}

// nearly says that one edit makes one label of the other.
func nearly(one, other string) bool {
	a, b := []rune(one), []rune(other)
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < fewestLetters || len(b)-len(a) > 1 {
		return false
	}
	from := 0
	for from < len(a) && a[from] == b[from] {
		from++
	}
	end := 0
	for end < len(a)-from && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	restA, restB := a[from:len(a)-end], b[from:len(b)-end]
	switch {
	case len(restA) <= 1 && len(restB) <= 1:
		return true
	case len(restA) == 2 && len(restB) == 2:
		return restA[0] == restB[1] && restA[1] == restB[0]
	}
	return false
}
