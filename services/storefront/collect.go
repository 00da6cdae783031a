package storefront

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
)

// collectAfter is how long content that nothing refers to is kept: an upload may
// still be going on, and somebody may put a file back. Wall time.
const collectAfter = 7 * 24 * time.Hour

// deleteTime bounds the deletion of one content, during which its row is locked.
const deleteTime = 10 * time.Second

// claim says that content is about to be kept and will be referred to. Its row
// stands before the content does, so that nothing in the file store is without
// one; and from here on the collector counts its days anew. When the collector
// is at it at this very moment, this waits for the row, and the content is
// written again after it is gone.
func (s *Service) claim(ctx context.Context, digest string) error {
	_, err := exec(ctx, s.Pool, "ClaimBlob", pgx.NamedArgs{"digest": digest})
	return err
}

// Collect removes content that nothing has referred to for collectAfter: of
// uploads that were given up, of files that were replaced or deleted, of drafts
// that are gone. What a publication shows is referred to, so it stays; content
// that several files share stays while one of them does. It also removes what
// uploads that died left behind.
func (s *Service) Collect(ctx context.Context) error {
	wall := s.wall()
	return errors.Join(s.collectUnused(ctx, wall), s.Files.DropStale(ctx, wall.Add(-collectAfter), s.uploading))
}

func (s *Service) collectUnused(ctx context.Context, wall time.Time) error {
	for _, name := range []string{"UnmarkBlobs", "MarkBlobs"} {
		if _, err := exec(ctx, s.Pool, name, pgx.NamedArgs{"wall": wall}); err != nil {
			return err
		}
	}
	before := wall.Add(-collectAfter)
	digests, err := pg.Column[string](ctx, s.Pool, queries.SQL("UnusedBlobs"), pgx.NamedArgs{"before": before})
	if err != nil {
		return err
	}
	for _, digest := range digests {
		if err := s.collect(ctx, digest, before); err != nil {
			return err
		}
	}
	return nil
}

// collect removes one content, if it is still unused: the row is deleted first,
// which locks it, and comes back when the content could not be removed. A claim
// waits meanwhile; it finds no row and makes one, and then writes the content.
func (s *Service) collect(ctx context.Context, digest string, before time.Time) error {
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		n, err := exec(ctx, tx, "DropBlob", pgx.NamedArgs{"digest": digest, "before": before})
		if err != nil || n == 0 {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, deleteTime)
		defer cancel()
		return s.Files.Delete(ctx, digest)
	})
}

// uploading lists those of some uploads that are known still.
func (s *Service) uploading(ctx context.Context, ids []string) ([]string, error) {
	return pg.Column[string](ctx, s.Pool, queries.SQL("KnownUploads"), pgx.NamedArgs{"ids": ids})
}
