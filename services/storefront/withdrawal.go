package storefront

import (
	"time"

	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// withdrawalRule is a country's right to withdraw from a contract for digital
// content, since a day. It ends when the buyer asks to begin at once and
// acknowledges that it ends.
type withdrawalRule struct {
	since  string // 2006-01-02: orders from this day on
	days   int
	source string
}

const (
	sourceEU  = "Directive 2011/83/EU, art. 9 and 16(m), as amended by Directive (EU) 2019/2161"
	sourceEEA = "Directive 2011/83/EU as incorporated into the EEA Agreement, annex XIX"
	sourceGB  = "Consumer Contracts (Information, Cancellation and Additional Charges) Regulations 2013, reg. 29, 30, 37"
)

// withdrawalRules, read 2026-11: a newer row replaces an older one from its day on.
var withdrawalRules = func() map[string][]withdrawalRule {
	rules := map[string][]withdrawalRule{}
	for _, c := range []string{
		"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
		"IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
	} {
		rules[c] = []withdrawalRule{{since: "2022-05-28", days: 14, source: sourceEU}}
	}
	for _, c := range []string{"IS", "LI", "NO"} {
		rules[c] = []withdrawalRule{{since: "2014-06-13", days: 14, source: sourceEEA}}
	}
	rules["GB"] = []withdrawalRule{{since: "2014-06-13", days: 14, source: sourceGB}}
	return rules
}()

// withdrawalZones are the places whose midnight ends a day for a buyer of a country. A country of several zones has the
// one whose day ends last, so that nobody's right ends before their own midnight.
var withdrawalZones = map[string]string{
	"AT": "Europe/Vienna", "BE": "Europe/Brussels", "BG": "Europe/Sofia", "CY": "Asia/Nicosia", "CZ": "Europe/Prague", "DE": "Europe/Berlin",
	"DK": "Europe/Copenhagen", "EE": "Europe/Tallinn", "ES": "Atlantic/Canary", "FI": "Europe/Helsinki", "FR": "Europe/Paris", "GR": "Europe/Athens",
	"HR": "Europe/Zagreb", "HU": "Europe/Budapest", "IE": "Europe/Dublin", "IT": "Europe/Rome", "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg",
	"LV": "Europe/Riga", "MT": "Europe/Malta", "NL": "Europe/Amsterdam", "PL": "Europe/Warsaw", "PT": "Atlantic/Azores", "RO": "Europe/Bucharest",
	"SE": "Europe/Stockholm", "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava",
	"IS": "Atlantic/Reykjavik", "LI": "Europe/Vaduz", "NO": "Europe/Oslo", "GB": "Europe/London",
}

// withdrawalZone is UTC for a country without a rule.
func withdrawalZone(country string) *time.Location {
	if place, err := time.LoadLocation(withdrawalZones[country]); err == nil { // the empty name is UTC, too
		return place
	}
	return time.UTC
}

// withdrawalFor says what right a buyer of a country has who orders now, and
// whether startNow ends it. An order without a price is no contract that could
// be withdrawn from.
func withdrawalFor(country string, now time.Time, startNow, free bool) storefrontapi.Withdrawal {
	var rule *withdrawalRule
	day := now.UTC().Format(time.DateOnly)
	for i, r := range withdrawalRules[country] {
		if r.since <= day && (rule == nil || r.since > rule.since) {
			rule = &withdrawalRules[country][i]
		}
	}
	if rule == nil || free {
		return storefrontapi.Withdrawal{}
	}
	w := storefrontapi.Withdrawal{Applies: true, Days: rule.days, Source: rule.source, Waived: startNow}
	if !startNow {
		// The day of the order doesn't count, and the last day counts to its end: Regulation (EEC, Euratom) 1182/71, art. 3.
		w.LastDay, w.Until = throughout(now.In(withdrawalZone(country)).AddDate(0, 0, rule.days))
	}
	return w
}

// throughout names the day of last, where last is, and the moment at which that day is over.
func throughout(last time.Time) (day string, over *time.Time) {
	y, m, d := last.Date()
	until := time.Date(y, m, d+1, 0, 0, 0, 0, last.Location()).UTC()
	return last.Format(time.DateOnly), &until
}

// withdrawalAt is a right as it stood when the order was made, seen at a later time. Orders of the first weeks kept the
// moment fourteen times 24 hours after the order; the page named its day, so that day holds to its end.
func withdrawalAt(w storefrontapi.Withdrawal, country string, now time.Time) storefrontapi.Withdrawal {
	if w.Until == nil {
		return w
	}
	if w.LastDay == "" {
		w.LastDay, w.Until = throughout(w.Until.In(withdrawalZone(country)))
	}
	w.Ended = !now.Before(*w.Until)
	return w
}
