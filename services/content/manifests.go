package content

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// SetManifest makes a product's publication as it stands now the newest version of its document, and the document if there is none.
// The same manifest adds nothing. problem.ErrNotFound when the product is another person's, ErrDocumentClosed.
func (s *Service) SetManifest(ctx context.Context, productID string, in contentapi.SetManifest) (*contentapi.Document, error) {
	words, entries, err := newManifest(productID, in)
	if err != nil {
		return nil, err
	}
	var out *contentapi.Document
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := exec(ctx, tx, "LockProduct", pgx.NamedArgs{"product": productID}); err != nil {
			return err
		}
		d, err := s.lockOfProduct(ctx, tx, productID)
		if p := problem.From(err); p != nil && p.Kind == problem.NotFound {
			now := s.Clock.Now()
			d = Document{
				ID: id.New(documentPrefix), OwnerID: in.OwnerID, ProductID: &productID, Kind: contentapi.KindPublication, State: contentapi.StateDraft,
				Version: 1, CreatedAt: now, UpdatedAt: now,
			}
			err = s.begin(ctx, tx, &d, words, entries)
		} else if err == nil {
			err = s.remake(ctx, tx, &d, in.OwnerID, words, entries)
		}
		if err != nil {
			return err
		}
		out, err = s.shown(ctx, tx, d)
		return err
	})
	return out, err
}

func (s *Service) lockOfProduct(ctx context.Context, tx pgx.Tx, productID string) (Document, error) {
	return one[Document](ctx, tx, problem.ErrNotFound, "LockOfProduct", pgx.NamedArgs{"product": productID})
}

func (s *Service) begin(ctx context.Context, tx pgx.Tx, d *Document, words Words, entries []entryWords) error {
	v, err := d.next(words, actor(ctx), nil, d.CreatedAt)
	if err != nil {
		return err
	}
	if err := insertDocument(ctx, tx, *d); err != nil {
		return err
	}
	return s.addManifest(ctx, tx, *d, v, entries)
}

// remake adds the version of a document that stands already, unless its newest one is this.
func (s *Service) remake(ctx context.Context, tx pgx.Tx, d *Document, ownerID string, words Words, entries []entryWords) error {
	if d.OwnerID != ownerID {
		return problem.ErrNotFound
	}
	if err := d.Open(); err != nil {
		return err
	}
	newest, err := versionAt(ctx, tx, d.ID, d.Seq)
	if err != nil || newest.Body == words.Body && newest.Title == words.Title {
		return err
	}
	v, err := d.next(words, actor(ctx), nil, s.Clock.Now())
	if err != nil {
		return err
	}
	d.Version, d.UpdatedAt = d.Version+1, s.Clock.Now()
	if err := saveDocument(ctx, tx, *d); err != nil {
		return err
	}
	return s.addManifest(ctx, tx, *d, v, entries)
}

func (s *Service) addManifest(ctx context.Context, tx pgx.Tx, d Document, v Version, entries []entryWords) error {
	if err := s.add(ctx, tx, d, v); err != nil {
		return err
	}
	var kinds, paths, digests, said, titles, summaries, bodies []string
	for _, e := range entries {
		kinds, paths, digests = append(kinds, e.Kind), append(paths, e.Path), append(digests, e.Digest)
		if e.Kind == contentapi.EntryPage || e.Kind == contentapi.EntryLesson {
			said, titles, summaries, bodies = append(said, e.Digest), append(titles, e.Title), append(summaries, e.Summary), append(bodies, e.Body)
		}
	}
	if _, err := exec(ctx, tx, "InsertEntries", pgx.NamedArgs{"document": d.ID, "seq": v.Seq, "kinds": kinds, "paths": paths, "digests": digests}); err != nil {
		return err
	}
	_, err := exec(ctx, tx, "InsertEntryWords", pgx.NamedArgs{"document": d.ID, "digests": said, "titles": titles, "summaries": summaries, "bodies": bodies})
	return err
}

// PublishManifest makes a product's newest manifest what its buyers get, if every gate lets every entry through at this moment; in one
// transaction under the document's lock, as Publish. What has appeared already adds nothing.
func (s *Service) PublishManifest(ctx context.Context, productID, digest string) (*contentapi.Document, error) {
	if err := s.authorised(ctx); err != nil {
		return nil, err
	}
	var out *contentapi.Document
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		d, err := s.lockOfProduct(ctx, tx, productID)
		if err != nil {
			return err
		}
		f, err := s.file(ctx, tx, d)
		if err != nil {
			return err
		}
		p, fresh, err := d.PublishManifest(f.newest, f.gates, f.publications, digest, actor(ctx), s.Clock.Now())
		if err != nil {
			return err
		}
		if fresh {
			d.Version, d.UpdatedAt = d.Version+1, s.Clock.Now()
			if err := saveDocument(ctx, tx, d); err != nil {
				return err
			}
			if err := s.published(ctx, tx, d, p); err != nil {
				return err
			}
		}
		out, err = s.shown(ctx, tx, d)
		return err
	})
	return out, err
}

// withEntries gives the gates of a publication what their parties said of the newest version's entries. Other documents have none.
func (s *Service) withEntries(ctx context.Context, db pg.Querier, d Document, gates []Gate) ([]Gate, error) {
	if d.Kind != contentapi.KindPublication || len(gates) == 0 {
		return gates, nil
	}
	entries, err := many[Entry](ctx, db, "Entries", pgx.NamedArgs{"document": d.ID, "seq": d.Seq})
	if err != nil {
		return nil, err
	}
	words, err := many[entryWord](ctx, db, "EntryWords", pgx.NamedArgs{"document": d.ID, "seq": d.Seq})
	if err != nil {
		return nil, err
	}
	for i := range gates {
		gates[i].manifest = &agreements{entries: entries, words: map[string]entryWord{}}
		for _, w := range words {
			if w.GateID == gates[i].ID {
				gates[i].manifest.words[w.Digest] = w
			}
		}
	}
	return gates, nil
}

// agreeToEntries writes down which entries of a publication a party agreed to: by name, or all of the manifest that it read.
func (s *Service) agreeToEntries(ctx context.Context, tx pgx.Tx, d Document, g Gate, in contentapi.OpenGate) error {
	unknown := problem.ErrInvalid.WithField("/entries", "manifest", "must be those of the manifest that was read")
	if d.Kind != contentapi.KindPublication {
		if len(in.Entries) > 0 {
			return unknown
		}
		return nil
	}
	if in.Entries == nil {
		in.Entries = []string{}
	}
	v, err := one[Version](ctx, tx, problem.ErrNotFound, "VersionOfDigest", pgx.NamedArgs{"document": d.ID, "digest": in.Digest})
	if err != nil {
		return err
	}
	known, err := many[Entry](ctx, tx, "Entries", pgx.NamedArgs{"document": d.ID, "seq": v.Seq})
	if err != nil {
		return err
	}
	listed := map[string]bool{}
	for _, e := range known {
		listed[e.Digest] = true
	}
	for _, digest := range in.Entries {
		if !listed[digest] {
			return unknown
		}
	}
	_, err = exec(ctx, tx, "OpenEntries", pgx.NamedArgs{
		"gate": g.ID, "document": d.ID, "digest": in.Digest, "digests": in.Entries, "seq": in.Seq, "valid_from": in.ValidFrom, "valid_until": in.ValidUntil,
	})
	return err
}

// consists says in a publication's version what it consists of, however often it is asked to.
func consists(ctx context.Context, db pg.Querier, v *contentapi.Version) error {
	rows, err := many[entryWords](ctx, db, "EntriesWithWords", pgx.NamedArgs{"document": v.DocumentID, "seq": v.Seq})
	v.Entries = make([]contentapi.ShownEntry, len(rows))
	for i, e := range rows {
		v.Entries[i] = e.shown()
	}
	return err
}

// entriesShown are the entries of a manifest with their words, for the party of a gate.
func (s *Service) entriesShown(ctx context.Context, v Version, g Gate) ([]contentapi.ShownEntry, error) {
	rows, err := many[entryWords](ctx, s.Pool, "EntriesWithWords", pgx.NamedArgs{"document": v.DocumentID, "seq": v.Seq})
	if err != nil {
		return nil, err
	}
	words, err := many[entryWord](ctx, s.Pool, "EntryWords", pgx.NamedArgs{"document": v.DocumentID, "seq": v.Seq})
	if err != nil {
		return nil, err
	}
	said := agreements{words: map[string]entryWord{}}
	for _, w := range words {
		if w.GateID == g.ID {
			said.words[w.Digest] = w
		}
	}
	now := s.Clock.Now()
	out := make([]contentapi.ShownEntry, len(rows))
	for i, e := range rows {
		out[i] = e.shown()
		out[i].Agreed = g.State == contentapi.GateOpen && said.of(e.Digest, now) == nil
	}
	return out, nil
}
