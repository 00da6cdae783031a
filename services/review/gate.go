package review

import "time"

// What content is told about a gate.
const (
	moveOpen  = "open"
	moveClose = "close"
)

// States of a move.
const (
	movePending = "pending"
	moveDone    = "done"
	moveVoid    = "void" // the document is no more: there is nothing to open or close
)

// Move is one word of an employer about a document, on its way to content: written with the decision, sent by whoever has its lease,
// as often as needed. Content takes each number once, and a number below the highest counts for nothing, so that order and repeats do no
// harm. Opening is news; the answer to a closing says whether something had appeared.
//
//	pending ── content answered ──► done
//	   └────── content knows no such gate any more ──► void
type Move struct {
	DocumentID   string
	EmployerID   string
	Seq          int64
	SubmissionID string
	Move         string
	Digest       string
	ValidFrom    *time.Time
	ValidUntil   *time.Time
	State        string
	Outcome      string
	PublishedAt  *time.Time
	Tries        int
	At           time.Time
}
