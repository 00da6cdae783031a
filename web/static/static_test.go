package static_test

import (
	"compress/gzip"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/web/static"
)

// Whoever takes compressed files gets the same bytes as who does not.
func TestPackedIsWhatIsPlain(t *testing.T) {
	t.Parallel()
	get := func(encoding string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", static.URL("app.css"), nil)
		r.Header.Set("Accept-Encoding", encoding)
		w := httptest.NewRecorder()
		static.ServeHTTP(w, r)
		return w
	}
	plain, packed := get(""), get("br, gzip")
	if plain.Code != 200 || plain.Header().Get("Content-Encoding") != "" || !strings.HasPrefix(plain.Header().Get("Content-Type"), "text/css") {
		t.Fatal(plain.Code, plain.Header())
	}
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Body.Len() >= plain.Body.Len() {
		t.Fatal(packed.Header(), packed.Body.Len(), plain.Body.Len())
	}
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || string(got) != plain.Body.String() {
		t.Fatal("the packed file says something else", err)
	}
	again := get("gzip")
	if again.Body.Len() == 0 || again.Header().Get("Content-Length") == "0" {
		t.Fatal("nothing the second time")
	}
}
