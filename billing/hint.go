package billing

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/problem"
)

// hint is work on one object, however many events named it.
type hint struct {
	Subject    string
	Account    string
	Seq        int64
	DueAt      time.Time
	LeaseUntil *time.Time
	Tries      int
	Since      time.Time
	Error      string
	over       bool // looked at: nothing is left to do
}

// parkFor is how long an object whose parent is unknown is tried again before an operator is told.
const parkFor = 24 * time.Hour

// hintsAtOnce is how many objects are claimed together.
const hintsAtOnce = 32

// WorkHints looks at every object that a webhook named. It returns how many there were.
func (s *Service) WorkHints(ctx context.Context) (int, error) {
	claimed, err := many[hint](ctx, s.pool, "ClaimHints", args{"wall": s.wall(), "lease": s.wall().Add(s.lease), "n": hintsAtOnce})
	if err != nil {
		return 0, err
	}
	work := make([]*hint, len(claimed))
	for i := range claimed {
		work[i] = &claimed[i]
	}
	err = each(ctx, work, s.workHint)
	return len(claimed), errors.Join(err, s.hintsDone(ctx, claimed))
}

// workHint looks at one object again and applies what it says. An error is stored and tried again with growing pauses; only the
// failure to store it is returned.
func (s *Service) workHint(ctx context.Context, h *hint) error {
	err := s.look(ctx, *h)
	switch {
	case err == nil, errors.Is(err, errForeign):
		h.over = true
		return nil
	case errors.Is(err, errParent) && s.wall().Sub(h.Since) > parkFor:
		s.log.ErrorContext(ctx, "an object of ours has no parent after a day", "subject", h.Subject, "account", h.Account)
		h.over = true
		return nil
	}
	s.log.WarnContext(ctx, "looking at an object failed", "subject", h.Subject, "tries", h.Tries, "error", err)
	return exec(ctx, s.pool, "HintLater", args{
		"subject": h.Subject, "account": h.Account, "due_at": s.wall().Add(backoff(h.Tries)), "error": err.Error(),
	})
}

// hintsDone forgets what was looked at, together. A crash before it costs one more look.
func (s *Service) hintsDone(ctx context.Context, claimed []hint) error {
	var subjects, accounts []string
	var seqs []int64
	for _, h := range claimed {
		if h.over {
			subjects, accounts, seqs = append(subjects, h.Subject), append(accounts, h.Account), append(seqs, h.Seq)
		}
	}
	if len(subjects) == 0 {
		return nil
	}
	return exec(ctx, s.pool, "HintsDone", args{"subjects": subjects, "accounts": accounts, "seqs": seqs})
}

func (s *Service) look(ctx context.Context, h hint) error {
	what, id, _ := strings.Cut(h.Subject, ":")
	switch what {
	case "payment":
		m, err := s.Refresh(ctx, id)
		if errors.Is(err, problem.ErrNotFound) {
			return errParent
		}
		if err == nil && m.State == billingapi.OrderNone && h.Tries <= 3 {
			// The webhook of a checkout may overtake the commit of its own opening, which stores the session.
			return s.sessionKnown(ctx, id)
		}
		return err
	case "charge":
		return s.applyCharge(ctx, id)
	case "transfer":
		return s.applyTransfer(ctx, id)
	case "payout":
		return s.applyPayout(ctx, h.Account, id)
	case "account":
		return s.applyAccount(ctx, id, changed)
	case "bank":
		return s.applyAccount(ctx, id, newBank)
	case "refused":
		return s.applyAccount(ctx, id, refused)
	}
	return errForeign
}

// sessionKnown is errParent while the order does not know its own checkout yet.
func (s *Service) sessionKnown(ctx context.Context, orderID string) error {
	o, err := one[Order](ctx, s.pool, "Order", args{"order_id": orderID})
	if err == nil && o.SessionID == nil {
		return errParent
	}
	return err
}
