package gateway

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/identity"
)

// BenchmarkGateway loads the whole chain before a trivial handler, and bare
// gin with the same 2 KB, by turns in one run: 64 connections, 300 ms a turn.
// It reports the median of the ratios and both rates.
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

	const turn = 300 * time.Millisecond
	load(b, limit.URL, "", turn)
	load(b, ours.URL, "wf_session=good", turn)
	var ratios, rates, limits []float64
	b.ResetTimer()
	for range max(b.N, 7) {
		l, o := load(b, limit.URL, "", turn), load(b, ours.URL, "wf_session=good", turn)
		ratios, rates, limits = append(ratios, o/l), append(rates, o), append(limits, l)
	}
	for name, list := range map[string][]float64{"of-bare-gin": ratios, "ours/s": rates, "bare/s": limits} {
		slices.Sort(list)
		b.ReportMetric(list[len(list)/2], name)
	}
}

// load gives requests a second over 64 connections.
func load(b *testing.B, url, cookie string, d time.Duration) float64 {
	b.Helper()
	const connections = 64
	transport := &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var wg sync.WaitGroup
	counts := make([]int, connections)
	start := time.Now()
	for i := range connections {
		wg.Go(func() {
			for time.Since(start) < d {
				req, err := http.NewRequest(http.MethodGet, url, nil)
				if err != nil {
					b.Error(err)
					return
				}
				if cookie != "" {
					req.Header.Set("Cookie", cookie)
				}
				resp, err := client.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
					b.Errorf("%d %v", resp.StatusCode, err)
				}
				_ = resp.Body.Close()
				counts[i]++
			}
		})
	}
	wg.Wait()
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return float64(sum) / time.Since(start).Seconds()
}
