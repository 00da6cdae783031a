package accounts

import (
	"slices"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

const (
	mandatePrefix = "mandate"
	// inviteLife is how long an invitation waits for its answer.
	inviteLife = 14 * 24 * time.Hour
)

// Mandate lets one person, the assistant, act for another, the represented. Times are domain time.
//
//	invited ── accept ──► active ── revoke, resign ──► ended
//	   ├── decline ─────► declined      └─ its day ──► expired
//	   ├── withdraw ────► withdrawn
//	   └── 14 days ─────► expired
//
// Each scope stands alone. approve is given only by name: the represented person types who it is for.
type Mandate struct {
	ID             string
	Represented    string
	Assistant      *string // nil until accepted
	AssistantEmail *Email  // whom the invitation is for; nil once that person was erased
	Scopes         []string
	PayLimit       *int64
	PayCurrency    *string
	ApproveName    string
	State          string
	CreatedAt      time.Time
	// AnswerBy is the end of an invitation, ExpiresAt the last moment of the mandate itself, if it has one.
	AnswerBy  time.Time
	ExpiresAt *time.Time
	EndedAt   *time.Time

	RepresentedName    string // joined
	RepresentedSelling bool   // joined
	AssistantName      string // joined
}

// invite makes an invitation from represented, whose own address is own. ErrMandateSelf, ErrMandateApproveName,
// ErrMandatePayLimit, problem.ErrInvalid.
func invite(represented string, own, to Email, in accountsapi.InviteMandate, now time.Time) (Mandate, error) {
	m := Mandate{
		ID: id.New(mandatePrefix), Represented: represented, AssistantEmail: &to, State: accountsapi.MandateInvited,
		ApproveName: norm.NFC.String(tidyLine(in.ApproveName, 100)), CreatedAt: now, AnswerBy: now.Add(inviteLife), ExpiresAt: in.Expires,
	}
	if to == own {
		return m, accountsapi.ErrMandateSelf
	}
	m.Scopes = slices.Compact(slices.Sorted(slices.Values(in.Scopes)))
	if len(m.Scopes) == 0 {
		return m, problem.ErrInvalid.WithField("/scopes", "required", "Say what this person may do for you.")
	}
	for _, scope := range m.Scopes {
		switch scope {
		case accountsapi.ScopeSee, accountsapi.ScopeArrange, accountsapi.ScopeComment, accountsapi.ScopePay, accountsapi.ScopeApprove:
		default:
			return m, problem.ErrInvalid.WithField("/scopes", "oneof", "Choose from see, arrange, comment, pay and approve.")
		}
	}
	if slices.Contains(m.Scopes, accountsapi.ScopeApprove) != (m.ApproveName != "") {
		return m, accountsapi.ErrMandateApproveName.WithField("/approve_name", "name", accountsapi.ErrMandateApproveName.Detail)
	}
	if slices.Contains(m.Scopes, accountsapi.ScopePay) != (in.PayLimit != nil) {
		return m, accountsapi.ErrMandatePayLimit.WithField("/pay_limit", "limit", accountsapi.ErrMandatePayLimit.Detail)
	}
	if in.PayLimit != nil {
		if err := in.PayLimit.Validate(); err != nil || in.PayLimit.Minor <= 0 {
			return m, accountsapi.ErrMandatePayLimit.WithField("/pay_limit", "amount", "Use an amount above zero in a currency we know.")
		}
		m.PayLimit, m.PayCurrency = &in.PayLimit.Minor, ptr(string(in.PayLimit.Currency))
	}
	if in.Expires != nil && !in.Expires.After(now) {
		return m, problem.ErrInvalid.WithField("/expires", "future", "Choose a day that is still to come.")
	}
	return m, nil
}

// Due is the deadline that the timer watches, nil when there is none.
func (m *Mandate) Due() *time.Time {
	switch m.State {
	case accountsapi.MandateInvited:
		if m.ExpiresAt != nil && m.ExpiresAt.Before(m.AnswerBy) {
			return m.ExpiresAt
		}
		return &m.AnswerBy
	case accountsapi.MandateActive:
		return m.ExpiresAt
	}
	return nil
}

// current is the state at a domain time: a deadline that has passed counts even before the timer wrote it down.
func (m *Mandate) current(now time.Time) string {
	if due := m.Due(); due != nil && !now.Before(*due) {
		return accountsapi.MandateExpired
	}
	return m.State
}

// Answer accepts or declines an invitation. ErrMandateClosed with the state when it is none any more.
func (m *Mandate) Answer(assistant string, accept bool, now time.Time) error {
	if state := m.current(now); state != accountsapi.MandateInvited {
		return accountsapi.ErrMandateClosed.WithState(state)
	}
	if assistant == m.Represented {
		return accountsapi.ErrMandateSelf
	}
	if !accept {
		m.State, m.EndedAt = accountsapi.MandateDeclined, &now
		return nil
	}
	m.State, m.Assistant = accountsapi.MandateActive, &assistant
	return nil
}

// End ends a mandate or withdraws an invitation. ErrMandateClosed with the state when it has ended.
func (m *Mandate) End(now time.Time) error {
	switch state := m.current(now); state {
	case accountsapi.MandateInvited:
		m.State = accountsapi.MandateWithdrawn
	case accountsapi.MandateActive:
		m.State = accountsapi.MandateEnded
	default:
		return accountsapi.ErrMandateClosed.WithState(state)
	}
	m.EndedAt = &now
	return nil
}

// Expire writes down that a deadline has passed; false when none has.
func (m *Mandate) Expire(now time.Time) bool {
	if m.State == accountsapi.MandateExpired || m.current(now) != accountsapi.MandateExpired {
		return false
	}
	m.State, m.EndedAt = accountsapi.MandateExpired, &now
	return true
}

// Covers says whether the mandate allows a scope now; for pay, of this amount. A payment in another currency than the
// limit's is not covered: converting would make the limit depend on the day. ErrMandateMissing, ErrMandateLimit.
func (m *Mandate) Covers(scope string, amount *money.Amount, now time.Time) error {
	if m.current(now) != accountsapi.MandateActive || !slices.Contains(m.Scopes, scope) {
		return accountsapi.ErrMandateMissing
	}
	if scope != accountsapi.ScopePay {
		return nil
	}
	limit := m.limit()
	if limit == nil || amount == nil || amount.Currency != limit.Currency || amount.Minor > limit.Minor || amount.Minor < 0 {
		return accountsapi.ErrMandateLimit
	}
	return nil
}

func (m *Mandate) limit() *money.Amount {
	if m.PayLimit == nil || m.PayCurrency == nil {
		return nil
	}
	return &money.Amount{Minor: *m.PayLimit, Currency: money.Currency(*m.PayCurrency)}
}

// Wire is the mandate as its two sides see it.
func (m *Mandate) Wire(now time.Time) accountsapi.Mandate {
	state := m.current(now)
	return accountsapi.Mandate{
		ID: m.ID, Represented: m.Represented, RepresentedName: m.RepresentedName, RepresentedSelling: m.RepresentedSelling && state == accountsapi.MandateActive,
		Assistant: deref(m.Assistant), AssistantName: m.AssistantName, AssistantEmail: string(deref(m.AssistantEmail)), Scopes: m.Scopes, PayLimit: m.limit(),
		State: state, Created: m.CreatedAt, Expires: m.ExpiresAt, Ended: m.EndedAt,
	}
}

func ptr[T any](v T) *T { return &v }
