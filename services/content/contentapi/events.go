package contentapi

// The events of content. They carry ids and digests, never words. The key of each is the document's id.
const (
	EventDocumentSaved     = "content.document.saved.v1"
	EventDocumentWithdrawn = "content.document.withdrawn.v1"
	EventDocumentDeleted   = "content.document.deleted.v1"
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

// Events are the payloads by name, for docs/events.
var Events = map[string]any{
	EventDocumentSaved:     DocumentSaved{},
	EventDocumentWithdrawn: DocumentWithdrawn{},
	EventDocumentDeleted:   DocumentDeleted{},
}
