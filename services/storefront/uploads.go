package storefront

import (
	"context"
	"errors"
	"io"
	"path"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/courses"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// uploadLife is how long an upload waits for its next part.
const uploadLife = 24 * time.Hour

// Upload is a file that comes in parts.
type Upload struct {
	ID        string
	CreatorID string
	ProductID string
	LessonID  *string
	Name      string
	Import    bool
	Length    int64
	Received  int64
	Parts     []string
	State     string
	Digest    *string
	FileID    *string
	ExpiresAt time.Time
}

const (
	uploadOpen = "open"
	uploadDone = "done"
)

// fileProblem gives the errors of the file store their codes.
func fileProblem(err error) error {
	switch {
	case errors.Is(err, files.ErrTooLarge):
		return storefrontapi.ErrFileTooLarge.Because(err)
	case errors.Is(err, files.ErrImage):
		return storefrontapi.ErrImageUnreadable.Because(err)
	case errors.Is(err, files.ErrChecksum):
		return storefrontapi.ErrUploadChecksum.Because(err)
	case errors.Is(err, files.ErrHeader):
		return problem.ErrMalformed.Because(err)
	case errors.Is(err, files.ErrExpired):
		return storefrontapi.ErrLinkExpired.Because(err)
	case files.Gone(err):
		return problem.ErrNotFound.Because(err)
	}
	return err
}

// pathFor makes a file's path of the name it was uploaded under: one that needs
// no escaping in Markdown.
func pathFor(name string) string {
	ext := strings.ToLower(path.Ext(name))
	stem := courses.Slug(strings.TrimSuffix(path.Base("/"+name), path.Ext(name)))
	if stem == "" {
		stem = "file"
	}
	if courses.Slug(strings.TrimPrefix(ext, ".")) != strings.TrimPrefix(ext, ".") || len(ext) > 10 {
		ext = ""
	}
	return "media/" + stem + ext
}

// UploadFile streams one file of a product into the store. size is what the
// sender announced, -1 when it did not. Errors: ErrFileTooLarge, ErrImageUnreadable.
func (s *Service) UploadFile(ctx context.Context, to storefrontapi.UploadTarget, size int64, body io.Reader) (*storefrontapi.File, error) {
	if size > s.Config.MaxUpload {
		return nil, storefrontapi.ErrFileTooLarge
	}
	if err := s.checkTarget(ctx, to); err != nil {
		return nil, err
	}
	blob, err := s.Files.Put(ctx, body, to.Name, s.Config.MaxUpload, s.claim)
	if err != nil {
		return nil, fileProblem(err)
	}
	var out *storefrontapi.File
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var err error
		out, err = s.addFile(ctx, tx, to, blob)
		return err
	})
	return out, err
}

// checkTarget refuses before the first byte what would be refused after the last.
func (s *Service) checkTarget(ctx context.Context, to storefrontapi.UploadTarget) error {
	if _, err := s.product(ctx, s.Pool, owner(ctx), to.ProductID); err != nil {
		return err
	}
	if courses.Title(to.Name) == "" || len(to.Name) > 300 {
		return problem.ErrInvalid.WithField("/name", "required", "name the file, in at most 300 bytes")
	}
	if to.LessonID == "" {
		return nil
	}
	l, err := one[Lesson](ctx, s.Pool, problem.ErrNotFound, "Lesson", pgx.NamedArgs{"id": to.LessonID, "creator": owner(ctx)})
	if err == nil && l.ProductID != to.ProductID {
		err = problem.ErrNotFound
	}
	return err
}

// addFile names content in a product; the same name again replaces it in the
// draft, and publications keep what they had.
func (s *Service) addFile(ctx context.Context, tx pgx.Tx, to storefrontapi.UploadTarget, blob files.Blob) (*storefrontapi.File, error) {
	p, err := s.lockProduct(ctx, tx, to.ProductID)
	if err != nil {
		return nil, err
	}
	f, err := one[File](ctx, tx, problem.ErrNotFound, "PutFile", pgx.NamedArgs{
		"id": id.New(filePrefix), "product": p.ID, "path": pathFor(to.Name), "digest": blob.Digest, "size": blob.Size, "now": s.Clock.Now(),
	})
	if err != nil {
		return nil, err
	}
	if to.LessonID != "" {
		if _, err := exec(ctx, tx, "AttachFile", pgx.NamedArgs{"lesson": to.LessonID, "file": f.ID}); err != nil {
			return nil, err
		}
	}
	if err := s.touch(ctx, tx, p.ID); err != nil {
		return nil, err
	}
	if err := s.record(ctx, tx, "file.added", f.ID, audit.Detail{"product": p.ID, "digest": blob.Digest}); err != nil {
		return nil, err
	}
	out := s.fileWire(f)
	return &out, nil
}

// Files lists a product's files.
func (s *Service) FileList(ctx context.Context, productID string) (*storefrontapi.FileList, error) {
	if _, err := s.product(ctx, s.Pool, owner(ctx), productID); err != nil {
		return nil, err
	}
	fs, err := many[File](ctx, s.Pool, "Files", pgx.NamedArgs{"product": productID})
	if err != nil {
		return nil, err
	}
	out := &storefrontapi.FileList{Items: []storefrontapi.File{}}
	for _, f := range fs {
		out.Items = append(out.Items, s.fileWire(f))
	}
	return out, nil
}

// DeleteFile takes a file out of a draft. Error: ErrFileInUse.
func (s *Service) DeleteFile(ctx context.Context, fileID string) error {
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		f, err := one[File](ctx, tx, problem.ErrNotFound, "OwnFile", pgx.NamedArgs{"id": fileID, "creator": owner(ctx)})
		if err != nil {
			return err
		}
		p, err := s.lockProduct(ctx, tx, f.ProductID)
		if err != nil {
			return err
		}
		d, err := s.draft(ctx, tx, p)
		if err != nil {
			return err
		}
		if d.uses(p, f) {
			return storefrontapi.ErrFileInUse.WithState(f.Path)
		}
		if _, err := exec(ctx, tx, "DeleteFile", pgx.NamedArgs{"id": fileID}); err != nil {
			return err
		}
		if err := s.touch(ctx, tx, p.ID); err != nil {
			return err
		}
		return s.record(ctx, tx, "file.deleted", f.ID, audit.Detail{"product": p.ID})
	})
}

// uses reports whether the draft shows or offers a file anywhere.
func (d draft) uses(p Product, f File) bool {
	if p.CoverFileID != nil && *p.CoverFileID == f.ID {
		return true
	}
	x := d.course.Index()
	refers := func(dir, body string) bool {
		for _, u := range x.Uses(dir, body) {
			if u.Path == f.Path {
				return true
			}
		}
		return false
	}
	for _, sec := range d.course.Sections {
		for _, l := range sec.Lessons {
			if refers(sec.Slug, l.Body) {
				return true
			}
			for _, offered := range d.attached[sec.Path(l)] {
				if offered == f.Path {
					return true
				}
			}
		}
	}
	return refers("", p.Description)
}
