package call

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/workfluence/workfluence/internal/problem"
)

// Empty is the answer of a call that has none.
type Empty struct{}

// maxAnswer bounds a JSON answer between parts, in bytes.
const maxAnswer = 16 << 20

// Option changes a request before it is sent.
type Option func(*http.Request)

// WithIdempotencyKey makes the call safe to repeat.
func WithIdempotencyKey(key string) Option {
	return func(r *http.Request) { r.Header.Set("Idempotency-Key", key) }
}

// WithHeader sets a header.
func WithHeader(name, value string) Option {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// Do sends in as JSON (nil for no body) and reads the answer into Out. An
// answer of 400 and more comes back as its problem; no answer at all is
// problem.ErrUpstream with the cause.
func Do[Out any](ctx context.Context, hc *http.Client, method, url string, in any, opts ...Option) (Out, error) {
	var out Out
	var body io.Reader = http.NoBody
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return out, err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return out, err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return exchange[Out](ctx, hc, req, opts)
}

// Send streams a body that is not JSON (size in bytes, -1 when unknown) and reads a JSON answer into Out, with the errors of
// Do.
func Send[Out any](ctx context.Context, hc *http.Client, method, url, contentType string, size int64, body io.Reader, opts ...Option) (Out, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		var none Out
		return none, err
	}
	req.Header.Set("Content-Type", contentType)
	req.ContentLength = size
	return exchange[Out](ctx, hc, req, opts)
}

// exchange sends a request and reads what comes back.
func exchange[Out any](ctx context.Context, hc *http.Client, req *http.Request, opts []Option) (Out, error) {
	var out Out
	for _, o := range opts {
		o(req)
	}
	resp, err := hc.Do(req)
	if err != nil {
		if ctx.Err() != nil || errors.Is(err, ErrWithinTransaction) {
			return out, err
		}
		return out, problem.ErrUpstream.Because(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return out, problem.ErrUpstream.Because(err)
	}
	if len(text) > maxAnswer {
		return out, problem.ErrUpstream.Because(fmt.Errorf("%s %s: answer over %d bytes", req.Method, req.URL, maxAnswer))
	}
	if resp.StatusCode >= 400 {
		return out, problem.Parse(resp.StatusCode, text)
	}
	if len(text) == 0 {
		return out, nil
	}
	if err := json.Unmarshal(text, &out); err != nil {
		return out, problem.ErrUpstream.Because(fmt.Errorf("%s %s: %w", req.Method, req.URL, err))
	}
	return out, nil
}
