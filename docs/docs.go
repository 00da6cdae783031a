// Package docs carries the documents that the program itself hands out. The OpenAPI document is written from the
// route tables by the tests of cmd/workfluence/internal/documents.
package docs

import _ "embed"

// OpenAPI is docs/openapi.json.
//
//go:embed openapi.json
var OpenAPI []byte
