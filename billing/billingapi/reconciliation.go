package billingapi

import (
	"time"

	"github.com/workfluence/workfluence/internal/money"
)

// DifferenceKind is what does not agree.
type DifferenceKind string

// The kinds of differences, with the rule of money.md §10 that finds each.
const (
	DifferenceBooks        DifferenceKind = "books"           // R7: the ledger does not sum up
	DifferencePlatform     DifferenceKind = "platform"        // R2: the platform's balance at Stripe and in the books
	DifferencePayee        DifferenceKind = "payee"           // R3: a payee's
	DifferenceSuspense     DifferenceKind = "suspense"        // R8: money that nothing explains
	DifferenceOperation    DifferenceKind = "stuck_operation" // R8: an effect whose end is not known for too long
	DifferenceFailedRefund DifferenceKind = "failed_refund"   // R8: a refund came back, and nobody has sent it again or given it up
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
	Refund    *OwedRefund     `json:"refund,omitempty"`
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

// OwedRefund is a refund that the buyer's bank returned: the buyer is owed until it is sent again or given up.
type OwedRefund struct {
	ID      string       `json:"id"`
	OrderID string       `json:"order_id"`
	Amount  money.Amount `json:"amount"`
	Since   time.Time    `json:"since"`
}

// Finding is a difference that the last look saw, from the look that found it first.
type Finding struct {
	Difference
	ID      string    `json:"id"`
	FoundAt time.Time `json:"found_at"`
	// Gap names what an explanation of it explains: by how much two balances differ, where there are two. To compare, not to read.
	Gap string `json:"gap"`
	// Explained is the newest explanation, as long as the gap is the one that it explains.
	Explained *Explanation `json:"explained,omitempty"`
	// Explanations are all that operators ever wrote to it, the newest first.
	Explanations []Explanation `json:"explanations,omitempty"`
}

// Explanation is why a difference is no cause for alarm.
type Explanation struct {
	ID   string    `json:"id"`
	At   time.Time `json:"at"`
	By   string    `json:"by"` // the operator, a person's id
	Text string    `json:"text"`
	Gap  string    `json:"gap"`
}

// Reconciliation is what the last look at the books found, those without an explanation first.
type Reconciliation struct {
	// At is the time of the domain as of which the findings hold; nil before the first look came to its end.
	At *time.Time `json:"at,omitempty"`
	// Since is the time of the wall since which a look is asked for or under way; nil when none is.
	Since    *time.Time `json:"since,omitempty"`
	Findings []Finding  `json:"findings"`
}

// ExplainRequest is an explanation as it is written.
type ExplainRequest struct {
	// Text may have lines, and no other control characters.
	Text string `json:"text" validate:"required,max=1000"`
	// Gap is the finding's gap as the writer saw it; "" asks for nothing.
	Gap string `json:"gap,omitempty" validate:"max=1000"`
}
