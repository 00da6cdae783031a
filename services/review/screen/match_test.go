package screen

import (
	"cmp"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

type place struct{ phrase, start, end int }

func places(m *Matcher, text string) []place {
	var out []place
	m.Each([]byte(text), func(p, s, e int) { out = append(out, place{p, s, e}) })
	slices.SortFunc(out, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), cmp.Compare(a.phrase, b.phrase))
	})
	return out
}

// bruteForce looks for each phrase at each byte.
func bruteForce(phrases []Phrase, text string) []place {
	var out []place
	for start := range text {
		for id, p := range phrases {
			if p.Text == "" || !strings.HasPrefix(text[start:], p.Text) {
				continue
			}
			end := start + len(p.Text)
			if (p.OpenLeft || startsWord([]byte(text), start)) && (p.OpenRight || endsWord([]byte(text), end)) {
				out = append(out, place{id, start, end})
			}
		}
	}
	slices.SortFunc(out, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), cmp.Compare(a.phrase, b.phrase))
	})
	return out
}

// TestMatcherEqualsBruteForce on random phrases over few letters, so that they overlap and contain each other.
func TestMatcherEqualsBruteForce(t *testing.T) {
	t.Parallel()
	letters := rapid.RuneFrom([]rune("ab 裁员اول1"))
	rapid.Check(t, func(t *rapid.T) {
		var phrases []Phrase
		for range rapid.IntRange(0, 20).Draw(t, "phrases") {
			phrases = append(phrases, Phrase{rapid.StringOfN(letters, 0, 5, -1).Draw(t, "phrase"), rapid.Bool().Draw(t, "left"), rapid.Bool().Draw(t, "right")})
		}
		text := rapid.StringOfN(letters, 0, 60, -1).Draw(t, "text")
		got, want := places(NewMatcher(phrases), text), bruteForce(phrases, text)
		if !slices.Equal(got, want) {
			t.Fatalf("%v in %q:\n got %v\nwant %v", phrases, text, got, want)
		}
	})
}

func TestWordsOfArabic(t *testing.T) {
	t.Parallel()
	m := NewMatcher([]Phrase{{Text: Key("راتب")}})
	for text, hits := range map[string]int{"راتب": 1, "الراتب": 1, "والراتب": 1, "براتبي": 1, "راتبهم": 1, "مراتب": 0, "رواتب": 0, "تراتبيات": 0} {
		if got := places(m, Key(text)); len(got) != hits {
			t.Errorf("%q: %d hits, want %d", text, len(got), hits)
		}
	}
}

// corpus is text of made-up words with frequencies as in language, and phrases of one to three of its words.
func corpus(size, count int) (text string, phrases []string) {
	r := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 20_000)
	for i := range words {
		b := make([]byte, 3+r.IntN(8))
		for j := range b {
			b[j] = 'a' + byte(r.IntN(26))
		}
		words[i] = string(b)
	}
	zipf := rand.NewZipf(r, 1.1, 8, uint64(len(words)-1))
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(words[zipf.Uint64()])
		if r.IntN(12) == 0 {
			b.WriteByte('\n')
		} else {
			b.WriteByte(' ')
		}
	}
	for range count {
		p := words[4_000+r.IntN(16_000)]
		for range r.IntN(3) {
			p += " " + words[zipf.Uint64()]
		}
		phrases = append(phrases, p)
	}
	return b.String(), phrases
}

// BenchmarkMatcher finds 1,000 phrases in 10 MB by turns with the fixed-string search of ripgrep, or of grep where there is
// none, over the same phrases and text, and reports the ratio of the CPU times.
func BenchmarkMatcher(b *testing.B) {
	text, words := corpus(10<<20, 1000)
	var phrases []Phrase
	for _, w := range words {
		phrases = append(phrases, Phrase{w, true, true})
	}
	dir := b.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			b.Fatal(err)
		}
		return path
	}
	textFile, phraseFile := write("text", text), write("phrases", strings.Join(words, "\n")+"\n")
	tool := []string{"rg", "-j1", "-F", "-c", "-f"}
	if _, err := exec.LookPath("rg"); err != nil {
		tool = []string{"grep", "-F", "-c", "-f"}
	}
	m := NewMatcher(phrases)
	bytes := []byte(text)
	var ratios []float64
	for b.Loop() {
		for range 5 {
			hits, before := 0, cpu(b)
			m.Each(bytes, func(int, int, int) { hits++ })
			ours := cpu(b) - before
			if hits == 0 {
				b.Fatal("no hits")
			}
			cmd := exec.Command(tool[0], append(tool[1:], phraseFile, textFile)...)
			cmd.Env = append(os.Environ(), "LC_ALL=C")
			if err := cmd.Run(); err != nil {
				b.Fatal(err)
			}
			theirs := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			ratios = append(ratios, float64(theirs)/float64(ours))
			b.ReportMetric(float64(len(text))/ours.Seconds()/1e6, "MB/s")
		}
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "x-"+tool[0])
	b.Logf("%d phrases, %d bytes: %.1f times %s", len(phrases), len(text), ratios[len(ratios)/2], strings.Join(tool, " "))
}
