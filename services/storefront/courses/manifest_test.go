package courses

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/canon"
)

var update = flag.Bool("update", false, "rewrite golden files")

func vector() (Course, Page) {
	c := Course{
		Sections: []Section{{Slug: "start", Title: "Start", Lessons: []Lesson{
			{Slug: "index", Title: "Café", Free: true, Body: "Hello.  \n\n![The team](img/team.png)\n"},
			{Slug: "next", Title: "Next", Body: "See [the sheet](../sheet.pdf).\n"},
		}}},
		Files: []File{BytesFile("sheet.pdf", []byte("sheet")), BytesFile("spare.png", []byte("spare")), BytesFile("start/img/team.png", []byte("team"))},
	}
	return c, Page{Title: "A course", Summary: "Short.", Body: "Long.\n"}
}

// The vectors are those of docs/digest.md: the page is the contract, so the test
// reads it.
func TestManifestVectors(t *testing.T) {
	c, p := vector()
	m, err := c.Manifest(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := canon.JSON(m)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := m.Digest()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "digest.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{string(text), digest} {
		if !strings.Contains(string(doc), want) {
			t.Errorf("docs/digest.md lacks\n%s", want)
		}
	}
	// The page could be rewritten together with the code; this line could not.
	if want := "sha256:884845e436aa63405c7b652104892c32abbf89b5ca61983246567d80dc93dc05"; digest != want || len(m.Entries) != 5 {
		t.Errorf("digest %s of %d entries", digest, len(m.Entries))
	}
}

func TestManifestFollowsContentAlone(t *testing.T) {
	c, p := vector()
	digest := func() string {
		t.Helper()
		m, err := c.Manifest(p, nil)
		if err != nil {
			t.Fatal(err)
		}
		d, err := m.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	was := digest()
	same := []func(){
		func() { c.Sections[0].Lessons[0].Title = "Cafe\u0301" },                                       // not in NFC
		func() { c.Sections[0].Lessons[0].Body = "Hello.\r\n\r\n![The team](img/team.png)  \r\n\r\n" }, // CRLF, blanks
		func() { c.Files[1] = BytesFile("spare.png", []byte("nobody refers to it")) },
	}
	for i, edit := range same {
		if edit(); digest() != was {
			t.Errorf("edit %d that changes nothing moved the digest", i)
		}
	}
	change := []func(){
		func() { c.Sections[0].Lessons[1].Body += "More.\n" },
		func() { c.Sections[0].Lessons[1].Free = true },
		func() { c.Sections[0].Lessons[0].Title = "Cafe" },
		func() { c.Sections[0].Title = "Begin" },
		func() { c.Files[2] = BytesFile("start/img/team.png", []byte("other")) },
		func() { p.Summary = "Shorter." },
		func() {
			l := c.Sections[0].Lessons
			l[0], l[1] = l[1], l[0]
		},
	}
	for i, edit := range change {
		edit()
		now := digest()
		if now == was {
			t.Errorf("edit %d did not move the digest", i)
		}
		was = now
	}
}

func TestAttachedFilesArePublished(t *testing.T) {
	c, p := vector()
	m, err := c.Manifest(p, map[string][]string{"start/next": {"spare.png", "sheet.pdf"}})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range m.Entries {
		kinds = append(kinds, e.Kind+" "+e.Path)
	}
	want := "page page, lesson start/index, lesson start/next, media spare.png, media start/img/team.png, attachment sheet.pdf"
	if got := strings.Join(kinds, ", "); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
