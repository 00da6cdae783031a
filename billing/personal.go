package billing

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Consume registers what billing hears: who is erased. Both handlers may hear a thing twice, and before or after any news of Stripe's.
func (s *Service) Consume(bus *outbox.Bus) {
	bus.Consume(billingapi.Name, map[string]outbox.Handler{
		accountsapi.EventPersonErased: outbox.On(func(ctx context.Context, tx pgx.Tx, _ outbox.Received, p accountsapi.PersonErased) error {
			return s.erasePayee(ctx, tx, p.PersonID)
		}),
		storefrontapi.EventOrderErased: outbox.On(func(ctx context.Context, tx pgx.Tx, _ outbox.Received, o storefrontapi.OrderErased) error {
			return s.eraseBuyer(ctx, tx, o.OrderID)
		}),
	})
}

// erasePayee forgets what billing knows of a payee beyond ids and sums. The Stripe account's id stays, and with it the payouts that
// are due: a person who leaves is still paid what they earned, and a refund of their sales still finds its way back.
func (s *Service) erasePayee(ctx context.Context, tx pgx.Tx, personID string) error {
	a := args{"person_id": personID, "now": s.now(), "words": refundWords}
	for _, query := range []string{"DropUnmadeAccount", "EraseAccount", "EraseNotesBy", "ForgetLostSales"} {
		if err := exec(ctx, tx, query, a); err != nil {
			return err
		}
	}
	return nil
}

// eraseBuyer forgets what billing knows of an order's buyer: digits of their card, and what a payee wrote about a refund.
func (s *Service) eraseBuyer(ctx context.Context, tx pgx.Tx, orderID string) error {
	if err := exec(ctx, tx, "EraseCard", args{"order_id": orderID}); err != nil {
		return err
	}
	return exec(ctx, tx, "EraseNotesOn", args{"order_id": orderID, "words": refundWords})
}

// earning is a leg as an export says it.
type earning struct {
	OrderID     string
	Share       int64
	Returned    int64
	Transferred int64
	Currency    money.Currency
	PaidAt      time.Time
}

// PersonalData is what billing holds about a person, for their export.
func (s *Service) PersonalData(ctx context.Context, personID string) (billingapi.PersonalData, error) {
	out := billingapi.PersonalData{Earnings: []billingapi.Earning{}, Payouts: []billingapi.Payout{}, Refunds: []billingapi.Refund{}, LostSales: []billingapi.LostSale{}}
	acct, known, err := found(one[Account](ctx, s.pool, "Account", args{"person_id": personID}))
	if err != nil {
		return out, err
	}
	if known {
		out.Account = &billingapi.PayeeAccount{StripeID: text(acct.StripeID), Onboarding: acct.Onboarding(), BankLast4: acct.BankLast4, Created: acct.CreatedAt}
	}
	earnings, err := many[earning](ctx, s.pool, "EarningsOf", args{"person_id": personID})
	if err != nil {
		return out, err
	}
	for _, e := range earnings {
		out.Earnings = append(out.Earnings, billingapi.Earning{
			OrderID: e.OrderID, Share: money.New(e.Share, e.Currency), Returned: money.New(e.Returned, e.Currency),
			Transferred: money.New(e.Transferred, e.Currency), Paid: e.PaidAt,
		})
	}
	for cursor, more := "", true; more; more = cursor != "" {
		var page []billingapi.Payout
		if page, cursor, err = s.Payouts(ctx, personID, cursor, pageSize); err != nil {
			return out, err
		}
		out.Payouts = append(out.Payouts, page...)
	}
	refunds, err := many[Refund](ctx, s.pool, "RefundsOfPayee", args{"person_id": personID})
	for _, r := range refunds {
		out.Refunds = append(out.Refunds, r.View())
	}
	if err != nil {
		return out, err
	}
	out.LostSales, err = s.lostSales(ctx, personID)
	return out, err
}
