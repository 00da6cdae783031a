package account

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/storybook/storytest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	b := storybook.New()
	Stories(b)
	storytest.Run(t, b)
}

// fake is accounts as far as a test needs it; a call that a test doesn't expect panics on the nil interface.
type fake struct {
	Accounts
	me      accountsapi.Person
	link    accountsapi.LinkInfo
	err     error // of the next write
	pressed int
	updated accountsapi.UpdateMe
	asked   accountsapi.SignUp
	signIn  accountsapi.SignIn
	held    []accountsapi.Mandate
	tokens  []accountsapi.APIToken
}

func (f *fake) Mandates(context.Context) (accountsapi.Mandates, error) {
	return accountsapi.Mandates{Held: f.held}, nil
}

func (f *fake) SignUp(_ context.Context, in accountsapi.SignUp) (accountsapi.Accepted, error) {
	f.asked = in
	return accountsapi.Accepted{}, f.err
}

func (f *fake) RequestLink(ctx context.Context, in accountsapi.SignUp) (accountsapi.Accepted, error) {
	return f.SignUp(ctx, in)
}

func (f *fake) PeekLink(context.Context, string) (accountsapi.LinkInfo, error) { return f.link, nil }

func (f *fake) RedeemLink(context.Context, string, string) (accountsapi.SignedIn, error) {
	f.pressed++
	return f.signedIn(), f.err
}

func (f *fake) SignIn(_ context.Context, in accountsapi.SignIn) (accountsapi.SignedIn, error) {
	f.signIn = in
	return f.signedIn(), f.err
}

func (f *fake) signedIn() accountsapi.SignedIn {
	return accountsapi.SignedIn{Token: "token-1", Expires: time.Now().Add(time.Hour), Person: f.me, Next: f.link.Next, New: f.me.Handle == ""}
}

func (f *fake) Me(context.Context) (accountsapi.Person, error) { return f.me, nil }

func (f *fake) UpdateMe(_ context.Context, in accountsapi.UpdateMe) (accountsapi.Person, error) {
	f.updated = in
	return f.me, f.err
}

func (f *fake) Countries(context.Context) (accountsapi.Countries, error) {
	return accountsapi.Countries{Data: []accountsapi.Country{{Code: "BE", Name: "Belgium", PayoutsPossible: true}}}, nil
}

// browser keeps cookies between requests, as a browser does.
type browser struct {
	t       *testing.T
	site    http.Handler
	caller  identity.Caller
	cookies map[string]string
}

func open(t *testing.T, f *fake) *browser {
	t.Helper()
	s := shell.New(shell.Config{Name: "web", Messages: i18n.Messages(), PublicURL: "https://workfluence.example"}, Area(f, nil, "https://workfluence.example"))
	return &browser{t: t, site: s, cookies: map[string]string{}}
}

func (b *browser) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.site.ServeHTTP(rec, r.WithContext(identity.With(r.Context(), b.caller)))
	for _, c := range rec.Result().Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return rec
}

func (b *browser) leads(rec *httptest.ResponseRecorder, to string) {
	b.t.Helper()
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != to {
		b.t.Fatalf("got %d to %q, want 303 to %q\n%s", rec.Code, rec.Header().Get("Location"), to, rec.Body)
	}
}

func (b *browser) shows(rec *httptest.ResponseRecorder, status int, words ...string) {
	b.t.Helper()
	if rec.Code != status {
		b.t.Errorf("status %d, want %d", rec.Code, status)
	}
	for _, w := range words {
		if !strings.Contains(rec.Body.String(), w) {
			b.t.Errorf("lacks %q", w)
		}
	}
}

// proofOf reads what the page of a link makes its form send.
func proofOf(t *testing.T, page string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, `name="proof" value="`)
	proof, _, _ := strings.Cut(rest, `"`)
	if !ok || len(proof) < 16 {
		t.Fatal("the page of the link has no proof in its form")
	}
	return proof
}

func TestFromNothingToALinkToShare(t *testing.T) {
	t.Parallel()
	f := &fake{link: accountsapi.LinkInfo{Purpose: accountsapi.PurposeSignUp, Email: "ines@example.com", Next: firstSteps, State: "open"}}
	b := open(t, f)
	b.shows(b.do("GET", "/sign-up", nil), 200, `name="email"`)
	b.leads(b.do("POST", "/sign-up", url.Values{"email": {" ines@example.com "}}), "/check-mail")
	if f.asked.Email != "ines@example.com" || f.asked.Next != firstSteps || f.asked.Locale != "en" {
		t.Errorf("asked for %+v", f.asked)
	}
	b.shows(b.do("GET", "/check-mail", nil), 200, "ines@example.com")
	page := b.do("GET", "/l/abc", nil)
	b.leads(b.do("POST", "/l/abc", url.Values{"proof": {proofOf(t, page.Body.String())}}), firstSteps)
	if b.cookies["wf_session"] != "token-1" {
		t.Fatal("no session in the browser")
	}
	b.caller.Person = "person_1"
	b.shows(b.do("GET", "/welcome", nil), 200, "Belgium")
	f.me.PayoutsPossible = true
	b.leads(b.do("POST", "/welcome", url.Values{"country": {"BE"}, "work": {"no"}}), "/welcome/page")
	b.leads(b.do("POST", "/welcome/page", url.Values{"name": {"Ines"}, "handle": {"@ines"}}), "/welcome/ready")
	if *f.updated.Handle != "ines" || !*f.updated.Selling {
		t.Errorf("updated %+v", f.updated)
	}
	f.me.Handle = "ines"
	b.shows(b.do("GET", "/welcome/ready", nil), 200, "https://workfluence.example/@ines")
}

// A scanner presses nothing: neither GET nor HEAD nor a POST without our cookie consumes a link.
func TestScannersPressNothing(t *testing.T) {
	t.Parallel()
	f := &fake{link: accountsapi.LinkInfo{Purpose: accountsapi.PurposeSignIn, Email: "ines@example.com", State: "open"}}
	b := open(t, f)
	page := b.do("GET", "/l/abc", nil)
	proof := proofOf(t, page.Body.String())
	b.cookies = map[string]string{}
	b.do("HEAD", "/l/abc", nil)
	b.shows(b.do("POST", "/l/abc", nil), 200, `name="proof"`)
	b.cookies = map[string]string{}
	b.shows(b.do("POST", "/l/abc", url.Values{"proof": {proof}}), 200, `name="proof"`)
	if f.pressed != 0 {
		t.Errorf("the link was pressed %d times", f.pressed)
	}
}

func TestDeadLinksOfferANewOne(t *testing.T) {
	t.Parallel()
	for state, words := range map[string]string{"used": "has done its work", "replaced": "newer link", "expired": "too old"} {
		f := &fake{link: accountsapi.LinkInfo{Email: "ines@example.com", State: state, Next: "/library"}}
		b := open(t, f)
		b.shows(b.do("GET", "/l/abc", nil), http.StatusGone, words, `href="/sign-in?email=ines%40example.com&amp;next=%2Flibrary"`)
	}
}

func TestSignInByPasswordCodeOrLink(t *testing.T) {
	t.Parallel()
	f := &fake{me: accountsapi.Person{Handle: "ines", Selling: true, Locale: "nl"}}
	b := open(t, f)
	b.leads(b.do("POST", "/sign-in", url.Values{"email": {"ines@example.com"}, "password": {"four unrelated words"}, "next": {"/orders"}}), "/orders")
	if b.cookies["wf_lang"] != "nl" {
		t.Error("the person's language is not kept")
	}
	b.leads(b.do("POST", "/sign-in", url.Values{"email": {"ines@example.com"}, "next": {"//evil.example"}}), "/check-mail")
	if f.asked.Next != "" {
		t.Errorf("a link that continues at %q was asked for", f.asked.Next)
	}
	b.leads(b.do("POST", "/code", url.Values{"email": {"ines@example.com"}, "code": {"ABCD1234"}}), creatorHome)
	f.err = accountsapi.ErrCodeWrong
	b.shows(b.do("POST", "/code", url.Values{"email": {"ines@example.com"}, "code": {"WRONG"}}), http.StatusUnauthorized, "8 tekens", `aria-invalid="true"`, `value="WRONG"`)
}

func TestSignInRefusedComesBackWithItsAddress(t *testing.T) {
	t.Parallel()
	f := &fake{err: accountsapi.ErrSignInFailed}
	b := open(t, f)
	answer := b.do("POST", "/sign-in", url.Values{"email": {"ines@example.com"}, "password": {"wrong"}})
	b.shows(answer, http.StatusUnauthorized, `value="ines@example.com"`, "belong together")
	if strings.Contains(answer.Body.String(), "wrong\"") {
		t.Error("the password came back")
	}
	if b.cookies["wf_session"] != "" {
		t.Error("a session was kept")
	}
}

func TestWhereAPersonLands(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/orders": "/orders", "": "", "//x": "", "https://x": "", "/sign-in": "", "/sign-in?next=/a": "", "/sign-up": "", "/l/abc": "/l/abc",
	} {
		if got := next(path); got != want {
			t.Errorf("next(%q) = %q, want %q", path, got, want)
		}
	}
	if home(accountsapi.Person{Selling: true}) != creatorHome || home(accountsapi.Person{}) != buyerHome ||
		home(accountsapi.Person{Operator: true}) != operatorHome {
		t.Error("someone lands on another's page")
	}
}

// The right to pay is not offered while nothing can be paid by it; a form that was open before is refused by name, and a mandate that
// has it says that it opens nothing.
func TestPayingForAnotherIsNotOffered(t *testing.T) {
	t.Parallel()
	limit := money.New(5000, money.EUR)
	f := &fake{me: accountsapi.Person{ID: "person_1"}, held: []accountsapi.Mandate{
		{ID: "mandate_1", Represented: "person_2", RepresentedName: "Eva Maes", State: accountsapi.MandateInvited, Scopes: []string{"arrange", "pay"}, PayLimit: &limit},
	}}
	b := open(t, f)
	b.caller.Person = "person_1"
	page := b.do("GET", "/mandates/new", nil)
	b.shows(page, http.StatusOK, `value="see"`, `value="arrange"`, `value="comment"`, `value="approve"`, "shows at once")
	for _, never := range []string{`value="pay"`, `name="limit"`, "without publishing"} {
		if strings.Contains(page.Body.String(), never) {
			t.Errorf("the form has %q", never)
		}
	}
	rec := b.do("POST", "/mandates/new", url.Values{"email": {"ada@example.com"}, "scopes": {"see", "pay"}, "limit": {"50"}, "currency": {"EUR"}})
	b.shows(rec, http.StatusUnprocessableEntity, "Nothing can be paid this way yet", `value="ada@example.com"`)
	b.shows(b.do("GET", "/mandates", nil), http.StatusOK, "You may change the public page and drafts", "Pays up to €50.00: nothing can be paid this way yet.",
		"change in public at once")
}

func TestAnEndedMandateIsSaidAndGoesOn(t *testing.T) {
	t.Parallel()
	f := &fake{me: accountsapi.Person{Selling: true}, held: []accountsapi.Mandate{{Represented: "person_2", RepresentedName: "Eva Maes", State: accountsapi.MandateEnded}}}
	for path, want := range map[string]string{overPath: "Your mandate for Eva Maes has ended. You act", overPath + "?undone=1": "your last press was not carried out"} {
		b := open(t, f)
		b.caller.Person = "person_1"
		b.cookies[forCookie] = "person_2"
		b.leads(b.do("GET", path, nil), creatorHome)
		if _, there := b.cookies[forCookie]; there {
			t.Error("the wish to act for someone outlives the mandate")
		}
		b.shows(b.do("GET", "/mandates", nil), http.StatusOK, want)
	}
	b := open(t, f)
	b.caller.Person, b.caller.For, b.caller.Scopes = "person_1", "person_2", []string{"see"}
	b.cookies[forCookie] = "person_2"
	b.leads(b.do("GET", overPath, nil), "/")
	if b.cookies[forCookie] == "" {
		t.Error("a mandate that lives was put down")
	}
}

func TestActingForSomeoneLandsOnTheirDay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		m    accountsapi.Mandate
		want string
	}{
		"sells, see":           {accountsapi.Mandate{RepresentedSelling: true, Scopes: []string{"see"}}, "/today"},
		"sells, arrange":       {accountsapi.Mandate{RepresentedSelling: true, Scopes: []string{"arrange"}}, "/today"},
		"sells, comment":       {accountsapi.Mandate{RepresentedSelling: true, Scopes: []string{"comment"}}, "/documents"},
		"buys, see":            {accountsapi.Mandate{Scopes: []string{"see", "arrange"}}, "/library"},
		"buys, arrange":        {accountsapi.Mandate{Scopes: []string{"arrange"}}, "/documents"},
		"sells, pay":           {accountsapi.Mandate{RepresentedSelling: true, Scopes: []string{"pay"}}, "/mandates"},
		"sells, not accepted":  {accountsapi.Mandate{RepresentedSelling: true, Scopes: []string{"see"}, State: accountsapi.MandateInvited}, "/mandates"},
		"another's mandate":    {accountsapi.Mandate{RepresentedSelling: true, Scopes: []string{"see"}, Represented: "person_3"}, "/mandates"},
		"sells, all of a kind": {accountsapi.Mandate{RepresentedSelling: true, Scopes: []string{"see", "arrange", "comment", "pay", "approve"}}, "/today"},
	} {
		if c.m.State == "" {
			c.m.State = accountsapi.MandateActive
		}
		if c.m.Represented == "" {
			c.m.Represented = "person_2"
		}
		b := open(t, &fake{held: []accountsapi.Mandate{c.m}})
		b.caller.Person = "person_1"
		if got := b.do("POST", "/acting", url.Values{"for": {"person_2"}}).Header().Get("Location"); got != c.want {
			t.Errorf("%s: lands on %q, want %q", name, got, c.want)
		}
		if b.cookies[forCookie] != "person_2" {
			t.Errorf("%s: the wish is not kept", name)
		}
	}
}

func TestWhoStopsActingGoesBackOrHome(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]string{"": creatorHome, "/buy/@eva/rotas?currency=EUR": "/buy/@eva/rotas?currency=EUR", "//elsewhere.example": "/"} {
		b := open(t, &fake{me: accountsapi.Person{Selling: true}})
		b.caller.Person, b.caller.For, b.caller.Scopes = "person_1", "person_2", []string{"see"}
		b.cookies[forCookie] = "person_2"
		b.leads(b.do("POST", "/acting", url.Values{"next": {next}}), want)
		if _, there := b.cookies[forCookie]; there {
			t.Error("the wish to act for someone is still there")
		}
	}
	open(t, &fake{}).leads(open(t, &fake{}).do("POST", "/acting", url.Values{"for": {"person_2"}}), "/mandates") // which asks to sign in
}

func TestDevice(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0":                                      "Firefox · Linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1":     "Safari · iPhone",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537 (KHTML, like Gecko) Chrome/130 Safari/537 Edg/130": "Edge · Windows",
		"": "a browser · ?",
	} {
		if got := device(agent); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}

func (f *fake) APITokens(context.Context) (accountsapi.APITokens, error) {
	return accountsapi.APITokens{Data: f.tokens}, nil
}

func (f *fake) MakeAPIToken(_ context.Context, in accountsapi.MakeAPIToken) (accountsapi.MadeAPIToken, error) {
	if f.err != nil {
		return accountsapi.MadeAPIToken{}, f.err
	}
	f.tokens = append(f.tokens, accountsapi.APIToken{ID: "apitoken_1", Name: in.Name, Scopes: in.Scopes})
	return accountsapi.MadeAPIToken{Token: "wfp_secret"}, nil
}

func (f *fake) RevokeAPIToken(context.Context, string) error {
	f.tokens = nil
	return f.err
}

// A token is shown in the answer to the press alone, and no cache keeps it.
func TestATokenIsShownOnce(t *testing.T) {
	t.Parallel()
	f := &fake{me: accountsapi.Person{ID: "person_1"}}
	b := open(t, f)
	b.caller = identity.Caller{Person: "person_1"}
	w := b.do(http.MethodPost, tokensPath, url.Values{"name": {"export"}, "scopes": {"sales:read", "orders:read"}, "days": {"30"}})
	if w.Code != http.StatusCreated || !strings.Contains(w.Body.String(), "wfp_secret") || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %q", w.Code, w.Header().Get("Cache-Control"))
	}
	if len(f.tokens) != 1 || len(f.tokens[0].Scopes) != 2 {
		t.Fatalf("%+v", f.tokens)
	}
	if w := b.do(http.MethodGet, tokensPath, nil); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "wfp_secret") {
		t.Errorf("%d, or shown again", w.Code)
	}
	f.err = accountsapi.ErrTokensMany
	w = b.do(http.MethodPost, tokensPath, url.Values{"name": {"one more"}, "scopes": {"sales:read"}, "days": {"30"}})
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), `value="one more"`) {
		t.Errorf("%d, or what was typed is lost", w.Code)
	}
	f.err = nil
	if w := b.do(http.MethodPost, tokensPath, url.Values{"revoke": {"apitoken_1"}}); w.Code != http.StatusSeeOther || len(f.tokens) != 0 {
		t.Errorf("%d %+v", w.Code, f.tokens)
	}
}
