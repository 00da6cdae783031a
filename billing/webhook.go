package billing

import (
	"context"
	"strings"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/pg"
)

// Webhook takes a webhook in: verified, stored once, answered. No business work is done here, so Stripe is never kept waiting and a
// replay writes nothing. Error: ErrWebhookRefused.
func (s *Service) Webhook(ctx context.Context, endpoint rail.Endpoint, payload []byte, signature string) error {
	ev, err := s.rail.Verify(endpoint, payload, signature)
	if err != nil {
		return billingapi.ErrWebhookRefused.Because(err)
	}
	killpoint.Here("billing.webhook.verified")
	if err := s.storeEvent(ctx, ev); err != nil {
		return err
	}
	killpoint.Here("billing.webhook.stored")
	s.wake()
	return nil
}

// storeEvent stores an event with the work it means, once. One that means no work is answered and forgotten.
func (s *Service) storeEvent(ctx context.Context, ev rail.Event) error {
	work := subject(ev)
	if work == "" {
		return nil
	}
	return exec(ctx, s.pool, "StoreEvent", args{
		"id": ev.ID, "type": ev.Type, "account": ev.Account, "object_id": ev.ObjectID, "created_at": ev.Created, "wall": s.wall(),
		"payload": string(ev.Payload), "subject": work,
	})
}

// subject names the work that an event means: the object that is to be looked at again. All events of one sale lead to one subject,
// so that they cost one look. "" is an event that means no work: another event says the same, or nobody here made its object
// (storefront.md case 31). What the payload says is used for nothing else.
func subject(ev rail.Event) string {
	order := ev.Order
	if id.Check("order", order) != nil {
		order = "" // not one of ours
	}
	topic, _, _ := strings.Cut(ev.Type, ".")
	switch {
	case topic == "checkout", topic == "payment_intent", ev.Type == "charge.updated", ev.Type == "charge.failed":
		return named("payment", order)
	case ev.Type == "charge.refunded":
		return named("charge", ev.ObjectID)
	case topic == "refund", ev.Type == "charge.refund.updated", strings.HasPrefix(ev.Type, "charge.dispute."):
		return named("charge", ev.ChargeID)
	case topic == "transfer":
		return named("transfer", ev.ObjectID)
	case topic == "payout" && ev.Account != "":
		return named("payout", ev.ObjectID)
	case ev.Type == "account.external_account.created": // an update may be the very failure that we pause for
		return named("bank", ev.Account)
	case topic == "account", topic == "capability":
		return named("account", ev.Account)
	}
	return ""
}

func named(what, object string) string {
	if object == "" {
		return ""
	}
	return what + ":" + object
}

// addHint asks for another look at an object, as a webhook would.
func (s *Service) addHint(ctx context.Context, db pg.Querier, subject, account string) error {
	defer s.wake()
	return exec(ctx, db, "AddHint", args{"subject": subject, "account": account, "wall": s.wall()})
}

// hintAccount asks for another look at a person's Stripe account, after Stripe refused it something.
func (s *Service) hintAccount(ctx context.Context, person string) error {
	a, ok, err := found(one[Account](ctx, s.pool, "Account", args{"person_id": person}))
	if err != nil || !ok || a.StripeID == nil {
		return err
	}
	return s.addHint(ctx, s.pool, "refused:"+*a.StripeID, *a.StripeID)
}

// wake stirs the worker, which otherwise looks every 200 ms.
func (s *Service) wake() {
	select {
	case s.stir <- struct{}{}:
	default:
	}
}
