package review

import (
	"cmp"
	"slices"
	"time"

	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/screen"
)

// Stage is a stage of a submission: who has to agree before it goes on. It is copied from the organisation's plan when the submission is sent.
//
//	waiting ── the steps before it passed ──► open ── as many agreed as it needs ──► passed
//	   ▲                                       │ └── any other word ──► the submission is decided (worst wins)
//	   └── a vote before it became void ───────┘
//
// A stage in which too few may speak is unmanned: that is visible, and passes nothing.
type Stage struct {
	SubmissionID   string
	Position       int // from 1
	Step           int // stages of one step are open together
	Name           string
	Roles          []string
	Need           string
	Count          int
	Days           int // business days
	OrganisationID string
	PlanVersion    int64
	Zone           string
	Closed         []string
	OpenedAt       *time.Time
	PassedAt       *time.Time
	DueAt          *time.Time // by when; stays for the record
	UnmannedAt     *time.Time
	RemindAt       *time.Time // timers
	EscalateAt     *time.Time
	ManAt          *time.Time
}

// Vote is what one person said in a stage.
type Vote struct {
	DecisionID   string
	SubmissionID string
	Position     int
	Kind         string
	Role         string
	PersonID     string
	MemberID     string
	ForPerson    string // whom they stood in for, "" for nobody
	At           time.Time
	VoidAt       *time.Time
}

// agrees says that a kind of decision lets a stage pass.
func agrees(kind string) bool { return kind == reviewapi.Approve || kind == reviewapi.NoObjection }

func (v Vote) live() bool { return v.VoidAt == nil }

// open says that people may speak in it.
func (st Stage) open() bool { return st.OpenedAt != nil && st.PassedAt == nil }

// needs is how many have to agree.
func (st Stage) needs() int {
	switch st.Need {
	case reviewapi.NeedAll:
		return len(st.Roles)
	case reviewapi.NeedSome:
		return st.Count
	}
	return 1
}

// of are the votes of the stage that count.
func (st Stage) of(votes []Vote) []Vote {
	var out []Vote
	for _, v := range votes {
		if v.Position == st.Position && v.live() {
			out = append(out, v)
		}
	}
	return out
}

// met says that enough people agreed.
func (st Stage) met(votes []Vote) bool {
	people, roles := map[string]bool{}, map[string]bool{}
	for _, v := range st.of(votes) {
		if agrees(v.Kind) {
			people[v.PersonID], roles[v.Role] = true, true
		}
	}
	if st.Need == reviewapi.NeedAll {
		return !slices.ContainsFunc(st.Roles, func(r string) bool { return !roles[r] })
	}
	return len(people) >= st.needs()
}

// wants are the roles in which one more word counts.
func (st Stage) wants(votes []Vote) []string {
	if st.Need != reviewapi.NeedAll {
		return st.Roles
	}
	said := st.of(votes)
	return slices.DeleteFunc(slices.Clone(st.Roles), func(r string) bool {
		return slices.ContainsFunc(said, func(v Vote) bool { return v.Role == r })
	})
}

// current is the step that is open: the first of which a stage lacks a vote. False when all of them have theirs.
func current(stages []Stage, votes []Vote) (int, bool) {
	for _, st := range stages {
		if !st.met(votes) {
			return st.Step, true
		}
	}
	return 0, false
}

// signatures is how many people have to agree before a submission is approved.
func signatures(stages []Stage) int {
	n := 0
	for _, st := range stages {
		n += st.needs()
	}
	return n
}

// begin opens the stage: its days begin, in the calendar of who decides. It is due before the whole submission is.
func (st *Stage) begin(now time.Time, whole *time.Time) {
	zone, due := location(st.Zone), now
	due = workingDays(now, st.Days, zone, st.Closed)
	remind := workingDays(now, st.Days/2, zone, st.Closed)
	if st.Days < 2 {
		remind = now.Add(due.Sub(now) / 2)
	}
	if whole != nil && whole.Before(due) {
		due = *whole
		if !remind.Before(due) {
			remind = now.Add(due.Sub(now) / 2)
		}
	}
	st.OpenedAt, st.PassedAt, st.DueAt, st.RemindAt, st.EscalateAt, st.ManAt, st.UnmannedAt = &now, nil, &due, &remind, &due, nil, nil
}

// rest clears its timers.
func (st *Stage) rest() { st.RemindAt, st.EscalateAt, st.ManAt, st.UnmannedAt = nil, nil, nil, nil }

// wire is the stage as the author of its submission sees it.
func (st Stage) wire(state string) reviewapi.Stage {
	out := reviewapi.Stage{Name: st.Name, State: reviewapi.StageWaiting}
	switch {
	case st.PassedAt != nil:
		out.State = reviewapi.StagePassed
	case state != reviewapi.StateInStage && state != reviewapi.StateSubmitted:
		out.State = reviewapi.StageStopped
	case st.OpenedAt != nil:
		out.State, out.Due, out.NoReviewer = reviewapi.StageOpen, st.DueAt, st.UnmannedAt != nil
	}
	return out
}

// holds says that something in a submission asks for a stage.
func holds(w *reviewapi.StageWhen, hits *reviewapi.Hints) bool {
	if w == nil {
		return true
	}
	if slices.ContainsFunc(hits.Routes, func(r string) bool { return slices.Contains(w.Routes, r) }) {
		return true
	}
	severities := []string{string(screen.Low), string(screen.Medium), string(screen.High)}
	return slices.ContainsFunc(hits.Hits, func(h reviewapi.Hint) bool {
		return slices.Contains(w.Kinds, h.Kind) || w.Severity != "" && slices.Index(severities, h.Severity) >= slices.Index(severities, w.Severity)
	})
}

// worst orders what was said: of two words the worse one counts.
func worst(kind string) int {
	return slices.Index([]string{reviewapi.Approve, reviewapi.NoObjection, reviewapi.Suggest, reviewapi.RequestChanges, reviewapi.NotOurs, reviewapi.Reject}, kind)
}

// seat is somebody who may speak in a stage now.
type seat struct {
	person, member, role string
	forPerson            string // whom they stand in for
}

// staff is who acts for an organisation, as accounts said just now, about the author of one submission, with what review knows beside it.
type staff struct {
	members  map[string]staffMember // by person
	deputies []Deputy
	recused  []string // people
}

type staffMember struct {
	member, name string
	roles        []string
	close        bool // to the author
}

// may says that a person has nothing to do with the submission but their role.
func (s staff) may(person, author string) bool {
	m, ok := s.members[person]
	return ok && !m.close && person != author && !slices.Contains(s.recused, person)
}

// seats are who may speak in an open stage: in their own role first, then for somebody who is away or has left.
func (s staff) seats(st Stage, author string, votes []Vote, now time.Time) []seat {
	wants := st.wants(votes)
	spoke := func(person string) bool {
		return slices.ContainsFunc(st.of(votes), func(v Vote) bool { return v.PersonID == person })
	}
	var out []seat
	for person, m := range s.members {
		for _, r := range m.roles {
			if slices.Contains(wants, r) && s.may(person, author) && !spoke(person) {
				out = append(out, seat{person: person, member: m.member, role: r})
			}
		}
	}
	for _, d := range s.deputies {
		if !s.may(d.DelegateID, author) || spoke(d.DelegateID) || spoke(d.PersonID) || d.PersonID == author || slices.Contains(s.recused, d.PersonID) {
			continue
		}
		away := s.members[d.PersonID]
		if away.close {
			continue
		}
		for _, r := range d.standsIn(away.roles, st.OpenedAt, now) {
			if slices.Contains(wants, r) {
				out = append(out, seat{person: d.DelegateID, member: s.members[d.DelegateID].member, role: r, forPerson: d.PersonID})
			}
		}
	}
	slices.SortFunc(out, func(a, b seat) int {
		return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.forPerson, b.forPerson), cmp.Compare(a.role, b.role))
	})
	return out
}

// short says that those who may still speak are too few for the stage to pass, whatever they say.
func (st Stage) short(votes []Vote, seats []seat) bool {
	people := map[string]bool{}
	for _, s := range seats {
		people[s.person] = true
	}
	if st.Need != reviewapi.NeedAll {
		agreed := 0
		for _, v := range st.of(votes) {
			if agrees(v.Kind) {
				agreed++
			}
		}
		return agreed+len(people) < st.needs()
	}
	return !everyRole(st.wants(votes), seats, map[string]bool{})
}

// everyRole says that each role can have a person of its own. Roles are three at most.
func everyRole(roles []string, seats []seat, taken map[string]bool) bool {
	if len(roles) == 0 {
		return true
	}
	for _, s := range seats {
		if s.role != roles[0] || taken[s.person] {
			continue
		}
		taken[s.person] = true
		ok := everyRole(roles[1:], seats, taken)
		delete(taken, s.person)
		if ok {
			return true
		}
	}
	return false
}

func location(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return z
}
