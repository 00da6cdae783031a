package billing

import (
	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/internal/id"
)

// refund gives a buyer amount back, or all that is left for 0.
func (h *house) refund(who, order string, amount int64) billingapi.Refund {
	h.t.Helper()
	r := billingapi.RefundRequest{OrderID: order, Reason: "requested_by_buyer"}
	if amount > 0 {
		a := usd(amount)
		r.Amount = &a
	}
	out, err := h.as("gateway").Refund(h.by(who), id.New("key"), r)
	h.no(err)
	return out
}

// failRefund lets the buyer's bank return a refund.
func (h *house) failRefund(refundID string) {
	h.t.Helper()
	r, err := one[Refund](h.ctx(), h.pool, "Refund", args{"id": refundID})
	h.no(err)
	if !h.sim.FailRefund(text(r.StripeID), "") {
		h.t.Fatal("the till does not know the refund")
	}
	h.settle()
}

// payout asks for all that is available in dollars.
func (h *house) payout(who string) billingapi.Payout {
	h.t.Helper()
	p, err := h.as("gateway").RequestPayout(h.by(who), id.New("key"), billingapi.PayoutRequest{Currency: "USD"})
	h.no(err)
	return p
}

func (h *house) balance(who string) billingapi.CurrencyBalance {
	h.t.Helper()
	b, err := h.as("gateway").Balance(h.by(who))
	h.no(err)
	if len(b.Currencies) != 1 {
		h.t.Fatalf("%d currencies", len(b.Currencies))
	}
	return b.Currencies[0]
}

// operation is the newest of a kind.
func (h *house) operation(kind OpKind) Operation {
	h.t.Helper()
	var opID string
	h.no(h.pool.QueryRow(h.ctx(), `select id from billing.operation where kind = $1 order by id desc limit 1`, kind).Scan(&opID))
	op, err := one[Operation](h.ctx(), h.pool, "Operation", args{"id": opID})
	h.no(err)
	return op
}

func (h *house) journals(key string) int {
	h.t.Helper()
	j, err := ledger.ByKeys(h.ctx(), h.pool, key)
	h.no(err)
	return len(j)
}
