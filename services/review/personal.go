package review

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// exportStep is how many submissions an export reads at a time.
const exportStep = 100

// PersonalData is what review holds about a person, for their export: what they submitted with all answers, and for whom they said
// that they work.
func (s *Service) PersonalData(ctx context.Context, personID string) (*reviewapi.PersonalData, error) {
	out := &reviewapi.PersonalData{Submissions: []reviewapi.Submission{}, Employments: []reviewapi.Employment{}}
	for cursor, more := "", true; more; {
		rows, err := many[Submission](ctx, s.Pool, "Submissions", pgx.NamedArgs{"author": personID, "document": "", "cursor": cursor, "limit": exportStep})
		if err != nil {
			return nil, err
		}
		f, err := s.files(ctx, s.Pool, rows...)
		if err != nil {
			return nil, err
		}
		for _, sub := range rows {
			cursor = sub.ID
			out.Submissions = append(out.Submissions, f.wire(sub))
		}
		more = len(rows) == exportStep
	}
	rows, err := many[Employment](ctx, s.Pool, "EmploymentsOf", pgx.NamedArgs{"person": personID})
	for _, e := range rows {
		out.Employments = append(out.Employments, e.wire(s.Clock.Now()))
	}
	return out, err
}

// eraseAgain is how long after an erasure what the person left is erased once more: a request of theirs may have been under way. Wall
// time.
const eraseAgain = time.Hour

// erasePerson removes names, mailboxes and texts of a person's submissions, and ends those that are still asked. Ids, digests and dates
// of decisions stay: they say nothing about anybody without the words. A second time it finds nothing to do.
func (s *Service) erasePerson(ctx context.Context, tx pgx.Tx, personID string) error {
	args := pgx.NamedArgs{"person": personID, "wall": s.Clock.Wall(), "now": s.Clock.Now(), "author": personID}
	for _, name := range []string{"Tombstone", "EraseAnswers", "EraseEmployments", "EraseWorkCodes", "EraseStandings", "EraseStandingMailboxes", "EraseUses"} {
		if _, err := exec(ctx, tx, name, args); err != nil {
			return err
		}
	}
	theirs, err := many[Submission](ctx, tx, "LockSubmissionsOfAuthor", args)
	if err != nil {
		return err
	}
	ids := make([]string, len(theirs))
	for i, sub := range theirs {
		ids[i] = sub.ID
		if sub.Mailbox == nil && sub.EmployerName == "" && sub.PolicyText == "" {
			continue
		}
		_ = sub.Withdraw(byDeletion, s.Clock.Now())
		now := s.Clock.Now()
		sub.Mailbox, sub.EmployerName, sub.PolicyText, sub.OpenUntil = nil, "", "", &now
		if err := s.save(ctx, tx, &sub, accountsapi.Name, "submission.erased", audit.Detail{}); err != nil {
			return err
		}
	}
	decisions, err := pg.Column[string](ctx, tx, queries.SQL("DecisionIDs"), pgx.NamedArgs{"submissions": ids})
	if err != nil {
		return err
	}
	own, err := pg.Column[string](ctx, tx, queries.SQL("AuthorReceiptIDs"), pgx.NamedArgs{"submissions": ids})
	if err != nil {
		return err
	}
	if err := s.Proofs.Erase(ctx, tx, append(decisions, own...)); err != nil {
		return err
	}
	for _, name := range []string{"EraseDecisionWords", "EraseSessions", "EraseLinks", "EraseAuthorReceipts"} {
		if _, err := exec(ctx, tx, name, pgx.NamedArgs{"submissions": ids}); err != nil {
			return err
		}
	}
	return nil
}

// eraseRest erases once more those who were erased lately.
func (s *Service) eraseRest(ctx context.Context) error {
	people, err := pg.Column[string](ctx, s.Pool, queries.SQL("ErasedSince"), pgx.NamedArgs{"since": s.Clock.Wall().Add(-eraseAgain)})
	if err != nil {
		return err
	}
	for _, personID := range people {
		if err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error { return s.erasePerson(ctx, tx, personID) }); err != nil {
			return err
		}
	}
	return nil
}
