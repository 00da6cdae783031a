package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/obs"
	"github.com/workfluence/workfluence/internal/problem"
)

// problemHeader tells web which problem to show as a page.
const problemHeader = "Workfluence-Problem"

// slow is when a request is logged for its time alone.
const slow = time.Second

// edge is what the middleware shares.
type edge struct {
	cfg       Config
	log       *slog.Logger
	clock     clock.Clock
	sessions  *sessions
	limits    *limits
	transport *call.Transport
	metrics   *metrics
	proxies   []netip.Prefix
	origins   *http.CrossOriginProtection
	secure    bool // the public URL is https
}

// engine is the edge's gin engine: the chain, then one route for everything.
func (e *edge) engine(to gin.HandlerFunc) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	g := gin.New()
	g.ContextWithFallback = true
	g.Use(
		e.requestID,
		e.rescue,
		e.observe,
		e.secureHeaders,
		e.readable,
		e.capBody,
		e.crossOrigin,
		e.authenticate,
		e.limit,
	)
	g.Any("/*path", to)
	return g
}

func (e *edge) fail(c *gin.Context, err error) {
	p := problem.From(err).WithTrace(c.Writer.Header().Get("X-Request-Id"))
	obs.Failed(c.Request.Context(), e.log, p, err)
	if p.RetryAfter > 0 {
		c.Header("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	c.Abort()
	if wantsPage(c.Request) {
		e.page(c, p)
		return
	}
	c.Data(p.Status(), problem.ContentType, problem.Render(p))
}

// wantsPage says that a person looks at the answer in a browser.
func wantsPage(r *http.Request) bool {
	return !strings.HasPrefix(r.URL.Path, "/api/") && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// page lets web say it in the person's language. If web can't, the problem
// document is still true.
func (e *edge) page(c *gin.Context, p *problem.Error) {
	req := c.Request.Clone(c.Request.Context())
	req.Method, req.Body, req.ContentLength = http.MethodGet, http.NoBody, 0
	req.URL.Path, req.URL.RawQuery = "/problem/"+p.Code, ""
	req.Header.Set(problemHeader, string(problem.Render(p)))
	if err := e.transport.Forward(c.Writer, req, "web"); err != nil && !c.Writer.Written() {
		c.Data(p.Status(), problem.ContentType, problem.Render(p))
	}
}

func (e *edge) requestID(c *gin.Context) {
	id := strconv.FormatUint(rand.Uint64(), 36) + strconv.FormatUint(rand.Uint64(), 36)
	c.Request.Header.Set("X-Request-Id", id)
	c.Header("X-Request-Id", id)
}

func (e *edge) rescue(c *gin.Context) {
	defer func() {
		fault := recover()
		if fault == nil {
			return
		}
		if fault == http.ErrAbortHandler { //nolint:errorlint // recover gives the value itself
			panic(fault)
		}
		e.log.ErrorContext(c.Request.Context(), "panic", "fault", fmt.Sprint(fault), "stack", string(debug.Stack()))
		if !c.Writer.Written() {
			e.fail(c, problem.ErrInternal)
		}
	}()
	c.Next()
}

func (e *edge) observe(c *gin.Context) {
	passed := clock.Stopwatch()
	c.Next()
	took, status := passed(), c.Writer.Status()
	e.metrics.observe(c.GetString(targetKey), status, took)
	if e.cfg.AccessLog == "all" || status >= 500 || took > slow {
		e.log.InfoContext(c.Request.Context(), "request", "id", c.Writer.Header().Get("X-Request-Id"), "method", c.Request.Method,
			"target", c.GetString(targetKey), "status", status, "ms", took.Milliseconds(), "bytes", c.Writer.Size())
	}
}

func (e *edge) secureHeaders(c *gin.Context) {
	h := c.Writer.Header()
	h["X-Content-Type-Options"] = nosniff
	h["X-Frame-Options"] = deny
	h["Referrer-Policy"] = referrer
	h["Cross-Origin-Opener-Policy"] = sameOrigin
	if e.secure {
		h["Strict-Transport-Security"] = hsts
	}
}

// The values are shared and never changed: a header costs no allocation.
var (
	nosniff    = []string{"nosniff"}
	deny       = []string{"DENY"}
	referrer   = []string{"strict-origin-when-cross-origin"}
	sameOrigin = []string{"same-origin"}
	hsts       = []string{"max-age=31536000; includeSubDomains"}
)

func (e *edge) capBody(c *gin.Context) {
	if c.Request.Body == nil || c.Request.Body == http.NoBody {
		return
	}
	most := bodyCap(c.Request.URL.Path)
	if c.Request.ContentLength > most {
		e.fail(c, problem.ErrTooLarge.WithDetail("The body is larger than the %d bytes allowed.", most))
		return
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, most)
}

// readable refuses a path with control characters or bytes that are no text: no address of ours has any, and what repeats it in a page or a
// log would pass them on.
func (e *edge) readable(c *gin.Context) {
	path := c.Request.URL.Path
	if !utf8.ValidString(path) || strings.ContainsFunc(path, unicode.IsControl) {
		e.fail(c, problem.ErrNotFound)
	}
}

// crossOrigin refuses writes that another site makes a browser send.
func (e *edge) crossOrigin(c *gin.Context) {
	if err := e.origins.Check(c.Request); err != nil {
		e.fail(c, problem.ErrForbidden.WithDetail("This request came from another site.").Because(err))
	}
}

// inner are the headers that only a part of the house may set.
var inner = []string{identity.PersonHeader, identity.LocaleHeader, problemHeader}

func (e *edge) authenticate(c *gin.Context) {
	r := c.Request
	chosen := chosenLocale(r)
	// What comes from outside may not speak for the inside.
	for _, name := range inner {
		r.Header.Del(name)
	}
	token, program := credentials(r)
	r.Header.Del("Authorization")
	who := identity.Caller{Locale: string(locale.Match(r.Header.Get("Accept-Language"), chosen))}
	if token != "" {
		found, err := e.who(c, token, chosen)
		switch {
		case c.IsAborted():
			return // led elsewhere
		case err == nil && found.Program() && !strings.HasPrefix(r.URL.Path, "/api/"):
			e.fail(c, problem.ErrForbidden.WithDetail("A token opens the API, not the pages."))
			return
		case err == nil:
			who = found
		case errors.Is(err, problem.ErrUnauthenticated) && !program:
			// An old cookie is nobody; the page will offer to sign in.
		default:
			e.fail(c, err)
			return
		}
	}
	c.Request = r.WithContext(identity.With(r.Context(), who))
}

// chosenLocale is the language that the reader picked, in the address or the
// footer; "" leaves it to the account, or for a stranger to the browser.
func chosenLocale(r *http.Request) string {
	if r.URL.RawQuery != "" {
		if t, ok := locale.Parse(r.URL.Query().Get("lang")); ok {
			return string(t)
		}
	}
	if c, err := r.Cookie(LocaleCookie); err == nil {
		if t, ok := locale.Parse(c.Value); ok {
			return string(t)
		}
	}
	return ""
}

func (e *edge) limit(c *gin.Context) {
	who := identity.From(c.Request.Context()).Session
	address := e.address(c.Request)
	if who == "" {
		who = address
	}
	if err := e.limits.take(who, e.cfg.PerMinute); err != nil {
		e.fail(c, err)
		return
	}
	class := strictClass(c.Request.Method, c.Request.URL.Path)
	if class == "" {
		return
	}
	// By address, so that a fresh session is no fresh start.
	if err := e.limits.strict(c.Request.Context(), class, address, e.cfg.StrictPerMinute); err != nil {
		e.fail(c, err)
	}
}

// address is who is at the other end: the peer, or, behind a trusted proxy,
// the last address that no trusted proxy added.
func (e *edge) address(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	addr := peer.Addr().Unmap()
	if len(e.proxies) == 0 || !e.trusted(addr) {
		return addr.String()
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap()
		if !e.trusted(addr) {
			break
		}
	}
	return addr.String()
}

func (e *edge) trusted(a netip.Addr) bool {
	for _, p := range e.proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// serve passes the request on, within the time that its kind may take.
func (e *edge) serve(c *gin.Context, target string) {
	c.Set(targetKey, target)
	ctx := c.Request.Context()
	if !streams(c.Request.URL.Path) {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, e.cfg.Timeout)
		defer cancel()
		c.Request = c.Request.WithContext(ctx)
	}
	if err := e.transport.Forward(c.Writer, c.Request, target); err != nil && !c.Writer.Written() {
		e.fail(c, err)
	}
}
