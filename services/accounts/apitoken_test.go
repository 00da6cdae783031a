package accounts

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// A token is shown once, resolves to its person and scopes, and ends by revocation or age.
func TestAPITokens(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web, gateway := h.as("web"), h.as("gateway")
		ana, ben := h.by(h.join("ana@example.com").Token), h.by(h.join("ben@example.com").Token)
		ask := accountsapi.MakeAPIToken{Name: " Nightly\nexport ", Scopes: []string{accountsapi.TokenSalesRead, accountsapi.TokenMoneyRead}, Days: 30}
		made, err := web.MakeAPIToken(ana, ask)
		if err != nil || made.Name != "Nightly export" || !strings.HasPrefix(made.Token, accountsapi.TokenPrefix) || !strings.HasSuffix(made.Token, made.Ending) {
			t.Fatalf("%+v %v", made, err)
		}
		if n := h.count(`select count(*) from accounts.api_token t where t::text like '%' || $1 || '%'`, made.Token[4:]); n != 0 {
			t.Error("the secret is stored")
		}
		info, err := gateway.Resolve(h.ctx(), made.Token)
		if err != nil || info.Session != made.ID || !slices.Equal(info.Scopes, ask.Scopes) || info.Operator || len(info.Mandates) != 0 {
			t.Fatalf("%+v %v", info, err)
		}
		list, err := web.APITokens(ana)
		if err != nil || len(list.Data) != 1 || list.Data[0].LastUsed == nil {
			t.Fatalf("%+v %v", list, err)
		}
		if list, err := web.APITokens(ben); err != nil || len(list.Data) != 0 {
			t.Errorf("ben sees %+v %v", list, err)
		}
		if err := web.RevokeAPIToken(ben, made.ID); !errors.Is(err, problem.ErrNotFound) {
			t.Errorf("ben revoked it: %v", err)
		}
		if err := web.RevokeAPIToken(ana, made.ID); err != nil {
			t.Fatal(err)
		}
		if err := web.RevokeAPIToken(ana, made.ID); !errors.Is(err, problem.ErrNotFound) {
			t.Errorf("revoked twice: %v", err)
		}
		if _, err := gateway.Resolve(h.ctx(), made.Token); !errors.Is(err, problem.ErrUnauthenticated) {
			t.Errorf("a revoked token resolves: %v", err)
		}
		if got := h.events(); !slices.Contains(got, accountsapi.EventSessionRevoked) {
			t.Errorf("the gateways are not told: %v", got)
		}
		old, err := web.MakeAPIToken(ana, ask)
		if err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(30*24*time.Hour + time.Second)
		if _, err := gateway.Resolve(h.ctx(), old.Token); !errors.Is(err, problem.ErrUnauthenticated) {
			t.Errorf("an old token resolves: %v", err)
		}
		if n := h.count(`select count(*) from accounts.audit where action in ('token.made', 'token.revoked')`); n != 3 {
			t.Errorf("%d audit rows", n)
		}
	})
}

// What asks for a token is checked, and a program can't make itself another one.
func TestAPITokensAreBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	web := h.as("web")
	signed := h.join("ana@example.com")
	ana := h.by(signed.Token)
	good := accountsapi.MakeAPIToken{Name: "n", Scopes: []string{accountsapi.TokenProfileRead}, Days: 90}
	for name, change := range map[string]func(*accountsapi.MakeAPIToken){
		"no name":        func(in *accountsapi.MakeAPIToken) { in.Name = "" },
		"a hidden name":  func(in *accountsapi.MakeAPIToken) { in.Name = "\u202e\u200b" },
		"a long name":    func(in *accountsapi.MakeAPIToken) { in.Name = strings.Repeat("n", 61) },
		"no scope":       func(in *accountsapi.MakeAPIToken) { in.Scopes = []string{} },
		"one twice":      func(in *accountsapi.MakeAPIToken) { in.Scopes = append(in.Scopes, in.Scopes...) },
		"unknown scope":  func(in *accountsapi.MakeAPIToken) { in.Scopes = []string{"payouts:write"} },
		"a mandate's":    func(in *accountsapi.MakeAPIToken) { in.Scopes = []string{accountsapi.ScopePay} },
		"for ever":       func(in *accountsapi.MakeAPIToken) { in.Days = 36500 },
		"already over":   func(in *accountsapi.MakeAPIToken) { in.Days = -1 },
		"without an end": func(in *accountsapi.MakeAPIToken) { in.Days = 0 },
	} {
		in := good
		change(&in)
		if _, err := web.MakeAPIToken(ana, in); problem.From(err) == nil || problem.From(err).Kind != problem.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	program := h.caller(identity.Caller{Person: signed.Person.ID, Scopes: accountsapi.TokenScopes, Session: "apitoken_x"})
	if _, err := web.MakeAPIToken(program, good); !errors.Is(err, problem.ErrForbidden) {
		t.Errorf("a program made a token: %v", err)
	}
	if err := web.SignOutEverywhere(program); !errors.Is(err, problem.ErrForbidden) {
		t.Errorf("a program signed its person out: %v", err)
	}
	if me, err := web.Me(program); err != nil || me.ID != signed.Person.ID {
		t.Errorf("%+v %v", me, err)
	}
	errs := race(mostTokens+5, func(int) error {
		_, err := web.MakeAPIToken(ana, good)
		if err != nil && !errors.Is(err, accountsapi.ErrTokensMany) {
			t.Error(err)
		}
		return err
	})
	if won(errs) != mostTokens {
		t.Errorf("%d tokens", won(errs))
	}
	if err := web.Erase(ana, accountsapi.Erase{Confirm: "ana@example.com"}); err != nil {
		t.Fatal(err)
	}
	if n := h.count(`select count(*) from accounts.api_token`); n != 0 {
		t.Errorf("%d tokens outlive their person", n)
	}
}
