package rail

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/clock"
)

func sign(body, secret string, at time.Time) string {
	m := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(m, "%d.%s", at.Unix(), body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(m.Sum(nil)))
}

func eventBody(version string, created time.Time) string {
	return fmt.Sprintf(`{"id":"evt_1","object":"event","api_version":%q,"created":%d,"type":"transfer.created","account":"acct_1",`+
		`"data":{"object":{"id":"tr_1","object":"transfer"}}}`, version, created.Unix())
}

// The verification half of money.md case 55; the replayed body is billing's to ignore.
func TestVerifyRefusesForgedWebhooks(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r, err := New(Config{Key: "sk_test_x", WebhookSecret: "whsec_a", ConnectSecret: "whsec_b", Clock: clock.NewFake(now)})
	if err != nil {
		t.Fatal(err)
	}
	silent, err := New(Config{Key: "sk_test_x", Clock: clock.NewFake(now)})
	if err != nil {
		t.Fatal(err)
	}
	body := eventBody(APIVersion, now)
	for _, c := range []struct {
		name     string
		rail     *Rail
		endpoint Endpoint
		body     string
		header   string
		ok       bool
	}{
		{"right", r, PlatformEndpoint, body, sign(body, "whsec_a", now), true},
		{"connect", r, ConnectEndpoint, body, sign(body, "whsec_b", now), true},
		{"the other endpoint's secret", r, ConnectEndpoint, body, sign(body, "whsec_a", now), false},
		{"wrong secret", r, PlatformEndpoint, body, sign(body, "whsec_x", now), false},
		{"empty secret configured", silent, PlatformEndpoint, body, sign(body, "", now), false},
		{"300 s old", r, PlatformEndpoint, body, sign(body, "whsec_a", now.Add(-300*time.Second)), true},
		{"301 s old", r, PlatformEndpoint, body, sign(body, "whsec_a", now.Add(-301*time.Second)), false},
		{"301 s ahead", r, PlatformEndpoint, body, sign(body, "whsec_a", now.Add(301*time.Second)), false},
		{"1 h ahead", r, PlatformEndpoint, body, sign(body, "whsec_a", now.Add(time.Hour)), false},
		{"one more space", r, PlatformEndpoint, body + " ", sign(body, "whsec_a", now), false},
		{"second secret rolling in", r, PlatformEndpoint, body, sign(body, "whsec_new", now) + "," + sign(body, "whsec_a", now)[len("t=1772366400,"):], true},
		{"two times", r, PlatformEndpoint, body, sign(body, "whsec_a", now) + fmt.Sprintf(",t=%d", now.Unix()), false},
		{"v0 only", r, PlatformEndpoint, body, fmt.Sprintf("t=%d,v0=00", now.Unix()), false},
		{"unsigned", r, PlatformEndpoint, body, "", false},
	} {
		ev, err := c.rail.Verify(c.endpoint, []byte(c.body), c.header)
		if c.ok != (err == nil) || (!c.ok && !errors.Is(err, ErrSignature)) {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.ok && (ev.ID != "evt_1" || ev.ObjectID != "tr_1" || ev.Account != "acct_1" || ev.ForeignVersion) {
			t.Errorf("%s: %+v", c.name, ev)
		}
	}
	late := eventBody(APIVersion, now.Add(time.Hour))
	if _, err := r.Verify(PlatformEndpoint, []byte(late), sign(late, "whsec_a", now)); !errors.Is(err, ErrSignature) {
		t.Errorf("created in the future: %v", err)
	}
	old := eventBody("2020-08-27", now)
	if ev, err := r.Verify(PlatformEndpoint, []byte(old), sign(old, "whsec_a", now)); err != nil || !ev.ForeignVersion {
		t.Errorf("another version must be stored, not dropped: %+v %v", ev, err)
	}
}

// FuzzParseEvent: whatever Stripe's signature stands under, reading it ends with an event that has an id and a type, or with an error.
func FuzzParseEvent(f *testing.F) {
	for _, seed := range []string{
		`{"id":"evt_1","object":"event","type":"charge.refunded","created":1,"data":{"object":{"id":"ch_1","object":"charge"}}}`,
		`{"id":"evt_1","object":"event","type":"checkout.session.completed","data":{"object":{"client_reference_id":"order_1","metadata":{}}}}`,
		`{"id":"evt_1","object":"event","type":"refund.updated","data":{"object":{"charge":{"id":"ch_1"},"metadata":null}}}`,
		`{"id":"evt_1","object":"event","type":"x","data":{"object":{"metadata":{"order":7}}}}`,
		`{"id":"evt_1","object":"event","type":"x","created":9223372036854775807,"data":null}`,
		`[]`, `{}`, `{"id":"","object":"event"}`, "\xff", `{"object":"event","id":"a","type":"b","data":{"object":[]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		ev, err := ParseEvent(payload)
		if err == nil && (ev.ID == "" || ev.Type == "") {
			t.Errorf("%q is an event without a name", payload)
		}
		if err != nil && (ev.ID != "" || ev.Order != "") {
			t.Errorf("%q is refused and read", payload)
		}
	})
}

// TestTheReadmeNamesEveryEventType: who registers the endpoints by hand reads them there.
func TestTheReadmeNamesEveryEventType(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range append(PlatformEndpoint.Types(), ConnectEndpoint.Types()...) {
		if !strings.Contains(string(readme), "`"+kind+"`") {
			t.Errorf("billing/README.md does not name %s", kind)
		}
	}
}
