package billing

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/money"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) // a Monday

// Policies that could not be applied are refused when they are read, at the start, and not when somebody pays.
func TestPoliciesAreChecked(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*Policies)
		ok     bool
	}{
		"as they are":               {func(*Policies) {}, true},
		"no terms":                  {func(p *Policies) { p.Terms = nil }, false},
		"no rule sets":              {func(p *Policies) { p.RuleSets = nil }, false},
		"a fee below nothing":       {func(p *Policies) { p.Terms[0].FeeBasisPoints = -1 }, false},
		"no fee":                    {func(p *Policies) { p.Terms[0].FeeBasisPoints = 0 }, true},
		"all of it as the fee":      {func(p *Policies) { p.Terms[0].FeeBasisPoints = 10000 }, true},
		"more than all":             {func(p *Policies) { p.Terms[0].FeeBasisPoints = 10001 }, false},
		"29 minutes to pay":         {func(p *Policies) { p.Terms[0].CheckoutMinutes = 29 }, false},
		"30 minutes to pay":         {func(p *Policies) { p.Terms[0].CheckoutMinutes = 30 }, true},
		"a day to pay":              {func(p *Policies) { p.Terms[0].CheckoutMinutes = 1440 }, true},
		"more than a day to pay":    {func(p *Policies) { p.Terms[0].CheckoutMinutes = 1441 }, false},
		"no risk window":            {func(p *Policies) { p.Terms[0].RiskWindowDays = 0 }, true},
		"a risk window in the past": {func(p *Policies) { p.Terms[0].RiskWindowDays = -1 }, false},
		"daily payouts":             {func(p *Policies) { p.Terms[0].PayoutEveryDays = 1 }, true},
		"payouts all the time":      {func(p *Policies) { p.Terms[0].PayoutEveryDays = 0 }, false},
	} {
		p := DefaultPolicies()
		tt.change(&p)
		raw, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParsePolicies(raw); (err == nil) != tt.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParsePolicies([]byte(`{"terms": 1}`)); err == nil {
		t.Error("policies that can't be read were taken")
	}
}

// Terms hold from their first moment on, in whatever order they are written; a sale is made on those of its own time.
func TestTermsByDate(t *testing.T) {
	t.Parallel()
	p := DefaultPolicies()
	later, first := p.Terms[0], p.Terms[0]
	later.ValidFrom, later.FeeBasisPoints = noon, 1200
	p.Terms = []Terms{later, first}
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = ParsePolicies(raw); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[time.Time]int64{
		noon.AddDate(-20, 0, 0): 1000, noon.Add(-time.Nanosecond): 1000, noon: 1200, noon.AddDate(1, 0, 0): 1200,
	} {
		if got := p.TermsAt(at).FeeBasisPoints; got != want {
			t.Errorf("at %s the fee is %d, want %d", at, got, want)
		}
	}
}

func TestRuleSetByCountry(t *testing.T) {
	t.Parallel()
	p := DefaultPolicies()
	for country, want := range map[string]string{"DE": "eu", "GB": "uk", "US": "us", "": "us", "BR": "us"} {
		if got := p.RuleSetAt(country, noon); got != want {
			t.Errorf("%q: %s, want %s", country, got, want)
		}
	}
	p.RuleSets = append(p.RuleSets, RuleSet{Name: "br", ValidFrom: noon, Countries: []string{"BR"}})
	if before, on := p.RuleSetAt("BR", noon.Add(-time.Second)), p.RuleSetAt("BR", noon); before != "us" || on != "br" {
		t.Errorf("%s before a law, %s from its first moment", before, on)
	}
}

// The weekly payout is on Mondays, at midnight UTC; one that is due now is not due again today.
func TestNextPayout(t *testing.T) {
	t.Parallel()
	weekly := DefaultPolicies().TermsAt(noon)
	daily, every3 := weekly, weekly
	daily.PayoutEveryDays, every3.PayoutEveryDays = 1, 3
	monday := noon.Truncate(24 * time.Hour)
	for _, tt := range []struct {
		terms       Terms
		after, want time.Time
	}{
		{weekly, noon, monday.AddDate(0, 0, 7)},
		{weekly, monday, monday.AddDate(0, 0, 7)},
		{weekly, monday.Add(-time.Second), monday},
		{weekly, monday.AddDate(0, 0, -6), monday},
		{weekly, time.Date(2026, 3, 1, 20, 0, 0, 0, time.FixedZone("Lima", -5*3600)), monday.AddDate(0, 0, 7)},
		{daily, noon, monday.AddDate(0, 0, 1)},
		{every3, noon, monday.AddDate(0, 0, 3)},
	} {
		if got := tt.terms.NextPayout(tt.after); !got.Equal(tt.want) {
			t.Errorf("every %d days, after %s: %s, want %s", tt.terms.PayoutEveryDays, tt.after, got, tt.want)
		}
	}
}

func TestFeesOfAPrice(t *testing.T) {
	t.Parallel()
	s := New(Deps{Policies: DefaultPolicies(), Clock: clock.NewFake(noon)})
	free, err := s.Fees(billingapi.FeeRequest{Amount: 0, Currency: "GBP"})
	if err != nil || !free.Fee.IsZero() || !free.Keep.IsZero() || free.Minimum != money.New(30, "GBP") {
		t.Errorf("of nothing: %+v, %v", free, err)
	}
	least, err := s.Fees(billingapi.FeeRequest{Amount: 50, Currency: "USD"})
	if err != nil || least.Fee != usd(5) || least.Keep != usd(45) || least.RiskWindowDays != 7 || least.FeeBasisPoints != 1000 {
		t.Errorf("of the least: %+v, %v", least, err)
	}
	_, err = s.Fees(billingapi.FeeRequest{Amount: 49, Currency: "USD"})
	wantErr(t, err, billingapi.ErrAmountTooSmall)
	_, err = s.Fees(billingapi.FeeRequest{Amount: 5000, Currency: "SEK"})
	wantErr(t, err, billingapi.ErrCurrencyNotSold)
}

// The countdown of who sells before the identity check: an amount, and days that count from the first sale and end with their last.
func TestSellingCapCountsDown(t *testing.T) {
	t.Parallel()
	terms := DefaultPolicies().TermsAt(noon)
	for _, tt := range []struct {
		name      string
		sold      int64
		since     time.Duration // how long ago the first sale was; 0 = never
		remaining int64
		days      int
		over      bool
	}{
		{"nothing sold", 0, 0, 100000, 30, false},
		{"the first sale, just now", 40000, 1, 60000, 30, false},
		{"a second later", 40000, time.Second, 60000, 30, false},
		{"a day later", 40000, 24 * time.Hour, 60000, 29, false},
		{"the last moment", 40000, 30*24*time.Hour - 1, 60000, 1, false},
		{"the end", 40000, 30 * 24 * time.Hour, 60000, 0, true},
		{"long after", 40000, 90 * 24 * time.Hour, 60000, 0, true},
		{"all sold", 100000, time.Hour, 0, 30, false},
		{"a cap that was lowered", 150000, time.Hour, 0, 30, false},
	} {
		var since *time.Time
		if tt.since > 0 {
			first := noon.Add(-tt.since)
			since = &first
		}
		got := sellingCap(terms, "USD", tt.sold, since, noon)
		if got.Cap != usd(100000) || got.Sold != usd(tt.sold) || got.Remaining != usd(tt.remaining) || got.DaysLeft != tt.days || got.over(noon) != tt.over {
			t.Errorf("%s: %+v, over %t", tt.name, got.SellingCap, got.over(noon))
		}
		if since != nil && !got.Until.Equal(since.AddDate(0, 0, 30)) {
			t.Errorf("%s: until %s", tt.name, got.Until)
		}
	}
}
