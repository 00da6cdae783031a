package courses

import "strings"

// Index answers whether a course has a lesson or file, in the forgiving way in
// which writers refer to them. Import checks by it and the player resolves by
// it, so a reference that raised no warning works for the reader.
type Index struct {
	lessons map[string]string // path as asked -> path of the lesson
	files   map[string]string
}

// NewIndex indexes lessons ("section/lesson", in reading order) and file paths.
// "section/index" finds the section's first lesson when none has that name.
func NewIndex(lessons, files []string) Index {
	x := Index{lessons: make(map[string]string, len(lessons)), files: make(map[string]string, 2*len(files))}
	for _, l := range lessons {
		x.lessons[l] = l
	}
	for _, l := range lessons {
		section, _, _ := strings.Cut(l, "/")
		if _, ok := x.lessons[section+"/index"]; !ok {
			x.lessons[section+"/index"] = l
		}
	}
	for _, f := range files {
		x.files[f] = f
	}
	for _, f := range files {
		if loose := loosePath(f); x.files[loose] == "" {
			x.files[loose] = f
		}
	}
	return x
}

// Index of a whole course.
func (c Course) Index() Index {
	var lessons, files []string
	for _, s := range c.Sections {
		for _, l := range s.Lessons {
			lessons = append(lessons, s.Path(l))
		}
	}
	for _, f := range c.Files {
		files = append(files, f.Path)
	}
	return NewIndex(lessons, files)
}

// Lesson returns the path of the lesson that p means.
func (x Index) Lesson(p string) (string, bool) { l, ok := x.lessons[p]; return l, ok }

// File returns the path of the file that p means.
func (x Index) File(p string) (string, bool) {
	if f, ok := x.files[p]; ok {
		return f, true
	}
	f, ok := x.files[loosePath(p)]
	return f, ok
}

// loosePath forgets case and how folder names were spelt.
func loosePath(p string) string {
	parts := strings.Split(strings.ToLower(p), "/")
	for i := range len(parts) - 1 {
		parts[i] = Slug(parts[i])
	}
	return strings.Join(parts, "/")
}

// Reference is one file a lesson uses: shown in place or offered to keep.
type Reference struct {
	Path string // File.Path
	Alt  string // the words that stand for it, "" where there are none
	Kind Kind
}

// Uses lists the files of the course that a lesson in section dir refers to, in
// order of first appearance, each once.
func (x Index) Uses(dir, body string) []Reference {
	var out []Reference
	seen := map[string]bool{}
	for _, r := range references(body) {
		if f, ok := x.resolveFile(dir, r); ok && !seen[f] {
			seen[f] = true
			out = append(out, Reference{Path: f, Alt: strings.TrimSpace(r.alt), Kind: KindOf(f)})
		}
	}
	return out
}

func (x Index) resolveFile(dir string, r ref) (string, bool) {
	if external(r.dest) {
		return "", false
	}
	p, _, _ := split(r.dest)
	for _, c := range candidates(dir, p) {
		if f, ok := x.File(c); ok {
			return f, true
		}
	}
	return "", false
}

func (x Index) resolveLesson(dir string, r ref) bool {
	p, _, _ := split(r.dest)
	for _, c := range candidates(dir, p) {
		if _, ok := x.Lesson(lessonPath(c)); ok {
			return true
		}
	}
	return false
}

// check remarks on the references of a body that lead nowhere.
func (x Index) check(dir, body string) []note {
	var notes []note
	for _, r := range references(body) {
		p, _, _ := split(r.dest)
		about := map[string]string{ParamTarget: r.dest}
		switch {
		case r.image && external(r.dest):
			notes = append(notes, note{line: r.line, code: RemoteImage, params: about, text: r.dest + " is on another site: readers get a link; upload it to show it"})
		case external(r.dest) || p == "":
		case r.image:
			if _, ok := x.resolveFile(dir, r); !ok {
				notes = append(notes, note{line: r.line, code: MissingFile, params: about, text: r.dest + " is not in the zip"})
			}
		default:
			if _, ok := x.resolveFile(dir, r); ok || x.resolveLesson(dir, r) {
				continue
			}
			n := note{line: r.line, code: DeadLink, params: about, text: "the link to " + r.dest + " leads to no lesson here"}
			if KindOf(p) != Attachment {
				n.code, n.text = MissingFile, r.dest+" is not in the zip"
			}
			notes = append(notes, n)
		}
	}
	return notes
}

// Check remarks on the references of one text that lead nowhere.
func (x Index) Check(dir, body string) []Warning {
	var r remarks
	r.add("", 0, x.check(dir, body))
	return r.list()
}
