package identity

import (
	"context"
	"slices"
)

// Caller is who asks. The zero value is nobody.
type Caller struct {
	// Target is the part of the house that calls ("gateway", "storefront").
	Target string
	// Person is the id of the person who asks, "" for nobody.
	Person string
	// For is the person represented under a mandate, "" when Person acts for themselves.
	For string
	// Scopes limit what a mandate or an API token may do; nil for a session.
	Scopes []string
	// Session is the id of the session or token.
	Session string
	// Operator is true for those who run the platform.
	Operator bool
	// Verified is true when the person's e-mail address is proven.
	Verified bool
	// Locale is one of en, fr, nl, ar, zh.
	Locale string

	// token is the person token as received, to be forwarded with calls.
	token string
}

// Subject is the person whose things are meant: the one represented, else the
// one who asks.
func (c Caller) Subject() string {
	if c.For != "" {
		return c.For
	}
	return c.Person
}

// Has says whether a limited caller holds the scope; a session holds all.
func (c Caller) Has(scope string) bool { return c.Scopes == nil || slices.Contains(c.Scopes, scope) }

// Program is true when an API token asks.
func (c Caller) Program() bool { return c.For == "" && c.Scopes != nil }

// Anonymous says that no person asks.
func (c Caller) Anonymous() bool { return c.Person == "" }

type callerKey struct{}

// With puts the caller into the context.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// From is the caller of this request; nobody when there is none.
func From(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// PersonToken is what a call forwards for the person, "" for nobody.
func (c Caller) PersonToken() string { return c.token }

// WithToken is the caller with the token that the gateway minted for it.
func (c Caller) WithToken(token string) Caller { c.token = token; return c }
