package billing

import "github.com/workfluence/workfluence/internal/killpoint"

// KillPoints are the places between "the buyer pressed pay" and "the money is at the creator's bank" at which a test kills the process.
// The rows are those of money.md §8.
var KillPoints = declareKillPoints()

func declareKillPoints() []killpoint.Point {
	points := []killpoint.Point{
		{Name: "billing.webhook.verified", Why: "the webhook is not stored and not answered: Stripe sends it again"},
		{Name: "billing.webhook.stored", Why: "stored and not answered: the repeat writes nothing, the worker goes on"},
		{Name: "billing.payment.fetched", Why: "Stripe says paid, nothing is booked: the hint's lease ends"},
		{Name: "billing.payment.applied", Why: "booked with its event in the outbox: the relay tells it"},
		{Name: "billing.transfer.before-reserve", Why: "row 1: nothing happened, the leg is still due"},
		{Name: "billing.refund.before-reserve", Why: "row 1: nothing happened, the caller sends the same key again"},
		{Name: "billing.payout.before-reserve", Why: "row 1: nothing happened, the turn is still due"},
		{Name: "billing.operation.before-lookup", Why: "row 7: the outcome is unknown and nothing is looked up yet"},
		{Name: "billing.operation.new-attempt", Why: "rows 7 and 8: looked up twice in vain, the new attempt is stored and not sent"},
		{Name: "billing.payout.arrived", Why: "row 15: the bank has it, the memo book does not know"},
	}
	for _, kind := range []OpKind{OpCheckout, OpTransfer, OpReversal, OpRefund, OpPayout, OpAccount} {
		if kind != OpReversal { // reserved by the commit of its refund: billing.refund.posted
			points = append(points, killpoint.Point{Name: reserved.of(kind), Why: "row 2: reserved and not sent"})
		}
		if kind != OpCheckout { // reserved and claimed in one write
			points = append(points, killpoint.Point{Name: claimed.of(kind), Why: "row 6: leased and not sent"})
		}
		points = append(points,
			killpoint.Point{Name: answered.of(kind), Why: "rows 3 and 4: Stripe did it, the answer is lost"},
			killpoint.Point{Name: posted.of(kind), Why: "row 5: committed; the webhook comes after and does nothing"},
		)
	}
	return killpoint.Declare(points...)
}

// step is a place that each kind of operation passes.
type step string

const (
	reserved step = "reserved"
	claimed  step = "claimed"
	answered step = "answered"
	posted   step = "posted"
)

func (s step) of(kind OpKind) string { return "billing." + string(kind) + "." + string(s) }
