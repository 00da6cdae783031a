package operator

import (
	"errors"
	"slices"

	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
)

// parked is what one part could not handle.
type parked struct {
	part   string
	events []outbox.ParkedEvent
	silent bool // the part did not answer
}

// eventsView answers "what could not be handled?".
type eventsView struct{ parts []parked }

func (e eventsView) waiting() int {
	n := 0
	for _, p := range e.parts {
		n += len(p.events)
	}
	return n
}

// silent says that some part did not answer, so that "nothing waits" can't be said.
func (e eventsView) silent() bool {
	return slices.ContainsFunc(e.parts, func(p parked) bool { return p.silent })
}

func (h *pages) events(v *shell.Visit) error {
	var view eventsView
	for _, part := range Parts {
		events, err := h.parts.Parked(v.Context(), part)
		if kind := problem.From(err); err != nil && kind.Kind == problem.NotFound {
			return err // the role has ended meanwhile
		}
		view.parts = append(view.parts, parked{part: part, events: events, silent: err != nil})
	}
	v.Page.Title = v.L.T("operator.events.title")
	return v.Show(events(v.L, view))
}

// replay tries one event of a part again, or with "all" every event of every part.
func (h *pages) replay(v *shell.Visit) error {
	if v.Form("do") == "all" {
		return h.replayAll(v)
	}
	part, event := v.Form("part"), v.Form("event")
	if !slices.Contains(Parts, part) || event == "" {
		return problem.ErrMalformed
	}
	if err := h.people.RecordPress(v.Context(), accountsapi.Press{Action: accountsapi.PressEventReplayed, Object: event, Part: part}); err != nil {
		return err
	}
	switch err := h.parts.Replay(v.Context(), part, event); {
	case errors.Is(err, problem.ErrNotFound):
		v.Flash("operator.events.gone")
	case errors.Is(err, problem.ErrConflict):
		v.Flash("operator.events.trying")
	case err != nil:
		return err
	default:
		v.Flash("operator.events.tried")
	}
	return v.See(eventsPath)
}

func (h *pages) replayAll(v *shell.Visit) error {
	said := "operator.events.tried_all"
	for _, part := range Parts {
		if h.replayPart(v, part) != nil {
			said = "operator.events.tried_some" // the list says of each part that does not answer
		}
	}
	v.Flash(said)
	return v.See(eventsPath)
}

// replayPart leaves a part alone in which nothing is parked: its press would say nothing.
func (h *pages) replayPart(v *shell.Visit, part string) error {
	events, err := h.parts.Parked(v.Context(), part)
	if err != nil || len(events) == 0 {
		return err
	}
	if err := h.people.RecordPress(v.Context(), accountsapi.Press{Action: accountsapi.PressEventsReplayed, Object: part, Part: part}); err != nil {
		return err
	}
	_, err = h.parts.ReplayAll(v.Context(), part)
	return err
}
