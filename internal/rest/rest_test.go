package rest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
)

type line struct {
	Amount   int64  `json:"amount" validate:"min=1"`
	Currency string `json:"currency" validate:"iso4217"`
}

type orderIn struct {
	Shop  string   `path:"shop" validate:"max=5"`
	Limit int      `query:"limit" validate:"max=100"`
	Tags  []string `query:"tag"`
	Key   string   `header:"Idempotency-Key"`
	Buyer struct {
		Email string `json:"email" validate:"required,email"`
	} `json:"buyer"`
	Lines []line `json:"lines" validate:"required,min=1,dive"`
}

type orderOut struct {
	ETag string `json:"-" header:"ETag"`
	Echo orderIn
}

func table(t *testing.T) *rest.Router {
	t.Helper()
	r := rest.NewRouter("shop", nil)
	rest.Handle(r, rest.Route{Method: "POST", Path: "/shops/:shop", Summary: "Order", Access: rest.Any(rest.Public), Status: 201, MaxBody: 1000},
		func(_ context.Context, in *orderIn) (*orderOut, error) { return &orderOut{ETag: `"7"`, Echo: *in}, nil })
	rest.Handle(r, rest.Route{Method: "GET", Path: "/list", Summary: "List", Access: rest.Any(rest.Public)},
		func(context.Context, *rest.Empty) (*rest.Page[line], error) { return &rest.Page[line]{}, nil })
	rest.Handle(r, rest.Route{Method: "GET", Path: "/boom", Summary: "Fail", Access: rest.Any(rest.Public)},
		func(context.Context, *rest.Empty) (*rest.Empty, error) { panic("secret") })
	rest.Stream(r, rest.Route{Method: "GET", Path: "/dev", Summary: "Dev", Access: rest.Any(rest.Dev)},
		func(*gin.Context) error { return nil })
	return r
}

func send(t *testing.T, h http.Handler, method, target, body string) (int, http.Header, string) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	text, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, w.Header(), string(text)
}

const good = `{"buyer":{"email":"a@example.com"},"lines":[{"amount":5,"currency":"USD"}]}`

func TestHandleReadsEverySource(t *testing.T) {
	t.Parallel()
	code, head, body := send(t, table(t), "POST", "/shops/ines?limit=5&tag=a&tag=b", good)
	if code != 201 || head.Get("ETag") != `"7"` {
		t.Fatalf("%d %v %s", code, head, body)
	}
	var out orderOut
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		t.Fatal(err)
	}
	if out.Echo.Lines[0].Amount != 5 || out.Echo.Buyer.Email != "a@example.com" {
		t.Fatalf("%+v", out)
	}
	if code, _, body := send(t, table(t), "GET", "/list", ""); code != 200 || body != `{"data":[]}` {
		t.Fatalf("an empty list is %d %s", code, body)
	}
	if code, _, _ := send(t, table(t), "HEAD", "/list", ""); code != 200 {
		t.Fatalf("HEAD is %d", code)
	}
}

func TestBadInputNamesTheField(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		target, body string
		status       int
		pointer      string
	}{
		"unknown field":  {"/shops/a", `{"buyer":{"email":"a@example.com","name":"x"}}`, 422, "/name"},
		"wrong type":     {"/shops/a", `{"lines":[{"amount":"5"}]}`, 422, "/lines/amount"},
		"float":          {"/shops/a", `{"lines":[{"amount":1.5}]}`, 422, "/lines/amount"},
		"missing":        {"/shops/a", `{"lines":[{"amount":5,"currency":"USD"}]}`, 422, "/buyer/email"},
		"nested rule":    {"/shops/a", `{"buyer":{"email":"a@example.com"},"lines":[{"amount":0,"currency":"USD"}]}`, 422, "/lines/0/amount"},
		"no currency":    {"/shops/a", `{"buyer":{"email":"a@example.com"},"lines":[{"amount":1,"currency":"XQZ"}]}`, 422, "/lines/0/currency"},
		"query type":     {"/shops/a?limit=x", good, 422, "/limit"},
		"query rule":     {"/shops/a?limit=101", good, 422, "/limit"},
		"path rule":      {"/shops/abcdef", good, 422, "/shop"},
		"empty body":     {"/shops/a", ``, 422, "/buyer/email"},
		"not JSON":       {"/shops/a", `{`, 400, ""},
		"two values":     {"/shops/a", good + good, 400, ""},
		"invalid UTF-8":  {"/shops/a", "{\"x\":\"\xff\"}", 400, ""},
		"half a pair":    {"/shops/a", `{"x":"\ud800"}`, 400, ""},
		"half in a name": {"/shops/a", `{"\uDFFF":"x"}`, 400, ""},
		"two halves":     {"/shops/a", `{"x":"\ud83d\ud83d\ude00"}`, 400, ""},
		"halves parted":  {"/shops/a", `{"x":"\ud83d \ude00"}`, 400, ""},
		"halves swapped": {"/shops/a", `{"x":"\ude00\ud83d"}`, 400, ""},
		"half at an end": {"/shops/a", `{"x":"\ud83d`, 400, ""},
		"too large":      {"/shops/a", `{"x":"` + strings.Repeat("y", 1000) + `"}`, 413, ""},
		"no such place":  {"/nowhere", good, 404, ""},
		"no such method": {"/list", good, 404, ""},
		"panic":          {"/boom", "", 404, ""},
	} {
		code, _, body := send(t, table(t), "POST", c.target, c.body)
		p := problem.Parse(code, []byte(body))
		if code != c.status {
			t.Errorf("%s: %d, want %d: %s", name, code, c.status, body)
			continue
		}
		if c.pointer != "" && (len(p.Fields) == 0 || p.Fields[0].Pointer != c.pointer) {
			t.Errorf("%s: fields %+v, want %s", name, p.Fields, c.pointer)
		}
	}
	if code, _, body := send(t, table(t), "GET", "/boom", ""); code != 500 || strings.Contains(body, "secret") {
		t.Errorf("panic: %d %s", code, body)
	}
	if code, _, _ := send(t, table(t), "GET", "/dev", ""); code != 404 {
		t.Errorf("a dev route exists in production: %d", code)
	}
}

func TestAccessByKindOfCaller(t *testing.T) {
	t.Parallel()
	callers := map[string]identity.Caller{
		"nobody":   {},
		"service":  {Target: "storefront"},
		"person":   {Target: "gateway", Person: "p"},
		"mandate":  {Target: "gateway", Person: "p", For: "q", Scopes: []string{"see"}},
		"token":    {Target: "gateway", Person: "p", Scopes: []string{"orders:read"}},
		"operator": {Target: "gateway", Person: "o", Operator: true},
	}
	for name, c := range map[string]struct {
		access rest.Access
		admits string
		refuse map[string]string
	}{
		"public":   {rest.Any(rest.Public), "nobody service person mandate token operator", nil},
		"person":   {rest.Any(rest.Person), "person operator", map[string]string{"nobody": "unauthenticated", "mandate": "forbidden", "token": "forbidden"}},
		"mandate":  {rest.Any(rest.Person, rest.Mandate("see")), "person operator mandate", nil},
		"scope":    {rest.Any(rest.Mandate("pay")), "", map[string]string{"mandate": "forbidden"}},
		"token":    {rest.Any(rest.Token("orders:read")), "token", nil},
		"operator": {rest.Any(rest.Operator), "operator", map[string]string{"nobody": "not_found", "person": "not_found"}},
		"service":  {rest.Any(rest.Service("storefront")), "service", map[string]string{"person": "not_found"}},
	} {
		for who, caller := range callers {
			err := c.access.Check(caller)
			want := strings.Contains(" "+c.admits+" ", " "+who+" ")
			if (err == nil) != want {
				t.Errorf("%s as %s: %v", name, who, err)
			}
			if code, ok := c.refuse[who]; ok && problem.From(err).Code != code {
				t.Errorf("%s as %s: %v, want %s", name, who, err, code)
			}
		}
	}
}

func TestTokensAreCheckedOnEveryRequest(t *testing.T) {
	t.Parallel()
	keys, err := identity.Ephemeral("gateway", "shop")
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewFake(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	m, err := identity.NewMinter("gateway", keys, c)
	if err != nil {
		t.Fatal(err)
	}
	r := rest.NewRouter("shop", identity.NewVerifier("shop", keys, c))
	rest.Handle(r, rest.Route{Method: "GET", Path: "/me", Summary: "Me", Access: rest.Any(rest.Person)},
		func(ctx context.Context, _ *rest.Empty) (*identity.Caller, error) {
			who := identity.From(ctx)
			return &who, nil
		})
	if code, _, _ := send(t, r, "GET", "/me", ""); code != 401 {
		t.Fatalf("without a token: %d", code)
	}
	dir := call.NewDirectory()
	dir.Local("shop", r)
	hc := call.NewTransport(dir, m, nil).Client()
	if _, err := call.Do[identity.Caller](t.Context(), hc, "GET", "http://shop.svc/me", nil); problem.From(err).Code != "unauthenticated" {
		t.Fatalf("without a person: %v", err)
	}
	token, _, err := m.Person(identity.Caller{Person: "person_1", Locale: "ar"})
	if err != nil {
		t.Fatal(err)
	}
	ctx := identity.With(t.Context(), identity.Caller{Person: "person_1"}.WithToken(token))
	got, err := call.Do[identity.Caller](ctx, hc, "GET", "http://shop.svc/me", nil)
	if err != nil || got.Person != "person_1" || got.Target != "gateway" || got.Locale != "ar" {
		t.Fatalf("%+v %v", got, err)
	}
}

// A program without the scope is nobody on a route that admits everybody; with it, it is its person.
func TestAProgramIsNobodyBeyondItsScopes(t *testing.T) {
	t.Parallel()
	keys, err := identity.Ephemeral("gateway", "shop")
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewFake(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	m, err := identity.NewMinter("gateway", keys, c)
	if err != nil {
		t.Fatal(err)
	}
	r := rest.NewRouter("shop", identity.NewVerifier("shop", keys, c))
	for path, access := range map[string]rest.Access{"/open": rest.Any(rest.Public), "/scoped": rest.Any(rest.Public).Or(rest.Token("orders:read"))} {
		rest.Handle(r, rest.Route{Method: "GET", Path: path, Summary: "Who asks", Access: access},
			func(ctx context.Context, _ *rest.Empty) (*identity.Caller, error) {
				who := identity.From(ctx)
				if who.PersonToken() != "" && who.Anonymous() {
					t.Error("nobody would speak for a person elsewhere")
				}
				return &who, nil
			})
	}
	dir := call.NewDirectory()
	dir.Local("shop", r)
	hc := call.NewTransport(dir, m, nil).Client()
	as := func(scopes ...string) context.Context {
		who := identity.Caller{Person: "person_1", Scopes: scopes, Session: "apitoken_1", Locale: "nl"}
		token, _, err := m.Person(who)
		if err != nil {
			t.Fatal(err)
		}
		return identity.With(t.Context(), who.WithToken(token))
	}
	for name, c := range map[string]struct {
		path, scope, person string
	}{
		"public":            {"/open", "orders:read", ""},
		"scoped":            {"/scoped", "orders:read", "person_1"},
		"with another one":  {"/scoped", "sales:read", ""},
		"that is not a one": {"/open", "see", ""},
	} {
		got, err := call.Do[identity.Caller](as(c.scope), hc, "GET", "http://shop.svc"+c.path, nil)
		if err != nil || got.Person != c.person || got.Locale != "nl" || got.Target != "gateway" {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

func TestRouteWithoutARuleCantBeRegistered(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Fatal("registered")
		}
	}()
	rest.Stream(rest.NewRouter("x", nil), rest.Route{Method: "GET", Path: "/", Summary: "x"}, nil)
}

type embeddedIn struct {
	Shop string `path:"shop"`
	textIn
}

type textIn struct {
	Text  string `json:"text" validate:"required,max=100"`
	Count int    `json:"count"`
}

func textTable() *rest.Router {
	r := rest.NewRouter("shop", nil)
	rest.Handle(r, rest.Route{Method: "POST", Path: "/:shop", Summary: "x", Access: rest.Any(rest.Public)},
		func(_ context.Context, in *embeddedIn) (*textIn, error) { return &in.textIn, nil })
	return r
}

// The fields of a struct inside another are fields of the body, and are named as that.
func TestFieldsOfAnEmbeddedStruct(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{}`: "/text", `{"text":"` + strings.Repeat("x", 101) + `"}`: "/text", `{"text":"x","count":"2"}`: "/count", `{"text":5}`: "/text",
	} {
		code, _, text := send(t, textTable(), "POST", "/a", body)
		if p := problem.Parse(code, []byte(text)); len(p.Fields) != 1 || p.Fields[0].Pointer != want {
			t.Errorf("%s: %+v, want %s", body, p.Fields, want)
		}
	}
}

// A text arrives as it was sent: nothing becomes U+FFFD.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		`{"text":"a"}`, `{"text":"\ud83d\ude00"}`, `{"text":"\uD83D\uDE00"}`, `{"text":"\ud800"}`, `{"text":"\udc00"}`, `{"text":"\ud83d\n\ude00"}`, `{"text":"\\ud800"}`,
		`{"text":"\\\ud800"}`, `{"text":"\ufffd"}`, `{"text":"\u00`, `{"text":"\`, `{"text":"\ud83d\ude0`, `{"\ud800":"x"}`, `{"text":"\udbff\udfff"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		code, _, text := send(t, textTable(), "POST", "/a", body)
		if code >= 500 {
			t.Fatalf("%d %s", code, text)
		}
		if code != 200 {
			return
		}
		var out textIn
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			t.Fatal(err)
		}
		sent := strings.Contains(body, "\ufffd") || strings.Contains(strings.ToLower(body), `\ufffd`)
		if strings.ContainsRune(out.Text, '\ufffd') && !sent {
			t.Errorf("%q arrived as %q", body, out.Text)
		}
	})
}

func BenchmarkBody(b *testing.B) {
	r := textTable()
	for name, body := range map[string]string{"plain": `{"text":"` + strings.Repeat("words ", 16) + `"}`, "escapes": `{"text":"` + strings.Repeat(`\u00e9\n`, 40) + `"}`} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				r.ServeHTTP(w, httptest.NewRequest("POST", "/a", strings.NewReader(body)))
				if w.Code != 200 {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
}

func FuzzBody(f *testing.F) {
	f.Add(good)
	f.Add(`{"lines":[{}]}`)
	f.Add(`[]`)
	f.Add(`{"buyer":null}`)
	f.Fuzz(func(t *testing.T, body string) {
		r := rest.NewRouter("shop", nil)
		rest.Handle(r, rest.Route{Method: "POST", Path: "/", Summary: "x", Access: rest.Any(rest.Public)},
			func(_ context.Context, in *orderIn) (*orderOut, error) {
				if in.Buyer.Email == "" || len(in.Lines) == 0 {
					t.Error("invalid input reached the use case")
				}
				return &orderOut{}, nil
			})
		if code, _, text := send(t, r, "POST", "/", body); code >= 500 {
			t.Fatalf("%d %s", code, text)
		}
	})
}
