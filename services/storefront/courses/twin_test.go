package courses

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The twin stands in for a real course that can't be part of the project: two
// folders of 9 and 14 lessons, titles in front matter but no order, template
// tags of another system, a table written by hand, a missing image, dead links.
// Its words are made up from a list, so nobody owns them.
func twin() []zipped {
	sections := []struct {
		folder, title string
		lessons       []string
	}{
		{"finding-your-voice", "Finding your voice", []string{"ask-for-feedback", "cut-the-first-line", "keep-going", "know-the-reader", "plain-words", "say-one-thing", "shape-the-post", "stop-repeating"}},
		{"working-in-public", "Working in public", []string{"abbreviations", "active-voice", "capital-letters", "dates-and-numbers", "hooks", "links-and-file-names", "names", "punctuation", "respect", "screenshots", "style-guides", "tone", "words-to-avoid"}},
	}
	var out []zipped
	for _, s := range sections {
		for i, name := range append([]string{"index"}, s.lessons...) {
			title := s.title
			if name != "index" {
				title = humanize(name)
			}
			out = append(out, zipped{name: "twin/" + s.folder + "/" + name + ".md", text: twinLesson(s.folder, name, title, i)})
		}
	}
	return out
}

func twinLesson(folder, name, title string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\ntitle: %s \npermalink: /%s/%s/\nsidenav: %s\nsticky_sidenav: true\nsubnav:\n  - text: Guidelines\n    href: '#guidelines'\n---\n\n", title, folder, name, folder)
	words := strings.Fields("a short post that says one thing well is read to its end while a long one is not so cut what does not help the reader and keep what does")
	for p := range 3 + n%4 {
		fmt.Fprintf(&b, "## Part %d of %s\n\n", p+1, strings.ToLower(title))
		for s := range 4 {
			from := (n*7 + p*5 + s*3) % len(words)
			line := strings.Join(append(words[from:], words[:from]...)[:12], " ")
			fmt.Fprintf(&b, "%s%s. ", strings.ToUpper(line[:1]), line[1:])
		}
		b.WriteString("\n\n- **First**: write it\n- *Then*: read it aloud\n\n")
	}
	switch name {
	case "know-the-reader":
		b.WriteString("See [tone]({{ \"/working-in-public/tone\" | relative_url }}) and [names](../working-in-public/names.md#guidelines).\n")
	case "keep-going":
		b.WriteString("Mind the [old addresses]({{ \"content-types/old/#moved\" | relative_url }}).\n")
	case "screenshots":
		b.WriteString("[![A page with one button]({{ \"/images/button.png\" | relative_url }})]({{ \"/images/button.png\" | relative_url }})\n\n```\n{{ not a tag, but an example }}\n```\n")
	case "tone":
		b.WriteString("<table>\n  <tr><td><strong>Where</strong></td><td><strong>Tone</strong></td></tr>\n  <tr><td>A thank-you</td><td>Warm</td></tr>\n</table>\n")
	}
	return b.String()
}

func TestTwin(t *testing.T) {
	golden := filepath.Join("testdata", "twin.zip")
	if *update {
		writeTwin(t, golden)
	}
	b, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	c, warnings, err := Import(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var shape []string
	for _, s := range c.Sections {
		shape = append(shape, fmt.Sprintf("%s: %d lessons, first %s", s.Title, len(s.Lessons), s.Lessons[0].Slug))
	}
	if got, want := strings.Join(shape, "; "), "Finding your voice: 9 lessons, first index; Working in public: 14 lessons, first index"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	count := map[string]int{}
	for _, w := range warnings {
		count[w.Code] += 1
		if w.File == "" || w.Line == 0 {
			t.Errorf("%v says not where", w)
		}
	}
	if got, want := fmt.Sprint(count), fmt.Sprint(map[string]int{TemplateTag: 4, MissingFile: 2, DeadLink: 1, UnknownKey: 4}); got != want {
		t.Errorf("warnings %s, want %s", got, want)
	}
	x := c.Index()
	for _, s := range c.Sections {
		for _, l := range s.Lessons {
			if out, err := Render(l.Body, s.Slug, resolver(x)); err != nil || !strings.Contains(out, "<h2") {
				t.Errorf("%s: %v", s.Path(l), err)
			}
		}
	}
}

func writeTwin(t *testing.T, path string) {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range twin() {
		if err := put(z, e.name, e.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
