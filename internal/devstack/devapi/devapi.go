// Package devapi is what pages and the tour see of the demo's own part: the
// clock, the caught mails and "sign in as". The part exists only under
// `serve --dev`; elsewhere every call is problem.ErrUnavailable or not found.
package devapi

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/problem"
)

// Name is the part's name.
const Name = "dev"

// Prefix is the public path of the part.
const Prefix = "/api/v1/dev"

// ErrNotQuiet says that the house did not come to rest in time after the
// clock moved; it went on working.
var ErrNotQuiet = problem.Declare(problem.Unavailable, "demo_not_quiet", "The clock has moved, but some work of that time is still going on.")

// Clock is the demo's time.
type Clock struct {
	Now  time.Time `json:"now"`
	Wall time.Time `json:"wall"`
	// Next is the next deadline that some part waits for.
	Next *Deadline `json:"next,omitempty"`
}

// Deadline is something that will happen by itself.
type Deadline struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
	Part string    `json:"part"`
}

// Move asks for the clock to walk: through every deadline until Until, or
// Hours ahead, or just to the next deadline when both are absent.
type Move struct {
	Hours int        `json:"hours,omitempty" validate:"min=0,max=20000"`
	Until *time.Time `json:"until,omitempty"`
}

// Mail is a caught mail.
type Mail struct {
	ID      string    `json:"id"`
	To      []string  `json:"to"`
	From    string    `json:"from"`
	Subject string    `json:"subject"`
	At      time.Time `json:"at"`
	Text    string    `json:"text,omitempty"`
	HTML    string    `json:"html,omitempty"`
}

// Mails is a list of mails, the newest first, without their bodies.
type Mails struct {
	Data []Mail `json:"data"`
}

// Demo is what stands ready to be tried.
type Demo struct {
	// People can be signed in as; empty until the demo world is complete, and without one.
	People []DemoPerson `json:"people"`
	// Stripe is the simulator's own address; what is below /_sim shows its state.
	Stripe string `json:"stripe"`
}

// DemoPerson is somebody of the demo world.
type DemoPerson struct {
	Email string `json:"email"`
	Name  string `json:"name"`
	Hat   string `json:"hat"` // creator, buyer or operator: what they are there to show
}

// Client speaks to the part.
type Client struct {
	hc   *http.Client
	base string
}

// NewClient is a client over a call client.
func NewClient(hc *http.Client) *Client { return &Client{hc, "http://" + Name + ".svc"} }

// NewPublicClient is a client over the public address, for programs outside.
func NewPublicClient(hc *http.Client, base string) *Client { return &Client{hc, base} }

// Clock reads the demo's time and the next deadline.
func (c *Client) Clock(ctx context.Context) (Clock, error) {
	return call.Do[Clock](ctx, c.hc, http.MethodGet, c.base+Prefix+"/clock", nil)
}

// Advance walks the clock and waits until the house is quiet. ErrNotQuiet.
func (c *Client) Advance(ctx context.Context, m Move) (Clock, error) {
	return call.Do[Clock](ctx, c.hc, http.MethodPost, c.base+Prefix+"/clock", m)
}

// Mails lists the newest mails, of one recipient or of all.
func (c *Client) Mails(ctx context.Context, to string) (Mails, error) {
	return call.Do[Mails](ctx, c.hc, http.MethodGet, c.base+Prefix+"/mails?to="+url.QueryEscape(to), nil)
}

// Mail reads one mail.
func (c *Client) Mail(ctx context.Context, id string) (Mail, error) {
	return call.Do[Mail](ctx, c.hc, http.MethodGet, c.base+Prefix+"/mails/"+url.PathEscape(id), nil)
}

// Demo says what stands ready to be tried.
func (c *Client) Demo(ctx context.Context) (Demo, error) {
	return call.Do[Demo](ctx, c.hc, http.MethodGet, c.base+Prefix+"/demo", nil)
}

// Settle waits until the house is quiet, without moving the clock. ErrNotQuiet.
func (c *Client) Settle(ctx context.Context) (Clock, error) {
	return call.Do[Clock](ctx, c.hc, http.MethodPost, c.base+Prefix+"/settle", struct{}{})
}
