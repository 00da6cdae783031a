package accounts

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/mailbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// Resolver asks DNS; *net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

const (
	// dnsPatience is how long DNS has to answer.
	dnsPatience = 5 * time.Second
	// dnsLease is how long one process has for a look. Wall time.
	dnsLease = 15 * time.Second
)

// domainChecks bounds how often an organisation makes us ask DNS by pressing.
var domainChecks = allowance{30, time.Hour}

// ClaimDomain begins a claim of an employer to a domain. Whether another organisation has the domain is told only to who proves it.
// ErrRoleMissing, ErrDomainKind, ErrDomainInvalid, ErrDomainPublic, ErrDomainAsked, ErrDomainMany.
func (s *Service) ClaimDomain(ctx context.Context, organisationID string, in accountsapi.ClaimDomain) (*accountsapi.OrganisationHost, error) {
	var out accountsapi.OrganisationHost
	err := s.within(ctx, organisationID, func(ctx context.Context, tx pgx.Tx, o Organisation, me Member) error {
		switch {
		case !me.runs():
			return accountsapi.ErrRoleMissing
		case o.Kind != accountsapi.KindEmployer:
			return accountsapi.ErrDomainKind
		}
		d, err := newDomain(o.ID, me.PersonID, in.Domain, s.clock.Now())
		if err != nil {
			return err
		}
		n, err := pg.Scalar[int](ctx, tx, queries.SQL("CountDomains"), pgx.NamedArgs{"organisation": o.ID})
		if err != nil {
			return err
		}
		if n >= domainsPerOrganisation {
			return accountsapi.ErrDomainMany
		}
		out = d.wire(s.clock.Now())
		return firstError(
			s.insertDomain(ctx, tx, d),
			s.audit(ctx, tx, "domain.named", o.ID, detail{"domain": d.ID}),
		)
	})
	return &out, err
}

func (s *Service) insertDomain(ctx context.Context, tx pgx.Tx, d Domain) error {
	_, err := exec(ctx, tx, "InsertDomain", pgx.NamedArgs{
		"id": d.ID, "organisation": d.OrganisationID, "domain": d.Domain, "token": d.Token, "by": d.AskedBy, "now": d.CreatedAt, "expires_at": d.ExpiresAt,
		"check_at": s.clock.Wall().Add(time.Minute),
	})
	return err
}

// CheckDomain looks for the record of a claim now. ErrDomainUnproved, ErrDomainTaken, ErrDomainClosed, ErrRoleMissing, ErrTooManyTries,
// problem.ErrUpstream when DNS does not answer.
func (s *Service) CheckDomain(ctx context.Context, organisationID, domainID string) (*accountsapi.OrganisationHost, error) {
	d, err := one[Domain](ctx, s.pool, problem.ErrNotFound, "DomainOfCaller", pgx.NamedArgs{
		"organisation": organisationID, "id": domainID, "person_id": identity.From(ctx).Person,
	})
	if err != nil {
		return nil, err
	}
	me, err := s.memberOf(ctx, s.pool, organisationID, identity.From(ctx).Person)
	switch {
	case err != nil:
		return nil, err
	case !me.runs():
		return nil, accountsapi.ErrRoleMissing
	}
	if state := d.current(s.clock.Now()); state != accountsapi.ClaimPending {
		return nil, accountsapi.ErrDomainClosed.WithState(state)
	}
	if err := s.try(ctx, "domain check", organisationID, domainChecks); err != nil {
		return nil, err
	}
	seen, err := s.look(ctx, d)
	if err == nil && !seen {
		err = accountsapi.ErrDomainUnproved
	}
	if err != nil {
		_, failed := exec(ctx, s.pool, "NoteCheck", pgx.NamedArgs{"id": d.ID, "wall": s.clock.Wall()})
		return nil, firstError(failed, err)
	}
	var out accountsapi.OrganisationHost
	err = s.within(ctx, organisationID, func(ctx context.Context, tx pgx.Tx, _ Organisation, me Member) error {
		if !me.runs() {
			return accountsapi.ErrRoleMissing
		}
		d, err := s.proved(ctx, tx, domainID, accountsapi.HowDNS, "", nil)
		out = d.wire(s.clock.Now())
		return err
	})
	return &out, err
}

// look asks DNS for the record of a claim. A name that is not there is an answer; problem.ErrUpstream for none.
func (s *Service) look(ctx context.Context, d Domain) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, dnsPatience)
	defer cancel()
	name, _ := d.record()
	records, err := s.dns.LookupTXT(ctx, name)
	if none := (*net.DNSError)(nil); errors.As(err, &none) && none.IsNotFound {
		return false, nil
	}
	if err != nil {
		return false, problem.ErrUpstream.WithDetail("The name servers of %s don't answer. Try again in a while.", d.Domain).Because(err)
	}
	return d.proves(records), nil
}

// proved makes a pending domain its organisation's, whose row is locked. by is whose press it is, nil for the caller. ErrDomainTaken,
// ErrDomainClosed.
func (s *Service) proved(ctx context.Context, tx pgx.Tx, domainID, how, reason string, by *string) (Domain, error) {
	now := s.clock.Now()
	d, err := one[Domain](ctx, tx, problem.ErrNotFound, "LockDomain", pgx.NamedArgs{"id": domainID})
	if err != nil {
		return d, err
	}
	if err := d.claim(how, now); err != nil {
		return d, err
	}
	return d, firstError(s.saveReason(ctx, tx, d, reason), s.saveDomain(ctx, tx, &d, by))
}

func (s *Service) saveReason(ctx context.Context, tx pgx.Tx, d Domain, reason string) error {
	if reason == "" {
		return nil
	}
	_, err := exec(ctx, tx, "ExplainDomain", pgx.NamedArgs{"id": d.ID, "reason": reason})
	return err
}

// saveDomain writes a claim that moved, and says so when others go by it. The number is taken behind the row, so that of two organisations
// the later one's is higher. ErrDomainTaken.
func (s *Service) saveDomain(ctx context.Context, tx pgx.Tx, d *Domain, by *string) error {
	_, err := exec(ctx, tx, "SaveDomain", pgx.NamedArgs{
		"id": d.ID, "state": d.State, "how": d.How, "due_at": d.Due(), "claimed_at": d.ClaimedAt, "ended_at": d.EndedAt, "wall": s.clock.Wall(),
	})
	if err != nil {
		return err
	}
	who, representing := actor(ctx)
	if by != nil {
		who, representing = *by, nil
	}
	if err := s.auditAs(ctx, tx, who, representing, "domain."+d.State, d.OrganisationID, detail{"domain": d.ID, "how": deref(d.How)}); err != nil {
		return err
	}
	if d.State != accountsapi.ClaimHeld && d.State != accountsapi.ClaimLost {
		return nil
	}
	seq, err := pg.Scalar[int64](ctx, tx, queries.SQL("NumberDomain"), pgx.NamedArgs{"id": d.ID})
	if err != nil {
		return err
	}
	d.Seq = &seq
	if d.State == accountsapi.ClaimHeld {
		err = s.emit(ctx, tx, accountsapi.EventDomainClaimed, d.ID, accountsapi.DomainClaimed{DomainID: d.ID, OrganisationID: d.OrganisationID, Seq: seq})
	} else {
		err = s.emit(ctx, tx, accountsapi.EventDomainLost, d.ID, accountsapi.DomainLost{DomainID: d.ID, OrganisationID: d.OrganisationID, Seq: seq})
	}
	return err
}

// WithdrawDomain gives up a claim that nobody proved yet. ErrDomainClosed, ErrRoleMissing.
func (s *Service) WithdrawDomain(ctx context.Context, organisationID, domainID string) error {
	return s.within(ctx, organisationID, func(ctx context.Context, tx pgx.Tx, o Organisation, me Member) error {
		d, err := one[Domain](ctx, tx, problem.ErrNotFound, "LockDomain", pgx.NamedArgs{"id": domainID})
		switch {
		case err != nil:
			return err
		case d.OrganisationID != o.ID:
			return problem.ErrNotFound
		case !me.runs():
			return accountsapi.ErrRoleMissing
		}
		return firstError(d.end(accountsapi.ClaimWithdrawn, s.clock.Now()), s.saveDomain(ctx, tx, &d, nil))
	})
}

// LookForRecords asks DNS about one claim whose turn it is, and says how many it took. Two processes don't ask about the same one.
func (s *Service) LookForRecords(ctx context.Context) (int, error) {
	wall := s.clock.Wall()
	d, err := one[Domain](ctx, s.pool, problem.ErrNotFound, "LeaseDomain", pgx.NamedArgs{"wall": wall, "until": wall.Add(dnsLease)})
	if p := problem.From(err); p != nil && p.Kind == problem.NotFound {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	seen, err := s.look(ctx, d)
	if seen {
		err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
			if _, err := one[Organisation](ctx, tx, problem.ErrNotFound, "LockOrganisation", pgx.NamedArgs{"id": d.OrganisationID}); err != nil {
				return err
			}
			house := accountsapi.Name
			if _, err := s.proved(ctx, tx, d.ID, accountsapi.HowDNS, "", &house); err != nil {
				return err
			}
			m, err := s.memberOf(ctx, tx, d.OrganisationID, d.AskedBy)
			if p := problem.From(err); p != nil && p.Kind == problem.NotFound {
				return nil // who named it has left
			}
			return firstError(err, s.tellMember(ctx, tx, m, accountsapi.PurposeOrganisationDomain, err == nil))
		})
		if err == nil {
			return 1, nil
		}
	}
	// What fails is an answer of others: it is asked again later, and less often.
	if p := problem.From(err); err != nil && (p == nil || p.Kind == problem.Internal) {
		return 1, err
	}
	pause := min(time.Duration(d.Checks)*5*time.Minute, time.Hour)
	_, err = exec(ctx, s.pool, "PutOffDomain", pgx.NamedArgs{"id": d.ID, "wall": s.clock.Wall(), "check_at": s.clock.Wall().Add(pause)})
	return 1, err
}

// ExpireDomains writes down the deadlines of claims that nobody proved, and says how many.
func (s *Service) ExpireDomains(ctx context.Context) (int, error) {
	n := 0
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		ended, err := pg.Many[struct{ ID, OrganisationID string }](ctx, tx, queries.SQL("ExpireDomains"), pgx.NamedArgs{"now": s.clock.Now()})
		n = len(ended)
		for _, e := range ended {
			err = firstError(err, s.auditAs(ctx, tx, accountsapi.Name, nil, "domain.expired", e.OrganisationID, detail{"domain": e.ID}))
		}
		return err
	})
	return n, err
}

// DomainOwner says whose the domain of a claim is now. For other services. problem.ErrNotFound.
func (s *Service) DomainOwner(ctx context.Context, claimID string) (*accountsapi.DomainOwner, error) {
	o, err := one[accountsapi.DomainOwner](ctx, s.pool, problem.ErrNotFound, "DomainOwner", pgx.NamedArgs{"id": claimID})
	return &o, err
}

// heldPage bounds a page of domains.
const heldPage = 50

// HeldDomains lists pending and claimed domains for operators, newest first.
func (s *Service) HeldDomains(ctx context.Context, cursor string) (*accountsapi.HeldDomains, error) {
	rows, err := pg.Many[accountsapi.HeldDomain](ctx, s.pool, queries.SQL("HeldDomains"), pgx.NamedArgs{"cursor": cursor, "limit": heldPage + 1})
	out := &accountsapi.HeldDomains{Data: append([]accountsapi.HeldDomain{}, rows...)}
	if len(rows) > heldPage {
		out.Data = rows[:heldPage]
		out.Next = rows[heldPage-1].ID
	}
	return out, err
}

// GrantDomain gives a domain to an employer on an operator's word, who looked at papers and says which. ErrDomainTaken, ErrDomainKind,
// ErrDomainInvalid, ErrDomainPublic, problem.ErrNotFound.
func (s *Service) GrantDomain(ctx context.Context, in accountsapi.GrantDomain) (*accountsapi.HeldDomain, error) {
	reason := strings.TrimSpace(in.Reason)
	if reason == "" {
		return nil, problem.ErrInvalid.WithField("/reason", "required", "is required")
	}
	var claimID string
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		o, err := one[Organisation](ctx, tx, problem.ErrNotFound, "LockOrganisation", pgx.NamedArgs{"id": in.Organisation})
		switch {
		case err != nil:
			return err
		case o.Kind != accountsapi.KindEmployer:
			return accountsapi.ErrDomainKind
		}
		d, err := newDomain(o.ID, identity.From(ctx).Person, in.Domain, s.clock.Now())
		if err != nil {
			return err
		}
		pending, err := one[Domain](ctx, tx, problem.ErrNotFound, "LockPendingDomain", pgx.NamedArgs{"organisation": o.ID, "domain": d.Domain})
		switch p := problem.From(err); {
		case err == nil:
			d = pending
		case p != nil && p.Kind == problem.NotFound:
			err = s.insertDomain(ctx, tx, d)
		}
		if err != nil {
			return err
		}
		claimID = d.ID
		if _, err := s.proved(ctx, tx, d.ID, accountsapi.HowOperator, reason, nil); err != nil {
			return err
		}
		return s.tellRunning(ctx, tx, o.ID)
	})
	if err != nil {
		return nil, err
	}
	return s.held(ctx, claimID)
}

func (s *Service) held(ctx context.Context, claimID string) (*accountsapi.HeldDomain, error) {
	d, err := one[accountsapi.HeldDomain](ctx, s.pool, problem.ErrNotFound, "HeldDomain", pgx.NamedArgs{"id": claimID})
	return &d, err
}

// tellRunning tells owners and admins about a domain that an operator gave or took.
func (s *Service) tellRunning(ctx context.Context, tx pgx.Tx, organisationID string) error {
	members, err := pg.Many[Member](ctx, tx, queries.SQL("MembersOf"), pgx.NamedArgs{"organisation": organisationID})
	for _, m := range members {
		err = firstError(err, s.tellMember(ctx, tx, m, accountsapi.PurposeOrganisationDomain, m.runs()))
	}
	return err
}

// TakeDomain takes a claimed domain away from an organisation on an operator's word. ErrDomainClosed, problem.ErrNotFound.
func (s *Service) TakeDomain(ctx context.Context, claimID string, in accountsapi.TakeDomain) (*accountsapi.HeldDomain, error) {
	reason := strings.TrimSpace(in.Reason)
	if reason == "" {
		return nil, problem.ErrInvalid.WithField("/reason", "required", "is required")
	}
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		d, err := one[Domain](ctx, tx, problem.ErrNotFound, "LockDomain", pgx.NamedArgs{"id": claimID})
		if err != nil {
			return err
		}
		return firstError(
			d.end(accountsapi.ClaimLost, s.clock.Now()),
			s.saveReason(ctx, tx, d, reason),
			s.saveDomain(ctx, tx, &d, nil),
			s.tellRunning(ctx, tx, d.OrganisationID),
		)
	})
	if err != nil {
		return nil, err
	}
	return s.held(ctx, claimID)
}

// notAtWork is nil for an address that may open the account of somebody who sells. ErrWorkMailbox for one at a domain that an employer
// claimed.
func (s *Service) notAtWork(ctx context.Context, db pg.Querier, address Email) error {
	m, err := mailbox.Parse(string(address))
	if err != nil {
		return nil //nolint:nilerr // an address that nobody can own a domain of is at no employer
	}
	claimed, err := pg.Scalar[bool](ctx, db, queries.SQL("DomainIsClaimed"), pgx.NamedArgs{"domain": m.Domain()})
	if err == nil && claimed {
		err = accountsapi.ErrWorkMailbox
	}
	return err
}
