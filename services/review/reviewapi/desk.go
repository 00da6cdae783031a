package reviewapi

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/workfluence/workfluence/internal/call"
)

// AssuranceClaimed is what a decision of a member is worth: the employer proved its domain, and its owner named who decides.
const AssuranceClaimed = "claimed"

// What a desk lists.
const (
	DeskWaiting = "waiting"
	DeskPast    = "past"
)

// DeskRow is a submission on an employer's desk: nothing of what was written, and nothing else of who wrote it.
type DeskRow struct {
	ID     string `json:"id"`
	Author string `json:"author"` // "" for somebody without a name
	// Employer and Domain are whom the author named.
	Employer  string     `json:"employer"`
	Domain    string     `json:"domain"`
	State     string     `json:"state"`
	Asked     time.Time  `json:"asked"`
	Due       *time.Time `json:"due,omitempty"`
	Decided   *time.Time `json:"decided,omitempty"`
	Published *time.Time `json:"published,omitempty"`
	// Stages are those of its organisation, none without any. Due is then the first day of those that are open.
	Stages []Stage `json:"stages,omitempty"`
	// Turn is true when the reader may speak in one that is open.
	Turn bool `json:"turn,omitempty"`
	// NoReviewer is true while too few may speak in one that is open.
	NoReviewer bool `json:"no_reviewer,omitempty"`
	// Version is of the submission, 0 without stages.
	Version int64 `json:"version,omitempty"`
}

// DeskPage is a page of them, newest first. Next is "" at the end.
type DeskPage struct {
	Items []DeskRow `json:"data"`
	Next  string    `json:"next,omitempty"`
}

// DeskList lists what was sent to the employers that an organisation claimed. problem.ErrNotFound for who reviews nothing there.
func (c *Client) DeskList(ctx context.Context, organisation, list, cursor string) (DeskPage, error) {
	query := url.Values{"list": {list}, "cursor": {cursor}}
	return call.Do[DeskPage](ctx, c.hc, http.MethodGet, path("/api/v1/employers/%s/submissions", organisation)+"?"+query.Encode(), nil)
}

// AtDesk is a submission as a member of the organisation reads it. problem.ErrNotFound, ErrSelfReview.
func (c *Client) AtDesk(ctx context.Context, organisation, submission string) (Review, error) {
	return call.Do[Review](ctx, c.hc, http.MethodGet, path("/api/v1/employers/%s/submissions/%s", organisation, submission), nil)
}

// DecideAtDesk takes a member's word; Role is one of their reviewing roles. The errors of Decide, and accountsapi.ErrRoleMissing.
func (c *Client) DecideAtDesk(ctx context.Context, organisation, submission, key string, version int64, in Decide) (Review, error) {
	return call.Do[Review](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/submissions/%s/decision", organisation, submission), in, withKey(key), ifMatch(version))
}

// RevokeAtDesk takes an agreement away as a member. The errors of Revoke, and accountsapi.ErrRoleMissing.
func (c *Client) RevokeAtDesk(ctx context.Context, organisation, submission string, version int64, in RevokeDecision) (Review, error) {
	return call.Do[Review](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/submissions/%s/revocation", organisation, submission), in, ifMatch(version))
}
