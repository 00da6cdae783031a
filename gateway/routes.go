package gateway

import (
	"net/http"
	"slices"
	"strings"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Web answers whatever no service claims.
const Web = "web"

// prefixes says which part answers below which path, the longest prefix first.
func prefixes(dev bool) []prefix {
	var all []prefix
	for part, paths := range map[string][]string{
		accountsapi.Name:   accountsapi.Prefixes,
		storefrontapi.Name: storefrontapi.Prefixes,
		billingapi.Name:    billingapi.Prefixes,
		notifyapi.Name:     notifyapi.Prefixes,
		contentapi.Name:    contentapi.Prefixes,
		reviewapi.Name:     reviewapi.Prefixes,
	} {
		for _, p := range paths {
			all = append(all, prefix{p, part})
		}
	}
	if dev {
		all = append(all, prefix{"/api/v1/dev", "dev"})
	}
	slices.SortFunc(all, func(a, b prefix) int {
		if d := len(b.path) - len(a.path); d != 0 {
			return d
		}
		return strings.Compare(a.path, b.path)
	})
	return all
}

type prefix struct{ path, part string }

// route finds the part for a path. What is inside stays inside; an API path
// that no service claims is nobody's.
func route(table []prefix, path string) (part string, ok bool) {
	for _, p := range table {
		if rest, found := strings.CutPrefix(path, p.path); found && (rest == "" || rest[0] == '/') {
			return p.part, true
		}
	}
	if strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/internal/") || strings.HasPrefix(path, "/webhooks/") {
		return "", false
	}
	return Web, true
}

// Limits of a request body, in bytes.
const (
	ordinaryBody = 2 << 20
	uploadBody   = 2<<30 + 1<<20 // the largest file, and what is around it
)

// uploads are the paths below which files go up.
var uploads = []string{"/api/v1/uploads", "/api/v1/products", "/products/"}

// patient are the paths whose answers take as long as they take: files that
// come down, and the demo's clock.
var patient = []string{"/files/", "/api/v1/dev/", "/dev/"}

// uploading says that a file goes up to a path.
func uploading(path string) bool {
	return under(uploads, path) ||
		strings.HasPrefix(path, "/api/v1/documents/") && strings.HasSuffix(path, "/media") ||
		strings.HasPrefix(path, "/documents/") && strings.HasSuffix(path, "/edit")
}

func bodyCap(path string) int64 {
	if uploading(path) {
		return uploadBody
	}
	return ordinaryBody
}

// streams says that a request may take as long as its bytes need.
func streams(path string) bool { return uploading(path) || under(patient, path) }

func under(paths []string, path string) bool {
	return slices.ContainsFunc(paths, func(p string) bool { return strings.HasPrefix(path, p) })
}

// strictRules are the requests that somebody might guess or make us pay with:
// the API's paths, and the forms of the pages that do the same.
var strictRules = []struct{ class, path string }{
	{"sign-in", "/api/v1/sign-ups"}, {"sign-in", "/api/v1/sign-in-links"}, {"sign-in", "/api/v1/sessions"},
	{"sign-in", "/sign-up"}, {"sign-in", "/sign-in"}, {"sign-in", "/code"}, {"sign-in", accountsapi.LinkPath},
	{"sign-in", "/api/v1/reviewer-links"}, {"sign-in", "/api/v1/reviewer-sessions"}, {"sign-in", reviewapi.LinkPath},
	{"checkout", "/api/v1/orders"}, {"checkout", "/buy"},
	{"lookup", "/api/v1/charge-lookups"}, {"lookup", "/charge"},
	{"upload", "/api/v1/uploads"}, {"upload", "/api/v1/prescreens"}, {"upload", "/submissions/check"}, // a policy is compiled for each
}

func strictClass(method, path string) string {
	if method != http.MethodPost {
		return ""
	}
	for _, r := range strictRules {
		if strings.HasPrefix(path, r.path) {
			return r.class
		}
	}
	return ""
}

// PartOf is the part that answers a path in production, "" for none.
func PartOf(path string) string {
	part, _ := route(prefixes(false), path)
	return part
}
