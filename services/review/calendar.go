package review

import (
	"slices"
	"time"
)

const (
	// patience is how many business days an employer has to answer.
	patience = 10
	// longest is how long an approval can hold.
	longest = 90 * 24 * time.Hour
	// afterwards is how long the links of a submission that opens nothing still show what was decided.
	afterwards = 14 * 24 * time.Hour
)

// businessDays later: the same time of day in the zone, n days from Monday to Friday on. Public holidays count as days: they
// differ by country, and nothing is lost by an answer that comes late.
func businessDays(from time.Time, n int, zone *time.Location) time.Time {
	at := from.In(zone)
	for n > 0 {
		at = at.AddDate(0, 0, 1)
		if d := at.Weekday(); d != time.Saturday && d != time.Sunday {
			n--
		}
	}
	return at.UTC()
}

// workingDays later, in the calendar of who decides: days from Monday to Friday on which they are not closed, as 2006-01-02. A calendar that is
// closed for good counts as if it weren't.
func workingDays(from time.Time, n int, zone *time.Location, closed []string) time.Time {
	at := from.In(zone)
	for looked := 0; n > 0; looked++ {
		at = at.AddDate(0, 0, 1)
		if d := at.Weekday(); d == time.Saturday || d == time.Sunday || looked < 400 && slices.Contains(closed, at.Format(time.DateOnly)) {
			continue
		}
		n--
	}
	return at.UTC()
}
