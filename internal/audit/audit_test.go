package audit_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
)

func TestActor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		who  identity.Caller
		want string
	}{
		{identity.Caller{}, "guest"},
		{identity.Caller{Target: identity.Gateway}, "guest"},
		{identity.Caller{Target: "web"}, "guest"},
		{identity.Caller{Target: "billing"}, "billing"},
		{identity.Caller{Target: "billing", Person: "person_a"}, "person_a"},
		{identity.Caller{Target: "web", Person: "person_a", For: "person_b"}, "person_a for person_b"},
	} {
		if got := audit.Actor(identity.With(t.Context(), c.who), "guest"); got != c.want {
			t.Errorf("%+v: %q, want %q", c.who, got, c.want)
		}
	}
}

// Every part that keeps this table keeps the same one, takes its rows and never lets go of one.
func TestEachPartKeepsTheSameTable(t *testing.T) {
	t.Parallel()
	for _, schema := range []string{"billing", "content", "review", "storefront"} {
		t.Run(schema, func(t *testing.T) {
			t.Parallel()
			ctx, pool := t.Context(), pgtest.DB(t, schema)
			columns, err := pg.Column[string](ctx, pool, `select column_name || ' ' || data_type from information_schema.columns
				where table_schema = $1 and table_name = 'audit' order by ordinal_position`, schema)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := strings.Join(columns, ", "), "seq bigint, at timestamp with time zone, actor text, action text, object text, detail jsonb"; got != want {
				t.Errorf("columns %s, want %s", got, want)
			}
			log, at := audit.In(schema), time.Date(2026, 11, 24, 9, 41, 0, 0, time.UTC)
			if err := log.Write(ctx, pool, audit.Row{At: at, Actor: "person_a", Action: "thing.made", Object: "thing_1"}); err != nil {
				t.Fatal(err)
			}
			var batch pgx.Batch
			log.Queue(&batch, audit.Row{At: at, Actor: "person_b", Action: "thing.changed", Object: "thing_1", Detail: audit.Detail{"was": "thing_0"}})
			err = pg.InTx(ctx, pool, func(ctx context.Context, tx pgx.Tx) error { return pg.Send(ctx, tx, &batch) })
			if err != nil {
				t.Fatal(err)
			}
			type row struct {
				Actor, Action string
				Detail        json.RawMessage
			}
			rows, err := pg.Many[row](ctx, pool, `select actor, action, detail from `+schema+`.audit where object = 'thing_1' order by seq`)
			if err != nil || len(rows) != 2 || rows[0].Detail != nil || string(rows[1].Detail) != `{"was": "thing_0"}` ||
				!slices.Equal([]string{rows[0].Actor, rows[1].Action}, []string{"person_a", "thing.changed"}) {
				t.Errorf("written: %+v %v", rows, err)
			}
			for _, sql := range []string{`update ` + schema + `.audit set actor = 'x'`, `delete from ` + schema + `.audit`} {
				if _, err := pool.Exec(ctx, sql); err == nil {
					t.Errorf("%s: done", sql)
				}
			}
		})
	}
}
