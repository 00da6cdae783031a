// Package problem is the one error type of the house.
//
// A service declares its codes as sentinels in its api package; the sentinel
// crosses a process border as RFC 9457 problem+json and comes back equal, so
// that a code raised in billing reaches the browser unchanged:
// Parse(e.Status(), Render(e)) equals e. What does not cross is the hidden
// cause: it is for our own log, never for the person.
//
// One table maps a Kind to a status. An error that is not ours becomes
// ErrInternal, without its text.
package problem
