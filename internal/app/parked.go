package app

import (
	"context"
	"net/http"
	"strings"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
)

// Parked is the list of events that a part could not handle, for the operator.
type Parked struct {
	Events []outbox.ParkedEvent `json:"data"`
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
		Internal: true, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *replayIn) (*rest.Empty, error) {
			return &rest.Empty{}, a.buses[name].Replay(ctx, in.EventID)
		})
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == parkedPath || strings.HasPrefix(req.URL.Path, parkedPath+"/") {
			r.ServeHTTP(w, req)
			return
		}
		next.ServeHTTP(w, req)
	})
}
