package contentapi

// What happened to a piece of text.
const (
	PieceSame    = "same"
	PieceRemoved = "removed"
	PieceAdded   = "added"
)

// Piece is a run of text of one fate. The pieces that are not added are the text before, those that are not removed the
// text after; none begins or ends inside a word.
type Piece struct {
	Op   string `json:"op"`
	Text string `json:"text"`
}

// Changes is what made one version of another. A part that says the same is one piece, and an empty one is none.
type Changes struct {
	From int `json:"from"`
	To   int `json:"to"`
	// SameDigest is true when nothing that anybody agrees to has changed.
	SameDigest          bool          `json:"same_digest"`
	Title               []Piece       `json:"title"`
	Text                []Piece       `json:"text"`
	Caption             []Piece       `json:"caption"`
	Disclosure          []Piece       `json:"disclosure"`
	DestinationsAdded   []Destination `json:"destinations_added"`
	DestinationsRemoved []Destination `json:"destinations_removed"`
	PaidBefore          bool          `json:"paid_before"`
	PaidAfter           bool          `json:"paid_after"`
	// Media in the order shown, before and after.
	MediaBefore []Shows `json:"media_before"`
	MediaAfter  []Shows `json:"media_after"`
}
