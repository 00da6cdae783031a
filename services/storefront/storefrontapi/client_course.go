package storefrontapi

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/workfluence/workfluence/internal/problem"
)

// Outline is a course's sections and lessons.
func (c *Client) Outline(ctx context.Context, productID string) (Outline, error) {
	return get[Outline](ctx, c, path("/api/v1/products/%s/outline", productID))
}

// Reorder changes the reading order. Errors: ErrStale, ErrOutlineMismatch.
func (c *Client) Reorder(ctx context.Context, productID string, version int64, in Reorder) (Outline, error) {
	return send[Outline](ctx, c, http.MethodPut, path("/api/v1/products/%s/outline", productID), in, ifMatch(version))
}

// AddSection adds a section at the end.
func (c *Client) AddSection(ctx context.Context, productID string, in NewSection) (Section, error) {
	return send[Section](ctx, c, http.MethodPost, path("/api/v1/products/%s/sections", productID), in)
}

// UpdateSection changes a section. Errors: ErrStale, ErrSlugTaken.
func (c *Client) UpdateSection(ctx context.Context, id string, version int64, in UpdateSection) (Section, error) {
	return send[Section](ctx, c, http.MethodPatch, path("/api/v1/sections/%s", id), in, ifMatch(version))
}

// DeleteSection deletes an empty section. Error: ErrSectionNotEmpty.
func (c *Client) DeleteSection(ctx context.Context, id string) error {
	_, err := send[struct{}](ctx, c, http.MethodDelete, path("/api/v1/sections/%s", id), nil)
	return err
}

// AddLesson adds a lesson at the section's end.
func (c *Client) AddLesson(ctx context.Context, sectionID string, in NewLesson) (Lesson, error) {
	return send[Lesson](ctx, c, http.MethodPost, path("/api/v1/sections/%s/lessons", sectionID), in)
}

// Lesson is a lesson of the caller's draft.
func (c *Client) Lesson(ctx context.Context, id string) (Lesson, error) {
	return get[Lesson](ctx, c, path("/api/v1/lessons/%s", id))
}

// UpdateLesson changes a lesson. Errors: ErrStale, ErrSlugTaken.
func (c *Client) UpdateLesson(ctx context.Context, id string, version int64, in UpdateLesson) (Lesson, error) {
	return send[Lesson](ctx, c, http.MethodPatch, path("/api/v1/lessons/%s", id), in, ifMatch(version))
}

// DeleteLesson deletes a lesson of the draft. Readers keep it until the next publication.
func (c *Client) DeleteLesson(ctx context.Context, id string) error {
	_, err := send[struct{}](ctx, c, http.MethodDelete, path("/api/v1/lessons/%s", id), nil)
	return err
}

// PreviewLesson renders a text as this lesson would show it, without saving it.
func (c *Client) PreviewLesson(ctx context.Context, id string, in PreviewText) (Preview, error) {
	return send[Preview](ctx, c, http.MethodPost, path("/api/v1/lessons/%s/preview", id), in)
}

// PreviewDescription renders a product's description without saving it.
func (c *Client) PreviewDescription(ctx context.Context, productID string, in PreviewText) (Preview, error) {
	return send[Preview](ctx, c, http.MethodPost, path("/api/v1/products/%s/preview", productID), in)
}

// Files lists a product's files.
func (c *Client) Files(ctx context.Context, productID string) (FileList, error) {
	return get[FileList](ctx, c, path("/api/v1/products/%s/files", productID))
}

// UploadFile stores a file of at most 2 GB in one request (size in bytes, -1 when
// unknown). Errors: ErrFileTooLarge, ErrImageUnreadable.
func (c *Client) UploadFile(ctx context.Context, to UploadTarget, size int64, body io.Reader) (File, error) {
	q := url.Values{"name": {to.Name}, "lesson": {to.LessonID}}
	return stream[File](ctx, c, with(path("/api/v1/products/%s/files", to.ProductID), q), "application/octet-stream", size, body)
}

// DeleteFile deletes a file that nothing refers to. Error: ErrFileInUse.
func (c *Client) DeleteFile(ctx context.Context, id string) error {
	_, err := send[struct{}](ctx, c, http.MethodDelete, path("/api/v1/product-files/%s", id), nil)
	return err
}

func (c *Client) download(req *http.Request, w io.Writer) error {
	res, err := c.hc.Do(req)
	if err != nil {
		return problem.ErrUpstream.Because(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode >= http.StatusBadRequest {
		text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
		if err != nil {
			return problem.ErrUpstream.Because(err)
		}
		return problem.Parse(res.StatusCode, text)
	}
	_, err = io.Copy(w, res.Body)
	return err
}
