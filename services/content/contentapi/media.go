package contentapi

import "time"

// FilesPath is where media of documents are served, on the origin of files.
const FilesPath = "/files/documents/"

// Shows names what a version shows: something that was uploaded for its document, by the digest of the bytes, and the words
// that stand for it where it can't be seen. Both are part of the version's digest.
type Shows struct {
	Digest string `json:"digest" validate:"required,max=80"`
	// Alt is the alternative text. Without one the version has a warning, and can be published all the same.
	Alt string `json:"alt,omitempty" validate:"max=2000"`
	// Transcript of a recording, in WebVTT: what is said, and when. It is read strictly, brought into one form without
	// identifiers, settings and notes, and is part of the version's digest.
	Transcript string `json:"transcript,omitempty" validate:"max=1048576"`
}

// Showing is a picture or a recording of a version, as its readers see it.
type Showing struct {
	Shows
	Type string `json:"type"` // "image/png"
	Size int64  `json:"size"` // bytes
	// URL is where it can be seen for the next minutes.
	URL string `json:"url,omitempty"`
}

// Medium is a picture or a recording that was uploaded for a document. Of a picture nothing is kept but itself: no place, no
// camera, no comments; so the digest is another than that of what was sent.
type Medium struct {
	Digest string    `json:"digest"`
	Type   string    `json:"type"` // told by its bytes
	Size   int64     `json:"size"` // bytes
	URL    string    `json:"url,omitempty"`
	By     string    `json:"by"`
	Added  time.Time `json:"added"`
}

// MediaList is what was uploaded for a document, oldest first.
type MediaList struct {
	Items []Medium `json:"data"`
}

// What a version may lack.
const (
	WarnAltMissing        = "alt_missing"        // words that stand for what is shown
	WarnTranscriptMissing = "transcript_missing" // what a recording says: nothing of it can be looked through
)

// Warning is what a version lacks without which it can be published all the same.
type Warning struct {
	Pointer string `json:"pointer"` // JSON pointer into what was saved: "/media/0/alt"
	Code    string `json:"code"`
}
