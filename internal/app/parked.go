package app

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
)

// Parked is the list of events that a part could not handle, for the operator.
type Parked struct {
	Events []outbox.ParkedEvent `json:"data"`
}

// Replayed says how many parked events are tried again.
type Replayed struct {
	Events int64 `json:"events"`
}

type replayIn struct {
	EventID string `path:"event" validate:"required,max=64"`
}

// parkedPath is answered by every part that has a database.
const parkedPath = "/internal/app/parked"

// events lets an operator see the parked events of a part and replay them.
func (a *App) events(name string, next http.Handler, v *identity.Verifier) http.Handler {
	if a.pools[name] == nil {
		return next
	}
	r := rest.NewRouter(name, v, rest.WithLog(a.opts.Log))
	access := rest.Any(rest.Operator)
	rest.Handle(r, rest.Route{Method: "GET", Path: parkedPath, Summary: "The events that failed too often", Access: access, Internal: true},
		func(ctx context.Context, _ *rest.Empty) (*Parked, error) {
			events, err := a.buses[name].Parked(ctx)
			return &Parked{events}, err
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: parkedPath + "/:event/replay", Summary: "Try a parked event again", Access: access,
		Internal: true, Errors: []*problem.Error{problem.ErrNotFound, problem.ErrConflict}},
		func(ctx context.Context, in *replayIn) (*rest.Empty, error) {
			return &rest.Empty{}, a.buses[name].Replay(ctx, in.EventID)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: parkedPath + "/replay", Summary: "Try all parked events again", Access: access, Internal: true},
		func(ctx context.Context, _ *rest.Empty) (*Replayed, error) {
			n, err := a.buses[name].ReplayAll(ctx)
			return &Replayed{Events: n}, err
		})
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == parkedPath || strings.HasPrefix(req.URL.Path, parkedPath+"/") {
			r.ServeHTTP(w, req)
			return
		}
		next.ServeHTTP(w, req)
	})
}

// ParkedClient sees and replays the parked events of any part, for an operator: every call needs one in its context.
type ParkedClient struct{ hc *http.Client }

// NewParkedClient makes a client over hc, whose transport knows where the parts are.
func NewParkedClient(hc *http.Client) *ParkedClient { return &ParkedClient{hc: hc} }

// Parked lists the parked events of a part, latest failure first, at most 500.
func (c *ParkedClient) Parked(ctx context.Context, part string) ([]outbox.ParkedEvent, error) {
	found, err := call.Do[Parked](ctx, c.hc, http.MethodGet, "http://"+part+".svc"+parkedPath, nil)
	return found.Events, err
}

// Replay tries one event again. problem.ErrNotFound when it is parked no more, problem.ErrConflict while it is still tried again by itself.
func (c *ParkedClient) Replay(ctx context.Context, part, eventID string) error {
	_, err := call.Do[call.Empty](ctx, c.hc, http.MethodPost, "http://"+part+".svc"+parkedPath+"/"+url.PathEscape(eventID)+"/replay", nil)
	return err
}

// ReplayAll tries all of a part's again and returns how many there were.
func (c *ParkedClient) ReplayAll(ctx context.Context, part string) (int64, error) {
	n, err := call.Do[Replayed](ctx, c.hc, http.MethodPost, "http://"+part+".svc"+parkedPath+"/replay", nil)
	return n.Events, err
}
