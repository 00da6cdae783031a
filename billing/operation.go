package billing

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/money"
)

// OpKind is what an operation does on the rail.
type OpKind string

// The kinds of operations.
const (
	OpCheckout OpKind = "checkout"
	OpTransfer OpKind = "transfer"
	OpReversal OpKind = "reversal"
	OpRefund   OpKind = "refund"
	OpPayout   OpKind = "payout"
	OpAccount  OpKind = "account"
)

// OpState is how far an operation is (money.md §8):
//
//	reserved ──claim──▶ sent ──answer──▶ confirmed
//	                     │ ├──refused──▶ failed
//	                     │ └─ key too old, or spent on a stored 500 ──▶ unknown ──lookup──▶ confirmed
//	                     └◀────── no answer: the same key again                 └─absent twice─▶ reserved, attempt+1
type OpState string

// The states of an operation.
const (
	OpReserved  OpState = "reserved"
	OpSent      OpState = "sent"
	OpUnknown   OpState = "unknown"
	OpConfirmed OpState = "confirmed"
	OpFailed    OpState = "failed"
)

const (
	// keyAge is how long the same key is sent again. Stripe may forget a key after 24 hours, and would then do it twice.
	keyAge = 23 * time.Hour
	// listGap is the least time between two lookups that must both find nothing before a new attempt.
	listGap = 5 * time.Minute
)

// Operation is one external effect.
type Operation struct {
	ID          string
	Kind        OpKind
	OrderID     *string
	Position    *int16
	PersonID    *string
	RefundID    *string
	PayoutID    *string
	ParentID    *string
	Amount      int64
	Currency    money.Currency
	State       OpState
	Attempt     int
	Request     json.RawMessage
	ResultID    *string
	FailureCode string
	LeaseUntil  *time.Time
	RetryAt     time.Time
	Tries       int
	FirstSentAt *time.Time
	Lists       int
	ListedAt    *time.Time
	CreatedAt   time.Time
}

// Rail names the operation to the rail: kind:id:aN is the idempotency key.
func (o Operation) Rail() rail.Op {
	return rail.Op{Key: fmt.Sprintf("%s:%s:a%d", o.Kind, o.ID, o.Attempt), ID: o.ID}
}

// Money is the operation's amount.
func (o Operation) Money() money.Amount { return money.New(o.Amount, o.Currency) }

// Done says that the operation's end is known.
func (o Operation) Done() bool { return o.State == OpConfirmed || o.State == OpFailed }

// KeyTooOld says that Stripe may have forgotten the key, so that sending it again could do the work twice (row 7).
func (o Operation) KeyTooOld(now time.Time) bool {
	return o.FirstSentAt != nil && now.Sub(*o.FirstSentAt) > keyAge
}

// backoff is the pause after the nth try: 250 ms doubled up to a minute, with up to a quarter of jitter.
func backoff(tries int) time.Duration {
	d := min(250*time.Millisecond<<min(tries, 8), time.Minute)
	return d + rand.N(d/4+1)
}

// decode reads an operation's request.
func decode[T any](o Operation) (T, error) {
	var v T
	if err := json.Unmarshal(o.Request, &v); err != nil {
		return v, fmt.Errorf("operation %s: %w", o.ID, err)
	}
	return v, nil
}
