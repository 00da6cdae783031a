// Package gateway is the gin edge of the house. It answers two questions (who
// are you, how often) and then routes; it knows no business and no database.
//
// The middleware is one list (chain.go), in this order:
//
//	request id ─► recover ─► logs and metrics ─► security headers ─► readable path ─► body cap ─►
//	cross-origin check ─► authentication ─► rate limit ─► route
//
// A session is asked of accounts once and kept for at most five seconds; an
// event drops it earlier. The person's inner token is minted here and nowhere
// else. Limits are counted in this process and settled with Redis each
// second; those that protect sign-in, links, codes, checkout and uploads ask
// Redis first, or without it a row that accounts keeps, and never fail open.
package gateway
