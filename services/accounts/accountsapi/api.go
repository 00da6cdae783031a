// Package accountsapi is what the other services, the gateway and the pages see of accounts: the wire structs with their
// validate tags, the client, the error codes and the payloads of the events.
package accountsapi

// Name is the module's name: its target, its host (accounts.svc) and the audience of tokens made for it.
const Name = "accounts"

// Prefixes are the public paths that the gateway hands to accounts. Each stands for itself and everything below it.
var Prefixes = []string{
	"/api/v1/sign-ups",
	"/api/v1/sign-in-links",
	"/api/v1/sessions",
	"/api/v1/tokens",
	"/api/v1/countries",
	"/api/v1/me",
	"/api/v1/mandates",
	"/api/v1/people",
	"/api/v1/handles",
	"/api/v1/organisations",
}

// LinkPath is the page a mailed link opens, followed by the token. The page shows one button; only its POST acts,
// because mail scanners open and even submit whatever they find in a mail.
const LinkPath = "/l/"

// Locales are the languages a person may choose, the first being the default.
var Locales = []string{"en", "fr", "nl", "ar", "zh"}
