package storefront

import "github.com/workfluence/workfluence/internal/killpoint"

const (
	orderWritten     = "storefront.order.placed"
	checkoutAnswered = "storefront.checkout.answered"
	moneyApplied     = "storefront.money.applied"
)

// KillPoints are the places between "the buyer pressed pay" and "the buyer reads" at which a test kills the process.
var KillPoints = killpoint.Declare(
	killpoint.Point{Name: orderWritten, Why: "the order is written down, billing knows nothing of it: the same press goes on, or the sweep does"},
	killpoint.Point{Name: checkoutAnswered, Why: "billing opened the checkout, the order does not know: the same request gets the same answer"},
	killpoint.Point{Name: moneyApplied, Why: "access is open and told in the outbox, the page was not answered: a reload shows it"},
)
