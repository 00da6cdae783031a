package content

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// Entry is a part of a publication: the page, a lesson, a file. It is agreed to by its digest, whatever stands around it.
type Entry struct {
	Position int // in the manifest, from 0
	Kind     string
	Path     string
	Digest   string
}

// entryWords is an entry with what it says; a file says nothing here.
type entryWords struct {
	Entry
	Title   string
	Summary string
	Body    string
}

func (e entryWords) shown() contentapi.ShownEntry {
	return contentapi.ShownEntry{Kind: e.Kind, Path: e.Path, Digest: e.Digest, Title: e.Title, Summary: e.Summary, Text: e.Body}
}

// listing is what a manifest says of its entries.
type listing struct {
	Entries []struct {
		Kind   string `json:"kind"`
		Path   string `json:"path"`
		Digest string `json:"digest"`
	} `json:"entries"`
}

// sums are the members of an entry's parts that its words are held against.
type sums struct {
	Title   string `json:"title_sha256"`
	Summary string `json:"summary_sha256"`
	Text    string `json:"text_sha256"`
}

// newManifest reads a publication: the words of its version, and its entries. Nothing is believed that can be computed: the manifest must
// list just these entries, and each page and lesson must have the digest of its own words, so that a party
// reads what its word will be about. ErrInvalid with a field for each fault.
func newManifest(productID string, in contentapi.SetManifest) (Words, []entryWords, error) {
	fault := problem.ErrInvalid
	text, err := canon.JSON(in.Manifest)
	var listed listing
	if err == nil {
		err = json.Unmarshal(text, &listed)
	}
	if err != nil {
		return Words{}, nil, fault.WithField("/manifest", "manifest", "must be a manifest")
	}
	if len(listed.Entries) != len(in.Entries) {
		return Words{}, nil, fault.WithField("/entries", "manifest", "must be those of the manifest")
	}
	entries := make([]entryWords, len(in.Entries))
	for i, e := range in.Entries {
		at := fmt.Sprintf("/entries/%d", i)
		if l := listed.Entries[i]; l.Kind != e.Kind || l.Path != e.Path || l.Digest != e.Digest {
			fault = fault.WithField(at, "manifest", "must be as in the manifest")
		}
		fault = noZero(noZero(noZero(fault, at+"/text", e.Text), at+"/title", e.Title), at+"/summary", e.Summary)
		fault = holds(fault, at, e)
		entries[i] = entryWords{Entry{i, e.Kind, e.Path, e.Digest}, oneLine(e.Title), canon.Lines(e.Summary), canon.Lines(e.Text)}
	}
	if len(fault.Fields) > 0 {
		return Words{}, nil, fault
	}
	return Words{
		Title: oneLine(in.Title), Body: string(text), Links: []contentapi.Link{}, Media: []contentapi.Shows{},
		Destinations: []contentapi.Destination{{Channel: contentapi.ChannelStorefront, Profile: productID, Countries: []string{}}},
	}, entries, nil
}

// holds adds a field to a fault for an entry whose digest is not that of its words.
func holds(fault *problem.Error, at string, e contentapi.ManifestEntry) *problem.Error {
	if e.Kind != contentapi.EntryPage && e.Kind != contentapi.EntryLesson {
		if e.Title+e.Summary+e.Text != "" {
			return fault.WithField(at, "not_allowed", "a file says nothing")
		}
		return fault
	}
	var said sums
	text, err := canon.JSON(e.Parts)
	if err == nil {
		err = json.Unmarshal(text, &said)
	}
	summed := func(s string) string { return canon.Sum([]byte(canon.Text(s))) }
	switch {
	case err != nil || canon.Sum(text) != e.Digest:
		return fault.WithField(at+"/parts", "digest", "must have the digest of the entry")
	case said.Title != summed(e.Title), said.Text != summed(e.Text), e.Kind == contentapi.EntryPage && said.Summary != summed(e.Summary):
		return fault.WithField(at+"/text", "digest", "must be the words whose digests stand in the parts")
	}
	return fault
}

// entryWord is what a party last said of an entry.
type entryWord struct {
	GateID     string
	Digest     string
	Seq        int64
	State      string
	ValidFrom  *time.Time
	ValidUntil *time.Time
}

// agreements are a publication's entries, and what one party said of them.
type agreements struct {
	entries []Entry
	words   map[string]entryWord // by digest
}

// of is why the party does not let an entry through, nil when it does.
func (a agreements) of(digest string, now time.Time) *problem.Error {
	switch w, ok := a.words[digest]; {
	case !ok:
		return contentapi.ErrApprovalStale
	case w.State != contentapi.GateOpen:
		return contentapi.ErrGateClosed
	default:
		return outside(w.ValidFrom, w.ValidUntil, now)
	}
}

// fault is the gravest of its entries': the gate is open when all of them are.
func (a agreements) fault(now time.Time) *problem.Error {
	var worst *problem.Error
	for _, e := range a.entries {
		if f := a.of(e.Digest, now); f != nil && (worst == nil || gravity[f.Code] < gravity[worst.Code]) {
			worst = f
		}
	}
	return worst
}

// wire says of each entry what the gate says of it.
func (a agreements) wire(g Gate, now time.Time) []contentapi.EntryState {
	out := make([]contentapi.EntryState, len(a.entries))
	for i, e := range a.entries {
		out[i] = contentapi.EntryState{Kind: e.Kind, Path: e.Path, Digest: e.Digest}
		fault := a.of(e.Digest, now)
		switch g.State {
		case contentapi.GateTakenBack:
			fault = nil
		case contentapi.GateWaiting:
			fault = contentapi.ErrGateWaiting
		case contentapi.GateClosed:
			fault = contentapi.ErrGateClosed
		}
		if fault != nil {
			out[i].Fault = fault.Code
		}
	}
	return out
}
