package contentapi

import "time"

// The events of content. They carry ids and digests, never words. The key of each is the document's id.
const (
	EventDocumentSaved     = "content.document.saved.v1"
	EventDocumentWithdrawn = "content.document.withdrawn.v1"
	EventDocumentDeleted   = "content.document.deleted.v1"
	EventDocumentPublished = "content.document.published.v1"
	EventDocumentMissed    = "content.document.missed.v1"
	EventDocumentProved    = "content.document.proved.v1"
	EventDocumentCompared  = "content.document.compared.v1"
	EventGateTakenBack     = "content.gate.taken_back.v1"
	EventCommentMade       = "content.comment.made.v1"
	EventCommentSettled    = "content.comment.settled.v1"
)

// DocumentSaved says that a document has a new version. Nobody needs it to know that a gate no longer fits: digests are compared.
type DocumentSaved struct {
	DocumentID string `json:"document_id"`
	OwnerID    string `json:"owner_id"`
	Kind       string `json:"kind"`
	Seq        int    `json:"seq"`
	Digest     string `json:"digest"`
}

// DocumentWithdrawn says that its owner gave a document up: it will not be published any more.
type DocumentWithdrawn struct {
	DocumentID string `json:"document_id"`
	OwnerID    string `json:"owner_id"`
}

// DocumentDeleted says that the words of a document are gone, by its owner's wish or because the owner was erased.
type DocumentDeleted struct {
	DocumentID string `json:"document_id"`
	OwnerID    string `json:"owner_id"`
}

// DocumentPublished says that a version appeared at one of its destinations. Drafts, deliverables and submissions learn it
// here and never decide by it: closing a gate asks.
type DocumentPublished struct {
	DocumentID    string    `json:"document_id"`
	OwnerID       string    `json:"owner_id"`
	PublicationID string    `json:"publication_id"`
	Seq           int       `json:"seq"`
	Digest        string    `json:"digest"`
	Published     time.Time `json:"published"`
}

// DocumentMissed says that the time of a scheduled document came and something kept it from appearing. Reason is the code
// of that problem.
type DocumentMissed struct {
	DocumentID string `json:"document_id"`
	OwnerID    string `json:"owner_id"`
	Reason     string `json:"reason"`
}

// DocumentProved says that the author told where a publication can be seen.
type DocumentProved struct {
	DocumentID    string `json:"document_id"`
	PublicationID string `json:"publication_id"`
}

// DocumentCompared says that the live text of a publication was compared with what was published: outcome equal or differs.
type DocumentCompared struct {
	DocumentID    string `json:"document_id"`
	OwnerID       string `json:"owner_id"`
	PublicationID string `json:"publication_id"`
	Digest        string `json:"digest"` // of what was published
	Outcome       string `json:"outcome"`
}

// TakenBack says that the owner no longer waits for a party they had chosen.
type TakenBack struct {
	DocumentID string `json:"document_id"`
	Kind       string `json:"kind"`
	Ref        string `json:"ref"`
}

// CommentMade says that somebody said something about a passage, or suggested words for it.
type CommentMade struct {
	DocumentID string `json:"document_id"`
	OwnerID    string `json:"owner_id"`
	CommentID  string `json:"comment_id"`
	Seq        int    `json:"seq"`
	Suggestion bool   `json:"suggestion"`
}

// CommentWasSettled says that a comment is closed: State is accepted or settled.
type CommentWasSettled struct {
	DocumentID string `json:"document_id"`
	CommentID  string `json:"comment_id"`
	State      string `json:"state"`
}

// Events are the payloads by name, for docs/events.
var Events = map[string]any{
	EventDocumentSaved:     DocumentSaved{},
	EventDocumentWithdrawn: DocumentWithdrawn{},
	EventDocumentDeleted:   DocumentDeleted{},
	EventDocumentPublished: DocumentPublished{},
	EventDocumentMissed:    DocumentMissed{},
	EventDocumentProved:    DocumentProved{},
	EventDocumentCompared:  DocumentCompared{},
	EventGateTakenBack:     TakenBack{},
	EventCommentMade:       CommentMade{},
	EventCommentSettled:    CommentWasSettled{},
}
