package notify

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
)

// A refund that the bank returns is told to both, each time that it happens; what becomes of it, to the buyer.
func TestARefundThatComesBackIsTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.nb.receipt.BuyerID = "person_ada"
	n := 0
	refund := func(attempt int, status billingapi.RefundStatus) {
		t.Helper()
		for range 2 { // the same news, twice
			n++
			b.deliver(t, fmt.Sprintf("evt_%d", n), billingapi.EventRefundUpdated,
				billingapi.RefundUpdated{OrderID: "order_1", RefundID: "refund_1", Amount: money.New(5000, "EUR"), Status: status, Attempt: attempt})
		}
		b.drain(t)
	}
	steps := []struct {
		attempt int
		status  billingapi.RefundStatus
		mails   []sent // without the ids
	}{
		{1, billingapi.RefundSucceeded, []sent{{To: "ada@example.com", Subject: "Your refund: €50.00"}}},
		{1, billingapi.RefundFailed, []sent{{To: "ada@example.com", Subject: "Your refund of €50.00 did not arrive"}, {To: "mia@example.com", Subject: "Een terugbetaling van € 50,00 kwam terug"}}},
		{2, billingapi.RefundRequested, nil},
		{2, billingapi.RefundSucceeded, []sent{{To: "ada@example.com", Subject: "Your refund: €50.00"}}},
		{2, billingapi.RefundFailed, []sent{{To: "ada@example.com", Subject: "Your refund of €50.00 did not arrive"}, {To: "mia@example.com", Subject: "Een terugbetaling van € 50,00 kwam terug"}}},
		{2, billingapi.RefundReinstated, []sent{{To: "ada@example.com", Subject: "Your refund of €50.00 was given up"}}},
	}
	for _, s := range steps {
		b.post.sent = nil
		refund(s.attempt, s.status)
		var got []sent
		for _, m := range b.post.sent {
			got = append(got, sent{To: m.To, Subject: strings.ReplaceAll(m.Subject, "\u00a0", " ")})
		}
		slices.SortFunc(got, func(a, b sent) int { return strings.Compare(a.To, b.To) })
		if d := cmp.Diff(s.mails, got); d != "" {
			t.Errorf("%d %s: %s", s.attempt, s.status, d)
		}
	}
	for person, path := range map[string]string{"person_ada": "/orders/order_1", "person_mia": "/sales/order_1"} {
		inbox, err := b.inbox(t.Context(), person, "", "en")
		if err != nil || len(inbox.Data) < 4 || inbox.Data[0].Path != path {
			t.Errorf("%s: %+v %v", person, inbox.Data, err)
		}
	}
}

// However often somebody asks about a charge, its buyer gets one mail a day.
func TestALookupFillsNoMailbox(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.nb.lookup = billingapi.Lookup{OrderIDs: []string{"order_1", "order_2"}}
	ask := func(n int) {
		t.Helper()
		for range 15 {
			n++
			b.deliver(t, fmt.Sprintf("evt_%d", n), billingapi.EventLookupRequested, billingapi.LookupRequested{LookupID: fmt.Sprintf("lookup_%d", n)})
		}
		b.drain(t)
	}
	ask(0)
	if len(b.post.sent) != 2 {
		t.Fatalf("sent %d", len(b.post.sent))
	}
	b.clock.Advance(24 * time.Hour)
	ask(100)
	if len(b.post.sent) != 4 {
		t.Fatalf("sent %d by the next day", len(b.post.sent))
	}
}

// A buyer whom the selling cap turned away is one notice a product and day, to the creator alone, and no mail: it says what it cost and
// nothing of the buyer.
func TestALostSaleIsOneNoticeADay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	n := 0
	lost := func(product string, reason billingapi.SaleRefusal) {
		t.Helper()
		n++
		b.deliver(t, fmt.Sprintf("evt_%d", n), billingapi.EventSaleRefused,
			billingapi.SaleRefused{PersonID: "person_mia", ProductID: product, Price: money.New(60000, "EUR"), Reason: reason})
	}
	for range 15 {
		lost("product_1", billingapi.RefusedByCap)
	}
	lost("product_2", billingapi.RefusedByDays)
	b.clock.Advance(24 * time.Hour)
	lost("product_1", billingapi.RefusedByCap)
	b.drain(t)
	if len(b.post.sent) != 0 {
		t.Errorf("mailed %+v", b.post.sent)
	}
	inbox, err := b.inbox(t.Context(), "person_mia", "", "en")
	if err != nil || len(inbox.Data) != 3 {
		t.Fatalf("%+v %v", inbox.Data, err)
	}
	for i, want := range []string{"no longer fits", "days in which you may sell", "no longer fits"} {
		got := inbox.Data[i]
		if got.Path != "/payouts" || !strings.Contains(got.Text, "€600.00") || !strings.Contains(got.Text, want) {
			t.Errorf("%+v, want %q", got, want)
		}
	}
}
