package billing

import (
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
)

// Leg is one payee's part of one order. Its columns are facts of this order; the sum of Payable over a person's legs is what the
// ledger's creator_payable account holds (tested).
//
//	Payable = Share + Regained − Taken − Netted − Transferring − Transferred        (once the order is paid)
type Leg struct {
	OrderID      string
	Position     int16
	PersonID     string
	Share        int64
	Currency     money.Currency
	Open         bool
	DueAt        *time.Time
	LookAt       *time.Time
	Taken        int64 // by refunds, while it was payable
	Owed         int64 // by refunds, after the transfer: a receivable
	Regained     int64 // back from such refunds that failed
	Netted       int64 // settled an older receivable
	Transferring int64
	Transferred  int64
	Reversed     int64
	TransferID   *string
	Blocker      billingapi.Blocker
	Payable      int64 // as the row was read; the database computes it anew from the others
}

// RefundPart is what one refund takes from one payee: from what is still payable of this order first, the rest is owed.
type RefundPart struct {
	RefundID    string
	Position    int16
	FromPayable int64
	Owed        int64
}
