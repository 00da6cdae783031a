package billing

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

// LookUpCharge finds the orders behind a line of a card statement. The answer is the same whether there is one or not, and so is the
// work: one row and one event. The event makes notify write to the buyer of each order, never to whoever asked. Banks show the day of
// booking, in any zone, so two days of booking and a zone are allowed for.
func (s *Service) LookUpCharge(ctx context.Context, r billingapi.LookupRequest) (billingapi.LookupAnswer, error) {
	day, err := time.Parse(time.DateOnly, r.Day)
	if err != nil {
		return billingapi.LookupAnswer{}, problem.ErrInvalid.WithField("/day", "datetime", "a day such as 2027-01-31")
	}
	lookup := id.New("lookup")
	err = pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		err := exec(ctx, tx, "InsertLookup", args{
			"id": lookup, "last4": r.Last4, "gross": r.Amount.Minor, "currency": r.Amount.Currency, "now": s.now(),
			"from_at": day.AddDate(0, 0, -3), "to_at": day.AddDate(0, 0, 2),
		})
		if err != nil {
			return err
		}
		return outbox.Append(ctx, tx, outbox.Event{
			Name: billingapi.EventLookupRequested, Key: lookup, At: s.now(), Payload: billingapi.LookupRequested{LookupID: lookup},
		})
	})
	return billingapi.LookupAnswer{Status: "if we know this charge, its buyer has mail"}, err
}

type lookupRow struct {
	ID       string
	OrderIds []string
}

// Lookup names the orders that a lookup found. For notify.
func (s *Service) Lookup(ctx context.Context, lookupID string) (billingapi.Lookup, error) {
	row, ok, err := found(one[lookupRow](ctx, s.pool, "Lookup", args{"id": lookupID}))
	if err == nil && !ok {
		err = problem.ErrNotFound
	}
	return billingapi.Lookup{ID: row.ID, OrderIDs: row.OrderIds}, err
}
