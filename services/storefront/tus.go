package storefront

import (
	"context"
	"io"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// CreateUpload begins a resumable upload of length bytes (tus 1.0, creation).
// Error: ErrFileTooLarge.
func (s *Service) CreateUpload(ctx context.Context, to storefrontapi.UploadTarget, length int64) (Upload, error) {
	switch {
	case length < 0:
		return Upload{}, problem.ErrMalformed.WithDetail("Upload-Length must be the number of bytes.")
	case length > s.Config.MaxUpload:
		return Upload{}, storefrontapi.ErrFileTooLarge
	}
	if err := s.checkTarget(ctx, to); err != nil {
		return Upload{}, err
	}
	u := Upload{
		ID: id.New(uploadPrefix), CreatorID: owner(ctx), ProductID: to.ProductID, Name: to.Name, Import: to.Import, Length: length,
		State: uploadOpen, ExpiresAt: s.wall().Add(uploadLife),
	}
	if to.LessonID != "" {
		u.LessonID = &to.LessonID
	}
	return u, s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := exec(ctx, tx, "InsertUpload", pgx.NamedArgs{
			"id": u.ID, "creator": u.CreatorID, "product": u.ProductID, "lesson": u.LessonID, "name": u.Name, "import": u.Import,
			"length": u.Length, "expires": u.ExpiresAt,
		})
		return err
	})
}

// Upload is one of the caller's uploads. Error: ErrUploadGone.
func (s *Service) Upload(ctx context.Context, uploadID string) (Upload, error) {
	u, err := one[Upload](ctx, s.Pool, problem.ErrNotFound, "Upload", pgx.NamedArgs{"id": uploadID, "creator": owner(ctx)})
	if err == nil && s.wall().After(u.ExpiresAt) {
		err = storefrontapi.ErrUploadGone
	}
	return u, err
}

// Append takes the next part of an upload. No lock is held while bytes arrive:
// the part is kept under a name of its own, and counts if the upload still ends
// where it begins. Errors: ErrUploadOffset, ErrUploadChecksum, ErrUploadGone.
func (s *Service) Append(ctx context.Context, uploadID string, offset int64, body io.Reader, want files.Checksum) (Upload, error) {
	u, err := s.Upload(ctx, uploadID)
	if err != nil {
		return u, err
	}
	if u.State == uploadDone && offset == u.Length {
		return u, nil // the answer to the last part was lost
	}
	if u.State != uploadOpen {
		return u, storefrontapi.ErrUploadGone
	}
	if offset != u.Received {
		return u, storefrontapi.ErrUploadOffset
	}
	if offset < u.Length {
		part, n, err := s.Files.PutPart(ctx, u.ID, body, u.Length-offset, want)
		if err != nil {
			return u, fileProblem(err)
		}
		if n > 0 {
			// What arrived counts, although its sender may have gone away.
			if u, err = s.count(context.WithoutCancel(ctx), u, offset, part, n); err != nil {
				s.Files.DropPart(ctx, u.ID, part)
				return u, err
			}
		}
	}
	if u.Received < u.Length {
		return u, nil
	}
	return s.finish(ctx, u)
}

func (s *Service) count(ctx context.Context, u Upload, offset int64, part string, n int64) (Upload, error) {
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		next, err := one[Upload](ctx, tx, storefrontapi.ErrUploadOffset, "CountPart", pgx.NamedArgs{
			"id": u.ID, "offset": offset, "n": n, "part": part, "expires": s.wall().Add(uploadLife),
		})
		if err == nil {
			u = next
		}
		return err
	})
	return u, err
}

// finish joins the parts and names the content in the product.
func (s *Service) finish(ctx context.Context, u Upload) (Upload, error) {
	blob, err := s.Files.Join(ctx, u.ID, u.Parts, u.Name, s.Config.MaxUpload, s.claim)
	if err != nil {
		return u, fileProblem(err)
	}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		u.Digest, u.State, u.FileID = &blob.Digest, uploadDone, nil
		if !u.Import {
			f, err := s.addFile(ctx, tx, storefrontapi.UploadTarget{ProductID: u.ProductID, Name: u.Name, LessonID: deref(u.LessonID)}, blob)
			if err != nil {
				return err
			}
			u.FileID = &f.ID
		}
		n, err := exec(ctx, tx, "FinishUpload", pgx.NamedArgs{"id": u.ID, "digest": blob.Digest, "file": u.FileID})
		return changed(n, err, storefrontapi.ErrUploadGone)
	})
	if err != nil {
		return u, err
	}
	return u, s.Files.Drop(ctx, u.ID)
}

// EndUpload forgets an upload (tus 1.0, termination).
func (s *Service) EndUpload(ctx context.Context, uploadID string) error {
	u, err := s.Upload(ctx, uploadID)
	if err != nil {
		return err
	}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		n, err := exec(ctx, tx, "DeleteUpload", pgx.NamedArgs{"id": u.ID})
		return changed(n, err, storefrontapi.ErrUploadGone)
	})
	if err != nil {
		return err
	}
	return s.Files.Drop(ctx, u.ID)
}

// ImportUpload imports a zip that came as a resumable upload.
func (s *Service) ImportUpload(ctx context.Context, productID, uploadID string) (*storefrontapi.ImportResult, error) {
	u, err := s.Upload(ctx, uploadID)
	if err != nil {
		return nil, err
	}
	if u.ProductID != productID || u.State != uploadDone || u.Digest == nil {
		return nil, storefrontapi.ErrUploadGone
	}
	r, err := s.Files.Content(ctx, *u.Digest)
	if err != nil {
		return nil, fileProblem(err)
	}
	defer func() { _ = r.Close() }()
	return s.Import(ctx, productID, r)
}
