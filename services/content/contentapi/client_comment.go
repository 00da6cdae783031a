package contentapi

import (
	"context"
	"net/http"
	"net/url"

	"github.com/workfluence/workfluence/internal/call"
)

// Comment says something about a passage, or suggests words for it. ErrDocumentClosed.
func (c *Client) Comment(ctx context.Context, key, id string, in NewComment) (Comment, error) {
	return call.Do[Comment](ctx, c.hc, http.MethodPost, path("/api/v1/documents/%s/comments", id), in, withKey(key))
}

// Comments lists what was said about a document, oldest first; state "" is all of it.
func (c *Client) Comments(ctx context.Context, id, state, cursor string) (CommentPage, error) {
	return get[CommentPage](ctx, c, with(path("/api/v1/documents/%s/comments", id), url.Values{"state": {state}, "cursor": {cursor}}))
}

// Accept makes a version of a suggestion; pressing again changes nothing. ErrPassageChanged when the newest version says
// something else there, ErrCommentSettled, ErrDocumentClosed.
func (c *Client) Accept(ctx context.Context, id, commentID string) (Document, error) {
	return call.Do[Document](ctx, c.hc, http.MethodPost, path("/api/v1/documents/%s/comments/%s/accept", id, commentID), nil)
}

// Settle closes a comment, or a suggestion that is not taken. ErrCommentSettled for one that was accepted.
func (c *Client) Settle(ctx context.Context, id, commentID string) (Comment, error) {
	return call.Do[Comment](ctx, c.hc, http.MethodPost, path("/api/v1/documents/%s/comments/%s/settle", id, commentID), nil)
}
