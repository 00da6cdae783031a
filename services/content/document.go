package content

import (
	"time"

	"github.com/workfluence/workfluence/services/content/contentapi"
)

const documentPrefix = "document"

// Document is something that one person may publish. Its words are in its versions.
//
//	draft ◄──────► scheduled ── its time, all gates open ──► published
//	  │  ▲             │ its time, something against it         ▲
//	  │  └─────── missed_slot ── publish ───────────────────────┤
//	  └── publish ──────────────────────────────────────────────┘
//
//	any of them ── withdraw ──► withdrawn
//	any but published, and not bound by a contract ── delete ──► deleted
type Document struct {
	ID        string
	OwnerID   string
	ProductID *string // of a publication: whose
	Kind      string
	State     string
	Version   int64  // counts changes; what If-Match names
	Seq       int    // of the newest version
	Digest    string // of the newest version
	CreatedAt time.Time
	UpdatedAt time.Time

	PublishedAt *time.Time // for the first time
	// The three are set in the states scheduled and missed_slot; Missed, in the latter, is the code of what kept it.
	ScheduledAt     *time.Time
	ScheduledDigest *string
	ScheduledBy     *string
	Missed          string
}

// Open is nil while something new may happen to the document. ErrDocumentClosed with the state.
func (d Document) Open() error {
	if d.State == contentapi.StateWithdrawn {
		return contentapi.ErrDocumentClosed.WithState(d.State)
	}
	return nil
}

// Own is nil for what its owner writes here. ErrDocumentOfProduct for a publication, which storefront writes.
func (d Document) Own() error {
	if d.Kind == contentapi.KindPublication {
		return contentapi.ErrDocumentOfProduct.WithState(d.State)
	}
	return nil
}

// next makes the version that follows the newest one, and points the document at it.
func (d *Document) next(words Words, by string, restoredFrom *int, now time.Time) (Version, error) {
	sum, err := words.sum()
	if err != nil {
		return Version{}, err
	}
	d.Seq, d.Digest = d.Seq+1, sum
	return Version{DocumentID: d.ID, Seq: d.Seq, Digest: sum, SavedBy: by, RestoredFrom: restoredFrom, SavedAt: now, Words: words}, nil
}

// Wire is the document with its newest version, gates and publications, as its owner sees it at a domain time.
func (d Document) Wire(current Version, gates []Gate, publications []Publication, now time.Time) contentapi.Document {
	out := contentapi.Document{
		ID: d.ID, OwnerID: d.OwnerID, Kind: d.Kind, State: d.State, Version: d.Version, Current: current.Wire(), Schedule: d.schedule(),
		Gates: make([]contentapi.Gate, len(gates)), Publications: make([]contentapi.Publication, len(publications)),
		Created: d.CreatedAt, Updated: d.UpdatedAt,
	}
	if d.ProductID != nil {
		out.ProductID = *d.ProductID
	}
	for i, g := range gates {
		out.Gates[i] = g.Wire(d.Digest, now)
	}
	for i, p := range publications {
		out.Publications[i] = p.Wire()
	}
	return out
}

func (d Document) schedule() *contentapi.Schedule {
	if d.ScheduledAt == nil {
		return nil
	}
	return &contentapi.Schedule{At: *d.ScheduledAt, Digest: deref(d.ScheduledDigest), By: deref(d.ScheduledBy), Missed: d.Missed}
}
