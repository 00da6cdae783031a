package postings_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/ledger/ledgertest"
	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/pgtest"
)

var meta = postings.Meta{Source: "order_1", At: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)}

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// run is a case being walked, on whatever books.
type run struct {
	testing.TB
	post     func(...ledger.Journal) error
	balances func() []ledger.AccountBalance
	n        int
}

// inMemory is a run on the model of the ledger.
func inMemory(t testing.TB) *run {
	var book ledgertest.Book
	return &run{TB: t, post: book.Post, balances: book.Balances}
}

// does books what must be possible.
func (r *run) does(journals ...[]ledger.Journal) {
	r.Helper()
	for _, j := range journals {
		if err := r.post(j...); err != nil {
			r.Fatal(err)
		}
	}
}

// want compares the balances with the words of a case.
func (r *run) want(words string) {
	r.Helper()
	ledgertest.Expect(r, r.balances(), words)
}

// id is a fresh id of the rail or of an operation.
func (r *run) id(prefix string) string { r.n++; return fmt.Sprintf("%s_%d", prefix, r.n) }

// of is the balance of an account, and covered what may be taken from it.
func (r *run) of(account ledger.Account) money.Amount {
	for _, b := range r.balances() {
		if b.Account == account {
			return b.Amount
		}
	}
	return usd(0)
}

func (r *run) covered(l postings.Legs) []money.Amount {
	out := make([]money.Amount, len(l.Shares))
	for i, s := range l.Shares {
		out[i] = money.New(-r.of(ledger.CP(s.Payee)).Minor, l.Gross.Currency)
	}
	return out
}

// legs divides with a fee of 10 %.
func (r *run) legs(gross, tax money.Amount, payees ...string) postings.Legs {
	r.Helper()
	var list []postings.Payee
	for _, p := range payees {
		list = append(list, postings.Payee{Person: p, Weight: 1})
	}
	l, err := postings.Divide(gross, tax, 1000, list)
	if err != nil {
		r.Fatal(err)
	}
	l.Product, l.Jurisdiction = "course", "US-CA"
	return l
}

// sale is a sale of l to the end: paid, and the rail's fee known. It nets what its payees owe.
func (r *run) sale(l postings.Legs, railFee int64) {
	r.Helper()
	key := r.id("ch")
	r.does(postings.SalePaid(meta, key, l), postings.RailFee(meta, r.id("txn"), money.New(railFee, l.Gross.Currency)))
	for _, s := range l.Shares {
		if x := min(r.of(ledger.CR(s.Payee)).Minor, -r.of(ledger.CP(s.Payee)).Minor); x > 0 {
			r.does(postings.Netted(meta, postings.ChargeKey(key), s.Payee, money.New(x, l.Gross.Currency)))
		}
	}
}

// transfer is a transfer to the end; a person's balance at the rail is named after them.
func (r *run) transfer(person string, minor int64) postings.Transfer {
	r.Helper()
	t := postings.Transfer{Op: r.id("op"), Person: person, Holder: "acct_" + person, Amount: usd(minor)}
	r.does(postings.TransferReserved(meta, t), postings.TransferPosted(meta, t))
	return t
}

// refund is a refund that settles at the same rate: its legs and takes.
func (r *run) refund(l, before postings.Legs, minor int64) (postings.Legs, []postings.Take) {
	r.Helper()
	part, err := l.Refund(before, money.New(minor, l.Gross.Currency))
	if err != nil {
		r.Fatal(err)
	}
	op := r.id("op")
	reserve, takes := postings.RefundReserved(meta, op, part, r.covered(part))
	r.does(reserve, postings.RefundSettled(meta, op, r.id("txn"), part.Gross, part.Gross))
	return part, takes
}

// payout is a payout that reaches the bank.
func (r *run) payout(person string, minor int64) postings.Payout {
	r.Helper()
	p := postings.Payout{ID: r.id("po"), Holder: "acct_" + person, Amount: usd(minor)}
	r.does(postings.PayoutCreated(meta, p), postings.PayoutPaid(meta, p))
	return p
}

func (r *run) reversal(person string, minor int64) {
	r.Helper()
	r.does(postings.ReversalConfirmed(meta, postings.Reversal{ID: r.id("trr"), Person: person, Holder: "acct_" + person, Amount: usd(minor)}))
}

// TestCasesOnPostgreSQL walks every case of this package on the real ledger too: one transaction each, rolled back.
func TestCasesOnPostgreSQL(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t, "billing")
	for n, walk := range cases {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			tx, err := db.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(t.Context()) }()
			walk(&run{TB: t,
				post: func(journals ...ledger.Journal) error {
					inner, err := tx.Begin(t.Context())
					if err != nil {
						return err
					}
					_, err = ledger.Post(t.Context(), inner, journals...)
					for _, mode := range []string{"immediate", "deferred"} { // check now, and again in time for the next post
						if err == nil {
							_, err = inner.Exec(t.Context(), "set constraints all "+mode)
						}
					}
					if err != nil {
						return errors.Join(err, inner.Rollback(t.Context()))
					}
					return inner.Commit(t.Context())
				},
				balances: func() []ledger.AccountBalance {
					balances, err := ledger.Balances(t.Context(), tx)
					if err != nil {
						t.Fatal(err)
					}
					return balances
				},
			})
			if report, err := ledger.Verify(t.Context(), tx); err != nil || !report.OK() {
				t.Errorf("%v, %v", report, err)
			}
		})
	}
}
