package content

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/content/digest"
)

// Version is one state of a document. It never changes; its words may be erased, and then only the rest is left.
type Version struct {
	DocumentID   string
	Seq          int
	Digest       string
	SavedBy      string
	RestoredFrom *int
	SavedAt      time.Time
	Words
}

// Words is what a version says, as it is stored: NFC, LF, each address in one spelling. Blanks at line ends stay, since
// two of them are a line break in Markdown; the digest does not see them.
type Words struct {
	Title        string
	Body         string
	Caption      string
	Links        []contentapi.Link
	Destinations []contentapi.Destination
	Disclosure   string
	Paid         bool
	Media        []contentapi.Shows // in the order shown
}

// newWords reads what somebody typed for a kind of document. ErrInvalid with a field for each fault.
func newWords(kind string, in contentapi.Draft) (Words, error) {
	f, fault := contentapi.FormOf(kind), problem.ErrInvalid
	w := Words{
		Title: oneLine(in.Title), Body: canon.Lines(in.Text), Caption: canon.Lines(in.Caption), Disclosure: oneLine(in.Disclosure), Paid: in.Paid,
		Destinations: []contentapi.Destination{},
	}
	for _, field := range []struct{ name, text string }{{"title", w.Title}, {"text", w.Body}, {"caption", w.Caption}, {"disclosure", w.Disclosure}} {
		fault = noZero(fault, "/"+field.name, field.text)
	}
	w.Media, fault = newShown(in.Media, fault)
	if w.Title != "" && !f.Title {
		fault = fault.WithField("/title", "not_allowed", "this kind of document has no title")
	}
	if w.Caption != "" && !f.Caption {
		fault = fault.WithField("/caption", "not_allowed", "this kind of document has no caption")
	}
	for i, d := range in.Destinations {
		place, reason := newDestination(d)
		switch {
		case !slices.Contains(f.Channels, d.Channel):
			fault = fault.WithField(fmt.Sprintf("/destinations/%d/channel", i), "not_allowed", "this kind of document does not go there")
		case reason != "":
			fault = fault.WithField(fmt.Sprintf("/destinations/%d/profile", i), "profile", reason)
		case names(w.Destinations, place):
			fault = fault.WithField(fmt.Sprintf("/destinations/%d", i), "repeated", "is in the list already")
		}
		w.Destinations = append(w.Destinations, place)
	}
	if len(fault.Fields) > 0 {
		return Words{}, fault
	}
	sortDestinations(w.Destinations)
	w.Links = links(w.Body + "\n" + w.Caption)
	return w, nil
}

// noZero adds a field to a fault for a text with a zero character, which PostgreSQL keeps in no text.
func noZero(fault *problem.Error, pointer, text string) *problem.Error {
	if strings.ContainsRune(text, 0) {
		fault = fault.WithField(pointer, "zero", "holds a zero character, which no text has; delete it")
	}
	return fault
}

// oneLine is a text that has no lines: NFC, one blank between words.
func oneLine(s string) string { return strings.Join(strings.Fields(canon.Lines(s)), " ") }

// Parts is what the digest is over.
func (w Words) Parts() (digest.Parts, error) {
	c := digest.Content{Title: w.Title, Text: w.Body, Caption: w.Caption, Disclosure: w.Disclosure, Paid: w.Paid}
	for _, m := range w.Media {
		c.Media = append(c.Media, digest.Media{Digest: m.Digest, Alt: m.Alt, Transcript: m.Transcript})
	}
	for _, l := range w.Links {
		c.Links = append(c.Links, l.Resolved)
	}
	for _, d := range w.Destinations {
		c.Destinations = append(c.Destinations, digest.Destination{Channel: d.Channel, Profile: d.Profile, Countries: d.Countries})
	}
	return digest.Of(c)
}

// manifest says that the body is the manifest of a publication.
func (w Words) manifest() bool {
	return len(w.Destinations) == 1 && w.Destinations[0].Channel == contentapi.ChannelStorefront
}

// canonical is the text whose digest is the version's.
func (w Words) canonical() ([]byte, error) {
	if w.manifest() {
		return []byte(w.Body), nil
	}
	parts, err := w.Parts()
	if err != nil {
		return nil, err
	}
	return parts.JSON()
}

// sum is the version's digest.
func (w Words) sum() (string, error) {
	text, err := w.canonical()
	return canon.Sum(text), err
}

// Same says that two versions say the same, byte by byte.
func (w Words) Same(o Words) bool { return reflect.DeepEqual(w, o) }

// Wire is the version as its readers see it.
func (v Version) Wire() contentapi.Version {
	media := make([]contentapi.Showing, len(v.Media))
	for i, m := range v.Media {
		media[i].Shows = m
	}
	text := v.Body
	if v.manifest() {
		text = "" // what it says is in its entries
	}
	return contentapi.Version{
		DocumentID: v.DocumentID, Seq: v.Seq, Digest: v.Digest, Title: v.Title, Text: text, Caption: v.Caption, Links: v.Links,
		Destinations: v.Destinations, Disclosure: v.Disclosure, Paid: v.Paid, Media: media, Warnings: v.warnings(), LabelWanted: v.labelWanted(),
		By: v.SavedBy, RestoredFrom: deref(v.RestoredFrom), Saved: v.SavedAt,
	}
}

func (v Version) saved() contentapi.Saved {
	return contentapi.Saved{Seq: v.Seq, Digest: v.Digest, By: v.SavedBy, RestoredFrom: deref(v.RestoredFrom), Saved: v.SavedAt}
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
