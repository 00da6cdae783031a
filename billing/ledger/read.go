package ledger

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/pg"
)

// ErrCursor is the error of a cursor that [Statement] didn't give.
var ErrCursor = errors.New("ledger: no such cursor")

// AccountBalance is an account's balance in one currency: + is a debit balance, − a credit balance.
type AccountBalance struct {
	Account Account
	Amount  money.Amount
}

// Balance is the account's balance in a currency: + is a debit balance, − a credit balance, so that a payable of
// 90.00 is −90.00. An account without entries has a balance of zero.
func Balance(ctx context.Context, db pg.Querier, account Account, c money.Currency) (money.Amount, error) {
	minor, err := pg.Scalar[int64](ctx, db, queries.SQL("Balance"), account, c, account.Guarded())
	if err != nil {
		return money.Amount{}, fmt.Errorf("balance of %s: %w", account, err)
	}
	return money.New(minor, c), nil
}

// Covered is how much may be taken from a guarded account, as a positive amount, and holds the account's row until
// the transaction ends, so that what is computed from it and posted next is still true. Use it in a transaction, and
// for one account of the transaction: [Post] alone needs no lock. Errors: ErrAccount for an unguarded account.
func Covered(ctx context.Context, tx pg.Querier, account Account, c money.Currency) (money.Amount, error) {
	if !account.Guarded() {
		return money.Amount{}, fmt.Errorf("%w: %s is not guarded", ErrAccount, account)
	}
	minor, err := pg.Scalar[int64](ctx, tx, queries.SQL("LockBalance"), account, c)
	if pg.NoRows(err) {
		return money.New(0, c), nil
	}
	return money.New(minor, c), err
}

// Balances lists the balances that aren't zero, by account and currency. A prefix is a class ("CP"), or a whole
// account; none at all means every account. It reads one snapshot.
func Balances(ctx context.Context, db pg.Querier, prefixes ...string) ([]AccountBalance, error) {
	if prefixes == nil {
		prefixes = []string{}
	}
	type row struct {
		Account  string
		Currency string
		Balance  int64
	}
	query := queries.SQL("Balances")
	if len(prefixes) > 0 && !slices.ContainsFunc(prefixes, isClass) {
		query = queries.SQL("BalancesOfAccounts") // by index, however many others there are
	}
	rows, err := pg.Many[row](ctx, db, query, prefixes)
	if err != nil {
		return nil, fmt.Errorf("balances: %w", err)
	}
	out := make([]AccountBalance, len(rows))
	for i, r := range rows {
		out[i] = AccountBalance{Account(r.Account), money.New(r.Balance, money.Currency(r.Currency))}
	}
	return out, nil
}

// isClass reports whether a prefix names the accounts of several owners.
func isClass(prefix string) bool { return chart[prefix].owned }

// Line is one entry of an account, as its statement lists it.
type Line struct {
	Journal     int64 // number of the journal in the books
	Key         string
	Kind        string
	Source      string
	EffectiveAt time.Time
	Amount      money.Amount // + debit, − credit
}

// Cursor says where the next page of a statement begins; "" is the first page, and no next page.
type Cursor string

// Statement lists an account's entries in a currency, the latest booked first, at most limit of them, and the cursor
// of the next page. Entries booked meanwhile don't disturb the pages that follow. Errors: ErrCursor.
func Statement(ctx context.Context, db pg.Querier, account Account, c money.Currency, from Cursor, limit int) ([]Line, Cursor, error) {
	at, err := from.decode()
	if err != nil {
		return nil, "", err
	}
	type row struct {
		Journal     int64
		N           int16
		Tx          int64
		Amount      int64
		Key, Kind   string
		Source      string
		EffectiveAt time.Time
	}
	rows, err := pg.Many[row](ctx, db, queries.SQL("Statement"), account, c, at.tx, at.journal, at.n, limit+1)
	if err != nil {
		return nil, "", fmt.Errorf("statement of %s: %w", account, err)
	}
	var next Cursor
	if len(rows) > limit {
		last := rows[limit-1]
		next = position{last.Tx, last.Journal, last.N}.encode()
		rows = rows[:limit]
	}
	lines := make([]Line, len(rows))
	for i, r := range rows {
		lines[i] = Line{r.Journal, r.Key, r.Kind, r.Source, r.EffectiveAt, money.New(r.Amount, c)}
	}
	return lines, next, nil
}

// position is an entry's place in the order of booking: by transaction, then journal, then entry.
type position struct {
	tx, journal int64
	n           int16
}

func (p position) encode() Cursor {
	return Cursor(base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%d.%d", p.tx, p.journal, p.n)))
}

func (c Cursor) decode() (position, error) {
	if c == "" {
		return position{1<<63 - 1, 1<<63 - 1, 1<<15 - 1}, nil
	}
	var p position
	b, err := base64.RawURLEncoding.DecodeString(string(c))
	if err != nil {
		return p, ErrCursor
	}
	if n, err := fmt.Sscanf(string(b), "%d.%d.%d", &p.tx, &p.journal, &p.n); err != nil || n != 3 {
		return p, ErrCursor
	}
	if p.encode() != c {
		return p, ErrCursor
	}
	return p, nil
}

// BySource lists the journals of a business object, in the order in which they were booked.
func BySource(ctx context.Context, db pg.Querier, source string) ([]Journal, error) {
	return journals(ctx, db, "JournalsBySource", source)
}

// ByKeys lists the journals of these keys, in the order in which they were booked. Unknown keys are left out.
func ByKeys(ctx context.Context, db pg.Querier, keys ...string) ([]Journal, error) {
	return journals(ctx, db, "JournalsByKeys", keys)
}

func journals(ctx context.Context, db pg.Querier, query string, arg any) ([]Journal, error) {
	type row struct {
		Key, Kind, Source string
		EffectiveAt       time.Time
		Account, Currency string
		Amount            int64
	}
	rows, err := pg.Many[row](ctx, db, queries.SQL(query), arg)
	if err != nil {
		return nil, fmt.Errorf("journals: %w", err)
	}
	var out []Journal
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].Key != r.Key {
			out = append(out, Journal{Key: r.Key, Kind: r.Kind, Source: r.Source, EffectiveAt: r.EffectiveAt})
		}
		j := &out[len(out)-1]
		j.Entries = append(j.Entries, Entry{Account(r.Account), money.New(r.Amount, money.Currency(strings.TrimSpace(r.Currency)))})
	}
	return out, nil
}
