// Package ledgertest helps tests of the books: a model of the ledger in memory, and balances written as the
// acceptance cases write them.
//
// The [Book] obeys the rules of package ledger without its database, so that a random run can be held against it,
// and postings can be tried without one.
package ledgertest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/internal/money"
)

// Book is the ledger in memory. The zero value is an empty book. It is not for concurrent use.
type Book struct {
	effects  map[string][32]byte
	balances map[slot]int64
}

type slot struct {
	account  ledger.Account
	currency money.Currency
}

// Post books journals, all or none, by the rules of ledger.Post and with its errors.
func (b *Book) Post(journals ...ledger.Journal) error {
	for _, j := range journals {
		if err := j.Check(); err != nil {
			return err
		}
	}
	effects, balances := map[string][32]byte{}, map[slot]int64{}
	for _, j := range journals {
		digest := j.Digest()
		known, ok := b.effects[j.Key]
		if !ok {
			known, ok = effects[j.Key]
		}
		if ok && known != digest {
			return fmt.Errorf("%w: %s", ledger.ErrKeyReused, j.Key)
		}
		if ok {
			continue
		}
		effects[j.Key] = digest
		for _, e := range j.Entries {
			balances[slot{e.Account, e.Amount.Currency}] += e.Amount.Minor
		}
	}
	for s, change := range balances {
		if s.account.Guarded() && b.balances[s]+change > 0 {
			return fmt.Errorf("%w: %s", ledger.ErrInsufficient, s.account)
		}
	}
	if b.effects == nil {
		b.effects, b.balances = map[string][32]byte{}, map[slot]int64{}
	}
	for key, digest := range effects {
		b.effects[key] = digest
	}
	for s, change := range balances {
		b.balances[s] += change
	}
	return nil
}

// Balance is the account's balance: + is a debit balance, − a credit balance.
func (b *Book) Balance(account ledger.Account, c money.Currency) money.Amount {
	return money.New(b.balances[slot{account, c}], c)
}

// Covered is how much may be taken from a guarded account.
func (b *Book) Covered(account ledger.Account, c money.Currency) money.Amount {
	return b.Balance(account, c).Neg()
}

// Balances lists the balances that aren't zero, as ledger.Balances does.
func (b *Book) Balances() []ledger.AccountBalance {
	out := []ledger.AccountBalance{}
	for s, minor := range b.balances {
		if minor != 0 {
			out = append(out, ledger.AccountBalance{Account: s.account, Amount: money.New(minor, s.currency)})
		}
	}
	slices.SortFunc(out, func(x, y ledger.AccountBalance) int {
		return cmp.Or(cmp.Compare(x.Account, y.Account), cmp.Compare(x.Amount.Currency, y.Amount.Currency))
	})
	return out
}

// Expect compares balances with the words of an acceptance case: "SB 9680, SF 320, CP −9000, PF −1000", zero
// balances left out. A class stands for the sum of its accounts; "CP:ann −2700" names one account, which then
// doesn't count to its class. All balances must be of one currency.
func Expect(t testing.TB, balances []ledger.AccountBalance, words string) {
	t.Helper()
	want := parse(t, words)
	got := map[string]int64{}
	for _, b := range balances {
		if b.Amount.Currency != balances[0].Amount.Currency {
			t.Fatalf("balances of %s and %s", balances[0].Amount.Currency, b.Amount.Currency)
		}
		name := string(b.Account)
		if _, named := want[name]; !named {
			name = b.Account.Class()
		}
		got[name] += b.Amount.Minor
	}
	for name, minor := range got {
		if minor == 0 {
			delete(got, name)
		}
	}
	if !equal(want, got) {
		t.Errorf("balances are %s\n        want %s", write(got), write(want))
	}
}

func parse(t testing.TB, words string) map[string]int64 {
	t.Helper()
	want := map[string]int64{}
	for part := range strings.SplitSeq(strings.ReplaceAll(words, "−", "-"), ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, number, _ := strings.Cut(strings.TrimSpace(part), " ")
		minor, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			t.Fatalf("%q is no balance", part)
		}
		if minor != 0 {
			want[name] = minor
		}
	}
	return want
}

func equal(a, b map[string]int64) bool {
	if len(a) != len(b) {
		return false
	}
	for name, minor := range a {
		if b[name] != minor {
			return false
		}
	}
	return true
}

func write(balances map[string]int64) string {
	names := make([]string, 0, len(balances))
	for name := range balances {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %d", name, balances[name])
	}
	return strings.Join(names, ", ")
}
