package store

import (
	"slices"
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
)

// currencyOf says in which of the offered currencies people of a country count. Countries that aren't here
// see US dollars.
var currencyOf = func() map[string]money.Currency {
	out := map[string]money.Currency{
		"US": money.USD, "GB": money.GBP, "CA": money.CAD, "AU": money.AUD, "NZ": money.AUD, "CH": money.CHF, "LI": money.CHF, "JP": money.JPY,
	}
	for _, c := range strings.Fields(`AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LT LU LV MT NL NO PL PT RO SE SI SK
		AD AL BA MC ME MK RS SM VA XK`) {
		out[c] = money.EUR
	}
	return out
}()

// chosen is the currency that the address asks for, "" for none.
func chosen(v *shell.Visit) money.Currency {
	c := money.Currency(strings.ToUpper(v.Query("currency")))
	if slices.Contains(storefrontapi.Currencies, c) {
		return c
	}
	return ""
}

// wanted is the currency that a reader counts in: the chosen one, else that of the browser's country.
func wanted(v *shell.Visit) money.Currency {
	if c := chosen(v); c != "" {
		return c
	}
	country, _ := locale.Region(v.Request().Header.Get("Accept-Language"))
	if c, ok := currencyOf[country]; ok {
		return c
	}
	return money.USD
}

// fallback is the order in which another currency stands in for a reader's own.
var fallback = []money.Currency{money.EUR, money.USD}

// priceIn picks the price in a currency; exact is false when another has to stand in. It returns nil for a
// product without prices.
func priceIn(prices []storefrontapi.Price, c money.Currency) (price *storefrontapi.Price, exact bool) {
	for _, want := range append([]money.Currency{c}, fallback...) {
		i := slices.IndexFunc(prices, func(p storefrontapi.Price) bool { return p.Currency == want })
		if i >= 0 {
			return &prices[i], want == c
		}
	}
	if len(prices) == 0 {
		return nil, true
	}
	return &prices[0], false
}

// priceByID finds a price of a product, or nil.
func priceByID(prices []storefrontapi.Price, id string) *storefrontapi.Price {
	i := slices.IndexFunc(prices, func(p storefrontapi.Price) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &prices[i]
}
