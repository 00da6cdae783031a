package gateway

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/redistest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// people is accounts as far as the gateway sees it.
type people struct {
	sessions map[string]accountsapi.SessionInfo
	asked    atomic.Int64
	rows     atomic.Int64 // what TakeLimit counted
	down     atomic.Bool
}

func (p *people) Resolve(_ context.Context, token string) (accountsapi.SessionInfo, error) {
	p.asked.Add(1)
	if p.down.Load() {
		return accountsapi.SessionInfo{}, problem.ErrUpstream
	}
	if s, ok := p.sessions[token]; ok {
		return s, nil
	}
	return accountsapi.SessionInfo{}, problem.ErrUnauthenticated
}

func (p *people) TakeLimit(_ context.Context, in accountsapi.Take) (accountsapi.Taken, error) {
	if p.down.Load() {
		return accountsapi.Taken{}, problem.ErrUpstream
	}
	return accountsapi.Taken{Allowed: p.rows.Add(1) <= int64(in.Limit), RetryAfter: 7}, nil
}

type bench struct {
	*edge
	handler http.Handler
	people  *people
	clock   *clock.Fake
	seen    identity.Caller
	header  http.Header
}

// setup is the edge before one part that remembers who came.
func setup(t testing.TB, change func(*edge)) *bench {
	t.Helper()
	c := clock.NewFake(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	keys, err := identity.Ephemeral("gateway", "web")
	if err != nil {
		t.Fatal(err)
	}
	minter, err := identity.NewMinter("gateway", keys, c)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{clock: c, people: &people{sessions: map[string]accountsapi.SessionInfo{
		"good": {Session: "session_1", Person: "person_1", Locale: "nl", Operator: true, Verified: true,
			Mandates: []accountsapi.MandateInfo{{Represented: "person_2", Scopes: []string{"see"}}}},
		"wfp_good": {Session: "apitoken_1", Person: "person_1", Locale: "nl", Verified: true, Scopes: []string{"sales:read"}},
	}}}
	verifier := identity.NewVerifier("web", keys, c)
	dir := call.NewDirectory()
	dir.Local("web", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.header, b.seen = r.Header, identity.Caller{}
		if who, err := verifier.Target(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")); err != nil || who != "gateway" {
			t.Errorf("the gateway is not named: %q %v", who, err)
		}
		if p := r.Header.Get(identity.PersonHeader); p != "" {
			if b.seen, err = verifier.Person(p); err != nil {
				t.Error(err)
			}
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		_, _ = w.Write([]byte("page"))
	}))
	log := slog.New(slog.DiscardHandler)
	b.edge = &edge{
		cfg: Config{PerMinute: 1000, StrictPerMinute: 3, Timeout: time.Second}, log: log, clock: c,
		transport: call.NewTransport(dir, minter, nil), sessions: newSessions(b.people, minter, c),
		limits: newLimits(nil, b.people, c, log), metrics: newMetrics(nil), origins: http.NewCrossOriginProtection(),
	}
	if change != nil {
		change(b.edge)
	}
	b.handler = b.engine(func(c *gin.Context) { b.serve(c, "web") })
	return b
}

func (b *bench) send(method, path string, head map[string]string, body string) *http.Response {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr = "203.0.113.9:1234"
	for k, v := range head {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w.Result()
}

func TestWhoIsAsking(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		head   map[string]string
		status int
		person string
		acts   string
		locale string
	}{
		"nobody":                {nil, 200, "", "", ""},
		"a browser":             {map[string]string{"Cookie": "wf_session=good"}, 200, "person_1", "", "nl"},
		"a program":             {map[string]string{"Authorization": "Bearer good"}, 200, "person_1", "", "nl"},
		"an old cookie":         {map[string]string{"Cookie": "wf_session=gone"}, 200, "", "", ""},
		"a bad token":           {map[string]string{"Authorization": "Bearer gone"}, 401, "", "", ""},
		"for another":           {map[string]string{"Cookie": "wf_session=good; wf_for=person_2"}, 200, "person_1", "person_2", "nl"},
		"without a mandate":     {map[string]string{"Cookie": "wf_session=good", "Workfluence-For": "person_3"}, 403, "", "", ""},
		"after a mandate":       {map[string]string{"Cookie": "wf_session=good; wf_for=person_3"}, 200, "person_1", "", "nl"},
		"in a chosen language":  {map[string]string{"Cookie": "wf_session=good; wf_lang=ar"}, 200, "person_1", "", "ar"},
		"a token for a page":    {map[string]string{"Authorization": "Bearer wfp_good"}, 403, "", "", ""},
		"a token as a cookie":   {map[string]string{"Cookie": "wf_session=wfp_good"}, 200, "", "", ""},
		"with a forged person":  {map[string]string{"Workfluence-Person": "eyJ", "Workfluence-Locale": "xx"}, 200, "", "", ""},
		"with a forged problem": {map[string]string{"Workfluence-Problem": "{}"}, 200, "", "", ""},
	} {
		b := setup(t, nil)
		res := b.send("GET", "/", c.head, "")
		if res.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, c.status)
			continue
		}
		if b.seen.Person != c.person || b.seen.For != c.acts || b.seen.Locale != c.locale {
			t.Errorf("%s: %+v", name, b.seen)
		}
		if c.acts != "" && (b.seen.Operator || b.seen.Has("pay")) {
			t.Errorf("%s: acts with more than the mandate gives: %+v", name, b.seen)
		}
		if b.header.Get("Workfluence-Problem") != "" || b.header.Get("Workfluence-Locale") == "xx" {
			t.Errorf("%s: a header from outside spoke for the inside", name)
		}
		if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: headers %v", name, res.Header)
		}
	}
}

// One look at accounts serves five seconds, and an end of session is felt at once when told, at the latest after them.
// A program has its scopes and no more, also where its person acts for others or runs the platform.
func TestAProgramIsAsking(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	bearer := map[string]string{"Authorization": "Bearer wfp_good"}
	if res := b.send("GET", "/api/v1/sales", bearer, ""); res.StatusCode != 200 || b.seen.Person != "person_1" || !b.seen.Program() || !b.seen.Has("sales:read") || b.seen.Has("orders:read") || b.seen.Operator {
		t.Errorf("%d %+v", res.StatusCode, b.seen)
	}
	bearer["Workfluence-For"] = "person_2"
	if res := b.send("GET", "/api/v1/sales", bearer, ""); res.StatusCode != 403 {
		t.Errorf("a program acts for another: %d", res.StatusCode)
	}
}

func TestSessionsAreAtMostFiveSecondsStale(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	cookie := map[string]string{"Cookie": "wf_session=good"}
	for range 50 {
		b.send("GET", "/", cookie, "")
	}
	if n := b.people.asked.Load(); n != 1 {
		t.Fatalf("accounts was asked %d times", n)
	}
	delete(b.people.sessions, "good")
	b.clock.Advance(stale - time.Millisecond)
	if b.send("GET", "/", cookie, ""); b.seen.Person == "" {
		t.Fatal("the answer was not kept")
	}
	b.clock.Advance(2 * time.Millisecond)
	if b.send("GET", "/", cookie, ""); b.seen.Person != "" {
		t.Fatal("a session that ended lives on after five seconds")
	}
	b.people.sessions["good"] = accountsapi.SessionInfo{Session: "session_1", Person: "person_1"}
	b.clock.Advance(stale)
	b.send("GET", "/", cookie, "")
	delete(b.people.sessions, "good")
	b.sessions.forget("person_1", []string{"session_1"})
	if b.send("GET", "/", cookie, ""); b.seen.Person != "" {
		t.Fatal("the event did not drop the session")
	}
	b.people.down.Store(true)
	b.clock.Advance(stale)
	if res := b.send("GET", "/", cookie, ""); res.StatusCode != 503 {
		t.Fatalf("accounts is down and the answer is %d", res.StatusCode)
	}
}

func TestWritesFromAnotherSiteAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	if res := b.send("POST", "/x", map[string]string{"Sec-Fetch-Site": "cross-site", "Cookie": "wf_session=good"}, ""); res.StatusCode != 403 {
		t.Errorf("cross-site: %d", res.StatusCode)
	}
	for _, head := range []map[string]string{{"Sec-Fetch-Site": "same-origin"}, nil} {
		if res := b.send("POST", "/x", head, ""); res.StatusCode != 200 {
			t.Errorf("%v: %d", head, res.StatusCode)
		}
	}
}

func TestBodiesAreCapped(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for _, path := range []string{"/@%00", "/a%0ab", "/%7f", "/%ff"} {
		if res := b.send("GET", path, nil, ""); res.StatusCode != 404 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if res := b.send("POST", "/x", nil, strings.Repeat("x", ordinaryBody+1)); res.StatusCode != 413 {
		t.Errorf("announced: %d", res.StatusCode)
	}
	if res := b.send("POST", "/x", nil, strings.Repeat("x", ordinaryBody)); res.StatusCode != 200 {
		t.Errorf("at the limit: %d", res.StatusCode)
	}
}

func TestFilesOfDocumentsMayBeLarge(t *testing.T) {
	t.Parallel()
	for path, large := range map[string]bool{
		"/api/v1/documents/document_1/media": true, "/api/v1/documents": false, "/api/v1/documents/document_1": false,
		"/api/v1/documents/document_1/versions": false, "/api/v1/documents/document_1/media/sha256:x": false, "/media": false,
		"/documents/document_1/edit": true, "/documents/new": false, "/documents/document_1/publish": false,
	} {
		if (bodyCap(path) == uploadBody) != large || streams(path) != large {
			t.Errorf("%s: %d bytes, streams %v", path, bodyCap(path), streams(path))
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	server := redistest.Client(t)
	for name, change := range map[string]func(*edge){
		"in Redis": func(e *edge) { e.limits.redis = server },
		"in rows":  nil,
	} {
		b := setup(t, change)
		for i := range 3 {
			if res := b.send("POST", "/api/v1/sessions", nil, ""); res.StatusCode != 200 {
				t.Fatalf("%s: try %d: %d", name, i, res.StatusCode)
			}
		}
		res := b.send("POST", "/api/v1/sessions", nil, "")
		if res.StatusCode != 429 || res.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %v", name, res.StatusCode, res.Header)
		}
		if res := b.send("GET", "/", nil, ""); res.StatusCode != 200 {
			t.Errorf("%s: an ordinary page is refused: %d", name, res.StatusCode)
		}
	}
	b := setup(t, nil)
	b.people.down.Store(true) // no Redis and no accounts
	if res := b.send("POST", "/api/v1/sessions", nil, ""); res.StatusCode != 503 {
		t.Errorf("a strict limit failed open: %d", res.StatusCode)
	}
}

func TestOrdinaryLimitIsSharedThroughRedis(t *testing.T) {
	t.Parallel()
	server := redistest.Client(t)
	share := func(e *edge) { e.limits.redis = server; e.cfg.PerMinute = 10 }
	one, two := setup(t, share), setup(t, share)
	for range 6 {
		one.send("GET", "/", nil, "")
		two.send("GET", "/", nil, "")
	}
	for range 2 { // one tells, two hears
		for _, b := range []*bench{one, two} {
			if err := b.limits.settle(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		one.send("GET", "/", nil, "")
		two.send("GET", "/", nil, "")
	}
	if res := two.send("GET", "/", nil, ""); res.StatusCode != 429 {
		t.Fatalf("two processes together allow more than the limit: %d", res.StatusCode)
	}
	two.clock.Advance(window)
	if res := two.send("GET", "/", nil, ""); res.StatusCode != 200 {
		t.Fatalf("the next minute is %d", res.StatusCode)
	}
}

func TestNoProxyIsTrustedUnlessConfigured(t *testing.T) {
	t.Parallel()
	forged := map[string]string{"X-Forwarded-For": "198.51.100.1, 192.0.2.7"}
	for name, c := range map[string]struct{ proxies, want string }{
		"none":      {"", "203.0.113.9"},
		"the peer":  {"203.0.113.0/24", "192.0.2.7"},
		"two hops":  {"203.0.113.0/24 192.0.2.0/24", "198.51.100.1"},
		"elsewhere": {"10.0.0.0/8", "203.0.113.9"},
	} {
		var prefixes []netip.Prefix
		prefixes, err := Config{TrustedProxies: c.proxies}.proxies()
		if err != nil {
			t.Fatal(err)
		}
		b := setup(t, func(e *edge) { e.proxies = prefixes })
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "203.0.113.9:1234"
		for k, v := range forged {
			r.Header.Set(k, v)
		}
		if got := b.address(r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if _, err := (Config{TrustedProxies: "everyone"}).proxies(); err == nil {
		t.Error("nonsense was accepted")
	}
}

func TestRoute(t *testing.T) {
	t.Parallel()
	table := prefixes(false)
	for path, want := range map[string]string{
		"/api/v1/me": "accounts", "/api/v1/me/password": "accounts", "/api/v1/orders": "storefront", "/api/v1/orders-money/x": "billing",
		"/webhooks/stripe": "billing", "/webhooks/stripe-connect": "billing", "/": "web", "/ines/rotas": "web", "/api/v1/notices": "notify",
		"/internal/sessions/resolve": "", "/api/v1/nothing": "", "/api/v1/dev/clock": "", "/webhooks/other": "", "/api/v1/mechanic": "",
	} {
		got, ok := route(table, path)
		if got != want || ok != (want != "") {
			t.Errorf("%s goes to %q", path, got)
		}
	}
	if got, _ := route(prefixes(true), "/api/v1/dev/clock"); got != "dev" {
		t.Errorf("the demo's clock is at %q", got)
	}
}

func TestASlowPartIsCutOff(t *testing.T) {
	t.Parallel()
	b := setup(t, func(e *edge) { e.cfg.Timeout = 20 * time.Millisecond })
	var ended error
	dir := call.NewDirectory()
	dir.Local("web", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		ended = r.Context().Err()
		w.WriteHeader(503)
	}))
	b.transport = call.NewTransport(dir, nil, nil)
	if res := b.send("GET", "/", nil, ""); res.StatusCode != 503 || !errors.Is(ended, context.DeadlineExceeded) {
		t.Fatalf("%d %v", res.StatusCode, ended)
	}
}
