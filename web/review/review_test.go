package review

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/problem"
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

// fake is review as far as a reviewer's pages need it; a call that a test doesn't expect panics on the nil interface.
type fake struct {
	Desk
	entered, asked int
	decided        *reviewapi.Decide
	err            error
	protected      bool
	objection      string
}

func (f *fake) PeekLink(context.Context, string) (reviewapi.LinkInfo, error) {
	return reviewapi.LinkInfo{Author: "Ines", Employer: "Acme", State: reviewapi.LinkOpen}, nil
}

func (f *fake) Enter(context.Context, reviewapi.Enter) (reviewapi.Entered, error) {
	f.entered++
	return reviewapi.Entered{Secret: "secret", Expires: time.Now().Add(time.Hour)}, nil
}

func (f *fake) AskLink(_ context.Context, in reviewapi.AskLink) error {
	f.asked++
	if strings.HasSuffix(in.Mailbox, "@acme.example") {
		return nil
	}
	return problem.ErrNotFound
}

func (f *fake) Review(_ context.Context, secret string) (reviewapi.Review, error) {
	if secret != "secret" {
		return reviewapi.Review{}, problem.ErrNotFound
	}
	r := storyReview(reviewapi.StateInStage)
	if r.Protected, r.Objection = f.protected, f.objection; r.Objection != "" {
		r.Decisions = storyObjection()
	}
	return r, nil
}

func (f *fake) Decide(_ context.Context, _, _ string, _ int64, in reviewapi.Decide) (reviewapi.Review, error) {
	f.decided = &in
	return reviewapi.Review{}, f.err
}

// browser keeps cookies, as a phone does.
type browser struct {
	t       *testing.T
	handler http.Handler
	cookies map[string]*http.Cookie
}

func (b *browser) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	req := httptest.NewRequestWithContext(b.t.Context(), method, path, strings.NewReader(form.Encode()))
	req.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range b.cookies {
		if strings.HasPrefix(path, strings.TrimSuffix(c.Path, "/")) {
			req.AddCookie(c)
		}
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, req)
	for _, c := range w.Result().Cookies() {
		b.cookies[c.Name] = c
	}
	return w
}

func newBrowser(t *testing.T, f *fake) *browser { return browserOf(t, f) }

func browserOf(t *testing.T, f Desk) *browser {
	return &browser{t: t, handler: shell.New(shell.Config{Name: "web", Messages: i18n.Messages()}, Area(f, nil, nil, nil, "https://workfluence.example")), cookies: map[string]*http.Cookie{}}
}

// A56: nothing is used up by HEAD, GET, or a POST without our cookie; then one press, and one more with name, role and tick decides.
func TestCaseA56(t *testing.T) {
	t.Parallel()
	f := &fake{}
	scanner := newBrowser(t, f)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		if w := scanner.do(method, "/r/token", url.Values{"proof": {"guess"}}); w.Code >= 500 {
			t.Errorf("%s: %d", method, w.Code)
		}
		scanner.cookies = map[string]*http.Cookie{}
	}
	if f.entered != 0 || f.asked != 0 {
		t.Fatal("a scanner used the link")
	}
	phone := newBrowser(t, f)
	page := phone.do(http.MethodGet, "/r/token", nil).Body.String()
	if strings.Contains(page, "400 chairs") {
		t.Error("the link's page has a word of the post")
	}
	proof := phone.cookies[pressCookie].Value
	w := phone.do(http.MethodPost, "/r/token", url.Values{"proof": {proof}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/review" || f.entered != 1 {
		t.Fatalf("%d %s, entered %d", w.Code, w.Header().Get("Location"), f.entered)
	}
	if c := phone.cookies[sessionCookie]; c.Path != "/review" || !c.HttpOnly {
		t.Errorf("%+v", c)
	}
	if page := phone.do(http.MethodGet, "/review", nil).Body.String(); !strings.Contains(page, "400 chairs") {
		t.Error("the post is not there")
	}
	w = phone.do(http.MethodPost, "/review", url.Values{"kind": {"approve"}, "name": {"Hanna"}, "role": {"HR"}, "may_decide": {"yes"}, "version": {"3"}, "zone": {"Europe/Paris"}})
	if w.Code != http.StatusSeeOther || f.decided == nil || !f.decided.MayDecide || f.decided.Kind != reviewapi.Approve || f.decided.From != nil {
		t.Errorf("%d %+v", w.Code, f.decided)
	}
	// Without the session there is nothing to read.
	if w := newBrowser(t, f).do(http.MethodGet, "/review", nil); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "chairs") {
		t.Errorf("%d", w.Code)
	}
}

// A59 and A62 as forms: an outsider gets 404, and a time that comes twice is asked about.
func TestFormsOfAReviewer(t *testing.T) {
	t.Parallel()
	f := &fake{}
	b := newBrowser(t, f)
	b.do(http.MethodGet, "/r/token", nil)
	ask := url.Values{"proof": {b.cookies[pressCookie].Value}, "do": {"ask"}, "mailbox": {"press@globex.example"}}
	if w := b.do(http.MethodPost, "/r/token", ask); w.Code != http.StatusNotFound {
		t.Errorf("an outsider: %d", w.Code)
	}
	ask.Set("proof", b.cookies[pressCookie].Value)
	ask.Set("mailbox", "legal@acme.example")
	if w := b.do(http.MethodPost, "/r/token", ask); w.Code != http.StatusSeeOther {
		t.Errorf("a colleague: %d", w.Code)
	}
	b.do(http.MethodPost, "/r/token", url.Values{"proof": {b.cookies[pressCookie].Value}})
	form := url.Values{"kind": {"approve"}, "name": {"Hanna"}, "role": {"HR"}, "may_decide": {"yes"}, "zone": {"America/New_York"}, "from": {"2026-11-01T01:30"}}
	w := b.do(http.MethodPost, "/review", form)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "UTC-05:00") || f.decided != nil {
		t.Fatalf("%d %+v", w.Code, f.decided)
	}
	form.Set("from_offset", "-05:00")
	if w = b.do(http.MethodPost, "/review", form); w.Code != http.StatusSeeOther || f.decided.From == nil || !f.decided.From.Equal(time.Date(2026, 11, 1, 6, 30, 0, 0, time.UTC)) {
		t.Errorf("%d %+v", w.Code, f.decided)
	}
}

func TestMomentsOfAZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, zone, chosen, fault, want string }{
		{"", "", "", "", ""},
		{"2026-12-01T09:00", "Europe/Paris", "", "", "2026-12-01T08:00:00Z"},
		{"2026-11-01T01:30", "America/New_York", "", "twice", ""},
		{"2026-11-01T01:30", "America/New_York", "-04:00", "", "2026-11-01T05:30:00Z"},
		{"2027-03-14T02:30", "America/New_York", "", "skipped", ""},
		{"2026-12-01T09:00", "Mars/Base", "", "zone", ""},
		{"tomorrow", "UTC", "", "unreadable", ""},
	} {
		m := newMoment(c.text, c.chosen, c.zone)
		got := ""
		if at := m.instant(); at != nil {
			got = at.Format(time.RFC3339)
		}
		if m.fault() != c.fault || got != c.want {
			t.Errorf("%+v: %q %q", c, m.fault(), got)
		}
	}
}

// A44, the page's half: the reviewer is told above the decision, what refusing takes stands in the form and goes with a refusal alone, and
// who has objected is told how a second person comes to it.
func TestCaseA44(t *testing.T) {
	t.Parallel()
	f := &fake{protected: true, err: reviewapi.ErrProtectedReject.WithField("/basis", "required", "is required")}
	b := newBrowser(t, f)
	b.do(http.MethodGet, "/r/token", nil)
	b.do(http.MethodPost, "/r/token", url.Values{"proof": {b.cookies[pressCookie].Value}})
	page := b.do(http.MethodGet, "/review", nil).Body.String()
	notice, decision := strings.Index(page, "protected by law"), strings.Index(page, "Your decision")
	if notice < 0 || notice > decision || !strings.Contains(page, `name="basis"`) || strings.Contains(page, "<mark") {
		t.Error("the notice does not stand above the decision, or says more than it may")
	}
	form := url.Values{"kind": {"reject"}, "name": {"Hanna"}, "role": {"HR"}, "may_decide": {"yes"}, "version": {"3"}, "zone": {"Europe/Paris"}, "reason": {"No."}, "legal": {"yes"}}
	w := b.do(http.MethodPost, "/review", form)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#basis"`) || !f.decided.Legal || f.decided.Basis != "" {
		t.Errorf("a plain refusal: %d %+v", w.Code, f.decided)
	}
	f.err = nil
	form.Set("basis", " A court order. ")
	if w := b.do(http.MethodPost, "/review", form); w.Code != http.StatusSeeOther || f.decided.Basis != "A court order." {
		t.Errorf("%d %+v", w.Code, f.decided)
	}
	form.Set("kind", "approve")
	if w := b.do(http.MethodPost, "/review", form); w.Code != http.StatusSeeOther || f.decided.Basis != "" || f.decided.Legal {
		t.Errorf("an approval takes the basis along: %d %+v", w.Code, f.decided)
	}
	f.objection = reviewapi.ObjectionOwn
	page = b.do(http.MethodGet, "/review", nil).Body.String()
	if !strings.Contains(page, "a link of their own") || strings.Contains(page, `value="reject"`) || !strings.Contains(page, `value="approve"`) {
		t.Error("who objected is not told how it goes on")
	}
	f.objection = reviewapi.ObjectionOther
	page = b.do(http.MethodGet, "/review", nil).Body.String()
	if !strings.Contains(page, "you would be the second person") || !strings.Contains(page, "The settlement of 3 May") || !strings.Contains(page, `value="reject"`) {
		t.Error("the second person does not read what the first one said")
	}
	f.err = reviewapi.ErrProtectedSecond
	form.Set("kind", "reject")
	if w := b.do(http.MethodPost, "/review", form); w.Code != http.StatusSeeOther {
		t.Errorf("the same person again: %d", w.Code)
	}
	if page = b.do(http.MethodGet, "/review", nil).Body.String(); !strings.Contains(page, "Another person, who decides for legal") {
		t.Error("the same person is not told why")
	}
}
