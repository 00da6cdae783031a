package screen

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestKey: ways to write one word that readers take for the same.
func TestKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"case", "LayOff", "layoff"},
		{"accents", "L\u00e4y\u00f6ff and la\u0301yoff", "layoff and layoff"},
		{"zero width", "lay\u200boff lay\u2060off lay\ufeffoff", "layoff layoff layoff"},
		{"soft hyphen", "lay\u00adoff", "layoff"},
		{"full width", "ｌａｙｏｆｆ ２０２６", "layoff 2026"},
		{"mathematical letters", "𝐥𝐚𝐲𝐨𝐟𝐟 𝓵𝓪𝔂𝓸𝓯𝓯", "layoff layoff"},
		{"circled letters", "ⓛⓐⓨⓞⓕⓕ 🅛🅐🅨🅞🅕🅕", "layoff layoff"},
		{"Cyrillic and Greek twins", "lауоff sаlаrу lαyοff", "layoff salary layoff"},
		{"small capitals", "ʟᴀʏᴏꜰꜰ", "layoff"},
		{"ligatures", "oﬀer cœur straße", "offer coeur strasse"},
		{"line break in a phrase", "lay\r\n\t off", "lay off"},
		{"typographic marks", "don’t lay‑off", "don t lay off"},
		{"Arabic digits", "راتبي ٩٢٠٠", "راتبي 9200"},
		{"Persian and Devanagari digits", "۱۲ १२", "12 12"},
		{"tatweel and vowel marks", "تَسْـــرِيح", "تسريح"},
		{"forms of alef, hamza and ta marbuta", "إضرابٌ أجرة آخر", "اضراب اجره اخر"},
		{"traditional Chinese", "裁員 加班費 舉報", "裁员加班费举报"},
		{"blanks and breaks between Han characters", "裁 员\n加班", "裁员加班"},
		{"numbers keep their marks", "2026-11-30 1'000 4.1", "2026-11-30 1'000 4.1"},
	} {
		if got := Key(c.text); got != c.want {
			t.Errorf("%s: Key(%q) = %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

// TestEvasion: what people put into a word to hide it hides nothing, and the span is the whole of what they wrote.
func TestEvasion(t *testing.T) {
	t.Parallel()
	p := smallPolicy("layoff", map[string]string{"en": "3 layoff*", "ar": "3 تسريح", "zh": "3 裁员"})
	s, err := Compile(p, Facts{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ lang, before, hidden string }{
		{"en", "The ", "LAYOFFS"}, {"en", "The ", "l a y o f f s"}, {"en", "The ", "l.a.y.o.f.f.s"}, {"en", "The ", "l-a-y-o-f-f-s"}, {"en", "The ", "l\na\ny\no\nf\nf"},
		{"en", "The ", "lay🙈offs"}, {"en", "The ", "l🙈a🙈y🙈o🙈f🙈f"}, {"en", "The ", "lay*offs"}, {"en", "The ", "lay.off"}, {"en", "The ", "l4y0ffs"},
		{"en", "The ", "lay\u200b\u200doffs"}, {"en", "The ", "lаyоffs"}, {"en", "The ", "la\u0336y\u0336o\u0336ffs"}, {"en", "The ", "ｌａｙｏｆｆ"}, {"en", "😀 The ", "la\u00adyoffs"},
		{"ar", "قال ", "تـــسـريـح"}, {"ar", "قال ", "تَسْرِيح"}, {"ar", "قال ", "ت س ر ي ح"}, {"ar", "قال ", "والتسريح"}, {"ar", "قال ", "تس🙈ريح"},
		{"zh", "听说", "裁員"}, {"zh", "听说", "裁 员"}, {"zh", "听说", "裁\n员"}, {"zh", "听说", "裁*员"}, {"zh", "听说", "裁🙈员"}, {"zh", "听说", "裁\u200b员"},
	} {
		v, err := s.Screen(Post{Lang: c.lang, Text: c.before + c.hidden + " !"})
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Hits) != 1 || len(v.Hits[0].Spans) != 1 {
			t.Errorf("%q: %+v", c.hidden, v.Hits)
			continue
		}
		span := v.Hits[0].Spans[0]
		if got := (c.before + c.hidden + " !")[span.Start:span.End]; !strings.Contains(c.hidden, got) || len(got) < len(c.hidden)-len("وال")-1 {
			t.Errorf("%q: marked %q", c.hidden, got)
		}
	}
	for _, innocent := range []string{"Lay the table, off we go.", "A b c d, the alphabet.", "playoffs tonight"} {
		if v, err := s.Screen(Post{Lang: "en", Text: innocent}); err != nil || len(v.Hits) > 0 {
			t.Errorf("%q: %+v %v", innocent, v.Hits, err)
		}
	}
}

func TestFoldRefuses(t *testing.T) {
	t.Parallel()
	if _, err := Fold("a\xffb"); !errors.Is(err, ErrNotText) {
		t.Error(err)
	}
	if _, err := Fold(strings.Repeat("a", MaxText+1)); !errors.Is(err, ErrTooLong) {
		t.Error(err)
	}
}

// TestFoldKeepsTheWayBack: spans lie on characters of the source, in order, and folding twice changes nothing.
func TestFoldKeepsTheWayBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkFold(t, drawText(t)) })
}

func drawText(t *rapid.T) string {
	return rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("ab zé\u0301\u200b\n'-9٣裁員 ـأ🙈*.👩‍💻ﬀß")), rapid.Rune())).Draw(t, "text")
}

func checkFold(t interface{ Fatalf(string, ...any) }, text string) {
	f, err := Fold(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if !utf8.Valid(f.Text) || len(f.from) != len(f.Text) || len(f.to) != len(f.Text) {
		t.Fatalf("%q: %q with %d and %d offsets", text, f.Text, len(f.from), len(f.to))
	}
	for _, g := range []*Folded{f, f.Squeezed()} {
		if g == nil {
			continue
		}
		for i := range g.Text {
			a, b := int(g.from[i]), int(g.to[i])
			if a < 0 || a >= b || b > len(text) || !utf8.RuneStart(text[a]) || b < len(text) && !utf8.RuneStart(text[b]) || i > 0 && g.from[i] < g.from[i-1] {
				t.Fatalf("%q: byte %d of %q stands for [%d,%d)", text, i, g.Text, a, b)
			}
		}
		for i, tok := range g.tokens {
			if tok.start >= tok.end || i > 0 && tok.start < g.tokens[i-1].end || g.tokenAt[tok.start] != int32(i) || g.tokenAt[tok.end-1] != int32(i) {
				t.Fatalf("%q: token %d is %v in %q", text, i, tok, g.Text)
			}
		}
	}
	if again := Key(Key(text)); again != Key(text) {
		t.Fatalf("%q: %q folds to %q", text, Key(text), again)
	}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"", "Lay\u00adoff", "l a y o f f", "裁 員", "تَسْـــرِيح", "🅛🅐🅨", "\u0301a", strings.Repeat("a ", 999), "a\xff", "lay🙈off", "İı"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			if _, err := Fold(text); !errors.Is(err, ErrNotText) {
				t.Fatal(err)
			}
			return
		}
		checkFold(t, text)
	})
}

// smallPolicy has one rule with the cues, on one clause.
func smallPolicy(id string, cues map[string]string) *Policy {
	return &Policy{
		Text:    map[string]string{"en": "# Policy\n\nSay nothing about it. Ask first."},
		Clauses: []Clause{{ID: "c", Text: map[string]string{"en": "Say nothing about it."}}},
		Rules:   []Rule{{ID: id, Kind: Layoff, Severity: High, Route: []string{"hr"}, Clause: "c", Need: 3, Cues: cues}},
	}
}
