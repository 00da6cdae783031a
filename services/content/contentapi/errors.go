package contentapi

import "github.com/workfluence/workfluence/internal/problem"

// The problems of content. Each has a page in docs/errors.
var (
	// ErrDocumentClosed: it was withdrawn. State is the document's.
	ErrDocumentClosed = problem.Declare(problem.Conflict, "document_closed", "This document was withdrawn. Its versions can be read, but nothing new can happen to it.")
)
