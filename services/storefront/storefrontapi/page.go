package storefrontapi

import "time"

// Hues are the colours a creator may choose for their page; web gives each its
// shades for light and dark.
var Hues = []string{"sea", "moss", "clay", "plum", "sun", "rose", "slate", "ink"}

// Profile is a social profile a page points to.
type Profile struct {
	Kind string `json:"kind" validate:"required,oneof=linkedin tiktok instagram youtube x bluesky mastodon threads newsletter website"`
	URL  string `json:"url" validate:"required,http_url,max=300"`
}

// Page is a creator's page as its owner edits it.
type Page struct {
	CreatorID string    `json:"creator_id"`
	Handle    string    `json:"handle"` // "" until one is chosen in accounts
	Path      string    `json:"path"`   // "/@handle", "" without a handle
	Name      string    `json:"name"`
	Bio       string    `json:"bio"`
	Hue       string    `json:"hue"`
	Profiles  []Profile `json:"profiles"`
	Products  []string  `json:"products"` // ids of the published ones, as they stand on the page
	Version   int64     `json:"version"`
	Updated   time.Time `json:"updated"`
	// ChangedBy is the person who last changed the page by hand: who acted, not whom they acted for. It is "" once they are erased.
	ChangedBy string `json:"changed_by,omitempty"`
	// Changed is when that was; without it nobody has changed the page since it was made.
	Changed *time.Time `json:"changed,omitempty"`
}

// UpdatePage replaces what is given.
type UpdatePage struct {
	Name     *string    `json:"name,omitempty" validate:"omitempty,min=1,max=80"`
	Bio      *string    `json:"bio,omitempty" validate:"omitempty,max=600"`
	Hue      *string    `json:"hue,omitempty" validate:"omitempty,oneof=sea moss clay plum sun rose slate ink"`
	Profiles *[]Profile `json:"profiles,omitempty" validate:"omitempty,max=10,dive"`
	// Products are the ids of all products in their new order.
	Products *[]string `json:"products,omitempty" validate:"omitempty,max=500,dive,max=64"`
}

// Creator is what everybody may see of a page's owner.
type Creator struct {
	ID       string    `json:"id"`
	Handle   string    `json:"handle"`
	Path     string    `json:"path"`
	Name     string    `json:"name"`
	Bio      string    `json:"bio"`
	Hue      string    `json:"hue"`
	Profiles []Profile `json:"profiles"`
}

// Listing is a published product in a list: what a card shows.
type Listing struct {
	ID      string  `json:"id"`
	Kind    string  `json:"kind"`
	Slug    string  `json:"slug"`
	Path    string  `json:"path"` // below the creator's path: "/slug"
	Title   string  `json:"title"`
	Summary string  `json:"summary"`
	Cover   string  `json:"cover,omitempty"` // address of the picture
	Free    bool    `json:"free"`
	Prices  []Price `json:"prices"`
	Lessons int     `json:"lessons"`
}

// CreatorPage is a page as everybody sees it.
type CreatorPage struct {
	Creator  Creator   `json:"creator"`
	Products []Listing `json:"products"`

	raw []byte
}

// CatalogueEntry is a listing with who made it.
type CatalogueEntry struct {
	Listing
	Creator Creator `json:"creator"`
}

// Catalogue is a page of published products, newest first.
type Catalogue struct {
	Items []CatalogueEntry `json:"data"`
	Next  string           `json:"next,omitempty"`

	raw []byte
}

// PublicProduct is a product's page as everybody sees it.
type PublicProduct struct {
	Creator Creator       `json:"creator"`
	Product PublicDetails `json:"product"`

	raw []byte
}

// PublicDetails are the words and the table of contents a buyer decides by.
type PublicDetails struct {
	Listing
	HTML        string          `json:"html"` // the description, safe to put in a page
	Outline     []PublicSection `json:"outline"`
	Publication string          `json:"publication_id"`
	Digest      string          `json:"digest"`
	RefundDays  int             `json:"refund_days"`
	Published   time.Time       `json:"published"`
}

// PublicSection is a section of the table of contents.
type PublicSection struct {
	Title   string         `json:"title"`
	Lessons []PublicLesson `json:"lessons"`
}

// PublicLesson is a lesson of the table of contents; a free one can be read at once.
type PublicLesson struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Free  bool   `json:"free"`
}
