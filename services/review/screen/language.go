package screen

import (
	"slices"
	"unicode/utf8"
)

// functionWords are the small words that a text can't do without, and that the other two languages don't have.
var functionWords = map[string][]string{
	"en": {"the", "and", "of", "to", "my", "you", "that", "with", "was", "it", "this", "for", "i", "are", "not", "have", "they", "on", "at", "be"},
	"fr": {"le", "la", "les", "et", "des", "une", "un", "que", "qui", "pour", "pas", "je", "nous", "vous", "dans", "est", "du", "au", "sur", "mon", "ma", "il", "c"},
	"nl": {"het", "een", "en", "van", "ik", "dat", "niet", "wij", "je", "voor", "met", "zijn", "ook", "maar", "aan", "er", "mijn", "we", "naar", "nog", "bij", "ons", "onze"},
}

var functionWord = func() map[string][]int {
	m := map[string][]int{}
	for i, lang := range []string{"en", "fr", "nl"} {
		for _, w := range functionWords[lang] {
			m[w] = append(m[w], i)
		}
	}
	return m
}()

// speaks lists the languages that a text is read in: by its scripts, and among those in Latin letters by its small words.
// The declared one is always among them.
func speaks(f *Folded, declared string) []string {
	var latin, arabic, han int
	var votes [3]int
	for _, t := range f.tokens {
		r, _ := utf8.DecodeRune(f.Text[t.start:])
		switch {
		case isHan(r):
			han++
		case isArabic(r):
			arabic++
		case r < utf8.RuneSelf && isLatin(byte(r)):
			latin++
			if t.end-t.start <= 4 {
				for _, lang := range functionWord[string(f.Text[t.start:t.end])] {
					votes[lang]++
				}
			}
		}
	}
	var out []string
	add := func(lang string) {
		if slices.Contains(Languages, lang) && !slices.Contains(out, lang) {
			out = append(out, lang)
		}
	}
	add(declared)
	own := slices.Index([]string{"en", "fr", "nl"}, declared)
	most := max(votes[0], votes[1], votes[2])
	for i, lang := range []string{"en", "fr", "nl"} {
		switch {
		case latin == 0 || latin < (han+arabic)/4 && own < 0:
		case own >= 0 && votes[i] > 2*votes[own]+2, own < 0 && votes[i]*2 >= most:
			add(lang)
		}
	}
	if arabic > 0 {
		add("ar")
	}
	if han > 0 {
		add("zh")
	}
	return out
}

// LanguageOf is the language that a text is plainly in, English for one without any sign. Error: ErrNotText, ErrTooLong.
func LanguageOf(text string) (string, error) {
	f, err := Fold(text)
	if err != nil {
		return "", err
	}
	if spoken := speaks(f, ""); len(spoken) > 0 {
		return spoken[0], nil
	}
	return Languages[0], nil
}
