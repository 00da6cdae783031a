package review

import (
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

const (
	employmentPrefix = "employment"
	workCodePrefix   = "wcode"
	// workCodeLife is how long a code for a mailbox at work is good. Wall time.
	workCodeLife = 30 * time.Minute
	// workCodesPerDay bounds the codes of one person, and those to one mailbox; with codeTries each, 30 guesses a day at a million.
	workCodesPerDay = 6
)

// Employment is for whom a person says that they work, from and to.
//
//	since the first post that was sent ── leave, now or at a time ──► until ── its minute has come ──► ended: what is still asked is withdrawn
//	                                       ◄── stay, before it ──┘
//
// A mailbox at work can prove it, by a code. What proves it opens nothing: the account keeps its personal address.
type Employment struct {
	ID         string
	PersonID   string
	EmployerID string
	Name       string
	SinceAt    time.Time
	UntilAt    *time.Time
	Version    int64
	Mailbox    *string
	ProvedAt   *time.Time // wall time
	DueAt      *time.Time // UntilAt, until it is carried out
	Domain     string     // joined
}

// current says that the person works there, at a domain time. The end itself is the first moment when they don't.
func (e Employment) current(now time.Time) bool { return e.UntilAt == nil || now.Before(*e.UntilAt) }

// leave sets or moves the end. ErrEmploymentEnded.
func (e *Employment) leave(at, now time.Time) error {
	if !e.current(now) {
		return reviewapi.ErrEmploymentEnded
	}
	e.UntilAt, e.DueAt, e.Version = &at, &at, e.Version+1
	return nil
}

// stay takes an end back that has not come. ErrEmploymentEnded.
func (e *Employment) stay(now time.Time) error {
	if !e.current(now) {
		return reviewapi.ErrEmploymentEnded
	}
	e.UntilAt, e.DueAt, e.Version = nil, nil, e.Version+1
	return nil
}

func (e Employment) wire(now time.Time) reviewapi.Employment {
	return reviewapi.Employment{
		Current: e.current(now),
		ID:      e.ID, Employer: e.Name, Domain: e.Domain, Since: e.SinceAt, Until: e.UntilAt, Mailbox: deref(e.Mailbox), Proved: e.ProvedAt, Version: e.Version,
	}
}

// moments are how people write a local date and time.
var moments = []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"}

// readMoment is a local date and time in a zone. An hour that the clocks skip is refused; of one that they show twice it is the first, so that
// nobody reads a minute longer than somebody meant.
func readMoment(at, zone string) (time.Time, error) {
	where, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return time.Time{}, problem.ErrInvalid.WithField("/zone", "zone", "must be a time zone such as Europe/Brussels")
	}
	for _, layout := range moments {
		t, err := time.ParseInLocation(layout, strings.TrimSpace(at), where)
		if err != nil {
			continue
		}
		wanted, err := time.Parse(layout, strings.TrimSpace(at))
		if err != nil || t.Hour() != wanted.Hour() || t.Minute() != wanted.Minute() {
			return time.Time{}, problem.ErrInvalid.WithField("/at", "skipped", "is an hour that the clocks skip that day; choose another")
		}
		for _, back := range []time.Duration{time.Hour, 30 * time.Minute} { // daylight saving moves by no other
			if earlier := t.Add(-back); earlier.Hour() == t.Hour() && earlier.Minute() == t.Minute() {
				t = earlier
			}
		}
		return t.UTC(), nil
	}
	return time.Time{}, problem.ErrInvalid.WithField("/at", "moment", "must be a date and a time such as 2027-06-30T17:00")
}

// WorkCode is a code on its way to a mailbox at work. Only the newest of an employment counts.
//
//	open ── right code ──► used
//	  ├── 5 wrong ones, 30 minutes, a newer one ──► dead
type WorkCode struct {
	ID           string
	EmploymentID string
	Mailbox      string
	Tries        int
	CreatedAt    time.Time  // wall time
	UsedAt       *time.Time // wall time
}

// try uses the code when it is right, and counts the try when it is wrong: the caller stores it either way. ErrReviewCodeWrong.
func (c *WorkCode) try(right bool, wall time.Time) error {
	if c.UsedAt != nil || c.Tries >= codeTries || !wall.Before(c.CreatedAt.Add(workCodeLife)) {
		return reviewapi.ErrReviewCodeWrong
	}
	if !right {
		c.Tries++
		return reviewapi.ErrReviewCodeWrong
	}
	c.UsedAt = &wall
	return nil
}

// WorkCode is the code of a mail to a mailbox at work: 6 digits.
func (k LinkKeys) WorkCode(codeID string) string {
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(k.mac("work code", codeID))%1_000_000)
}

// WorkCodeIs compares what a person typed, with blanks or dashes, in constant time.
func (k LinkKeys) WorkCodeIs(codeID, typed string) bool {
	tidy := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(strings.TrimSpace(typed))
	return subtle.ConstantTimeCompare([]byte(tidy), []byte(k.WorkCode(codeID))) == 1
}
