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
		until := now.AddDate(0, 0, rule.days)
		w.Until = &until
	}
	return w
}
