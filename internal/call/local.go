package call

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// stripped passes deadline and cancellation on and keeps every value back.
type stripped struct{ context.Context }

func (stripped) Value(any) any { return nil }

// early is how much of an answer is kept before the caller gets to see it: a
// small answer is whole by then and costs no pipe.
const early = 32 << 10

// hands are goroutines that have run a handler and wait for the next. One that is kept has its stack already: a new one grows it, by
// copying, through every layer of a request.
var hands = make(chan func())

// restful is how long a hand waits for work before it ends.
const restful = 5 * time.Second

// inHand runs work in a goroutine of its own, at once.
func inHand(work func()) {
	select {
	case hands <- work:
	default:
		go hand(work)
	}
}

func hand(work func()) {
	rest := time.NewTimer(restful)
	defer rest.Stop()
	for {
		work()
		rest.Reset(restful)
		var more bool
		if work, more = next(rest.C); !more {
			return
		}
	}
}

// next is the work that comes before rest is over. It is a function so that a hand at rest holds no request.
func next(rest <-chan time.Time) (func(), bool) {
	select {
	case work := <-hands:
		return work, true
	case <-rest:
		return nil, false
	}
}

// dispatch runs the handler in its own goroutine and gives its answer as soon
// as its head is known and either all of the body or the first piece is.
func dispatch(req *http.Request, h http.Handler) (*http.Response, error) {
	ctx, cancel := context.WithCancel(stripped{req.Context()})
	in := req.WithContext(ctx)
	in.RequestURI = req.URL.RequestURI()
	in.RemoteAddr = "127.0.0.1:0" // a remote call has an address too
	in.Proto, in.ProtoMajor, in.ProtoMinor = "HTTP/1.1", 1, 1
	if in.Host == "" {
		in.Host = req.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := &answer{head: http.Header{}, ready: make(chan struct{}), cancel: cancel}
	inHand(func() {
		defer func() {
			fault := recover()
			_ = in.Body.Close()
			w.finish(fault)
		}()
		h.ServeHTTP(w, in)
	})
	select {
	case <-w.ready:
	case <-ctx.Done():
		// The handler sees the same end; its goroutine closes what it holds.
		err := context.Cause(ctx)
		cancel()
		return nil, err
	}
	return w.response(req), nil
}

// answer is the ResponseWriter of a call in the process.
type answer struct {
	head   http.Header
	cancel context.CancelFunc

	mu     sync.Mutex
	code   int
	sent   http.Header // head as it was when written
	first  bytes.Buffer
	pipe   *io.PipeWriter
	body   io.ReadCloser
	opened bool
	ready  chan struct{}
}

func (w *answer) Header() http.Header { return w.head }

func (w *answer) WriteHeader(code int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writeHeader(code)
}

func (w *answer) writeHeader(code int) {
	if w.code != 0 || code < 200 {
		return
	}
	w.code, w.sent = code, w.head.Clone()
}

func (w *answer) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.writeHeader(http.StatusOK)
	if w.pipe == nil && w.first.Len()+len(p) <= early {
		defer w.mu.Unlock()
		return w.first.Write(p)
	}
	w.stream()
	pipe := w.pipe
	w.mu.Unlock()
	return pipe.Write(p)
}

// Flush hands over what there is, as a remote server would.
func (w *answer) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writeHeader(http.StatusOK)
	w.stream()
}

// SetWriteDeadline is accepted: the context ends a call in the process.
func (w *answer) SetWriteDeadline(time.Time) error { return nil }

// SetReadDeadline is accepted, as SetWriteDeadline is.
func (w *answer) SetReadDeadline(time.Time) error { return nil }

// stream opens the pipe behind what was kept so far.
func (w *answer) stream() {
	if w.pipe != nil {
		return
	}
	r, pw := io.Pipe()
	w.pipe = pw
	w.open(struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(bytes.Clone(w.first.Bytes())), r), r})
}

func (w *answer) open(body io.ReadCloser) {
	if !w.opened {
		w.opened, w.body = true, body
		close(w.ready)
	}
}

// finish ends the answer; a panic is a 500, or a broken body when the head
// has gone already.
func (w *answer) finish(fault any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pipe != nil {
		if fault != nil {
			_ = w.pipe.CloseWithError(fmt.Errorf("call: handler failed: %w", io.ErrUnexpectedEOF))
		} else {
			_ = w.pipe.Close()
		}
		return
	}
	if fault != nil {
		w.code, w.sent = http.StatusInternalServerError, http.Header{}
		w.first.Reset()
	}
	w.writeHeader(http.StatusOK)
	w.open(io.NopCloser(bytes.NewReader(w.first.Bytes())))
}

func (w *answer) response(req *http.Request) *http.Response {
	w.mu.Lock()
	defer w.mu.Unlock()
	length := int64(-1)
	if w.pipe == nil {
		length = int64(w.first.Len())
	}
	if s := w.sent.Get("Content-Length"); s != "" {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			length = n
		}
	}
	return &http.Response{
		Status: strconv.Itoa(w.code) + " " + http.StatusText(w.code), StatusCode: w.code,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: &closing{w.body, w.cancel}, ContentLength: length, Request: req,
	}
}

// closing ends the handler's context with the body: a caller that stops
// reading stops the work.
type closing struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (c *closing) Close() error {
	err := c.ReadCloser.Close()
	c.cancel()
	return err
}

func (c *closing) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		c.cancel()
	}
	return n, err
}
