package accounts

import (
	"slices"
	"testing"
	"time"

	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

func TestCountryData(t *testing.T) {
	t.Parallel()
	if len(countries) != 249 || len(slices.Compact(slices.Clone(countries))) != 249 {
		t.Fatalf("%d countries", len(countries))
	}
	if _, err := time.Parse(time.DateOnly, payouts.AsOf); err != nil || payouts.Source == "" || payouts.Platform != "US" {
		t.Fatalf("the payout list lacks its day or source: %+v", payouts)
	}
	for _, code := range payouts.Countries {
		if !KnownCountry(code) {
			t.Errorf("%s is no country", code)
		}
	}
	for code, want := range map[string]bool{"US": true, "NL": true, "GB": true, "CH": true, "MA": false, "CN": false, "": false, "XX": false} {
		if PayoutsPossible(code) != want {
			t.Errorf("%s: %v", code, !want)
		}
	}
}

func TestCountriesAreNamedInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	for locale, want := range map[string]string{"en": "Netherlands", "fr": "Pays-Bas", "nl": "Nederland", "ar": "هولندا", "zh": "荷兰", "xx": "Netherlands"} {
		list := countryList(locale)
		i := slices.IndexFunc(list.Data, func(c accountsapi.Country) bool { return c.Code == "NL" })
		if i < 0 || list.Data[i].Name != want || !list.Data[i].PayoutsPossible {
			t.Errorf("%s: %+v", locale, list.Data[max(i, 0)])
		}
		for _, c := range list.Data {
			if c.Name == "" || c.Name == c.Code {
				t.Errorf("%s: %s has no name", locale, c.Code)
			}
		}
	}
	fr := countryList("fr").Data
	if at := slices.IndexFunc(fr, func(c accountsapi.Country) bool { return c.Code == "EG" }); at > 100 {
		t.Errorf("Égypte stands at %d, behind the z of another alphabet", at)
	}
}
