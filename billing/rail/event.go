package rail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"
)

// Event is a hint that an object changed. Its payload is kept as it came and never trusted: read the object again.
type Event struct {
	ID             string
	Type           string // such as payment_intent.succeeded
	Account        string // connected account it happened on; empty is the platform
	ObjectID       string
	ObjectType     string // such as payment_intent
	Order          string // the order it belongs to, as we wrote into metadata or client_reference_id; empty is none
	ChargeID       string // the charge that a refund or dispute is of
	APIVersion     string
	ForeignVersion bool // made at another API version than ours: store it, read the object again, trust no field
	Live           bool
	Created        time.Time
	Payload        []byte
}

// Endpoint is one of our two webhook addresses; each has a secret of its own.
type Endpoint uint8

// The two webhook endpoints.
const (
	PlatformEndpoint Endpoint = iota // events of the platform itself
	ConnectEndpoint                  // events of connected accounts
)

// Types are the event types that the endpoint is registered for at Stripe (enabled_events; billing/README.md lists them for who
// does it by hand). Others that come all the same are answered and forgotten. charge.succeeded and payment_intent.created are left
// out on purpose: payment_intent.succeeded is the only trigger of success (money.md §7), and who opens a payment knows it.
func (e Endpoint) Types() []string {
	if e == ConnectEndpoint {
		return []string{
			"account.updated", "account.external_account.created", "account.external_account.updated", "account.external_account.deleted",
			"account.application.deauthorized", "capability.updated",
			"payout.created", "payout.updated", "payout.paid", "payout.failed", "payout.canceled",
		}
	}
	return []string{
		"checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed", "checkout.session.expired",
		"payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled", "payment_intent.processing", "payment_intent.requires_action",
		"charge.updated", "charge.refunded", "charge.refund.updated", "refund.created", "refund.updated", "refund.failed",
		"charge.dispute.created", "charge.dispute.updated", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated", "charge.dispute.closed",
		"transfer.created", "transfer.updated", "transfer.reversed",
	}
}

// Tolerance is how far a signature's time may lie from ours, in either direction. Stripe's library accepts any future time.
const Tolerance = 300 * time.Second

// ErrSignature says that a webhook is not Stripe's word: forged, too old, from the future, or not signed at all.
var ErrSignature = errors.New("rail: webhook signature refused")

// Verify checks that payload came from Stripe for that endpoint and reads its envelope. The payload must be the raw bytes of the
// request. It fails with ErrSignature when the endpoint has no secret (an empty one would verify what anybody can sign), when no v1
// signature fits, or when the signature's time, or the event's own created, lies outside Tolerance (money.md case 55).
func (r *Rail) Verify(endpoint Endpoint, payload []byte, header string) (Event, error) {
	secret := r.cfg.WebhookSecret
	if endpoint == ConnectEndpoint {
		secret = r.cfg.ConnectSecret
	}
	if secret == "" {
		return Event{}, fmt.Errorf("%w: no secret is configured", ErrSignature)
	}
	signed, err := signedAt(header)
	if err != nil {
		return Event{}, err
	}
	wall := r.cfg.Clock.Wall()
	if age := wall.Sub(signed); age > Tolerance || age < -Tolerance {
		return Event{}, fmt.Errorf("%w: signed %s from now", ErrSignature, age.Round(time.Second))
	}
	// Time is judged above with our own clock, so the library is asked for the MAC alone.
	if err := webhook.ValidatePayloadIgnoringTolerance(payload, header, secret); err != nil {
		return Event{}, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	ev, err := ParseEvent(payload)
	if err != nil {
		return Event{}, err
	}
	// Created follows the domain clock, which a demonstration moves ahead of the wall; the later of both is now.
	now := r.cfg.Clock.Now()
	if now.Before(wall) {
		now = wall
	}
	if ev.Created.After(now.Add(Tolerance)) {
		return Event{}, fmt.Errorf("%w: created in the future", ErrSignature)
	}
	return ev, nil
}

// signedAt reads the time of a Stripe-Signature header, accurate to the second. A header with two times is refused.
func signedAt(header string) (time.Time, error) {
	var found time.Time
	for part := range strings.SplitSeq(header, ",") {
		k, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		if k != "t" {
			continue
		}
		sec, err := strconv.ParseInt(v, 10, 64)
		if err != nil || !found.IsZero() {
			return time.Time{}, fmt.Errorf("%w: unreadable header", ErrSignature)
		}
		found = time.Unix(sec, 0)
	}
	if found.IsZero() {
		return time.Time{}, fmt.Errorf("%w: not signed", ErrSignature)
	}
	return found, nil
}

// ParseEvent reads the envelope of an event that was verified or listed before.
func ParseEvent(payload []byte) (Event, error) {
	var raw struct {
		ID         string `json:"id"`
		Object     string `json:"object"`
		Type       string `json:"type"`
		Account    string `json:"account"`
		APIVersion string `json:"api_version"`
		Created    int64  `json:"created"`
		Live       bool   `json:"livemode"`
		Data       struct {
			Object struct {
				ID     string `json:"id"`
				Object string `json:"object"`
				// What else names the work. Stripe sends a charge as an id here; an expanded one is not read.
				Reference string            `json:"client_reference_id"`
				Metadata  map[string]string `json:"metadata"`
				Charge    any               `json:"charge"`
			} `json:"object"`
		} `json:"data"`
	}
	if err := json.Unmarshal(payload, &raw); err != nil {
		return Event{}, fmt.Errorf("rail: event is not JSON: %w", err)
	}
	if raw.ID == "" || raw.Type == "" || raw.Object != "event" {
		return Event{}, errors.New("rail: not an event")
	}
	object := raw.Data.Object
	order := object.Metadata["order"]
	if order == "" {
		order = object.Reference
	}
	charge, _ := object.Charge.(string)
	return Event{
		ID: raw.ID, Type: raw.Type, Account: raw.Account, ObjectID: object.ID, ObjectType: object.Object, Order: order, ChargeID: charge,
		APIVersion: raw.APIVersion, ForeignVersion: raw.APIVersion != APIVersion, Live: raw.Live, Created: at(raw.Created), Payload: payload,
	}, nil
}

// EventQuery narrows a list of events; empty fields do not narrow.
type EventQuery struct {
	Account     string
	Types       []string // at most 20
	Since       time.Time
	Undelivered bool // only those that some endpoint has not taken
	Page        Page
}

// Events lists events of the last 30 days, newest first (oldest first with Page.Before); the second result says whether there are more.
func (r *Rail) Events(ctx context.Context, q EventQuery) ([]Event, bool, error) {
	p, cancel := r.list(ctx, q.Account, q.Page)
	defer cancel()
	params := &stripe.EventListParams{ListParams: p, CreatedRange: since(q.Since)}
	if len(q.Types) > 0 {
		params.Types = stripe.StringSlice(q.Types)
	}
	if q.Undelivered {
		params.DeliverySuccess = stripe.Bool(false)
	}
	it := r.api.Events.List(params)
	var out []Event
	for it.Next() {
		e := it.Event()
		ev := Event{
			ID: e.ID, Type: string(e.Type), Account: e.Account, APIVersion: e.APIVersion, ForeignVersion: e.APIVersion != APIVersion,
			Live: e.Livemode, Created: at(e.Created),
		}
		if e.Data != nil {
			ev.ObjectID, _ = e.Data.Object["id"].(string)
			ev.ObjectType, _ = e.Data.Object["object"].(string)
		}
		if b, err := json.Marshal(e); err == nil {
			ev.Payload = b
		}
		out = append(out, ev)
	}
	return out, it.Meta() != nil && it.Meta().HasMore, it.Err()
}
