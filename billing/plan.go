package billing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/money"
)

// Plan is a money plan with the bytes that its digest is over.
type Plan struct {
	billingapi.Plan
	Digest string
	Body   string
}

// NewPlan divides a sale: tax first (none is collected yet), then the fee half up on the gross (policy P4), and what is left among the
// payees by largest remainder, ties to the earlier payee (policy P5; money.md case 34). Every part is a multiple of the currency's
// step. Errors: ErrCurrencyNotSold, ErrAmountTooSmall, ErrAmountTooLarge, ErrPayees.
func NewPlan(p Policies, r billingapi.CheckoutRequest, now time.Time) (Plan, error) {
	terms := p.TermsAt(now)
	if _, sold := terms.Currencies[r.Gross.Currency]; !sold {
		return Plan{}, billingapi.ErrCurrencyNotSold.WithField("/gross/currency", "currency", "not a currency we sell in")
	}
	if err := chargeable(r.Gross); err != nil {
		return Plan{}, err
	}
	payees := make([]postings.Payee, len(r.Payees))
	seen := map[string]bool{}
	for i, p := range r.Payees {
		if p.Weight <= 0 || p.Person == "" || seen[p.Person] {
			return Plan{}, billingapi.ErrPayees.WithField("/payees/"+strconv.Itoa(i), "payee", "a person once, with a weight above zero")
		}
		payees[i], seen[p.Person] = postings.Payee{Person: p.Person, Weight: p.Weight}, true
	}
	if len(payees) == 0 {
		return Plan{}, billingapi.ErrPayees.WithField("/payees", "required", "name at least one person to pay")
	}
	tax := money.New(0, r.Gross.Currency)
	legs, err := postings.Divide(r.Gross, tax, terms.FeeBasisPoints, payees)
	if err != nil {
		return Plan{}, err
	}
	plan := billingapi.Plan{
		ID: id.New("plan"), OrderID: r.OrderID, Kind: r.Kind, Gross: r.Gross, Tax: tax, Fee: legs.Fee,
		FeeBasisPoints: terms.FeeBasisPoints, RuleSet: p.RuleSetAt(r.Country, now), RiskWindowDays: terms.RiskWindowDays, Created: now.UTC(),
	}
	for i, share := range legs.Shares {
		plan.Shares = append(plan.Shares, billingapi.Share{Person: share.Payee, Weight: payees[i].Weight, Amount: share.Amount})
	}
	return seal(plan)
}

// seal renders a plan canonically and digests it.
func seal(plan billingapi.Plan) (Plan, error) {
	body, err := canon.JSON(plan)
	if err != nil {
		return Plan{}, err
	}
	sum := sha256.Sum256(body)
	return Plan{Plan: plan, Digest: hex.EncodeToString(sum[:]), Body: string(body)}, nil
}

// openPlan reads a stored plan and refuses one whose bytes do not match its digest.
func openPlan(body, digest string) (Plan, error) {
	sum := sha256.Sum256([]byte(body))
	if hex.EncodeToString(sum[:]) != digest {
		return Plan{}, errors.New("billing: a stored money plan does not match its digest")
	}
	p := Plan{Digest: digest, Body: body}
	return p, json.Unmarshal([]byte(body), &p.Plan)
}

// chargeable turns the rail's limits into our codes.
func chargeable(a money.Amount) error {
	err := a.Chargeable()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, money.ErrTooSmall):
		least := money.New(a.Currency.RailMinimum(), a.Currency)
		return billingapi.ErrAmountTooSmall.WithField("/gross/amount", "too_small", "at least "+least.String())
	case errors.Is(err, money.ErrTooLarge):
		return billingapi.ErrAmountTooLarge.WithField("/gross/amount", "too_large", "at most eight digits")
	default:
		return billingapi.ErrAmountTooSmall.WithDetail("This amount can't be charged in %s.", a.Currency).WithField("/gross/amount", "step", err.Error())
	}
}

// Payees lists who shares in the plan.
func (p Plan) Payees() []string {
	who := make([]string, len(p.Shares))
	for i, s := range p.Shares {
		who[i] = s.Person
	}
	return who
}
