package content

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// mediaFault gives the errors of the file store their codes.
func mediaFault(err error) error {
	switch {
	case errors.Is(err, files.ErrEmpty):
		return contentapi.ErrMediaEmpty.Because(err)
	case errors.Is(err, files.ErrUnknown):
		return contentapi.ErrMediaUnknown.Because(err)
	case errors.Is(err, files.ErrTooLarge):
		return contentapi.ErrMediaTooLarge.Because(err)
	case errors.Is(err, files.ErrImage):
		return contentapi.ErrPictureUnreadable.Because(err)
	case errors.Is(err, files.ErrExpired):
		return contentapi.ErrMediaLinkExpired.Because(err)
	case files.Gone(err):
		return problem.ErrNotFound.Because(err)
	}
	return err
}

// blobs removes content that nothing has referred to for a week: media that were taken away, those of documents that were
// deleted or erased, and uploads that ended too late.
func (s *Service) blobs() *files.Collector {
	return &files.Collector{Pool: s.Pool, Store: s.Files, Statements: files.Statements{
		Claim: queries.SQL("ClaimBlob"), Mark: queries.SQL("MarkBlobs"), Unmark: queries.SQL("UnmarkBlobs"),
		Unused: queries.SQL("UnusedBlobs"), Drop: queries.SQL("DropBlob"),
	}}
}

// Collect removes content that nothing refers to, and what uploads that died left behind.
func (s *Service) Collect(ctx context.Context) error { return s.blobs().Collect(ctx, s.Clock.Wall()) }

// Upload keeps a picture or a recording for a document of the caller's, so that its versions can show it. size is what the
// sender announced, -1 when it did not. Sending the same again changes nothing. Errors, with nothing kept: ErrMediaEmpty,
// ErrMediaUnknown, ErrMediaTooLarge, ErrPictureUnreadable, ErrMediaTooMany, ErrDocumentClosed.
func (s *Service) Upload(ctx context.Context, documentID string, size int64, body io.Reader) (*contentapi.Medium, error) {
	d, err := documentOf(ctx, s.Pool, owner(ctx), documentID) // refused before the first byte, not after the last
	if err != nil {
		return nil, err
	}
	if err := d.Open(); err != nil {
		return nil, err
	}
	blob, ext, err := s.Files.PutShown(ctx, body, size, files.Limits{Picture: s.Config.MaxPicture, Recording: s.Config.MaxRecording}, s.blobs().Claim)
	if err != nil {
		return nil, mediaFault(err)
	}
	m := Medium{DocumentID: d.ID, Digest: blob.Digest, Ext: ext, Size: blob.Size, AddedBy: actor(ctx), AddedAt: s.Clock.Now()}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error { return s.addMedium(ctx, tx, &m) })
	if err != nil {
		return nil, err
	}
	out := m.Wire(s.address(m))
	return &out, nil
}

// addMedium puts an uploaded content down, or reads it when it was there already.
func (s *Service) addMedium(ctx context.Context, tx pgx.Tx, m *Medium) error {
	d, err := s.lock(ctx, tx, m.DocumentID)
	if err != nil {
		return err
	}
	if err := cmp.Or(d.Open(), d.Own()); err != nil {
		return err
	}
	known, err := mediaOf(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if before, ok := known[m.Digest]; ok {
		*m = before
		return nil
	}
	if len(known) >= maxMedia {
		return contentapi.ErrMediaTooMany
	}
	if err := insertMedium(ctx, tx, *m); err != nil {
		return err
	}
	return s.record(ctx, tx, "media.added", d.ID, map[string]any{"digest": m.Digest})
}

// Media lists what was uploaded for a document of the caller's, oldest first.
func (s *Service) Media(ctx context.Context, documentID string) (*contentapi.MediaList, error) {
	d, err := documentOf(ctx, s.Pool, owner(ctx), documentID)
	if err != nil {
		return nil, err
	}
	rows, err := many[Medium](ctx, s.Pool, "Media", pgx.NamedArgs{"document": d.ID})
	if err != nil {
		return nil, err
	}
	out := &contentapi.MediaList{Items: make([]contentapi.Medium, len(rows))}
	for i, m := range rows {
		out.Items[i] = m.Wire(s.address(m))
	}
	return out, nil
}

// TakeAway removes an upload that no version shows; its bytes go a week later. A second time it is not found. ErrMediaShown.
func (s *Service) TakeAway(ctx context.Context, documentID, digest string) error {
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		d, err := s.lock(ctx, tx, documentID)
		if err != nil {
			return err
		}
		args := pgx.NamedArgs{"document": d.ID, "digest": digest}
		shown, err := pg.Scalar[bool](ctx, tx, queries.SQL("MediaShown"), pg.Args(args))
		if err != nil {
			return err
		}
		if shown {
			return contentapi.ErrMediaShown
		}
		if n, err := exec(ctx, tx, "DropMedia", args); err != nil || n == 0 {
			return errors.Join(err, missing(n))
		}
		return s.record(ctx, tx, "media.taken_away", d.ID, map[string]any{"digest": digest})
	})
}

// missing is problem.ErrNotFound when no row was touched.
func missing(rows int64) error {
	if rows == 0 {
		return problem.ErrNotFound
	}
	return nil
}

// address is where a medium can be seen for the next five minutes. Only who may read the document gets it.
func (s *Service) address(m Medium) string {
	return s.Sign.URL(m.DocumentID, m.Digest, m.name(), s.Clock.Wall())
}

// addressed adds to a version what its media are and where they can be seen.
func (s *Service) addressed(ctx context.Context, db pg.Querier, v *contentapi.Version) error {
	return describe(ctx, db, v, s.address)
}

// described adds to a version what its media are. Their addresses are left away: the answer is kept for repeats, and an
// address is good for minutes.
func described(ctx context.Context, db pg.Querier, v *contentapi.Version) error {
	return describe(ctx, db, v, func(Medium) string { return "" })
}

func describe(ctx context.Context, db pg.Querier, v *contentapi.Version, address func(Medium) string) error {
	if len(v.Destinations) == 1 && v.Destinations[0].Channel == contentapi.ChannelStorefront {
		return consists(ctx, db, v)
	}
	if len(v.Media) == 0 {
		return nil
	}
	known, err := mediaOf(ctx, db, v.DocumentID)
	for i := range v.Media {
		if m, ok := known[v.Media[i].Digest]; ok {
			v.Media[i].Type, v.Media[i].Size, v.Media[i].URL = files.Type(m.Ext), m.Size, address(m)
			if v.Media[i].Transcript == "" && files.Recording(m.Ext) {
				v.Warnings = append(v.Warnings, contentapi.Warning{Pointer: fmt.Sprintf("/media/%d/transcript", i), Code: contentapi.WarnTranscriptMissing})
			}
		}
	}
	return err
}
