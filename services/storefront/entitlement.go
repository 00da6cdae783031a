package storefront

import "github.com/workfluence/workfluence/services/storefront/storefrontapi"

// Access computes what a paid order lets its buyer do. A free order has nothing
// that could be refunded, so it stays open.
func (o Order) access() string {
	switch {
	case o.State != storefrontapi.OrderStatePaid:
		return storefrontapi.AccessNone
	case o.Amount > 0 && o.RefundRequested >= o.Amount:
		return storefrontapi.AccessClosed
	case o.Disputed:
		return storefrontapi.AccessPaused
	default:
		return storefrontapi.AccessOpen
	}
}

// mayRead is the refusal of a reader whose access is not open, nil otherwise.
func mayRead(access string) error {
	switch access {
	case storefrontapi.AccessOpen:
		return nil
	case storefrontapi.AccessPaused:
		return storefrontapi.ErrAccessPaused.WithState(access)
	default:
		return storefrontapi.ErrAccessClosed.WithState(access)
	}
}
