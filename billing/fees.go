package billing

import (
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/internal/money"
)

// Fees says what a creator keeps of a price, by the same division as a sale. Errors: ErrCurrencyNotSold, ErrAmountTooSmall.
func (s *Service) Fees(r billingapi.FeeRequest) (billingapi.Fees, error) {
	now := s.now()
	terms := s.policies.TermsAt(now)
	c, sold := terms.Currencies[r.Currency]
	if !sold {
		return billingapi.Fees{}, billingapi.ErrCurrencyNotSold.WithField("/currency", "currency", "not a currency we sell in")
	}
	gross := money.New(r.Amount, r.Currency)
	fees := billingapi.Fees{
		Gross: gross, FeeBasisPoints: terms.FeeBasisPoints, RiskWindowDays: terms.RiskWindowDays, RuleSet: s.policies.RuleSetAt("", now),
		PayoutMinimum: money.New(c.PayoutMinimum, r.Currency), Minimum: money.New(r.Currency.RailMinimum(), r.Currency),
		Fee: money.New(0, r.Currency), Keep: gross,
	}
	if gross.IsZero() {
		return fees, nil
	}
	if err := chargeable(gross); err != nil {
		return billingapi.Fees{}, err
	}
	legs, err := postings.Divide(gross, money.New(0, r.Currency), terms.FeeBasisPoints, []postings.Payee{{Person: "creator", Weight: 1}})
	if err != nil {
		return billingapi.Fees{}, err
	}
	fees.Fee, fees.Keep = legs.Fee, legs.Shares[0].Amount
	return fees, nil
}

// sellingLimit is what a creator may sell before the identity check.
type sellingLimit struct {
	billingapi.SellingCap
}

// over says that the days are over.
func (c sellingLimit) over(now time.Time) bool { return c.Until != nil && !now.Before(*c.Until) }

// sellingCap is the cap in one currency after selling sold, the first time at since. The days count from the first sale, so nobody is
// hurried before they have sold anything.
func sellingCap(t Terms, c money.Currency, sold int64, since *time.Time, now time.Time) sellingLimit {
	limit := t.Currencies[c].SellingCap
	v := billingapi.SellingCap{
		Cap: money.New(limit, c), Sold: money.New(sold, c), Remaining: money.New(max(limit-sold, 0), c), DaysLeft: t.SellingCapDays,
	}
	if since != nil {
		until := since.AddDate(0, 0, t.SellingCapDays)
		v.Until = &until
		v.DaysLeft = int(max(until.Sub(now)+24*time.Hour-1, 0) / (24 * time.Hour))
	}
	return sellingLimit{v}
}
