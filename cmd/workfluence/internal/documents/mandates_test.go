package documents_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// mandateScopes are what docs/access.md says of each scope, from little to much.
var mandateScopes = []struct{ name, opens string }{
	{accountsapi.ScopeSee, "Reads products, sales, money, purchases and documents. Not the inbox, the settings, or what employers are asked."},
	{accountsapi.ScopeArrange, "Changes drafts, and some things that everybody sees at once: see below. Publishes nothing, sets no price."},
	{accountsapi.ScopeComment, "Comments on documents."},
	{accountsapi.ScopePay, "Is for payments up to the mandate's limit. No route takes one under a mandate yet, so it opens nothing but what every mandate does, and the pages do not offer it."},
	{accountsapi.ScopeApprove, "Publishes documents and sets when they appear."},
}

// seenAtOnce are the writes under a mandate that show in public without anybody publishing.
var seenAtOnce = map[string]string{
	"PATCH /api/v1/page":                            "name, words, colour, social profiles and order of products on the public page",
	"PATCH /api/v1/products/:product":               "of a product on sale, its address and its refund period; the rest is a draft",
	"POST /api/v1/documents/:document/publications": "the document is published",
	"PUT /api/v1/documents/:document/schedule":      "the document is published by itself at that time",
}

// everyMandate says that a route asks for a mandate and not for a scope.
func everyMandate(access rest.Access) bool {
	for _, s := range mandateScopes {
		if !slices.Contains(access, rest.Mandate(s.name)) {
			return false
		}
	}
	return true
}

// mandates is the part of docs/access.md on acting for somebody: what each scope opens, in words and by the routes that write.
func mandates(t *testing.T, routes []rest.RouteInfo) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("\n## What a mandate opens\n\nA mandate lets one person act for another, by scopes that stand alone. Records name both: `person_a for person_b`. " +
		"What the table above gives to `person` alone, nobody does for another: among it are prices, publishing a product or taking it off, deleting products and documents, " +
		"orders and their payment, payouts, refunds, asking an employer, and the account itself.\n\n| scope | what it opens | routes that write |\n|---|---|---|\n")
	left := maps.Clone(seenAtOnce)
	for _, s := range mandateScopes {
		var writes []string
		for _, rt := range routes {
			route := rt.Method + " " + rt.Path
			if rt.Method == "GET" || !strings.HasPrefix(rt.Path, "/api/") || !slices.Contains(rt.Access, rest.Mandate(s.name)) || everyMandate(rt.Access) {
				continue
			}
			if strings.HasSuffix(rt.Path, "/preview") {
				continue // says how a text would look, and writes nothing
			}
			delete(left, route)
			writes = append(writes, "`"+route+"`")
		}
		slices.Sort(writes)
		if s.name == accountsapi.ScopePay && len(writes) > 0 {
			t.Errorf("something can be paid under a mandate: say so in mandateScopes and offer it on the pages: %v", writes)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", s.name, s.opens, strings.Join(writes, "<br>"))
	}
	for route := range left {
		t.Errorf("%s is said to be seen at once, and no mandate opens it", route)
	}
	b.WriteString("\nSeen in public at once:\n\n")
	for _, route := range slices.Sorted(maps.Keys(seenAtOnce)) {
		fmt.Fprintf(&b, "- `%s`: %s\n", route, seenAtOnce[route])
	}
	return b.Bytes()
}
