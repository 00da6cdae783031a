package stripesim

import "strings"

// tariff is what Stripe keeps of a card charge: basis points, rounded half-up, plus a fixed part in minor units.
// 2.9 % + 30 is the published US card price; the other rows are modelled on it [UNV].
type tariff struct{ points, fixed int64 }

var tariffs = map[string]tariff{
	"usd": {290, 30}, "eur": {290, 30}, "gbp": {290, 30}, "cad": {290, 30}, "aud": {290, 30}, "chf": {290, 30}, "jpy": {360, 0},
}

// feeOf is the processing fee of a charge. Its arithmetic is integer: amounts have at most 8 digits.
func feeOf(amount int64, currency string) int64 {
	t, ok := tariffs[currency]
	if !ok {
		t = tariff{290, 0}
	}
	return (amount*t.points+5000)/10_000 + t.fixed
}

// minimums are the least charges by settlement currency. [SPEC, 2ND] docs.stripe.com/currencies
var minimums = map[string]int64{
	"usd": 50, "eur": 50, "gbp": 30, "cad": 50, "aud": 50, "chf": 50, "jpy": 50, "nzd": 50, "sgd": 50, "dkk": 250, "sek": 300, "nok": 300,
	"pln": 200, "ron": 200, "czk": 1500, "hkd": 400, "mxn": 1000, "inr": 50, "brl": 50, "huf": 17500, "aed": 200, "thb": 1000, "myr": 200,
}

// greatest is the largest charge: eight digits. [SPEC]
const greatest = 99_999_999

var zeroDecimal = setOf("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf")
var threeDecimal = setOf("bhd jod kwd omr tnd")
var twoDecimal = setOf("usd eur gbp cad aud chf nzd sgd dkk sek nok pln ron czk hkd mxn inr brl huf aed thb myr isk ugx twd bgn ils zar try " +
	"cny php idr cop ars pen egp mad ngn kes sar qar pkr bdt uah")

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

func knownCurrency(c string) bool { return zeroDecimal[c] || threeDecimal[c] || twoDecimal[c] }

// checkAmount applies the rules of an amount that is charged.
func checkAmount(amount int64, currency, param string) *failure {
	if knownCurrency(currency) && amount > greatest {
		return refusal("amount_too_large", param, "Amount must be no more than 99999999.")
	}
	return checkUnits(amount, currency, param)
}

// checkUnits applies the rules of any amount. The eight digits are a rule of charges: transfers and payouts may sum many of them [UNV].
func checkUnits(amount int64, currency, param string) *failure {
	switch {
	case !knownCurrency(currency):
		return refusal("", "currency", "Invalid currency: %s.", currency)
	case amount <= 0:
		return refusal("parameter_invalid_integer", param, "This value must be greater than or equal to 1.")
	case threeDecimal[currency] && amount%10 != 0:
		return refusal("", param, "Amount must be divisible by 10 for three-decimal currencies.")
	}
	return nil
}

// countries maps a country of an account to its currency; only these can be onboarded here.
// The regions that one platform may transfer to differ by platform country [UNV]; no such limit is enforced.
var countries = map[string]string{
	"US": "usd", "GB": "gbp", "CA": "cad", "AU": "aud", "CH": "chf", "JP": "jpy", "NZ": "nzd", "SG": "sgd", "DK": "dkk", "SE": "sek", "NO": "nok",
	"PL": "pln", "RO": "ron", "CZ": "czk", "HK": "hkd", "AE": "aed", "AT": "eur", "BE": "eur", "BG": "eur", "CY": "eur", "DE": "eur", "EE": "eur",
	"ES": "eur", "FI": "eur", "FR": "eur", "GR": "eur", "HR": "eur", "HU": "huf", "IE": "eur", "IT": "eur", "LI": "chf", "LT": "eur", "LU": "eur",
	"LV": "eur", "MT": "eur", "MX": "mxn", "NL": "eur", "PT": "eur", "SI": "eur", "SK": "eur", "TH": "thb", "MY": "myr", "BR": "brl",
}

func currencyOf(country string) string {
	if c, ok := countries[country]; ok {
		return c
	}
	return "usd"
}

// testCard is how a card number behaves. [DOC docs.stripe.com/testing]
type testCard struct {
	brand, country string
	decline        string // decline_code; empty accepts
	code           string // error code of the decline
	message        string
	challenge      bool
	behaviour      string
}

const (
	refundFails   = "refund_fails"
	refundPending = "refund_pending"
	instantFunds  = "instant"
)

var testCards = map[string]testCard{
	"4242424242424242": {brand: "visa", country: "US"},
	"4000056655665556": {brand: "visa", country: "US"},
	"5555555555554444": {brand: "mastercard", country: "US"},
	"378282246310005":  {brand: "amex", country: "US"},
	"4000002500001001": {brand: "visa", country: "FR"},
	"4000005280000002": {brand: "visa", country: "NL"},
	"4000000000000002": {brand: "visa", country: "US", decline: "generic_decline", code: "card_declined", message: "Your card was declined."},
	"4000000000009995": {brand: "visa", country: "US", decline: "insufficient_funds", code: "card_declined", message: "Your card has insufficient funds."},
	"4000000000009987": {brand: "visa", country: "US", decline: "lost_card", code: "card_declined", message: "Your card was declined."},
	"4000000000000069": {brand: "visa", country: "US", decline: "expired_card", code: "expired_card", message: "Your card has expired."},
	"4000000000000127": {brand: "visa", country: "US", decline: "incorrect_cvc", code: "incorrect_cvc", message: "Your card's security code is incorrect."},
	"4000000000000119": {brand: "visa", country: "US", decline: "processing_error", code: "processing_error", message: "An error occurred while processing your card. Try again in a little bit."},
	"4000002500003155": {brand: "visa", country: "FR", challenge: true},
	"4000000000003220": {brand: "visa", country: "US", challenge: true},
	"4000002760003184": {brand: "visa", country: "DE", challenge: true},
	"4000008400001629": {brand: "visa", country: "US", challenge: true, decline: "generic_decline", code: "card_declined", message: "Your card was declined."},
	"4000000000005126": {brand: "visa", country: "US", behaviour: refundFails},
	"4000000000007726": {brand: "visa", country: "US", behaviour: refundPending},
	"4000000000000077": {brand: "visa", country: "US", behaviour: instantFunds},
}

// bankFailures are account numbers whose payouts fail. [DOC docs.stripe.com/connect/testing]
var bankFailures = map[string]string{
	"000111111116": "no_account", "000111111113": "account_closed", "000222222227": "insufficient_funds",
	"000333333335": "debit_not_authorized", "000444444440": "invalid_currency",
}

const (
	day = 24 * 3600
	// cardSettles is how long card money is pending: the second midnight (UTC) after the charge. [UNV, modelled on US T+2]
	cardSettles = 2
	// payoutTakes is how long a payout travels. [UNV]
	payoutTakes = 2
	// refundLater is when the test cards 5126 and 7726 show their colours. [UNV]
	refundLater = 3600
)

// midnightAfter is 00:00 UTC, days after the day of t.
func midnightAfter(t int64, days int64) int64 { return (t/day + days) * day }
