package courses

import (
	"cmp"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/workfluence/workfluence/internal/canon"
)

// Import reads a course from a zip under DefaultLimits. On an error (always an
// *ImportError) it returns nothing else. Files of the course read from r later.
func Import(r io.ReaderAt, size int64) (Course, []Warning, error) {
	return ImportWithin(r, size, DefaultLimits)
}

// ImportWithin is Import under other limits.
func ImportWithin(r io.ReaderAt, size int64, lim Limits) (Course, []Warning, error) {
	entries, err := readArchive(r, size, lim)
	if err != nil {
		return Course{}, nil, err
	}
	im := importer{lim: lim, wrap: wrapper(entries)}
	for _, e := range entries {
		if isLesson(e.path) {
			im.readLesson(e)
		}
	}
	im.arrange()
	im.readFiles(entries)
	if len(im.bad) == 0 && im.course.Lessons() == 0 {
		im.bad.add(Problem{Code: NoLessons}, "the zip holds no lesson: lessons are files that end in .md")
	}
	if err := im.bad.err(); err != nil {
		return Course{}, nil, err
	}
	im.checkReferences()
	return im.course, im.remarks.list(), nil
}

type importer struct {
	lim     Limits
	wrap    string // the folder that wraps everything, with its slash, or ""
	folders map[string]*folder
	course  Course
	at      map[string]string // section folder -> section slug
	sources map[string]source // lesson path -> where it came from
	bad     trouble
	remarks remarks
}

type folder struct {
	path    string // "" is the root
	title   string // of _section.md
	order   *int
	lessons []draft
}

type draft struct {
	front front
	file  string // as in the zip
	name  string // file name without its extension
	body  string
	line  int // of the body's start
}

type source struct {
	file string
	line int
}

// wrapper finds a single top folder that holds only folders of lessons, or
// lessons beside such folders. A top folder of lessons alone is a section.
func wrapper(entries []entry) string {
	if len(entries) == 0 {
		return ""
	}
	top, _, ok := strings.Cut(entries[0].path, "/")
	if !ok {
		return ""
	}
	deeper := false
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.path, top+"/")
		if !ok {
			return ""
		}
		if isLesson(rest) && strings.Contains(rest, "/") {
			deeper = true
		}
	}
	if !deeper {
		return ""
	}
	return top + "/"
}

func (im *importer) readLesson(e entry) {
	text, err := e.readText(im.lim.Lesson)
	if err != nil {
		im.fail(err)
		return
	}
	dir, base := path.Split(strings.TrimPrefix(e.path, im.wrap))
	dir = strings.TrimSuffix(dir, "/")
	if im.folders == nil {
		im.folders = map[string]*folder{}
	}
	f := im.folders[dir]
	if f == nil {
		f = &folder{path: dir}
		im.folders[dir] = f
	}
	fr, body, line, notes := parseFront(canon.LineEnds(text)) // title, slug and body are normalised once they are read
	im.remarks.add(e.path, 0, notes)
	name := strings.TrimSuffix(base, path.Ext(base))
	if name == "_section" {
		f.title, f.order = fr.Title, fr.Order
		return
	}
	f.lessons = append(f.lessons, draft{front: fr, file: e.path, name: name, body: Body(body), line: line + blankLines(body)})
}

func (im *importer) fail(err error) {
	var p *ImportError
	if errors.As(err, &p) && len(im.bad) < maxProblems {
		im.bad = append(im.bad, p.Problems...)
	}
}

// arrange turns folders into sections in reading order.
func (im *importer) arrange() {
	im.at = map[string]string{}
	im.sources = map[string]source{}
	folders := make([]*folder, 0, len(im.folders))
	for _, f := range im.folders {
		if len(f.lessons) > 0 || f.title != "" {
			slices.SortFunc(f.lessons, byReading)
			folders = append(folders, f)
		}
	}
	slices.SortFunc(folders, func(a, b *folder) int {
		return cmp.Or(byOrder(a.order, b.order), natural(a.path, b.path))
	})
	taken := map[string]string{}
	for _, f := range folders {
		slug := cmp.Or(Slug(f.path), "lessons")
		if other, ok := taken[slug]; ok {
			im.bad.add(sameAddress(SameFolders, im.wrap+f.path, im.wrap+other, slug), "the folders %q and %q have the same address %q", other, f.path, slug)
			continue
		}
		taken[slug] = f.path
		im.at[f.path] = slug
		im.course.Sections = append(im.course.Sections, im.section(f, slug))
	}
}

func sameAddress(reason, file, other, address string) Problem {
	p := Problem{Code: DuplicateSlug, Reason: reason, Params: map[string]string{ParamAddress: address}, File: file}
	if other != "" {
		p.Params[ParamOther] = other
	}
	return p
}

func (im *importer) section(f *folder, slug string) Section {
	s := Section{Slug: slug, Title: f.title}
	taken := map[string]string{}
	for _, d := range f.lessons {
		l := Lesson{Slug: d.front.Slug, Title: d.front.Title, Free: d.front.Free, Body: d.body}
		if l.Title == "" {
			if h, rest, ok := leadingHeading(l.Body); ok {
				l.Title, l.Body = h, Body(rest)
				d.line += 1 + blankLines(rest)
			}
		}
		l.Slug = cmp.Or(l.Slug, Slug(d.name), "lesson")
		l.Title = cmp.Or(l.Title, Title(humanize(d.name)), "Untitled")
		if other, ok := taken[l.Slug]; ok {
			im.bad.add(sameAddress(SameLessons, d.file, other, l.Slug), "this lesson and %s have the same address %q", other, l.Slug)
			continue
		}
		taken[l.Slug] = d.file
		body, notes := templateTags(l.Body)
		im.remarks.add(d.file, d.line-1, notes)
		l.Body = body
		if s.Title == "" && strings.EqualFold(d.name, "index") {
			s.Title = l.Title
		}
		im.sources[s.Path(l)] = source{file: d.file, line: d.line - 1}
		s.Lessons = append(s.Lessons, l)
	}
	s.Title = cmp.Or(s.Title, Title(humanize(path.Base(cmp.Or(f.path, slug)))), "Untitled")
	return s
}

// blankLines counts the lines that Body drops at the start of a text.
func blankLines(s string) int {
	return strings.Count(s[:len(s)-len(strings.TrimLeft(s, " \t\n"))], "\n")
}

// leadingHeading takes a first line "# Words" for the title, so that it is not
// shown twice.
func leadingHeading(body string) (title, rest string, ok bool) {
	first, rest, _ := strings.Cut(body, "\n")
	words, ok := strings.CutPrefix(first, "# ")
	title = Title(strings.TrimRight(strings.TrimSpace(words), "#"))
	if !ok || title == "" || strings.ContainsAny(title, "`*_[]<>{}") {
		return "", body, false
	}
	return title, rest, true
}

// byReading: the index, then those with an order, then the others by name.
func byReading(a, b draft) int {
	return cmp.Or(byOrder(a.rank(), b.rank()), natural(a.name, b.name), cmp.Compare(a.file, b.file))
}

func (d draft) rank() *int {
	if d.front.Order == nil && strings.EqualFold(d.name, "index") {
		first := -1_000_001
		return &first
	}
	return d.front.Order
}

func byOrder(a, b *int) int {
	switch {
	case a != nil && b != nil:
		return cmp.Compare(*a, *b)
	case a != nil:
		return -1
	case b != nil:
		return 1
	default:
		return 0
	}
}

func (im *importer) readFiles(entries []entry) {
	taken := map[string]bool{}
	for _, e := range entries {
		if isLesson(e.path) {
			continue
		}
		as := im.filePath(strings.TrimPrefix(e.path, im.wrap))
		if taken[as] {
			im.bad.add(sameAddress(SameFiles, e.path, "", as), "two files have the same address %q", as)
			continue
		}
		taken[as] = true
		f, err := e.file(as, im.lim.File)
		if err != nil {
			im.fail(err)
			continue
		}
		im.course.Files = append(im.course.Files, f)
	}
	slices.SortFunc(im.course.Files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
}

// filePath moves a file along when its section's folder was renamed to a slug.
func (im *importer) filePath(p string) string {
	for dir := path.Dir(p); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if slug, ok := im.at[dir]; ok {
			return slug + strings.TrimPrefix(p, dir)
		}
	}
	return p
}

func (im *importer) checkReferences() {
	x := im.course.Index()
	used := map[string]bool{}
	for _, s := range im.course.Sections {
		for _, l := range s.Lessons {
			src := im.sources[s.Path(l)]
			im.remarks.add(src.file, src.line, x.check(s.Slug, l.Body))
			for _, u := range x.Uses(s.Slug, l.Body) {
				used[u.Path] = true
			}
		}
	}
	for _, f := range im.course.Files {
		if !used[f.Path] {
			im.remarks.add(f.Path, 0, []note{{code: UnusedFile, text: "no lesson refers to this file; it was kept"}})
		}
	}
}

// remarks gathers warnings; a key that means nothing is said once for all files.
type remarks struct {
	all  []Warning
	keys map[string]int
}

func (r *remarks) add(file string, offset int, notes []note) {
	for _, n := range notes {
		if n.key != "" {
			if i, ok := r.keys[n.key]; ok {
				r.all[i].Times++
				continue
			}
			if r.keys == nil {
				r.keys = map[string]int{}
			}
			r.keys[n.key] = len(r.all)
		}
		w := Warning{Code: n.code, Reason: n.reason, Params: n.params, File: file, Text: n.text, Times: 1}
		if n.line > 0 {
			w.Line = n.line + offset
		}
		r.all = append(r.all, w)
	}
}

func (r *remarks) list() []Warning {
	slices.SortStableFunc(r.all, func(a, b Warning) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return r.all
}
