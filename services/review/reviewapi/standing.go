package reviewapi

import (
	"context"
	"net/http"
	"time"

	"github.com/workfluence/workfluence/internal/call"
)

// DeskSample lists what went through under standing permissions and waits to be read afterwards.
const DeskSample = "sample"

// States of a standing permission.
const (
	StandingEarly   = "early" // its period has not begun
	StandingOpen    = "open"
	StandingOver    = "over"
	StandingRevoked = "revoked"
)

// What comes of a post whose author wants it let through under a permission.
const (
	UseAsked  = "asked"  // on its way
	UseOpened = "opened" // at once
	UseWaits  = "waits"  // it is asked like every other, for the reason named
)

// Why a post does not go through under a permission: the first of these that is so. StandingEarly, StandingOver and StandingRevoked too.
const (
	WaitsElsewhere   = "elsewhere"   // it is asked of somebody whom the permission says nothing about, or its author has not proved that they work there
	WaitsStages      = "stages"      // the employer's stages ask for more than the signer's word
	WaitsSelf        = "self"        // its author signed the permission
	WaitsProduct     = "product"     // it is no post
	WaitsMedia       = "media"       // it has pictures or recordings, which no rule can look at
	WaitsDestination = "destination" // it may appear elsewhere, or nowhere yet
	WaitsHit         = "hit"         // a rule found something
	WaitsFull        = "full"        // the week's places are taken
)

// GrantStanding is what a reviewer signs: a class of posts that open at once.
type GrantStanding struct {
	// Submission is one at your desk: the permission is for its author. Left out, Everybody has to be true.
	Submission string `json:"submission,omitempty" validate:"max=64"`
	// Everybody is for all who proved by their mailbox that they work for you; AWeek counts for each.
	Everybody bool     `json:"everybody,omitempty"`
	Topics    []string `json:"topics" validate:"required,min=1,max=10,dive,required,max=80"`
	Channels  []string `json:"channels" validate:"required,min=1,max=5,unique,dive,oneof=linkedin tiktok newsletter members air"`
	// Kinds are those of which a hit waits (docs/prescreen.md); none is every kind.
	Kinds []string `json:"kinds,omitempty" validate:"max=40,unique,dive,max=40"`
	// Media lets posts with pictures and recordings through, which no rule looks at.
	Media bool `json:"media,omitempty"`
	// AWeek is how many open from Monday to Monday in Zone.
	AWeek int `json:"a_week" validate:"required,min=1,max=50"`
	// Sample is the percentage that the desk reads afterwards, chosen by chance.
	Sample int        `json:"sample" validate:"min=0,max=100"`
	From   *time.Time `json:"from,omitempty"` // null for now
	// Until is its end, a year from now at most. No post appears under it later.
	Until time.Time `json:"until" validate:"required"`
	Zone  string    `json:"zone" validate:"required,max=64"` // IANA
	Signature
}

// Standing is a standing permission.
type Standing struct {
	ID           string    `json:"id"`
	Organisation string    `json:"organisation"`
	Author       string    `json:"author,omitempty"` // what they are called, "" for everybody and for somebody without a name
	Everybody    bool      `json:"everybody"`
	Topics       []string  `json:"topics"`
	Channels     []string  `json:"channels"`
	Kinds        []string  `json:"kinds"`
	Media        bool      `json:"media"`
	AWeek        int       `json:"a_week"`
	Sample       int       `json:"sample"`
	Zone         string    `json:"zone"`
	From         time.Time `json:"from"`
	Until        time.Time `json:"until"`
	// Digest is of all that was signed: what receipts name.
	Digest  string     `json:"digest"`
	Name    string     `json:"name"`
	Role    string     `json:"role"`
	Signed  time.Time  `json:"signed"`
	State   string     `json:"state"`
	Revoked *time.Time `json:"revoked,omitempty"`
	Reason  string     `json:"reason,omitempty"` // of the revocation
	Version int64      `json:"version"`          // send it as If-Match
	// Used is how many went through this week: for the desk all, and null where fewer than 5 of everybody would tell who; for an author their own.
	Used *int `json:"used,omitempty"`
	// Week is when the current week ends.
	Week time.Time `json:"week"`
}

// StandingList are permissions, newest first.
type StandingList struct {
	Items []Standing `json:"data"`
}

// Offer is a permission that a draft might go through under. Reason is why not, "" when it would open at once.
type Offer struct {
	Standing
	Reason string `json:"reason_waits,omitempty"`
}

// Offers are all permissions for the author of a draft.
type Offers struct {
	Items []Offer `json:"data"`
}

// Under says under which permission a post is to go through, and under which of its topics its author says that it falls.
type Under struct {
	Permission string `json:"permission" validate:"required,max=64"`
	Topic      string `json:"topic" validate:"required,max=80"`
}

// StandingUse is what came of it.
type StandingUse struct {
	Under
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
	// Sampled says that the desk may read it afterwards; Looked that it did.
	Sampled bool       `json:"sampled"`
	Looked  *time.Time `json:"looked,omitempty"`
}

// UnderStanding is the standing permission that a decision stands on.
type UnderStanding struct {
	Permission string    `json:"permission"`
	Digest     string    `json:"digest"`
	Topic      string    `json:"topic,omitempty"`
	Signed     time.Time `json:"signed"`
}

// RevokeStanding ends a permission. What it opened stays as it is.
type RevokeStanding struct {
	Signature
	Reason string `json:"reason" validate:"required,max=5000"`
}

// GrantStanding signs a permission. problem.ErrNotFound, ErrSelfReview, accountsapi.ErrRoleMissing.
func (c *Client) GrantStanding(ctx context.Context, organisation, key string, in GrantStanding) (Standing, error) {
	return call.Do[Standing](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/standing-permissions", organisation), in, withKey(key))
}

// StandingList lists an organisation's permissions. problem.ErrNotFound for who reviews nothing there.
func (c *Client) StandingList(ctx context.Context, organisation string) (StandingList, error) {
	return call.Do[StandingList](ctx, c.hc, http.MethodGet, path("/api/v1/employers/%s/standing-permissions", organisation), nil)
}

// Standing is one of an organisation's permissions. problem.ErrNotFound.
func (c *Client) Standing(ctx context.Context, organisation, id string) (Standing, error) {
	return call.Do[Standing](ctx, c.hc, http.MethodGet, path("/api/v1/employers/%s/standing-permissions/%s", organisation, id), nil)
}

// RevokeStanding ends a permission. ErrStandingRevoked, problem.ErrStale, accountsapi.ErrRoleMissing.
func (c *Client) RevokeStanding(ctx context.Context, organisation, id string, version int64, in RevokeStanding) (Standing, error) {
	return call.Do[Standing](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/standing-permissions/%s/revocation", organisation, id), in, ifMatch(version))
}

// Looked says that the desk has read what went through and was sampled. Twice is once. problem.ErrNotFound for everything else.
func (c *Client) Looked(ctx context.Context, organisation, submission string) error {
	_, err := call.Do[call.Empty](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/submissions/%s/look", organisation, submission), nil)
	return err
}

// MyStanding are the permissions for the caller: those of now, and those that ended lately.
func (c *Client) MyStanding(ctx context.Context) (StandingList, error) {
	return call.Do[StandingList](ctx, c.hc, http.MethodGet, path("/api/v1/standing-permissions"), nil)
}

// Offers are the permissions under which a draft of the caller's would go through, or why not.
func (c *Client) Offers(ctx context.Context, submission string) (Offers, error) {
	return call.Do[Offers](ctx, c.hc, http.MethodGet, path("/api/v1/submissions/%s/standing-permissions", submission), nil)
}
