package postings

import (
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/internal/money"
)

// Transfer is the operation that moves a person's payable from the platform to their balance at the rail.
type Transfer struct {
	Op     string // the operation's id
	Person string
	Holder string // names the balance at the rail: the Stripe account it goes to
	Amount money.Amount
}

// TransferReserved sets the amount aside. The payable covers it, or ledger.Post answers ErrInsufficient: of two
// transfers, or a transfer and a refund, that race for one payable, one loses.
func TransferReserved(m Meta, t Transfer) []ledger.Journal {
	var e entries
	e.debit(ledger.CP(t.Person), t.Amount)
	e.credit(ledger.TC(t.Op), t.Amount)
	return m.journal(ReserveKey(t.Op), "transfer.reserved", e)
}

// TransferPosted books the transfer as made, whichever of the answer, the webhook and the sweep comes first.
func TransferPosted(m Meta, t Transfer) []ledger.Journal {
	var e entries
	e.debit(ledger.TC(t.Op), t.Amount)
	e.credit(ledger.SB, t.Amount)
	e.debit(ledger.MB(t.Holder), t.Amount)
	e.credit(ledger.MS(t.Holder), t.Amount)
	return m.journal(PostKey(t.Op), "transfer.posted", e)
}

// TransferVoided gives the amount back to the payable, when the transfer failed for certain.
func TransferVoided(m Meta, t Transfer) []ledger.Journal {
	var e entries
	e.debit(ledger.TC(t.Op), t.Amount)
	e.credit(ledger.CP(t.Person), t.Amount)
	return m.journal(VoidKey(t.Op), "transfer.voided", e)
}

// Reversal is the return of a transfer, or of a part of it, to the platform after a refund.
type Reversal struct {
	ID     string // the rail's
	Person string
	Holder string // of the original transfer, even if the person has another account by now
	Amount money.Amount
}

// ReversalConfirmed books the return: it settles what the person owes. If that was netted from new earnings meanwhile,
// the receivable falls below zero; [Surplus] then makes the difference payable.
func ReversalConfirmed(m Meta, r Reversal) []ledger.Journal {
	var e entries
	e.debit(ledger.SB, r.Amount)
	e.credit(ledger.CR(r.Person), r.Amount)
	e.credit(ledger.MB(r.Holder), r.Amount)
	e.debit(ledger.MS(r.Holder), r.Amount)
	return m.journal(ReversalKey(r.ID), "transfer.reversed", e)
}
