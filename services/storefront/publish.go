package storefront

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Publication is what buyers have: a copy of the draft that never changes.
type Publication struct {
	ID          string
	ProductID   string
	Seq         int
	Digest      string
	Manifest    json.RawMessage
	Title       string
	Summary     string
	Description string
	CoverPath   *string
	Lessons     int
	PublishedAt time.Time
	Current     bool
}

func (p Publication) wire() storefrontapi.Publication {
	return storefrontapi.Publication{
		ID: p.ID, ProductID: p.ProductID, Seq: p.Seq, Digest: p.Digest, Lessons: p.Lessons, Published: p.PublishedAt, Current: p.Current,
	}
}

// PublishedLesson is a lesson of a publication.
type PublishedLesson struct {
	LessonID     string
	Place        int
	SectionSlug  string
	SectionTitle string
	Slug         string
	Title        string
	Free         bool
	TextDigest   string
	Attached     []string
	DoneAt       *time.Time
}

// Publish makes the draft what buyers see. Without a change since the last
// publication it only puts the product back on the page. What somebody signs off appears
// when all of them agreed to all of it; until then buyers keep what they have. Errors: ErrStale,
// ErrNothingToPublish, ErrHandleMissing, ErrCountryUnknown, ErrSellingNotPossible, and the
// problems of content's gates.
func (s *Service) Publish(ctx context.Context, productID string, version int64) (*storefrontapi.Product, error) {
	known, err := s.product(ctx, s.Pool, owner(ctx), productID)
	if err != nil {
		return nil, err
	}
	blocked, err := s.sellingBlocked(ctx, !known.Free)
	if err != nil {
		return nil, err
	}
	digest, err := s.clear(ctx, *known, version, blocked)
	if err != nil {
		return nil, err
	}
	return s.edit(ctx, productID, version, func(ctx context.Context, tx pgx.Tx, p Product) error {
		d, err := s.draft(ctx, tx, p)
		if err != nil {
			return err
		}
		if err := s.publishable(ctx, tx, p, d, blocked); err != nil {
			return err
		}
		if p.DocumentID != nil { // what was let through must be what is written here
			if _, now, err := d.manifest(p); err != nil || now != digest {
				return cmp.Or(err, error(problem.ErrStale))
			}
		}
		return s.publish(ctx, tx, p, d)
	})
}

// clear asks those who sign a product off, once nothing else stands against it: what they let through is on record from then on.
func (s *Service) clear(ctx context.Context, known storefrontapi.Product, version int64, blocked error) (string, error) {
	if known.DocumentID == "" {
		return "", nil
	}
	if err := fresh(version, known.Version); err != nil {
		return "", err
	}
	p, err := one[Product](ctx, s.Pool, problem.ErrNotFound, "Products", pgx.NamedArgs{"creator": known.CreatorID, "id": known.ID, "cursor": "", "limit": 1})
	if err != nil {
		return "", err
	}
	d, err := s.draft(ctx, s.Pool, p)
	if err != nil {
		return "", err
	}
	if err := s.publishable(ctx, s.Pool, p, d, blocked); err != nil {
		return "", err
	}
	return s.cleared(ctx, known.ID)
}

func missingParts(p Product, prices []Price, d draft) error {
	fault := storefrontapi.ErrNothingToPublish
	if d.course.Lessons() == 0 {
		fault = fault.WithField("/lessons", "required", "a course needs at least one lesson")
	}
	if !p.Free && len(prices) == 0 {
		fault = fault.WithField("/prices", "required", "set a price, or make it free")
	}
	if len(fault.Fields) == 0 {
		return nil
	}
	return fault
}

func (s *Service) publish(ctx context.Context, tx pgx.Tx, p Product, d draft) error {
	if p.PublicationID != nil && p.DraftSeq == p.PublishedSeq {
		return s.republish(ctx, tx, p)
	}
	text, digest, err := d.manifest(p)
	if err != nil {
		return err
	}
	pubID, now := id.New(publicationPrefix), s.Clock.Now()
	if _, err := exec(ctx, tx, "InsertPublication", pgx.NamedArgs{
		"id": pubID, "product": p.ID, "digest": digest, "manifest": text, "title": p.Title, "summary": p.Summary, "description": p.Description,
		"cover_path": d.coverPath, "lessons": d.course.Lessons(), "now": now,
	}); err != nil {
		return err
	}
	if err := d.copyInto(ctx, tx, pubID); err != nil {
		return err
	}
	if _, err := exec(ctx, tx, "InsertPublicationFiles", pgx.NamedArgs{"publication": pubID, "product": p.ID}); err != nil {
		return err
	}
	p.PublicationID, p.PublishedAt, p.State, p.PublishedSeq = &pubID, &now, storefrontapi.StatePublished, p.DraftSeq
	return s.setPublished(ctx, tx, p, digest)
}

// republish puts the last publication back on the page: nothing new to promise.
func (s *Service) republish(ctx context.Context, tx pgx.Tx, p Product) error {
	p.State, p.PublishedSeq = storefrontapi.StatePublished, p.DraftSeq
	return s.setPublished(ctx, tx, p, "")
}

func (s *Service) setPublished(ctx context.Context, tx pgx.Tx, p Product, digest string) error {
	detail, listing, err := s.listing(ctx, tx, p)
	if err != nil {
		return err
	}
	if _, err := exec(ctx, tx, "SetPublished", pgx.NamedArgs{
		"id": p.ID, "state": p.State, "publication": p.PublicationID, "published_at": p.PublishedAt, "published_seq": p.PublishedSeq,
		"detail": string(detail), "listing": string(listing), "now": s.Clock.Now(),
	}); err != nil {
		return err
	}
	if err := s.record(ctx, tx, "product.published", p.ID, audit.Detail{"publication": *p.PublicationID, "digest": digest}); err != nil {
		return err
	}
	return s.tell(ctx, tx, storefrontapi.EventProductPublished, p.ID,
		storefrontapi.ProductPublished{ProductID: p.ID, CreatorID: p.CreatorID, PublicationID: *p.PublicationID})
}

// Unpublish takes a product off the page; its buyers keep it.
func (s *Service) Unpublish(ctx context.Context, productID string) (*storefrontapi.Product, error) {
	return s.edit(ctx, productID, 0, func(ctx context.Context, tx pgx.Tx, p Product) error {
		if p.State != storefrontapi.StatePublished {
			return nil
		}
		if _, err := exec(ctx, tx, "Unpublish", pgx.NamedArgs{"id": p.ID, "now": s.Clock.Now()}); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "product.unpublished", p.ID, nil); err != nil {
			return err
		}
		return s.tellProduct(ctx, tx, p)
	})
}

func (s *Service) tellProduct(ctx context.Context, tx pgx.Tx, p Product) error {
	return s.tell(ctx, tx, storefrontapi.EventProductChanged, p.ID, storefrontapi.ProductChanged{ProductID: p.ID, CreatorID: p.CreatorID})
}

// relist makes the public forms of a published product again, after its price or
// address changed.
func (s *Service) relist(ctx context.Context, tx pgx.Tx, p Product) error {
	if p.State != storefrontapi.StatePublished {
		return nil
	}
	detail, listing, err := s.listing(ctx, tx, p)
	if err != nil {
		return err
	}
	if _, err := exec(ctx, tx, "SetListing", pgx.NamedArgs{"id": p.ID, "detail": string(detail), "listing": string(listing)}); err != nil {
		return err
	}
	return s.tellProduct(ctx, tx, p)
}

// listing makes the public forms of a product: its page and its card.
func (s *Service) listing(ctx context.Context, db pg.Querier, p Product) (detail, card []byte, err error) {
	u, err := one[Publication](ctx, db, problem.ErrNotFound, "Publications",
		pgx.NamedArgs{"product": p.ID, "id": deref(p.PublicationID), "cursor": "", "creator": "", "limit": 1})
	if err != nil {
		return nil, nil, err
	}
	prices, err := many[Price](ctx, db, "CurrentPrices", pgx.NamedArgs{"product": p.ID})
	if err != nil {
		return nil, nil, err
	}
	lessons, err := many[PublishedLesson](ctx, db, "PublicationLessons", pgx.NamedArgs{"publication": u.ID})
	if err != nil {
		return nil, nil, err
	}
	fs, err := s.publishedFiles(ctx, db, u.ID)
	if err != nil {
		return nil, nil, err
	}
	l := storefrontapi.Listing{
		ID: p.ID, Kind: p.Kind, Slug: p.Slug, Path: "/" + p.Slug, Title: u.Title, Summary: u.Summary, Free: p.Free,
		Prices: []storefrontapi.Price{}, Lessons: u.Lessons,
	}
	if u.CoverPath != nil {
		if f, ok := fs.byPath[*u.CoverPath]; ok {
			l.Cover = s.Sign.PublicURL(f.Digest, f.Path)
		}
	}
	for _, price := range prices {
		l.Prices = append(l.Prices, price.wire())
	}
	html, err := s.renderPage(u.Description, fs)
	if err != nil {
		return nil, nil, err
	}
	detail, err = json.Marshal(storefrontapi.PublicDetails{
		Listing: l, HTML: html, Outline: tableOfContents(lessons), Publication: u.ID, Digest: u.Digest, RefundDays: p.RefundDays, Published: u.PublishedAt,
	})
	if err != nil {
		return nil, nil, err
	}
	card, err = json.Marshal(l)
	return detail, card, err
}

func tableOfContents(lessons []PublishedLesson) []storefrontapi.PublicSection {
	out := []storefrontapi.PublicSection{}
	last := ""
	for _, l := range lessons {
		if len(out) == 0 || l.SectionSlug != last {
			out = append(out, storefrontapi.PublicSection{Title: l.SectionTitle})
			last = l.SectionSlug
		}
		at := &out[len(out)-1]
		at.Lessons = append(at.Lessons, storefrontapi.PublicLesson{ID: l.LessonID, Title: l.Title, Free: l.Free})
	}
	return out
}

// Publications lists a product's publications, newest first.
func (s *Service) Publications(ctx context.Context, productID, cursor string) (*storefrontapi.PublicationPage, error) {
	if _, err := s.product(ctx, s.Pool, owner(ctx), productID); err != nil {
		return nil, err
	}
	rows, err := many[Publication](ctx, s.Pool, "Publications",
		pgx.NamedArgs{"product": productID, "id": "", "cursor": cursor, "creator": owner(ctx), "limit": pageSize + 1})
	if err != nil {
		return nil, err
	}
	rows, next := cut(rows, pageSize, func(u Publication) string { return u.ID })
	out := &storefrontapi.PublicationPage{Items: make([]storefrontapi.Publication, len(rows)), Next: next}
	for i, u := range rows {
		out.Items[i] = u.wire()
	}
	return out, nil
}

// Publication is one publication with the digest of each part.
func (s *Service) Publication(ctx context.Context, productID, pubID string) (*storefrontapi.PublicationManifest, error) {
	u, err := one[Publication](ctx, s.Pool, problem.ErrNotFound, "Publications",
		pgx.NamedArgs{"product": productID, "id": pubID, "cursor": "", "creator": owner(ctx), "limit": 1})
	if err != nil {
		return nil, err
	}
	out := &storefrontapi.PublicationManifest{Publication: u.wire()}
	return out, json.Unmarshal(u.Manifest, &out.Manifest)
}
