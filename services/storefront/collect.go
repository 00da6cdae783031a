package storefront

import (
	"context"

	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/pg"
)

// blobs removes content that nothing has referred to for a week: of uploads that were given up, of files that were replaced or
// deleted, of drafts that are gone. What a publication shows is referred to, so it stays.
func (s *Service) blobs() *files.Collector {
	return &files.Collector{
		Pool: s.Pool, Store: s.Files, Known: s.uploading,
		Statements: files.Statements{
			Claim: queries.SQL("ClaimBlob"), Mark: queries.SQL("MarkBlobs"), Unmark: queries.SQL("UnmarkBlobs"),
			Unused: queries.SQL("UnusedBlobs"), Drop: queries.SQL("DropBlob"),
		},
	}
}

// claim says that content is about to be kept and will be referred to.
func (s *Service) claim(ctx context.Context, digest string) error {
	return s.blobs().Claim(ctx, digest)
}

// Collect removes content that nothing refers to, and what uploads that died left behind.
func (s *Service) Collect(ctx context.Context) error { return s.blobs().Collect(ctx, s.wall()) }

// uploading lists those of some uploads that are known still.
func (s *Service) uploading(ctx context.Context, ids []string) ([]string, error) {
	return pg.Column[string](ctx, s.Pool, queries.SQL("KnownUploads"), pg.Args{"ids": ids})
}
