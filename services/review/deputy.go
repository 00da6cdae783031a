package review

import (
	"slices"
	"time"

	"github.com/workfluence/workfluence/services/review/reviewapi"
)

const deputyPrefix = "deputy"

// longestSpan bounds for how long somebody stands in for another.
const longestSpan = 366 * 24 * time.Hour

// Deputy is somebody who stands in for another, for a span.
//
//	named ── from ──► stands in ── until, or ended ──► over
//	                     └── who is away loses their role: only what was open by then
type Deputy struct {
	ID             string
	OrganisationID string
	PersonID       string // who is away
	DelegateID     string
	Roles          []string // of who is away, when they named them
	FromAt         time.Time
	UntilAt        time.Time
	EndedAt        *time.Time
	LeftAt         *time.Time
}

// now says that its span runs.
func (d Deputy) runs(now time.Time) bool {
	return d.EndedAt == nil && !now.Before(d.FromAt) && now.Before(d.UntilAt)
}

// standsIn are the roles in which the delegate may speak in a stage that was opened at a time: those that who is away has, and, of those
// that they had when they left, for what was open by then. present are their roles now.
func (d Deputy) standsIn(present []string, opened *time.Time, now time.Time) []string {
	if !d.runs(now) {
		return nil
	}
	inherited := opened != nil && (d.LeftAt == nil || !opened.After(*d.LeftAt))
	return slices.DeleteFunc(slices.Clone(d.Roles), func(r string) bool { return !inherited && !slices.Contains(present, r) })
}

func (d Deputy) wire(names map[string]string) reviewapi.Deputy {
	return reviewapi.Deputy{
		ID: d.ID, Person: d.PersonID, Name: names[d.PersonID], Delegate: d.DelegateID, DelegateName: names[d.DelegateID], Roles: d.Roles, From: d.FromAt, Until: d.UntilAt,
		Ended: d.EndedAt,
	}
}
