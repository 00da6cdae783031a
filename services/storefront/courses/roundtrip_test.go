package courses

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// anyCourse draws courses as an editor may make them: odd titles, any order,
// empty sections, bodies that look like front matter.
func anyCourse(t *rapid.T) Course {
	slugs := rapid.Custom(func(t *rapid.T) string {
		s := Slug(rapid.OneOf(rapid.StringMatching(`[a-z0-9][a-z0-9 -]{0,12}`), rapid.SampledFrom([]string{"index", "10-x", "9-x", "lessons", "مقدمة"}), rapid.StringN(1, 8, 40)).Draw(t, "slug"))
		return cmp.Or(s, "x")
	})
	titles := rapid.Custom(func(t *rapid.T) string {
		return cmp.Or(Title(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"yes", "null", "12", "a: b", "# x", "'", "- x", "{{x}}", "~"})).Draw(t, "title")), "Untitled")
	})
	bodies := rapid.Custom(func(t *rapid.T) string {
		b := Body(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"---\ntitle: no\n---\n", "# Head\n\nx  \ny", "![a](m/a.png)", "```\n{{ x }}\n```"})).Draw(t, "body"))
		out, _ := templateTags(b) // an import keeps no address tags
		return string(bytes.ReplaceAll([]byte(out), []byte{0}, nil))
	})
	c := Course{}
	for _, slug := range rapid.SliceOfNDistinct(slugs, 1, 5, rapid.ID[string]).Draw(t, "sections") {
		s := Section{Slug: slug, Title: titles.Draw(t, "section title")}
		for _, ls := range rapid.SliceOfNDistinct(slugs, 0, 6, rapid.ID[string]).Draw(t, "lessons") {
			s.Lessons = append(s.Lessons, Lesson{Slug: ls, Title: titles.Draw(t, "t"), Free: rapid.Bool().Draw(t, "free"), Body: Body(bodies.Draw(t, "b"))})
		}
		c.Sections = append(c.Sections, s)
	}
	if c.Lessons() == 0 {
		c.Sections[0].Lessons = []Lesson{{Slug: "index", Title: "T"}}
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "files") {
		c.Files = append(c.Files, BytesFile(fmt.Sprintf("m/%d.png", i), rapid.SliceOfN(rapid.Byte(), 0, 50).Draw(t, "bytes")))
	}
	return c
}

func TestImportOfExportIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyCourse(t)
		var b bytes.Buffer
		if err := Export(&b, want); err != nil {
			t.Fatal(err)
		}
		got, _, err := Import(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if d := gocmp.Diff(want, got, gocmp.Comparer(File.Equal)); d != "" {
			t.Fatal(d)
		}
		var again bytes.Buffer
		if err := Export(&again, got); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Fatal("two exports of one course differ")
		}
	})
}

// YAML escapes the hieroglyph as \U0001343C; NFC must not make "Ć" of the escape's end and the mark behind it.
func TestImportReadsTheHeadBeforeItNormalises(t *testing.T) {
	t.Parallel()
	want := Course{Sections: []Section{{Slug: "a", Title: "\U0001343c\u0301", Lessons: []Lesson{{Slug: "index", Title: "T"}}}}}
	var b bytes.Buffer
	if err := Export(&b, want); err != nil {
		t.Fatal(err)
	}
	got, _, err := Import(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff(want, got, gocmp.Comparer(File.Equal)); d != "" {
		t.Fatal(d)
	}
}

func TestFrontMatterRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := front{Title: Title(rapid.String().Draw(t, "title")), Slug: Slug(rapid.String().Draw(t, "slug")), Free: rapid.Bool().Draw(t, "free")}
		if f.Title == "" {
			f.Title = "x"
		}
		if rapid.Bool().Draw(t, "ordered") {
			n := rapid.IntRange(-1000, 1000).Draw(t, "order")
			f.Order = &n
		}
		got, body, _, notes := parseFront(formatFront(f) + "rest")
		if d := gocmp.Diff(f, got); d != "" || body != "rest" || len(notes) > 0 {
			t.Fatalf("%s\nbody %q notes %v", d, body, notes)
		}
	})
}

func FuzzImport(f *testing.F) {
	for _, entries := range [][]zipped{
		{{name: "a/one.md", text: "---\ntitle: One\n---\n{{ \"/a\" | relative_url }}"}},
		{{name: "../x.md", text: "x"}}, {{name: `a\b.md`, text: "---\n"}},
		{{name: "w/a/index.md", text: "# T\n"}, {name: "w/a/p.png", text: "x"}},
	} {
		r := zipOf(f, entries...)
		b := make([]byte, r.Size())
		if _, err := r.ReadAt(b, 0); err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, _, err := ImportWithin(bytes.NewReader(b), int64(len(b)), Limits{Entries: 50, Lesson: 1 << 16, File: 1 << 16, Total: 1 << 18, Ratio: 100})
		if err != nil {
			return
		}
		paths := map[string]bool{}
		for _, s := range c.Sections {
			for _, l := range s.Lessons {
				if p := s.Path(l); paths[p] || !ValidSlug(s.Slug) || !ValidSlug(l.Slug) || l.Title == "" {
					t.Fatalf("lesson %q %q", p, l.Title)
				} else {
					paths[p] = true
				}
			}
		}
		if !slices.IsSortedFunc(c.Files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) }) {
			t.Fatal("files out of order")
		}
	})
}

func FuzzFrontMatter(f *testing.F) {
	for _, s := range []string{
		"---\ntitle: x\norder: 1\n---\nbody", "---\n", "---\n---\n", "--- \r\na: &a [*a]\n...\n", "---\ntitle: {a: b}\n---",
		"---\n- x\n---\n", "---\n!!binary x\n---\n", "---\na: &x {b: *x}\n---\n", "\ufeff---\ntitle: \"\\x00\"\n---\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fr, body, line, _ := parseFront(s)
		if len(body) > len(s) || line < 1 || Title(fr.Title) != fr.Title || (fr.Slug != "" && !ValidSlug(fr.Slug)) {
			t.Fatalf("%q gave %+v, body %q, line %d", s, fr, body, line)
		}
	})
}

func FuzzRender(f *testing.F) {
	for _, s := range []string{"# x", "<script>", "[x](javascript:x)", "![x](a.png)", "<img src=x onerror=y>", "|a|\n|-|\n"} {
		f.Add(s)
	}
	x := NewIndex([]string{"s/a"}, []string{"a.png"})
	f.Fuzz(func(t *testing.T, s string) {
		out, err := Render(s, "s", resolver(x))
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range [][]byte{[]byte("<script"), []byte("<iframe"), []byte("<style")} {
			if bytes.Contains(bytes.ToLower([]byte(out)), bad) {
				t.Fatalf("%q rendered %q", s, out)
			}
		}
	})
}
