package billing

import (
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
