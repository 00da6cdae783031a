package billingapi

import "github.com/workfluence/workfluence/internal/problem"

// The problem codes that billing raises. Each has a page in docs/errors.
var (
	// ErrAmountTooSmall is raised for a price under the rail's charge minimum in its settlement currency (money.md case 38).
	ErrAmountTooSmall = problem.Declare(problem.Invalid, "amount_too_small", "The amount is below the smallest payment that can be charged in this currency.")
	// ErrAmountTooLarge is raised for more than eight digits: such a payment has to be split (money.md case 38).
	ErrAmountTooLarge = problem.Declare(problem.Invalid, "amount_too_large", "The amount has more than eight digits. Split the payment.")
	// ErrCurrencyNotSold is raised for a currency that no rule set knows.
	ErrCurrencyNotSold = problem.Declare(problem.Invalid, "currency_not_sold", "We can't charge in this currency.")
	// ErrPayees is raised when an order names nobody to pay, the same person twice, or a weight of zero.
	ErrPayees = problem.Declare(problem.Invalid, "payees_invalid", "The list of people to pay is not valid.")
	// ErrCheckoutDiffers is raised when an order id comes again with other terms than its stored money plan.
	ErrCheckoutDiffers = problem.Declare(problem.Conflict, "checkout_differs", "This order already has a checkout with other terms.")
	// ErrCheckoutClosed is raised when the checkout of an order has expired or failed for good; State names which.
	ErrCheckoutClosed = problem.Declare(problem.Conflict, "checkout_closed", "The checkout of this order is over. Place the order again.")
	// ErrSellingCap is raised when a creator who has not passed the identity check has sold up to the cap, or its days are over.
	ErrSellingCap = problem.Declare(problem.Conflict, "selling_cap_reached", "This creator can't take more payments until their identity is checked.")
	// ErrOrderNotPaid is raised for a refund of an order that has no payment; State is the order's.
	ErrOrderNotPaid = problem.Declare(problem.Conflict, "order_not_paid", "This order is not paid, so there is nothing to refund.")
	// ErrRefundTooLarge is raised when requested refunds would exceed what was paid; State is what is left, in minor units.
	ErrRefundTooLarge = problem.Declare(problem.Conflict, "refund_exceeds_paid", "The refunds of this order would be more than what was paid.")
	// ErrOrderDisputed is raised for a refund while the buyer's bank disputes the payment: it would leave twice (storefront.md case 36).
	ErrOrderDisputed = problem.Declare(problem.Conflict, "order_disputed", "The buyer's bank is disputing this payment. A refund now would be paid twice.")
	// ErrRefundNotOpen is raised when a refund that has not failed is reissued or reinstated; State is the refund's.
	ErrRefundNotOpen = problem.Declare(problem.Conflict, "refund_not_failed", "Only a refund that failed can be sent again or taken back.")
	// ErrPayoutRunning is raised for a payout while one of the same person and currency is being made (storefront.md case 41).
	ErrPayoutRunning = problem.Declare(problem.Conflict, "payout_running", "A payout is already being made.")
	// ErrPayoutTooSmall is raised when less than the payout minimum is available.
	ErrPayoutTooSmall = problem.Declare(problem.Conflict, "payout_below_minimum", "There is less available than the smallest payout.")
	// ErrPayoutsBlocked is raised when payouts wait for something else; State is the blocker's code.
	ErrPayoutsBlocked = problem.Declare(problem.Conflict, "payouts_blocked", "Payouts are paused until the next step on your payouts page is done.")
	// ErrNegativeBalance is raised when the Stripe account's balance is below zero (storefront.md case 39).
	ErrNegativeBalance = problem.Declare(problem.Conflict, "negative_balance", "Your Stripe account is below zero. Transfers and payouts wait until Stripe has settled it.")
	// ErrCountry is raised when a creator's country has no payouts at all.
	ErrCountry = problem.Declare(problem.Conflict, "payouts_not_possible", "Payouts to your country are not possible yet.")
	// ErrRailUnavailable is raised when the payment provider does not answer; nothing is lost and the same request may be sent again.
	ErrRailUnavailable = problem.Declare(problem.Upstream, "payment_provider_unavailable", "The payment provider does not answer at the moment. Try again in a minute.")
	// ErrRailRefused is raised when the payment provider refuses a request for good.
	ErrRailRefused = problem.Declare(problem.Upstream, "payment_provider_refused", "The payment provider refused this request.")
	// ErrWebhookRefused is raised for a webhook that is not signed by Stripe within five minutes of now (money.md case 55).
	ErrWebhookRefused = problem.Declare(problem.Malformed, "webhook_refused", "The signature of this webhook is not valid.")
)
