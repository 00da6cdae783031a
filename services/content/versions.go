package content

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// Save adds a version. Words that are the same byte by byte add none, so that pressing twice leaves one.
// ErrDocumentClosed, problem.ErrStale.
func (s *Service) Save(ctx context.Context, key, documentID string, version int64, in contentapi.Draft) (*contentapi.Document, error) {
	var out *contentapi.Document
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		ask := idem.Request{Schema: schema, Scope: owner(ctx) + " " + documentID, Key: key, Body: in, At: s.Clock.Now()}
		var err error
		out, err = idem.Do(ctx, tx, ask, func() (*contentapi.Document, error) {
			return s.edit(ctx, tx, documentID, version, func(d *Document) error {
				if err := d.Own(); err != nil {
					return err
				}
				words, err := newWords(d.Kind, in)
				if err != nil {
					return err
				}
				return s.append(ctx, tx, d, words, nil)
			})
		})
		return err
	})
	return out, err
}

// Restore adds a version that says what an earlier one said; its digest is equal. ErrDocumentClosed, problem.ErrStale, and
// problem.ErrNotFound for a version that there is not.
func (s *Service) Restore(ctx context.Context, documentID string, version int64, seq int) (*contentapi.Document, error) {
	var out *contentapi.Document
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var err error
		out, err = s.edit(ctx, tx, documentID, version, func(d *Document) error {
			if err := d.Own(); err != nil {
				return err
			}
			old, err := versionAt(ctx, tx, d.ID, seq)
			if err != nil {
				return err
			}
			return s.append(ctx, tx, d, old.Words, &seq)
		})
		return err
	})
	return out, err
}

// append adds words as the newest version of a locked document, unless it says just that.
func (s *Service) append(ctx context.Context, tx pgx.Tx, d *Document, words Words, restoredFrom *int) error {
	newest, err := versionAt(ctx, tx, d.ID, d.Seq)
	if err != nil || newest.Same(words) {
		return err
	}
	uploaded, err := mediaOf(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if err := unknown(words.Media, uploaded); err != nil {
		return err
	}
	v, err := d.next(words, actor(ctx), restoredFrom, s.Clock.Now())
	if err != nil {
		return err
	}
	return s.add(ctx, tx, *d, v)
}

// add writes a version down and tells.
func (s *Service) add(ctx context.Context, tx pgx.Tx, d Document, v Version) error {
	if err := insertVersion(ctx, tx, v); err != nil {
		return err
	}
	if err := s.record(ctx, tx, "document.saved", d.ID, audit.Detail{"seq": v.Seq, "digest": v.Digest}); err != nil {
		return err
	}
	return s.tell(ctx, tx, contentapi.EventDocumentSaved, d.ID, contentapi.DocumentSaved{
		DocumentID: d.ID, OwnerID: d.OwnerID, Kind: d.Kind, Seq: v.Seq, Digest: v.Digest,
	})
}

// Version is one version of a document of the caller's.
func (s *Service) Version(ctx context.Context, documentID string, seq int) (*contentapi.Version, error) {
	if _, err := documentOf(ctx, s.Pool, owner(ctx), documentID); err != nil {
		return nil, err
	}
	v, err := versionAt(ctx, s.Pool, documentID, seq)
	if err != nil {
		return nil, err
	}
	out := v.Wire()
	return &out, s.addressed(ctx, s.Pool, &out)
}

// History lists the versions of a document of the caller's, newest first. The cursor is a seq.
func (s *Service) History(ctx context.Context, documentID, cursor string) (*contentapi.History, error) {
	d, err := documentOf(ctx, s.Pool, owner(ctx), documentID)
	if err != nil {
		return nil, err
	}
	before := d.Seq + 1
	if cursor != "" {
		if before, err = strconv.Atoi(cursor); err != nil {
			return nil, problem.ErrInvalid.WithField("/cursor", "cursor", "must be the next of an answer")
		}
	}
	rows, err := many[Version](ctx, s.Pool, "History", pgx.NamedArgs{"document": d.ID, "before": before, "limit": pageSize + 1})
	if err != nil {
		return nil, err
	}
	rows, next := cut(rows, func(v Version) string { return strconv.Itoa(v.Seq) })
	out := &contentapi.History{Items: make([]contentapi.Saved, len(rows)), Next: next}
	for i, v := range rows {
		out.Items[i] = v.saved()
	}
	return out, nil
}
