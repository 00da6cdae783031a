package billingapi

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/workfluence/workfluence/internal/call"
)

const base = "http://billing.svc"

// Client calls billing as the target that its http.Client authenticates as.
type Client struct{ hc *http.Client }

// NewClient makes a client over hc, whose transport knows where billing.svc is.
func NewClient(hc *http.Client) *Client { return &Client{hc: hc} }

// OpenCheckout computes and stores the money plan of an order and opens its hosted checkout. For storefront; idempotent by order id.
// Errors: ErrAmountTooSmall, ErrAmountTooLarge, ErrCurrencyNotSold, ErrPayees, ErrCheckoutDiffers, ErrCheckoutClosed, ErrSellingCap,
// ErrRailUnavailable, ErrRailRefused.
func (c *Client) OpenCheckout(ctx context.Context, r CheckoutRequest) (Checkout, error) {
	return call.Do[Checkout](ctx, c.hc, http.MethodPost, base+"/internal/checkouts", r, call.WithIdempotencyKey(r.OrderID))
}

// Refresh asks Stripe about an order's payment now and applies the answer. For storefront's thanks page.
func (c *Client) Refresh(ctx context.Context, orderID string) (OrderMoney, error) {
	return call.Do[OrderMoney](ctx, c.hc, http.MethodPost, base+"/internal/orders/"+url.PathEscape(orderID)+"/refresh", nil)
}

// Money returns what is known about an order's money without asking Stripe.
func (c *Client) Money(ctx context.Context, orderID string) (OrderMoney, error) {
	return call.Do[OrderMoney](ctx, c.hc, http.MethodGet, base+"/internal/orders/"+url.PathEscape(orderID)+"/money", nil)
}

// Lookup names the orders that a charge lookup found. For notify.
func (c *Client) Lookup(ctx context.Context, lookupID string) (Lookup, error) {
	return call.Do[Lookup](ctx, c.hc, http.MethodGet, base+"/internal/charge-lookups/"+url.PathEscape(lookupID), nil)
}

// Waterfall explains an order's money to one of its payees.
func (c *Client) Waterfall(ctx context.Context, orderID string) (Waterfall, error) {
	return call.Do[Waterfall](ctx, c.hc, http.MethodGet, base+"/api/v1/orders-money/"+url.PathEscape(orderID), nil)
}

// Refund gives a buyer money back. Errors: ErrOrderNotPaid, ErrRefundTooLarge, ErrOrderDisputed.
func (c *Client) Refund(ctx context.Context, key string, r RefundRequest) (Refund, error) {
	return call.Do[Refund](ctx, c.hc, http.MethodPost, base+"/api/v1/refunds", r, call.WithIdempotencyKey(key))
}

// ReissueRefund sends a failed refund again. Errors: ErrRefundNotOpen, ErrOrderDisputed.
func (c *Client) ReissueRefund(ctx context.Context, refundID string) (Refund, error) {
	return call.Do[Refund](ctx, c.hc, http.MethodPost, base+"/api/v1/refunds/"+url.PathEscape(refundID)+"/reissue", nil)
}

// ReinstateRefund gives the money of a failed refund back to those it was taken from. Error: ErrRefundNotOpen.
func (c *Client) ReinstateRefund(ctx context.Context, refundID string) (Refund, error) {
	return call.Do[Refund](ctx, c.hc, http.MethodPost, base+"/api/v1/refunds/"+url.PathEscape(refundID)+"/reinstate", nil)
}

// Balance returns the caller's money by currency.
func (c *Client) Balance(ctx context.Context) (Balance, error) {
	return call.Do[Balance](ctx, c.hc, http.MethodGet, base+"/api/v1/balance", nil)
}

// Payouts is a page of a person's payouts, newest first.
type Payouts struct {
	Items []Payout `json:"data"`
	Next  string   `json:"next,omitempty"`
}

// Payouts lists the caller's payouts, newest first, from a cursor ("" is the start).
func (c *Client) Payouts(ctx context.Context, cursor string) (Payouts, error) {
	return call.Do[Payouts](ctx, c.hc, http.MethodGet, base+"/api/v1/payouts?"+url.Values{"cursor": {cursor}}.Encode(), nil)
}

// RequestPayout asks for all that is available in one currency. Errors: ErrPayoutRunning, ErrPayoutTooSmall, ErrPayoutsBlocked,
// ErrNegativeBalance.
func (c *Client) RequestPayout(ctx context.Context, key string, r PayoutRequest) (Payout, error) {
	return call.Do[Payout](ctx, c.hc, http.MethodPost, base+"/api/v1/payouts", r, call.WithIdempotencyKey(key))
}

// Onboarding returns the state of the caller's Stripe account.
func (c *Client) Onboarding(ctx context.Context) (Onboarding, error) {
	return call.Do[Onboarding](ctx, c.hc, http.MethodGet, base+"/api/v1/onboarding", nil)
}

// StartOnboarding returns a link to Stripe's onboarding page. Error: ErrCountry.
func (c *Client) StartOnboarding(ctx context.Context, r OnboardingRequest) (OnboardingLink, error) {
	return call.Do[OnboardingLink](ctx, c.hc, http.MethodPost, base+"/api/v1/onboarding", r)
}

// RefreshOnboarding asks Stripe about the caller's account now: for whoever comes back from Stripe's questions. Error: ErrRailUnavailable.
func (c *Client) RefreshOnboarding(ctx context.Context) (Onboarding, error) {
	return call.Do[Onboarding](ctx, c.hc, http.MethodPost, base+"/api/v1/onboarding/refresh", nil)
}

// PersonalData is what billing holds about a person. For accounts, which composes the export.
func (c *Client) PersonalData(ctx context.Context, personID string) (PersonalData, error) {
	return call.Do[PersonalData](ctx, c.hc, http.MethodGet, base+"/internal/personal-data/"+url.PathEscape(personID), nil)
}

// Fees says what a creator keeps of an amount. Public.
func (c *Client) Fees(ctx context.Context, r FeeRequest) (Fees, error) {
	q := url.Values{"amount": {strconv.FormatInt(r.Amount, 10)}, "currency": {string(r.Currency)}}
	return call.Do[Fees](ctx, c.hc, http.MethodGet, base+"/api/v1/fees?"+q.Encode(), nil)
}

// Reconciliation says what the last look at the books found. For operators, as are the two after it.
func (c *Client) Reconciliation(ctx context.Context) (Reconciliation, error) {
	return call.Do[Reconciliation](ctx, c.hc, http.MethodGet, base+"/internal/reconciliation", nil)
}

// Reconcile asks for a look now. It takes a while, since Stripe is asked about every payee: the answer says since when it is waited for.
func (c *Client) Reconcile(ctx context.Context) (Reconciliation, error) {
	return call.Do[Reconciliation](ctx, c.hc, http.MethodPost, base+"/internal/reconciliation", struct{}{})
}

// Explain writes down why a difference is no cause for alarm; every explanation is kept. Errors: problem.ErrInvalid, problem.ErrNotFound
// for one that is gone, problem.ErrStale for other figures than were seen.
func (c *Client) Explain(ctx context.Context, difference string, r ExplainRequest) error {
	_, err := call.Do[Reconciliation](ctx, c.hc, http.MethodPost, base+"/internal/reconciliation/"+url.PathEscape(difference)+"/explanation", r)
	return err
}

// LookUpCharge asks what a charge is. Public; the answer is always the same and the details go to the buyer by mail.
func (c *Client) LookUpCharge(ctx context.Context, r LookupRequest) error {
	_, err := call.Do[LookupAnswer](ctx, c.hc, http.MethodPost, base+"/api/v1/charge-lookups", r)
	return err
}
