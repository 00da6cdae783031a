package review

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
)

// signer is review and accounts as far as a member's pages of permissions need them.
type signer struct {
	Desk
	granted *reviewapi.GrantStanding
	quiet   *reviewapi.SetQuiet
	err     error
}

func (s *signer) GrantStanding(_ context.Context, _, _ string, in reviewapi.GrantStanding) (reviewapi.Standing, error) {
	s.granted = &in
	return storyStanding(reviewapi.StandingOpen), s.err
}

func (s *signer) SetQuiet(_ context.Context, _, _ string, in reviewapi.SetQuiet) (reviewapi.Quiet, error) {
	s.quiet = &in
	return reviewapi.Quiet{}, s.err
}

func (s *signer) QuietList(context.Context, string) (reviewapi.QuietList, error) {
	return reviewapi.QuietList{}, nil
}

func (s *signer) Me(context.Context) (accountsapi.Person, error) {
	return accountsapi.Person{Name: "Hanna Roth", Zone: "America/New_York"}, nil
}

func (s *signer) Organisations(context.Context) (accountsapi.Organisations, error) {
	return accountsapi.Organisations{Data: []accountsapi.Organisation{storyOrganisation}}, nil
}

// postForm runs a form through the handler, as a page of the shell does.
func postForm(t *testing.T, s *signer, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	b := &browser{t: t, cookies: map[string]*http.Cookie{}}
	site := shell.New(shell.Config{Name: "web", Messages: i18n.Messages()}, Area(s, nil, nil, s, "https://workfluence.example"))
	b.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site.ServeHTTP(w, r.WithContext(identity.With(r.Context(), identity.Caller{Person: "person_hanna", Verified: true})))
	})
	return b.do(http.MethodPost, path, form)
}

// What a member types is what is signed: topics by line, both instants in their zone, every tick; a time that comes twice is asked about.
func TestAPermissionIsSignedAsItIsTyped(t *testing.T) {
	t.Parallel()
	s := &signer{}
	form := url.Values{
		"topics": {"Career advice\r\n\r\n  Interviews \r\n"}, "channels": {"linkedin", "newsletter"}, "kinds": {"LAYOFF"}, "a_week": {"3"}, "sample": {"20"}, "zone": {"America/New_York"},
		"until": {"2026-11-01T01:30"}, "name": {"Hanna Roth"}, "role": {accountsapi.RoleHRReviewer}, "may_decide": {"yes"}, "media": {"yes"},
	}
	w := postForm(t, s, "/desk/org_1/permissions/new", form)
	if w.Code != http.StatusUnprocessableEntity || s.granted != nil || !strings.Contains(w.Body.String(), "UTC-05:00") {
		t.Fatalf("a time that comes twice: %d %+v", w.Code, s.granted)
	}
	form.Set("until_offset", "-05:00")
	w = postForm(t, s, "/desk/org_1/permissions/new", form)
	g := s.granted
	if w.Code != http.StatusSeeOther || g == nil || strings.Join(g.Topics, "|") != "Career advice|Interviews" || len(g.Channels) != 2 || len(g.Kinds) != 1 || !g.Media || !g.Everybody ||
		g.AWeek != 3 || g.Sample != 20 || g.From != nil || !g.Until.Equal(time.Date(2026, 11, 1, 6, 30, 0, 0, time.UTC)) || !g.MayDecide {
		t.Fatalf("%d %+v", w.Code, g)
	}
	s.err = problem.ErrInvalid.WithField("/topics/0", "required", "is required").WithField("/a_week", "max", "at most 50")
	w = postForm(t, s, "/desk/org_1/permissions/new", form)
	if body := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#topics"`) || !strings.Contains(body, `value="2026-11-01T01:30"`) {
		t.Errorf("%d: the form forgets, or names no field", w.Code)
	}
	s.granted, s.err = nil, nil
	form.Del("until")
	if w = postForm(t, s, "/desk/org_1/permissions/new", form); w.Code != http.StatusUnprocessableEntity || s.granted != nil {
		t.Errorf("without an end: %d", w.Code)
	}
	if w = postForm(t, s, "/desk/org_2/permissions/new", form); w.Code != http.StatusNotFound {
		t.Errorf("for an organisation that she reviews nothing for: %d", w.Code)
	}
	if w = postForm(t, s, "/desk/org_1/quiet", url.Values{"until": {"2027-04-01T00:00"}, "zone": {"America/New_York"}, "why": {" Results "}}); w.Code != http.StatusSeeOther || s.quiet.Why != "Results" {
		t.Errorf("%d %+v", w.Code, s.quiet)
	}
}

// A permission and a topic travel in one value, and nothing else counts as one.
func TestWhatADraftGoesThroughUnder(t *testing.T) {
	t.Parallel()
	options := topicOptions(i18n.Messages().For("en"), []reviewapi.Offer{{Standing: storyStanding(reviewapi.StandingOpen)}})
	if len(options) != 2 || options[0].Value != "standing_1 Career advice" {
		t.Fatalf("%+v", options)
	}
	if got := openNow([]reviewapi.Offer{{Reason: reviewapi.WaitsFull}, {}}); len(got) != 1 {
		t.Errorf("%+v", got)
	}
}
