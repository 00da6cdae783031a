package learn

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
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

// shelf holds one course for whoever has the secret.
type shelf struct {
	Shelf
	access string
	last   bool
}

func (s *shelf) Course(_ context.Context, id, token string) (storefrontapi.Course, error) {
	if id != "ent_1" || token != "secret" {
		return storefrontapi.Course{}, problem.ErrNotFound
	}
	return storefrontapi.Course{EntitlementID: id, OrderID: "order_1", Title: "Rotas", Access: s.access, Lessons: 2}, nil
}

func (s *shelf) ReadLesson(_ context.Context, id, lesson, token string) (storefrontapi.LessonView, error) {
	switch {
	case token != "secret":
		return storefrontapi.LessonView{}, problem.ErrNotFound
	case s.access == storefrontapi.AccessPaused:
		return storefrontapi.LessonView{}, storefrontapi.ErrAccessPaused
	case s.access == storefrontapi.AccessClosed:
		return storefrontapi.LessonView{}, storefrontapi.ErrAccessClosed
	}
	return storefrontapi.LessonView{ID: lesson, Title: "The freeze hour", HTML: "<p>Nothing changes.</p>", Position: 1, Lessons: 2}, nil
}

func (s *shelf) SetDone(_ context.Context, _, lesson, _ string, done bool) (storefrontapi.Progress, error) {
	p := storefrontapi.Progress{LessonID: lesson, Done: done, Lessons: 2, AllDone: 1, NextID: "lesson_2"}
	if s.last {
		p.AllDone = 2
	}
	return p, nil
}

func visit(s *shelf, method, path, cookie string, form url.Values) *httptest.ResponseRecorder {
	h := shell.New(shell.Config{Name: "web", Messages: i18n.Messages()}, Area(s, "wf_order"))
	req := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Cookie", "wf_order="+cookie)
	res := httptest.NewRecorder()
	h.ServeHTTP(res, req)
	return res
}

func TestAGuestReads(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path, cookie, access string
		status               int
		holds                string
	}{
		{"/learn/ent_1", "secret", "open", 200, "Rotas"},
		{"/learn/ent_1/lessons/lesson_1", "secret", "open", 200, "Nothing changes."},
		{"/learn/ent_1", "wrong", "open", 404, "can’t open this for you"},
		{"/learn/ent_1/lessons/lesson_1", "", "open", 404, "can’t open this for you"},
		{"/learn/ent_1/lessons/lesson_1", "secret", "paused", 403, "This is paused"},
		{"/learn/ent_1/lessons/lesson_1", "secret", "closed", 403, "You have your money back"},
	} {
		res := visit(&shelf{access: c.access}, http.MethodGet, c.path, c.cookie, nil)
		if res.Code != c.status || !strings.Contains(res.Body.String(), c.holds) {
			t.Errorf("%s as %q, %s: %d, want %d with %q", c.path, c.cookie, c.access, res.Code, c.status, c.holds)
		}
	}
}

func TestDoneGoesOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		done string
		last bool
		to   string
	}{
		{"yes", false, "/learn/ent_1/lessons/lesson_2"}, {"yes", true, "/learn/ent_1"}, {"no", false, "/learn/ent_1/lessons/lesson_1"},
	} {
		res := visit(&shelf{access: "open", last: c.last}, http.MethodPost, "/learn/ent_1/lessons/lesson_1/done", "secret", url.Values{"done": {c.done}})
		if res.Code != http.StatusSeeOther || res.Header().Get("Location") != c.to {
			t.Errorf("%+v: %d to %s", c, res.Code, res.Header().Get("Location"))
		}
	}
}
