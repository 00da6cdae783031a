package ledger_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/ledger/ledgertest"
	"github.com/workfluence/workfluence/internal/money"
)

// Random posts, good and bad, held against the model in memory: the database books exactly what the model books,
// refuses what it refuses and for the same reason, folds or not.
func TestPostgreSQLAgreesWithTheModel(t *testing.T) {
	t.Parallel()
	db := books(t)
	rapid.Check(t, func(rt *rapid.T) {
		tx, err := db.Begin(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = tx.Rollback(t.Context()) }()
		var book ledgertest.Book
		for range rapid.IntRange(1, 12).Draw(rt, "posts") {
			journals := rapid.SliceOfN(journal(), 1, 3).Draw(rt, "journals")
			want := book.Post(journals...)
			inner, err := tx.Begin(t.Context())
			if err != nil {
				rt.Fatal(err)
			}
			_, got := ledger.Post(t.Context(), inner, journals...)
			if same := errors.Is(got, reason(want)); !same || (got == nil) != (want == nil) {
				rt.Fatalf("the database says %v, the model %v", got, want)
			}
			for _, mode := range []string{"immediate", "deferred"} {
				if got == nil {
					if _, err := inner.Exec(t.Context(), "set constraints all "+mode); err != nil {
						rt.Fatal(err)
					}
				}
			}
			if got == nil {
				err = inner.Commit(t.Context())
			} else {
				err = inner.Rollback(t.Context())
			}
			if err != nil {
				rt.Fatal(err)
			}
		}
		balances, err := ledger.Balances(t.Context(), tx)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(book.Balances(), balances); diff != "" {
			rt.Fatalf("(-model +database)\n%s", diff)
		}
		for _, b := range balances {
			if b.Account.Guarded() && b.Amount.IsPositive() {
				rt.Fatalf("%s is overdrawn: %v", b.Account, b.Amount)
			}
		}
		report, err := ledger.Verify(t.Context(), tx)
		if err != nil || !report.OK() {
			rt.Fatalf("%v, %v", report, err)
		}
	})
}

func reason(err error) error {
	for _, known := range []error{ledger.ErrInsufficient, ledger.ErrKeyReused, ledger.ErrUnbalanced, ledger.ErrJournal} {
		if errors.Is(err, known) {
			return known
		}
	}
	return err
}

// journal draws a journal of two to four entries, mostly balanced, with keys that are sometimes drawn again.
func journal() *rapid.Generator[ledger.Journal] {
	accounts := []ledger.Account{ledger.SB, ledger.SF, ledger.CP("ann"), ledger.CP("bob"), ledger.TC("op"), ledger.CR("ann")}
	return rapid.Custom(func(t *rapid.T) ledger.Journal {
		j := ledger.Journal{Key: fmt.Sprintf("k%d", rapid.IntRange(0, 60).Draw(t, "key")), Kind: "random", EffectiveAt: noon}
		c := rapid.SampledFrom([]money.Currency{money.USD, money.EUR}).Draw(t, "currency")
		var sum int64
		for range rapid.IntRange(1, 3).Draw(t, "entries") {
			amount := rapid.Int64Range(-500, 1000).Draw(t, "amount")
			sum += amount
			j.Entries = append(j.Entries, ledger.Entry{Account: rapid.SampledFrom(accounts).Draw(t, "account"), Amount: money.New(amount, c)})
		}
		if rapid.IntRange(0, 19).Draw(t, "fault") == 0 {
			sum++
		}
		j.Entries = append(j.Entries, ledger.Entry{Account: rapid.SampledFrom(accounts).Draw(t, "last"), Amount: money.New(-sum, c)})
		return j
	})
}
