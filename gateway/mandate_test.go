package gateway

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// A browser whose mandate has ended is led to the page that says so, once, and never acts unawares.
func TestABrowserOutlivesItsMandate(t *testing.T) {
	t.Parallel()
	cookie := "wf_session=good; wf_for=person_3"
	page := map[string]string{"Cookie": cookie, "Accept": "text/html,*/*"}
	for name, c := range map[string]struct {
		method, path string
		head         map[string]string
		status       int
		location     string
		person       string // who the part saw
	}{
		"a page":            {"GET", "/today", page, 303, "/acting/ended", ""},
		"a fragment":        {"GET", "/orders", map[string]string{"Cookie": cookie, "Hx-Request": "true"}, 303, "/acting/ended", ""},
		"a press":           {"POST", "/products/1/publish", page, 303, "/acting/ended?undone=1", ""},
		"where it is said":  {"GET", "/acting/ended", page, 200, "", "person_1"},
		"another hat":       {"POST", "/acting", page, 200, "", "person_1"},
		"leaving":           {"POST", "/sign-out", page, 200, "", "person_1"},
		"a picture":         {"GET", "/static/icon.svg", map[string]string{"Cookie": cookie}, 200, "", "person_1"},
		"a read by program": {"GET", "/api/v1/orders", map[string]string{"Cookie": cookie}, 200, "", "person_1"},
		"by name":           {"GET", "/today", map[string]string{"Cookie": "wf_session=good", "Workfluence-For": "person_3"}, 403, "", ""},
		"by name, a mandate that lives": {"GET", "/today", map[string]string{"Cookie": cookie, "Workfluence-For": "person_2", "Accept": "text/html"},
			200, "", "person_1"},
	} {
		b := setup(t, nil)
		res := b.send(c.method, c.path, c.head, "")
		if res.StatusCode != c.status || res.Header.Get("Location") != c.location || b.seen.Person != c.person {
			t.Errorf("%s: %d to %q as %q", name, res.StatusCode, res.Header.Get("Location"), b.seen.Person)
		}
	}
	b := setup(t, nil)
	res := b.send("POST", "/api/v1/orders", map[string]string{"Cookie": cookie}, "")
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusForbidden || !strings.Contains(string(body), "mandate_missing") || b.seen.Person != "" {
		t.Errorf("a write under a name nobody had in mind: %d %s %v", res.StatusCode, body, err)
	}
	if got := res.Header.Get("Set-Cookie"); !strings.HasPrefix(got, "wf_for=;") || !strings.Contains(got, "Max-Age=0") {
		t.Errorf("the wish stays: %q", got)
	}
}
