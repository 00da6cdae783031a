package review

import (
	"strings"
	"time"

	"github.com/workfluence/workfluence/web/shell"
)

// moment is a time of day in a zone, as a person types it, and the instants that it can mean: two in the hour that the clocks are set
// back, none in the one that they leave out.
type moment struct {
	typed    string // "2026-11-01T01:30", "" for none
	chosen   string // the offset that was chosen of two, "-05:00"
	bad      string // why it can't be read
	instants []time.Time
}

const typedForm = "2006-01-02T15:04"

func readMoment(v *shell.Visit, name, zone string) moment {
	return newMoment(typed(v, name), v.Form(name+"_offset"), zone)
}

func newMoment(text, chosen, zone string) moment {
	m := moment{typed: text, chosen: chosen}
	if text == "" {
		return m
	}
	place, err := time.LoadLocation(zone)
	if err != nil || zone == "" || strings.EqualFold(zone, "local") {
		m.bad = "zone"
		return m
	}
	clock, err := time.Parse(typedForm, text)
	if err != nil {
		m.bad = "unreadable"
		return m
	}
	// Whatever the zone's offset is around that time, one of these is right; both are, when the clocks are set back.
	seen := map[string]bool{}
	for _, around := range []time.Duration{-26 * time.Hour, 26 * time.Hour} {
		_, offset := clock.Add(around).In(place).Zone()
		at := clock.Add(-time.Duration(offset) * time.Second).In(place)
		if at.Format(typedForm) == text && !seen[at.Format(time.RFC3339)] {
			seen[at.Format(time.RFC3339)] = true
			m.instants = append(m.instants, at)
		}
	}
	switch {
	case len(m.instants) == 0:
		m.bad = "skipped"
	case len(m.instants) == 2:
		if m.instants[1].Before(m.instants[0]) {
			m.instants[0], m.instants[1] = m.instants[1], m.instants[0]
		}
		if m.instant() == nil {
			m.bad = "twice"
		}
	}
	return m
}

func (m moment) fault() string { return m.bad }

// offset of an instant, as it is shown and sent.
func offset(at time.Time) string { return at.Format("-07:00") }

// instant is the one that is meant, nil for none or while two are possible.
func (m moment) instant() *time.Time {
	for _, at := range m.instants {
		if len(m.instants) == 1 || offset(at) == m.chosen {
			utc := at.UTC()
			return &utc
		}
	}
	return nil
}

// offsets are the choices of a time that comes twice.
func (m moment) offsets() []string {
	if len(m.instants) < 2 {
		return nil
	}
	return []string{offset(m.instants[0]), offset(m.instants[1])}
}
