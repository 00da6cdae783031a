package reviewapi

import (
	"context"
	"net/http"
	"time"

	"github.com/workfluence/workfluence/internal/call"
)

// WaitsQuiet is why a post waits although a permission has its class: its employer's quiet period.
const WaitsQuiet = "quiet"

// SetQuiet names days in which nothing opens: before results, during a strike, while a matter is in court. At is a local date and time in Zone.
type SetQuiet struct {
	From  string `json:"from,omitempty" validate:"max=25"` // "2027-04-01T00:00"; "" is now
	Until string `json:"until" validate:"required,max=25"`
	Zone  string `json:"zone" validate:"required,max=64"` // IANA
	// Why is for your desk alone.
	Why string `json:"why,omitempty" validate:"max=500"`
}

// Quiet is a quiet period. From and until are instants; Ended is when somebody ended it before.
type Quiet struct {
	ID      string     `json:"id"`
	From    time.Time  `json:"from"`
	Until   time.Time  `json:"until"`
	Zone    string     `json:"zone"`
	Why     string     `json:"why,omitempty"`
	Ended   *time.Time `json:"ended,omitempty"`
	State   string     `json:"state"`   // early, open, over: as of standing permissions
	Version int64      `json:"version"` // send it as If-Match
}

// QuietList are an organisation's quiet periods, the latest first.
type QuietList struct {
	Items []Quiet `json:"data"`
}

// QuietList lists them. problem.ErrNotFound for who reviews nothing there.
func (c *Client) QuietList(ctx context.Context, organisation string) (QuietList, error) {
	return call.Do[QuietList](ctx, c.hc, http.MethodGet, path("/api/v1/employers/%s/quiet-periods", organisation), nil)
}

// SetQuiet begins or plans one.
func (c *Client) SetQuiet(ctx context.Context, organisation, key string, in SetQuiet) (Quiet, error) {
	return call.Do[Quiet](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/quiet-periods", organisation), in, withKey(key))
}

// EndQuiet ends one now. problem.ErrStale; over already it changes nothing.
func (c *Client) EndQuiet(ctx context.Context, organisation, id string, version int64) (Quiet, error) {
	return call.Do[Quiet](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/quiet-periods/%s/end", organisation, id), nil, ifMatch(version))
}
