package storefrontapi

import "encoding/json"

// The three public answers are read far more often than they change, so
// storefront keeps their JSON ready and hands it on as it is. A value made of
// such JSON marshals to it; a value made by fields marshals as usual.

// RawPublicProduct is a product whose JSON is known.
func RawPublicProduct(b []byte) *PublicProduct { return &PublicProduct{raw: b} }

// RawCreatorPage is a page whose JSON is known.
func RawCreatorPage(b []byte) *CreatorPage { return &CreatorPage{raw: b} }

// RawCatalogue is a catalogue whose JSON is known.
func RawCatalogue(b []byte) *Catalogue { return &Catalogue{raw: b} }

// ReadyJSON is the known JSON, nil if there is none.
func (p PublicProduct) ReadyJSON() []byte { return p.raw }

// ReadyJSON is the known JSON, nil if there is none.
func (p CreatorPage) ReadyJSON() []byte { return p.raw }

// ReadyJSON is the known JSON, nil if there is none.
func (c Catalogue) ReadyJSON() []byte { return c.raw }

// MarshalJSON gives the known JSON, if there is one.
func (p PublicProduct) MarshalJSON() ([]byte, error) {
	type plain PublicProduct
	return ready(p.raw, plain(p))
}

// MarshalJSON gives the known JSON, if there is one.
func (p CreatorPage) MarshalJSON() ([]byte, error) {
	type plain CreatorPage
	return ready(p.raw, plain(p))
}

// MarshalJSON gives the known JSON, if there is one.
func (c Catalogue) MarshalJSON() ([]byte, error) {
	type plain Catalogue
	return ready(c.raw, plain(c))
}

func ready(raw []byte, v any) ([]byte, error) {
	if raw != nil {
		return raw, nil
	}
	return json.Marshal(v)
}
