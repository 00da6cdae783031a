package creator

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/billing/billingapi"
)

// bounced is a till at which the one refund of the sale came back.
type bounced struct {
	*fake
	did []string
}

func (b *bounced) Waterfall(ctx context.Context, id string) (billingapi.Waterfall, error) {
	w, err := b.fake.Waterfall(ctx, id)
	w.Refunds = []billingapi.Refund{{ID: "refund_1", OrderID: "order_1", Amount: eur(5000), Status: billingapi.RefundFailed, Created: storyDay}}
	return w, err
}

func (b *bounced) ReissueRefund(_ context.Context, id string) (billingapi.Refund, error) {
	b.did = append(b.did, "again "+id)
	return billingapi.Refund{}, b.err
}

func (b *bounced) ReinstateRefund(_ context.Context, id string) (billingapi.Refund, error) {
	b.did = append(b.did, "give up "+id)
	return billingapi.Refund{}, b.err
}

// A refund that came back is sent again or given up, where the sale is; one that is not of this sale is not found, and what
// somebody decided meanwhile leads back to what is so.
func TestARefundThatCameBackIsDecidedAbout(t *testing.T) {
	t.Parallel()
	f := &bounced{fake: &fake{order: storyOrder()}}
	b := openWith(t, f.fake, f)
	page := b.do("GET", "/sales/order_1", nil).Body.String()
	for _, want := range []string{"Send it again", "Give it up", "/sales/order_1/refunds/refund_1"} {
		if !strings.Contains(page, want) {
			t.Errorf("lacks %q", want)
		}
	}
	for do, want := range map[string]string{"again": "again refund_1", "give_up": "give up refund_1"} {
		f.did = nil
		if rec := b.do("POST", "/sales/order_1/refunds/refund_1", url.Values{"do": {do}}); rec.Code != http.StatusSeeOther || len(f.did) != 1 || f.did[0] != want {
			t.Errorf("%s: %d, did %v", do, rec.Code, f.did)
		}
	}
	f.did = nil
	if rec := b.do("POST", "/sales/order_1/refunds/refund_2", url.Values{"do": {"again"}}); rec.Code != http.StatusNotFound || f.did != nil {
		t.Errorf("another's refund: %d, did %v", rec.Code, f.did)
	}
	f.err = billingapi.ErrRefundNotOpen
	if rec := b.do("POST", "/sales/order_1/refunds/refund_1", url.Values{"do": {"again"}}); rec.Code != http.StatusSeeOther {
		t.Errorf("decided meanwhile: %d", rec.Code)
	}
}
