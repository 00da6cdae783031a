package storefront

import (
	"context"
	"path"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/services/storefront/courses"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Section is a run of lessons of a draft.
type Section struct {
	ID        string
	ProductID string
	Slug      string
	Title     string
	Place     int
	Version   int64
}

// Lesson is a lesson of a draft.
type Lesson struct {
	ID          string
	ProductID   string
	SectionID   string
	SectionSlug string
	Slug        string
	Title       string
	Free        bool
	Body        string
	Place       int
	Version     int64
	UpdatedAt   time.Time
}

// File is a name of a product for content that the file store keeps.
type File struct {
	ID        string
	ProductID string
	Path      string
	Digest    string
	Size      int64
	AddedAt   time.Time
}

func (s *Service) fileWire(f File) storefrontapi.File {
	return storefrontapi.File{
		ID: f.ID, Path: f.Path, Name: path.Base(f.Path), Kind: string(courses.KindOf(f.Path)), Type: files.Type(f.Path), Size: f.Size,
		Digest: f.Digest, URL: s.draftURL(f.ProductID, f.Digest, f.Path), Added: f.AddedAt,
	}
}

// fileSet is the files that texts of one product may refer to.
type fileSet struct {
	paths  []string
	byPath map[string]File
}

func newFileSet(fs []File) fileSet {
	out := fileSet{byPath: make(map[string]File, len(fs))}
	for _, f := range fs {
		out.paths = append(out.paths, f.Path)
		out.byPath[f.Path] = f
	}
	return out
}

func (s *Service) draftFiles(ctx context.Context, db pg.Querier, productID string) (fileSet, error) {
	fs, err := many[File](ctx, db, "Files", pgx.NamedArgs{"product": productID})
	return newFileSet(fs), err
}

func (s *Service) publishedFiles(ctx context.Context, db pg.Querier, publicationID string) (fileSet, error) {
	fs, err := many[File](ctx, db, "PublicationFiles", pgx.NamedArgs{"publication": publicationID})
	return newFileSet(fs), err
}

// renderPage renders a description: what it shows is public.
func (s *Service) renderPage(text string, fs fileSet) (string, error) {
	x := courses.NewIndex(nil, fs.paths)
	return courses.Render(text, "", courses.Resolver{File: func(p string) (string, bool) {
		p, ok := x.File(p)
		if !ok {
			return "", false
		}
		return s.Sign.PublicURL(fs.byPath[p].Digest, p), true
	}})
}

// reader renders the lessons of one course for one grant. A link to another
// lesson is its id alone, so it works beside any address that ends in one.
type reader struct {
	index courses.Index
	ids   map[string]string // lesson path -> id
	files fileSet
	url   func(f File) string
}

func (r reader) render(section, body string) (string, error) {
	return courses.Render(body, section, courses.Resolver{
		File: func(p string) (string, bool) {
			p, ok := r.index.File(p)
			if !ok {
				return "", false
			}
			return r.url(r.files.byPath[p]), true
		},
		Lesson: func(p string) (string, bool) {
			p, ok := r.index.Lesson(p)
			return r.ids[p], ok
		},
	})
}

// draft is what publishing would copy.
type draft struct {
	course      courses.Course
	ids         map[string]string // lesson path -> id
	attached    map[string][]string
	coverPath   *string
	coverDigest string
}

func (s *Service) draft(ctx context.Context, db pg.Querier, p Product) (draft, error) {
	byProduct := pgx.NamedArgs{"product": p.ID}
	sections, err := many[Section](ctx, db, "Sections", byProduct)
	if err != nil {
		return draft{}, err
	}
	lessons, err := many[Lesson](ctx, db, "Lessons", byProduct)
	if err != nil {
		return draft{}, err
	}
	fs, err := many[File](ctx, db, "Files", byProduct)
	if err != nil {
		return draft{}, err
	}
	attached, err := many[attachment](ctx, db, "Attachments", byProduct)
	if err != nil {
		return draft{}, err
	}
	d := assemble(sections, lessons, attached)
	for _, f := range fs {
		d.course.Files = append(d.course.Files, s.courseFile(ctx, f))
		if p.CoverFileID != nil && f.ID == *p.CoverFileID {
			d.coverPath, d.coverDigest = &f.Path, f.Digest
		}
	}
	return d, nil
}

// attachment is a file offered beside a lesson.
type attachment struct {
	LessonID string
	Path     string
}

func assemble(sections []Section, lessons []Lesson, attached []attachment) draft {
	d := draft{ids: map[string]string{}, attached: map[string][]string{}}
	at := map[string]int{}
	for i, sec := range sections {
		at[sec.ID] = i
		d.course.Sections = append(d.course.Sections, courses.Section{Slug: sec.Slug, Title: sec.Title})
	}
	pathOfID := map[string]string{}
	for _, l := range lessons {
		sec := &d.course.Sections[at[l.SectionID]]
		lesson := courses.Lesson{Slug: l.Slug, Title: l.Title, Free: l.Free, Body: l.Body}
		sec.Lessons = append(sec.Lessons, lesson)
		d.ids[sec.Path(lesson)] = l.ID
		pathOfID[l.ID] = sec.Path(lesson)
	}
	for _, a := range attached {
		p := pathOfID[a.LessonID]
		d.attached[p] = append(d.attached[p], a.Path)
	}
	return d
}

// copyInto writes the draft's lessons into a publication, each text once.
func (d draft) copyInto(ctx context.Context, tx pgx.Tx, publicationID string) error {
	var digests, bodies []string
	batch := &pgx.Batch{}
	place := 0
	for _, sec := range d.course.Sections {
		for _, l := range sec.Lessons {
			place++
			p := sec.Path(l)
			digest := canon.Sum([]byte(l.Body))
			digests, bodies = append(digests, digest), append(bodies, l.Body)
			attached := d.attached[p]
			if attached == nil {
				attached = []string{}
			}
			batch.Queue(queries.SQL("InsertPublicationLesson"), pgx.NamedArgs{
				"publication": publicationID, "lesson": d.ids[p], "place": place, "section_slug": sec.Slug, "section_title": sec.Title,
				"slug": l.Slug, "title": l.Title, "free": l.Free, "text": digest, "attached": attached,
			})
		}
	}
	if _, err := exec(ctx, tx, "InsertText", pgx.NamedArgs{"digests": digests, "bodies": bodies}); err != nil {
		return err
	}
	return tx.SendBatch(ctx, batch).Close()
}
