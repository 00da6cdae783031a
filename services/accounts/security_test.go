package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

func TestWhatCanLockOutNeedsProof(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web, in := h.as("web"), h.join("ana@example.com")
		h.clock.Advance(freshSession + time.Second)
		if err := web.SetPassword(h.by(in.Token), accountsapi.SetPassword{Password: "seven blue kettles"}); !errors.Is(err, accountsapi.ErrProveAgain) {
			t.Fatalf("an old session set a password: %v", err)
		}
		in = h.join("ana@example.com")
		if err := web.SetPassword(h.by(in.Token), accountsapi.SetPassword{Password: "seven blue kettles"}); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(freshSession + time.Second)
		if _, err := web.ChangeEmail(h.by(in.Token), accountsapi.ChangeEmail{Email: "new@example.com"}); !errors.Is(err, accountsapi.ErrProveAgain) {
			t.Fatalf("an old session changed the address: %v", err)
		}
		if err := web.Erase(h.by(in.Token), accountsapi.Erase{Confirm: "ana@example.com"}); !errors.Is(err, accountsapi.ErrProveAgain) {
			t.Fatalf("an old session erased: %v", err)
		}
		if err := web.SetPassword(h.by(in.Token), accountsapi.SetPassword{Current: "seven red kettles", Password: "eight blue kettles"}); !errors.Is(err, accountsapi.ErrPasswordWrong) {
			t.Fatalf("wrong present password: %v", err)
		}
		if err := web.SetPassword(h.by(in.Token), accountsapi.SetPassword{Current: "seven blue kettles", Password: "eight blue kettles"}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAChangedAddressCountsOnceProved(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web, in := h.as("web"), h.join("ana@example.com")
		me := h.by(in.Token)
		if _, err := web.ChangeEmail(me, accountsapi.ChangeEmail{Email: "ANA@example.com"}); !errors.Is(err, problem.ErrInvalid) {
			t.Fatalf("the same address: %v", err)
		}
		if _, err := web.SignUp(h.ctx(), accountsapi.SignUp{Email: "ana@example.com"}); err != nil {
			t.Fatal(err)
		}
		waiting := h.lastMail() // a link that still lies in the old mailbox
		if _, err := web.ChangeEmail(me, accountsapi.ChangeEmail{Email: "new@example.com"}); err != nil {
			t.Fatal(err)
		}
		mail := h.lastMail()
		if mail.Email != "new@example.com" || mail.Purpose != accountsapi.PurposeChangeEmail {
			t.Fatalf("%+v", mail)
		}
		if p, err := web.Me(me); err != nil || p.Email != "ana@example.com" {
			t.Fatalf("changed before it was proved: %+v %v", p, err)
		}
		if _, err := web.RedeemLink(h.ctx(), tokenOf(mail), ""); !errors.Is(err, accountsapi.ErrLinkUnknown) {
			t.Fatalf("a link of one purpose served another: %v", err)
		}
		eve := h.by(h.join("eve@example.com").Token)
		if _, err := web.ConfirmEmail(eve, accountsapi.ConfirmEmail{LinkToken: tokenOf(mail)}); !errors.Is(err, accountsapi.ErrLinkUnknown) {
			t.Fatalf("somebody else confirmed: %v", err)
		}
		p, err := web.ConfirmEmail(me, accountsapi.ConfirmEmail{Email: "new@example.com", Code: mail.Code})
		if err != nil || p.Email != "new@example.com" || p.ID != in.Person.ID {
			t.Fatalf("%+v %v", p, err)
		}
		if _, err := web.RedeemLink(h.ctx(), tokenOf(waiting), ""); !errors.Is(err, accountsapi.ErrLinkReplaced) {
			t.Fatalf("a link in the old mailbox still works: %v", err)
		}
		notice := h.lastMail()
		if notice.Email != "ana@example.com" || notice.Purpose != accountsapi.PurposeEmailChanged || notice.Code != "" || strings.HasPrefix(notice.Path, accountsapi.LinkPath) {
			t.Fatalf("the old mailbox was told: %+v", notice)
		}
		// The old address is free, and its next owner gets an account of their own.
		if next := h.join("ana@example.com"); !next.New || next.Person.ID == in.Person.ID {
			t.Fatalf("%+v", next)
		}
		// Whether an address is taken is told only to who proves it.
		if _, err := web.ChangeEmail(me, accountsapi.ChangeEmail{Email: "eve@example.com"}); err != nil {
			t.Fatal(err)
		}
		if _, err := web.ConfirmEmail(me, accountsapi.ConfirmEmail{LinkToken: tokenOf(h.lastMail())}); !errors.Is(err, accountsapi.ErrEmailTaken) {
			t.Fatalf("two accounts of one address: %v", err)
		}
	})
}

func TestGrantOperator(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := GrantOperator(h.ctx(), h.pool, h.clock, "ana@example.com"); !errors.Is(err, problem.ErrNotFound) {
		t.Fatalf("a stranger became operator: %v", err)
	}
	in := h.join("ana@example.com")
	for range 2 {
		if personID, err := GrantOperator(h.ctx(), h.pool, h.clock, " ANA@example.com "); err != nil || personID != in.Person.ID {
			t.Fatalf("%s %v", personID, err)
		}
	}
	info, err := h.as("gateway").Resolve(h.ctx(), in.Token)
	if err != nil || !info.Operator || !info.Verified {
		t.Fatalf("%+v %v", info, err)
	}
	if n := h.count(`select count(*) from accounts.audit where action = 'operator.granted'`); n != 1 {
		t.Fatalf("%d audit rows", n)
	}
}

// canary is planted wherever a person may type, and searched wherever only ids may stand.
const canary = "zanzibar"

func TestExportAndErasure(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web, in := h.as("web"), h.join(canary+"@example.com")
		me := h.by(in.Token)
		if _, err := web.UpdateMe(me, accountsapi.UpdateMe{Name: ptr(canary), Handle: ptr(canary), Country: ptr("MA"), WorksFor: ptr("yes")}); err != nil {
			t.Fatal(err)
		}
		if _, err := web.JoinWaitingList(me); err != nil {
			t.Fatal(err)
		}
		ben := h.by(h.join("ben@example.com").Token)
		if _, err := web.InviteMandate(ben, accountsapi.InviteMandate{Email: canary + "@example.com", Scopes: []string{"approve"}, ApproveName: canary}); err != nil {
			t.Fatal(err)
		}
		given, err := call.Do[accountsapi.Mandate](me, h.http("web"), http.MethodPost, "http://accounts.svc/api/v1/mandates",
			accountsapi.InviteMandate{Email: "ben@example.com", Scopes: []string{"see"}}, call.WithIdempotencyKey("k1")) // its answer is kept, with names
		if err != nil {
			t.Fatal(err)
		}
		if _, err := web.AcceptMandate(ben, given.ID); err != nil {
			t.Fatal(err)
		}
		out, err := web.Export(me)
		if err != nil {
			t.Fatal(err)
		}
		if out.Person.Email != canary+"@example.com" || len(out.Handles) != 1 || len(out.Sessions) != 1 || len(out.Waiting) != 1 ||
			len(out.Mandates.Given) != 1 || len(out.Mandates.Held) != 1 || len(out.Audit) < 4 {
			text, _ := json.MarshalIndent(out, "", " ")
			t.Fatalf("export: %s", text)
		}
		for part, want := range map[*json.RawMessage]string{&out.Storefront: "order_of_", &out.Content: "document_of_", &out.Billing: "payout_of_", &out.Notify: "notice_of_"} {
			if !strings.Contains(string(*part), want+in.Person.ID) {
				t.Fatalf("the export says %s, not %s", *part, want+in.Person.ID)
			}
		}
		// A part that does not answer leaves neither half an export nor half an erasure.
		h.rest.err = problem.ErrUpstream
		if _, err := web.Export(me); !errors.Is(err, problem.ErrUpstream) {
			t.Fatalf("half an export: %v", err)
		}
		if err := web.Erase(me, accountsapi.Erase{Confirm: canary + "@example.com"}); !errors.Is(err, problem.ErrUpstream) {
			t.Fatalf("an erasure that misses orders: %v", err)
		}
		h.rest.err, h.rest.claimed = nil, nil
		if err := web.Erase(me, accountsapi.Erase{Confirm: "other@example.com"}); !errors.Is(err, accountsapi.ErrEraseUnconfirmed) {
			t.Fatalf("unconfirmed: %v", err)
		}
		if err := web.Erase(me, accountsapi.Erase{Confirm: canary + "@example.com"}); err != nil {
			t.Fatal(err)
		}
		if len(h.rest.claimed) != 1 || h.rest.claimed[0] != in.Person.ID {
			t.Fatalf("orders claimed before the erasure by %v", h.rest.claimed)
		}
		if _, err := h.as("gateway").Resolve(h.ctx(), in.Token); !errors.Is(err, problem.ErrUnauthenticated) {
			t.Fatalf("an erased person is signed in: %v", err)
		}
		if _, err := h.as("notify").Contact(h.ctx(), in.Person.ID); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("an erased person is reached: %v", err)
		}
		if _, err := web.ByHandle(h.ctx(), canary); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("an erased person has a page: %v", err)
		}
		if info, err := h.as("gateway").Resolve(h.ctx(), h.join("ben@example.com").Token); err != nil || len(info.Mandates) != 0 {
			t.Fatalf("ben still acts for an erased person: %+v %v", info, err)
		}
		// Handles stay out of reach for a while; nothing else holds the canary.
		for table, text := range h.everything() {
			if strings.Contains(text, canary) && !strings.HasPrefix(table, "handle") {
				t.Errorf("%s still holds it: %s", table, text)
			}
		}
		h.clock.Advance(redirectLife)
		if err := h.svc.Sweep(h.ctx()); err != nil {
			t.Fatal(err)
		}
		for table, text := range h.everything() {
			if strings.Contains(text, canary) {
				t.Errorf("%s holds it after 90 days", table)
			}
		}
		again := h.join(canary + "@example.com")
		if !again.New || again.Person.ID == in.Person.ID {
			t.Fatalf("a later account is the erased one: %+v", again)
		}
	})
}

// everything is all rows of all tables of the schema, as text.
func (h *house) everything() map[string]string {
	h.t.Helper()
	tables, err := pg.Column[string](h.ctx(), h.pool, `select table_name::text from information_schema.tables where table_schema = 'accounts'`)
	if err != nil {
		h.t.Fatal(err)
	}
	all := map[string]string{}
	for _, table := range tables {
		text, err := pg.Scalar[string](h.ctx(), h.pool,
			`select coalesce(string_agg(t::text, chr(10)), '') from accounts.`+pgx.Identifier{table}.Sanitize()+` t`)
		if err != nil {
			h.t.Fatal(err)
		}
		all[table] = text
	}
	return all
}

// Events, the audit and the counters hold ids and our own words, never what somebody typed.
func TestNothingPersonalLeaves(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	web, in := h.as("web"), h.join(canary+"@example.com")
	me := h.by(in.Token)
	if _, err := web.UpdateMe(me, accountsapi.UpdateMe{Name: ptr(canary), Handle: ptr(canary), Country: ptr("MA")}); err != nil {
		t.Fatal(err)
	}
	if _, err := web.InviteMandate(me, accountsapi.InviteMandate{Email: canary + "2@example.com", Scopes: []string{"approve"}, ApproveName: canary}); err != nil {
		t.Fatal(err)
	}
	if _, err := web.ChangeEmail(me, accountsapi.ChangeEmail{Email: canary + "3@example.com"}); err != nil {
		t.Fatal(err)
	}
	if _, err := web.ConfirmEmail(me, accountsapi.ConfirmEmail{LinkToken: tokenOf(h.lastMail())}); err != nil {
		t.Fatal(err)
	}
	_, _ = web.SignIn(h.ctx(), accountsapi.SignIn{Email: canary + "@example.com", Password: canary})
	rows := h.everything()
	for _, table := range []string{"outbox", "audit", "limit_window"} {
		if rows[table] == "" || strings.Contains(rows[table], canary) {
			t.Errorf("%s: %s", table, rows[table])
		}
	}
	// And the raw secrets are nowhere.
	for table, text := range rows {
		if strings.Contains(text, in.Token) || strings.Contains(text, strings.TrimPrefix(in.Token, tokenPrefix)) {
			t.Errorf("%s holds a session token", table)
		}
	}
}

func TestTheAuditIsAppendOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.join("ana@example.com")
	for _, sql := range []string{`update accounts.audit set actor = 'x'`, `delete from accounts.audit`, `truncate accounts.audit`} {
		if _, err := h.pool.Exec(h.ctx(), sql); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s by the service: %v", sql, err)
		}
		owner := errors.Join(asOwner(h.ctx(), h.pool, sql))
		if owner == nil || !strings.Contains(owner.Error(), "append-only") {
			t.Errorf("%s by the owner: %v", sql, owner)
		}
	}
}

func asOwner(ctx context.Context, pool interface {
	BeginTx(context.Context, pgx.TxOptions) (pgx.Tx, error)
}, sql string) error {
	return pg.InTx(ctx, pool, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "reset role"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, sql)
		return err
	})
}
