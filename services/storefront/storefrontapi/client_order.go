package storefrontapi

import (
	"context"
	"net/http"
	"net/url"

	"github.com/workfluence/workfluence/internal/call"
)

// withKey makes a write safe to repeat; "" leaves it without memory.
func withKey(key string) call.Option {
	return func(req *http.Request) {
		if key != "" {
			req.Header.Set("Idempotency-Key", key)
		}
	}
}

// PurchaseTerms says what a buyer of a country is told before paying.
func (c *Client) PurchaseTerms(ctx context.Context, country string) (PurchaseTerms, error) {
	return get[PurchaseTerms](ctx, c, with(path("/api/v1/purchase-terms"), url.Values{"country": {country}}))
}

// PlaceOrder begins to buy, as the person in the context or as a guest. The same
// key gives the same order. Errors: ErrNotForSale, ErrPriceChanged, ErrAlreadyOwned,
// ErrOwnProduct, and those of billingapi's OpenCheckout.
func (c *Client) PlaceOrder(ctx context.Context, key string, in PlaceOrder) (PlacedOrder, error) {
	return send[PlacedOrder](ctx, c, http.MethodPost, path("/api/v1/orders"), in, withKey(key))
}

// Order is an order as its buyer (by person or token) or its creator sees it.
func (c *Client) Order(ctx context.Context, id, token string) (Order, error) {
	return get[Order](ctx, c, path("/api/v1/orders/%s", id), orderToken(token))
}

// Orders lists what the caller bought, newest first.
func (c *Client) Orders(ctx context.Context, cursor string) (OrderPage, error) {
	return get[OrderPage](ctx, c, with(path("/api/v1/orders"), url.Values{"cursor": {cursor}}))
}

// Refresh asks for the payment of an order now: for the page after the checkout.
func (c *Client) Refresh(ctx context.Context, id, token string) (Order, error) {
	return send[Order](ctx, c, http.MethodPost, path("/api/v1/orders/%s/refresh", id), nil, orderToken(token))
}

// Reopen gives the checkout of an order that is not paid yet. Error: ErrOrderOver.
func (c *Client) Reopen(ctx context.Context, id, token string) (PlacedOrder, error) {
	return send[PlacedOrder](ctx, c, http.MethodPost, path("/api/v1/orders/%s/checkout", id), nil, orderToken(token))
}

// Claim puts an order into the caller's library by its secret.
func (c *Client) Claim(ctx context.Context, id, token string) (Order, error) {
	return send[Order](ctx, c, http.MethodPost, path("/api/v1/orders/%s/claim", id), nil, orderToken(token))
}

// OrderReceipt is the receipt of a paid order, for its buyer.
func (c *Client) OrderReceipt(ctx context.Context, id, token string) (Receipt, error) {
	return get[Receipt](ctx, c, path("/api/v1/orders/%s/receipt", id), orderToken(token))
}

// Receipt is the receipt of a paid order. For notify and billing.
func (c *Client) Receipt(ctx context.Context, id string) (Receipt, error) {
	return get[Receipt](ctx, c, path("/internal/orders/%s/receipt", id))
}

// Sales lists the orders of the caller's products, newest first; productID may be "".
func (c *Client) Sales(ctx context.Context, productID, cursor string) (OrderPage, error) {
	return get[OrderPage](ctx, c, with(path("/api/v1/sales"), url.Values{"cursor": {cursor}, "product": {productID}}))
}

// Library lists what the caller owns, newest first.
func (c *Client) Library(ctx context.Context, cursor string) (Library, error) {
	return get[Library](ctx, c, with(path("/api/v1/library"), url.Values{"cursor": {cursor}}))
}

// ClaimAll puts the orders made with the caller's proven address into their library.
func (c *Client) ClaimAll(ctx context.Context) (Claimed, error) {
	return send[Claimed](ctx, c, http.MethodPost, path("/api/v1/library/claims"), nil)
}

// Course is an owned course with progress, by the person or the order's secret.
func (c *Client) Course(ctx context.Context, entitlementID, token string) (Course, error) {
	return get[Course](ctx, c, path("/api/v1/learn/%s", entitlementID), orderToken(token))
}

// ReadLesson is a lesson of an owned course; the reader goes on here next time.
// Errors: ErrAccessClosed, ErrAccessPaused.
func (c *Client) ReadLesson(ctx context.Context, entitlementID, lessonID, token string) (LessonView, error) {
	return get[LessonView](ctx, c, path("/api/v1/learn/%s/lessons/%s", entitlementID, lessonID), orderToken(token))
}

// SetDone marks a lesson as done, or takes the mark back.
func (c *Client) SetDone(ctx context.Context, entitlementID, lessonID, token string, done bool) (Progress, error) {
	method := http.MethodPut
	if !done {
		method = http.MethodDelete
	}
	return send[Progress](ctx, c, method, path("/api/v1/learn/%s/lessons/%s/done", entitlementID, lessonID), nil, orderToken(token))
}
