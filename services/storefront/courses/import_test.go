package courses

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type zipped struct {
	name, text string
	mode       fs.FileMode
}

// zipOf writes entries as they are given, even where no sane tool would.
func zipOf(t testing.TB, entries ...zipped) *bytes.Reader {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.mode != 0 {
			h.SetMode(e.mode)
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

func importZip(t testing.TB, entries ...zipped) (Course, []Warning, error) {
	t.Helper()
	r := zipOf(t, entries...)
	return Import(r, r.Size())
}

func TestImportRefuses(t *testing.T) {
	ok := zipped{name: "a/one.md", text: "# One\n"}
	tiny := Limits{Entries: 3, Lesson: 100, File: 1000, Total: 2000, Ratio: 100}
	bomb := strings.Repeat("0", 20<<20)
	for name, c := range map[string]struct {
		code string
		in   []zipped
		lim  Limits
	}{
		"path outside":      {UnsafePath, []zipped{ok, {name: "../../etc/passwd", text: "x"}}, DefaultLimits},
		"path inside out":   {UnsafePath, []zipped{ok, {name: "a/../../b.md", text: "x"}}, DefaultLimits},
		"backslashes":       {UnsafePath, []zipped{ok, {name: `..\..\b.md`, text: "x"}}, DefaultLimits},
		"absolute":          {UnsafePath, []zipped{ok, {name: "/etc/passwd", text: "x"}}, DefaultLimits},
		"drive":             {UnsafePath, []zipped{ok, {name: `C:\b.md`, text: "x"}}, DefaultLimits},
		"symlink":           {SpecialFile, []zipped{ok, {name: "a/two.md", text: "/etc/passwd", mode: fs.ModeSymlink | 0o777}}, DefaultLimits},
		"device":            {SpecialFile, []zipped{ok, {name: "a/dev", mode: fs.ModeDevice | 0o666}}, DefaultLimits},
		"text not UTF-8":    {BadText, []zipped{ok, {name: "a/two.md", text: "caf\xe9"}}, DefaultLimits},
		"text with NUL":     {BadText, []zipped{ok, {name: "a/two.md", text: "a\x00b"}}, DefaultLimits},
		"name not UTF-8":    {BadText, []zipped{ok, {name: "a/caf\xe9.md", text: "x"}}, DefaultLimits},
		"same slug":         {DuplicateSlug, []zipped{ok, {name: "a/two.md", text: "---\nslug: one\n---\n"}}, DefaultLimits},
		"same name":         {DuplicateSlug, []zipped{ok, {name: "a/One.md", text: "x"}}, DefaultLimits},
		"same section":      {DuplicateSlug, []zipped{ok, {name: "A/two.md", text: "x"}}, DefaultLimits},
		"same file":         {DuplicateSlug, []zipped{ok, ok}, DefaultLimits},
		"nested archive":    {NestedArchive, []zipped{ok, {name: "a/more.zip", text: "PK"}}, DefaultLimits},
		"too many":          {TooMuch, []zipped{ok, {name: "a/2"}, {name: "a/3"}, {name: "a/4"}}, tiny},
		"long lesson":       {TooMuch, []zipped{ok, {name: "a/two.md", text: bomb[:200]}}, tiny},
		"large file":        {TooMuch, []zipped{ok, {name: "a/b.bin", text: bomb[:1200]}}, tiny},
		"large in total":    {TooMuch, []zipped{ok, {name: "a/b.bin", text: bomb[:999]}, {name: "a/c.bin", text: bomb[:999]}}, Limits{9, 100, 1000, 1900, 100}},
		"bomb by its ratio": {TooMuch, []zipped{ok, {name: "a/b.bin", text: bomb}}, DefaultLimits},
		"no lessons":        {NoLessons, []zipped{{name: "a/b.txt", text: "x"}}, DefaultLimits},
		"empty":             {NoLessons, nil, DefaultLimits},
	} {
		t.Run(name, func(t *testing.T) {
			r := zipOf(t, c.in...)
			got, warnings, err := ImportWithin(r, r.Size(), c.lim)
			if !errors.Is(err, Refused(c.code)) {
				t.Fatalf("error %v, want %s", err, c.code)
			}
			if len(got.Sections)+len(got.Files)+len(warnings) > 0 {
				t.Errorf("a refused import returned something: %v %v", got, warnings)
			}
		})
	}
	for name, b := range map[string][]byte{"not a zip": []byte("hello"), "nothing": nil} {
		if _, _, err := Import(bytes.NewReader(b), int64(len(b))); !errors.Is(err, Refused(BadZip)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A creator of another language reads the code, the reason and the figures, and never the English sentence.
func TestProblemsSayWhichAndHowMuch(t *testing.T) {
	ok := zipped{name: "a/one.md", text: "# One\n"}
	tiny := Limits{Entries: 3, Lesson: 100, File: 1000, Total: 2000, Ratio: 100}
	for name, c := range map[string]struct {
		in   []zipped
		want Problem
	}{
		"a long lesson": {[]zipped{ok, {name: "a/two.md", text: strings.Repeat("0", 200)}},
			Problem{Code: TooMuch, Reason: TooLarge, File: "a/two.md", Params: map[string]string{ParamLimit: "100"}}},
		"too many": {[]zipped{ok, {name: "a/2"}, {name: "a/3"}, {name: "a/4"}},
			Problem{Code: TooMuch, Reason: TooMany, Params: map[string]string{ParamCount: "4", ParamLimit: "3"}}},
		"two lessons": {[]zipped{ok, {name: "a/two.md", text: "---\nslug: one\n---\n"}},
			Problem{Code: DuplicateSlug, Reason: SameLessons, File: "a/two.md", Params: map[string]string{ParamOther: "a/one.md", ParamAddress: "one"}}},
		"two folders": {[]zipped{ok, {name: "A/two.md", text: "x"}},
			Problem{Code: DuplicateSlug, Reason: SameFolders, File: "a", Params: map[string]string{ParamOther: "A", ParamAddress: "a"}}},
		"absolute": {[]zipped{ok, {name: "/etc/passwd", text: "x"}}, Problem{Code: UnsafePath, Reason: Absolute, File: "/etc/passwd"}},
	} {
		r := zipOf(t, c.in...)
		_, _, err := ImportWithin(r, r.Size(), tiny)
		var refused *ImportError
		if !errors.As(err, &refused) || len(refused.Problems) != 1 || refused.Problems[0].Text == "" {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := refused.Problems[0]
		got.Text = ""
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A zip may lie about the size of what it holds; what is read counts.
func TestImportReadsUnderABound(t *testing.T) {
	r := zipOf(t, zipped{name: "one.md", text: strings.Repeat("a", 5000)})
	b := make([]byte, r.Size())
	if _, err := r.ReadAt(b, 0); err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte("PK\x01\x02"))
	copy(b[at+24:], []byte{10, 0, 0, 0}) // the central directory's uncompressed size
	_, _, err := ImportWithin(bytes.NewReader(b), int64(len(b)), Limits{Entries: 9, Lesson: 100, File: 100, Total: 1000, Ratio: 100})
	if err == nil {
		t.Fatal("a zip with a false size was imported")
	}
}

func TestImportReportsEveryProblem(t *testing.T) {
	_, _, err := importZip(t, zipped{name: "../x"}, zipped{name: "/y"}, zipped{name: "a/l", mode: fs.ModeSymlink})
	var e *ImportError
	if !errors.As(err, &e) || len(e.Problems) != 3 {
		t.Fatalf("got %v, want three problems", err)
	}
}

func TestImportOrderAndTitles(t *testing.T) {
	c, _, err := importZip(t,
		zipped{name: "wrap/2-later/b.md", text: "plain"},
		zipped{name: "wrap/2-later/_section.md", text: "---\ntitle: The later part\n---\n"},
		zipped{name: "wrap/10-last/z.md", text: "---\ntitle: Z\nfree: true\n---\n\n\nbody  \r\nmore\r\n"},
		zipped{name: "wrap/10-last/10-ten.md", text: "# Ten\n\nwords"},
		zipped{name: "wrap/10-last/9-nine.md", text: "# *Nine*\n"},
		zipped{name: "wrap/10-last/index.md", text: "---\ntitle: Last things\n---\n"},
		zipped{name: "wrap/10-last/zz.md", text: "---\norder: 1\nslug: Second Place!\n---\n"},
		zipped{name: "wrap/first.md", text: "\ufeff---\ntitle: 'Root: a lesson'\n---\nHi"},
		zipped{name: "wrap/.DS_Store", text: "x"}, zipped{name: "wrap/__MACOSX/a.md", text: "x"},
		zipped{name: "wrap/10-last/Pics/A.PNG", text: "png"},
	)
	if err != nil {
		t.Fatal(err)
	}
	want := []Section{
		{Slug: "lessons", Title: "Lessons", Lessons: []Lesson{{Slug: "first", Title: "Root: a lesson", Body: "Hi\n"}}},
		{Slug: "2-later", Title: "The later part", Lessons: []Lesson{{Slug: "b", Title: "B", Body: "plain\n"}}},
		{Slug: "10-last", Title: "Last things", Lessons: []Lesson{
			{Slug: "index", Title: "Last things"},
			{Slug: "second-place", Title: "Zz"},
			{Slug: "9-nine", Title: "9 nine", Body: "# *Nine*\n"},
			{Slug: "10-ten", Title: "Ten", Body: "words\n"},
			{Slug: "z", Title: "Z", Free: true, Body: "body  \nmore\n"},
		}},
	}
	if d := cmp.Diff(want, c.Sections); d != "" {
		t.Error(d)
	}
	if len(c.Files) != 1 || c.Files[0].Path != "10-last/Pics/A.PNG" {
		t.Errorf("files %v", c.Files)
	}
}

func TestImportWarnsWithFileAndLine(t *testing.T) {
	_, got, err := importZip(t,
		zipped{name: "a/one.md", text: "---\ntitle: One\npermalink: /x\norder: soon\n---\n\n# Head\n\nSee [two]({{ \"/a/two\" | relative_url }}).\n\n{% include nav.html %}\n\n`{{ code }}`\n\n![Chart](chart.png)\n"},
		zipped{name: "a/two.md", text: "---\npermalink: /y\n---\n[gone](three.md) ![far](https://example.com/a.png)\n<img src=\"no.png\">\n"},
		zipped{name: "a/three-and.md", text: "---\n: : :\n---\nx\n"},
		zipped{name: "spare.pdf", text: "x"},
	)
	if err != nil {
		t.Fatal(err)
	}
	var lines, about []string
	for _, w := range got {
		lines = append(lines, fmt.Sprintf("%s:%d %s ×%d", w.File, w.Line, w.Code, w.Times))
		about = append(about, fmt.Sprintf("%s %s %v", w.Code, w.Reason, w.Params))
	}
	want := []string{
		"a/one.md:4 bad_front_matter ×1",
		"a/one.md:9 template_tag ×1",
		"a/one.md:11 template_tag ×1",
		"a/one.md:15 missing_file ×1",
		"a/three-and.md:1 bad_front_matter ×1",
		"a/two.md:4 dead_link ×1",
		"a/two.md:4 remote_image ×1",
		"a/two.md:5 missing_file ×1",
		"spare.pdf:0 unused_file ×1",
	}
	for i, l := range lines { // which of the two files meets the key first depends on the zip
		if strings.Contains(l, "unknown_key ×2") {
			lines = append(lines[:i], lines[i+1:]...)
			break
		}
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Error(d)
	}
	for _, want := range []string{ // what the English text says, without its English
		"bad_front_matter not_number map[key:order]", "bad_front_matter not_yaml map[]", "unknown_key  map[key:permalink]",
		"template_tag address_kept map[address:/a/two tag:{{ \"/a/two\" | relative_url }}]", "template_tag stays map[tag:{% include nav.html %}]",
		"dead_link  map[target:three.md]", "remote_image  map[target:https://example.com/a.png]", "missing_file  map[target:chart.png]",
	} {
		if !slices.Contains(about, want) {
			t.Errorf("no remark reads %q: %q", want, about)
		}
	}
}
