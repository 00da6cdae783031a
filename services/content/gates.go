package content

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// speaks is nil when the calling part speaks for a kind of party; each has kinds of its own.
func speaks(ctx context.Context, kind string) error {
	if speaker[kind] != identity.From(ctx).Target {
		return problem.ErrForbidden
	}
	return nil
}

// CreateBound begins a document for its owner behind the gates of a contract, which are named here and can't be taken
// back. A repeat with the same key gives the first answer.
func (s *Service) CreateBound(ctx context.Context, key string, in contentapi.NewBoundDocument) (*contentapi.Document, error) {
	for _, p := range in.Gates {
		if err := speaks(ctx, p.Kind); err != nil {
			return nil, err
		}
	}
	words, err := newWords(in.Kind, in.Draft)
	if err != nil {
		return nil, err
	}
	var out *contentapi.Document
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		ask := idem.Request{Schema: schema, Scope: in.OwnerID + " documents of " + identity.From(ctx).Target, Key: key, Body: in, At: s.Clock.Now()}
		out, err = idem.Do(ctx, tx, ask, func() (*contentapi.Document, error) {
			return s.create(ctx, tx, in.OwnerID, in.Kind, words, in.Gates...)
		})
		return err
	})
	return out, err
}

// AddGate puts one more party before a document. A party that stands there already waits again if it was taken back.
func (s *Service) AddGate(ctx context.Context, documentID string, in contentapi.AddGate) (*contentapi.Gate, error) {
	if err := speaks(ctx, in.Kind); err != nil {
		return nil, err
	}
	var out contentapi.Gate
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		d, err := s.lockForParty(ctx, tx, documentID)
		if err != nil {
			return err
		}
		if d.State == contentapi.StateDeleted {
			return problem.ErrNotFound
		}
		if err := d.Open(); err != nil {
			return err
		}
		g, err := gateOf(ctx, tx, d.ID, in.Party)
		switch {
		case err == nil:
			state, binding := g.State, g.Binding
			if g.AskAgain(in.Binding); g.State != state || g.Binding != binding {
				if err = saveGate(ctx, tx, g); err == nil {
					err = s.record(ctx, tx, "gate.asked_again", g.ID, audit.Detail{"document": d.ID, "binding": g.Binding})
				}
			}
		case problem.From(err).Kind == problem.NotFound:
			g, err = s.addGate(ctx, tx, d.ID, in.Party, in.Binding)
		}
		out = g.Wire(d.Digest, s.Clock.Now())
		return err
	})
	return &out, err
}

func (s *Service) addGate(ctx context.Context, tx pgx.Tx, documentID string, party contentapi.Party, binding bool) (Gate, error) {
	g := Gate{
		ID: id.New(gatePrefix), DocumentID: documentID, Kind: party.Kind, Ref: party.Ref, Binding: binding, State: contentapi.GateWaiting, AddedAt: s.Clock.Now(),
	}
	if err := insertGate(ctx, tx, g); err != nil {
		return g, err
	}
	return g, s.record(ctx, tx, "gate.added", g.ID, audit.Detail{"document": documentID, "kind": g.Kind, "ref": g.Ref, "binding": binding})
}

// OpenGate takes a party's agreement, in whatever order and however often it comes.
func (s *Service) OpenGate(ctx context.Context, documentID string, in contentapi.OpenGate) (*contentapi.Gate, error) {
	if err := speaks(ctx, in.Kind); err != nil {
		return nil, err
	}
	if in.ValidFrom != nil && in.ValidUntil != nil && !in.ValidFrom.Before(*in.ValidUntil) {
		return nil, problem.ErrInvalid.WithField("/valid_until", "order", "must come after valid_from")
	}
	var out contentapi.Gate
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		d, g, err := s.lockGate(ctx, tx, documentID, in.Party)
		if err != nil {
			return err
		}
		now := s.Clock.Now()
		if err := s.agreeToEntries(ctx, tx, d, g, in); err != nil {
			return err
		}
		counted := g.Open(in, now)
		err = s.heard(ctx, tx, g, pgx.NamedArgs{
			"gate": g.ID, "seq": in.Seq, "move": moveOpen, "digest": in.Digest, "valid_from": in.ValidFrom, "valid_until": in.ValidUntil,
			"counted": counted, "published_at": nil, "at": now,
		})
		if err != nil {
			return err
		}
		gates, err := s.withEntries(ctx, tx, d, []Gate{g})
		if err != nil {
			return err
		}
		out = gates[0].Wire(d.Digest, now)
		return nil
	})
	return &out, err
}

// CloseGate takes an agreement away and says whether something had appeared under it. Publishing takes the same lock, so it
// came before or does not happen; and the answer is kept, so that every repeat hears the same.
func (s *Service) CloseGate(ctx context.Context, documentID string, in contentapi.CloseGate) (*contentapi.Closing, error) {
	if err := speaks(ctx, in.Kind); err != nil {
		return nil, err
	}
	out := &contentapi.Closing{}
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		d, g, err := s.lockGate(ctx, tx, documentID, in.Party)
		if err != nil {
			return err
		}
		known, err := moveOf(ctx, tx, g.ID, in.Seq)
		if problem.From(err) != nil && problem.From(err).Kind == problem.NotFound {
			known, err = s.closeGate(ctx, tx, d, g, in)
		}
		if err != nil {
			return err
		}
		if known.Move != moveClose {
			return problem.ErrConflict.WithDetail("This number was an agreement.")
		}
		*out = contentapi.Closing{Outcome: contentapi.OutcomeClosed, Published: known.PublishedAt}
		if known.PublishedAt != nil {
			out.Outcome = contentapi.OutcomePublished
		}
		return nil
	})
	return out, err
}

func (s *Service) closeGate(ctx context.Context, tx pgx.Tx, d Document, g Gate, in contentapi.CloseGate) (move, error) {
	before, err := publicationsOf(ctx, tx, d.ID)
	if err != nil {
		return move{}, err
	}
	now := s.Clock.Now()
	if d.Kind == contentapi.KindPublication {
		if _, err := exec(ctx, tx, "CloseEntries", pgx.NamedArgs{"document": d.ID, "gate": g.ID, "seq": in.Seq}); err != nil {
			return move{}, err
		}
	}
	m := move{Seq: in.Seq, Move: moveClose, Counted: g.Close(in.Seq, in.Rules, now), PublishedAt: appeared(before, in.Digest)}
	return m, s.heard(ctx, tx, g, pgx.NamedArgs{
		"gate": g.ID, "seq": m.Seq, "move": m.Move, "digest": in.Digest, "valid_from": nil, "valid_until": nil,
		"counted": m.Counted, "published_at": m.PublishedAt, "at": now,
	})
}

// heard writes a party's word down, and the gate if it counted.
func (s *Service) heard(ctx context.Context, tx pgx.Tx, g Gate, word pgx.NamedArgs) error {
	n, err := exec(ctx, tx, "InsertMove", word)
	if err != nil || n == 0 || word["counted"] != true {
		return err
	}
	if err := saveGate(ctx, tx, g); err != nil {
		return err
	}
	return s.record(ctx, tx, "gate."+g.State, g.ID, audit.Detail{"document": g.DocumentID, "seq": word["seq"], "digest": word["digest"]})
}

// TakeBack stops waiting for a party that the caller had chosen; what appears from now on appears without its clearance.
func (s *Service) TakeBack(ctx context.Context, documentID, gateID string) (*contentapi.Document, error) {
	var out *contentapi.Document
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var err error
		out, err = s.edit(ctx, tx, documentID, 0, func(d *Document) error {
			gates, err := gatesOf(ctx, tx, d.ID)
			if err != nil {
				return err
			}
			for _, g := range gates {
				if g.ID != gateID {
					continue
				}
				before := g.State
				if err := g.TakeBack(); err != nil || g.State == before {
					return err
				}
				return s.takenBack(ctx, tx, g)
			}
			return problem.ErrNotFound
		})
		return err
	})
	return out, err
}

func (s *Service) takenBack(ctx context.Context, tx pgx.Tx, g Gate) error {
	if err := saveGate(ctx, tx, g); err != nil {
		return err
	}
	if err := s.record(ctx, tx, "gate.taken_back", g.ID, audit.Detail{"document": g.DocumentID, "kind": g.Kind, "ref": g.Ref}); err != nil {
		return err
	}
	return s.tell(ctx, tx, contentapi.EventGateTakenBack, g.DocumentID, contentapi.TakenBack{DocumentID: g.DocumentID, Kind: g.Kind, Ref: g.Ref})
}

// Show is the version of a digest, for the part that speaks for a party which the document waits for. Nobody else's
// documents can be read this way, nor one whose owner took the gate back.
func (s *Service) Show(ctx context.Context, documentID, digest string, party contentapi.Party) (*contentapi.Shown, error) {
	if err := speaks(ctx, party.Kind); err != nil {
		return nil, err
	}
	g, err := gateOf(ctx, s.Pool, documentID, party)
	if err != nil {
		return nil, err
	}
	if g.State == contentapi.GateTakenBack {
		return nil, problem.ErrNotFound
	}
	v, err := one[Version](ctx, s.Pool, problem.ErrNotFound, "VersionOfDigest", pgx.NamedArgs{"document": documentID, "digest": digest})
	if err != nil {
		return nil, err
	}
	text, err := v.canonical()
	if err != nil {
		return nil, err
	}
	out := &contentapi.Shown{Version: v.Wire(), Parts: text}
	if v.manifest() {
		if out.Entries, err = s.entriesShown(ctx, v, g); err != nil {
			return nil, err
		}
	}
	if err := s.addressed(ctx, s.Pool, &out.Version); err != nil {
		return nil, err
	}
	if out.Entries != nil {
		out.Version.Entries = out.Entries // with what the party agreed to before
	}
	return out, nil
}

// lockForParty is lock for whoever speaks for a party.
func (s *Service) lockForParty(ctx context.Context, tx pgx.Tx, documentID string) (Document, error) {
	return one[Document](ctx, tx, problem.ErrNotFound, "LockForParty", pgx.NamedArgs{"id": documentID})
}

func (s *Service) lockGate(ctx context.Context, tx pgx.Tx, documentID string, party contentapi.Party) (Document, Gate, error) {
	d, err := s.lockForParty(ctx, tx, documentID)
	if err != nil {
		return d, Gate{}, err
	}
	g, err := gateOf(ctx, tx, documentID, party)
	return d, g, err
}
