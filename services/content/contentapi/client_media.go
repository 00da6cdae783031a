package contentapi

import (
	"context"
	"io"
	"net/http"

	"github.com/workfluence/workfluence/internal/call"
)

// Upload keeps a picture or a recording for a document (size in bytes, -1 when unknown). ErrMediaEmpty, ErrMediaUnknown,
// ErrMediaTooLarge, ErrPictureUnreadable, ErrMediaTooMany, ErrDocumentClosed.
func (c *Client) Upload(ctx context.Context, id string, size int64, body io.Reader) (Medium, error) {
	return call.Send[Medium](ctx, c.hc, http.MethodPost, path("/api/v1/documents/%s/media", id), "application/octet-stream", size, body)
}

// Media lists what was uploaded for a document, oldest first.
func (c *Client) Media(ctx context.Context, id string) (MediaList, error) {
	return get[MediaList](ctx, c, path("/api/v1/documents/%s/media", id))
}

// TakeAway removes an upload that no version shows. ErrMediaShown.
func (c *Client) TakeAway(ctx context.Context, id, digest string) error {
	_, err := call.Do[call.Empty](ctx, c.hc, http.MethodDelete, path("/api/v1/documents/%s/media/%s", id, digest), nil)
	return err
}
