package storefront

import (
	"encoding/json"
	"time"

	"github.com/workfluence/workfluence/services/storefront/courses"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Product is a product with what its creator's list shows of it.
type Product struct {
	ID            string
	CreatorID     string
	DocumentID    *string // what is signed off
	Kind          string
	Slug          string
	Title         string
	Summary       string
	Description   string
	CoverFileID   *string
	State         string
	Free          bool
	RefundDays    int
	PublicationID *string
	PublishedAt   *time.Time
	Version       int64
	DraftSeq      int64
	PublishedSeq  int64
	CreatedAt     time.Time
	UpdatedAt     time.Time
	Handle        *string
	CoverPath     *string
	CoverDigest   *string
	Prices        json.RawMessage
	Lessons       int
	Sold          int
	PubSeq        *int
	PubDigest     *string
	PubLessons    *int
}

// prices are the current ones, as the query gathered them.
func (p Product) prices() []storefrontapi.Price {
	out := []storefrontapi.Price{}
	if err := json.Unmarshal(p.Prices, &out); err != nil {
		return []storefrontapi.Price{} // json_agg of our own columns
	}
	return out
}

func (p Product) wire(cover string) storefrontapi.Product {
	out := storefrontapi.Product{
		ID: p.ID, CreatorID: p.CreatorID, DocumentID: deref(p.DocumentID), Kind: p.Kind, Slug: p.Slug, State: p.State, Title: p.Title, Summary: p.Summary,
		Description: p.Description, CoverFileID: deref(p.CoverFileID), Cover: cover, Free: p.Free, Prices: p.prices(), RefundDays: p.RefundDays,
		Lessons: p.Lessons, Sold: p.Sold, Changed: p.PublishedSeq != 0 && p.DraftSeq != p.PublishedSeq,
		Version: p.Version, Created: p.CreatedAt, Updated: p.UpdatedAt,
	}
	if at := pathOf(p.Handle); at != "" {
		out.Path = at + "/" + p.Slug
	}
	if p.PublicationID != nil && p.PublishedAt != nil {
		out.Publication = &storefrontapi.Publication{
			ID: *p.PublicationID, ProductID: p.ID, Seq: deref(p.PubSeq), Digest: deref(p.PubDigest), Lessons: deref(p.PubLessons),
			Published: *p.PublishedAt, Current: p.State == storefrontapi.StatePublished,
		}
	}
	return out
}

// slugFor is the address asked for, or one made of the title.
func slugFor(asked, title string) string {
	if s := courses.Slug(asked); s != "" {
		return s
	}
	if s := courses.Slug(title); s != "" {
		return s
	}
	return "product"
}
