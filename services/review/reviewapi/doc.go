// Package reviewapi is review's contract: what other parts of the house, people's programs and the page behind a reviewer's
// link may ask of it, the problems it answers with, and the events it tells. docs/openapi.json is made from the same types.
package reviewapi

// Name is the module's name: its target, its host (review.svc) and the audience of tokens made for it.
const Name = "review"

// Prefixes are the public paths that the gateway hands to review. Each stands for itself and everything below it.
var Prefixes = []string{
	"/api/v1/submissions",
	"/api/v1/prescreens",
	"/api/v1/reviewer-links",
	"/api/v1/reviewer-sessions",
	"/api/v1/reviews",
	"/api/v1/review-log",
	"/api/v1/employers",
	"/api/v1/employments",
	"/api/v1/standing-permissions",
	"/api/v1/receipt-verifications",
}

// LinkPath is the page that a reviewer's mailed link opens, followed by the token. The page shows one button; only its POST acts,
// because mail scanners open and even submit whatever they find in a mail.
const LinkPath = "/r/"

// SessionHeader carries a reviewer's session.
const SessionHeader = "Reviewer-Session"
