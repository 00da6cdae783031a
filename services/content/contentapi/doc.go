// Package contentapi is content's contract: what other parts of the house and people's programs may ask of it, the problems
// it answers with, and the events it tells. docs/openapi.json is made from the same types.
package contentapi

// Name is the target and the host (content.svc).
const Name = "content"

// Prefixes are the public paths that the gateway routes here.
var Prefixes = []string{"/api/v1/documents"}
