package contentapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/workfluence/workfluence/internal/call"
)

const base = "http://" + Name + ".svc"

// Client speaks to content. Methods that need a person take them from the context. Besides the errors named, all return
// those of internal/problem. version is what the caller read (Document.Version): problem.ErrStale when it moved on, and 0
// asks for nothing. key makes a call safe to repeat, "" does not.
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
		if v[0] == "" {
			query.Del(k)
		}
	}
	if len(query) == 0 {
		return u
	}
	return u + "?" + query.Encode()
}

func ifMatch(version int64) call.Option {
	return func(req *http.Request) {
		if version != 0 {
			call.WithHeader("If-Match", fmt.Sprintf("%q", fmt.Sprint(version)))(req)
		}
	}
}

func withKey(key string) call.Option {
	return func(req *http.Request) {
		if key != "" {
			call.WithIdempotencyKey(key)(req)
		}
	}
}

func get[Out any](ctx context.Context, c *Client, u string) (Out, error) {
	return call.Do[Out](ctx, c.hc, http.MethodGet, u, nil)
}

// Create begins a document of the caller's.
func (c *Client) Create(ctx context.Context, key string, in NewDocument) (Document, error) {
	return call.Do[Document](ctx, c.hc, http.MethodPost, path("/api/v1/documents"), in, withKey(key))
}

// Documents lists the caller's documents, newest first; state "" is all of them.
func (c *Client) Documents(ctx context.Context, state, cursor string) (DocumentPage, error) {
	return get[DocumentPage](ctx, c, with(path("/api/v1/documents"), url.Values{"state": {state}, "cursor": {cursor}}))
}

// Document is one of the caller's documents.
func (c *Client) Document(ctx context.Context, id string) (Document, error) {
	return get[Document](ctx, c, path("/api/v1/documents/%s", id))
}

// Save adds a version; one that says the same as the newest is not added again. ErrDocumentClosed.
func (c *Client) Save(ctx context.Context, key, id string, version int64, in Draft) (Document, error) {
	return call.Do[Document](ctx, c.hc, http.MethodPost, path("/api/v1/documents/%s/versions", id), in, ifMatch(version), withKey(key))
}

// Restore adds a version that says what an earlier one said, with its digest. ErrDocumentClosed.
func (c *Client) Restore(ctx context.Context, id string, version int64, seq int) (Document, error) {
	return call.Do[Document](ctx, c.hc, http.MethodPost, path("/api/v1/documents/%s/versions/%s/restore", id, strconv.Itoa(seq)), nil, ifMatch(version))
}

// History lists a document's versions, newest first.
func (c *Client) History(ctx context.Context, id, cursor string) (History, error) {
	return get[History](ctx, c, with(path("/api/v1/documents/%s/versions", id), url.Values{"cursor": {cursor}}))
}

// Version is one version of a document.
func (c *Client) Version(ctx context.Context, id string, seq int) (Version, error) {
	return get[Version](ctx, c, path("/api/v1/documents/%s/versions/%s", id, strconv.Itoa(seq)))
}

// Changes is what made version `from` into version `to`, in whole words.
func (c *Client) Changes(ctx context.Context, id string, from, to int) (Changes, error) {
	return get[Changes](ctx, c, with(path("/api/v1/documents/%s/versions/%s/changes", id, strconv.Itoa(to)), url.Values{"since": {strconv.Itoa(from)}}))
}

// Withdraw gives a document up for good; its versions stay readable. ErrDocumentClosed.
func (c *Client) Withdraw(ctx context.Context, id string, version int64) (Document, error) {
	return call.Do[Document](ctx, c.hc, http.MethodPost, path("/api/v1/documents/%s/withdraw", id), nil, ifMatch(version))
}

// Delete removes all words of a document that never appeared anywhere.
func (c *Client) Delete(ctx context.Context, id string) error {
	_, err := call.Do[call.Empty](ctx, c.hc, http.MethodDelete, path("/api/v1/documents/%s", id), nil)
	return err
}

// PersonalData is what content holds about a person. For accounts, which composes the export.
func (c *Client) PersonalData(ctx context.Context, personID string) (PersonalData, error) {
	return get[PersonalData](ctx, c, path("/internal/personal-data/%s", personID))
}
