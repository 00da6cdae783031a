package storefront

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

func TestGuestBuysAndReads(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ctx, c := h.course(), h.guest(), h.client
		in := order(p, "Guest@Example.com")
		in.Buyer.Company, in.Buyer.VATID = "Studio GmbH", "de 136.695.976"
		placed := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(ctx, "key-1", in))
		o := placed.Order
		if o.State != storefrontapi.OrderStateOpen || placed.CheckoutURL == "" || placed.AccessToken == "" || o.Amount != money.New(14900, money.EUR) || o.Access != storefrontapi.AccessNone {
			t.Fatalf("%+v", placed)
		}
		asked := h.till.opened[o.ID]
		if asked.Gross != o.Amount || asked.Payees[0].Person != "person_ana" || asked.BuyerEmail != "Guest@Example.com" || !strings.Contains(asked.SuccessPath, placed.AccessToken) {
			t.Fatalf("checkout %+v", asked)
		}
		if !o.Withdrawal.Applies || !o.Withdrawal.Waived || o.RefundDays != 14 {
			t.Errorf("terms %+v", o.Withdrawal)
		}
		h.pay(o)
		o = must[storefrontapi.Order](h)(c.Order(ctx, o.ID, placed.AccessToken))
		if o.State != storefrontapi.OrderStatePaid || o.Access != storefrontapi.AccessOpen || o.EntitlementID == "" || o.Attached {
			t.Fatalf("%+v", o)
		}
		if got, want := h.told(o.ID), []string{storefrontapi.EventOrderPlaced, storefrontapi.EventOrderPaid, storefrontapi.EventAccessChanged}; !slices.Equal(got, want) {
			t.Errorf("events %v", got)
		}
		course := must[storefrontapi.Course](h)(c.Course(ctx, o.EntitlementID, placed.AccessToken))
		first := course.Sections[0].Lessons[0]
		view := must[storefrontapi.LessonView](h)(c.ReadLesson(ctx, o.EntitlementID, first.ID, placed.AccessToken))
		if !strings.Contains(view.HTML, `href="`+view.NextID+`"`) || course.Lessons != 2 || course.NextLessonID != first.ID {
			t.Errorf("%+v\n%+v", course, view)
		}
		done := must[storefrontapi.Progress](h)(c.SetDone(ctx, o.EntitlementID, first.ID, placed.AccessToken, true))
		if done.AllDone != 1 || done.NextID != view.NextID {
			t.Errorf("%+v", done)
		}
		receipt := must[storefrontapi.Receipt](h)(storefrontapi.NewClient(h.http("notify")).Receipt(ctx, o.ID))
		if receipt.Company != "Studio GmbH" || receipt.VATID != "DE136695976" || receipt.CreatorName != "Ana" || !strings.Contains(receipt.AccessURL, placed.AccessToken) ||
			receipt.Number != o.Number || !strings.HasPrefix(o.Number, "WF-") || receipt.ProductPath != "/@Ana/write-one-post-a-day" {
			t.Errorf("%+v", receipt)
		}
		// Nobody else sees it: not without the secret, not with another one, not another person.
		for who, err := range map[string]error{
			"no secret":     second(c.Order(ctx, o.ID, "")),
			"wrong secret":  second(c.Order(ctx, o.ID, "x"+placed.AccessToken)),
			"other person":  second(c.Order(h.as("person_ben"), o.ID, "")),
			"course":        second(c.Course(ctx, o.EntitlementID, "")),
			"lesson":        second(c.ReadLesson(h.as("person_ben"), o.EntitlementID, first.ID, "")),
			"receipt":       second(c.OrderReceipt(ctx, o.ID, "")),
			"inner receipt": second(c.Receipt(ctx, o.ID)),
		} {
			h.wants(err, problem.ErrNotFound, who)
		}
		sale := must[storefrontapi.OrderPage](h)(c.Sales(h.as("person_ana"), "", ""))
		if len(sale.Items) != 1 || sale.Items[0].ID != o.ID {
			t.Errorf("sales %+v", sale)
		}
		if n := h.count(`select count(*) from storefront.audit where object = $1`, o.ID); n < 3 {
			t.Errorf("%d audit rows", n)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestFiftyIdenticalPressesMakeOneOrder(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p := h.course()
		var wg sync.WaitGroup
		ids := make([]string, 50)
		for i := range ids {
			wg.Go(func() {
				placed, err := h.client.PlaceOrder(h.guest(), fmt.Sprintf("tab-%d", i%2), order(p, "guest@example.com"))
				if err != nil {
					t.Error(err)
				}
				ids[i] = placed.Order.ID
			})
		}
		wg.Wait()
		slices.Sort(ids)
		if n := h.count(`select count(*) from storefront.orders`); n != 1 || len(slices.Compact(ids)) != 1 {
			t.Fatalf("%d orders, ids %v", n, ids)
		}
		if n := h.count(`select count(*) from storefront.outbox where name = $1`, storefrontapi.EventOrderPlaced); n != 1 {
			t.Errorf("%d placed events", n)
		}
	})
}

// alike says that two answers to guests differ in ids, secrets and addresses alone.
func alike(a, b storefrontapi.PlacedOrder) bool {
	bare := func(p storefrontapi.PlacedOrder) storefrontapi.PlacedOrder {
		for _, s := range []*string{&p.Next, &p.CheckoutURL, &p.AccessToken} {
			if *s != "" {
				*s = "some"
			}
		}
		p.Order.ID, p.Order.Number, p.Order.Buyer.Email = "", "", ""
		return p
	}
	return cmp.Equal(bare(a), bare(b))
}

func TestDuplicateBuyGuard(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, c := h.course(), h.client
		first := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "a", order(p, "guest@example.com")))

		// Another browser with the same address goes to the same checkout, but gets no secret.
		other := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "b", order(p, "GUEST@example.com")))
		if other.Order.ID != first.Order.ID || !other.Again || other.AccessToken != "" || other.CheckoutURL != first.CheckoutURL || other.Order.Buyer.Email != "" {
			t.Fatalf("%+v", other)
		}
		// The same key with other words is a mistake.
		changed := order(p, "guest@example.com")
		changed.Buyer.Name = "Other"
		h.wants(second(c.PlaceOrder(h.guest(), "a", changed)), problem.ErrIdempotencyMismatch, "same key, other body")

		// A payment on its way can't be confirmed away.
		h.hear(billingapi.EventOrderMoney, first.Order.ID, h.till.facts(first.Order.ID, func(m *billingapi.OrderMoney) { m.State, m.Gross = billingapi.OrderProcessing, first.Order.Amount }))
		again := order(p, "guest@example.com")
		again.BuyAgain = true
		if got := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "c", again)); got.Order.ID != first.Order.ID || got.CheckoutURL != "" {
			t.Fatalf("while processing: %+v", got)
		}

		// Within three minutes of the payment it is the same press; later it is owned; "again" buys again.
		h.pay(first.Order)
		h.clock.Advance(2 * time.Minute)
		if got := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "d", order(p, "guest@example.com"))); got.Order.ID != first.Order.ID || got.AccessToken != "" {
			t.Fatalf("a moment later: %+v", got)
		}
		h.clock.Advance(2 * time.Minute)
		later := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "e", order(p, "guest@example.com")))
		fresh := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "e2", order(p, "nobody@example.com")))
		if later.Order.ID == first.Order.ID || !alike(later, fresh) {
			t.Fatalf("an address that owns it answers\n%+v\none that does not\n%+v", later, fresh)
		}
		if got := h.told(later.Order.ID); !slices.Equal(got, []string{storefrontapi.EventOrderPlaced, storefrontapi.EventOrderRepeated}) {
			t.Fatalf("told %v", got)
		}
		if got := h.told(fresh.Order.ID); !slices.Equal(got, []string{storefrontapi.EventOrderPlaced}) {
			t.Fatalf("told of another's %v", got)
		}
		h.pay(later.Order)
		h.clock.Advance(2 * guardWindow)
		if got := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "f", again)); got.Order.ID == first.Order.ID || got.AccessToken == "" || len(h.told(got.Order.ID)) != 1 {
			t.Fatalf("buy again: %+v", got)
		} else {
			h.pay(got.Order)
			h.clock.Advance(2 * guardWindow)
		}
		// Who has proved who they are is asked first, whichever way they got it.
		h.people.set(accountsapi.Person{ID: "person_gus", Email: "Guest@example.com"})
		h.wants(second(c.PlaceOrder(h.as("person_gus"), "g1", order(p, ""))), storefrontapi.ErrAlreadyOwned, "the same address, signed in")
		if got := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.as("person_gus"), "g2", again)); got.Order.ID == first.Order.ID {
			t.Fatalf("signed in, on purpose: %+v", got)
		}
		h.wants(second(c.PlaceOrder(h.as("person_ana"), "g", order(p, ""))), storefrontapi.ErrOwnProduct, "own product")
	})
}

// TestStorefrontCase29: the browser's return and the webhook complete the order at once, and whoever is told that it is paid is told that it
// is open too.
func TestStorefrontCase29(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p := h.course()
		placed := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.guest(), "a", order(p, "guest@example.com")))
		o := placed.Order
		m := h.till.paid(o.ID, o.Amount, h.clock.Now())
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				if i%2 == 0 {
					switch seen, err := h.client.Refresh(h.guest(), o.ID, placed.AccessToken); {
					case err != nil:
						t.Error(err)
					case seen.State == storefrontapi.OrderStatePaid && (seen.Access != storefrontapi.AccessOpen || seen.EntitlementID == ""):
						t.Errorf("paid, and access is %q by %q", seen.Access, seen.EntitlementID)
					}
					return
				}
				h.hear(billingapi.EventOrderMoney, o.ID, m)
			})
		}
		wg.Wait()
		if n := h.count(`select count(*) from storefront.entitlement`); n != 1 {
			t.Errorf("%d entitlements", n)
		}
		if n := h.count(`select count(*) from storefront.outbox where name = $1`, storefrontapi.EventOrderPaid); n != 1 {
			t.Errorf("%d paid events", n)
		}
	})
}

// TestWhoWaitedSeesTheAccess: whoever waited for the order while it was paid sees the access that was given under the same lock.
func TestWhoWaitedSeesTheAccess(t *testing.T) {
	h := newHouse(t)
	p := h.course()
	placed := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.guest(), "a", order(p, "guest@example.com")))
	o := placed.Order
	m := h.till.paid(o.ID, o.Amount, h.clock.Now())
	var waited Order
	done := make(chan error, 1)
	err := h.svc.tx(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		if err := h.svc.hearMoney(ctx, tx, m); err != nil {
			return err
		}
		go func() {
			var err error
			waited, err = h.svc.refresh(t.Context(), o.ID)
			done <- err
		}()
		for h.count(`select count(*) from pg_locks where not granted and pid in (select pid from pg_locks where relation = 'storefront.orders'::regclass)`) == 0 {
			select {
			case err := <-done:
				return fmt.Errorf("nobody waited: %w", err)
			case <-time.After(time.Millisecond):
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if waited.State != storefrontapi.OrderStatePaid || deref(waited.Access) != storefrontapi.AccessOpen || waited.EntitlementID == nil {
		t.Errorf("%s, access %q", waited.State, deref(waited.Access))
	}
}

// TestStorefrontCase30: the same facts three times, and the refund before the payment.
func TestStorefrontCase30(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p := h.course()
		placed := must[storefrontapi.PlacedOrder](h)(h.client.PlaceOrder(h.guest(), "a", order(p, "guest@example.com")))
		o := placed.Order
		paid := h.till.paid(o.ID, o.Amount, h.clock.Now())
		refunded := h.till.facts(o.ID, func(m *billingapi.OrderMoney) { m.RefundRequested = m.Gross })
		for _, m := range []billingapi.OrderMoney{refunded, paid, paid, refunded, paid} {
			h.hear(billingapi.EventOrderMoney, o.ID, m)
		}
		o = must[storefrontapi.Order](h)(h.client.Order(h.guest(), o.ID, placed.AccessToken))
		if o.State != storefrontapi.OrderStatePaid || o.Access != storefrontapi.AccessClosed || o.RefundRequested != o.Amount {
			t.Fatalf("%+v", o)
		}
		lesson := must[storefrontapi.Course](h)(h.client.Course(h.guest(), o.EntitlementID, placed.AccessToken)).Sections[0].Lessons[0]
		h.wants(second(h.client.ReadLesson(h.guest(), o.EntitlementID, lesson.ID, placed.AccessToken)), storefrontapi.ErrAccessClosed, "after the refund")

		// The refund is cancelled, then the payment disputed, then won.
		for _, step := range []struct {
			change func(m *billingapi.OrderMoney)
			access string
		}{
			{func(m *billingapi.OrderMoney) { m.RefundRequested = money.New(0, money.EUR) }, storefrontapi.AccessOpen},
			{func(m *billingapi.OrderMoney) { m.Disputed = true }, storefrontapi.AccessPaused},
			{func(m *billingapi.OrderMoney) { m.RefundRequested = money.New(500, money.EUR) }, storefrontapi.AccessPaused},
			{func(m *billingapi.OrderMoney) { m.Disputed = false }, storefrontapi.AccessOpen},
		} {
			h.hear(billingapi.EventOrderMoney, o.ID, h.till.facts(o.ID, step.change))
			if got := must[storefrontapi.Order](h)(h.client.Order(h.guest(), o.ID, placed.AccessToken)); got.Access != step.access {
				t.Fatalf("access %s, want %s", got.Access, step.access)
			}
		}
		if n := h.count(`select count(*) from storefront.outbox where name = $1`, storefrontapi.EventOrderPaid); n != 1 {
			t.Errorf("%d paid events", n)
		}
	})
}

// TestStorefrontCase31: facts about an order that is not ours change nothing.
func TestStorefrontCase31(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.hear(billingapi.EventOrderMoney, "order_foreign", h.till.paid("order_foreign", money.New(100, money.EUR), h.clock.Now()))
		if n := h.count(`select (select count(*) from storefront.orders) + (select count(*) from storefront.entitlement) + (select count(*) from storefront.outbox)`); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

// TestStorefrontCase32: an order made without signing in is attached after the proof of its address, and never before; what the member
// had stored of themselves, their account and their page, stays as it was.
func TestStorefrontCase32(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, c := h.course(), h.client
		in := order(p, "ben@example.com") // an existing member's address
		in.Buyer.Name, in.Buyer.Company, in.Buyer.Country, in.Locale = "Not Ben", "Not Ben Ltd", "FR", "fr"
		bio := "I am Ben."
		must[storefrontapi.Page](h)(c.UpdatePage(h.as("person_ben"), 0, storefrontapi.UpdatePage{Bio: &bio}))
		type profile struct {
			account accountsapi.Person
			contact accountsapi.Contact
			page    storefrontapi.Page
		}
		stored := func() profile {
			return profile{
				must[accountsapi.Person](h)(h.people.get("person_ben")), must[accountsapi.Contact](h)(h.people.Contact(t.Context(), "person_ben")),
				must[storefrontapi.Page](h)(c.Page(h.as("person_ben"))),
			}
		}
		before := stored()
		placed := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "a", in))
		h.pay(placed.Order)

		unproven := h.caller(identityOf("person_ben", false))
		if lib := must[storefrontapi.Library](h)(c.Library(unproven, "")); len(lib.Items) != 0 || lib.Unclaimed != 0 {
			t.Fatalf("before the proof: %+v", lib)
		}
		h.wants(second(c.ClaimAll(unproven)), problem.ErrForbidden, "claim without proof")
		h.wants(second(c.Order(unproven, placed.Order.ID, "")), problem.ErrNotFound, "order without proof")
		if lib := must[storefrontapi.Library](h)(c.Library(h.as("person_ben"), "")); len(lib.Items) != 0 || lib.Unclaimed != 1 {
			t.Fatalf("proven, not yet claimed: %+v", lib)
		}
		h.hear(accountsapi.EventEmailVerified, "person_ben", accountsapi.EmailVerified{PersonID: "person_ben"})
		lib := must[storefrontapi.Library](h)(c.Library(h.as("person_ben"), ""))
		if len(lib.Items) != 1 || lib.Items[0].OrderID != placed.Order.ID || lib.Items[0].Title != "Write one post a day" || lib.Unclaimed != 0 {
			t.Fatalf("after the proof: %+v", lib)
		}
		if after := stored(); !reflect.DeepEqual(after, before) || before.page.Name != "Ben" || before.page.Bio != bio {
			t.Fatalf("the order changed what the member had stored:\n%+v\n%+v", before, after)
		}
		if o := must[storefrontapi.Order](h)(c.Order(h.as("person_ben"), placed.Order.ID, "")); o.Buyer.Name != "Not Ben" || o.Buyer.Country != "FR" {
			t.Fatalf("the order lost what was typed for it: %+v", o.Buyer)
		}
		// Another person's proof takes nothing away.
		h.hear(accountsapi.EventEmailVerified, "person_far", accountsapi.EmailVerified{PersonID: "person_far"})
		h.wants(second(c.Claim(h.as("person_far"), placed.Order.ID, placed.AccessToken)), problem.ErrConflict, "attached already")

		// By the secret of the mail an order comes into the library of whoever signs in with it.
		later := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "b", order(p, "other@example.com")))
		h.pay(later.Order)
		h.wants(second(c.Claim(h.as("person_far"), later.Order.ID, "guess")), problem.ErrNotFound, "claim by guessing")
		if o := must[storefrontapi.Order](h)(c.Claim(h.as("person_far"), later.Order.ID, later.AccessToken)); !o.Attached {
			t.Fatalf("%+v", o)
		}
	})
}

func TestFreeProductForAnAddress(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, c, ana := h.course(), h.client, h.as("person_ana")
		p = must[storefrontapi.Product](h)(c.SetPrices(ana, p.ID, p.Version, storefrontapi.SetPrices{Free: true}))
		in := storefrontapi.PlaceOrder{ProductID: p.ID, Buyer: storefrontapi.Buyer{Email: "guest@example.com", Country: "FR"}}
		placed := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "a", in))
		if placed.CheckoutURL != "" || placed.Order.State != storefrontapi.OrderStatePaid || placed.Order.Access != storefrontapi.AccessOpen || placed.Order.Withdrawal.Applies || h.till.opens != 0 {
			t.Fatalf("%+v", placed)
		}
		must[storefrontapi.Course](h)(c.Course(h.guest(), placed.Order.EntitlementID, placed.AccessToken))
		if got, want := h.told(placed.Order.ID), []string{storefrontapi.EventOrderPlaced, storefrontapi.EventOrderPaid, storefrontapi.EventAccessChanged}; !slices.Equal(got, want) {
			t.Errorf("events %v", got)
		}
		in.PriceID = "price_old"
		in.BuyAgain = true
		h.wants(second(c.PlaceOrder(h.guest(), "b", in)), storefrontapi.ErrPriceChanged, "a price for what is free")
	})
}

func TestPriceAndPolicyAreThoseOfTheOrder(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, c, ana := h.course(), h.client, h.as("person_ana")
		in := order(p, "guest@example.com")
		placed := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "a", in))
		eur, days := int64(19900), 0
		p = must[storefrontapi.Product](h)(c.SetPrices(ana, p.ID, 0, storefrontapi.SetPrices{Prices: []storefrontapi.SetPrice{{Currency: money.EUR, Amount: &eur}}}))
		must[storefrontapi.Product](h)(c.UpdateProduct(ana, p.ID, 0, storefrontapi.UpdateProduct{RefundDays: &days}))
		h.wants(second(c.PlaceOrder(h.guest(), "b", order2(in, "late@example.com"))), storefrontapi.ErrPriceChanged, "the old price")
		h.pay(placed.Order)
		o := must[storefrontapi.Order](h)(c.Order(h.guest(), placed.Order.ID, placed.AccessToken))
		if o.Amount.Minor != 14900 || o.RefundDays != 14 || o.State != storefrontapi.OrderStatePaid {
			t.Errorf("%+v", o)
		}
		must[storefrontapi.Product](h)(c.Unpublish(ana, p.ID))
		h.wants(second(c.PlaceOrder(h.guest(), "c", order(p, "late@example.com"))), storefrontapi.ErrNotForSale, "unpublished")
		must[storefrontapi.Course](h)(c.Course(h.guest(), o.EntitlementID, placed.AccessToken))
	})
}

func order2(in storefrontapi.PlaceOrder, email string) storefrontapi.PlaceOrder {
	in.Buyer.Email = email
	return in
}

func TestCrashBeforeTheCheckoutIsRepaired(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, c := h.course(), h.client
		h.till.refuse = billingapi.ErrRailUnavailable
		h.wants(second(c.PlaceOrder(h.guest(), "a", order(p, "guest@example.com"))), billingapi.ErrRailUnavailable, "no rail")
		if n := h.count(`select count(*) from storefront.orders where state = 'placed'`); n != 1 {
			t.Fatalf("%d placed", n)
		}
		h.till.refuse = nil
		must[int](h)(h.svc.LookAfter(t.Context())) // not yet due
		if h.till.opens != 0 {
			t.Fatal("looked too early")
		}
		h.clock.Advance(time.Minute)
		must[int](h)(h.svc.LookAfter(t.Context()))
		if n := h.count(`select count(*) from storefront.orders where state = 'open' and plan_id is not null`); n != 1 || h.till.opens != 1 {
			t.Fatalf("%d open", n)
		}
		placed := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "a", order(p, "guest@example.com")))
		if placed.CheckoutURL == "" || placed.AccessToken == "" {
			t.Fatalf("%+v", placed)
		}
		// A webhook that never comes: the next look asks billing.
		h.till.paid(placed.Order.ID, placed.Order.Amount, h.clock.Now())
		h.clock.Advance(time.Hour)
		must[int](h)(h.svc.LookAfter(t.Context()))
		if o := must[storefrontapi.Order](h)(c.Order(h.guest(), placed.Order.ID, placed.AccessToken)); o.Access != storefrontapi.AccessOpen {
			t.Fatalf("%+v", o)
		}
	})
}

func TestRefusalForGoodEndsTheOrder(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, c := h.course(), h.client
		h.till.refuse = billingapi.ErrSellingCap
		h.wants(second(c.PlaceOrder(h.guest(), "a", order(p, "guest@example.com"))), billingapi.ErrSellingCap, "cap")
		if n := h.count(`select count(*) from storefront.orders where state = 'failed' and retry_at is null`); n != 1 {
			t.Fatalf("%d failed", n)
		}
		h.till.refuse = nil
		h.wants(second(c.Reopen(h.guest(), "order_none", "")), problem.ErrNotFound, "no such order")
		if placed := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "a", order(p, "guest@example.com"))); placed.Again || placed.CheckoutURL == "" {
			t.Fatalf("%+v", placed)
		}
	})
}

// A VAT number is kept as it is written on a receipt; one that can't be right places no order, and says which of two ways it is wrong.
func TestVATNumberOfABuyer(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ctx, c := h.course(), h.guest(), h.client
		in := order(p, "guest@example.com")
		for typed, code := range map[string]string{"DE123": "vat_form", "be 0428.759.498": "vat_digits", "<script>": "vat_form", strings.Repeat("1", 40): "vat_form"} {
			in.Buyer.VATID = typed
			_, err := c.PlaceOrder(ctx, "key-"+code, in)
			h.wants(err, storefrontapi.ErrVATID, typed)
			got := problem.From(err)
			if len(got.Fields) != 1 || got.Fields[0].Pointer != "/buyer/vat_id" || got.Fields[0].Code != code {
				t.Errorf("%q: %+v", typed, got.Fields)
			}
		}
		if n := h.count(`select count(*) from storefront.orders`); n != 0 {
			t.Errorf("%d orders were placed", n)
		}
		in.Buyer.VATID, in.Buyer.Country = "0428 759 497", "BE"
		placed := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(ctx, "key-1", in))
		if placed.Order.Buyer.VATID != "BE0428759497" {
			t.Errorf("kept as %q", placed.Order.Buyer.VATID)
		}
		again := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(ctx, "key-1", in))
		if again.Order.ID != placed.Order.ID {
			t.Error("the same press placed two orders")
		}
	})
}
