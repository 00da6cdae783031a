package gateway

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/turns"
)

// BenchmarkGateway is the whole chain, with a session, before a trivial handler of 2 KB, and bare gin with the same 2 KB.
func BenchmarkGateway(b *testing.B) {
	body := strings.Repeat("x", 2048)
	gin.SetMode(gin.ReleaseMode)
	bare := gin.New()
	bare.GET("/", func(c *gin.Context) { c.String(http.StatusOK, body) })
	limit := httptest.NewServer(bare)
	defer limit.Close()

	whole := setup(b, func(e *edge) {
		e.cfg.PerMinute, e.cfg.Timeout = 1<<30, 30*time.Second
		keys, err := identity.Ephemeral("gateway", "web")
		if err != nil {
			b.Fatal(err)
		}
		minter, err := identity.NewMinter("gateway", keys, e.clock)
		if err != nil {
			b.Fatal(err)
		}
		dir := call.NewDirectory()
		dir.Local("web", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = io.WriteString(w, body)
		}))
		e.transport = call.NewTransport(dir, minter, nil)
	})
	ours := httptest.NewServer(whole.handler)
	defer ours.Close()

	turns.Race{
		Clients: 64,
		Ours:    turns.HTTP(b, ours.URL, turns.Always(turns.Get(b, "/", http.Header{"Cookie": {"wf_session=good"}}))),
		Limit:   turns.HTTP(b, limit.URL, turns.Always(turns.Get(b, "/", nil))),
	}.Run(b)
}
