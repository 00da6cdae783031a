package review

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// prover is review as far as the pages of receipts need it.
type prover struct {
	fake
	asked []reviewapi.VerifyReceipt
}

func (p *prover) Log(context.Context) (reviewapi.Log, error) {
	return reviewapi.Log{Size: 3, Keys: "workfluence.example/log+00000000+key"}, nil
}

func (p *prover) LogRows(_ context.Context, from int64) (reviewapi.LogRows, error) {
	rows := []string{`{"at":"2026-11-24T09:41:00Z","commitment":"sha256:0","v":1}`, `{"at":"2026-11-24T09:42:00Z","commitment":"sha256:1","v":1}`, `{"at":"2026-11-24T09:43:00Z","commitment":"sha256:2","v":1}`}
	return reviewapi.LogRows{Rows: rows[from:], Next: 3}, nil
}

func (p *prover) VerifyReceipt(_ context.Context, in reviewapi.VerifyReceipt) (reviewapi.Verification, error) {
	p.asked = append(p.asked, in)
	if strings.TrimSpace(in.Receipt) == "" {
		return reviewapi.Verification{}, problem.ErrInvalid.WithField("/receipt", "required", "is required")
	}
	if !strings.HasPrefix(in.Receipt, "{") {
		return reviewapi.Verification{Part: "file"}, nil
	}
	says := storySays()
	return reviewapi.Verification{Holds: true, Compared: in.Text != nil, Says: &says}, nil
}

// The page of a row that a printed code leads to says when, and nothing of what; a number that is in no row is said to be none.
func TestVerifyShowsARowOfTheLog(t *testing.T) {
	t.Parallel()
	b := browserOf(t, &prover{})
	for query, want := range map[string]string{
		"": "Does this receipt hold?", "?row=2": "2026-11-24T09:42:00Z", "?row=3": "sha256:2", "?row=4": "There is no row 4", "?row=0": "There is no row 0",
		"?row=-1": "There is no row -1", "?row=x": "There is no row x", "?row=99999999999999999999": "There is no row 99999999999999999999",
	} {
		w := b.do(http.MethodGet, "/verify"+query, nil)
		if page := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(page, want) {
			t.Errorf("%q: %d without %q", query, w.Code, want)
		}
	}
}

// Without a script the server verifies: the line end that a form takes away is put back, and empty fields are not compared.
func TestVerifyWithoutAScript(t *testing.T) {
	t.Parallel()
	p := &prover{}
	b := browserOf(t, p)
	w := b.do(http.MethodPost, "/verify", url.Values{"receipt": {"{}\r\n"}, "text": {"Hello"}, "title": {" "}})
	if page := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(page, "It holds") || !strings.Contains(page, "exactly those") {
		t.Errorf("%d %s", w.Code, page)
	}
	if in := p.asked[0]; in.Receipt != "{}\n" || in.Text == nil || *in.Text != "Hello" || in.Title != nil || in.Caption != nil {
		t.Errorf("%+v", in)
	}
	w = b.do(http.MethodPost, "/verify", url.Values{"receipt": {"nonsense"}})
	if page := w.Body.String(); !strings.Contains(page, "It does not hold") || !strings.Contains(page, "a character of it has been changed") {
		t.Errorf("%d %s", w.Code, page)
	}
	if w = b.do(http.MethodPost, "/verify", url.Values{"receipt": {""}, "text": {"kept"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "kept") {
		t.Errorf("%d", w.Code)
	}
}

// The code that is printed leads to the row of the log: it is a square of squares with a quiet zone around it.
func TestQRPath(t *testing.T) {
	t.Parallel()
	code, err := qrPath("https://workfluence.example" + rowPath(1203))
	if err != nil || code.size < 29 || !strings.HasPrefix(code.path, "M4 4h7v1h-7z") {
		t.Errorf("%v %d %.40s", err, code.size, code.path)
	}
	if rowPath(0) != "/verify?row=1" {
		t.Error(rowPath(0))
	}
}
