package storefrontapi

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/workfluence/workfluence/internal/call"
)

const base = "http://" + Name + ".svc"

// Client speaks to storefront. Methods that need a person take them from the
// context. Besides the errors named, all return those of internal/problem.
type Client struct{ hc *http.Client }

// NewClient is a client over a call client.
func NewClient(hc *http.Client) *Client { return &Client{hc: hc} }

func path(format string, args ...string) string {
	escaped := make([]any, len(args))
	for i, a := range args {
		escaped[i] = url.PathEscape(a)
	}
	return base + fmt.Sprintf(format, escaped...)
}

func with(u string, query url.Values) string {
	for k, v := range query {
		if len(v) == 1 && v[0] == "" {
			query.Del(k)
		}
	}
	if len(query) == 0 {
		return u
	}
	return u + "?" + query.Encode()
}

// ifMatch asks that the thing still has this version, else problem.ErrStale.
func ifMatch(version int64) call.Option {
	return call.WithHeader("If-Match", fmt.Sprintf("%q", fmt.Sprint(version)))
}

// orderToken shows the secret of an order; "" shows none.
func orderToken(token string) call.Option {
	return func(req *http.Request) {
		if token != "" {
			req.Header.Set(OrderTokenHeader, token)
		}
	}
}

func get[Out any](ctx context.Context, c *Client, u string, opts ...call.Option) (Out, error) {
	return call.Do[Out](ctx, c.hc, http.MethodGet, u, nil, opts...)
}

func send[Out any](ctx context.Context, c *Client, method, u string, in any, opts ...call.Option) (Out, error) {
	return call.Do[Out](ctx, c.hc, method, u, in, opts...)
}

// stream sends a body that is not JSON (size in bytes, -1 when unknown) and
// reads a JSON answer.
func stream[Out any](ctx context.Context, c *Client, u, contentType string, size int64, body io.Reader) (Out, error) {
	return call.Send[Out](ctx, c.hc, http.MethodPost, u, contentType, size, body)
}

// maxAnswer bounds a JSON answer, in bytes.
const maxAnswer = 16 << 20
