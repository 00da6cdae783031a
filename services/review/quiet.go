package review

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

const (
	quietPrefix = "quiet"
	// quietLongest bounds a quiet period, and how far ahead it ends.
	quietLongest = 366 * 24 * time.Hour
)

// Quiet are days in which nothing opens at an organisation's employers (domain 4.8). Posts are asked as always, since an author's ten days run, and can be
// answered in every other way; what is agreed to opens after the end. What had opened before stays open.
//
//	early ── from ──► open ── until, or ended ──► over
type Quiet struct {
	ID             string
	OrganisationID string
	FromAt         time.Time
	UntilAt        time.Time
	Zone           string
	Why            string
	MemberID       string
	CreatedAt      time.Time
	EndedAt        *time.Time
	EndedBy        *string
	Version        int64
}

func (q Quiet) state(now time.Time) string {
	switch {
	case q.EndedAt != nil || !now.Before(q.UntilAt):
		return reviewapi.StandingOver
	case now.Before(q.FromAt):
		return reviewapi.StandingEarly
	}
	return reviewapi.StandingOpen
}

func (q Quiet) wire(now time.Time) reviewapi.Quiet {
	return reviewapi.Quiet{ID: q.ID, From: q.FromAt, Until: q.UntilAt, Zone: q.Zone, Why: q.Why, Ended: q.EndedAt, State: q.state(now), Version: q.Version}
}

// newQuiet reads what a member sets. ErrInvalid with a field for each fault.
func newQuiet(organisation, member string, in reviewapi.SetQuiet, now time.Time) (Quiet, error) {
	q := Quiet{ID: id.New(quietPrefix), OrganisationID: organisation, FromAt: now, Zone: in.Zone, Why: oneLine(in.Why), MemberID: member, CreatedAt: now, Version: 1}
	fault := noZero(problem.ErrInvalid, "/why", q.Why)
	at := func(pointer, text string, into *time.Time) {
		if text == "" {
			return
		}
		t, err := readMoment(text, in.Zone)
		if p := problem.From(err); p != nil {
			for _, f := range p.Fields {
				if f.Pointer == "/at" {
					f.Pointer = pointer
				}
				fault = fault.With(f)
			}
			return
		}
		*into = t
	}
	at("/from", in.From, &q.FromAt)
	if at("/until", in.Until, &q.UntilAt); len(fault.Fields) > 0 {
		return q, fault
	}
	switch {
	case in.From != "" && q.FromAt.Before(now.Add(-time.Minute)): // what is typed has no seconds
		fault = fault.WithField("/from", "past", "lies in the past; leave it out for now")
	case !q.UntilAt.After(q.FromAt) || !q.UntilAt.After(now):
		fault = fault.WithField("/until", "order", "must come after its beginning, and lie in the future")
	case q.UntilAt.After(now.Add(quietLongest)):
		fault = fault.WithField("/until", "too_late", "can be a year from now at most")
	}
	if len(fault.Fields) > 0 {
		return q, fault
	}
	return q, nil
}

// QuietList lists an organisation's quiet periods, for who reviews there.
func (s *Service) QuietList(ctx context.Context, organisation string) (*reviewapi.QuietList, error) {
	if _, err := s.acting(ctx, organisation, ""); err != nil {
		return nil, err
	}
	rows, err := many[Quiet](ctx, s.Pool, "QuietPeriods", pgx.NamedArgs{"organisation": organisation})
	out := &reviewapi.QuietList{Items: []reviewapi.Quiet{}}
	for _, q := range rows {
		out.Items = append(out.Items, q.wire(s.Clock.Now()))
	}
	return out, err
}

// SetQuiet begins or plans a quiet period as a member who reviews.
func (s *Service) SetQuiet(ctx context.Context, organisation, key string, in reviewapi.SetQuiet) (*reviewapi.Quiet, error) {
	by, err := s.acting(ctx, organisation, "")
	if err != nil {
		return nil, err
	}
	var out *reviewapi.Quiet
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		ask := idem.Request{Schema: schema, Scope: author(ctx) + " quiet " + organisation, Key: key, Body: in, At: s.Clock.Now()}
		out, err = idem.Do(ctx, tx, ask, func() (*reviewapi.Quiet, error) {
			q, err := newQuiet(organisation, by.Member, in, s.Clock.Now())
			if err != nil {
				return nil, err
			}
			if _, err := exec(ctx, tx, "InsertQuiet", pgx.NamedArgs{
				"id": q.ID, "organisation": q.OrganisationID, "from_at": q.FromAt, "until_at": q.UntilAt, "zone": q.Zone, "why": q.Why, "member": q.MemberID, "now": q.CreatedAt,
			}); err != nil {
				return nil, err
			}
			w := q.wire(s.Clock.Now())
			return &w, s.record(ctx, tx, "", "quiet.set", q.ID, audit.Detail{"organisation": organisation, "from": q.FromAt, "until": q.UntilAt})
		})
		return err
	})
	return out, err
}

// EndQuiet ends a quiet period now; one that is over stays as it is. problem.ErrStale.
func (s *Service) EndQuiet(ctx context.Context, organisation, quietID string, version int64) (*reviewapi.Quiet, error) {
	by, err := s.acting(ctx, organisation, "")
	if err != nil {
		return nil, err
	}
	var out reviewapi.Quiet
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		q, err := one[Quiet](ctx, tx, "LockQuiet", pgx.NamedArgs{"id": quietID, "organisation": organisation})
		if err != nil {
			return err
		}
		now := s.Clock.Now()
		out = q.wire(now)
		switch {
		case q.state(now) == reviewapi.StandingOver:
			return nil
		case version != 0 && version != q.Version:
			return problem.ErrStale
		}
		if _, err := exec(ctx, tx, "EndQuiet", pgx.NamedArgs{"id": q.ID, "member": by.Member, "now": now}); err != nil {
			return err
		}
		q.EndedAt, q.Version = &now, q.Version+1
		out = q.wire(now)
		return s.record(ctx, tx, "", "quiet.ended", q.ID, audit.Detail{"organisation": organisation})
	})
	return &out, err
}

// quietUntil is until when nothing opens at an employer at an instant, nil when something may.
func (s *Service) quietUntil(ctx context.Context, db pg.Querier, employerID string, at time.Time) (*time.Time, error) {
	return scalar[*time.Time](ctx, db, "QuietUntil", pgx.NamedArgs{"employer": employerID, "at": at})
}

// notQuiet is nil unless a decision would open something within a quiet period. ErrQuietPeriod.
func (s *Service) notQuiet(ctx context.Context, db pg.Querier, d Decision) error {
	if d.ClearedDigest == nil {
		return nil
	}
	at := d.DecidedAt
	if d.ValidFrom != nil && d.ValidFrom.After(at) {
		at = *d.ValidFrom
	}
	until, err := s.quietUntil(ctx, db, d.EmployerID, at)
	if err != nil || until == nil {
		return err
	}
	return reviewapi.ErrQuietPeriod.WithField("/from", "quiet", "must come at or after "+until.UTC().Format(time.RFC3339)+": nothing opens before")
}
