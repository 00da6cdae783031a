package stripesim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/workfluence/workfluence/internal/id"
)

// RecordEnv names the directory into which tests record their traffic for billing/contract.
const RecordEnv = "WORKFLUENCE_RECORD"

// Exchange is one recorded request with its answer.
type Exchange struct {
	Method  string          `json:"method"`
	Path    string          `json:"path"`
	Query   string          `json:"query,omitempty"`
	Body    string          `json:"body,omitempty"`
	Account string          `json:"account,omitempty"`
	Version string          `json:"version,omitempty"`
	Status  int             `json:"status"`
	Answer  json.RawMessage `json:"answer,omitempty"`
}

// Recorder writes the API traffic that passes through it as JSON lines, one file per recorder.
type Recorder struct {
	mu   sync.Mutex
	file *os.File
}

// NewRecorder makes a recorder that writes into dir; name starts the name of its file.
func NewRecorder(dir, name string) (*Recorder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("stripesim: %w", err)
	}
	f, err := os.Create(filepath.Join(dir, id.New(name)+".jsonl"))
	if err != nil {
		return nil, fmt.Errorf("stripesim: %w", err)
	}
	return &Recorder{file: f}, nil
}

// Wrap records what h answers under /v1/.
func (rec *Recorder) Wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/v1/") {
			h.ServeHTTP(w, r)
			return
		}
		sent, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
		if err != nil {
			http.Error(w, "unreadable", http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(sent))
		got := &kept{header: http.Header{}, code: http.StatusOK}
		defer func() {
			if p := recover(); p != nil {
				got.copyTo(w) // the simulator breaks this connection on purpose
				_ = http.NewResponseController(w).Flush()
				panic(p)
			}
		}()
		h.ServeHTTP(got, r)
		x := Exchange{
			Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Body: string(sent), Account: r.Header.Get("Stripe-Account"),
			Version: r.Header.Get("Stripe-Version"), Status: got.code,
		}
		if json.Valid(got.body.Bytes()) {
			x.Answer = got.body.Bytes()
		}
		rec.write(x)
		got.copyTo(w)
	})
}

func (k *kept) copyTo(w http.ResponseWriter) {
	maps.Copy(w.Header(), k.header)
	w.WriteHeader(k.code)
	_, _ = w.Write(k.body.Bytes())
}

// kept is an answer that was caught on its way.
type kept struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

// Flush has nothing to do: what is kept is written when the handler is done.
func (k *kept) Flush() {}

func (k *kept) Header() http.Header         { return k.header }
func (k *kept) WriteHeader(code int)        { k.code = code }
func (k *kept) Write(b []byte) (int, error) { return k.body.Write(b) }

func (rec *Recorder) write(x Exchange) {
	line, err := json.Marshal(x)
	if err != nil {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	_, _ = rec.file.Write(append(line, '\n'))
}
