package review

import (
	"slices"
	"time"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/screen"
)

const (
	standingPrefix = "standing"
	// standingLongest is how long a permission can stand.
	standingLongest = 366 * 24 * time.Hour
	// standingStage is what a receipt calls a signature that was given beforehand.
	standingStage = "standing"
	// few is below how many a count of everybody's could tell who it was.
	few = 5
)

// Standing is a permission: a class of posts that a reviewer signed once, so that each post of it opens at once (domain 4.8, case A61).
//
//	early ── from ──► open ── until ──► over
//	  └──── revoke ─────┴── revoke ──► revoked
//
// A person spoke, so it is no silence. What it opened stays as it is, whatever becomes of it.
type Standing struct {
	ID             string
	OrganisationID string
	AuthorID       *string // nil for everybody who proved that they work there
	Topics         []string
	Channels       []string
	Kinds          []string // of hits that wait; none is every kind
	Media          bool
	AWeek          int
	Sample         int // percent
	Zone           string
	FromAt         time.Time
	UntilAt        time.Time
	Digest         string
	MemberID       string
	PersonID       string
	Mailbox        string
	Name           string
	Role           string
	SignedAt       time.Time
	RevokedAt      *time.Time
	RevokedBy      *string
	RevokedWhy     string
	Version        int64
}

// newStanding reads what a member signs. authorID nil is for everybody. ErrInvalid with a field for each fault, accountsapi.ErrRoleMissing.
func newStanding(by accountsapi.Acting, authorID *string, in reviewapi.GrantStanding, now time.Time) (Standing, error) {
	if err := (hand{member: by}).signs(in.Signature); err != nil {
		return Standing{}, err
	}
	name, role, fault := signature(in.Signature, problem.ErrInvalid)
	p := Standing{
		ID: id.New(standingPrefix), OrganisationID: by.Organisation, AuthorID: authorID, Topics: []string{}, Channels: slices.Sorted(slices.Values(in.Channels)),
		Kinds: slices.Sorted(slices.Values(in.Kinds)), Media: in.Media, AWeek: in.AWeek, Sample: in.Sample, Zone: in.Zone, FromAt: now, UntilAt: in.Until.UTC(),
		MemberID: by.Member, PersonID: by.Person, Mailbox: reached(by.Mailbox), Name: name, Role: role, SignedAt: now, Version: 1,
	}
	if p.Kinds == nil {
		p.Kinds = []string{}
	}
	for _, topic := range in.Topics {
		topic = oneLine(topic)
		fault = noZero(fault, "/topics", topic)
		if topic == "" || slices.Contains(p.Topics, topic) {
			fault = fault.WithField("/topics", "unique", "must be words, each once")
		}
		p.Topics = append(p.Topics, topic)
	}
	for _, k := range p.Kinds {
		if !slices.Contains(screen.Kinds(), screen.Kind(k)) {
			fault = fault.WithField("/kinds", "kind", "must be kinds of rules, such as LAYOFF")
			break
		}
	}
	if where, err := time.LoadLocation(in.Zone); err != nil || where == time.Local || in.Zone == "" || in.Zone == "Local" {
		fault = fault.WithField("/zone", "zone", "must be a time zone such as Europe/Brussels")
	}
	if in.From != nil {
		if p.FromAt = in.From.UTC(); p.FromAt.Before(now) {
			fault = fault.WithField("/from", "past", "lies in the past; leave it out for now")
		}
	}
	switch {
	case !p.UntilAt.After(p.FromAt):
		fault = fault.WithField("/until", "order", "must come after its beginning, and lie in the future")
	case p.UntilAt.After(now.Add(standingLongest)):
		fault = fault.WithField("/until", "too_late", "can be a year from now at most")
	}
	if len(fault.Fields) > 0 {
		return p, fault
	}
	var err error
	p.Digest, err = p.signedDigest()
	return p, err
}

// reached is a mailbox in the form by which the same reader is known again, "" for none.
func reached(address string) string {
	m, err := newMailbox(address)
	if err != nil {
		return ""
	}
	return string(m.Reached())
}

// signedDigest is SHA-256 over the RFC 8785 JSON of all that was signed.
func (p Standing) signedDigest() (string, error) {
	text, err := canon.JSON(map[string]any{
		"v": 1, "organisation": p.OrganisationID, "author": deref(p.AuthorID), "everybody": p.AuthorID == nil, "topics": p.Topics, "channels": p.Channels,
		"kinds": p.Kinds, "media": p.Media, "a_week": p.AWeek, "sample": p.Sample, "zone": p.Zone, "from": p.FromAt.Format(time.RFC3339Nano),
		"until": p.UntilAt.Format(time.RFC3339Nano), "name": p.Name, "role": p.Role, "signed": p.SignedAt.UTC().Format(time.RFC3339Nano),
	})
	return canon.Sum(text), err
}

// state at a domain time. Its end itself is the first moment when it is over.
func (p Standing) state(now time.Time) string {
	switch {
	case p.RevokedAt != nil:
		return reviewapi.StandingRevoked
	case !now.Before(p.UntilAt):
		return reviewapi.StandingOver
	case now.Before(p.FromAt):
		return reviewapi.StandingEarly
	}
	return reviewapi.StandingOpen
}

// week is the Monday of a moment's week in the permission's zone, at midnight UTC as a date; ends is the instant when the next one begins there.
func (p Standing) week(now time.Time) (monday, ends time.Time) {
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		zone = time.UTC // it went out of use
	}
	local := now.In(zone)
	back := (int(local.Weekday()) + 6) % 7
	y, m, d := local.Date()
	return time.Date(y, m, d-back, 0, 0, 0, 0, time.UTC), time.Date(y, m, d-back+7, 0, 0, 0, 0, zone).UTC()
}

// asks is a post as a permission looks at it.
type asks struct {
	sheet reviewapi.Sheet
	kinds []string // of rules that found something
}

// refuses says why a post does not go through, "" when the class has it. The week's places are taken elsewhere.
func (p Standing) refuses(a asks, authorID string, now time.Time) string {
	if state := p.state(now); state != reviewapi.StandingOpen {
		return state
	}
	elsewhere := func(d reviewapi.SheetDestination) bool { return !slices.Contains(p.Channels, d.Channel) }
	stops := func(kind string) bool { return len(p.Kinds) == 0 || slices.Contains(p.Kinds, kind) }
	switch {
	case p.PersonID == authorID:
		return reviewapi.WaitsSelf
	case len(a.sheet.Entries) > 0:
		return reviewapi.WaitsProduct
	case len(a.sheet.Media) > 0 && !p.Media:
		return reviewapi.WaitsMedia
	case len(a.sheet.Destinations) == 0 || slices.ContainsFunc(a.sheet.Destinations, elsewhere):
		return reviewapi.WaitsDestination
	case slices.ContainsFunc(a.kinds, stops):
		return reviewapi.WaitsHit
	}
	return ""
}

// revoke ends it. ErrStandingRevoked.
func (p *Standing) revoke(member, why string, now time.Time) error {
	if p.RevokedAt != nil {
		return reviewapi.ErrStandingRevoked
	}
	p.RevokedAt, p.RevokedBy, p.RevokedWhy, p.Version = &now, &member, why, p.Version+1
	return nil
}

func (p Standing) wire(author string, used *int, now time.Time) reviewapi.Standing {
	_, ends := p.week(now)
	return reviewapi.Standing{
		ID: p.ID, Organisation: p.OrganisationID, Author: author, Everybody: p.AuthorID == nil, Topics: p.Topics, Channels: p.Channels, Kinds: p.Kinds, Media: p.Media,
		AWeek: p.AWeek, Sample: p.Sample, Zone: p.Zone, From: p.FromAt, Until: p.UntilAt, Digest: p.Digest, Name: p.Name, Role: p.Role, Signed: p.SignedAt,
		State: p.state(now), Revoked: p.RevokedAt, Reason: p.RevokedWhy, Version: p.Version, Used: used, Week: ends,
	}
}

// Use is a submission under a permission.
//
//	asked ── the class has it, and the week a place ──► opened
//	  └───── anything else ──► waits: it is asked like every other
type Use struct {
	SubmissionID string
	StandingID   string
	AuthorID     string
	Topic        string
	State        string
	Reason       string
	DecisionID   *string
	Sampled      bool
	LookedAt     *time.Time
}

func (u Use) wire() *reviewapi.StandingUse {
	if u.SubmissionID == "" {
		return nil
	}
	return &reviewapi.StandingUse{
		Under: reviewapi.Under{Permission: u.StandingID, Topic: u.Topic}, State: u.State, Reason: u.Reason, Sampled: u.Sampled, Looked: u.LookedAt,
	}
}

// under is the permission that a decision stands on.
type under struct {
	id, digest, topic string
	signed            time.Time
}

func (u *under) wire() *reviewapi.UnderStanding {
	if u == nil {
		return nil
	}
	return &reviewapi.UnderStanding{Permission: u.id, Digest: u.digest, Topic: u.topic, Signed: u.signed}
}

// signature is the one on the permission, at the time when it was given.
func (u *under) signature(d Decision) receipt.Signature {
	return receipt.Signature{Stage: standingStage, Role: deref(d.Role), Name: deref(d.Name), Assurance: d.Assurance, At: u.signed.UTC()}
}

func (u *under) inReceipt() *receipt.Standing {
	return &receipt.Standing{ID: u.id, Digest: u.digest, Topic: u.topic}
}
