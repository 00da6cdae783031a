package problem

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"
)

// Kind says what sort of thing went wrong; it alone decides the HTTP status.
type Kind uint8

// The kinds, in the order of their status.
const (
	Malformed       Kind = iota + 1 // 400: the bytes could not be read
	Unauthenticated                 // 401: nobody is signed in
	Forbidden                       // 403: seen, but not allowed
	NotFound                        // 404: not there, or not visible to you
	Conflict                        // 409: the state does not allow it
	Gone                            // 410: it was there, and has ended
	Stale                           // 412: your version is not current
	TooLarge                        // 413: more bytes than allowed
	Unsupported                     // 415: a media type that is not served
	Invalid                         // 422: read, but against a rule
	RateLimited                     // 429: too often
	Internal                        // 500: our fault
	Upstream                        // 502: the fault of one we call
	Unavailable                     // 503: not now
)

var statuses = map[Kind]int{
	Malformed: 400, Unauthenticated: 401, Forbidden: 403, NotFound: 404, Conflict: 409, Gone: 410, Stale: 412,
	TooLarge: 413, Unsupported: 415, Invalid: 422, RateLimited: 429, Internal: 500, Upstream: 502, Unavailable: 503,
}

// Field is one thing wrong with the input.
type Field struct {
	// Pointer is the JSON pointer (RFC 6901) of the value, "/price/amount".
	Pointer string `json:"pointer"`
	// Code is the rule that it breaks, "required" or "too_long".
	Code string `json:"code"`
	// Detail is one sentence for a person.
	Detail string `json:"detail"`
	// Reason tells faults of one code apart, where a code has several.
	Reason string `json:"reason,omitempty"`
	// Params are what Detail says in English, by name: for a sentence in another language. They are shown as they stand.
	Params map[string]string `json:"params,omitempty"`
}

// Error is a problem: immutable once made, copied by its With methods.
type Error struct {
	Kind   Kind
	Code   string // stable, snake_case; has a page in docs/errors
	Detail string // one sentence for a person
	Fields []Field
	// State is the current state of the thing, for conflicts.
	State string
	// RetryAfter is in seconds; zero means that nothing is promised.
	RetryAfter int
	// Trace is the trace id under which our log knows it.
	Trace string

	cause error
}

var registry = struct {
	sync.Mutex
	codes map[string]*Error
}{codes: map[string]*Error{}}

// Declare makes a sentinel and registers its code. It panics when the code is
// taken or the kind unknown: codes are declared in package variables only.
func Declare(kind Kind, code, detail string) *Error {
	if statuses[kind] == 0 || code == "" {
		panic("problem: bad declaration of " + code)
	}
	registry.Lock()
	defer registry.Unlock()
	if registry.codes[code] != nil {
		panic("problem: code declared twice: " + code)
	}
	e := &Error{Kind: kind, Code: code, Detail: detail}
	registry.codes[code] = e
	return e
}

// Codes lists every declared sentinel by code.
func Codes() []*Error {
	registry.Lock()
	defer registry.Unlock()
	all := make([]*Error, 0, len(registry.codes))
	for _, e := range registry.codes {
		all = append(all, e)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Code < all[j].Code })
	return all
}

// The codes that every service shares.
var (
	ErrMalformed           = Declare(Malformed, "malformed", "The request could not be read.")
	ErrUnauthenticated     = Declare(Unauthenticated, "unauthenticated", "Sign in first.")
	ErrForbidden           = Declare(Forbidden, "forbidden", "You may not do this.")
	ErrNotFound            = Declare(NotFound, "not_found", "There is nothing here that you can see.")
	ErrConflict            = Declare(Conflict, "conflict", "The current state does not allow this.")
	ErrStale               = Declare(Stale, "stale_version", "Somebody changed this since you opened it.")
	ErrTooLarge            = Declare(TooLarge, "too_large", "This is larger than allowed.")
	ErrUnsupported         = Declare(Unsupported, "unsupported_media_type", "This media type is not served.")
	ErrInvalid             = Declare(Invalid, "invalid", "Some of what you sent is not valid.")
	ErrIdempotencyMismatch = Declare(Invalid, "idempotency_mismatch", "This Idempotency-Key was used with another request.")
	ErrIdempotencyRunning  = Declare(Conflict, "idempotency_running", "The first request with this Idempotency-Key is still running.")
	ErrRateLimited         = Declare(RateLimited, "rate_limited", "Too many requests; wait a little.")
	ErrInternal            = Declare(Internal, "internal", "Something went wrong on our side.")
	ErrUpstream            = Declare(Upstream, "upstream", "A service that we depend on did not answer.")
	ErrUnavailable         = Declare(Unavailable, "unavailable", "This is not available right now.")
)

// Error gives code, detail and hidden cause, for logs.
func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Detail, e.cause)
	}
	return e.Code + ": " + e.Detail
}

// Unwrap gives the hidden cause, which may be nil.
func (e *Error) Unwrap() error { return e.cause }

// Is matches by code, so that a parsed problem is its sentinel.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code
}

// Status is the HTTP status of the kind.
func (e *Error) Status() int {
	if s := statuses[e.Kind]; s != 0 {
		return s
	}
	return 500
}

func (e *Error) copy() *Error {
	c := *e
	c.Fields = slices.Clone(e.Fields)
	return &c
}

// Because is a copy with a cause that is logged and never shown.
func (e *Error) Because(cause error) *Error { c := e.copy(); c.cause = cause; return c }

// WithDetail is a copy with another sentence.
func (e *Error) WithDetail(format string, args ...any) *Error {
	c := e.copy()
	c.Detail = fmt.Sprintf(format, args...)
	return c
}

// WithField is a copy with one more field.
func (e *Error) WithField(pointer, code, detail string) *Error {
	return e.With(Field{Pointer: pointer, Code: code, Detail: detail})
}

// With is WithField for a field that says more.
func (e *Error) With(f Field) *Error {
	c := e.copy()
	c.Fields = append(c.Fields, f)
	return c
}

// WithState is a copy that names the current state.
func (e *Error) WithState(state string) *Error { c := e.copy(); c.State = state; return c }

// WithRetryAfter is a copy that promises a try in so many seconds.
func (e *Error) WithRetryAfter(seconds int) *Error { c := e.copy(); c.RetryAfter = seconds; return c }

// WithTrace is a copy with a trace id, unless it has one.
func (e *Error) WithTrace(trace string) *Error {
	if e.Trace != "" || trace == "" {
		return e
	}
	c := e.copy()
	c.Trace = trace
	return c
}

// From finds the problem in an error. An unknown error becomes ErrInternal
// with the error as its hidden cause; nil stays nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return ErrInternal.Because(err)
}
