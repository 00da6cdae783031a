package postings

import (
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/internal/money"
)

// Take is where a refund took one payee's share from: what was payable, and the rest, which they now owe. The rest is
// what a transfer reversal should bring back.
type Take struct {
	Payee          string
	FromPayable    money.Amount
	FromReceivable money.Amount
}

// RefundReserved sets a requested refund aside: the fee and the tax return, and each payee's share comes from what is
// payable to them, and beyond that from what they owe. covered is ledger.Covered of each payee, in the order of the
// shares, read in the same transaction; a person who is payee twice counts once in it, at either place.
// If the money was not transferred yet, the payable covers it all.
func RefundReserved(m Meta, op string, part Legs, covered []money.Amount) ([]ledger.Journal, []Take) {
	left := map[string]int64{}
	for i, s := range part.Shares {
		left[s.Payee] = max(left[s.Payee], covered[i].Minor)
	}
	var e entries
	takes := make([]Take, len(part.Shares))
	for i, s := range part.Shares {
		payable := money.New(min(s.Amount.Minor, left[s.Payee]), s.Amount.Currency)
		left[s.Payee] -= payable.Minor
		takes[i] = Take{s.Payee, payable, minus(s.Amount, payable)}
		e.debit(ledger.CP(s.Payee), takes[i].FromPayable)
		e.debit(ledger.CR(s.Payee), takes[i].FromReceivable)
	}
	e.debit(ledger.PF(part.Product), part.Fee)
	e.debit(ledger.TX(part.Jurisdiction), part.Tax)
	e.credit(ledger.RC(op), part.Gross)
	return m.journal(ReserveKey(op), "refund.reserved", e), takes
}

// RefundSettled books that the refund left the platform's balance, by its balance transaction. moved is how much left,
// as a positive amount; it differs from what was reserved only by the rate of the day (money case 40).
func RefundSettled(m Meta, op, txn string, reserved, moved money.Amount) []ledger.Journal {
	var e entries
	e.debit(ledger.RC(op), reserved)
	e.credit(ledger.SB, moved)
	e.debit(ledger.FX, minus(moved, reserved))
	return m.journal(TxnKey(txn), "refund.settled", e)
}

// RefundFailed books that a settled refund came back, by its failure balance transaction. It is reserved again: send
// another, or give it up with [RefundReinstated].
func RefundFailed(m Meta, op, txn string, reserved, moved money.Amount) []ledger.Journal {
	var e entries
	e.debit(ledger.SB, moved)
	e.credit(ledger.RC(op), reserved)
	e.credit(ledger.FX, minus(moved, reserved))
	return m.journal(TxnKey(txn), "refund.failed", e)
}

// RefundReinstated gives a refund up that was refused or failed: the payees' shares are payable again, the fee is
// earned and the tax is owed. Shares that were taken from a receivable become payable too; net them afterwards
// (money case 15; row 13 of the failure table).
func RefundReinstated(m Meta, op string, part Legs) []ledger.Journal {
	var e entries
	e.debit(ledger.RC(op), part.Gross)
	for _, s := range part.Shares {
		e.credit(ledger.CP(s.Payee), s.Amount)
	}
	e.credit(ledger.PF(part.Product), part.Fee)
	e.credit(ledger.TX(part.Jurisdiction), part.Tax)
	return m.journal(VoidKey(op), "refund.reinstated", e)
}
