package stripesim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Chaos is what happens to webhooks on their way. Percentages are of deliveries, drawn from Seed.
type Chaos struct {
	Hold      bool     `json:"hold"`           // nothing is delivered until it is set back
	Drop      int      `json:"drop_percent"`   // lost, never retried: only /v1/events and balance transactions still know
	Duplicate int      `json:"repeat_percent"` // delivered twice
	Reorder   int      `json:"reorder_ms"`     // each waits a random time up to this
	DropTypes []string `json:"drop_types"`
	Seed      uint64   `json:"seed"`
}

// retries are the pauses after a failed delivery, on the wall clock; the last one repeats. Stripe's own are unpublished [UNV].
var retries = []time.Duration{
	250 * time.Millisecond, time.Second, 3 * time.Second, 10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour,
}

const maxTries = 30

type parcel struct {
	event    *event
	endpoint string
	tries    int
}

// courier carries events to endpoints. Deliveries run beside each other: their order is not kept, as with Stripe.
type courier struct {
	sim    *Sim
	client *http.Client

	mu      sync.Mutex
	wake    *sync.Cond
	queue   []parcel
	later   []parcel // waiting for a retry
	busy    int
	stopped bool
	chaos   Chaos
	dice    *rand.Rand
}

const carriers = 6

func newCourier(s *Sim) *courier {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = carriers
	t.Proxy = nil
	c := &courier{
		sim: s, dice: rand.New(rand.NewPCG(1, 2)),
		client: &http.Client{
			Transport: t, Timeout: 10 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	c.wake = sync.NewCond(&c.mu)
	return c
}

// start runs the carriers until the returned func is called.
func (c *courier) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	c.mu.Lock()
	c.stopped = false
	c.mu.Unlock()
	var wg sync.WaitGroup
	for range carriers {
		wg.Go(func() { c.carry(ctx) })
	}
	return func() {
		cancel()
		c.mu.Lock()
		c.stopped = true
		c.mu.Unlock()
		c.wake.Broadcast()
		wg.Wait()
		c.client.CloseIdleConnections()
	}
}

// send queues an event for every endpoint it waits for, or lets chaos have it.
func (c *courier) send(e *event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, ep := range e.Waiting {
		if slices.Contains(c.chaos.DropTypes, e.Type) || c.dice.IntN(100) < c.chaos.Drop {
			continue
		}
		n := 1
		if c.dice.IntN(100) < c.chaos.Duplicate {
			n = 2
		}
		for range n {
			p := parcel{event: e, endpoint: ep}
			if c.chaos.Reorder > 0 {
				c.postpone(p, time.Duration(c.dice.IntN(c.chaos.Reorder+1))*time.Millisecond)
				continue
			}
			c.queue = append(c.queue, p)
		}
	}
	c.wake.Broadcast()
}

// resume queues what the journal says was never taken.
func (c *courier) resume(e *event) {
	for _, ep := range e.Waiting {
		c.queue = append(c.queue, parcel{event: e, endpoint: ep})
	}
}

// postpone puts a parcel back after a pause; the lock is held.
func (c *courier) postpone(p parcel, pause time.Duration) {
	c.later = append(c.later, p)
	time.AfterFunc(pause, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		i := slices.Index(c.later, p)
		if i < 0 {
			return // was flushed
		}
		c.later = slices.Delete(c.later, i, i+1)
		c.queue = append(c.queue, p)
		c.wake.Broadcast()
	})
}

// flush delivers now what waits for a retry.
func (c *courier) flush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = append(c.queue, c.later...)
	c.later = nil
	c.wake.Broadcast()
}

func (c *courier) setChaos(ch Chaos) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.chaos = ch
	c.dice = rand.New(rand.NewPCG(ch.Seed, 2))
	c.wake.Broadcast()
}

func (c *courier) quiet() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.busy == 0 && (len(c.queue) == 0 || c.chaos.Hold)
}

func (c *courier) carry(ctx context.Context) {
	for {
		c.mu.Lock()
		for !c.stopped && (len(c.queue) == 0 || c.chaos.Hold) {
			c.wake.Wait()
		}
		if c.stopped {
			c.mu.Unlock()
			return
		}
		p := c.queue[0]
		c.queue = c.queue[1:]
		c.busy++
		c.mu.Unlock()

		taken := c.deliver(ctx, p)

		c.mu.Lock()
		c.busy--
		if !taken && !c.stopped && p.tries+1 < maxTries {
			p.tries++
			c.postpone(p, retries[min(p.tries, len(retries))-1])
		}
		c.mu.Unlock()
	}
}

// deliver posts one event and reports whether the endpoint took it (any 2xx) or is gone.
func (c *courier) deliver(ctx context.Context, p parcel) bool {
	url, key, body, ok := c.sim.wrap(p)
	if !ok {
		return true
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
	req.Header.Set("Stripe-Signature", sign(body, key, c.sim.cfg.Clock.Wall()))
	res, err := c.client.Do(req)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16))
	_ = res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return false
	}
	c.sim.delivered(p)
	return true
}

// sign makes a Stripe-Signature header: HMAC-SHA256 over "time.body". [DOC webhooks signatures]
func sign(body []byte, secret string, at time.Time) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "%d.", at.Unix())
	mac.Write(body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
}

// wrap makes the body of a delivery, or false when its endpoint is gone.
func (s *Sim) wrap(p parcel) (url, key string, body []byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ep, ok := s.tables.endpoints.get(p.endpoint)
	if !ok {
		return "", "", nil, false
	}
	body, err := json.Marshal(renderEvent(p.event))
	return ep.URL, ep.Secret, body, err == nil
}

// delivered notes that an endpoint took an event.
func (s *Sim) delivered(p parcel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, kept := s.tables.events.get(p.event.ID)
	if i := slices.Index(p.event.Waiting, p.endpoint); i >= 0 && kept {
		p.event.Waiting = slices.Delete(slices.Clone(p.event.Waiting), i, i+1)
		s.dirty = append(s.dirty, &waiting{head: p.event.head, For: p.event.Waiting})
		s.commit()
	}
}
