package review

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/jobs"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

const (
	moveLeased   = "review.move.leased"
	moveAnswered = "review.move.answered"
)

// KillPoints are the places between a decision and its gate at which a test kills the process.
var KillPoints = killpoint.Declare(
	killpoint.Point{Name: moveLeased, Why: "the decision is committed, content knows nothing of it: told when the lease is over"},
	killpoint.Point{Name: moveAnswered, Why: "content has heard, and we don't know: told again under the same number"},
)

// bring tells content what is pending about a submission, right after it was committed. What fails is tried again by the sweep.
func (s *Service) bring(ctx context.Context, submissionID string) {
	for {
		moved, err := s.tellContent(ctx, submissionID)
		if err != nil {
			s.Log.WarnContext(ctx, "a gate is moved later", "submission", submissionID, "error", err)
		}
		if !moved || err != nil {
			return
		}
	}
}

// tellContent takes one move that waits and brings it to content. False when none waits. submissionID "" takes any.
func (s *Service) tellContent(ctx context.Context, submissionID string) (bool, error) {
	wall := s.Clock.Wall()
	m, err := one[Move](ctx, s.Pool, "LeaseMove", pgx.NamedArgs{"submission": submissionID, "wall": wall, "until": wall.Add(lease)})
	if missing(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	killpoint.Here(moveLeased)
	refusal := s.say(ctx, &m)
	killpoint.Here(moveAnswered)
	if refusal != nil {
		_, err := exec(ctx, s.Pool, "RetryMove", moveArgs(m, s.Clock.Wall().Add(jobs.Pause(m.Tries))))
		if err == nil {
			err = refusal
		}
		return true, err
	}
	return true, s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		n, err := exec(ctx, tx, "SaveMove", moveArgs(m, s.Clock.Wall()))
		if err != nil || n == 0 {
			return err // somebody else had the same answer
		}
		detail := audit.Detail{"document": m.DocumentID, "seq": m.Seq, "outcome": m.Outcome, "published": m.PublishedAt}
		return s.record(ctx, tx, reviewapi.Name, "gate."+m.Move+"."+m.State, m.SubmissionID, detail)
	})
}

// say says a move to content and takes its answer.
func (s *Service) say(ctx context.Context, m *Move) error {
	var err error
	p := party(m.EmployerID)
	if m.Move == moveOpen {
		_, err = s.Documents.OpenGate(ctx, m.DocumentID, contentapi.OpenGate{Party: p, Seq: m.Seq, Digest: m.Digest, ValidFrom: m.ValidFrom, ValidUntil: m.ValidUntil})
	} else {
		var c contentapi.Closing
		rules, known := s.closedBy(ctx, m.SubmissionID)
		if known != nil {
			return known
		}
		c, err = s.Documents.CloseGate(ctx, m.DocumentID, contentapi.CloseGate{Party: p, Seq: m.Seq, Digest: m.Digest, Rules: rules})
		m.Outcome, m.PublishedAt = c.Outcome, c.Published
	}
	switch {
	case err == nil:
		m.State = moveDone
	case missing(err):
		m.State = moveVoid
	default:
		return err
	}
	return nil
}

func moveArgs(m Move, due time.Time) pgx.NamedArgs {
	return pgx.NamedArgs{
		"document": m.DocumentID, "employer": m.EmployerID, "seq": m.Seq, "state": m.State, "outcome": m.Outcome, "published_at": m.PublishedAt, "due_at": due,
	}
}
