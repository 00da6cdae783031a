package billing

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
)

// sellingLimit is what a creator may sell before the identity check.
type sellingLimit struct {
	billingapi.SellingCap
}

// over says that the days are over.
func (c sellingLimit) over(now time.Time) bool { return c.Until != nil && !now.Before(*c.Until) }

// refuses says why a share no longer fits, "" when it does.
func (c sellingLimit) refuses(share int64, now time.Time) billingapi.SaleRefusal {
	switch {
	case c.over(now):
		return billingapi.RefusedByDays
	case share > c.Remaining.Minor:
		return billingapi.RefusedByCap
	}
	return ""
}

// sellingCap is the cap in one currency after earning earned, the first time at since. What counts is the creator's share of what was
// sold, less what went back: it is what is held for somebody whom Stripe does not know. The days count from the first sale, so nobody
// is hurried before they have sold anything.
func sellingCap(t Terms, c money.Currency, earned int64, since *time.Time, now time.Time) sellingLimit {
	limit := t.Currencies[c].SellingCap
	v := sellingLimit{billingapi.SellingCap{
		Cap: money.New(limit, c), Sold: money.New(earned, c), Remaining: money.New(max(limit-earned, 0), c), DaysLeft: t.SellingCapDays,
	}}
	if since != nil {
		until := since.AddDate(0, 0, t.SellingCapDays)
		v.Until = &until
		v.DaysLeft = int(max(until.Sub(now)+24*time.Hour-1, 0) / (24 * time.Hour))
	}
	v.LargestPrice = money.New(0, c)
	if !v.over(now) {
		v.LargestPrice.Minor = largestPrice(t, v.Remaining)
	}
	return v
}

// greatestCharge has eight digits: more can't be charged at once (money.md case 38).
const greatestCharge = int64(99_999_999)

// largestPrice is the highest price whose share is within room, for a creator who shares with nobody, in minor units.
func largestPrice(t Terms, room money.Amount) int64 {
	fits := func(price int64) bool {
		legs, err := postings.Divide(money.New(price, room.Currency), money.New(0, room.Currency), t.FeeBasisPoints, []postings.Payee{{Person: "creator", Weight: 1}})
		return err == nil && legs.Shares[0].Amount.Minor <= room.Minor
	}
	// A share never falls when the price rises: the last price that fits is found by halving.
	low, high := int64(0), greatestCharge
	for low < high {
		middle := low + (high-low+1)/2
		if fits(middle) {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}

// sellingCaps are the caps in every currency that is sold, by currency.
func (s *Service) sellingCaps(rows []balanceRow) []billingapi.SellingCap {
	terms, now, out := s.policies.TermsAt(s.now()), s.now(), []billingapi.SellingCap{}
	for _, c := range slices.Sorted(maps.Keys(terms.Currencies)) {
		row := balanceRow{}
		if i := slices.IndexFunc(rows, func(r balanceRow) bool { return r.Currency == c }); i >= 0 {
			row = rows[i]
		}
		out = append(out, sellingCap(terms, c, row.Sold, row.Since, now).SellingCap)
	}
	return out
}

type soldRow struct {
	PersonID string
	Sold     int64
	Since    *time.Time
}

// maySell refuses a sale for a payee who has not passed the identity check and has sold up to the cap, or whose days are over. The
// payee hears of the buyer they lost; who that was is not kept.
func (s *Service) maySell(ctx context.Context, plan Plan, productID string, now time.Time) error {
	unchecked, err := many[soldRow](ctx, s.pool, "SellingUnchecked", args{"persons": plan.Payees(), "currency": plan.Gross.Currency})
	if err != nil {
		return err
	}
	terms := s.policies.TermsAt(now)
	for _, row := range unchecked {
		for _, share := range plan.Shares {
			if share.Person != row.PersonID {
				continue
			}
			reason := sellingCap(terms, plan.Gross.Currency, row.Sold, row.Since, now).refuses(share.Amount.Minor, now)
			if reason == "" {
				continue
			}
			lost := billingapi.SaleRefused{PersonID: row.PersonID, ProductID: productID, Price: plan.Gross, Reason: reason}
			if err := s.noteLostSale(ctx, lost, now); err != nil {
				// The buyer's answer is the same, and the next buyer's press notes it.
				s.log.ErrorContext(ctx, "a sale that the cap refused is not noted", "person", row.PersonID, "product", productID, "error", err)
			}
			return billingapi.ErrSellingCap
		}
	}
	return nil
}

// noteLostSale keeps that a buyer was turned away and tells it, once a payee, product and day however often anybody presses: of two
// presses at once, the one that stores the row tells.
func (s *Service) noteLostSale(ctx context.Context, lost billingapi.SaleRefused, now time.Time) error {
	return pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		fresh, err := scalar[int64](ctx, tx, "NoteLostSale", args{
			"person_id": lost.PersonID, "product_id": lost.ProductID, "day": now.UTC().Truncate(24 * time.Hour), "price": lost.Price.Minor,
			"currency": lost.Price.Currency, "reason": lost.Reason, "now": now,
		})
		if err != nil || fresh == 0 {
			return err
		}
		return outbox.Append(ctx, tx, outbox.Event{Name: billingapi.EventSaleRefused, Key: lost.ProductID, At: now, Payload: lost})
	})
}

// lostFor is how long a lost sale is shown.
const lostFor = 30 * 24 * time.Hour

// mostLostSales that are shown at a time.
const mostLostSales = 50

type lostRow struct {
	ProductID string
	Price     int64
	Currency  money.Currency
	Reason    billingapi.SaleRefusal
	At        time.Time
}

// lostSales are the newest lost sale of each product, the newest first.
func (s *Service) lostSales(ctx context.Context, person string) ([]billingapi.LostSale, error) {
	rows, err := many[lostRow](ctx, s.pool, "LostSales", args{"person_id": person, "since": s.now().Add(-lostFor), "n": mostLostSales})
	out := make([]billingapi.LostSale, len(rows))
	for i, r := range rows {
		out[i] = billingapi.LostSale{ProductID: r.ProductID, Price: money.New(r.Price, r.Currency), Reason: r.Reason, At: r.At}
	}
	return out, err
}
