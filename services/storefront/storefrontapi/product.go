package storefrontapi

import (
	"time"

	"github.com/workfluence/workfluence/internal/money"
)

// Currencies are those a price may be set in.
var Currencies = []money.Currency{money.USD, money.EUR, money.GBP, money.CAD, money.AUD, money.CHF, money.JPY}

// KindCourse is the kind of a product made of lessons.
const KindCourse = "course"

// States of a product.
const (
	StateDraft       = "draft"       // never published
	StatePublished   = "published"   // on the page, for sale
	StateUnpublished = "unpublished" // taken off; its buyers keep it
)

// Price is what a product costs in one currency. Its JSON is flat:
// {"id", "amount", "currency"}.
type Price struct {
	ID string `json:"id"`
	money.Amount
}

// Product is a product as its creator edits it.
type Product struct {
	ID        string `json:"id"`
	CreatorID string `json:"creator_id"`
	// DocumentID is content's document of the product, when its creator put it forward to be signed off; "" asks nobody.
	DocumentID string `json:"document_id,omitempty"`
	Kind       string `json:"kind"`
	Slug       string `json:"slug"`
	Path       string `json:"path"` // "/@handle/slug", "" without a handle
	// FormerSlugs lead to this product still (in the answer for one product alone).
	FormerSlugs []string `json:"former_slugs,omitempty"`
	State       string   `json:"state"`
	Title       string   `json:"title"`
	Summary     string   `json:"summary"`
	Description string   `json:"description"` // Markdown
	HTML        string   `json:"html,omitempty"`
	CoverFileID string   `json:"cover_file_id,omitempty"`
	Cover       string   `json:"cover,omitempty"` // address of the picture
	Free        bool     `json:"free"`
	Prices      []Price  `json:"prices"`
	RefundDays  int      `json:"refund_days"`
	Lessons     int      `json:"lessons"`
	Sold        int      `json:"sold"`
	// Changed says that the draft differs from what buyers see.
	Changed     bool         `json:"changed"`
	Publication *Publication `json:"publication,omitempty"`
	Version     int64        `json:"version"`
	Created     time.Time    `json:"created"`
	Updated     time.Time    `json:"updated"`
}

// ProductPage is a page of one's own products.
type ProductPage struct {
	Items []Product `json:"data"`
	Next  string    `json:"next,omitempty"`
}

// NewProduct makes a draft. Without a slug one is made of the title.
type NewProduct struct {
	Kind  string `json:"kind" validate:"required,oneof=course"`
	Title string `json:"title" validate:"required,max=120"`
	Slug  string `json:"slug,omitempty" validate:"max=80"`
}

// UpdateProduct replaces what is given.
type UpdateProduct struct {
	Title       *string `json:"title,omitempty" validate:"omitempty,min=1,max=120"`
	Slug        *string `json:"slug,omitempty" validate:"omitempty,min=1,max=80"`
	Summary     *string `json:"summary,omitempty" validate:"omitempty,max=300"`
	Description *string `json:"description,omitempty" validate:"omitempty,max=50000"`
	CoverFileID *string `json:"cover_file_id,omitempty" validate:"omitempty,max=64"` // "" takes it away
	RefundDays  *int    `json:"refund_days,omitempty" validate:"omitempty,oneof=0 7 14 30"`
}

// SetPrices replaces all prices. A free product has none.
type SetPrices struct {
	Free   bool       `json:"free"`
	Prices []SetPrice `json:"prices" validate:"max=7,dive"`
}

// SetPrice is one price, in minor units or as a person types it ("149.00").
type SetPrice struct {
	Currency money.Currency `json:"currency" validate:"required,oneof=USD EUR GBP CAD AUD CHF JPY"`
	Amount   *int64         `json:"amount,omitempty"`
	Decimal  string         `json:"decimal,omitempty" validate:"max=20"`
}

// PriceRule is the least a price may be in one currency.
type PriceRule struct {
	Currency money.Currency `json:"currency"`
	Floor    money.Amount   `json:"floor"`
}

// PriceRules lists the currencies with their floors.
type PriceRules struct {
	Items []PriceRule `json:"data"`
}

// Publication is an immutable state of a product, as buyers have it.
type Publication struct {
	ID        string    `json:"id"`
	ProductID string    `json:"product_id"`
	Seq       int       `json:"seq"`
	Digest    string    `json:"digest"` // of its manifest: docs/digest.md
	Lessons   int       `json:"lessons"`
	Published time.Time `json:"published"`
	Current   bool      `json:"current"`
}

// PublicationPage is a page of a product's publications, newest first.
type PublicationPage struct {
	Items []Publication `json:"data"`
	Next  string        `json:"next,omitempty"`
}

// PublicationManifest is a publication with the digest of each part.
type PublicationManifest struct {
	Publication
	Manifest Manifest `json:"manifest"`
}

// Manifest is docs/digest.md's manifest v1.
type Manifest struct {
	V       int             `json:"v"`
	Kind    string          `json:"kind"`
	Entries []ManifestEntry `json:"entries"`
}

// ManifestEntry is one part of a publication by its digest.
type ManifestEntry struct {
	Kind    string `json:"kind"`
	Path    string `json:"path"`
	Digest  string `json:"digest"`
	Section string `json:"section,omitempty"`
	Free    bool   `json:"free,omitempty"`
}
