package storefront

import (
	"testing"
	"time"

	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	out, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The right ends with the buyer's own fourteenth day: neither an hour early where clocks change, nor on another day than the
// one that was named.
func TestWithdrawalEndsWithTheBuyersDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, ordered, day, over string }{
		{"DE", "2026-11-30T12:00:00Z", "2026-12-14", "2026-12-14T23:00:00Z"},
		{"DE", "2026-11-30T23:30:00Z", "2026-12-15", "2026-12-15T23:00:00Z"}, // half past midnight of 1 December in Berlin
		{"DE", "2026-10-20T12:00:00Z", "2026-11-03", "2026-11-03T23:00:00Z"}, // winter time began between
		{"DE", "2027-03-20T12:00:00Z", "2027-04-03", "2027-04-03T22:00:00Z"},
		{"FI", "2026-11-30T12:00:00Z", "2026-12-14", "2026-12-14T22:00:00Z"},
		{"PT", "2026-11-30T12:00:00Z", "2026-12-14", "2026-12-15T01:00:00Z"}, // the Azores' midnight
		{"ES", "2026-11-30T12:00:00Z", "2026-12-14", "2026-12-15T00:00:00Z"}, // the Canaries'
		{"GB", "2026-11-30T12:00:00Z", "2026-12-14", "2026-12-15T00:00:00Z"},
		{"NO", "2026-12-24T12:00:00Z", "2027-01-07", "2027-01-07T23:00:00Z"},
	} {
		w := withdrawalFor(c.country, at(t, c.ordered), false, false)
		over := at(t, c.over)
		if w.LastDay != c.day || w.Until == nil || !w.Until.Equal(over) || w.Ended {
			t.Errorf("%s %s: %s until %v", c.country, c.ordered, w.LastDay, w.Until)
			continue
		}
		if withdrawalAt(w, c.country, over.Add(-time.Second)).Ended {
			t.Errorf("%s %s: ended in the last second of the day", c.country, c.ordered)
		}
		if !withdrawalAt(w, c.country, over).Ended {
			t.Errorf("%s %s: open after the day", c.country, c.ordered)
		}
		if w.Day().Format(time.DateOnly) != c.day {
			t.Errorf("%s: written as %v", c.country, w.Day())
		}
	}
	for country := range withdrawalRules {
		if withdrawalZones[country] == "" {
			t.Errorf("%s has a rule and no place whose midnight ends it", country)
		} else if _, err := time.LoadLocation(withdrawalZones[country]); err != nil {
			t.Errorf("%s: %v", country, err)
		}
	}
}

func TestWithdrawalThatThereIsNot(t *testing.T) {
	t.Parallel()
	now := at(t, "2026-11-30T12:00:00Z")
	for name, w := range map[string]storefrontapi.Withdrawal{
		"no rule": withdrawalFor("US", now, false, false), "free": withdrawalFor("DE", now, false, true), "waived": withdrawalFor("DE", now, true, false),
	} {
		if later := withdrawalAt(w, "DE", now.AddDate(1, 0, 0)); later != w || w.Until != nil || w.LastDay != "" || w.Ended {
			t.Errorf("%s: %+v", name, later)
		}
	}
}

// An order from before the day was kept holds to the end of the day that its page named.
func TestWithdrawalKeptAsAMoment(t *testing.T) {
	t.Parallel()
	moment := at(t, "2026-12-14T12:00:00Z")
	kept := storefrontapi.Withdrawal{Applies: true, Days: 14, Until: &moment}
	w := withdrawalAt(kept, "BE", moment.Add(time.Second))
	if w.Ended || w.LastDay != "2026-12-14" || !w.Until.Equal(at(t, "2026-12-14T23:00:00Z")) {
		t.Errorf("%+v", w)
	}
	if !withdrawalAt(kept, "BE", at(t, "2026-12-14T23:00:00Z")).Ended {
		t.Error("open after the day")
	}
}

// The order, the lists, the receipt and what was placed tell the same, as the clock goes.
func TestOrderTellsWhenRightsEnd(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ctx, c := h.course(), h.guest(), h.client
		in := order(p, "guest@example.com")
		in.Consent.StartNow, in.Buyer.Country = false, "DE"
		placed := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(ctx, "key-1", in))
		if w := placed.Order.Withdrawal; w.LastDay == "" || w.Ended || placed.Order.RefundUntil != nil {
			t.Fatalf("%+v", placed.Order)
		}
		h.pay(placed.Order)
		seen := func(now time.Time) (storefrontapi.Order, storefrontapi.Receipt) {
			t.Helper()
			h.clock.Set(now)
			o := must[storefrontapi.Order](h)(c.Order(ctx, placed.Order.ID, placed.AccessToken))
			sales := must[storefrontapi.OrderPage](h)(c.Sales(h.as("person_ana"), "", ""))
			if len(sales.Items) != 1 || sales.Items[0].Withdrawal.Ended != o.Withdrawal.Ended || sales.Items[0].RefundEnded != o.RefundEnded {
				t.Errorf("the seller is told something else: %+v", sales)
			}
			return o, must[storefrontapi.Receipt](h)(c.OrderReceipt(ctx, o.ID, placed.AccessToken))
		}
		o, _ := seen(h.clock.Now())
		law, promise := *o.Withdrawal.Until, *o.RefundUntil
		if want := o.PaidAt.AddDate(0, 0, 14); !promise.Equal(want) {
			t.Fatalf("the promise ends at %v, not %v", promise, want)
		}
		for _, step := range []struct {
			now                  time.Time
			promiseOver, lawOver bool
		}{
			{promise.Add(-time.Second), false, false}, {promise, true, false}, {law.Add(-time.Second), true, false}, {law, true, true},
		} {
			o, r := seen(step.now)
			if o.RefundEnded != step.promiseOver || o.Withdrawal.Ended != step.lawOver || r.Withdrawal.Ended != step.lawOver || r.Withdrawal.LastDay != o.Withdrawal.LastDay {
				t.Errorf("%v: promise over %v, right over %v, receipt %+v", step.now, o.RefundEnded, o.Withdrawal.Ended, r.Withdrawal)
			}
		}
	})
}
