package organisations

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
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

// fake is accounts and review as far as a test needs them; another call panics on the nil interface.
type fake struct {
	Accounts
	Work
	keeping
	me       accountsapi.Person
	accepted int
	left     []reviewapi.Leave
	checked  error
}

func (f *fake) Me(context.Context) (accountsapi.Person, error) { return f.me, nil }

func (f *fake) PeekInvitation(context.Context, string) (accountsapi.InvitationInfo, error) {
	return accountsapi.InvitationInfo{Organisation: "Acme", From: "Ines", Mailbox: "leo@acme.example", Roles: []string{"hr_reviewer"}, State: accountsapi.InvitationOpen}, nil
}

func (f *fake) AcceptInvitation(context.Context, accountsapi.AcceptInvitation) (accountsapi.Organisation, error) {
	f.accepted++
	return accountsapi.Organisation{ID: "org_1", Name: "Acme"}, nil
}

func (f *fake) Organisation(context.Context, string) (accountsapi.Organisation, error) {
	return accountsapi.Organisation{ID: "org_1", Kind: "employer", Name: "Acme", Mine: []string{"owner"}, Domains: []accountsapi.OrganisationHost{
		{ID: "domain_1", Domain: "acme.example", State: accountsapi.ClaimPending, RecordName: "_workfluence.acme.example", RecordValue: "workfluence-domain=abc"},
	}}, nil
}

func (f *fake) CheckDomain(context.Context, string, string) (accountsapi.OrganisationHost, error) {
	return accountsapi.OrganisationHost{}, f.checked
}

func (f *fake) Employments(context.Context) (reviewapi.Employments, error) {
	return reviewapi.Employments{Items: []reviewapi.Employment{{ID: "employment_1", Employer: "Acme", Domain: "acme.example", Current: true, Version: 3}}}, nil
}

func (f *fake) Leave(_ context.Context, _ string, _ int64, in reviewapi.Leave) (reviewapi.Employment, error) {
	f.left = append(f.left, in)
	return reviewapi.Employment{}, nil
}

// keeping is Policies under another name: an embedded interface and its method of the same name hide each other.
type keeping interface{ Policies }

type browser struct {
	t       *testing.T
	site    http.Handler
	person  string
	cookies []*http.Cookie
}

func open(t *testing.T, f *fake, person string) *browser {
	t.Helper()
	return &browser{t: t, person: person, site: shell.New(shell.Config{Name: "web", Messages: i18n.Messages()}, Area(f, f, f))}
}

func (b *browser) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	b.site.ServeHTTP(rec, r.WithContext(identity.With(r.Context(), identity.Caller{Person: b.person, Verified: b.person != ""})))
	b.cookies = append(b.cookies, rec.Result().Cookies()...)
	return rec
}

// Nothing that a mail scanner does accepts an invitation: not GET, not HEAD, not a POST without the page's cookie.
func TestOnlyAPressInThisBrowserAcceptsAnInvitation(t *testing.T) {
	t.Parallel()
	f := &fake{}
	b := open(t, f, "person_leo")
	path := accountsapi.InvitationPath + "token"
	for range 2 {
		b.do("GET", path, nil)
		b.do("HEAD", path, nil)
	}
	stranger := open(t, f, "person_leo")
	if rec := stranger.do("POST", path, url.Values{"proof": {"guess"}}); rec.Code != http.StatusOK || f.accepted != 0 {
		t.Fatalf("a scripted POST accepted: %d", rec.Code)
	}
	page := b.do("GET", path, nil).Body.String()
	_, rest, _ := strings.Cut(page, `name="proof" value="`)
	proof, _, _ := strings.Cut(rest, `"`)
	b.person = ""
	if b.do("POST", path, url.Values{"proof": {proof}}); f.accepted != 0 {
		t.Fatal("nobody accepted")
	}
	b.person = "person_leo"
	page = b.do("GET", path, nil).Body.String()
	_, rest, _ = strings.Cut(page, `name="proof" value="`)
	proof, _, _ = strings.Cut(rest, `"`)
	b.cookies = b.cookies[len(b.cookies)-1:]
	if rec := b.do("POST", path, url.Values{"proof": {proof}}); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/organisations/org_1" || f.accepted != 1 {
		t.Fatalf("%d %s, accepted %d times", rec.Code, rec.Header().Get("Location"), f.accepted)
	}
}

func TestARecordThatIsNotThereYetIsSaidOnThePage(t *testing.T) {
	t.Parallel()
	f := &fake{checked: accountsapi.ErrDomainUnproved}
	rec := open(t, f, "person_ines").do("POST", "/organisations/org_1", url.Values{"do": {"check"}, "claim": {"domain_1"}})
	if body := rec.Body.String(); rec.Code != http.StatusConflict || !strings.Contains(body, "The record is not there yet") || !strings.Contains(body, "workfluence-domain=abc") {
		t.Fatalf("%d\n%s", rec.Code, body)
	}
	if rec := open(t, f, "person_ines").do("POST", "/organisations/org_1", url.Values{"do": {"nonsense"}}); rec.Code != http.StatusBadRequest {
		t.Fatalf("%d", rec.Code)
	}
}

// Who answered that they work for nobody reads no word about employers.
func TestWhoWorksForNobodyIsLedAway(t *testing.T) {
	t.Parallel()
	f := &fake{me: accountsapi.Person{WorksFor: accountsapi.WorksNo}}
	if rec := open(t, f, "person_ines").do("GET", "/employments", nil); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/settings" {
		t.Fatalf("%d %s", rec.Code, rec.Header().Get("Location"))
	}
	f.me.WorksFor = accountsapi.WorksYes
	if rec := open(t, f, "person_ines").do("GET", "/employments", nil); rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "Acme") {
		t.Fatalf("%d", rec.Code)
	}
}

func TestLeavingIsNowOrAtATime(t *testing.T) {
	t.Parallel()
	f := &fake{}
	b := open(t, f, "person_ines")
	if rec := b.do("POST", "/employments/employment_1", url.Values{"do": {"leave"}, "zone": {"Europe/Brussels"}}); rec.Code != http.StatusUnprocessableEntity || len(f.left) != 0 {
		t.Fatalf("without a time: %d, %v", rec.Code, f.left)
	}
	b.do("POST", "/employments/employment_1", url.Values{"do": {"leave"}, "at": {"2027-06-30T17:00"}, "zone": {"Europe/Brussels"}})
	b.do("POST", "/employments/employment_1", url.Values{"do": {"now"}})
	if len(f.left) != 2 || f.left[0].At != "2027-06-30T17:00" || f.left[1].At != "" {
		t.Fatalf("%v", f.left)
	}
}
