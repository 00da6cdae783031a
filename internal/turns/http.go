package turns

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strconv"
	"strings"
	"testing"
)

// Get is the text of a GET request, to be sent again and again.
func Get(t testing.TB, url string, head http.Header) []byte {
	t.Helper()
	req := httptest.NewRequest(http.MethodGet, url, nil)
	for name, values := range head {
		req.Header[name] = values
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "turns")
	}
	var text bytes.Buffer
	if err := req.Write(&text); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// HTTP is work over HTTP at an address: each client sends the request that next gives over a
// connection of its own, and takes the answer, which must be a 2xx. It spends far
// less than net/http's client would, so that the server is what is measured.
func HTTP(t testing.TB, base string, next func(client int) []byte) func(client int) error {
	t.Helper()
	const most = 256
	conns := make([]*conn, most)
	t.Cleanup(func() {
		for _, c := range conns {
			if c != nil {
				_ = c.Close()
			}
		}
	})
	address := strings.TrimPrefix(base, "http://")
	return func(client int) error {
		c := conns[client]
		if c == nil {
			dialled, err := net.Dial("tcp", address)
			if err != nil {
				return err
			}
			c = &conn{dialled, bufio.NewReaderSize(dialled, 16<<10)}
			conns[client] = c
		}
		if _, err := c.Write(next(client)); err != nil {
			return err
		}
		return c.answer()
	}
}

// Always gives the same request.
func Always(request []byte) func(int) []byte { return func(int) []byte { return request } }

// conn is one keep-alive connection.
type conn struct {
	net.Conn
	in *bufio.Reader
}

var (
	lengthName = []byte("Content-Length: ")
	chunked    = []byte("Transfer-Encoding: chunked")
)

// answer reads one answer to its end.
func (c *conn) answer() error {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if len(line) < 12 || line[9] != '2' {
		rest, _ := c.in.Peek(c.in.Buffered()) // what came with it says why
		return fmt.Errorf("%s%s", line, rest)
	}
	length, pieces := 0, false
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if text, ok := bytes.CutPrefix(line, lengthName); ok {
			if length, err = strconv.Atoi(string(text)); err != nil {
				return err
			}
		}
		pieces = pieces || bytes.Equal(line, chunked)
	}
	if !pieces {
		_, err = c.in.Discard(length)
		return err
	}
	if _, err := io.Copy(io.Discard, httputil.NewChunkedReader(c.in)); err != nil {
		return err
	}
	_, err = c.in.ReadSlice('\n') // the end of the trailer
	return err
}
