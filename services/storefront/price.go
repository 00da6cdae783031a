package storefront

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Price is what a product costs in one currency. It never changes; another one
// replaces it.
type Price struct {
	ID        string
	ProductID string
	Amount    int64
	Currency  money.Currency
	CreatedAt time.Time
}

func (p Price) wire() storefrontapi.Price {
	return storefrontapi.Price{ID: p.ID, Amount: money.New(p.Amount, p.Currency)}
}

// floors are the least prices we list, in minor units: below them the fees of a
// payment eat the sale. The rail's own minimum is another limit (money.Amount.Chargeable).
var floors = map[money.Currency]int64{
	money.USD: 99, money.EUR: 99, money.GBP: 79, money.CAD: 129, money.AUD: 149, money.CHF: 99, money.JPY: 150,
}

// priceRules lists the currencies with the higher of both limits.
func priceRules() []storefrontapi.PriceRule {
	out := make([]storefrontapi.PriceRule, len(storefrontapi.Currencies))
	for i, c := range storefrontapi.Currencies {
		out[i] = storefrontapi.PriceRule{Currency: c, Floor: money.New(max(floors[c], c.RailMinimum()), c)}
	}
	return out
}

// checkPrice reads one price, given in minor units or as typed. Errors:
// ErrPriceInvalid, ErrPriceTooLow, each with the currency's field.
func checkPrice(at int, in storefrontapi.SetPrice) (money.Amount, error) {
	field := fmt.Sprintf("/prices/%d/amount", at)
	var a money.Amount
	switch {
	case in.Amount != nil && in.Decimal == "":
		a = money.New(*in.Amount, in.Currency)
	case in.Amount == nil && in.Decimal != "":
		field = fmt.Sprintf("/prices/%d/decimal", at)
		var err error
		if a, err = money.ParseDecimal(in.Decimal, in.Currency); err != nil {
			return a, storefrontapi.ErrPriceInvalid.WithField(field, "price", priceFault(err, in.Currency)).Because(err)
		}
	default:
		return a, storefrontapi.ErrPriceInvalid.WithField(field, "required", "give either amount or decimal")
	}
	if _, sold := floors[a.Currency]; !sold || a.Validate() != nil || a.IsNegative() {
		return a, storefrontapi.ErrPriceInvalid.WithField(field, "price", "must be a positive amount in a currency we sell in")
	}
	floor := money.New(max(floors[a.Currency], a.Currency.RailMinimum()), a.Currency)
	if a.Cmp(floor) < 0 {
		return a, storefrontapi.ErrPriceTooLow.WithField(field, "too_small", "must be at least "+floor.String()+"; or make the product free")
	}
	if err := a.Chargeable(); err != nil {
		return a, storefrontapi.ErrPriceInvalid.WithField(field, "price", priceFault(err, a.Currency)).Because(err)
	}
	return a, nil
}

func priceFault(err error, c money.Currency) string {
	switch {
	case errors.Is(err, money.ErrTooPrecise):
		return fmt.Sprintf("%s has %d decimals", c, c.Exponent())
	case errors.Is(err, money.ErrNegative):
		return "must not be negative"
	case errors.Is(err, money.ErrTooLarge), errors.Is(err, money.ErrOverflow):
		return "is more than one payment can carry"
	default:
		return "must be digits with at most one point, such as 149.00"
	}
}

// checkPrices reads all prices of a product. A free product has none, any other
// at least one when it is published; each currency stands once.
func checkPrices(in storefrontapi.SetPrices) ([]money.Amount, error) {
	if in.Free && len(in.Prices) > 0 {
		return nil, problem.ErrInvalid.WithField("/prices", "not_allowed", "a free product has no prices")
	}
	var out []money.Amount
	for i, p := range in.Prices {
		if slices.ContainsFunc(out, func(a money.Amount) bool { return a.Currency == p.Currency }) {
			return nil, problem.ErrInvalid.WithField(fmt.Sprintf("/prices/%d/currency", i), "twice", "stands in the list twice")
		}
		a, err := checkPrice(i, p)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}
