package reviewapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/workfluence/workfluence/internal/call"
)

// Receipt is the file that proves a decision: one line of JSON, which must be kept as it is (docs/receipts.md).
type Receipt struct{ raw []byte }

// NewReceipt is a receipt of a file.
func NewReceipt(file []byte) *Receipt { return &Receipt{raw: file} }

// File is the receipt as it is kept, with its line end.
func (r Receipt) File() []byte { return append(json.RawMessage{}, r.raw...) }

// ReadyJSON is the file: it is handed on byte by byte.
func (r Receipt) ReadyJSON() []byte { return r.raw }

// MarshalJSON is the file without its line end.
func (r Receipt) MarshalJSON() ([]byte, error) { return json.RawMessage(r.raw).MarshalJSON() }

// UnmarshalJSON keeps the file as it came.
func (r *Receipt) UnmarshalJSON(b []byte) error {
	r.raw = append(append([]byte{}, b...), '\n')
	return nil
}

// Log is what the transparency log is now: how many rows, what was signed for them, and the public keys of the house.
type Log struct {
	Size       int64  `json:"size"`
	Checkpoint string `json:"checkpoint"` // a signed note, "" for a log without a row
	Keys       string `json:"keys"`       // the key file
}

// LogRows are rows of the log, each a line. Next is where to go on; there are none when Rows is empty.
type LogRows struct {
	Rows []string `json:"rows"`
	Next int64    `json:"next"`
}

// Receipt is the file that proves a decision about a submission of the caller's. ErrReceiptPending in the first moments,
// ErrReceiptErased when what it says is gone.
func (c *Client) Receipt(ctx context.Context, submissionID, decisionID string) (Receipt, error) {
	return call.Do[Receipt](ctx, c.hc, http.MethodGet, path("/api/v1/submissions/%s/decisions/%s/receipt", submissionID, decisionID), nil)
}

// Log is the state of the transparency log. For everybody.
func (c *Client) Log(ctx context.Context) (Log, error) {
	return call.Do[Log](ctx, c.hc, http.MethodGet, base+"/api/v1/review-log", nil)
}

// LogRows are rows of the log from an index on, a thousand at most. For everybody.
func (c *Client) LogRows(ctx context.Context, from int64) (LogRows, error) {
	return call.Do[LogRows](ctx, c.hc, http.MethodGet, base+"/api/v1/review-log/rows?"+url.Values{"from": {strconv.FormatInt(from, 10)}}.Encode(), nil)
}
