package compare

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
	"pgregory.net/rapid"
)

func TestChangesAreWholeWords(t *testing.T) {
	t.Parallel()
	same, gone, came := func(s string) Piece { return Piece{Same, s} }, func(s string) Piece { return Piece{Removed, s} }, func(s string) Piece { return Piece{Added, s} }
	for _, c := range []struct {
		before, after string
		want          []Piece
	}{
		{"", "", nil},
		{"a b", "a b", []Piece{same("a b")}},
		{"", "a", []Piece{came("a")}},
		{"a", "", []Piece{gone("a")}},
		{"Write less.", "Write less!", []Piece{same("Write less"), gone("."), came("!")}},
		{"I was hired.", "I was fired.", []Piece{same("I was "), gone("hired"), came("fired"), same(".")}},
		{"a good day here", "a bad night here", []Piece{same("a "), gone("good day"), came("bad night"), same(" here")}},
		{"one two three", "one three", []Piece{same("one"), gone(" two"), same(" three")}},
		{"Cafe\u0301 au lait", "Cafe\u0302 au lait", []Piece{gone("Cafe\u0301"), came("Cafe\u0302"), same(" au lait")}},
		{"Hi 👩‍💻!", "Hi 👩‍🔬!", []Piece{same("Hi "), gone("👩‍💻"), came("👩‍🔬"), same("!")}},
		{"我喜欢工作", "我热爱工作", []Piece{same("我"), gone("喜欢"), came("热爱"), same("工作")}},
		{"أحب عملي", "أحب مهنتي", []Piece{same("أحب "), gone("عملي"), came("مهنتي")}},
		{"one\n\ntwo\n", "one\n\nnew\n\ntwo\n", []Piece{same("one\n"), came("\nnew\n"), same("\ntwo\n")}},
	} {
		if d := cmp.Diff(c.want, Words(c.before, c.after)); d != "" {
			t.Errorf("%q to %q: %s", c.before, c.after, d)
		}
	}
}

// texts are written with few words, so that two have much in common.
func texts(t *rapid.T, name string) string {
	word := rapid.OneOf(rapid.SampledFrom([]string{"a", "bee", " ", " ", "\n", "\n\n", ".", "e\u0301", "\u0301", "中", "👩‍💻", "🇧🇪", "🇫", "\u200d"}), rapid.String())
	return strings.Join(rapid.SliceOfN(word, 0, 40).Draw(t, name), "")
}

// TestPiecesAreTheTexts: nothing is lost or made up, no two neighbours are alike, and no piece splits a word of the text it
// stands in.
func TestPiecesAreTheTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, after := texts(t, "before"), texts(t, "after")
		holds(t, before, after)
		if got := Words(before, before); before != "" && (len(got) != 1 || got[0].Op != Same) {
			t.Fatalf("a text differs from itself: %+v", got)
		}
	})
}

func holds(t interface{ Fatalf(string, ...any) }, before, after string) {
	pieces := Words(before, after)
	last := ""
	for _, side := range []struct{ skip, text string }{{Added, before}, {Removed, after}} {
		at, joined := boundaries(side.text), ""
		for _, p := range pieces {
			if p.Op == side.skip {
				continue
			}
			if joined += p.Text; !slices.Contains(at, len(joined)) {
				t.Fatalf("%q to %q: %+v splits a word of %q", before, after, pieces, side.text)
			}
		}
		if joined != side.text {
			t.Fatalf("%q to %q: %+v, together %q", before, after, pieces, joined)
		}
	}
	for _, p := range pieces {
		if p.Op == last || p.Text == "" || last == Added && p.Op == Removed {
			t.Fatalf("%q to %q: %+v", before, after, pieces)
		}
		last = p.Op
	}
}

// boundaries are where words end in a text; uniseg is asked about the whole of it.
func boundaries(s string) []int {
	out, rest, state := []int{0}, s, -1
	for rest != "" {
		_, rest, state = uniseg.FirstWordInString(rest, state)
		out = append(out, len(s)-len(rest))
	}
	return out
}

func FuzzWords(f *testing.F) {
	f.Add("one two", "one three")
	f.Add("\xff\n", "\r\n\u0301")
	f.Fuzz(func(t *testing.T, before, after string) { holds(t, before, after) })
}

// BenchmarkWords compares the longest text that a version may have with one in which every tenth word differs.
func BenchmarkWords(b *testing.B) {
	var before, after strings.Builder
	for i := range 20_000 {
		w := []string{"work ", "post ", "team ", "night ", "day\n"}[i*i%5]
		before.WriteString(w)
		if i%10 == 0 {
			w = "other "
		}
		after.WriteString(w)
	}
	b.ReportAllocs()
	for b.Loop() {
		Words(before.String(), after.String())
	}
}
