package courses

import (
	"bytes"
	"io"
	"path"
	"strings"

	"github.com/workfluence/workfluence/internal/canon"
)

// Course is sections in reading order and the files its lessons refer to,
// sorted by path.
type Course struct {
	Sections []Section
	Files    []File
}

// Section is a titled run of lessons. Slug is unique in the course.
type Section struct {
	Slug    string
	Title   string
	Lessons []Lesson
}

// Lesson is one Markdown text. Slug is unique in its section, Body is in the
// form of Body(). A Free lesson can be read before buying.
type Lesson struct {
	Slug  string
	Title string
	Free  bool
	Body  string
}

// Path is the lesson's address inside its course: section slug "/" lesson slug.
func (s Section) Path(l Lesson) string { return s.Slug + "/" + l.Slug }

// File is a picture, recording or document of a course. Path is relative to the
// course's root, in NFC with slashes, and unique.
type File struct {
	Path   string
	Size   int64  // bytes
	Digest string // canon.Sum of the content
	open   func() (io.ReadCloser, error)
}

// NewFile makes a file from a source that can be opened many times.
func NewFile(p string, size int64, digest string, open func() (io.ReadCloser, error)) File {
	return File{Path: p, Size: size, Digest: digest, open: open}
}

// BytesFile makes a file from content held in memory.
func BytesFile(p string, b []byte) File {
	return NewFile(p, int64(len(b)), canon.Sum(b), func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b)), nil
	})
}

// Open returns the content. A file of an imported zip reads from that zip, so
// the zip must still be there.
func (f File) Open() (io.ReadCloser, error) { return f.open() }

// Equal compares what a file is, not where its bytes are read from.
func (f File) Equal(g File) bool {
	return f.Path == g.Path && f.Size == g.Size && f.Digest == g.Digest
}

// Lessons counts the lessons of all sections.
func (c Course) Lessons() int {
	n := 0
	for _, s := range c.Sections {
		n += len(s.Lessons)
	}
	return n
}

// Body returns Markdown as a lesson keeps it: NFC, LF, no byte order mark, no
// blank lines at its start, one LF at its end. Trailing blanks inside stay: two
// of them are a line break in Markdown.
func Body(s string) string {
	s = strings.TrimRight(canon.Lines(s), " \t\n")
	for {
		line, rest, more := strings.Cut(s, "\n")
		if !more || strings.Trim(line, " \t") != "" {
			break
		}
		s = rest
	}
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return s + "\n"
}

// Kind is how a lesson presents a file, decided by its name's extension.
type Kind string

// The four kinds: the first three are shown in place, an attachment is offered.
const (
	Image      Kind = "image"
	Audio      Kind = "audio"
	Video      Kind = "video"
	Attachment Kind = "attachment"
)

// KindOf decides by the extension alone. SVG is an attachment: it can carry
// script, so it is never shown in place.
func KindOf(p string) Kind {
	switch strings.ToLower(path.Ext(p)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp":
		return Image
	case ".mp3", ".m4a", ".ogg", ".wav":
		return Audio
	case ".mp4", ".webm", ".mov", ".m4v":
		return Video
	default:
		return Attachment
	}
}
