package storefront

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/courses"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Import replaces the lessons of a draft by those of a zip. A lesson whose
// address is the same keeps its id, and with it its readers' progress. Files are
// added, or replaced under the same path; others stay. Error: ErrImport, with a
// field for each fault; then nothing was changed.
func (s *Service) Import(ctx context.Context, productID string, body io.Reader) (*storefrontapi.ImportResult, error) {
	if _, err := s.product(ctx, s.Pool, owner(ctx), productID); err != nil {
		return nil, err
	}
	zip, err := spool(body)
	if err != nil {
		return nil, err
	}
	defer zip.close()
	course, remarks, err := courses.Import(zip.file, zip.size)
	if err != nil {
		return nil, importProblem(err)
	}
	kept, err := s.keepFiles(ctx, course.Files)
	if err != nil {
		return nil, err
	}
	out := &storefrontapi.ImportResult{Files: len(kept), Warnings: warnings(remarks)}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		p, err := s.lockProduct(ctx, tx, productID)
		if err != nil {
			return err
		}
		if err := s.replaceCourse(ctx, tx, p.ID, course, kept); err != nil {
			return err
		}
		if _, err := exec(ctx, tx, "MoveOutline", pgx.NamedArgs{"id": productID, "now": s.Clock.Now()}); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "course.imported", p.ID, audit.Detail{"lessons": course.Lessons(), "files": len(kept)}); err != nil {
			return err
		}
		outline, err := s.outline(ctx, tx, productID)
		if err != nil {
			return err
		}
		out.Outline = *outline
		return nil
	})
	return out, err
}

// spooled is a zip on disk: reading one needs to jump about in it.
type spooled struct {
	file *os.File
	size int64
}

func (s spooled) close() {
	_ = s.file.Close()
	_ = os.Remove(s.file.Name())
}

func spool(body io.Reader) (spooled, error) {
	f, err := os.CreateTemp("", "workfluence-import-*.zip")
	if err != nil {
		return spooled{}, err
	}
	s := spooled{file: f}
	if s.size, err = io.Copy(f, io.LimitReader(body, files.MaxFile+1)); err == nil && s.size > files.MaxFile {
		err = storefrontapi.ErrFileTooLarge
	}
	if err != nil {
		s.close()
		return spooled{}, err
	}
	return s, nil
}

// importProblem names each fault of a refused zip with its file.
func importProblem(err error) error {
	var refused *courses.ImportError
	if !errors.As(err, &refused) {
		return err
	}
	p := storefrontapi.ErrImport.Because(err)
	for _, f := range refused.Problems {
		pointer := "/zip"
		detail := f.Text
		if f.File != "" {
			pointer = "/zip/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(f.File)
			detail = f.File + ": " + f.Text
		}
		p = p.With(problem.Field{Pointer: pointer, Code: f.Code, Detail: detail, Reason: f.Reason, Params: f.Params})
	}
	return p
}

// keepFiles streams a course's files into the store, and names them by what was
// kept: of a picture only itself. Content that the following transaction does
// not come to refer to is collected.
func (s *Service) keepFiles(ctx context.Context, fs []courses.File) ([]courses.File, error) {
	kept := slices.Clone(fs)
	for i, f := range fs {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		blob, err := s.Files.Put(ctx, r, f.Path, files.MaxFile, s.claim)
		_ = r.Close()
		if errors.Is(err, files.ErrImage) {
			return nil, importProblem(&courses.ImportError{Problems: []courses.Problem{
				{Code: storefrontapi.ErrImageUnreadable.Code, File: f.Path, Text: storefrontapi.ErrImageUnreadable.Detail},
			}})
		}
		if err != nil {
			return nil, err
		}
		kept[i].Digest, kept[i].Size = blob.Digest, blob.Size
	}
	return kept, nil
}

// replaceCourse puts a course in the place of a draft's.
func (s *Service) replaceCourse(ctx context.Context, tx pgx.Tx, productID string, course courses.Course, fs []courses.File) error {
	byProduct := pgx.NamedArgs{"product": productID}
	sections, err := many[Section](ctx, tx, "Sections", byProduct)
	if err != nil {
		return err
	}
	lessons, err := many[Lesson](ctx, tx, "Lessons", byProduct)
	if err != nil {
		return err
	}
	sectionIDs, lessonIDs := map[string]string{}, map[string]string{}
	for _, sec := range sections {
		sectionIDs[sec.Slug] = sec.ID
	}
	for _, l := range lessons {
		lessonIDs[l.SectionSlug+"/"+l.Slug] = l.ID
	}
	batch := &pgx.Batch{}
	keepSections, keepLessons := []string{}, []string{}
	now := s.Clock.Now()
	for i, sec := range course.Sections {
		secID := idFor(sectionIDs, sec.Slug, sectionPrefix)
		keepSections = append(keepSections, secID)
		batch.Queue(queries.SQL("PutSection"), pgx.NamedArgs{"id": secID, "product": productID, "slug": sec.Slug, "title": sec.Title, "place": i + 1})
		for j, l := range sec.Lessons {
			lessonID := idFor(lessonIDs, sec.Path(l), lessonPrefix)
			keepLessons = append(keepLessons, lessonID)
			batch.Queue(queries.SQL("PutLesson"), pgx.NamedArgs{
				"id": lessonID, "product": productID, "section": secID, "slug": l.Slug, "title": l.Title, "free": l.Free, "body": l.Body,
				"place": j + 1, "now": now,
			})
		}
	}
	batch.Queue(queries.SQL("KeepLessons"), pgx.NamedArgs{"product": productID, "keep": keepLessons})
	batch.Queue(queries.SQL("KeepSections"), pgx.NamedArgs{"product": productID, "keep": keepSections})
	for _, f := range fs {
		batch.Queue(queries.SQL("PutFile"), pgx.NamedArgs{
			"id": id.New(filePrefix), "product": productID, "path": f.Path, "digest": f.Digest, "size": f.Size, "now": now,
		})
	}
	return known(tx.SendBatch(ctx, batch).Close())
}

func idFor(existing map[string]string, path, prefix string) string {
	if known, ok := existing[path]; ok {
		return known
	}
	return id.New(prefix)
}

// Export writes a draft as a zip that Import reads back. It reads everything it
// needs before the first byte leaves.
func (s *Service) Export(ctx context.Context, productID string) (func(w io.Writer) error, string, error) {
	p, err := one[Product](ctx, s.Pool, problem.ErrNotFound, "Products", pgx.NamedArgs{"creator": owner(ctx), "id": productID, "cursor": "", "limit": 1})
	if err != nil {
		return nil, "", err
	}
	d, err := s.draft(ctx, s.Pool, p)
	if err != nil {
		return nil, "", err
	}
	return func(w io.Writer) error { return courses.Export(w, d.course) }, p.Slug + ".zip", nil
}

// courseFile is a product's file as courses sees it, read from the store.
func (s *Service) courseFile(ctx context.Context, f File) courses.File {
	return courses.NewFile(f.Path, f.Size, f.Digest, func() (io.ReadCloser, error) { return s.Files.Content(ctx, f.Digest) })
}
