package content

import (
	"slices"
	"time"

	"github.com/workfluence/workfluence/services/content/contentapi"
)

const documentPrefix = "document"

// Document is something that one person may publish. Its words are in its versions.
//
//	draft ── withdraw ──► withdrawn
//	  └───── delete ────► deleted
type Document struct {
	ID        string
	OwnerID   string
	Kind      string
	State     string
	Version   int64  // counts changes; what If-Match names
	Seq       int    // of the newest version
	Digest    string // of the newest version
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Open is nil while something new may happen to the document. ErrDocumentClosed with the state.
func (d Document) Open() error {
	if d.State == contentapi.StateWithdrawn {
		return contentapi.ErrDocumentClosed.WithState(d.State)
	}
	return nil
}

// next makes the version that follows the newest one, and points the document at it.
func (d *Document) next(words Words, by string, restoredFrom *int, now time.Time) (Version, error) {
	parts, err := words.Parts()
	if err != nil {
		return Version{}, err
	}
	sum, err := parts.Sum()
	if err != nil {
		return Version{}, err
	}
	d.Seq, d.Digest = d.Seq+1, sum
	return Version{DocumentID: d.ID, Seq: d.Seq, Digest: sum, SavedBy: by, RestoredFrom: restoredFrom, SavedAt: now, Words: words}, nil
}

// Wire is the document with its newest version, as its owner sees it.
func (d Document) Wire(current Version) contentapi.Document {
	return contentapi.Document{
		ID: d.ID, OwnerID: d.OwnerID, Kind: d.Kind, State: d.State, Version: d.Version, Current: current.Wire(),
		Created: d.CreatedAt, Updated: d.UpdatedAt,
	}
}

// form is what a kind of document has.
type form struct {
	title, caption bool
	channels       []string
}

var forms = map[string]form{
	contentapi.KindPost:       {channels: []string{contentapi.ChannelLinkedIn}},
	contentapi.KindArticle:    {title: true, channels: []string{contentapi.ChannelLinkedIn}},
	contentapi.KindClip:       {caption: true, channels: []string{contentapi.ChannelTikTok}},
	contentapi.KindNewsletter: {title: true, channels: []string{contentapi.ChannelNewsletter}},
	contentapi.KindMemberPost: {title: true, channels: []string{contentapi.ChannelMembers}},
	contentapi.KindBroadcast:  {title: true, channels: []string{contentapi.ChannelMembers, contentapi.ChannelNewsletter}},
	contentapi.KindDeliverable: {title: true, caption: true, channels: []string{
		contentapi.ChannelLinkedIn, contentapi.ChannelTikTok, contentapi.ChannelNewsletter, contentapi.ChannelMembers, contentapi.ChannelAir,
	}},
}

func (f form) takes(channel string) bool { return slices.Contains(f.channels, channel) }
