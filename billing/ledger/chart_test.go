package ledger

import (
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
)

// The chart of accounts stands in Go and in SQL; they are the same.
func TestChartIsOne(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t, "billing")
	for name, class := range chart {
		account := Account(name)
		if class.owned {
			account += ":x"
		}
		if err := account.Validate(); err != nil {
			t.Error(err)
		}
		guarded, err := pg.Scalar[bool](t.Context(), db, "select billing.ledger_guarded($1)", string(account))
		if err != nil || guarded != account.Guarded() {
			t.Errorf("%s: guarded %t in SQL, %t in Go, %v", account, guarded, account.Guarded(), err)
		}
		other, amount := SF, money.New(1, money.USD)
		if account.Memo() {
			other = MT("other")
		}
		_, err = Post(t.Context(), db, Journal{Key: "fill:" + name, Kind: "fill", EffectiveAt: time.Unix(0, 0), Entries: []Entry{Debit(other, amount), Credit(account, amount)}})
		if err != nil {
			t.Errorf("%s can't be posted to: %v", account, err)
		}
	}
	for account, want := range map[Account][2]string{CP("person_1"): {"CP", "person_1"}, BT: {"BT_T", ""}, MS("acct_1"): {"MS", "acct_1"}} {
		if got := [2]string{account.Class(), account.Owner()}; got != want {
			t.Errorf("%s: %v", account, got)
		}
	}
	all := map[Account]bool{SB: true, PB: true, BT: true, DH: true, SUSP: true, SF: true, DF: true, DL: true, BD: true, FX: true, AD: true}
	for _, make := range []func(string) Account{CR, CP, HR, HE, HB, TC, RC, DR, TX, PF, MB, MT, MK, MS} {
		all[make("x")] = true
	}
	if len(all) != len(chart) {
		t.Errorf("%d constructors for %d classes", len(all), len(chart))
	}
	for account := range all {
		if err := account.Validate(); err != nil {
			t.Error(err)
		}
	}
	for owner, fit := range map[string]bool{"azAZ09_-": true, "a/b": false, "a:b": false, "a@b": false, "a[b": false, "a`b": false, "a{b": false, "é": false} {
		if err := CP(owner).Validate(); (err == nil) != fit {
			t.Errorf("%q as an owner: %v", owner, err)
		}
	}
	if long := strings.Repeat("x", 117); CP(long).Validate() != nil || CP(long+"x").Validate() == nil {
		t.Error("an account's name has at most 120 characters")
	}
}
