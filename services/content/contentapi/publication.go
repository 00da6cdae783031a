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
}

// Prove says where a publication can be seen.
type Prove struct {
	URL string `json:"url" validate:"required,max=2000"`
}
