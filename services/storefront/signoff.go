package storefront

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/storefront/courses"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Documents is what storefront asks of content; contentapi.Client is one.
type Documents interface {
	SetManifest(ctx context.Context, productID string, in contentapi.SetManifest) (contentapi.Document, error)
	PublishManifest(ctx context.Context, productID string, in contentapi.PublishManifest) (contentapi.Document, error)
}

// PutForward makes a product as it stands now a document that can be signed off: whom its creator asks there must agree to each part of it
// before buyers get it. Parts that did not change since are not asked about again. Error: ErrNothingToPublish for a course without a lesson.
func (s *Service) PutForward(ctx context.Context, productID string) (*storefrontapi.Product, error) {
	known, m, err := s.manifest(ctx, productID)
	if err != nil {
		return nil, err
	}
	doc, err := s.Documents.SetManifest(ctx, productID, m)
	if err != nil {
		return nil, err
	}
	if deref(known.DocumentID) == doc.ID {
		return s.product(ctx, s.Pool, owner(ctx), productID)
	}
	return s.edit(ctx, productID, 0, func(ctx context.Context, tx pgx.Tx, p Product) error {
		if _, err := exec(ctx, tx, "SetDocument", pgx.NamedArgs{"id": p.ID, "document": doc.ID}); err != nil {
			return err
		}
		return s.record(ctx, tx, "product.put_forward", p.ID, audit.Detail{"document": doc.ID, "digest": doc.Current.Digest})
	})
}

// cleared asks content to let a product's publication appear, and answers with the digest that may: "" for a product that nobody signs
// off. The gates' problems are content's own: ErrGateWaiting, ErrApprovalStale and their like. What it let through holds even if the
// transaction after it fails: pressing again finds it so.
func (s *Service) cleared(ctx context.Context, productID string) (string, error) {
	known, m, err := s.manifest(ctx, productID)
	if err != nil || known.DocumentID == nil {
		return "", err
	}
	doc, err := s.Documents.SetManifest(ctx, productID, m)
	if err != nil {
		return "", err
	}
	_, err = s.Documents.PublishManifest(ctx, productID, contentapi.PublishManifest{Digest: doc.Current.Digest})
	return doc.Current.Digest, err
}

// manifest is one of the caller's products as it would appear now, in the form in which content takes it.
func (s *Service) manifest(ctx context.Context, productID string) (Product, contentapi.SetManifest, error) {
	p, err := one[Product](ctx, s.Pool, problem.ErrNotFound, "Products", pgx.NamedArgs{"creator": owner(ctx), "id": productID, "cursor": "", "limit": 1})
	if err != nil {
		return p, contentapi.SetManifest{}, err
	}
	d, err := s.draft(ctx, s.Pool, p)
	if err != nil {
		return p, contentapi.SetManifest{}, err
	}
	if d.course.Lessons() == 0 {
		return p, contentapi.SetManifest{}, storefrontapi.ErrNothingToPublish.WithField("/lessons", "required", "a course needs at least one lesson")
	}
	parts, err := d.course.Parts(d.page(p), d.attached)
	if err != nil {
		return p, contentapi.SetManifest{}, err
	}
	text, _, err := d.manifest(p)
	out := contentapi.SetManifest{OwnerID: p.CreatorID, Title: p.Title, Manifest: text, Entries: make([]contentapi.ManifestEntry, len(parts))}
	for i, part := range parts {
		out.Entries[i] = contentapi.ManifestEntry{
			Kind: part.Kind, Path: part.Path, Digest: part.Digest, Parts: part.Parts, Title: part.Title, Summary: part.Summary, Text: part.Text,
		}
	}
	return p, out, err
}

// page is what a buyer decides by, as a draft has it.
func (d draft) page(p Product) courses.Page {
	return courses.Page{Title: p.Title, Summary: p.Summary, Body: p.Description, Cover: d.coverDigest}
}

// manifest is the draft's manifest in RFC 8785 JSON, and its digest.
func (d draft) manifest(p Product) (text []byte, digest string, err error) {
	m, err := d.course.Manifest(d.page(p), d.attached)
	if err != nil {
		return nil, "", err
	}
	text, err = canon.JSON(m)
	return text, canon.Sum(text), err
}

// publishable says what keeps a draft from being published besides who signs it off.
func (s *Service) publishable(ctx context.Context, db pg.Querier, p Product, d draft, blocked error) error {
	page, err := one[Page](ctx, db, problem.ErrNotFound, "Page", pgx.NamedArgs{"creator": p.CreatorID})
	if err != nil {
		return err
	}
	prices, err := many[Price](ctx, db, "CurrentPrices", pgx.NamedArgs{"product": p.ID})
	if err != nil {
		return err
	}
	switch err := missingParts(p, prices, d); {
	case err != nil:
		return err
	case page.Handle == nil:
		return storefrontapi.ErrHandleMissing
	case !p.Free && blocked != nil:
		return blocked
	}
	return nil
}
