package learn

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// Shelf is what these pages ask of storefront.
type Shelf interface {
	Library(ctx context.Context, cursor string) (storefrontapi.Library, error)
	ClaimAll(ctx context.Context) (storefrontapi.Claimed, error)
	Course(ctx context.Context, entitlementID, token string) (storefrontapi.Course, error)
	ReadLesson(ctx context.Context, entitlementID, lessonID, token string) (storefrontapi.LessonView, error)
	SetDone(ctx context.Context, entitlementID, lessonID, token string, done bool) (storefrontapi.Progress, error)
}

type pages struct {
	shelf  Shelf
	secret string // name of the cookie with a guest's secret
}

// Area registers the pages. secretCookie is where the pages of a purchase keep a guest's secret.
func Area(shelf Shelf, secretCookie string) shell.Area {
	h := &pages{shelf: shelf, secret: secretCookie}
	return shell.Area{
		Name:     "learn",
		Sections: []shell.Section{{Role: shell.Buyer, ID: "library", Path: "/library", Order: 10}},
		Register: func(s *shell.Shell) {
			everyone := rest.Any(rest.Public)
			library := shell.Route{Summary: "What a person has.", Access: rest.Any(rest.Person, rest.Mandate("see")), Role: shell.Buyer, Section: "library"}
			s.Page("GET /library", library, h.library)
			s.Page("POST /library/claims", shell.Route{
				Summary: "Add what was bought with a person's address before they signed up.", Access: rest.Any(rest.Person), Role: shell.Buyer, Section: "library",
			}, h.claimAll)
			s.Page("GET /learn/:entitlement", shell.Route{Summary: "A course with the reader's progress.", Access: everyone, Section: "library"}, h.course)
			s.Page("GET /learn/:entitlement/lessons/:lesson", shell.Route{Summary: "A lesson to read.", Access: everyone, Section: "library"}, h.lesson)
			s.Page("POST /learn/:entitlement/lessons/:lesson/done", shell.Route{Summary: "Mark a lesson as done, or not.", Access: everyone, Section: "library"}, h.done)
		},
	}
}

// token is a guest's secret, "" for none.
func (h *pages) token(v *shell.Visit) string {
	c, err := v.Request().Cookie(h.secret)
	if err != nil {
		return ""
	}
	return c.Value
}

func coursePath(entitlementID string) string { return "/learn/" + url.PathEscape(entitlementID) }

func lessonPath(entitlementID, lessonID string) string {
	return coursePath(entitlementID) + "/lessons/" + url.PathEscape(lessonID)
}

func orderPath(orderID string) string { return "/orders/" + url.PathEscape(orderID) }

func (h *pages) library(v *shell.Visit) error {
	list, err := h.shelf.Library(v.Context(), v.Query("cursor"))
	if err != nil {
		return err
	}
	more := ""
	if list.Next != "" {
		more = "/library?cursor=" + url.QueryEscape(list.Next)
	}
	v.Page.Title = v.L.T("learn.library.title")
	return v.Show(library(v.L, list, more, v.Acting()))
}

func (h *pages) claimAll(v *shell.Visit) error {
	if _, err := h.shelf.ClaimAll(v.Context()); err != nil {
		return err
	}
	v.Flash("learn.library.claimed")
	return v.See("/library")
}

func (h *pages) course(v *shell.Visit) error {
	c, err := h.shelf.Course(v.Context(), v.Param("entitlement"), h.token(v))
	if err != nil {
		return unknown(v, err)
	}
	v.Page.Title, v.Page.NoIndex = c.Title, true
	if c.Access != storefrontapi.AccessOpen {
		return v.ShowStatus(http.StatusForbidden, shut(v.L, c))
	}
	return v.Show(course(v.L, c, v.Caller.Anonymous()))
}

func (h *pages) lesson(v *shell.Visit) error {
	token := h.token(v)
	lesson, err := h.shelf.ReadLesson(v.Context(), v.Param("entitlement"), v.Param("lesson"), token)
	if errors.Is(err, storefrontapi.ErrAccessClosed) || errors.Is(err, storefrontapi.ErrAccessPaused) {
		return h.course(v) // which says why
	}
	if err != nil {
		return unknown(v, err)
	}
	c, err := h.shelf.Course(v.Context(), v.Param("entitlement"), token)
	if err != nil {
		return unknown(v, err)
	}
	v.Page.Title, v.Page.NoIndex = lesson.Title, true
	return v.Show(player(v.L, c, lesson, v.Acting()))
}

// doneButton is what the button says that marks a lesson.
func doneButton(l locale.L, lesson storefrontapi.LessonView) string {
	switch {
	case lesson.Done:
		return l.T("learn.undo")
	case lesson.NextID != "":
		return l.T("learn.done_next")
	}
	return l.T("learn.done_last")
}

// done marks the lesson and goes on: to the next lesson, after the last one to the course.
func (h *pages) done(v *shell.Visit) error {
	entitlement, lesson, done := v.Param("entitlement"), v.Param("lesson"), v.Form("done") != "no"
	p, err := h.shelf.SetDone(v.Context(), entitlement, lesson, h.token(v), done)
	switch {
	case errors.Is(err, storefrontapi.ErrAccessClosed), errors.Is(err, storefrontapi.ErrAccessPaused):
		return v.See(coursePath(entitlement))
	case err != nil:
		return unknown(v, err)
	case !done:
		return v.See(lessonPath(entitlement, lesson))
	case p.AllDone == p.Lessons || p.NextID == "":
		return v.See(coursePath(entitlement))
	}
	return v.See(lessonPath(entitlement, p.NextID))
}

// unknown answers whoever can't show that a course is theirs, without telling whether there is one.
func unknown(v *shell.Visit, err error) error {
	if !errors.Is(err, problem.ErrNotFound) {
		return err
	}
	actions := []ui.Action{{Label: v.L.T("learn.library.title"), Href: "/library"}}
	if v.Caller.Anonymous() {
		actions = []ui.Action{{Label: v.L.T("learn.unknown.sign_in"), Href: "/sign-in?next=" + url.QueryEscape(v.Request().URL.Path)}}
	}
	v.Page.Title, v.Page.NoIndex = v.L.T("learn.unknown.title"), true
	return v.ShowStatus(http.StatusNotFound, notHere(v.L, actions))
}
