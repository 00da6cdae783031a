package digest

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/workfluence/workfluence/internal/canon"
)

// vector is one entry of the test vectors of docs/digest.md.
type vector struct {
	Name    string
	Content Content
	JSON    string
	Digest  string
}

func vectors(t testing.TB) []vector {
	t.Helper()
	doc, err := os.ReadFile("../../../docs/digest.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(doc), "## Test vectors of a version\n")
	_, after, found := strings.Cut(after, "```json\n")
	block, _, closed := strings.Cut(after, "\n```")
	if !ok || !found || !closed {
		t.Fatal("docs/digest.md has no test vectors of a version")
	}
	var out []vector
	if err := json.Unmarshal([]byte(block), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheVectorsOfTheDocument(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	if len(all) < 4 {
		t.Fatalf("%d vectors", len(all))
	}
	for _, v := range all {
		p, err := Of(v.Content)
		if err != nil {
			t.Fatal(err)
		}
		b, err := p.JSON()
		if err != nil || string(b) != v.JSON {
			t.Errorf("%s: %v\n got %s\nwant %s", v.Name, err, b, v.JSON)
		}
		if sum, err := p.Sum(); err != nil || sum != v.Digest {
			t.Errorf("%s: %s, want %s (%v)", v.Name, sum, v.Digest, err)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []Content{
		{Text: "a\xff"}, {Title: "\xff"}, {Caption: "\xc3"}, {Disclosure: "\xff"}, {Links: []string{"\xff"}}, {Media: []Media{{Alt: "\xff"}}},
		{Media: []Media{{Digest: "\xff"}}}, {Destinations: []Destination{{Channel: "\xff"}}}, {Destinations: []Destination{{Profile: "\xff"}}},
		{Destinations: []Destination{{Countries: []string{"\xff"}}}},
	} {
		if _, err := Sum(c); !errors.Is(err, ErrNotText) {
			t.Errorf("%#v: %v", c, err)
		}
	}
	for _, v := range []int{0, 2, math.MaxInt64} {
		if _, err := (Parts{V: v}).Sum(); !errors.Is(err, ErrVersion) {
			t.Errorf("version %d: %v", v, err)
		}
	}
}

func draw(t *rapid.T) Content {
	words := rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("ab é\u0301ñ中\n\t#")), rapid.Rune().Filter(func(r rune) bool { return r != '\ufeff' })))
	c := Content{
		Title: words.Draw(t, "title"), Text: words.Draw(t, "text"), Caption: words.Draw(t, "caption"), Disclosure: words.Draw(t, "label"),
		Paid: rapid.Bool().Draw(t, "paid"), Links: rapid.SliceOfN(rapid.SampledFrom([]string{"https://a.example/", "https://b.example/x"}), 0, 3).Draw(t, "links"),
	}
	for range rapid.IntRange(0, 3).Draw(t, "media") {
		c.Media = append(c.Media, Media{Digest: rapid.SampledFrom([]string{"sha256:aa", "sha256:bb"}).Draw(t, "bytes"), Alt: words.Draw(t, "alt"), Transcript: words.Draw(t, "transcript")})
	}
	for range rapid.IntRange(0, 3).Draw(t, "places") {
		c.Destinations = append(c.Destinations, Destination{
			Channel:   rapid.SampledFrom([]string{"linkedin", "tiktok"}).Draw(t, "channel"),
			Profile:   rapid.SampledFrom([]string{"", "https://www.linkedin.com/in/ana"}).Draw(t, "profile"),
			Countries: rapid.SliceOfN(rapid.SampledFrom([]string{"BE", "FR", "US"}), 0, 3).Draw(t, "countries"),
		})
	}
	return c
}

func sum(t interface{ Fatal(...any) }, c Content) string {
	s, err := Sum(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// disguise writes the same words as another system would: it knows nothing of package canon.
func disguise(t *rapid.T, s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] += rapid.SampledFrom([]string{"", " ", "\t", "  \t "}).Draw(t, "blanks")
	}
	s = strings.Join(lines, rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "line end"))
	s = rapid.SampledFrom([]string{"", "\n", " \n\n"}).Draw(t, "before") + s + rapid.SampledFrom([]string{"", "\n", "\r\n \r\n"}).Draw(t, "after")
	if rapid.Bool().Draw(t, "decomposed") {
		s = norm.NFD.String(s)
	}
	return rapid.SampledFrom([]string{"", "\ufeff"}).Draw(t, "mark") + s
}

// TestWhatLooksTheSameIsTheSame: blanks at line ends, CRLF, decomposed letters and the order of destinations change nothing.
func TestWhatLooksTheSameIsTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := draw(t)
		d := c
		d.Title, d.Text, d.Caption = disguise(t, c.Title), disguise(t, c.Text), disguise(t, c.Caption)
		d.Disclosure = " " + norm.NFD.String(c.Disclosure) + "\t"
		d.Media = slices.Clone(c.Media)
		for i := range d.Media {
			d.Media[i].Alt, d.Media[i].Transcript = disguise(t, d.Media[i].Alt), disguise(t, d.Media[i].Transcript)
		}
		d.Destinations = rapid.Permutation(slices.Clone(c.Destinations)).Draw(t, "order")
		for i := range d.Destinations {
			d.Destinations[i].Countries = rapid.Permutation(slices.Clone(d.Destinations[i].Countries)).Draw(t, "countries")
		}
		if sum(t, c) != sum(t, d) {
			t.Fatalf("%#v and %#v differ", c, d)
		}
	})
}

// TestAnyOtherChangeIsAnother: one letter more anywhere, and each part by itself.
func TestAnyOtherChangeIsAnother(t *testing.T) {
	t.Parallel()
	insert := func(t *rapid.T, s string) string {
		r := []rune(s)
		at := rapid.IntRange(0, len(r)).Draw(t, "at")
		// No letter composes with a full stop, and none is dropped for one.
		return string(r[:at]) + "." + string(r[at:])
	}
	changes := map[string]func(t *rapid.T, c *Content){
		"text":       func(t *rapid.T, c *Content) { c.Text = insert(t, c.Text) },
		"title":      func(t *rapid.T, c *Content) { c.Title = insert(t, c.Title) },
		"caption":    func(t *rapid.T, c *Content) { c.Caption = insert(t, c.Caption) },
		"disclosure": func(t *rapid.T, c *Content) { c.Disclosure = insert(t, c.Disclosure) },
		"paid":       func(_ *rapid.T, c *Content) { c.Paid = !c.Paid },
		"swapped":    func(_ *rapid.T, c *Content) { c.Title, c.Text = c.Text+"1.", c.Title+"2." },
		"link":       func(_ *rapid.T, c *Content) { c.Links = append(slices.Clone(c.Links), "https://c.example/") },
		"media":      func(_ *rapid.T, c *Content) { c.Media = append(slices.Clone(c.Media), Media{Digest: "sha256:cc"}) },
		"alt": func(t *rapid.T, c *Content) {
			c.Media = append(slices.Clone(c.Media), Media{Digest: "sha256:aa"})
			before := slices.Clone(c.Media)
			i := rapid.IntRange(0, len(c.Media)-1).Draw(t, "which")
			c.Media[i].Alt = insert(t, c.Media[i].Alt)
			if d := *c; sum(t, Content{Media: before}) == sum(t, Content{Media: d.Media}) {
				t.Fatal("another alternative text, the same digest")
			}
		},
		"transcript": func(t *rapid.T, c *Content) {
			c.Media = append(slices.Clone(c.Media), Media{Digest: "sha256:aa"})
			i := rapid.IntRange(0, len(c.Media)-1).Draw(t, "which")
			c.Media[i].Transcript = insert(t, c.Media[i].Transcript)
			moved := slices.Clone(c.Media)
			moved[i].Alt, moved[i].Transcript = moved[i].Transcript, moved[i].Alt
			if sum(t, Content{Media: moved}) == sum(t, Content{Media: c.Media}) && canon.Text(moved[i].Alt) != canon.Text(moved[i].Transcript) {
				t.Fatal("a transcript counts as an alternative text")
			}
		},
		"destination": func(_ *rapid.T, c *Content) {
			c.Destinations = append(slices.Clone(c.Destinations), Destination{Channel: "newsletter"})
		},
		"country": func(_ *rapid.T, c *Content) {
			c.Destinations = slices.Clone(c.Destinations)
			for i, d := range c.Destinations {
				c.Destinations[i].Countries = append(slices.Clone(d.Countries), "JP")
			}
			c.Destinations = append(c.Destinations, Destination{Channel: "tiktok", Countries: []string{"JP"}})
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				c := draw(t)
				d := c
				change(t, &d)
				if sum(t, c) == sum(t, d) {
					t.Fatalf("%#v and %#v are equal", c, d)
				}
			})
		})
	}
	two := Content{Media: []Media{{Digest: "sha256:aa"}, {Digest: "sha256:bb"}}}
	other := Content{Media: []Media{two.Media[1], two.Media[0]}}
	if sum(t, two) == sum(t, other) {
		t.Error("the order of media does not count")
	}
}

// FuzzSum: whatever bytes come, there is a digest or ErrNotText, and the digest is of the canonical text alone.
func FuzzSum(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.Content.Text, v.Content.Disclosure)
	}
	f.Add("Caf\u0065\u0301 \r\n", "\xff")
	f.Add("\ufeff\r\r\n\t", " ad ")
	f.Fuzz(func(t *testing.T, text, label string) {
		a, err := Sum(Content{Text: text, Disclosure: label})
		if errors.Is(err, ErrNotText) {
			return
		}
		if err != nil || len(a) != 7+64 {
			t.Fatalf("%q: %v", a, err)
		}
		if b := sum(t, Content{Text: text + " \r\n\r\n", Disclosure: label + " "}); a != b {
			t.Fatalf("%q: blanks at the end count", text)
		}
	})
}
