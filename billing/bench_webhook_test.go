package billing

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/turns"
)

// hooksAtOnce is how many webhooks are on their way at the same time; each tenth has come before.
const hooksAtOnce = 32

// bareWebhook keeps an event if it is new: the id and its 2 KB.
const bareWebhook = `insert into billing.stripe_event (id, type, account, object_id, created_at, received_at, payload)
	values ($1, 'charge.updated', '', 'ch_1', $2, $2, $3) on conflict (id) do nothing`

// event is what Stripe sends of a charge, of about 2 KB.
func event(name, order string) []byte {
	return []byte(`{"id":"` + name + `","object":"event","type":"charge.updated","api_version":"2023-10-16","created":1772452800,` +
		`"data":{"object":{"id":"ch_1","object":"charge","metadata":{"order":"` + order + `"},"description":"` + strings.Repeat("What was sold. ", 120) + `"}}}`)
}

// BenchmarkWebhook is verify, store, answer 200 over HTTP, and the same row inserted by pgx if it is absent. A replay must write nothing.
func BenchmarkWebhook(b *testing.B) {
	h := newHouse(b)
	server := httptest.NewServer(h.hooks())
	b.Cleanup(server.Close)
	bare := h.barePool(h.pool.Config().MaxConns)
	head := "POST /webhooks/stripe HTTP/1.1\r\nHost: billing\r\nContent-Type: application/json\r\n"
	request := func(payload []byte) []byte {
		return fmt.Appendf(nil, "%sStripe-Signature: %s\r\nContent-Length: %d\r\n\r\n%s", head, sign(payload, simtest.WebhookSecret, h.clock.Wall()), len(payload), payload)
	}
	type side struct {
		sent int
		last string
	}
	var ours, limits [hooksAtOnce]side
	// next is the id of a client's next event; each tenth is the one before it again.
	next := func(s *side) string {
		if s.sent++; s.sent%10 != 0 {
			s.last = id.New("evt")
		}
		return s.last
	}
	now := h.clock.Now()
	turns.Race{
		Clients: hooksAtOnce,
		Ours:    turns.HTTP(b, server.URL, func(c int) []byte { return request(event(next(&ours[c]), id.New("order"))) }),
		Limit: func(c int) error {
			name := next(&limits[c])
			_, err := bare.Exec(b.Context(), bareWebhook, name, now, string(event(name, id.New("order"))))
			return err
		},
	}.Run(b)

	// A row that was written again has another version.
	versions := func() string {
		text, err := scalarText(h, `select (select count(*) || ' ' || max(xmin::text::bigint) from billing.stripe_event) || ' '
			|| (select count(*) || ' ' || max(xmin::text::bigint) || ' ' || sum(seq) from billing.hint)`)
		h.no(err)
		return text
	}
	before := versions()
	payload := event(ours[0].last, id.New("order"))
	if err := h.svc.Webhook(b.Context(), rail.PlatformEndpoint, payload, sign(payload, simtest.WebhookSecret, h.clock.Wall())); err != nil {
		b.Fatal(err)
	}
	if after := versions(); after != before {
		b.Errorf("a replay wrote: %s, then %s", before, after)
	}
}

func scalarText(h *house, sql string) (text string, err error) {
	err = h.pool.QueryRow(h.ctx(), sql).Scan(&text)
	return text, err
}
