package contentapi

import "time"

// Parts of a version that have passages.
const (
	PartTitle   = "title"
	PartText    = "text"
	PartCaption = "caption"
	PartMedia   = "media" // a picture, or a moment of a recording
)

// States of a comment.
const (
	CommentOpen     = "open"
	CommentAccepted = "accepted" // a suggestion that a version was made of
	CommentSettled  = "settled"  // dealt with, or a suggestion that was not taken
)

// Passage is a run of characters of one part of a version, counted in Unicode code points from 0: From is in it, Until is
// behind it. It never splits what is read as one character. Equal ends are a place between two characters.
//
// Of media it is a moment of what the version shows, in milliseconds from the recording's beginning, at most a day; both are 0
// for a picture.
type Passage struct {
	Part  string `json:"part" validate:"required,oneof=title text caption media"`
	From  int    `json:"from" validate:"min=0,max=86400000"`
	Until int    `json:"until" validate:"min=0,max=86400000"`
	// Medium is the digest of what the version shows, for the part media alone.
	Medium string `json:"medium,omitempty" validate:"max=80"`
}

// NewComment says something about a passage of a version; with a Replacement it suggests exact words, which may be none.
// A reply names the comment that it answers, and has its passage.
type NewComment struct {
	Seq         int      `json:"seq,omitempty" validate:"min=0,max=1000000000"`
	Passage     *Passage `json:"passage,omitempty"`
	Body        string   `json:"body,omitempty" validate:"max=5000"`
	Replacement *string  `json:"replacement,omitempty" validate:"omitempty,max=10000"`
	ReplyTo     string   `json:"reply_to,omitempty" validate:"max=64"`
}

// PartySuggestion is the exact words that a party would agree to, for the whole of one part of a version that waits for its word.
type PartySuggestion struct {
	Party
	Part string `json:"part" validate:"required,oneof=title text caption"`
	Text string `json:"text,omitempty" validate:"max=200000"`
	Body string `json:"body,omitempty" validate:"max=5000"`
}

// Comment is what somebody said about a passage.
type Comment struct {
	ID         string  `json:"id"`
	DocumentID string  `json:"document_id"`
	Seq        int     `json:"seq"`
	Passage    Passage `json:"passage"`
	// Quote is what the passage said; of a moment, what its transcript says then.
	Quote string `json:"quote"`
	// Now is where the same passage stands in the newest version; null when it was changed since, or is
	// shown no more.
	Now         *Passage `json:"now"`
	Body        string   `json:"body,omitempty"`
	Replacement *string  `json:"replacement,omitempty"`
	// ResultDigest is of the version that a suggestion makes of the one it was made for: who signs it beforehand need not
	// read it again.
	ResultDigest string `json:"result_digest,omitempty"`
	ReplyTo      string `json:"reply_to,omitempty"`
	State        string `json:"state"`
	// AcceptedSeq is the version that a suggestion became.
	AcceptedSeq int        `json:"accepted_seq,omitempty"`
	By          string     `json:"by"`
	Said        time.Time  `json:"said"`
	SettledBy   string     `json:"settled_by,omitempty"`
	Settled     *time.Time `json:"settled,omitempty"`
}

// CommentPage is a page of comments, oldest first. Next is "" at the end.
type CommentPage struct {
	Items []Comment `json:"data"`
	Next  string    `json:"next,omitempty"`
}
