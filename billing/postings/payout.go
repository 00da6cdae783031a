package postings

import (
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/internal/money"
)

// Payout is a transfer from a balance at the rail to a bank account.
type Payout struct {
	ID     string // the rail's
	Holder string // names the balance: a Stripe account
	Amount money.Amount
}

// PayoutCreated notes in the memo book that a holder's payout is under way. The platform's books don't change.
func PayoutCreated(m Meta, p Payout) []ledger.Journal {
	return m.memo(p, "created", ledger.MT(p.Holder), ledger.MB(p.Holder))
}

// PayoutPaid notes that it reached the bank, as far as the rail knows.
func PayoutPaid(m Meta, p Payout) []ledger.Journal {
	return m.memo(p, "paid", ledger.MK(p.Holder), ledger.MT(p.Holder))
}

// PayoutFailed notes that it failed or was cancelled and is back on the balance. afterPaid tells whether [PayoutPaid]
// was noted: a bank may return a payout days later (money case 23). Read that from the payout's row, locked in the same
// transaction.
func PayoutFailed(m Meta, p Payout, afterPaid bool) []ledger.Journal {
	from := ledger.MT(p.Holder)
	if afterPaid {
		from = ledger.MK(p.Holder)
	}
	return m.memo(p, "failed", ledger.MB(p.Holder), from)
}

func (m Meta) memo(p Payout, step string, debit, credit ledger.Account) []ledger.Journal {
	var e entries
	e.debit(debit, p.Amount)
	e.credit(credit, p.Amount)
	return m.journal(PayoutKey(p.ID, step), "payout."+step, e)
}

// PlatformPayoutCreated books that the platform's own payout is under way; see [Withdrawable].
func PlatformPayoutCreated(m Meta, id string, p money.Amount) []ledger.Journal {
	var e entries
	e.debit(ledger.BT, p)
	e.credit(ledger.SB, p)
	return m.journal(PayoutKey(id, "created"), "platform_payout.created", e)
}

// PlatformPayoutPaid books that it reached the platform's bank.
func PlatformPayoutPaid(m Meta, id string, p money.Amount) []ledger.Journal {
	var e entries
	e.debit(ledger.PB, p)
	e.credit(ledger.BT, p)
	return m.journal(PayoutKey(id, "paid"), "platform_payout.paid", e)
}

// PlatformPayoutFailed books that it came back, by its failure balance transaction.
func PlatformPayoutFailed(m Meta, txn string, p money.Amount, afterPaid bool) []ledger.Journal {
	var e entries
	e.debit(ledger.SB, p)
	if afterPaid {
		e.credit(ledger.PB, p)
	} else {
		e.credit(ledger.BT, p)
	}
	return m.journal(TxnKey(txn), "platform_payout.failed", e)
}

// Withdrawable is how much of the balance at the rail is the platform's own in a currency: what is there, less what is
// owed to others (money case 49). It is never negative. Balances are those of ledger.Balances.
func Withdrawable(balances []ledger.AccountBalance, c money.Currency) money.Amount {
	var own int64
	for _, b := range balances {
		if b.Amount.Currency == c && (b.Account == ledger.SB || b.Account.Guarded() || b.Account.Class() == "TX") {
			own += b.Amount.Minor
		}
	}
	return money.New(max(own, 0), c)
}
