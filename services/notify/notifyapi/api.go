// Package notifyapi is what the gateway and the pages see of notify: a
// person's inbox. Notify emits no events.
package notifyapi

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/workfluence/workfluence/internal/call"
)

// Name is the module's name: its target and its host (notify.svc).
const Name = "notify"

// Prefixes are the public paths that the gateway hands to notify.
var Prefixes = []string{"/api/v1/notices"}

// Events are the payloads by name: none.
var Events = map[string]any{}

// Notice is a message from us in a person's inbox.
type Notice struct {
	ID   string `json:"id"`
	Kind Kind   `json:"kind"`
	// Text is one sentence in the language of the request. It holds no markup.
	Text string `json:"text"`
	// Path is the page where the person can act on it, on our own site.
	Path    string     `json:"path"`
	Created time.Time  `json:"created"`
	Read    *time.Time `json:"read,omitempty"`
}

// Kind says what a notice is about.
type Kind string

// The kinds of notice that reach the inbox. Others are mails only.
const (
	KindReceipt      Kind = "receipt"       // you bought something
	KindSale         Kind = "sale"          // somebody bought from you
	KindSaleLost     Kind = "sale_lost"     // a buyer was turned away: Stripe does not know you yet
	KindRefund       Kind = "refund"        // money is on its way back to you
	KindRefunded     Kind = "refunded"      // a sale of yours was refunded
	KindRefundFailed Kind = "refund_failed" // a refund to you came back from your bank
	KindRefundBack   Kind = "refund_back"   // a refund of a sale of yours came back: you decide
	KindRefundOff    Kind = "refund_off"    // a refund to you that came back was given up
	KindPayoutSent   Kind = "payout_sent"   // money is on its way to your bank
	KindPayoutPaid   Kind = "payout_paid"   // it arrived
	KindPayoutFailed Kind = "payout_failed" // your bank returned it
	KindAnswer       Kind = "review_answer" // an employer answered about a post of yours, or did not
)

// Notices is one page of an inbox, newest first. Next is the cursor of the following page, empty at the end.
type Notices struct {
	Data []Notice `json:"data"`
	Next string   `json:"next,omitempty"`
}

// PersonalData is what notify holds about one person: part of their export.
type PersonalData struct {
	Notices []Notice `json:"notices"`
}

// Unread is how many notices a person hasn't read.
type Unread struct {
	Count int `json:"count"`
}

const base = "http://" + Name + ".svc"

// Client reads and marks the inbox of the person in the context.
type Client struct{ hc *http.Client }

// NewClient is a client over the caller's call client.
func NewClient(hc *http.Client) *Client { return &Client{hc: hc} }

// Notices gives a page of the inbox, newest first, from a cursor ("" is the
// start).
func (c *Client) Notices(ctx context.Context, cursor string) (Notices, error) {
	return call.Do[Notices](ctx, c.hc, http.MethodGet, base+"/api/v1/notices?"+url.Values{"cursor": {cursor}}.Encode(), nil)
}

// PersonalData is what notify holds about a person. For accounts, which composes the export.
func (c *Client) PersonalData(ctx context.Context, personID string) (PersonalData, error) {
	return call.Do[PersonalData](ctx, c.hc, http.MethodGet, base+"/internal/personal-data/"+url.PathEscape(personID), nil)
}

// Unread counts what the person hasn't read, at most 100: for the shell.
func (c *Client) Unread(ctx context.Context) (Unread, error) {
	return call.Do[Unread](ctx, c.hc, http.MethodGet, base+"/api/v1/notices/unread", nil)
}

// Read marks one notice as read; a second time does nothing. Somebody else's
// notice is problem.ErrNotFound.
func (c *Client) Read(ctx context.Context, id string) (Notice, error) {
	return call.Do[Notice](ctx, c.hc, http.MethodPost, base+"/api/v1/notices/"+url.PathEscape(id)+"/read", nil)
}

// ReadAll marks every notice of the person as read and says how many are
// unread afterwards.
func (c *Client) ReadAll(ctx context.Context) (Unread, error) {
	return call.Do[Unread](ctx, c.hc, http.MethodPost, base+"/api/v1/notices/read-all", nil)
}
