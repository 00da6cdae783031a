package notify

import (
	"context"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Accounts is what notify asks accounts.
type Accounts interface {
	LinkForMail(ctx context.Context, linkID string) (accountsapi.LinkMail, error)
	Contact(ctx context.Context, personID string) (accountsapi.Contact, error)
}

// Orders is what notify asks storefront.
type Orders interface {
	Receipt(ctx context.Context, orderID string) (storefrontapi.Receipt, error)
}

// Reviews is what notify asks review.
type Reviews interface {
	LinkForMail(ctx context.Context, linkID string) (reviewapi.LinkMail, error)
	CodeForMail(ctx context.Context, codeID string) (reviewapi.CodeMail, error)
	DeskNoteForMail(ctx context.Context, noteID string) (reviewapi.DeskMail, error)
}

// Lookups is what notify asks billing.
type Lookups interface {
	Lookup(ctx context.Context, lookupID string) (billingapi.Lookup, error)
}
