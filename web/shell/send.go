package shell

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// smallest is the size in bytes from which compression is worth its time.
const smallest = 1 << 10

var packers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed+3)
	if err != nil { // the level is a constant that exists
		panic(err)
	}
	return z
}}

// send writes a page, compressed for those who take it. packed are the compressed bytes when they are known.
func send(w http.ResponseWriter, r *http.Request, status int, plain, packed []byte) {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	body := plain
	if len(plain) >= smallest && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if packed == nil {
			packed = pack(plain)
		}
		h.Set("Content-Encoding", "gzip")
		body = packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader may be gone
	}
}

func pack(plain []byte) []byte {
	var out bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&out)
	_, _ = z.Write(plain) // a buffer takes all
	_ = z.Close()
	return out.Bytes()
}
