package storefrontapi

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// Page is the caller's own page; it is made when it is first asked for.
func (c *Client) Page(ctx context.Context) (Page, error) {
	return get[Page](ctx, c, path("/api/v1/page"))
}

// UpdatePage changes the caller's page.
func (c *Client) UpdatePage(ctx context.Context, version int64, in UpdatePage) (Page, error) {
	return send[Page](ctx, c, http.MethodPatch, path("/api/v1/page"), in, ifMatch(version))
}

// CreatorPage is the page behind a handle, as everybody sees it.
func (c *Client) CreatorPage(ctx context.Context, handle string) (CreatorPage, error) {
	return get[CreatorPage](ctx, c, path("/api/v1/creators/%s", handle))
}

// PublicProduct is a product's page, as everybody sees it.
func (c *Client) PublicProduct(ctx context.Context, handle, slug string) (PublicProduct, error) {
	return get[PublicProduct](ctx, c, path("/api/v1/creators/%s/products/%s", handle, slug))
}

// FreeLesson is a lesson that can be read before buying.
func (c *Client) FreeLesson(ctx context.Context, handle, slug, lessonID string) (LessonView, error) {
	return get[LessonView](ctx, c, path("/api/v1/creators/%s/products/%s/lessons/%s", handle, slug, lessonID))
}

// Catalogue lists published products, newest first. limit 0 is 20.
func (c *Client) Catalogue(ctx context.Context, cursor string, limit int) (Catalogue, error) {
	q := url.Values{"cursor": {cursor}}
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	return get[Catalogue](ctx, c, with(path("/api/v1/catalogue"), q))
}

// Products lists the caller's products, newest first.
func (c *Client) Products(ctx context.Context, cursor string) (ProductPage, error) {
	return get[ProductPage](ctx, c, with(path("/api/v1/products"), url.Values{"cursor": {cursor}}))
}

// CreateProduct makes a draft. Error: ErrSlugTaken.
func (c *Client) CreateProduct(ctx context.Context, key string, in NewProduct) (Product, error) {
	return send[Product](ctx, c, http.MethodPost, path("/api/v1/products"), in, withKey(key))
}

// Product is one of the caller's products.
func (c *Client) Product(ctx context.Context, id string) (Product, error) {
	return get[Product](ctx, c, path("/api/v1/products/%s", id))
}

// UpdateProduct changes a product's draft. Errors: ErrStale, ErrSlugTaken.
func (c *Client) UpdateProduct(ctx context.Context, id string, version int64, in UpdateProduct) (Product, error) {
	return send[Product](ctx, c, http.MethodPatch, path("/api/v1/products/%s", id), in, ifMatch(version))
}

// GiveUpAddress frees a former address of a product; another one may take it.
func (c *Client) GiveUpAddress(ctx context.Context, productID, slug string) (Product, error) {
	return send[Product](ctx, c, http.MethodDelete, path("/api/v1/products/%s/former-slugs/%s", productID, slug), nil)
}

// DeleteProduct deletes a draft. Error: ErrProductSold.
func (c *Client) DeleteProduct(ctx context.Context, id string) error {
	_, err := send[struct{}](ctx, c, http.MethodDelete, path("/api/v1/products/%s", id), nil)
	return err
}

// PriceRules lists the currencies a price may be set in, with their floors.
func (c *Client) PriceRules(ctx context.Context) (PriceRules, error) {
	return get[PriceRules](ctx, c, path("/api/v1/products/price-rules"))
}

// SetPrices replaces the prices; they hold at once, for new orders. Errors:
// ErrStale, ErrPriceTooLow, ErrPriceInvalid, ErrSellingNotPossible.
func (c *Client) SetPrices(ctx context.Context, id string, version int64, in SetPrices) (Product, error) {
	return send[Product](ctx, c, http.MethodPut, path("/api/v1/products/%s/prices", id), in, ifMatch(version))
}

// Publish makes the draft what buyers see. Errors: ErrStale, ErrNothingToPublish,
// ErrHandleMissing, ErrCountryUnknown, ErrSellingNotPossible, and of a product that
// was put forward the problems of content's gates.
func (c *Client) Publish(ctx context.Context, id string, version int64) (Product, error) {
	return send[Product](ctx, c, http.MethodPost, path("/api/v1/products/%s/publish", id), nil, ifMatch(version))
}

// PutForward makes the product as it stands now a document that can be signed off; from then
// on it is published only as whom its creator asks there agreed. Error: ErrNothingToPublish.
func (c *Client) PutForward(ctx context.Context, id string) (Product, error) {
	return send[Product](ctx, c, http.MethodPost, path("/api/v1/products/%s/document", id), nil)
}

// Unpublish takes the product off the page; its buyers keep it.
func (c *Client) Unpublish(ctx context.Context, id string) (Product, error) {
	return send[Product](ctx, c, http.MethodPost, path("/api/v1/products/%s/unpublish", id), nil)
}

// Publications lists a product's publications, newest first.
func (c *Client) Publications(ctx context.Context, id, cursor string) (PublicationPage, error) {
	return get[PublicationPage](ctx, c, with(path("/api/v1/products/%s/publications", id), url.Values{"cursor": {cursor}}))
}

// Publication is one publication with its manifest.
func (c *Client) Publication(ctx context.Context, productID, id string) (PublicationManifest, error) {
	return get[PublicationManifest](ctx, c, path("/api/v1/products/%s/publications/%s", productID, id))
}

// Import replaces the draft's lessons by those of a zip, read from body (size in
// bytes, -1 when unknown). Error: ErrImport, with a field for each fault.
func (c *Client) Import(ctx context.Context, productID string, size int64, body io.Reader) (ImportResult, error) {
	return stream[ImportResult](ctx, c, path("/api/v1/products/%s/import", productID), "application/zip", size, body)
}

// ImportUpload is Import of a zip that was uploaded resumably.
func (c *Client) ImportUpload(ctx context.Context, productID, uploadID string) (ImportResult, error) {
	return send[ImportResult](ctx, c, http.MethodPost, with(path("/api/v1/products/%s/import-upload", productID), url.Values{"upload": {uploadID}}), nil)
}

// Export writes the draft as a zip that Import reads back.
func (c *Client) Export(ctx context.Context, productID string, w io.Writer) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path("/api/v1/products/%s/export", productID), nil)
	if err != nil {
		return err
	}
	return c.download(req, w)
}
