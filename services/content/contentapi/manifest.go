package contentapi

import "encoding/json"

// KindPublication is a product's publication: storefront makes it and changes it, and each of its versions is a manifest (docs/digest.md).
// Its entries are agreed to by their own digests, so that after an edit only what changed is asked about again.
const KindPublication = "publication"

// ChannelStorefront is where a publication appears: its product's page.
const ChannelStorefront = "storefront"

// Kinds of an entry of a manifest.
const (
	EntryPage       = "page"
	EntryLesson     = "lesson"
	EntryMedia      = "media"
	EntryAttachment = "attachment"
)

// SetManifest is a product's publication as it would appear now.
type SetManifest struct {
	OwnerID string `json:"owner_id" validate:"required,max=64"`
	// Title is the product's.
	Title string `json:"title" validate:"max=300"`
	// Manifest is its RFC 8785 JSON; its SHA-256 is the version's digest.
	Manifest json.RawMessage `json:"manifest" validate:"required"`
	// Entries are those of the manifest, in its order, with their words.
	Entries []ManifestEntry `json:"entries" validate:"required,min=1,max=5000,dive"`
}

// ManifestEntry is a part of a publication with what it says.
type ManifestEntry struct {
	Kind   string `json:"kind" validate:"required,oneof=page lesson media attachment"`
	Path   string `json:"path" validate:"required,max=1000"`
	Digest string `json:"digest" validate:"required,len=71"`
	// Parts is what the digest of a page or lesson is over; a file's is over its bytes.
	Parts   json.RawMessage `json:"parts,omitempty"`
	Title   string          `json:"title,omitempty" validate:"max=1000"`
	Summary string          `json:"summary,omitempty" validate:"max=10000"`
	Text    string          `json:"text,omitempty"`
}

// PublishManifest says that a manifest appears now: the product's buyers get it.
type PublishManifest struct {
	Digest string `json:"digest" validate:"required,len=71"`
}

// EntryState is what a gate says of one entry of the newest manifest.
type EntryState struct {
	Kind   string `json:"kind"`
	Path   string `json:"path"`
	Digest string `json:"digest"`
	// Fault is the code of the problem that the party makes for it right now, "" for none.
	Fault string `json:"fault,omitempty"`
}

// ShownEntry is an entry as a party reads it.
type ShownEntry struct {
	Kind    string `json:"kind"`
	Path    string `json:"path"`
	Digest  string `json:"digest"`
	Title   string `json:"title,omitempty"`
	Summary string `json:"summary,omitempty"`
	Text    string `json:"text,omitempty"`
	// Agreed says that the party agreed to it before, and still does.
	Agreed bool `json:"agreed,omitempty"`
}
