package accounts

import (
	"errors"
	"testing"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// What an operator does elsewhere is written down here, by an operator alone.
func TestOperatorsPressesAreRecorded(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		press := accountsapi.Press{Action: accountsapi.PressEventReplayed, Object: "evt_1", Part: "notify"}
		web := h.as("web")
		if err := web.RecordPress(h.caller(identity.Caller{Person: "person_1", Session: "s"}), press); !errors.Is(err, problem.ErrNotFound) {
			t.Errorf("somebody else records: %v", err)
		}
		operator := h.caller(identity.Caller{Person: "person_2", Session: "s", Operator: true})
		if err := web.RecordPress(operator, press); err != nil {
			t.Fatal(err)
		}
		if err := web.RecordPress(operator, accountsapi.Press{Action: "person.erased", Object: "x", Part: "accounts"}); !errors.Is(err, problem.ErrInvalid) {
			t.Errorf("an action of another kind: %v", err)
		}
		rows, err := pg.Column[string](h.ctx(), h.pool, `select actor || ' ' || action || ' ' || object || ' ' || (detail ->> 'part') from accounts.audit where action like 'event%'`)
		if err != nil || len(rows) != 1 || rows[0] != "person_2 event.replayed evt_1 notify" {
			t.Errorf("recorded: %v %v", rows, err)
		}
	})
}
