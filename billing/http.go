package billing

import (
	"context"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
)

type orderPath struct {
	Order string `path:"order" validate:"required,max=64"`
}

type refundIn struct {
	Key string `header:"Idempotency-Key" validate:"max=255"`
	billingapi.RefundRequest
}

type refundPath struct {
	Refund string `path:"refund" validate:"required,max=64"`
}

type payoutIn struct {
	Key string `header:"Idempotency-Key" validate:"max=255"`
	billingapi.PayoutRequest
}

type cursorIn struct {
	Cursor string `query:"cursor" validate:"max=64"`
}

type personPath struct {
	Person string `path:"person" validate:"required,max=64"`
}

type lookupPath struct {
	Lookup string `path:"lookup" validate:"required,max=64"`
}

type explainIn struct {
	Difference string `path:"difference" validate:"required,max=64"`
	billingapi.ExplainRequest
}

var (
	readers = rest.Any(rest.Person, rest.Mandate("see"), rest.Token("money:read"))
	person  = rest.Any(rest.Person)
)

const (
	pageSize    = 50
	webhookSize = 1 << 20
)

// Routes registers billing's route table.
func (s *Service) Routes(r *rest.Router) {
	s.ordersRoutes(r)
	s.peopleRoutes(r)
	s.innerRoutes(r)
	hooks := []struct {
		path     string
		endpoint rail.Endpoint
		summary  string
	}{
		{"/webhooks/stripe", rail.PlatformEndpoint, "Take a webhook of Stripe's about the platform"},
		{"/webhooks/stripe-connect", rail.ConnectEndpoint, "Take a webhook of Stripe's about a payee's account"},
	}
	for _, hook := range hooks {
		rest.Stream(r, rest.Route{
			Method: http.MethodPost, Path: hook.path, Summary: hook.summary, Access: rest.Any(rest.StripeSigned),
			Errors: []*problem.Error{billingapi.ErrWebhookRefused}, MaxBody: webhookSize,
		}, s.webhook(hook.endpoint))
	}
}

func (s *Service) webhook(endpoint rail.Endpoint) func(c *gin.Context) error {
	return func(c *gin.Context) error {
		// The signature is over the raw bytes; one more space would break it.
		payload, err := io.ReadAll(c.Request.Body)
		if err != nil {
			return err
		}
		if err := s.Webhook(c.Request.Context(), endpoint, payload, c.GetHeader("Stripe-Signature")); err != nil {
			return err
		}
		c.Status(http.StatusOK)
		return nil
	}
}

func (s *Service) ordersRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{
		Method: http.MethodGet, Path: "/api/v1/orders-money/:order", Summary: "Explain an order's money, cent by cent, to one of its payees", Access: readers,
		Errors: []*problem.Error{problem.ErrNotFound},
	}, func(ctx context.Context, in *orderPath) (*billingapi.Waterfall, error) {
		return ptr(s.Waterfall(ctx, asker(ctx), in.Order))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodPost, Path: "/api/v1/refunds", Summary: "Give a buyer all or a part of their money back", Access: person,
		Status: http.StatusCreated, Idempotent: true,
		Errors: []*problem.Error{problem.ErrNotFound, billingapi.ErrOrderNotPaid, billingapi.ErrOrderDisputed, billingapi.ErrRefundTooLarge, problem.ErrIdempotencyMismatch},
	}, func(ctx context.Context, in *refundIn) (*billingapi.Refund, error) {
		return ptr(s.Refund(ctx, asker(ctx), in.Key, in.RefundRequest))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodPost, Path: "/api/v1/refunds/:refund/reissue", Summary: "Send a refund that failed again", Access: person,
		Errors: []*problem.Error{problem.ErrNotFound, billingapi.ErrRefundNotOpen, billingapi.ErrOrderDisputed},
	}, func(ctx context.Context, in *refundPath) (*billingapi.Refund, error) {
		return ptr(s.ReissueRefund(ctx, asker(ctx), in.Refund))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodPost, Path: "/api/v1/refunds/:refund/reinstate", Summary: "Give a refund that failed up; its money goes back to the payees", Access: person,
		Errors: []*problem.Error{problem.ErrNotFound, billingapi.ErrRefundNotOpen},
	}, func(ctx context.Context, in *refundPath) (*billingapi.Refund, error) {
		return ptr(s.ReinstateRefund(ctx, asker(ctx), in.Refund))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodGet, Path: "/api/v1/fees", Summary: "Say what a creator keeps of a price", Access: rest.Any(rest.Public),
		Errors: []*problem.Error{billingapi.ErrCurrencyNotSold, billingapi.ErrAmountTooSmall},
	}, func(_ context.Context, in *billingapi.FeeRequest) (*billingapi.Fees, error) { return ptr(s.Fees(*in)) })
	rest.Handle(r, rest.Route{
		Method: http.MethodPost, Path: "/api/v1/charge-lookups", Summary: "Ask what a charge on a statement is; its buyer gets a mail", Access: rest.Any(rest.Public),
		Status: http.StatusAccepted,
	}, func(ctx context.Context, in *billingapi.LookupRequest) (*billingapi.LookupAnswer, error) {
		return ptr(s.LookUpCharge(ctx, *in))
	})
}

func (s *Service) peopleRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{
		Method: http.MethodGet, Path: "/api/v1/balance", Summary: "Say where the caller's money is, when it arrives and what is in the way", Access: readers,
	}, func(ctx context.Context, _ *rest.Empty) (*billingapi.Balance, error) {
		return ptr(s.Balance(ctx, asker(ctx).Person))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodGet, Path: "/api/v1/payouts", Summary: "List the caller's payouts, newest first", Access: readers,
	}, func(ctx context.Context, in *cursorIn) (*rest.Page[billingapi.Payout], error) {
		items, next, err := s.Payouts(ctx, asker(ctx).Person, in.Cursor, pageSize)
		return &rest.Page[billingapi.Payout]{Items: items, Next: next}, err
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodPost, Path: "/api/v1/payouts", Summary: "Pay out all that is available in one currency", Access: person,
		Status: http.StatusCreated, Idempotent: true,
		Errors: []*problem.Error{billingapi.ErrPayoutRunning, billingapi.ErrPayoutTooSmall, billingapi.ErrPayoutsBlocked, billingapi.ErrNegativeBalance,
			billingapi.ErrRailUnavailable, problem.ErrIdempotencyMismatch},
	}, func(ctx context.Context, in *payoutIn) (*billingapi.Payout, error) {
		return ptr(s.RequestPayout(ctx, asker(ctx).Person, in.Key, in.PayoutRequest))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodGet, Path: "/api/v1/onboarding", Summary: "Say how far the caller's Stripe account is", Access: readers,
	}, func(ctx context.Context, _ *rest.Empty) (*billingapi.Onboarding, error) {
		return ptr(s.Onboarding(ctx, asker(ctx).Person))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodPost, Path: "/api/v1/onboarding", Summary: "Get a link to Stripe's onboarding page", Access: person,
		Errors: []*problem.Error{billingapi.ErrCountry, billingapi.ErrRailUnavailable, billingapi.ErrRailRefused},
	}, func(ctx context.Context, in *billingapi.OnboardingRequest) (*billingapi.OnboardingLink, error) {
		return ptr(s.StartOnboarding(ctx, asker(ctx).Person, in.ReturnPath))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodPost, Path: "/api/v1/onboarding/refresh", Summary: "Ask Stripe about the caller's account now", Access: person,
		Errors: []*problem.Error{billingapi.ErrRailUnavailable},
	}, func(ctx context.Context, _ *rest.Empty) (*billingapi.Onboarding, error) {
		return ptr(s.RefreshOnboarding(ctx, asker(ctx).Person))
	})
}

func (s *Service) innerRoutes(r *rest.Router) {
	storefront := rest.Any(rest.Service("storefront"))
	s.operatorRoutes(r)
	rest.Handle(r, rest.Route{
		Method: http.MethodPost, Path: "/internal/checkouts", Summary: "Open the checkout of an order", Access: storefront, Internal: true, Idempotent: true,
		Errors: []*problem.Error{billingapi.ErrAmountTooSmall, billingapi.ErrAmountTooLarge, billingapi.ErrCurrencyNotSold, billingapi.ErrPayees,
			billingapi.ErrCheckoutDiffers, billingapi.ErrCheckoutClosed, billingapi.ErrSellingCap, billingapi.ErrRailUnavailable, billingapi.ErrRailRefused},
	}, func(ctx context.Context, in *billingapi.CheckoutRequest) (*billingapi.Checkout, error) {
		return ptr(s.OpenCheckout(ctx, *in))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodPost, Path: "/internal/orders/:order/refresh", Summary: "Ask Stripe about an order's payment now", Access: storefront, Internal: true,
		Errors: []*problem.Error{problem.ErrNotFound, billingapi.ErrRailUnavailable},
	}, func(ctx context.Context, in *orderPath) (*billingapi.OrderMoney, error) {
		return ptr(s.Refresh(ctx, in.Order))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodGet, Path: "/internal/orders/:order/money", Summary: "Say what is known of an order's money", Access: storefront, Internal: true,
		Errors: []*problem.Error{problem.ErrNotFound},
	}, func(ctx context.Context, in *orderPath) (*billingapi.OrderMoney, error) {
		return ptr(s.Money(ctx, in.Order))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodGet, Path: "/internal/personal-data/:person", Summary: "What billing holds about a person, for their export",
		Access: rest.Any(rest.Service("accounts")), Internal: true,
	}, func(ctx context.Context, in *personPath) (*billingapi.PersonalData, error) {
		return ptr(s.PersonalData(ctx, in.Person))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodGet, Path: "/internal/charge-lookups/:lookup", Summary: "Name the orders that a charge lookup found",
		Access: rest.Any(rest.Service("notify")), Internal: true, Errors: []*problem.Error{problem.ErrNotFound},
	}, func(ctx context.Context, in *lookupPath) (*billingapi.Lookup, error) {
		return ptr(s.Lookup(ctx, in.Lookup))
	})
}

// asker is whom the caller stands for.
func asker(ctx context.Context) Asker {
	c := identity.From(ctx)
	return Asker{Person: c.Subject(), Operator: c.Operator && c.For == ""}
}

// ptr fits a use case's answer to a handler's.
func ptr[T any](v T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return &v, nil
}

func (s *Service) operatorRoutes(r *rest.Router) {
	operator := rest.Any(rest.Operator)
	rest.Handle(r, rest.Route{
		Method: http.MethodGet, Path: "/internal/reconciliation", Summary: "Say what the last look at the books found", Access: operator, Internal: true,
	}, func(ctx context.Context, _ *rest.Empty) (*billingapi.Reconciliation, error) {
		return ptr(s.Reconciliation(ctx))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodPost, Path: "/internal/reconciliation", Summary: "Look at the books again", Access: operator, Internal: true,
	}, func(ctx context.Context, _ *rest.Empty) (*billingapi.Reconciliation, error) {
		return ptr(s.AskForLook(ctx))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodPost, Path: "/internal/reconciliation/:difference/explanation", Summary: "Write down why a difference is no cause for alarm",
		Access: operator, Internal: true, Errors: []*problem.Error{problem.ErrNotFound, problem.ErrStale},
	}, func(ctx context.Context, in *explainIn) (*billingapi.Reconciliation, error) {
		return ptr(s.Explain(ctx, in.Difference, in.ExplainRequest))
	})
}
