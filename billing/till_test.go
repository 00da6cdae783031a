package billing

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/pg"
)

type simObject struct {
	ID       string            `json:"id"`
	Object   string            `json:"object"`
	Status   string            `json:"status"`
	Amount   int64             `json:"amount"`
	Metadata map[string]string `json:"metadata"`
	Raw      json.RawMessage   `json:"-"`
}

// simObjects asks the simulator what it holds, past billing.
func simObjects(url, kind string) ([]simObject, error) {
	res, err := http.Get(url + "/_sim/objects/" + kind)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var out []simObject
	return out, json.NewDecoder(res.Body).Decode(&out)
}

// charge is the newest charge at the till.
func (h *house) charge() string {
	h.t.Helper()
	all, err := simObjects(h.sim.URL, "charges")
	h.no(err)
	return all[len(all)-1].ID
}

// dashboardRefund makes a refund past billing, as a person in Stripe's dashboard does.
func (h *house) dashboardRefund(charge string, amount int64) {
	h.t.Helper()
	form := url.Values{"charge": {charge}, "amount": {strconv.FormatInt(amount, 10)}}
	req, err := http.NewRequestWithContext(h.ctx(), http.MethodPost, h.sim.URL+"/v1/refunds", strings.NewReader(form.Encode()))
	h.no(err)
	req.SetBasicAuth(simtest.Key, "")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	h.no(err)
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		h.t.Fatalf("dashboard refund: %s", res.Status)
	}
}

// resend delivers every event of a type again.
func (h *house) resend(kind string) {
	h.t.Helper()
	n := 0
	for _, ev := range h.tillEvents() {
		if ev.Type == kind && h.sim.Resend(ev.ID) {
			n++
		}
	}
	if n == 0 {
		h.t.Fatalf("the till never told %s", kind)
	}
	h.settle()
}

// failPayout lets the bank return a payout.
func (h *house) failPayout(payoutID, code string) {
	h.t.Helper()
	h.failPayoutUnheard(payoutID, code)
	h.settle()
}

func (h *house) failPayoutUnheard(payoutID, code string) {
	h.t.Helper()
	p, err := one[Payout](h.ctx(), h.pool, "Payout", args{"id": payoutID})
	h.no(err)
	if !h.sim.FailPayout(text(p.StripeID), code) {
		h.t.Fatal("the till does not know the payout")
	}
}

func (h *house) count(sql string) int {
	h.t.Helper()
	n, err := pg.Scalar[int](h.ctx(), h.pool, sql)
	h.no(err)
	return n
}

// post delivers a webhook with a signature of one's own choice.
func (h *house) post(signature string, payload []byte) int {
	h.t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/webhooks/stripe", bytes.NewReader(payload))
	r.Header.Set("Stripe-Signature", signature)
	h.hooks().ServeHTTP(w, r)
	return w.Code
}

func sign(payload []byte, secret string, at time.Time) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%d.%s", at.Unix(), payload)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
}

// wire counts the requests that billing makes.
type wire struct {
	mu   sync.Mutex
	seen []string
	down atomic.Bool // nothing gets through
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.seen = append(w.seen, r.Method+" "+r.URL.Path)
	w.mu.Unlock()
	if w.down.Load() {
		return nil, errors.New("connection refused")
	}
	return http.DefaultTransport.RoundTrip(r)
}

// posts counts writes to a path.
func (h *house) posts(path string) int { return h.calls("POST " + path) }

// calls counts the requests that begin so.
func (h *house) calls(prefix string) int {
	h.wire.mu.Lock()
	defer h.wire.mu.Unlock()
	n := 0
	for _, s := range h.wire.seen {
		if strings.HasPrefix(s, prefix) {
			n++
		}
	}
	return n
}
