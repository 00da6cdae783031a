package accounts

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// Export is everything the house holds about the caller: what accounts has, and what the other parts say. Without the answer of one of
// them there is no export, since it would look complete and not be.
func (s *Service) Export(ctx context.Context) (*accountsapi.Export, error) {
	caller := identity.From(ctx)
	p, err := personByID(ctx, s.pool, caller.Person)
	if err != nil {
		return nil, err
	}
	out := &accountsapi.Export{Person: p.Wire(), Made: s.clock.Now(), Handles: []accountsapi.ExportHandle{}, Audit: []accountsapi.AuditEntry{}}
	mine := pgx.NamedArgs{"person_id": p.ID}
	handles, err := pg.Many[accountsapi.ExportHandle](ctx, s.pool, queries.SQL("HandlesOf"), mine)
	if err != nil {
		return nil, err
	}
	out.Handles = append(out.Handles, handles...)
	if out.Sessions, err = s.sessionsOf(ctx, s.pool, p.ID, caller.Session); err != nil {
		return nil, err
	}
	if out.APITokens, err = s.apiTokensOf(ctx, s.pool, p.ID); err != nil {
		return nil, err
	}
	mandates, err := s.mandatesOf(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	out.Mandates = *mandates
	organisations, err := s.Organisations(ctx)
	if err != nil {
		return nil, err
	}
	out.Organisations = organisations.Data
	if out.Waiting, err = pg.Column[string](ctx, s.pool, queries.SQL("WaitingOf"), mine); err != nil {
		return nil, err
	}
	rows, err := pg.Many[auditRow](ctx, s.pool, queries.SQL("AuditOf"), mine)
	for _, row := range rows {
		out.Audit = append(out.Audit, row.wire())
	}
	if err != nil {
		return nil, err
	}
	return out, s.askOthers(ctx, p.ID, out)
}

func (s *Service) askOthers(ctx context.Context, personID string, out *accountsapi.Export) error {
	var err error
	if out.Storefront, err = held(s.others.Storefront.PersonalData(ctx, personID)); err != nil {
		return err
	}
	if out.Content, err = held(s.others.Content.PersonalData(ctx, personID)); err != nil {
		return err
	}
	if out.Review, err = held(s.others.Review.PersonalData(ctx, personID)); err != nil {
		return err
	}
	if out.Billing, err = held(s.others.Billing.PersonalData(ctx, personID)); err != nil {
		return err
	}
	out.Notify, err = held(s.others.Notify.PersonalData(ctx, personID))
	return err
}

// held hands an answer on as it is.
func held(answer any, err error) (json.RawMessage, error) {
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

// Erase removes everything personal that accounts holds about the caller and ends all their sessions. What remains is
// the id, dates, and the audit, which never held a name. Handles stay out of reach for 90 days, so that nobody takes
// the page of somebody who has just left. Orders made with the address without signing in are gathered first: once the address is gone
// nobody could tell whose they were, and the erasure would miss them. Others erase theirs on the event.
func (s *Service) Erase(ctx context.Context, in accountsapi.Erase) error {
	p, err := personByID(ctx, s.pool, identity.From(ctx).Person)
	if err != nil {
		return err
	}
	if confirmed, err := ParseEmail(in.Confirm); err != nil || confirmed != p.email() {
		return accountsapi.ErrEraseUnconfirmed.WithField("/confirm", "different", accountsapi.ErrEraseUnconfirmed.Detail)
	}
	if err := s.prove(ctx, p, in.Current); err != nil {
		return err
	}
	if p.EmailVerifiedAt != nil {
		if _, err := s.others.Storefront.Gather(ctx, p.ID); err != nil {
			return err
		}
	}
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		p, err := lockPerson(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if err := firstError(s.endMandates(ctx, tx, p), s.leaveAll(ctx, tx, p)); err != nil {
			return err
		}
		now := s.clock.Now()
		args := pgx.NamedArgs{"id": p.ID, "person_id": p.ID, "email": string(p.email()), "now": now, "until": now.Add(redirectLife)}
		for _, name := range []string{
			"DeleteLinksOf", "ForgetInMandates", "DeleteSessionsOf", "DeleteAPITokensOf", "CoolHandles", "DeleteWaitingOf", "DropOperator", "ForgetAnswers", "ErasePerson",
		} {
			if _, err := exec(ctx, tx, name, args); err != nil {
				return err
			}
		}
		return firstError(
			s.audit(ctx, tx, "person.erased", p.ID, nil),
			s.emitRevoked(ctx, tx, p.ID),
			s.emit(ctx, tx, accountsapi.EventPersonErased, p.ID, accountsapi.PersonErased{PersonID: p.ID}),
		)
	})
}

// endMandates ends the mandates and invitations of a person who leaves, on both sides.
func (s *Service) endMandates(ctx context.Context, tx pgx.Tx, p Person) error {
	ended, err := pg.Many[Mandate](ctx, tx, queries.SQL("EndMandatesOf"),
		pgx.NamedArgs{"person_id": p.ID, "email": string(p.email()), "now": s.clock.Now()})
	if err != nil {
		return err
	}
	for m := range slices.Values(ended) {
		if err := firstError(s.audit(ctx, tx, "mandate."+m.State, m.ID, nil), s.emitMandate(ctx, tx, m)); err != nil {
			return err
		}
	}
	return nil
}
