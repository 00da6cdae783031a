package review

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// granted is what is remembered of a grant under its key.
type granted struct {
	ID string `json:"id"`
}

// GrantStanding signs a permission as a member who reviews. For one author it takes a submission of theirs at this desk, so that nobody learns
// here who has an account; nobody signs for themselves, by whatever account. ErrSelfReview, accountsapi.ErrRoleMissing.
func (s *Service) GrantStanding(ctx context.Context, organisation, key string, in reviewapi.GrantStanding) (*reviewapi.Standing, error) {
	by, err := s.acting(ctx, organisation, "")
	if err != nil {
		return nil, err
	}
	if (in.Submission == "") != in.Everybody {
		return nil, problem.ErrInvalid.WithField("/submission", "one", "names whose posts are meant, unless everybody's are")
	}
	var forOne *string
	if in.Submission != "" {
		h, err := s.atDesk(ctx, organisation, in.Submission)
		if err != nil {
			return nil, err
		}
		forOne = &h.AuthorID
	}
	p, err := newStanding(by, forOne, in, s.Clock.Now())
	if err != nil {
		return nil, err
	}
	var done *granted
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		ask := idem.Request{Schema: schema, Scope: author(ctx) + " standing " + organisation, Key: key, Body: in, At: s.Clock.Now()}
		done, err = idem.Do(ctx, tx, ask, func() (*granted, error) {
			if _, err := exec(ctx, tx, "InsertStanding", pgx.NamedArgs{
				"id": p.ID, "organisation": p.OrganisationID, "author": p.AuthorID, "topics": p.Topics, "channels": p.Channels, "kinds": p.Kinds, "media": p.Media,
				"a_week": p.AWeek, "sample": p.Sample, "zone": p.Zone, "from_at": p.FromAt, "until_at": p.UntilAt, "digest": p.Digest, "member": p.MemberID,
				"person": p.PersonID, "mailbox": p.Mailbox, "name": p.Name, "role": p.Role, "signed_at": p.SignedAt,
			}); err != nil {
				return nil, err
			}
			return &granted{p.ID}, s.standingChanged(ctx, tx, p, "standing.granted", audit.Detail{"digest": p.Digest, "author": p.AuthorID})
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.Standing(ctx, organisation, done.ID)
}

// standingChanged writes the audit row and the event of a permission.
func (s *Service) standingChanged(ctx context.Context, tx pgx.Tx, p Standing, action string, detail audit.Detail) error {
	if err := s.record(ctx, tx, "", action, p.ID, detail); err != nil {
		return err
	}
	state := reviewapi.StandingOpen
	if p.RevokedAt != nil {
		state = reviewapi.StandingRevoked
	}
	return outbox.Append(ctx, tx, outbox.Event{Name: reviewapi.EventStandingChanged, Key: p.ID, At: s.Clock.Now(), Payload: reviewapi.StandingChanged{
		StandingID: p.ID, OrganisationID: p.OrganisationID, AuthorID: deref(p.AuthorID), State: state,
	}})
}

// StandingList lists an organisation's permissions, newest first.
func (s *Service) StandingList(ctx context.Context, organisation string) (*reviewapi.StandingList, error) {
	if _, err := s.acting(ctx, organisation, ""); err != nil {
		return nil, err
	}
	rows, err := many[Standing](ctx, s.Pool, "StandingsAtDesk", pgx.NamedArgs{"organisation": organisation})
	if err != nil {
		return nil, err
	}
	return s.standingsAtDesk(ctx, rows)
}

// Standing is one of an organisation's permissions.
func (s *Service) Standing(ctx context.Context, organisation, standingID string) (*reviewapi.Standing, error) {
	if _, err := s.acting(ctx, organisation, ""); err != nil {
		return nil, err
	}
	p, err := one[Standing](ctx, s.Pool, "StandingAtDesk", pgx.NamedArgs{"id": standingID, "organisation": organisation})
	if err != nil {
		return nil, err
	}
	all, err := s.standingsAtDesk(ctx, []Standing{p})
	if err != nil {
		return nil, err
	}
	return &all.Items[0], nil
}

func (s *Service) standingsAtDesk(ctx context.Context, rows []Standing) (*reviewapi.StandingList, error) {
	authors := make([]deskRow, 0, len(rows))
	for _, p := range rows {
		if p.AuthorID != nil {
			authors = append(authors, deskRow{AuthorID: *p.AuthorID})
		}
	}
	names, err := s.names(ctx, authors)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	used, err := s.usedInWeek(ctx, s.Pool, "", rows, now)
	out := &reviewapi.StandingList{Items: []reviewapi.Standing{}}
	for _, p := range rows {
		n := used[p.ID]
		count := &n
		if p.AuthorID == nil && 0 < n && n < few {
			count = nil
		}
		out.Items = append(out.Items, p.wire(names[deref(p.AuthorID)], count, now))
	}
	return out, err
}

// usedInWeek is how many went through in the current week of each permission; personID "" counts everybody's.
func (s *Service) usedInWeek(ctx context.Context, db pg.Querier, personID string, all []Standing, now time.Time) (map[string]int, error) {
	ids, weeks := make([]string, len(all)), make([]time.Time, len(all))
	for i, p := range all {
		ids[i] = p.ID
		weeks[i], _ = p.week(now)
	}
	rows, err := many[struct {
		StandingID string
		Used       int
	}](ctx, db, "UsedInWeek", pgx.NamedArgs{"ids": ids, "weeks": weeks, "author": personID})
	out := map[string]int{}
	for _, r := range rows {
		out[r.StandingID] = r.Used
	}
	return out, err
}

// RevokeStanding ends a permission for what is still to come; what it opened stays, and can be taken back one by one. ErrStandingRevoked,
// problem.ErrStale, accountsapi.ErrRoleMissing.
func (s *Service) RevokeStanding(ctx context.Context, organisation, standingID string, version int64, in reviewapi.RevokeStanding) (*reviewapi.Standing, error) {
	by, err := s.acting(ctx, organisation, "")
	if err != nil {
		return nil, err
	}
	if err := (hand{member: by}).signs(in.Signature); err != nil {
		return nil, err
	}
	_, _, fault := signature(in.Signature, problem.ErrInvalid)
	why := canon.Lines(strings.TrimSpace(in.Reason))
	if why == "" {
		fault = fault.WithField("/reason", "required", "is required")
	}
	if fault = noZero(fault, "/reason", why); len(fault.Fields) > 0 {
		return nil, fault
	}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		p, err := one[Standing](ctx, tx, "LockStandingAtDesk", pgx.NamedArgs{"id": standingID, "organisation": organisation})
		if err != nil {
			return err
		}
		read := p.Version
		if err := p.revoke(by.Member, why, s.Clock.Now()); err != nil {
			return err
		}
		if version != 0 && version != read {
			return problem.ErrStale
		}
		if _, err := exec(ctx, tx, "RevokeStanding", pgx.NamedArgs{
			"id": p.ID, "revoked_at": p.RevokedAt, "revoked_by": p.RevokedBy, "revoked_why": p.RevokedWhy, "version": p.Version,
		}); err != nil {
			return err
		}
		return s.standingChanged(ctx, tx, p, "standing.revoked", audit.Detail{"member": by.Member})
	})
	if err != nil {
		return nil, err
	}
	return s.Standing(ctx, organisation, standingID)
}

// Looked says that a member has read what went through and was sampled. problem.ErrNotFound for everything else.
func (s *Service) Looked(ctx context.Context, organisation, submissionID string) error {
	h, err := s.atDesk(ctx, organisation, submissionID)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		sampled, err := scalar[bool](ctx, tx, "IsSampled", pgx.NamedArgs{"submission": h.ID})
		if err != nil || !sampled {
			return firstOf(err, problem.ErrNotFound)
		}
		n, err := exec(ctx, tx, "LookedAt", pgx.NamedArgs{"submission": h.ID, "member": h.member.Member, "now": s.Clock.Now()})
		if err != nil || n == 0 {
			return err
		}
		return s.record(ctx, tx, "", "submission.looked", h.ID, audit.Detail{"member": h.member.Member})
	})
}
