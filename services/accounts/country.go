package accounts

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

//go:embed data/countries.txt
var countriesFile string

//go:embed data/payout_countries.json
var payoutsFile []byte

// countries are the ISO 3166-1 alpha-2 codes, sorted.
var countries = func() []string {
	codes := strings.Fields(strings.Join(dataLines(countriesFile), " "))
	slices.Sort(codes)
	return codes
}()

// payoutList is the dated list of the countries that the platform's Stripe account can transfer to.
type payoutList struct {
	Platform  string   `json:"platform"`
	AsOf      string   `json:"as_of"`
	Source    string   `json:"source"`
	Note      string   `json:"note"`
	Countries []string `json:"countries"`
}

var payouts = func() payoutList {
	var list payoutList
	if err := json.Unmarshal(payoutsFile, &list); err != nil {
		panic("accounts: data/payout_countries.json: " + err.Error()) // embedded: it was there when the binary was built
	}
	return list
}()

// KnownCountry says whether code is an ISO 3166-1 alpha-2 code in capitals.
func KnownCountry(code string) bool {
	_, found := slices.BinarySearch(countries, code)
	return found
}

// PayoutsPossible says whether the platform can pay out to people in a country, by the dated list.
func PayoutsPossible(code string) bool { return slices.Contains(payouts.Countries, code) }

// countryLists holds the answer for each language: it changes with the binary only.
var countryLists sync.Map

// countryList names all countries in a language, in the order that its readers expect. Unknown languages read English.
func countryList(locale string) accountsapi.Countries {
	if !slices.Contains(accountsapi.Locales, locale) {
		locale = accountsapi.Locales[0]
	}
	if list, ok := countryLists.Load(locale); ok {
		return list.(accountsapi.Countries)
	}
	list := nameCountries(locale)
	countryLists.Store(locale, list)
	return list
}

func nameCountries(locale string) accountsapi.Countries {
	tag := language.Make(locale)
	names := display.Regions(tag)
	list := make([]accountsapi.Country, 0, len(countries))
	for _, code := range countries {
		name := code
		if region, err := language.ParseRegion(code); err == nil && names != nil {
			name = names.Name(region)
		}
		list = append(list, accountsapi.Country{Code: code, Name: name, PayoutsPossible: PayoutsPossible(code)})
	}
	order := collate.New(tag)
	slices.SortStableFunc(list, func(a, b accountsapi.Country) int { return order.CompareString(a.Name, b.Name) })
	return accountsapi.Countries{Data: list, AsOf: payouts.AsOf, Source: payouts.Source}
}
