package ledger

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/workfluence/workfluence/internal/money"
)

// What can be wrong with a post. Compare with errors.Is; the wrapped text names the journal or account.
var (
	// ErrInsufficient: a guarded account would fall below zero. Nothing of the post was booked.
	ErrInsufficient = errors.New("ledger: account would be overdrawn")
	// ErrKeyReused: the key already names an effect with another body. It is a defect of the caller.
	ErrKeyReused = errors.New("ledger: key already names another effect")
	// ErrUnbalanced: the entries don't sum to zero per currency and book, or there are fewer than two.
	ErrUnbalanced = errors.New("ledger: journal doesn't balance")
	// ErrAccount: no such account on the chart.
	ErrAccount = errors.New("ledger: no such account")
	// ErrJournal: a journal without key, kind or time, or an entry of nothing.
	ErrJournal = errors.New("ledger: malformed journal")
	// ErrRestored: the database was restored from a dump and its checkpoints don't belong to it; run [Rebase].
	ErrRestored = errors.New("ledger: checkpoints are of another database; run rebase")
)

// Journal is one business effect on the books.
type Journal struct {
	// Key names the effect, for ever and in any order of learning of it: "charge:ch_…", "bt:txn_…", "op:ID:post".
	Key string
	// Kind says what happened, in a word or two: "sale.paid".
	Kind string
	// Source is the business object that the journal belongs to, such as an order's id; "" for none.
	Source string
	// EffectiveAt is when it happened, in domain time. It is no part of the body that a key is held to: two paths
	// may learn of one effect at different times.
	EffectiveAt time.Time
	// Entries sum to zero per currency, in the platform's book and in the memo book.
	Entries []Entry
}

// Entry moves an amount on an account: + is a debit, − a credit. The amount isn't zero.
type Entry struct {
	Account Account
	Amount  money.Amount
}

// Debit is an entry of +a on the account.
func Debit(account Account, a money.Amount) Entry { return Entry{Account: account, Amount: a} }

// Credit is an entry of −a on the account.
func Credit(account Account, a money.Amount) Entry { return Entry{Account: account, Amount: a.Neg()} }

// Check reports whether the journal could be posted, but for what only the database knows (the key, the guards).
// Errors: ErrJournal, ErrAccount, ErrUnbalanced, and money's own.
func (j Journal) Check() error {
	if j.Key == "" || len(j.Key) > 200 || j.Kind == "" || j.EffectiveAt.IsZero() {
		return fmt.Errorf("%w: key %.210q, kind %q, effective %v", ErrJournal, j.Key, j.Kind, j.EffectiveAt)
	}
	if len(j.Entries) < 2 {
		return fmt.Errorf("%w: %s has %d entries", ErrUnbalanced, j.Key, len(j.Entries))
	}
	type book struct {
		memo     bool
		currency money.Currency
	}
	sums := map[book]money.Amount{}
	for _, e := range j.Entries {
		if err := e.Account.Validate(); err != nil {
			return fmt.Errorf("%s: %w", j.Key, err)
		}
		if err := e.Amount.Validate(); err != nil {
			return fmt.Errorf("%s: %s: %w", j.Key, e.Account, err)
		}
		if e.Amount.IsZero() {
			return fmt.Errorf("%w: %s moves nothing on %s", ErrJournal, j.Key, e.Account)
		}
		b := book{e.Account.Memo(), e.Amount.Currency}
		sum, ok := sums[b]
		if !ok {
			sum = money.New(0, e.Amount.Currency)
		}
		sum, err := sum.Add(e.Amount)
		if err != nil {
			return fmt.Errorf("%s: %w", j.Key, err)
		}
		sums[b] = sum
	}
	for b, sum := range sums {
		if !sum.IsZero() {
			return fmt.Errorf("%w: %s is off by %s (memo book: %t)", ErrUnbalanced, j.Key, sum, b.memo)
		}
	}
	return nil
}

// Digest is the SHA-256 of what the journal's key is held to: kind and entries, in whatever order.
func (j Journal) Digest() [sha256.Size]byte {
	entries := slices.SortedFunc(slices.Values(j.Entries), func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Amount.Currency, b.Amount.Currency), cmp.Compare(a.Amount.Minor, b.Amount.Minor))
	})
	body := make([]byte, 0, 64*(len(entries)+1))
	body = append(body, j.Kind...)
	for _, e := range entries {
		body = fmt.Appendf(body, "\n%s %s %d", e.Account, e.Amount.Currency, e.Amount.Minor)
	}
	return sha256.Sum256(body)
}
