package review

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// about runs hear for each submission of a document, and saves those that it changed.
func (s *Service) about(ctx context.Context, tx pgx.Tx, documentID, action string, hear func(*Submission) bool) error {
	all, err := many[Submission](ctx, tx, "LockSubmissionsOfDocument", pgx.NamedArgs{"document": documentID})
	if err != nil {
		return err
	}
	for _, sub := range all {
		if !hear(&sub) {
			continue
		}
		if err := s.save(ctx, tx, &sub, contentapi.Name, action, audit.Detail{"reason": sub.Reason}); err != nil {
			return err
		}
	}
	return nil
}

// documentSaved hears of a new version: it may be what the employer suggested.
func (s *Service) documentSaved(ctx context.Context, tx pgx.Tx, p contentapi.DocumentSaved) error {
	taken := false
	err := s.about(ctx, tx, p.DocumentID, "submission.suggestion_taken", func(sub *Submission) bool {
		saved := sub.Saved(p.Digest, s.Clock.Now())
		taken = taken || saved
		return saved
	})
	if err == nil && taken {
		_, err = exec(ctx, tx, "QueueScreening", pgx.NamedArgs{"document": p.DocumentID, "wall": s.Clock.Wall()})
	}
	return err
}

// documentPublished keeps when something appeared. It decides nothing: content did.
func (s *Service) documentPublished(ctx context.Context, tx pgx.Tx, p contentapi.DocumentPublished) error {
	return s.about(ctx, tx, p.DocumentID, "submission.published", func(sub *Submission) bool { return sub.Published(p.Digest, p.Published) })
}

// documentGone ends what is still asked about a document that was given up.
func (s *Service) documentGone(ctx context.Context, tx pgx.Tx, documentID, reason string) error {
	return s.about(ctx, tx, documentID, "submission.withdrawn", func(sub *Submission) bool { return sub.Withdraw(reason, s.Clock.Now()) == nil })
}

// gateTakenBack hears that an author no longer waits for an employer. An event that comes late may be about an earlier submission:
// those begun since stay as they are.
func (s *Service) gateTakenBack(ctx context.Context, tx pgx.Tx, p contentapi.TakenBack, at time.Time) error {
	if p.Kind != contentapi.GateEmployer {
		return nil
	}
	return s.about(ctx, tx, p.DocumentID, "submission.taken_back", func(sub *Submission) bool {
		return sub.EmployerID == p.Ref && sub.SentAt != nil && !sub.SentAt.After(at) && sub.TakenBack(s.Clock.Now())
	})
}

// Expire carries out one deadline that has come, and says how many it moved. A person who acts at the same moment and this timer meet at
// the row: the first commit wins.
func (s *Service) Expire(ctx context.Context, now time.Time) (int, error) {
	moved := 0
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		moved = 0
		sub, err := one[Submission](ctx, tx, "LockDue", pgx.NamedArgs{"now": now})
		if missing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		moved = 1
		sub.Expire(now)
		return s.save(ctx, tx, &sub, reviewapi.Name, "submission.expired", audit.Detail{"reason": sub.Reason})
	})
	return moved, err
}
