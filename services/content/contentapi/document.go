package contentapi

import "time"

// Kinds of a document: what it will be once it is published.
const (
	KindPost        = "linkedin_post"
	KindArticle     = "article"
	KindClip        = "tiktok" // Text is the script, Caption what stands beside the clip
	KindNewsletter  = "newsletter"
	KindMemberPost  = "member_post"
	KindBroadcast   = "broadcast"
	KindDeliverable = "deliverable" // sponsored, for any channel
)

// Channels of a destination.
const (
	ChannelLinkedIn   = "linkedin"
	ChannelTikTok     = "tiktok"
	ChannelNewsletter = "newsletter"
	ChannelMembers    = "members"
	ChannelAir        = "air" // radio and television
)

// States of a document.
const (
	StateDraft     = "draft"
	StateScheduled = "scheduled"
	StateMissed    = "missed_slot" // its time came, and something kept it from appearing
	StatePublished = "published"   // it appeared at least once
	StateWithdrawn = "withdrawn"   // its owner gave it up; it is kept and can be read
	StateDeleted   = "deleted"     // its words are gone; it is found by nobody
)

// Draft is the whole of what a version says, and where. Saving replaces all of it.
type Draft struct {
	// Title of an article or a newsletter; other kinds have none.
	Title string `json:"title,omitempty" validate:"max=300"`
	Text  string `json:"text" validate:"max=200000"`
	// Caption beside the script of a TikTok clip; other kinds have none.
	Caption      string        `json:"caption,omitempty" validate:"max=10000"`
	Destinations []Destination `json:"destinations,omitempty" validate:"max=20,dive"`
	// Disclosure is the label that says that it is an advertisement, such as "#ad" or "Publicité".
	Disclosure string `json:"disclosure,omitempty" validate:"max=100"`
	// Paid is true when somebody gives something for it: money, a product, a journey.
	Paid bool `json:"paid,omitempty"`
	// Media are pictures and recordings in the order shown, each once: what LinkedIn takes in one post is the most.
	Media []Shows `json:"media,omitempty" validate:"max=20,dive"`
}

// Destination is a place where a document may appear. One is published at a time; adding one is another digest.
type Destination struct {
	Channel string `json:"channel" validate:"required,oneof=linkedin tiktok newsletter members air"`
	// Profile is the address of the social profile, or the name of the newsletter or station; each channel and profile once.
	Profile string `json:"profile,omitempty" validate:"max=300"`
	// Countries that it is aimed at, ISO 3166-1; none is no country in particular.
	Countries []string `json:"countries,omitempty" validate:"max=60,unique,dive,iso3166_1_alpha2"`
}

// Link is an address in a text. Resolved is where it leads, in one spelling; what is signed off is that.
type Link struct {
	Written  string `json:"written"`
	Resolved string `json:"resolved"`
}

// NewDocument begins a document with its first version.
type NewDocument struct {
	Kind string `json:"kind" validate:"required,oneof=linkedin_post article tiktok newsletter member_post broadcast deliverable"`
	Draft
}

// Document is a document with its newest version, as its owner sees it.
type Document struct {
	ID      string `json:"id"`
	OwnerID string `json:"owner_id"`
	// ProductID is the product of a publication, "" for what its owner writes here.
	ProductID string `json:"product_id,omitempty"`
	Kind      string `json:"kind"`
	State     string `json:"state"`
	// Version counts changes of the document: send it as If-Match. Current.Seq counts its versions.
	Version int64   `json:"version"`
	Current Version `json:"current"`
	// Gates are the parties that must agree before it may appear.
	Gates        []Gate        `json:"gates"`
	Schedule     *Schedule     `json:"schedule,omitempty"`
	Publications []Publication `json:"publications"` // oldest first
	Created      time.Time     `json:"created"`
	Updated      time.Time     `json:"updated"`
}

// Version is one immutable state of a document.
type Version struct {
	DocumentID   string        `json:"document_id"`
	Seq          int           `json:"seq"` // 1, 2, 3, …
	Digest       string        `json:"digest"`
	Title        string        `json:"title,omitempty"`
	Text         string        `json:"text"`
	Caption      string        `json:"caption,omitempty"`
	Links        []Link        `json:"links"`
	Destinations []Destination `json:"destinations"`
	Disclosure   string        `json:"disclosure,omitempty"`
	Paid         bool          `json:"paid"`
	Media        []Showing     `json:"media"`
	// Entries are what a publication consists of; such a version has no text of its own.
	Entries []ShownEntry `json:"entries,omitempty"`
	// Warnings say what it lacks without which it can be published all the same.
	Warnings []Warning `json:"warnings"`
	// LabelWanted says where its label is not enough for what is paid for: until it is, it can't be published.
	LabelWanted []LabelWanted `json:"label_wanted"`
	// By is who saved it: "person_a", or "person_a for person_b" under a mandate.
	By string `json:"by"`
	// RestoredFrom is the version whose words it repeats, 0 for none.
	RestoredFrom int       `json:"restored_from,omitempty"`
	Saved        time.Time `json:"saved"`
}

// LabelWanted is a place where what is paid for does not say so.
type LabelWanted struct {
	// Country is ISO 3166-1; "" is everywhere, since there is no label at all.
	Country string `json:"country,omitempty"`
	// AnyOf are the phrases of which the label needs one there; none takes any label.
	AnyOf []string `json:"any_of,omitempty"`
}

// Listed is a document in a list.
type Listed struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"`
	State   string `json:"state"`
	Version int64  `json:"version"`
	Seq     int    `json:"seq"`
	Digest  string `json:"digest"`
	Preview string `json:"preview"` // the title, or the first words
	// Scheduled is when it is to appear, or was and could not; Published when it first appeared.
	Scheduled *time.Time `json:"scheduled,omitempty"`
	Published *time.Time `json:"published,omitempty"`
	Created   time.Time  `json:"created"`
	Updated   time.Time  `json:"updated"`
}

// DocumentPage is a page of documents, newest first. Next is "" at the end.
type DocumentPage struct {
	Items []Listed `json:"data"`
	Next  string   `json:"next,omitempty"`
}

// Saved is a version in the history of a document.
type Saved struct {
	Seq          int       `json:"seq"`
	Digest       string    `json:"digest"`
	By           string    `json:"by"`
	RestoredFrom int       `json:"restored_from,omitempty"`
	Saved        time.Time `json:"saved"`
}

// History is a page of a document's versions, newest first. Next is "" at the end.
type History struct {
	Items []Saved `json:"data"`
	Next  string  `json:"next,omitempty"`
}

// PersonalData is what content holds about one person: every version of what they own that still has words.
type PersonalData struct {
	Documents []OwnedDocument `json:"documents"`
}

// OwnedDocument is a document with all its versions, oldest first.
type OwnedDocument struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	State    string    `json:"state"`
	Created  time.Time `json:"created"`
	Versions []Version `json:"versions"`
	// Media are the pictures and recordings that were uploaded for it.
	Media []Medium `json:"media"`
	// Publications say when and where it appeared.
	Publications []Publication `json:"publications"`
	// Comments are what was said about it, oldest first.
	Comments []Comment `json:"comments"`
}
