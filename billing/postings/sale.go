package postings

import (
	"time"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/internal/money"
)

// Meta is what every journal carries beside its entries.
type Meta struct {
	Source string    // the order (or other business object) that the journal explains; "" for none
	At     time.Time // when it happened, in domain time
}

// SalePaid books a payment: the platform's balance at the rail grows by the gross, of which the fee is income, the tax
// is owed to its jurisdiction, and each share is payable to its payee.
func SalePaid(m Meta, charge string, l Legs) []ledger.Journal {
	var e entries
	e.debit(ledger.SB, l.Gross)
	for _, s := range l.Shares {
		e.credit(ledger.CP(s.Payee), s.Amount)
	}
	e.credit(ledger.PF(l.Product), l.Fee)
	e.credit(ledger.TX(l.Jurisdiction), l.Tax)
	return m.journal(ChargeKey(charge), "sale.paid", e)
}

// RailFee books what the rail kept of a charge, once its balance transaction is known. The platform bears it
// (policy P1). A fee of zero is no journal.
func RailFee(m Meta, txn string, fee money.Amount) []ledger.Journal {
	var e entries
	e.debit(ledger.SF, fee)
	e.credit(ledger.SB, fee)
	return m.journal(TxnKey(txn), "rail.fee", e)
}

// Netted takes x of a person's payable for what they owe, after earnings were booked by the journal of key. x is the
// smaller of payable and receivable. Post the earnings; if they were fresh, read both and post this, in the same
// transaction: its lock on the payable keeps another netting out.
func Netted(m Meta, key, person string, x money.Amount) []ledger.Journal {
	var e entries
	e.debit(ledger.CP(person), x)
	e.credit(ledger.CR(person), x)
	return m.journal(NetKey(key, person), "receivable.netted", e)
}

// Surplus makes x payable that a person paid back twice, once out of new earnings and once by the reversal of key.
// x is what their receivable is below zero; it is posted as [Netted] is.
func Surplus(m Meta, key, person string, x money.Amount) []ledger.Journal {
	var e entries
	e.debit(ledger.CR(person), x)
	e.credit(ledger.CP(person), x)
	return m.journal(NetKey(key, person), "receivable.surplus", e)
}

// WrittenOff gives up x of what a person owes, by decision of an operator; op names the decision.
func WrittenOff(m Meta, op, person string, x money.Amount) []ledger.Journal {
	var e entries
	e.debit(ledger.BD, x)
	e.credit(ledger.CR(person), x)
	return m.journal(PostKey(op), "receivable.written_off", e)
}

// Suspense books a balance transaction that nobody can explain, so that the books still equal the rail; moved is
// negative if the rail took it. The movement back has its own transaction, and clears it.
func Suspense(m Meta, txn string, moved money.Amount) []ledger.Journal {
	var e entries
	e.debit(ledger.SB, moved)
	e.credit(ledger.SUSP, moved)
	return m.journal(TxnKey(txn), "suspense", e)
}

// entries collects the legs of a journal, without those of zero.
type entries []ledger.Entry

func (e *entries) debit(account ledger.Account, a money.Amount) {
	if !a.IsZero() {
		*e = append(*e, ledger.Debit(account, a))
	}
}

func (e *entries) credit(account ledger.Account, a money.Amount) {
	if !a.IsZero() {
		*e = append(*e, ledger.Credit(account, a))
	}
}

// journal makes a journal of the entries; none of nothing.
func (m Meta) journal(key, kind string, e entries) []ledger.Journal {
	if len(e) == 0 {
		return nil
	}
	return []ledger.Journal{{Key: key, Kind: kind, Source: m.Source, EffectiveAt: m.At, Entries: e}}
}
