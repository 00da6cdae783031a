package contentapi

import "time"

// Schedule is when a document is to appear, and what. An edit afterwards keeps it from appearing.
type Schedule struct {
	At     time.Time `json:"at"`
	Digest string    `json:"digest"`
	By     string    `json:"by"`
	// Missed is the code of the problem that kept it from appearing, "" while it waits.
	Missed string `json:"missed,omitempty"`
}

// SetSchedule says when the newest version is to appear, at all its destinations. Digest names that version.
type SetSchedule struct {
	At     time.Time `json:"at" validate:"required"`
	Digest string    `json:"digest" validate:"required,len=71"`
}

// Publish says that the newest version appears now. Digest names that version, so that nobody publishes what they have not
// read. Channel and Profile name one of its destinations; they may be left out when there is one.
type Publish struct {
	Digest  string `json:"digest" validate:"required,len=71"`
	Channel string `json:"channel,omitempty" validate:"max=40"`
	Profile string `json:"profile,omitempty" validate:"max=300"`
}

// Publication is a version that appeared at one of its destinations.
type Publication struct {
	ID          string      `json:"id"`
	Seq         int         `json:"seq"`
	Digest      string      `json:"digest"`
	Destination Destination `json:"destination"`
	By          string      `json:"by"`
	At          time.Time   `json:"at"`
	// WithoutClearance lists the gates that the owner had taken back by then.
	WithoutClearance []string `json:"without_clearance,omitempty"`
	// URL is where it can be seen, as its author says; "" until then.
	URL string `json:"url,omitempty"`
	// Live is what the last comparison with the live text found; nil before the first.
	Live *Live `json:"live,omitempty"`
}

// Outcomes of a comparison with the live text.
const (
	LiveEqual   = "equal"   // letter by letter what was published
	LiveDiffers = "differs" // it was edited on the network since, or was another text from the start
)

// Live is what somebody found at a publication's address, as they say it.
type Live struct {
	Outcome string `json:"outcome"`
	// Parts are those that differ: title, text, caption.
	Parts []string  `json:"parts,omitempty"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`
}

// CompareLive is what can be read at a publication's address now. A member that is left out is not compared; of a clip the script is
// spoken, so its caption is what can be read.
type CompareLive struct {
	Title   *string `json:"title,omitempty" validate:"omitempty,max=1000"`
	Text    *string `json:"text,omitempty" validate:"omitempty,max=200000"`
	Caption *string `json:"caption,omitempty" validate:"omitempty,max=20000"`
}

// LiveChanges says in whole words what the network shows otherwise. Nothing of the live text is kept.
type LiveChanges struct {
	Live
	Title   []Piece `json:"title,omitempty"`
	Text    []Piece `json:"text,omitempty"`
	Caption []Piece `json:"caption,omitempty"`
}

// Prove says where a publication can be seen.
type Prove struct {
	URL string `json:"url" validate:"required,max=2000"`
}
