package content

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// authorised re-reads whether an assistant may approve for whom they act for: a mandate that ended a moment ago is no
// permission to publish. It calls accounts, so it stands before the transaction.
func (s *Service) authorised(ctx context.Context) error {
	c := identity.From(ctx)
	if c.For == "" {
		return nil
	}
	_, err := s.People.Authority(ctx, accountsapi.Authority{By: c.Person, For: c.For, Scope: accountsapi.ScopeApprove})
	return err
}

// Publish makes the newest version of a document appear at one of its destinations, in one transaction under the
// document's lock. A repeat with the same key gives the first answer.
func (s *Service) Publish(ctx context.Context, key, documentID string, in contentapi.Publish) (*contentapi.Document, error) {
	if err := s.authorised(ctx); err != nil {
		return nil, err
	}
	var out *contentapi.Document
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		ask := idem.Request{Schema: schema, Scope: owner(ctx) + " publish " + documentID, Key: key, Body: in, At: s.Clock.Now()}
		var err error
		out, err = idem.Do(ctx, tx, ask, func() (*contentapi.Document, error) {
			return s.edit(ctx, tx, documentID, 0, func(d *Document) error {
				if err := d.Own(); err != nil {
					return err
				}
				f, err := s.file(ctx, tx, *d)
				if err != nil {
					return err
				}
				p, err := d.Publish(f.newest, f.gates, f.publications, f.newest.placeOf(in), in.Digest, actor(ctx), s.Clock.Now())
				if err != nil {
					return err
				}
				return s.published(ctx, tx, *d, p)
			})
		})
		return err
	})
	return out, err
}

// file is what a locked document's fate depends on.
type file struct {
	newest       Version
	gates        []Gate
	publications []Publication
}

func (s *Service) file(ctx context.Context, tx pgx.Tx, d Document) (f file, err error) {
	if f.newest, err = versionAt(ctx, tx, d.ID, d.Seq); err != nil {
		return f, err
	}
	if f.gates, err = gatesOf(ctx, tx, d.ID); err != nil {
		return f, err
	}
	if f.gates, err = s.withEntries(ctx, tx, d, f.gates); err != nil {
		return f, err
	}
	f.publications, err = publicationsOf(ctx, tx, d.ID)
	return f, err
}

func (s *Service) published(ctx context.Context, tx pgx.Tx, d Document, p Publication) error {
	if err := insertPublication(ctx, tx, p); err != nil {
		return err
	}
	if err := s.record(ctx, tx, "document.published", d.ID, audit.Detail{
		"publication": p.ID, "seq": p.Seq, "digest": p.Digest, "place": p.Place, "taken_back": p.TakenBack,
	}); err != nil {
		return err
	}
	return s.tell(ctx, tx, contentapi.EventDocumentPublished, d.ID, contentapi.DocumentPublished{
		DocumentID: d.ID, OwnerID: d.OwnerID, PublicationID: p.ID, Seq: p.Seq, Digest: p.Digest, Published: p.PublishedAt,
	})
}

// Prove keeps where a publication can be seen. The last word counts; the earlier ones are kept.
func (s *Service) Prove(ctx context.Context, documentID, publicationID, written string) (*contentapi.Document, error) {
	url := resolve(written)
	if url == "" {
		return nil, problem.ErrInvalid.WithField("/url", "url", "must be a web address")
	}
	var out *contentapi.Document
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		d, err := s.lock(ctx, tx, documentID)
		if err != nil {
			return err
		}
		publications, err := publicationsOf(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		for _, p := range publications {
			if p.ID != publicationID {
				continue
			}
			if deref(p.URL) != url {
				err = s.prove(ctx, tx, p, url)
			}
			if err != nil {
				return err
			}
			out, err = s.shown(ctx, tx, d)
			return err
		}
		return problem.ErrNotFound
	})
	return out, err
}

func (s *Service) prove(ctx context.Context, tx pgx.Tx, p Publication, url string) error {
	if _, err := exec(ctx, tx, "InsertProof", pgx.NamedArgs{
		"id": id.New(proofPrefix), "publication": p.ID, "url": url, "said_by": actor(ctx), "said_at": s.Clock.Now(),
	}); err != nil {
		return err
	}
	if err := s.record(ctx, tx, "document.proved", p.DocumentID, audit.Detail{"publication": p.ID}); err != nil {
		return err
	}
	return s.tell(ctx, tx, contentapi.EventDocumentProved, p.DocumentID, contentapi.DocumentProved{DocumentID: p.DocumentID, PublicationID: p.ID})
}

// SetSchedule says when the newest version is to appear. It is a person's word for these very words: after an edit the
// time comes and nothing appears, until somebody schedules again.
func (s *Service) SetSchedule(ctx context.Context, documentID string, in contentapi.SetSchedule) (*contentapi.Document, error) {
	if err := s.authorised(ctx); err != nil {
		return nil, err
	}
	return s.reschedule(ctx, documentID, func(d *Document, v Version) error { return d.Schedule(v, in, actor(ctx), s.Clock.Now()) })
}

// Unschedule takes the time away again.
func (s *Service) Unschedule(ctx context.Context, documentID string) (*contentapi.Document, error) {
	return s.reschedule(ctx, documentID, func(d *Document, _ Version) error { d.Unschedule(); return nil })
}

func (s *Service) reschedule(ctx context.Context, documentID string, change func(*Document, Version) error) (*contentapi.Document, error) {
	var out *contentapi.Document
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var err error
		out, err = s.edit(ctx, tx, documentID, 0, func(d *Document) error {
			if err := d.Own(); err != nil {
				return err
			}
			v, err := versionAt(ctx, tx, d.ID, d.Seq)
			if err != nil {
				return err
			}
			if err := change(d, v); err != nil {
				return err
			}
			return s.record(ctx, tx, "document.rescheduled", d.ID, audit.Detail{"at": d.ScheduledAt, "digest": d.ScheduledDigest})
		})
		return err
	})
	return out, err
}

// PublishDue lets one document appear whose time has come, or says what kept it from appearing. It says how many it moved.
// A person who acts at the same moment and this timer meet at the row: the first commit wins.
func (s *Service) PublishDue(ctx context.Context) (int, error) {
	moved := 0
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		moved = 0
		now := s.Clock.Now()
		d, err := one[Document](ctx, tx, problem.ErrNotFound, "LockDue", pgx.NamedArgs{"now": now})
		if err != nil {
			if problem.From(err).Kind == problem.NotFound {
				return nil
			}
			return err
		}
		moved = 1
		return s.appear(ctx, tx, d, now)
	})
	return moved, err
}

func (s *Service) appear(ctx context.Context, tx pgx.Tx, d Document, now time.Time) error {
	f, err := s.file(ctx, tx, d)
	if err != nil {
		return err
	}
	all, refusal := d.Appear(f.newest, f.gates, f.publications, now)
	if refusal != nil {
		d.Miss(refusal)
	}
	d.Version, d.UpdatedAt = d.Version+1, now
	if err := saveDocument(ctx, tx, d); err != nil {
		return err
	}
	for _, p := range all {
		if err := s.published(ctx, tx, d, p); err != nil {
			return err
		}
	}
	if refusal == nil {
		return nil
	}
	if err := s.record(ctx, tx, "document.missed", d.ID, audit.Detail{"reason": d.Missed}); err != nil {
		return err
	}
	return s.tell(ctx, tx, contentapi.EventDocumentMissed, d.ID, contentapi.DocumentMissed{DocumentID: d.ID, OwnerID: d.OwnerID, Reason: d.Missed})
}
