package review

import "time"

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
