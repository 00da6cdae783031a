package contentapi

import (
	"context"
	"net/http"
	"net/url"

	"github.com/workfluence/workfluence/internal/call"
)

// Publish says that the newest version of a document appears now. problem.ErrStale when the digest is not the newest's,
// ErrDocumentClosed, ErrDocumentEmpty, ErrDestinationUnknown, ErrAlreadyPublished, ErrDisclosureMissing, and what its gates
// say: ErrGateWaiting, ErrGateClosed, ErrPolicyStale, ErrApprovalStale, ErrApprovalEarly, ErrApprovalExpired.
func (c *Client) Publish(ctx context.Context, key, id string, in Publish) (Document, error) {
	return call.Do[Document](ctx, c.hc, http.MethodPost, path("/api/v1/documents/%s/publications", id), in, withKey(key))
}

// Prove says where a publication can be seen; the last word counts.
func (c *Client) Prove(ctx context.Context, id, publicationID string, in Prove) (Document, error) {
	return call.Do[Document](ctx, c.hc, http.MethodPut, path("/api/v1/documents/%s/publications/%s/url", id, publicationID), in)
}

// CompareLive compares what a publication's address shows now with what was published, and keeps the outcome.
func (c *Client) CompareLive(ctx context.Context, id, publicationID string, in CompareLive) (LiveChanges, error) {
	return call.Do[LiveChanges](ctx, c.hc, http.MethodPost, path("/api/v1/documents/%s/publications/%s/comparisons", id, publicationID), in)
}

// SetSchedule says when a document is to appear. problem.ErrStale when the digest is not the newest's, ErrDocumentClosed,
// ErrDocumentPublished, ErrDestinationUnknown.
func (c *Client) SetSchedule(ctx context.Context, id string, in SetSchedule) (Document, error) {
	return call.Do[Document](ctx, c.hc, http.MethodPut, path("/api/v1/documents/%s/schedule", id), in)
}

// Unschedule takes the time away again.
func (c *Client) Unschedule(ctx context.Context, id string) (Document, error) {
	return call.Do[Document](ctx, c.hc, http.MethodDelete, path("/api/v1/documents/%s/schedule", id), nil)
}

// TakeBack stops waiting for a party that the caller had chosen. ErrGateBinding.
func (c *Client) TakeBack(ctx context.Context, id, gateID string) (Document, error) {
	return call.Do[Document](ctx, c.hc, http.MethodDelete, path("/api/v1/documents/%s/gates/%s", id, gateID), nil)
}

// CreateBound begins a document behind the gates of a contract. For ghostwriting and partnerships, each with gates of its own.
func (c *Client) CreateBound(ctx context.Context, key string, in NewBoundDocument) (Document, error) {
	return call.Do[Document](ctx, c.hc, http.MethodPost, path("/internal/documents"), in, withKey(key))
}

// SetManifest makes a product's publication as it stands now the newest version of its document, and the document if there is none
// yet. The same manifest adds nothing. For storefront.
func (c *Client) SetManifest(ctx context.Context, productID string, in SetManifest) (Document, error) {
	return call.Do[Document](ctx, c.hc, http.MethodPut, path("/internal/publications/%s", productID), in)
}

// PublishManifest says that a product's newest manifest appears now. problem.ErrStale when the digest is not the newest's, and what
// its gates say, as of Publish. What has appeared already appears again, if its gates still let it. For storefront.
func (c *Client) PublishManifest(ctx context.Context, productID string, in PublishManifest) (Document, error) {
	return call.Do[Document](ctx, c.hc, http.MethodPost, path("/internal/publications/%s/publish", productID), in)
}

// AddGate puts one more party before a document; one that was taken back waits again. For the part that speaks for it.
func (c *Client) AddGate(ctx context.Context, id string, in AddGate) (Gate, error) {
	return call.Do[Gate](ctx, c.hc, http.MethodPost, path("/internal/documents/%s/gates", id), in)
}

// OpenGate says that a party agreed. Repeats and late words change nothing; the answer is the gate as it stands.
func (c *Client) OpenGate(ctx context.Context, id string, in OpenGate) (Gate, error) {
	return call.Do[Gate](ctx, c.hc, http.MethodPost, path("/internal/documents/%s/gates/open", id), in)
}

// CloseGate takes a party's agreement away, and says whether something had appeared under it. Every repeat of a seq gets
// the first answer.
func (c *Client) CloseGate(ctx context.Context, id string, in CloseGate) (Closing, error) {
	return call.Do[Closing](ctx, c.hc, http.MethodPost, path("/internal/documents/%s/gates/close", id), in)
}

// Show is a version of a document that waits for a party's word, for the part that speaks for it.
func (c *Client) Show(ctx context.Context, id, digest string, party Party) (Shown, error) {
	return get[Shown](ctx, c, with(path("/internal/documents/%s/shown/%s", id, digest), url.Values{"kind": {party.Kind}, "ref": {party.Ref}}))
}

// SuggestFor keeps the exact words that a party would agree to as a suggestion for the document's owner. ResultDigest of the answer is of
// the version that it makes: an agreement to it may come at once. For the part that speaks for the party; problem.ErrInvalid with a field of
// code "same" for the words that stand there already.
func (c *Client) SuggestFor(ctx context.Context, key, id, digest string, in PartySuggestion) (Comment, error) {
	return call.Do[Comment](ctx, c.hc, http.MethodPost, path("/internal/documents/%s/shown/%s/suggestions", id, digest), in, withKey(key))
}
