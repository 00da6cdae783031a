package rest

import (
	"slices"
	"strings"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
)

// Rule is one kind of caller that a route admits.
type Rule struct {
	// Kind is one of the kinds below.
	Kind string
	// Arg is the scope, or the name of the service.
	Arg string
}

// Access admits a caller whom any of its rules admits. It has no default: a
// route without a rule can't be registered.
type Access []Rule

// The kinds of caller of DESIGN §4 that need no argument.
var (
	// Public admits everybody.
	Public = Rule{Kind: "public"}
	// StripeSigned admits everybody; the handler checks Stripe's signature over the raw body.
	StripeSigned = Rule{Kind: "stripe-signed"}
	// Person admits a signed-in person who acts for themselves.
	Person = Rule{Kind: "person"}
	// ReviewerLink admits everybody; the handler checks the link in the path.
	ReviewerLink = Rule{Kind: "reviewer-link"}
	// Operator admits those who run the platform.
	Operator = Rule{Kind: "operator"}
	// Dev admits everybody, under `serve --dev` alone: elsewhere the route does not exist.
	Dev = Rule{Kind: "dev"}
)

// Mandate admits a person who acts for another and holds the scope.
func Mandate(scope string) Rule { return Rule{Kind: "mandate", Arg: scope} }

// Token admits an API token with the scope.
func Token(scope string) Rule { return Rule{Kind: "token", Arg: scope} }

// Service admits a call of another part of the house.
func Service(name string) Rule { return Rule{Kind: "service", Arg: name} }

// Any makes an Access of rules.
func Any(rules ...Rule) Access { return rules }

// Or is the access of these rules and more.
func (a Access) Or(rules ...Rule) Access { return append(slices.Clone(a), rules...) }

// Admits says whether the rule lets the caller in.
func (r Rule) Admits(c identity.Caller) bool {
	switch r.Kind {
	case "public", "stripe-signed", "reviewer-link", "dev":
		return true
	case "person":
		return c.Person != "" && c.For == "" && c.Scopes == nil
	case "mandate":
		return c.Person != "" && c.For != "" && c.Has(r.Arg)
	case "token":
		return c.Person != "" && c.For == "" && c.Scopes != nil && c.Has(r.Arg)
	case "operator":
		return c.Person != "" && c.Operator && c.For == "" && c.Scopes == nil
	case "service":
		return c.Target == r.Arg
	}
	return false
}

// String is the rule as the access table prints it: "mandate pay".
func (r Rule) String() string { return strings.TrimSpace(r.Kind + " " + r.Arg) }

// as is the caller as an admitted one acts: a program whose token lacks the scope, on a route that admits everybody, is nobody there. Else what
// is public would know and do more for it than its person agreed to.
func (a Access) as(c identity.Caller) identity.Caller {
	if !c.Program() || slices.ContainsFunc(a, func(r Rule) bool { return (r.Kind == "token" || r.Kind == "service") && r.Admits(c) }) {
		return c
	}
	return identity.Caller{Target: c.Target, Locale: c.Locale}
}

// Check is nil when a rule admits the caller. Otherwise nobody is told of
// inner and operators' routes (404), a stranger is asked to sign in (401) and
// a known person is refused (403).
func (a Access) Check(c identity.Caller) error {
	hidden := true
	for _, r := range a {
		if r.Admits(c) {
			return nil
		}
		if r.Kind != "service" && r.Kind != "operator" && r.Kind != "dev" {
			hidden = false
		}
	}
	switch {
	case hidden:
		return problem.ErrNotFound
	case c.Person == "":
		return problem.ErrUnauthenticated
	}
	return problem.ErrForbidden
}

// devOnly says that no one but a developer may ever see the route.
func (a Access) devOnly() bool {
	for _, r := range a {
		if r.Kind != "dev" {
			return false
		}
	}
	return true
}

// String joins the rules: "person, mandate see".
func (a Access) String() string {
	parts := make([]string, len(a))
	for i, r := range a {
		parts[i] = r.String()
	}
	return strings.Join(parts, ", ")
}
