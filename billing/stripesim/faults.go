package stripesim

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Fault modes: where in a request the fault strikes.
const (
	FaultBefore      = "before"       // the connection breaks before anything is executed
	FaultAfter       = "after"        // executed and stored, then the connection breaks without an answer
	FaultStored500   = "stored_500"   // not executed; a 500 is stored under the key and repeated forever
	FaultExecuted500 = "executed_500" // executed, yet a 500 is answered and stored under the key
	FaultConflict    = "conflict"     // 409, not stored
	FaultRate        = "rate_limit"   // 429, not stored
	FaultLock        = "lock_timeout" // 429 with lock_timeout, not stored
	FaultLatency     = "latency"      // waits, with the key in use, then executes
	FaultBroken      = "broken"       // executed and stored, then half an answer with status 200
	FaultError       = "error"        // Status and Code of one's own, stored, not executed
)

// Fault is trouble for requests that match: Skip of them pass, then Count are struck (0 means one).
type Fault struct {
	Mode    string `json:"mode"`
	Method  string `json:"method,omitempty"` // empty is any
	Path    string `json:"path,omitempty"`   // a prefix such as /v1/transfers; empty is any
	Account string `json:"account,omitempty"`
	Skip    int    `json:"skip,omitempty"`
	Count   int    `json:"count,omitempty"`
	Latency int    `json:"latency_ms,omitempty"`
	Status  int    `json:"status,omitempty"`
	Code    string `json:"code,omitempty"`
	Struck  int    `json:"struck"`
}

type faults struct {
	mu   sync.Mutex
	list []*Fault
}

// Inject adds a fault. The first one that matches a request strikes it.
func (s *Sim) Inject(f Fault) {
	if f.Count == 0 {
		f.Count = 1
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, &f)
}

// ClearFaults removes every fault.
func (s *Sim) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

// Faults lists the faults with how often each struck.
func (s *Sim) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	out := make([]Fault, 0, len(s.faults.list))
	for _, f := range s.faults.list {
		out = append(out, *f)
	}
	return out
}

// fault is the trouble of one request; nil is none.
type fault struct{ Fault }

func (fs *faults) take(r *http.Request, c *call) *fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, f := range fs.list {
		if f.Struck >= f.Count || f.Method != "" && f.Method != r.Method || !strings.HasPrefix(r.URL.Path, f.Path) ||
			f.Account != "" && f.Account != c.account.ID {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		f.Struck++
		return &fault{*f}
	}
	return nil
}

// before strikes where nothing was executed; true says that the request is over.
func (f *fault) before(w http.ResponseWriter, _ *http.Request) bool {
	if f == nil {
		return false
	}
	answer := func(status int, kind, code, message string) bool {
		b := &failure{Status: status, Kind: kind, Code: code, Message: message}
		write(w, (&call{}).fail(b))
		return true
	}
	switch f.Mode {
	case FaultBefore:
		drop(w)
		return true
	case FaultConflict:
		return answer(409, idempotency, "idempotency_key_in_use", "Injected: another request holds this key.")
	case FaultRate:
		return answer(429, invalidRequest, "rate_limit", "Injected: too many requests.")
	case FaultLock:
		return answer(429, invalidRequest, "lock_timeout", "Injected: the object is locked.")
	}
	return false
}

// pause waits while the key is in use.
func (f *fault) pause(ctx context.Context) {
	if f == nil || f.Latency <= 0 {
		return
	}
	t := time.NewTimer(time.Duration(f.Latency) * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// stored gives the error that is answered, and kept, in place of the result.
func (f *fault) stored() (*failure, bool) {
	if f == nil {
		return nil, false
	}
	switch f.Mode {
	case FaultStored500, FaultExecuted500:
		return &failure{Status: 500, Kind: apiFault, Message: "Injected: an internal error."}, true
	case FaultError:
		return &failure{Status: max(f.Status, 400), Kind: invalidRequest, Code: f.Code, Message: "Injected: " + f.Code}, true
	}
	return nil, false
}

func (f *fault) execute() bool { return f.Mode == FaultExecuted500 }

// after writes the answer, or what is left of it.
func (f *fault) after(w http.ResponseWriter, out reply) {
	switch {
	case f != nil && f.Mode == FaultAfter:
		drop(w)
	case f != nil && f.Mode == FaultBroken:
		out.body = bytes.Clone(out.body[:len(out.body)/2])
		write(w, out)
	default:
		write(w, out)
	}
}

// drop breaks the connection inside of the answer's body. Had not one byte of an answer arrived, net/http would send a request with an
// Idempotency-Key again by itself when the connection had been used before, and the fault would go unnoticed (money.md §1.3).
func drop(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "1000")
	w.WriteHeader(http.StatusOK)
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}
