package accounts

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

var noon = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

func euros(minor int64) *money.Amount { return &money.Amount{Minor: minor, Currency: "EUR"} }

func TestInvitationRules(t *testing.T) {
	t.Parallel()
	past := noon
	for name, c := range map[string]struct {
		to   Email
		in   accountsapi.InviteMandate
		want error
	}{
		"see":                    {"b@example.com", accountsapi.InviteMandate{Scopes: []string{"see"}}, nil},
		"everything":             {"b@example.com", accountsapi.InviteMandate{Scopes: []string{"see", "arrange", "comment", "pay", "approve"}, PayLimit: euros(50000), ApproveName: "Ben"}, nil},
		"oneself":                {"a@example.com", accountsapi.InviteMandate{Scopes: []string{"see"}}, accountsapi.ErrMandateSelf},
		"nothing":                {"b@example.com", accountsapi.InviteMandate{}, problem.ErrInvalid},
		"unknown scope":          {"b@example.com", accountsapi.InviteMandate{Scopes: []string{"all"}}, problem.ErrInvalid},
		"approve without a name": {"b@example.com", accountsapi.InviteMandate{Scopes: []string{"approve"}}, accountsapi.ErrMandateApproveName},
		"a name without approve": {"b@example.com", accountsapi.InviteMandate{Scopes: []string{"see"}, ApproveName: "Ben"}, accountsapi.ErrMandateApproveName},
		"pay without a limit":    {"b@example.com", accountsapi.InviteMandate{Scopes: []string{"pay"}}, accountsapi.ErrMandatePayLimit},
		"a limit without pay":    {"b@example.com", accountsapi.InviteMandate{Scopes: []string{"see"}, PayLimit: euros(1)}, accountsapi.ErrMandatePayLimit},
		"a limit of nothing":     {"b@example.com", accountsapi.InviteMandate{Scopes: []string{"pay"}, PayLimit: euros(0)}, accountsapi.ErrMandatePayLimit},
		"a limit in no currency": {"b@example.com", accountsapi.InviteMandate{Scopes: []string{"pay"}, PayLimit: &money.Amount{Minor: 5, Currency: "ZZZ"}}, accountsapi.ErrMandatePayLimit},
		"an end that is past":    {"b@example.com", accountsapi.InviteMandate{Scopes: []string{"see"}, Expires: &past}, problem.ErrInvalid},
	} {
		if _, err := invite("person_a", "a@example.com", c.to, c.in, noon); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatAMandateCovers(t *testing.T) {
	t.Parallel()
	end := noon.Add(48 * time.Hour)
	m, err := invite("person_a", "a@example.com", "b@example.com", accountsapi.InviteMandate{Scopes: []string{"see", "pay"}, PayLimit: euros(50000), Expires: &end}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Covers("see", nil, noon); !errors.Is(err, accountsapi.ErrMandateMissing) {
		t.Fatalf("before it was accepted: %v", err)
	}
	if err := m.Answer("person_b", true, noon); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		scope  string
		amount *money.Amount
		at     time.Time
		want   error
	}{
		{"see", nil, noon, nil},
		{"pay", euros(50000), noon, nil},
		{"pay", euros(50001), noon, accountsapi.ErrMandateLimit},
		{"pay", euros(-1), noon, accountsapi.ErrMandateLimit},
		{"pay", &money.Amount{Minor: 1, Currency: "USD"}, noon, accountsapi.ErrMandateLimit},
		{"pay", nil, noon, accountsapi.ErrMandateLimit},
		{"comment", nil, noon, accountsapi.ErrMandateMissing},
		{"approve", nil, noon, accountsapi.ErrMandateMissing},
		{"see", nil, end, accountsapi.ErrMandateMissing},
	} {
		if err := m.Covers(c.scope, c.amount, c.at); !errors.Is(err, c.want) {
			t.Errorf("%s %v at %v: %v, want %v", c.scope, c.amount, c.at, err, c.want)
		}
	}
}

// Whatever the two sides and the timer do: a mandate that has ended stays as it ended, and only an accepted one covers.
func TestMandateStateMachine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := noon
		in := accountsapi.InviteMandate{Scopes: []string{"see"}}
		if rapid.Bool().Draw(t, "with an end") {
			in.Expires = ptr(now.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "days")) * 24 * time.Hour))
		}
		m, err := invite("person_a", "a@example.com", "b@example.com", in, now)
		if err != nil {
			t.Fatal(err)
		}
		final, accepted := "", false
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			before := m.current(now)
			switch rapid.SampledFrom([]string{"wait", "accept", "decline", "end", "timer"}).Draw(t, "step") {
			case "wait":
				now = now.Add(time.Duration(rapid.IntRange(1, 200).Draw(t, "hours")) * time.Hour)
			case "accept":
				err := m.Answer("person_b", true, now)
				if (err == nil) != (before == accountsapi.MandateInvited) {
					t.Fatalf("accepted when %s: %v", before, err)
				}
				accepted = accepted || err == nil
			case "decline":
				if err := m.Answer("person_b", false, now); (err == nil) != (before == accountsapi.MandateInvited) {
					t.Fatalf("declined when %s: %v", before, err)
				}
			case "end":
				if err := m.End(now); (err == nil) != (before == accountsapi.MandateInvited || before == accountsapi.MandateActive) {
					t.Fatalf("ended when %s: %v", before, err)
				}
			case "timer":
				m.Expire(now)
			}
			state := m.current(now)
			if final != "" && state != final {
				t.Fatalf("%s became %s", final, state)
			}
			if state != accountsapi.MandateInvited && state != accountsapi.MandateActive {
				final = state
			}
			if covers := m.Covers("see", nil, now) == nil; covers != (state == accountsapi.MandateActive) || (covers && !accepted) {
				t.Fatalf("covers %v when %s", covers, state)
			}
			if (m.Due() != nil) && m.EndedAt != nil {
				t.Fatalf("a %s mandate has a deadline", m.State)
			}
		}
	})
}
