package billing

import (
	"context"
	"encoding/json"
	"strings"
	"time"

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

// stored is an event on its way into the books with the work it means.
type stored struct {
	rail.Event
	subject string
}

// eventsAtOnce is how many webhooks are stored by one transaction: 64 of the usual 4 KB are a statement of 256 KB.
const eventsAtOnce = 64

// storeEvent stores an event with the work it means, once. One that means no work is answered and forgotten. Webhooks that come at
// the same time are stored together.
func (s *Service) storeEvent(ctx context.Context, ev rail.Event) error {
	work := subject(ev)
	if work == "" {
		return nil
	}
	return s.events.Write(ctx, stored{Event: ev, subject: work})
}

func (s *Service) storeEvents(ctx context.Context, events []stored) error {
	n := len(events)
	ids, types, accounts, objects := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	payloads, subjects, created := make([]string, n), make([]string, n), make([]time.Time, n)
	for i, ev := range events {
		ids[i], types[i], accounts[i], objects[i] = ev.ID, ev.Type, ev.Account, ev.ObjectID
		payloads[i], subjects[i], created[i] = string(ev.Payload), ev.subject, ev.Created
	}
	a := args{
		"ids": ids, "types": types, "accounts": accounts, "objects": objects, "created": created, "payloads": payloads, "subjects": subjects,
		"wall": s.wall(),
	}
	err := exec(ctx, s.pool, "StoreEvents", a)
	if n == 1 && pg.BadData(err) {
		// JSON that PostgreSQL cannot hold, such as an escaped zero byte, is kept as the text that it is: the work must not be lost.
		text, _ := json.Marshal(payloads[0]) // a string always is JSON
		payloads[0] = string(text)
		return exec(ctx, s.pool, "StoreEvents", a)
	}
	return err
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
