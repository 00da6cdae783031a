package billing

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/workfluence/workfluence/internal/money"
)

//go:embed policies.json
var defaultPolicies []byte

// CurrencyTerms are the terms that depend on a currency, in its minor units.
type CurrencyTerms struct {
	PayoutMinimum int64 `json:"payout_minimum"`
	SellingCap    int64 `json:"selling_cap"`
}

// Terms are what a sale is made on from ValidFrom until the next terms. A plan copies what it used, so a later change touches no order.
type Terms struct {
	ValidFrom           time.Time                        `json:"valid_from"`
	Source              string                           `json:"source"`
	FeeBasisPoints      int64                            `json:"fee_basis_points"`
	RiskWindowDays      int                              `json:"risk_window_days"`
	HoldBackBasisPoints int64                            `json:"hold_back_basis_points"`
	PayoutEveryDays     int                              `json:"payout_every_days"`
	PayoutWeekday       time.Weekday                     `json:"payout_weekday"`
	CheckoutMinutes     int                              `json:"checkout_minutes"`
	SellingCapDays      int                              `json:"selling_cap_days"`
	Currencies          map[money.Currency]CurrencyTerms `json:"currencies"`
}

// RuleSet is the law of a region, by the buyer's country. The one without countries is for everybody else.
type RuleSet struct {
	Name      string    `json:"name"`
	ValidFrom time.Time `json:"valid_from"`
	Source    string    `json:"source"`
	Countries []string  `json:"countries"`
}

// Policies are all terms and rule sets, as dated data.
type Policies struct {
	Terms    []Terms   `json:"terms"`
	RuleSets []RuleSet `json:"rule_sets"`
}

// ParsePolicies reads policies and refuses what could not be applied: no terms, a fee outside 0–100 %, a checkout outside Stripe's
// 30 minutes to 24 hours.
func ParsePolicies(raw []byte) (Policies, error) {
	var p Policies
	if err := json.Unmarshal(raw, &p); err != nil {
		return Policies{}, fmt.Errorf("policies: %w", err)
	}
	if len(p.Terms) == 0 || len(p.RuleSets) == 0 {
		return Policies{}, fmt.Errorf("policies: terms and rule_sets must not be empty")
	}
	for _, t := range p.Terms {
		switch {
		case t.FeeBasisPoints < 0 || t.FeeBasisPoints > 10000:
			return Policies{}, fmt.Errorf("policies: fee_basis_points %d is not within 0..10000", t.FeeBasisPoints)
		case t.CheckoutMinutes < 30 || t.CheckoutMinutes > 1440:
			return Policies{}, fmt.Errorf("policies: checkout_minutes %d is not within 30..1440", t.CheckoutMinutes)
		case t.RiskWindowDays < 0 || t.PayoutEveryDays < 1:
			return Policies{}, fmt.Errorf("policies: risk_window_days and payout_every_days must be at least 0 and 1")
		}
	}
	sort.Slice(p.Terms, func(i, j int) bool { return p.Terms[i].ValidFrom.Before(p.Terms[j].ValidFrom) })
	return p, nil
}

// TermsAt are the terms that hold at a time. Before the first ones the first hold.
func (p Policies) TermsAt(at time.Time) Terms {
	now := p.Terms[0]
	for _, t := range p.Terms {
		if !t.ValidFrom.After(at) {
			now = t
		}
	}
	return now
}

// RuleSetAt names the law for a buyer's country (ISO 3166-1 alpha-2, may be empty) at a time.
func (p Policies) RuleSetAt(country string, at time.Time) string {
	fallback := ""
	for _, r := range p.RuleSets {
		if r.ValidFrom.After(at) {
			continue
		}
		if slices.Contains(r.Countries, country) {
			return r.Name
		}
		if len(r.Countries) == 0 {
			fallback = r.Name
		}
	}
	return fallback
}

// NextPayout is the first payout day after a time: midnight UTC of the weekday of the terms.
func (t Terms) NextPayout(after time.Time) time.Time {
	day := after.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
	if t.PayoutEveryDays != 7 {
		return day.AddDate(0, 0, t.PayoutEveryDays-1)
	}
	for day.Weekday() != t.PayoutWeekday {
		day = day.AddDate(0, 0, 1)
	}
	return day
}
