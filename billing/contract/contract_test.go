package contract

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/workfluence/workfluence/billing/stripesim"
)

var document = sync.OnceValues(Load)

func load(t *testing.T) *Document {
	t.Helper()
	d, err := document()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// recorded reads the traffic of a directory.
func recorded(t *testing.T, dir string) []stripesim.Exchange {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var out []stripesim.Exchange
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		in := bufio.NewReaderSize(f, 1<<20)
		for {
			line, err := in.ReadBytes('\n')
			if err != nil {
				break
			}
			var x stripesim.Exchange
			if err := json.Unmarshal(line, &x); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			out = append(out, x)
		}
		f.Close()
	}
	return out
}

// deliberate says that a test sent this request to see it refused by its form.
func deliberate(x stripesim.Exchange) bool {
	var a struct {
		Error struct {
			Code, Message string
		} `json:"error"`
	}
	_ = json.Unmarshal(x.Answer, &a)
	return x.Status >= 400 && (a.Error.Code == "" || strings.HasPrefix(a.Error.Code, "parameter_"))
}

// judge holds traffic against the document.
func judge(t *testing.T, traffic []stripesim.Exchange) {
	t.Helper()
	d := load(t)
	seen, failures := map[string]bool{}, 0
	for _, x := range traffic {
		if failures > 20 {
			t.Fatal("more than 20 exchanges do not fit; the rest is not shown")
		}
		shape := x.Method + x.Path + x.Query + x.Body + string(x.Answer)
		if seen[shape] {
			continue
		}
		seen[shape] = true
		if !deliberate(x) {
			if err := d.Request(x); err != nil {
				failures++
				t.Errorf("F1 %s %s?%s %s\n%v", x.Method, x.Path, x.Query, x.Body, err)
			}
		}
		if len(x.Answer) == 0 {
			continue // broken on purpose
		}
		if _, ok := d.find(x.Method, x.Path); !ok {
			continue // a test asked for an address that Stripe does not have
		}
		if err := d.Answer(x); err != nil {
			failures++
			t.Errorf("F2 %s %s → %d %s\n%v", x.Method, x.Path, x.Status, clip(x.Answer), err)
		}
	}
	t.Logf("%d exchanges, %d different", len(traffic), len(seen))
}

func clip(b []byte) string { return string(b[:min(len(b), 1500)]) }

// TestRecordedTraffic judges what the tests of billing recorded; `make test` runs them first with the directory set.
func TestRecordedTraffic(t *testing.T) {
	dir := os.Getenv(stripesim.RecordEnv)
	if dir == "" {
		t.Skip("set " + stripesim.RecordEnv + " to a directory that billing's tests recorded into")
	}
	traffic := recorded(t, dir)
	if len(traffic) == 0 {
		t.Fatal("nothing was recorded")
	}
	judge(t, traffic)
}

// TestTheJudgeIsStrict breaks good traffic in the ways that matter and sees each of them refused.
func TestTheJudgeIsStrict(t *testing.T) {
	d := load(t)
	transfer := "amount=9000&currency=usd&destination=acct_1"
	for name, x := range map[string]stripesim.Exchange{
		"unknown":             {Method: "POST", Path: "/v1/transfers", Body: transfer + "&foo=1"},
		"unknown nested":      {Method: "POST", Path: "/v1/checkout/sessions", Body: "mode=payment&payment_intent_data[transfer_data][foo]=1&payment_intent_data[transfer_data][destination]=a"},
		"missing":             {Method: "POST", Path: "/v1/transfers", Body: "amount=9000&currency=usd"},
		"wrong type":          {Method: "POST", Path: "/v1/transfers", Body: "amount=abc&currency=usd&destination=acct_1"},
		"too long":            {Method: "POST", Path: "/v1/payouts", Body: "amount=1&currency=usd&statement_descriptor=" + strings.Repeat("x", 40)},
		"bad enumeration":     {Method: "POST", Path: "/v1/checkout/sessions", Body: "mode=gift"},
		"no such address":     {Method: "POST", Path: "/v1/wishes"},
		"another API version": {Method: "POST", Path: "/v1/transfers", Body: transfer, Version: "2020-08-27"},
		"unknown filter":      {Method: "GET", Path: "/v1/transfers", Query: "colour=red"},
	} {
		if d.Request(x) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	good := `{"id":"trr_1","object":"transfer_reversal","amount":1,"balance_transaction":null,"created":1,"currency":"usd",` +
		`"destination_payment_refund":null,"metadata":{},"source_refund":null,"transfer":"tr_1"}`
	path := "/v1/transfers/tr_1/reversals"
	if err := d.Answer(stripesim.Exchange{Method: "POST", Path: path, Status: 200, Answer: []byte(good)}); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"missing":    {`"amount":1,`, ``},
		"null":       {`"amount":1`, `"amount":null`},
		"type":       {`"amount":1`, `"amount":"1"`},
		"object":     {`"transfer_reversal"`, `"refund"`},
		"unknown":    {`"amount":1`, `"amount":1,"colour":"red"`},
		"expandable": {`"tr_1"`, `{"id":"tr_1"}`},
	} {
		bad := bytes.Replace([]byte(good), []byte(change[0]), []byte(change[1]), 1)
		if d.Answer(stripesim.Exchange{Method: "POST", Path: path, Status: 200, Answer: bad}) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
