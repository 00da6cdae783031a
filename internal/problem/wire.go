package problem

import (
	"encoding/json"
	"net/http"
	"strings"
)

// ContentType is the media type of RFC 9457.
const ContentType = "application/problem+json"

// typeBase is the address of the error pages; relative, so that any host serves them.
const typeBase = "/docs/errors/"

type wire struct {
	Type       string  `json:"type"`
	Title      string  `json:"title"`
	Status     int     `json:"status"`
	Detail     string  `json:"detail"`
	Code       string  `json:"code"`
	Fields     []Field `json:"fields,omitempty"`
	State      string  `json:"state,omitempty"`
	RetryAfter int     `json:"retry_after,omitempty"`
	Trace      string  `json:"trace,omitempty"`
}

// Render writes the problem as RFC 9457 JSON, without its cause.
func Render(e *Error) []byte {
	body, err := json.Marshal(wire{
		Type: typeBase + e.Code, Title: http.StatusText(e.Status()), Status: e.Status(), Detail: e.Detail, Code: e.Code,
		Fields: e.Fields, State: e.State, RetryAfter: e.RetryAfter, Trace: e.Trace,
	})
	if err != nil { // strings and ints always marshal
		panic(err)
	}
	return body
}

// Parse reads what Render wrote. A body that is no problem document becomes a
// problem by its status alone: its text came from who knows where.
func Parse(status int, body []byte) *Error {
	var w wire
	if err := json.Unmarshal(body, &w); err != nil || w.Code == "" || !strings.HasPrefix(w.Type, typeBase) {
		return byStatus(status)
	}
	kind := kindOf(w.Status)
	if known := declared(w.Code); known != nil {
		kind = known.Kind
	}
	if len(w.Fields) == 0 {
		w.Fields = nil
	}
	return &Error{Kind: kind, Code: w.Code, Detail: w.Detail, Fields: w.Fields, State: w.State, RetryAfter: w.RetryAfter, Trace: w.Trace}
}

func declared(code string) *Error {
	registry.Lock()
	defer registry.Unlock()
	return registry.codes[code]
}

func kindOf(status int) Kind {
	for k, s := range statuses {
		if s == status {
			return k
		}
	}
	switch {
	case status >= 500:
		return Internal
	default:
		return Malformed
	}
}

func byStatus(status int) *Error {
	switch status {
	case 400:
		return ErrMalformed
	case 401:
		return ErrUnauthenticated
	case 403:
		return ErrForbidden
	case 404, 405:
		return ErrNotFound
	case 409:
		return ErrConflict
	case 412:
		return ErrStale
	case 413:
		return ErrTooLarge
	case 415:
		return ErrUnsupported
	case 422:
		return ErrInvalid
	case 429:
		return ErrRateLimited
	case 502, 504:
		return ErrUpstream
	case 503:
		return ErrUnavailable
	}
	return ErrInternal
}
