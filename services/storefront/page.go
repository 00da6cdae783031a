package storefront

import (
	"encoding/json"
	"time"

	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Page is a creator's page.
type Page struct {
	CreatorID string
	Handle    *string
	Name      string
	Bio       string
	Hue       string
	Profiles  json.RawMessage
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
	// ChangedBy is the person who last changed the page by hand, an assistant's own id under a mandate, nil once that person is
	// erased; ChangedAt is when, nil while nobody has.
	ChangedBy *string
	ChangedAt *time.Time
}

// hueOf gives a new page one of the colours, the same one for the same creator.
func hueOf(creatorID string) string {
	sum := 0
	for _, b := range []byte(creatorID) {
		sum += int(b)
	}
	return storefrontapi.Hues[sum%len(storefrontapi.Hues)]
}

// pathOf is the address of a page on our site, "" without a handle.
func pathOf(handle *string) string {
	if handle == nil || *handle == "" {
		return ""
	}
	return "/@" + *handle
}

func (p Page) profiles() []storefrontapi.Profile {
	out := []storefrontapi.Profile{}
	if err := json.Unmarshal(p.Profiles, &out); err != nil {
		return []storefrontapi.Profile{} // written by us from the same type
	}
	return out
}

// creator is what everybody may see.
func (p Page) creator() storefrontapi.Creator {
	c := storefrontapi.Creator{ID: p.CreatorID, Path: pathOf(p.Handle), Name: p.Name, Bio: p.Bio, Hue: p.Hue, Profiles: p.profiles()}
	if p.Handle != nil {
		c.Handle = *p.Handle
	}
	return c
}

func (p Page) wire(products []string) storefrontapi.Page {
	c := p.creator()
	return storefrontapi.Page{
		CreatorID: c.ID, Handle: c.Handle, Path: c.Path, Name: c.Name, Bio: c.Bio, Hue: c.Hue, Profiles: c.Profiles,
		Products: products, Version: p.Version, Updated: p.UpdatedAt, ChangedBy: deref(p.ChangedBy), Changed: p.ChangedAt,
	}
}

// change takes what is given into the page.
func (p Page) change(in storefrontapi.UpdatePage) (Page, error) {
	set(&p.Name, in.Name)
	set(&p.Bio, in.Bio)
	set(&p.Hue, in.Hue)
	if in.Profiles != nil {
		text, err := json.Marshal(*in.Profiles)
		if err != nil {
			return p, err
		}
		p.Profiles = text
	}
	return p, nil
}

// set replaces *to where a value is given.
func set[T any](to *T, given *T) {
	if given != nil {
		*to = *given
	}
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
