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
}

// parkFor is how long an object whose parent is unknown is tried again before an operator is told.
const parkFor = 24 * time.Hour

// WorkHints looks at every object that a webhook named. It returns how many there were.
func (s *Service) WorkHints(ctx context.Context) (int, error) {
	claimed, err := many[hint](ctx, s.pool, "ClaimHints", args{"wall": s.wall(), "lease": s.wall().Add(s.lease), "n": 32})
	if err != nil {
		return 0, err
	}
	return len(claimed), each(ctx, claimed, s.workHint)
}

// workHint looks at one object again and applies what it says. An error is stored and tried again with growing pauses; only the
// failure to store it is returned.
func (s *Service) workHint(ctx context.Context, h hint) error {
	err := s.look(ctx, h)
	key := args{"subject": h.Subject, "account": h.Account, "seq": h.Seq}
	switch {
	case err == nil, errors.Is(err, errForeign):
		return exec(ctx, s.pool, "HintDone", key)
	case errors.Is(err, errParent) && s.wall().Sub(h.Since) > parkFor:
		s.log.ErrorContext(ctx, "an object of ours has no parent after a day", "subject", h.Subject, "account", h.Account)
		return exec(ctx, s.pool, "HintDone", key)
	}
	s.log.WarnContext(ctx, "looking at an object failed", "subject", h.Subject, "tries", h.Tries, "error", err)
	key["due_at"], key["error"] = s.wall().Add(backoff(h.Tries)), err.Error()
	return exec(ctx, s.pool, "HintLater", key)
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
