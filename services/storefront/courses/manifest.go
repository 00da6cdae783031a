package courses

import (
	"cmp"
	"slices"

	"github.com/workfluence/workfluence/internal/canon"
)

// Manifest is what a publication promises: every part of a product by its own
// digest. Its JSON is hashed by RFC 8785 (docs/digest.md), so field names and
// order of entries are a contract: V rises when they change.
type Manifest struct {
	V       int     `json:"v"`
	Kind    string  `json:"kind"` // "course"
	Entries []Entry `json:"entries"`
}

// Entry is one part: the page, then lessons in reading order, then media and
// attachments by path. A part that did not change keeps its digest, so only
// what changed is judged again.
type Entry struct {
	Kind    string `json:"kind"` // page, lesson, media, attachment
	Path    string `json:"path"`
	Digest  string `json:"digest"`
	Section string `json:"section,omitempty"` // title, lessons only
	Free    bool   `json:"free,omitempty"`
}

// Page is what a product's page says: the words a buyer decides by.
type Page struct {
	Title   string
	Summary string
	Body    string // Markdown
	Cover   string // digest of the picture, "" without one
}

// pageText and lessonText are the digested forms of a page and a lesson.
type pageText struct {
	V             int    `json:"v"`
	Kind          string `json:"kind"`
	TitleSHA256   string `json:"title_sha256"`
	SummarySHA256 string `json:"summary_sha256"`
	TextSHA256    string `json:"text_sha256"`
	Cover         string `json:"cover,omitempty"`
}

type lessonText struct {
	V           int         `json:"v"`
	Kind        string      `json:"kind"`
	TitleSHA256 string      `json:"title_sha256"`
	TextSHA256  string      `json:"text_sha256"`
	Media       []mediaText `json:"media"`
}

type mediaText struct {
	Digest    string `json:"digest"`
	AltSHA256 string `json:"alt_sha256"`
}

// Digest of a page.
func (p Page) Digest() (string, error) {
	return canon.Digest(pageText{
		V: 1, Kind: "page", TitleSHA256: textSum(p.Title), SummarySHA256: textSum(p.Summary),
		TextSHA256: textSum(p.Body), Cover: p.Cover,
	})
}

// LessonDigest covers title, text, and each file the lesson uses with the words
// that stand for it, in order of appearance. digestOf maps File.Path to digest;
// a file it lacks is left out, as the reader sees only its words.
func LessonDigest(l Lesson, uses []Reference, digestOf map[string]string) (string, error) {
	t := lessonText{V: 1, Kind: "lesson", TitleSHA256: textSum(l.Title), TextSHA256: textSum(l.Body), Media: []mediaText{}}
	for _, u := range uses {
		if d := digestOf[u.Path]; d != "" {
			t.Media = append(t.Media, mediaText{Digest: d, AltSHA256: textSum(u.Alt)})
		}
	}
	return canon.Digest(t)
}

// Manifest lists the course under its page. Only files that a lesson refers to
// are published; attached names, by lesson path, files that are offered beside
// a lesson without being named in its text.
func (c Course) Manifest(p Page, attached map[string][]string) (Manifest, error) {
	page, err := p.Digest()
	if err != nil {
		return Manifest{}, err
	}
	m := Manifest{V: 1, Kind: "course", Entries: []Entry{{Kind: "page", Path: "page", Digest: page}}}
	digestOf := map[string]string{}
	for _, f := range c.Files {
		digestOf[f.Path] = f.Digest
	}
	x := c.Index()
	shown := map[string]bool{}
	for _, s := range c.Sections {
		for _, l := range s.Lessons {
			uses := withAttached(x.Uses(s.Slug, l.Body), attached[s.Path(l)])
			d, err := LessonDigest(l, uses, digestOf)
			if err != nil {
				return Manifest{}, err
			}
			m.Entries = append(m.Entries, Entry{Kind: "lesson", Path: s.Path(l), Digest: d, Section: s.Title, Free: l.Free})
			for _, u := range uses {
				shown[u.Path] = true
			}
		}
	}
	return m.withFiles(c.Files, shown), nil
}

func withAttached(uses []Reference, paths []string) []Reference {
	for _, p := range paths {
		if !slices.ContainsFunc(uses, func(u Reference) bool { return u.Path == p }) {
			uses = append(uses, Reference{Path: p, Kind: KindOf(p)})
		}
	}
	return uses
}

func (m Manifest) withFiles(files []File, shown map[string]bool) Manifest {
	var media, attachments []Entry
	for _, f := range files {
		switch {
		case !shown[f.Path]:
		case KindOf(f.Path) == Attachment:
			attachments = append(attachments, Entry{Kind: "attachment", Path: f.Path, Digest: f.Digest})
		default:
			media = append(media, Entry{Kind: "media", Path: f.Path, Digest: f.Digest})
		}
	}
	byPath := func(a, b Entry) int { return cmp.Compare(a.Path, b.Path) }
	slices.SortFunc(media, byPath)
	slices.SortFunc(attachments, byPath)
	m.Entries = append(append(m.Entries, media...), attachments...)
	return m
}

// Digest of the whole publication.
func (m Manifest) Digest() (string, error) { return canon.Digest(m) }

func textSum(s string) string { return canon.Sum([]byte(canon.Text(s))) }
