package rest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"runtime/debug"
	"strings"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/obs"
	"github.com/workfluence/workfluence/internal/problem"
)

// Route is one row of the table.
type Route struct {
	Method, Path string // path in gin's form, "/api/v1/orders/:order"
	Summary      string // what it does, one sentence
	Tag          string // the chapter of the reference; "" is the service's name
	Access       Access // required
	Status       int    // of success; 0 is 200, or 204 for Empty
	Errors       []*problem.Error
	Idempotent   bool // reads Idempotency-Key
	Internal     bool // between parts only: neither documented nor routed by the gateway
	MaxBody      int64
}

// RouteInfo is a registered route with its types, for the documents.
type RouteInfo struct {
	Service string
	Route
	In, Out reflect.Type // nil for a stream
}

// Empty is the input or output of a route that has none.
type Empty struct{}

// Page is one page of a list. Next is the cursor of the following one, "" at the end.
type Page[T any] struct {
	Items []T    `json:"data"`
	Next  string `json:"next,omitempty"`
}

// defaultBody bounds a JSON body, in bytes.
const defaultBody = 1 << 20

// Router is the route table of one part.
type Router struct {
	name     string
	engine   *gin.Engine
	verifier *identity.Verifier
	log      *slog.Logger
	dev      bool
	render   func(c *gin.Context, p *problem.Error)
	routes   []RouteInfo
}

// Option changes a Router.
type Option func(*Router)

// WithLog logs what callers are not told.
func WithLog(l *slog.Logger) Option { return func(r *Router) { r.log = l } }

// WithDev registers routes of kind Dev; without it they do not exist.
func WithDev(dev bool) Option { return func(r *Router) { r.dev = dev } }

// WithProblems renders problems in another form than JSON: as pages.
func WithProblems(render func(c *gin.Context, p *problem.Error)) Option {
	return func(r *Router) { r.render = render }
}

// NewRouter is an empty table. Every request must carry the token of a part
// of the house, checked by v; a nil v leaves the caller to what the context
// says (tests, and the gateway, which decides itself).
func NewRouter(name string, v *identity.Verifier, opts ...Option) *Router {
	gin.SetMode(gin.ReleaseMode)
	r := &Router{name: name, engine: gin.New(), verifier: v, log: slog.New(slog.DiscardHandler), render: renderJSON}
	for _, o := range opts {
		o(r)
	}
	r.engine.ContextWithFallback = true
	r.engine.HandleMethodNotAllowed = true
	r.engine.RedirectTrailingSlash = false
	r.engine.Use(r.rescue, r.authenticate)
	r.engine.NoRoute(func(c *gin.Context) { r.Problem(c, problem.ErrNotFound) })
	r.engine.NoMethod(func(c *gin.Context) { r.Problem(c, problem.ErrNotFound) })
	return r
}

// ServeHTTP serves the table.
func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) { r.engine.ServeHTTP(w, req) }

// Routes lists what is registered, in order.
func (r *Router) Routes() []RouteInfo { return append([]RouteInfo(nil), r.routes...) }

// Use adds middleware that runs after authentication.
func (r *Router) Use(h ...gin.HandlerFunc) { r.engine.Use(h...) }

// Problem answers with a problem and logs what the answer hides.
func (r *Router) Problem(c *gin.Context, err error) {
	p := problem.From(err)
	ctx := c.Request.Context()
	if s := trace.SpanContextFromContext(ctx); s.HasTraceID() {
		p = p.WithTrace(s.TraceID().String())
	}
	obs.Failed(ctx, r.log, p, err, "route", c.FullPath(), "method", c.Request.Method)
	c.Abort()
	r.render(c, p)
}

func renderJSON(c *gin.Context, p *problem.Error) {
	if p.RetryAfter > 0 {
		c.Header("Retry-After", fmt.Sprint(p.RetryAfter))
	}
	c.Data(p.Status(), problem.ContentType, problem.Render(p))
}

func (r *Router) rescue(c *gin.Context) {
	defer func() {
		fault := recover()
		if fault == nil {
			return
		}
		if fault == http.ErrAbortHandler { //nolint:errorlint // recover gives the value itself
			panic(fault)
		}
		r.log.ErrorContext(c.Request.Context(), "panic", "route", c.FullPath(), "fault", fmt.Sprint(fault), "stack", string(debug.Stack()))
		if !c.Writer.Written() {
			r.Problem(c, problem.ErrInternal)
		}
	}()
	c.Next()
}

func (r *Router) authenticate(c *gin.Context) {
	ctx := c.Request.Context()
	if c.Request.Header.Get("Traceparent") != "" {
		ctx = otel.GetTextMapPropagator().Extract(ctx, propagation.HeaderCarrier(c.Request.Header))
	}
	if r.verifier != nil {
		caller, err := r.caller(c.Request.Header)
		if err != nil {
			r.Problem(c, err)
			return
		}
		ctx = identity.With(ctx, caller)
	}
	c.Request = c.Request.WithContext(ctx)
}

func (r *Router) caller(h http.Header) (identity.Caller, error) {
	token, ok := strings.CutPrefix(h.Get("Authorization"), "Bearer ")
	if !ok {
		return identity.Caller{}, problem.ErrUnauthenticated
	}
	target, err := r.verifier.Target(token)
	if err != nil {
		return identity.Caller{}, err
	}
	var caller identity.Caller
	if p := h.Get(identity.PersonHeader); p != "" {
		if caller, err = r.verifier.Person(p); err != nil {
			return identity.Caller{}, err
		}
	}
	caller.Target = target
	if caller.Locale == "" {
		caller.Locale = h.Get(identity.LocaleHeader)
	}
	return caller, nil
}

func (r *Router) register(rt Route, in, out reflect.Type, h gin.HandlerFunc) {
	if len(rt.Access) == 0 || rt.Method == "" || rt.Path == "" || rt.Summary == "" {
		panic(fmt.Sprintf("rest: %s %s lacks its access rule or summary", rt.Method, rt.Path))
	}
	if rt.Access.devOnly() && !r.dev {
		return
	}
	if rt.Tag == "" {
		rt.Tag = r.name
	}
	r.routes = append(r.routes, RouteInfo{Service: r.name, Route: rt, In: in, Out: out})
	guarded := func(c *gin.Context) {
		who := identity.From(c.Request.Context())
		if err := rt.Access.Check(who); err != nil {
			r.Problem(c, err)
			return
		}
		if who.Program() {
			c.Request = c.Request.WithContext(identity.With(c.Request.Context(), rt.Access.as(who)))
		}
		h(c)
	}
	r.engine.Handle(rt.Method, rt.Path, guarded)
	if rt.Method == http.MethodGet { // a HEAD asks for the same, without the body (RFC 9110 §9.3.2)
		r.engine.HEAD(rt.Path, guarded)
	}
}

// Stream registers a route whose bodies are not JSON. An error that comes
// before the first byte is rendered as everywhere.
func Stream(r *Router, rt Route, h func(c *gin.Context) error) {
	r.register(rt, nil, nil, func(c *gin.Context) {
		if rt.MaxBody > 0 {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, rt.MaxBody)
		}
		if err := h(c); err != nil {
			if c.Writer.Written() {
				r.log.ErrorContext(c.Request.Context(), "stream broke", "route", c.FullPath(), "error", err)
				return
			}
			r.Problem(c, tooLarge(err))
		}
	})
}

// Handle registers a typed route: In is decoded and validated, Out written as
// JSON. Fields of Out with a header tag become headers.
func Handle[In, Out any](r *Router, rt Route, h func(ctx context.Context, in *In) (*Out, error)) {
	in, out := reflect.TypeFor[In](), reflect.TypeFor[Out]()
	if rt.MaxBody == 0 {
		rt.MaxBody = defaultBody
	}
	decode, encode := newDecoder(in, rt.MaxBody), newEncoder(out, rt.Status)
	r.register(rt, in, out, func(c *gin.Context) {
		var v In
		if err := decode.into(c, &v); err != nil {
			r.Problem(c, err)
			return
		}
		answer, err := h(c.Request.Context(), &v)
		if err != nil {
			r.Problem(c, err)
			return
		}
		if err := encode.write(c, answer); err != nil {
			r.Problem(c, err)
		}
	})
}
