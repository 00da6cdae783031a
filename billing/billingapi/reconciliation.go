package billingapi

import (
	"time"

	"github.com/workfluence/workfluence/internal/money"
)

// DifferenceKind is what does not agree.
type DifferenceKind string

// The kinds of differences, with the rule of money.md §10 that finds each.
const (
	DifferenceBooks     DifferenceKind = "books"           // R7: the ledger does not sum up
	DifferencePlatform  DifferenceKind = "platform"        // R2: the platform's balance at Stripe and in the books
	DifferencePayee     DifferenceKind = "payee"           // R3: a payee's
	DifferenceSuspense  DifferenceKind = "suspense"        // R8: money that nothing explains
	DifferenceOperation DifferenceKind = "stuck_operation" // R8: an effect whose end is not known for too long
)

// Difference is something that does not agree. Its fixes are journals, never edits.
type Difference struct {
	Kind DifferenceKind `json:"kind"`
	Rule string         `json:"rule"`
	// What says it exactly, in English and with ids: for a log and for whoever looks into it.
	What string `json:"what"`
	// Account is the payee's Stripe account.
	Account string `json:"account,omitempty"`
	// Stripe and Books are the two balances; in suspense only the books have one.
	Stripe    *money.Amount   `json:"stripe,omitempty"`
	Books     *money.Amount   `json:"books,omitempty"`
	Operation *StuckOperation `json:"operation,omitempty"`
}

// String is the difference as a line of a report.
func (d Difference) String() string { return d.Rule + " " + d.What }

// StuckOperation is an external effect whose end should be known by now.
type StuckOperation struct {
	ID    string    `json:"id"`
	Kind  string    `json:"kind"`  // checkout, transfer, reversal, refund, payout, account
	State string    `json:"state"` // reserved, sent, unknown
	Since time.Time `json:"since"`
}

// Reconciliation is what does not agree, at a time of the domain.
type Reconciliation struct {
	At time.Time `json:"at"`
	// Compared says that Stripe's balances were asked for. Without it these are suspense and stuck operations alone.
	Compared    bool         `json:"compared"`
	Differences []Difference `json:"differences"`
}
