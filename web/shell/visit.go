package shell

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"sync"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/locale"
)

// Visit is one request for one page.
type Visit struct {
	L      locale.L
	Page   Page // the handler fills its title
	Caller identity.Caller

	shell *Shell
	gin   *gin.Context
	flash string // to be shown by the page that See leads to
	about []string
}

func (s *Shell) visit(c *gin.Context, rt Route) *Visit {
	r := c.Request
	caller := identity.From(r.Context())
	tag := language(r, caller)
	if asked(r) == string(tag) && cookie(r, languageCookie) != string(tag) {
		s.setCookie(c.Writer, languageCookie, string(tag), yearSeconds)
	}
	v := &Visit{L: s.cfg.Messages.For(string(tag)), Caller: caller, shell: s, gin: c}
	v.Page = Page{Role: rt.Role, Section: rt.Section, Theme: theme(r), path: r.URL, sections: s.sectionsOf(caller)}
	if s.cfg.Dev {
		v.Page.dev = s.cfg.DevLinks
	}
	v.meet(r)
	v.Page.L = v.L
	v.Page.Flash = s.takeFlash(c.Writer, r, v.L)
	return v
}

// meet looks up who is signed in, for the masthead, and settles the role.
func (v *Visit) meet(r *http.Request) {
	if v.Caller.Anonymous() || v.shell.cfg.People == nil {
		return
	}
	person, err := v.shell.cfg.People(r.Context(), v.Caller)
	if err != nil {
		v.shell.cfg.Log.WarnContext(r.Context(), "the masthead goes without a name", "error", err)
		return
	}
	v.Page.Person = &person
	v.L = v.L.In(person.Zone)
	last := Role(cookie(r, roleCookie))
	switch {
	case v.Page.Role != "" && v.Page.Role != last:
		v.shell.setCookie(v.gin.Writer, roleCookie, string(v.Page.Role), yearSeconds)
	case v.Page.Role == "" && slices.Contains(person.Roles, last):
		v.Page.Role = last
	case v.Page.Role == "" && len(person.Roles) > 0:
		v.Page.Role = person.Roles[0]
	}
}

// Acting is the name of the person whom the visitor acts for under a mandate, "…" where it isn't known, and "" for who
// acts for themselves.
func (v *Visit) Acting() string {
	switch {
	case v.Caller.For == "":
		return ""
	case v.Page.Person == nil || v.Page.Person.ActingFor == "":
		return "…"
	}
	return v.Page.Person.ActingFor
}

// Context is the request's, with the caller in it: what every call to a service gets.
func (v *Visit) Context() context.Context { return v.gin.Request.Context() }

// Request is the request itself, for what this type has no method for.
func (v *Visit) Request() *http.Request { return v.gin.Request }

// Writer is for answers that are no page: a file, a stream of progress.
func (v *Visit) Writer() http.ResponseWriter { return v.gin.Writer }

// Param is a part of the path.
func (v *Visit) Param(name string) string { return v.gin.Param(name) }

// Query is a value of the address.
func (v *Visit) Query(name string) string { return v.gin.Query(name) }

// Form is a value of a posted form.
func (v *Visit) Form(name string) string { return v.gin.PostForm(name) }

// Forms are all values of a name in a posted form.
func (v *Visit) Forms(name string) []string { return v.gin.PostFormArray(name) }

// Part says whether htmx asks for the element of this id alone.
func (v *Visit) Part(id string) bool { return v.htmx() && v.gin.GetHeader("HX-Target") == id }

func (v *Visit) htmx() bool {
	return v.gin.GetHeader("HX-Request") == "true" && v.gin.GetHeader("HX-History-Restore-Request") == ""
}

// Show answers 200 with the page, or for htmx with its main part.
func (v *Visit) Show(body templ.Component) error { return v.ShowStatus(http.StatusOK, body) }

// ShowStatus is [Visit.Show] with another status: 422 for a form that comes back.
func (v *Visit) ShowStatus(status int, body templ.Component) error {
	whole := Layout(v.Page, body)
	if v.htmx() {
		whole = Fragment(v.Page, body)
	}
	return v.write(status, whole)
}

// ShowPart answers htmx with one element, see [Visit.Part].
func (v *Visit) ShowPart(part templ.Component) error { return v.write(http.StatusOK, part) }

// Flash says on the next page what has just been done: a message and its placeholders, as in locale.L.T.
func (v *Visit) Flash(id string, data ...string) { v.flash = encodeFlash(id, data) }

// See leads to another page after a form was posted (303). For htmx the browser goes there as a whole.
func (v *Visit) See(path string) error {
	if v.flash != "" {
		v.shell.setCookie(v.gin.Writer, flashCookie, v.flash, flashSeconds)
	}
	if v.shell.cfg.Acted != nil && !v.Caller.Anonymous() {
		v.shell.cfg.Acted(v.Caller)
	}
	v.gin.Header("Cache-Control", "no-store")
	if v.htmx() {
		v.gin.Header("HX-Redirect", path)
		v.gin.Status(http.StatusNoContent)
		v.gin.Writer.WriteHeaderNow()
		return nil
	}
	v.gin.Header("Location", path)
	v.gin.Status(http.StatusSeeOther)
	v.gin.Writer.WriteHeaderNow()
	return nil
}

// SetCookie hands a cookie to the browser: the session of someone who has just signed in.
func (v *Visit) SetCookie(c *http.Cookie) {
	c.Secure = v.shell.secure
	http.SetCookie(v.gin.Writer, c)
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// write renders into memory first, so that an error still becomes a problem page.
func (v *Visit) write(status int, body templ.Component) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := body.Render(v.Context(), buf); err != nil {
		return err
	}
	v.headers()
	v.gin.Header("Cache-Control", "private, no-cache")
	if v.Page.Once {
		v.gin.Header("Cache-Control", "no-store")
	}
	send(v.gin.Writer, v.gin.Request, status, buf.Bytes(), nil)
	return nil
}

// headers are those of every page.
func (v *Visit) headers() {
	h := v.gin.Writer.Header()
	for _, same := range v.shell.headers {
		h[same.name] = same.value
	}
	h.Set("Content-Language", v.L.BCP47())
	h.Add("Vary", "Cookie, Accept-Language, HX-Request")
}

// ShowWhole answers with a component that is a whole page already: a story, a page for print.
func (v *Visit) ShowWhole(status int, page templ.Component) error { return v.write(status, page) }

// KeepLanguage makes a language the visitor's from the next page on.
func (v *Visit) KeepLanguage(code string) {
	if t, ok := locale.Parse(code); ok {
		v.shell.setCookie(v.gin.Writer, languageCookie, string(t), yearSeconds)
	}
}
