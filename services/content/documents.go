package content

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// Create begins a document of the caller's with its first version. A repeat with the same key gives the first answer.
func (s *Service) Create(ctx context.Context, key string, in contentapi.NewDocument) (*contentapi.Document, error) {
	words, err := newWords(in.Kind, in.Draft)
	if err != nil {
		return nil, err
	}
	var out *contentapi.Document
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		ask := idem.Request{Schema: schema, Scope: owner(ctx) + " documents", Key: key, Body: in, At: s.Clock.Now()}
		out, err = idem.Do(ctx, tx, ask, func() (*contentapi.Document, error) { return s.create(ctx, tx, owner(ctx), in.Kind, words) })
		return err
	})
	return out, err
}

func (s *Service) create(ctx context.Context, tx pgx.Tx, ownerID, kind string, words Words, binding ...contentapi.Party) (*contentapi.Document, error) {
	if err := unknown(words.Media, nil); err != nil { // nothing can have been uploaded for what is only begun now
		return nil, err
	}
	now := s.Clock.Now()
	d := Document{
		ID: id.New(documentPrefix), OwnerID: ownerID, Kind: kind, State: contentapi.StateDraft, Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	v, err := d.next(words, actor(ctx), nil, now)
	if err != nil {
		return nil, err
	}
	if err := insertDocument(ctx, tx, d); err != nil {
		return nil, err
	}
	if err := s.add(ctx, tx, d, v); err != nil {
		return nil, err
	}
	for _, party := range binding {
		if _, err := s.addGate(ctx, tx, d.ID, party, true); err != nil {
			return nil, err
		}
	}
	return s.shown(ctx, tx, d)
}

// Document is one of the caller's documents.
func (s *Service) Document(ctx context.Context, documentID string) (*contentapi.Document, error) {
	d, err := documentOf(ctx, s.Pool, owner(ctx), documentID)
	if err != nil {
		return nil, err
	}
	out, err := s.shown(ctx, s.Pool, d)
	if err != nil {
		return nil, err
	}
	return out, s.addressed(ctx, s.Pool, &out.Current)
}

// listed is a row of the list of documents.
type listed struct {
	Document
	Preview string
}

// Documents lists the caller's documents, newest first. state "" is all of them.
func (s *Service) Documents(ctx context.Context, state, cursor string) (*contentapi.DocumentPage, error) {
	rows, err := many[listed](ctx, s.Pool, "Documents", pgx.NamedArgs{"owner": owner(ctx), "state": state, "cursor": cursor, "limit": pageSize + 1})
	if err != nil {
		return nil, err
	}
	rows, next := cut(rows, func(r listed) string { return r.ID })
	out := &contentapi.DocumentPage{Items: make([]contentapi.Listed, len(rows)), Next: next}
	for i, r := range rows {
		out.Items[i] = contentapi.Listed{
			ID: r.ID, Kind: r.Kind, State: r.State, Version: r.Version, Seq: r.Seq, Digest: r.Digest,
			Preview: strings.Join(strings.Fields(r.Preview), " "), Created: r.CreatedAt, Updated: r.UpdatedAt,
			Published: r.PublishedAt, Scheduled: r.ScheduledAt,
		}
	}
	return out, nil
}

// Withdraw gives a document up for good. Its versions stay readable. ErrDocumentClosed, problem.ErrStale.
func (s *Service) Withdraw(ctx context.Context, documentID string, version int64) (*contentapi.Document, error) {
	var out *contentapi.Document
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var err error
		out, err = s.edit(ctx, tx, documentID, version, func(d *Document) error {
			if err := d.Own(); err != nil {
				return err
			}
			d.Unschedule()
			d.State = contentapi.StateWithdrawn
			if err := s.record(ctx, tx, "document.withdrawn", d.ID, nil); err != nil {
				return err
			}
			return s.tell(ctx, tx, contentapi.EventDocumentWithdrawn, d.ID, contentapi.DocumentWithdrawn{DocumentID: d.ID, OwnerID: d.OwnerID})
		})
		return err
	})
	return out, err
}

// Delete removes the words of a document that never appeared and that no contract asks for. A second time there is nothing
// to be found. ErrDocumentPublished, ErrDocumentBound.
func (s *Service) Delete(ctx context.Context, documentID string) error {
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		d, err := s.lock(ctx, tx, documentID)
		if err != nil {
			return err
		}
		gates, err := gatesOf(ctx, tx, d.ID)
		switch {
		case err != nil:
			return err
		case d.PublishedAt != nil:
			return contentapi.ErrDocumentPublished.WithState(d.State)
		case slices.ContainsFunc(gates, func(g Gate) bool { return g.Binding }):
			return contentapi.ErrDocumentBound.WithState(d.State)
		}
		return s.wipe(ctx, tx, d, "document.deleted")
	})
}

// wipe takes the words of a locked document away. What is left says that there was one.
func (s *Service) wipe(ctx context.Context, tx pgx.Tx, d Document, action string) error {
	d.Unschedule()
	d.State, d.UpdatedAt = contentapi.StateDeleted, s.Clock.Now()
	if err := saveDocument(ctx, tx, d); err != nil {
		return err
	}
	for _, name := range []string{"DeleteComments", "DeleteWords", "DeleteEntries", "DeleteEntryWords", "DeleteMedia", "DeleteProofs", "ForgetAnswers"} {
		if _, err := exec(ctx, tx, name, pgx.NamedArgs{"document": d.ID}); err != nil {
			return err
		}
	}
	if err := s.record(ctx, tx, action, d.ID, nil); err != nil {
		return err
	}
	return s.tell(ctx, tx, contentapi.EventDocumentDeleted, d.ID, contentapi.DocumentDeleted{DocumentID: d.ID, OwnerID: d.OwnerID})
}
