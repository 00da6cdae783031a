package billing

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/internal/money"
)

// A sale with tax, shared by two and refunded in parts, as one of them reads it: what is the buyer's, the tax office's, the house's and
// the other's goes off, and nothing remains unexplained.
func TestWaterfallShowsTax(t *testing.T) {
	t.Parallel()
	meta := postings.Meta{Source: "order_1", At: noon}
	legs := postings.Legs{Gross: usd(12100), Tax: usd(2100), Fee: usd(1000), Product: "sale", Shares: []postings.Share{
		{Payee: "ann", Amount: usd(5400)}, {Payee: "bob", Amount: usd(3600)},
	}}
	part, err := legs.Refund(legs.None(), usd(6050))
	if err != nil {
		t.Fatal(err)
	}
	back, _ := postings.RefundReserved(meta, "refund_1", part, []money.Amount{usd(5400), usd(3600)})
	f := fall{reader: "ann", currency: "USD"}
	for _, j := range append(postings.SalePaid(meta, "ch_1", legs), back...) {
		f.add(j)
	}
	for _, j := range postings.RefundReinstated(meta, "refund_1", part) {
		f.add(j)
	}
	var got []string
	for _, r := range f.rows {
		got = append(got, string(r.Kind)+" "+r.Amount.Decimal()+" "+r.Left.Decimal())
	}
	want := []string{
		"sale 121.00 121.00", "tax -21.00 100.00", "fee -10.00 90.00", "other_shares -36.00 54.00",
		"refund -60.50 -6.50", "tax 10.50 4.00", "fee_returned 5.00 9.00", "other_returned 18.00 27.00",
		"reinstated 27.00 54.00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}
