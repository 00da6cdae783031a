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

// Part is an entry with what its digest is over and what it says: whoever agrees to the entry reads that.
type Part struct {
	Entry
	Parts                []byte // RFC 8785 JSON; nil of a file, whose digest is over its bytes
	Title, Summary, Text string
}

// parts is what the digest of a page is over.
func (p Page) parts() ([]byte, error) {
	return canon.JSON(pageText{
		V: 1, Kind: "page", TitleSHA256: textSum(p.Title), SummarySHA256: textSum(p.Summary),
		TextSHA256: textSum(p.Body), Cover: p.Cover,
	})
}

// lessonParts is what the digest of a lesson is over: title, text, and each file the lesson uses with the words
// that stand for it, in order of appearance. digestOf maps File.Path to digest;
// a file it lacks is left out, as the reader sees only its words.
func lessonParts(l Lesson, uses []Reference, digestOf map[string]string) ([]byte, error) {
	t := lessonText{V: 1, Kind: "lesson", TitleSHA256: textSum(l.Title), TextSHA256: textSum(l.Body), Media: []mediaText{}}
	for _, u := range uses {
		if d := digestOf[u.Path]; d != "" {
			t.Media = append(t.Media, mediaText{Digest: d, AltSHA256: textSum(u.Alt)})
		}
	}
	return canon.JSON(t)
}

// Manifest lists the course under its page. Only files that a lesson refers to
// are published; attached names, by lesson path, files that are offered beside
// a lesson without being named in its text.
func (c Course) Manifest(p Page, attached map[string][]string) (Manifest, error) {
	m := Manifest{V: 1, Kind: "course"}
	all, err := c.Parts(p, attached)
	for _, part := range all {
		m.Entries = append(m.Entries, part.Entry)
	}
	return m, err
}

// Parts are the entries of the manifest with what each says.
func (c Course) Parts(p Page, attached map[string][]string) ([]Part, error) {
	page, err := p.parts()
	if err != nil {
		return nil, err
	}
	all := []Part{{Entry: Entry{Kind: "page", Path: "page", Digest: canon.Sum(page)}, Parts: page, Title: p.Title, Summary: p.Summary, Text: p.Body}}
	digestOf := map[string]string{}
	for _, f := range c.Files {
		digestOf[f.Path] = f.Digest
	}
	x := c.Index()
	shown := map[string]bool{}
	for _, s := range c.Sections {
		for _, l := range s.Lessons {
			uses := withAttached(x.Uses(s.Slug, l.Body), attached[s.Path(l)])
			parts, err := lessonParts(l, uses, digestOf)
			if err != nil {
				return nil, err
			}
			all = append(all, Part{
				Entry: Entry{Kind: "lesson", Path: s.Path(l), Digest: canon.Sum(parts), Section: s.Title, Free: l.Free},
				Parts: parts, Title: l.Title, Text: l.Body,
			})
			for _, u := range uses {
				shown[u.Path] = true
			}
		}
	}
	return withFiles(all, c.Files, shown), nil
}

func withAttached(uses []Reference, paths []string) []Reference {
	for _, p := range paths {
		if !slices.ContainsFunc(uses, func(u Reference) bool { return u.Path == p }) {
			uses = append(uses, Reference{Path: p, Kind: KindOf(p)})
		}
	}
	return uses
}

func withFiles(all []Part, files []File, shown map[string]bool) []Part {
	var media, attachments []Part
	for _, f := range files {
		switch {
		case !shown[f.Path]:
		case KindOf(f.Path) == Attachment:
			attachments = append(attachments, Part{Entry: Entry{Kind: "attachment", Path: f.Path, Digest: f.Digest}})
		default:
			media = append(media, Part{Entry: Entry{Kind: "media", Path: f.Path, Digest: f.Digest}})
		}
	}
	byPath := func(a, b Part) int { return cmp.Compare(a.Path, b.Path) }
	slices.SortFunc(media, byPath)
	slices.SortFunc(attachments, byPath)
	return append(append(all, media...), attachments...)
}

// Digest of the whole publication.
func (m Manifest) Digest() (string, error) { return canon.Digest(m) }

func textSum(s string) string { return canon.Sum([]byte(canon.Text(s))) }
