package app

import "time"

// Due is a deadline that a part waits for.
type Due struct {
	At   time.Time // zero for none
	What string    // "transfer to a creator", for the clock's page
}

// Before says whether d comes first; no deadline comes last.
func (d Due) Before(other Due) bool {
	if d.At.IsZero() || other.At.IsZero() {
		return !d.At.IsZero()
	}
	return d.At.Before(other.At)
}
