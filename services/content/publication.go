package content

import (
	"slices"
	"time"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

const (
	publicationPrefix = "docpub"
	proofPrefix       = "proof"
)

// Publication is a version that appeared at one of its destinations.
type Publication struct {
	ID          string
	DocumentID  string
	Seq         int
	Digest      string
	Place       int // among the version's destinations, from 0
	Gates       []word
	TakenBack   []string // gates that the owner had taken back
	PublishedBy string
	PublishedAt time.Time

	Destinations []contentapi.Destination // of the version; nil when its words are gone
	URL          *string                  // as the author said last

	// What the last comparison with the live text found; nil before the first.
	LiveOutcome *string
	LiveParts   []string
	LiveBy      *string
	LiveAt      *time.Time
}

// word is what let a publication through: a gate, and the number of its last word.
type word struct {
	Gate string `json:"gate"`
	Seq  int64  `json:"seq"`
}

// Publish makes the newest version appear at a place, if nothing stands against it: the document is open, the person
// named this very digest, there is something to read, the disclosure is complete, the version has not appeared there, and
// every gate lets it through at this moment. The document must be locked, and v, gates and before read under that lock.
func (d *Document) Publish(v Version, gates []Gate, before []Publication, place int, digest, by string, now time.Time) (Publication, error) {
	if err := d.ready(v, digest); err != nil {
		return Publication{}, err
	}
	if place < 0 || place >= len(v.Destinations) {
		return Publication{}, contentapi.ErrDestinationUnknown
	}
	for _, p := range before {
		if p.Seq == v.Seq && p.Place == place {
			return Publication{}, contentapi.ErrAlreadyPublished.WithState(p.PublishedAt.UTC().Format(time.RFC3339))
		}
	}
	if err := letThrough(gates, v.Digest, now); err != nil {
		return Publication{}, err
	}
	if err := v.disclosed(); err != nil {
		return Publication{}, err
	}
	return d.appear(v, gates, place, by, now), nil
}

// appear is the publication of a version at one of its places, and what it makes of the document.
func (d *Document) appear(v Version, gates []Gate, place int, by string, now time.Time) Publication {
	p := Publication{
		ID: id.New(publicationPrefix), DocumentID: d.ID, Seq: v.Seq, Digest: v.Digest, Place: place, Gates: []word{}, TakenBack: []string{},
		PublishedBy: by, PublishedAt: now, Destinations: v.Destinations,
	}
	for _, g := range gates {
		if g.State == contentapi.GateTakenBack {
			p.TakenBack = append(p.TakenBack, g.ID)
		} else {
			p.Gates = append(p.Gates, word{Gate: g.ID, Seq: g.Seq})
		}
	}
	d.State = contentapi.StatePublished
	d.ScheduledAt, d.ScheduledDigest, d.ScheduledBy, d.Missed = nil, nil, nil, ""
	if d.PublishedAt == nil {
		d.PublishedAt = &now
	}
	return p
}

// PublishManifest makes a publication's newest version what buyers get, if its gates let every entry through at this moment. False
// when it is that already. problem.ErrStale when the digest is not the newest's.
func (d *Document) PublishManifest(v Version, gates []Gate, before []Publication, digest, by string, now time.Time) (Publication, bool, error) {
	if err := d.Open(); err != nil {
		return Publication{}, false, err
	}
	if digest != v.Digest {
		return Publication{}, false, problem.ErrStale
	}
	if err := letThrough(gates, v.Digest, now); err != nil {
		return Publication{}, false, err
	}
	for _, p := range before {
		if p.Seq == v.Seq {
			return Publication{}, false, nil
		}
	}
	return d.appear(v, gates, 0, by, now), true, nil
}

// ready is what has to hold of a document before anything is said about where and when.
func (d Document) ready(v Version, digest string) error {
	if err := d.Open(); err != nil {
		return err
	}
	switch {
	case digest != v.Digest:
		return problem.ErrStale
	case canon.Text(v.Body) == "" && len(v.Media) == 0:
		return contentapi.ErrDocumentEmpty
	}
	return nil
}

// Schedule says when the newest version is to appear, at all its places. ErrDocumentPublished once it did.
func (d *Document) Schedule(v Version, in contentapi.SetSchedule, by string, now time.Time) error {
	if d.State == contentapi.StatePublished {
		return contentapi.ErrDocumentPublished.WithState(d.State)
	}
	if err := d.ready(v, in.Digest); err != nil {
		return err
	}
	switch {
	case len(v.Destinations) == 0:
		return contentapi.ErrDestinationUnknown
	case !in.At.After(now):
		return problem.ErrInvalid.WithField("/at", "future", "Choose a time that is still to come.")
	}
	at := in.At.UTC().Truncate(time.Microsecond) // as the database keeps it
	d.State, d.ScheduledAt, d.ScheduledDigest, d.ScheduledBy, d.Missed = contentapi.StateScheduled, &at, &in.Digest, &by, ""
	return nil
}

// Unschedule takes the time away again, a missed one too.
func (d *Document) Unschedule() {
	if d.State == contentapi.StateScheduled || d.State == contentapi.StateMissed {
		d.State, d.ScheduledAt, d.ScheduledDigest, d.ScheduledBy, d.Missed = contentapi.StateDraft, nil, nil, nil, ""
	}
}

// Appear makes a document whose time has come appear at all places of its newest version, as who scheduled it said. A word
// of a party that came after that time counts for nothing: what was not cleared at nine does not appear at ten past.
func (d *Document) Appear(v Version, gates []Gate, before []Publication, now time.Time) ([]Publication, error) {
	at, digest, by := *d.ScheduledAt, *d.ScheduledDigest, *d.ScheduledBy
	gates = slices.Clone(gates)
	for i, g := range gates {
		if g.SaidAt != nil && g.SaidAt.After(at) && g.State == contentapi.GateOpen {
			gates[i].State = contentapi.GateWaiting
		}
	}
	var all []Publication
	for place := range max(len(v.Destinations), 1) { // without any, the first is unknown
		p, err := d.Publish(v, gates, before, place, digest, by, now)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// Miss says that the time came and the document could not appear.
func (d *Document) Miss(why error) {
	d.State, d.Missed = contentapi.StateMissed, problem.From(why).Code
}

// appeared is when something first appeared with a digest; "" is whatever appeared. nil for never.
func appeared(publications []Publication, digest string) *time.Time {
	var first *time.Time
	for _, p := range publications {
		if (digest == "" || p.Digest == digest) && (first == nil || p.PublishedAt.Before(*first)) {
			first = &p.PublishedAt
		}
	}
	return first
}

// placeOf finds the destination that somebody named; they may leave it out when there is one. -1 for none.
func (v Version) placeOf(in contentapi.Publish) int {
	if in.Channel == "" && in.Profile == "" && len(v.Destinations) == 1 {
		return 0
	}
	want, _ := newDestination(contentapi.Destination{Channel: in.Channel, Profile: in.Profile})
	return slices.IndexFunc(v.Destinations, func(d contentapi.Destination) bool { return samePlace(d, want) })
}

// Wire is the publication as the document's owner sees it.
func (p Publication) Wire() contentapi.Publication {
	out := contentapi.Publication{
		ID: p.ID, Seq: p.Seq, Digest: p.Digest, By: p.PublishedBy, At: p.PublishedAt, WithoutClearance: p.TakenBack, URL: deref(p.URL),
	}
	if p.Place < len(p.Destinations) {
		out.Destination = p.Destinations[p.Place]
	}
	if p.LiveOutcome != nil {
		out.Live = &contentapi.Live{Outcome: *p.LiveOutcome, Parts: p.LiveParts, By: deref(p.LiveBy), At: deref(p.LiveAt)}
	}
	return out
}
