// Package static serves the style sheet, the script and the pictures of the pages from the program itself.
//
// src holds the sources, dist what `go run ./web/build` makes of them. The names in dist carry a hash of the
// content, so that a browser may keep a file for good: a change has another name.
package static

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed dist
var dist embed.FS

// Prefix is where the files are served.
const Prefix = "/static/"

type file struct {
	plain     []byte
	packed    func() []byte // compressed when the first reader asks for it, and kept
	mediaType string
}

func packed(plain []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is a constant that exists
	_, _ = z.Write(plain)                                   // a buffer takes all
	_ = z.Close()
	return out.Bytes()
}

var load = sync.OnceValue(func() (all struct {
	names map[string]string
	files map[string]file
}) {
	raw, err := dist.ReadFile("dist/manifest.json")
	if err == nil {
		err = json.Unmarshal(raw, &all.names)
	}
	if err != nil {
		panic(fmt.Sprintf("static: the manifest: %v", err)) // embedded: a defect of the build
	}
	all.files = map[string]file{}
	for _, hashed := range all.names {
		plain, err := dist.ReadFile("dist/" + hashed)
		if err != nil {
			panic(fmt.Sprintf("static: %v", err))
		}
		all.files[hashed] = file{plain: plain, packed: sync.OnceValue(func() []byte { return packed(plain) }), mediaType: mime.TypeByExtension(path.Ext(hashed))}
	}
	return all
})

// URL is the address of a file by its plain name, "app.css". It panics for a name that dist doesn't have.
func URL(name string) string {
	hashed, ok := load().names[name]
	if !ok {
		panic("static: no file " + name)
	}
	return Prefix + hashed
}

// ServeHTTP answers for one file below [Prefix], compressed for those who take it, for a year.
func ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := load().files[strings.TrimPrefix(r.URL.Path, Prefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.mediaType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	body := f.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.packed()
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader may be gone
	}
}
