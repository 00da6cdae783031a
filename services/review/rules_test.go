package review

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// all is every row of the service, as text: what a refused write must leave as it was.
func (h *house) all() string {
	h.t.Helper()
	tables := must[[]string](h)(pg.Column[string](h.t.Context(), h.pool, `select quote_ident(tablename) from pg_tables where schemaname = 'review' and tablename not like 'river%' order by 1`))
	var out string
	for _, table := range tables {
		out += table + must[string](h)(pg.Scalar[string](h.t.Context(), h.pool, fmt.Sprintf(`select coalesce(string_agg(x.r, e'\n' order by x.r), '') from (select t::text as r from review.%s t) x`, table)))
	}
	return out
}

// TestCaseC1: every write carries the version that its writer read; with another one nothing changes, and with the right one it does.
func TestCaseC1(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Version by version.")
		draft := must[reviewapi.Submission](h)(h.begin(d, hr))
		asked := h.asked(h.post("A second one."))
		secret := h.opened(asked)
		approved := h.asked(h.post("A third one."))
		third := h.opened(approved)
		must[reviewapi.Review](h)(h.decide(third, says(reviewapi.Approve)))
		version := func(id string) int64 { return h.submission(id).Version }
		writes := []struct {
			name, on string
			write    func(version int64) error
		}{
			{"change", draft.ID, func(v int64) error { return second(h.client.Change(h.as(ana), draft.ID, v, ask(hr))) }},
			{"send", draft.ID, func(v int64) error { return second(h.client.Send(h.as(ana), draft.ID, v, reviewapi.SendSubmission{})) }},
			{"withdraw", draft.ID, func(v int64) error { return second(h.client.Withdraw(h.as(ana), draft.ID, v)) }},
			{"decide", asked.ID, func(v int64) error {
				changes := says(reviewapi.RequestChanges)
				changes.Reason = "Shorter."
				return second(h.client.Decide(h.nobody(), secret, "", v, changes))
			}},
			{"revoke", approved.ID, func(v int64) error { return second(h.client.Revoke(h.nobody(), third, v, revokes())) }},
		}
		for _, w := range writes {
			now := version(w.on)
			before := h.all()
			for _, wrong := range []int64{now + 1, now + 1<<40} {
				h.wants(w.write(wrong), problem.ErrStale, w.name)
			}
			if now > 1 {
				h.wants(w.write(now-1), problem.ErrStale, w.name)
			}
			if h.all() != before {
				t.Errorf("%s: a stale write changed something", w.name)
			}
			if err := w.write(now); err != nil {
				t.Errorf("%s at the version that it has: %v", w.name, err)
			}
			if version(w.on) <= now {
				t.Errorf("%s: the version did not grow", w.name)
			}
		}
	})
}

// TestCaseC2: state, audit row and event of a step are one transaction: where one of them can't be written, nothing is.
func TestCaseC2(t *testing.T) {
	h := newHouse(t, false)
	d := h.post("One for all.")
	sub := h.asked(d)
	secret := h.opened(sub)
	for _, table := range []string{"audit", "outbox", "decision", "gate_move"} {
		name := "no_" + table
		made := h.exec(fmt.Sprintf(`create function review.%[1]s() returns trigger language plpgsql as $$ begin raise exception 'the disk of %[2]s is full'; end $$;
			create trigger %[1]s before insert on review.%[2]s for each statement execute function review.%[1]s()`, name, table))
		if made != nil {
			t.Fatal(made)
		}
		before := h.all()
		if _, err := h.decide(secret, says(reviewapi.Approve)); err == nil {
			t.Errorf("decided without its %s", table)
		}
		if h.all() != before {
			t.Errorf("without its %s a part of the decision stands", table)
		}
		if got := h.submission(sub.ID); got.State != reviewapi.StateInStage {
			t.Errorf("%s", got.State)
		}
		if err := h.exec(fmt.Sprintf(`drop trigger %[1]s on review.%[2]s`, name, table)); err != nil {
			t.Fatal(err)
		}
	}
	audited, told := h.count(`select count(*) from review.audit where object = $1`, sub.ID), h.count(`select count(*) from review.outbox where key = $1`, sub.ID)
	must[reviewapi.Review](h)(h.decide(secret, says(reviewapi.Approve)))
	if h.submission(sub.ID).State != reviewapi.StateApproved || h.count(`select count(*) from review.audit where object = $1`, sub.ID) <= audited ||
		h.count(`select count(*) from review.outbox where key = $1`, sub.ID) <= told {
		t.Error("state, audit row and event do not all stand")
	}
}

// TestCaseC8: a decision never changes. Another word is a new decision, and another text a new version that the old decision says nothing about.
func TestCaseC8(t *testing.T) {
	h := newHouse(t, false)
	d := h.post("It stands as it was signed.")
	sub := h.asked(d)
	secret := h.opened(sub)
	must[reviewapi.Review](h)(h.decide(secret, says(reviewapi.Approve)))
	before := h.submission(sub.ID).Decisions
	for _, attempt := range []string{
		`update review.decision set kind = 'reject'`, `delete from review.decision`, `truncate review.decision cascade`,
		`update review.decision_words set reason = 'another one'`, `update review.leaf_words set statement = ''`, `delete from review.log_row`,
	} {
		if err := h.exec(attempt); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", attempt, err)
		}
	}
	h.edit(d, "It stands as it was signed!")
	h.wants(h.publish(d.ID), contentapi.ErrApprovalStale, "another text")
	must[reviewapi.Review](h)(h.client.Revoke(h.nobody(), secret, 0, revokes()))
	after := h.submission(sub.ID).Decisions
	if len(after) != len(before)+1 || after[0].ID != before[0].ID || after[0].Kind != reviewapi.Approve || !after[0].Decided.Equal(before[0].Decided) {
		t.Errorf("%+v became %+v", before, after)
	}
}

func second[T any](_ T, err error) error { return err }

// exec runs a statement as the owner of the tables, who may more than the service.
func (h *house) exec(sql string) error {
	h.t.Helper()
	ctx := context.WithoutCancel(h.t.Context())
	conn, err := pgx.ConnectConfig(ctx, h.pool.Config().ConnConfig.Copy())
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, sql)
	return err
}
