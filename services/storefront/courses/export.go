package courses

import (
	"archive/zip"
	"io"
	"slices"
	"time"
)

// Export writes a course as a zip that Import reads back to an equal course. It
// writes order only where reading order differs from the order of names, and
// _section.md only where a section's title or place would not be derived.
func Export(w io.Writer, c Course) error {
	z := zip.NewWriter(w)
	ordered := !slices.IsSortedFunc(c.Sections, func(a, b Section) int { return natural(a.Slug, b.Slug) })
	for i, s := range c.Sections {
		head := front{Title: s.Title}
		if ordered {
			n := i + 1
			head.Order = &n
		}
		if ordered || len(s.Lessons) == 0 || derivedTitle(s) != s.Title {
			if err := put(z, s.Slug+"/_section.md", formatFront(head)); err != nil {
				return err
			}
		}
		if err := exportLessons(z, s); err != nil {
			return err
		}
	}
	for _, f := range c.Files {
		if err := putFile(z, f); err != nil {
			return err
		}
	}
	return z.Close()
}

func exportLessons(z *zip.Writer, s Section) error {
	drafts := make([]draft, len(s.Lessons))
	for i, l := range s.Lessons {
		drafts[i] = draft{name: l.Slug, file: l.Slug}
	}
	ordered := !slices.IsSortedFunc(drafts, byReading)
	for i, l := range s.Lessons {
		head := front{Title: l.Title, Free: l.Free}
		if ordered {
			n := i + 1
			head.Order = &n
		}
		if err := put(z, s.Path(l)+".md", formatFront(head)+l.Body); err != nil {
			return err
		}
	}
	return nil
}

// derivedTitle is the title that Import would give the section by itself.
func derivedTitle(s Section) string {
	for _, l := range s.Lessons {
		if l.Slug == "index" {
			return l.Title
		}
	}
	return Title(humanize(s.Slug))
}

// epoch dates every entry alike: equal courses export to equal bytes.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func put(z *zip.Writer, name, text string) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: epoch})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return err
}

func putFile(z *zip.Writer, f File) error {
	method := zip.Store // pictures and recordings are compressed already
	if KindOf(f.Path) == Attachment {
		method = zip.Deflate
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: f.Path, Method: method, Modified: epoch})
	if err != nil {
		return err
	}
	rc, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = rc.Close() }()
	_, err = io.Copy(w, rc)
	return err
}
