package store

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/turns"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook/bare"
)

// BenchmarkProductPage is a product's page from the cache of the process over HTTP, compressed, and gin with the same bytes from memory.
func BenchmarkProductPage(b *testing.B) {
	w := newWorld(b)
	ours := httptest.NewServer(w.shell)
	defer ours.Close()
	head := http.Header{"Accept-Encoding": {"gzip"}, "Accept-Language": {"en-GB"}, "Accept": {"text/html"}}
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, ours.URL+"/@ines/rotas", nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header = head
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || res.StatusCode != http.StatusOK || res.Header.Get("Content-Encoding") != "gzip" {
		b.Fatalf("%s %v %v", res.Status, res.Header, err)
	}
	gin.SetMode(gin.ReleaseMode)
	memory := gin.New()
	memory.GET("/", func(c *gin.Context) {
		c.Header("Content-Encoding", "gzip")
		c.Data(http.StatusOK, "text/html; charset=utf-8", body)
	})
	limit := httptest.NewServer(memory)
	defer limit.Close()
	turns.Race{
		Clients: 64,
		Ours:    turns.HTTP(b, ours.URL, turns.Always(turns.Get(b, "/@ines/rotas", head))),
		Limit:   turns.HTTP(b, limit.URL, turns.Always(turns.Get(b, "/", head))),
	}.Run(b)
	b.ReportMetric(float64(len(body)), "bytes")
}

// BenchmarkProductRender is a product's page with its frame made once, and a bare templ component of as many bytes; cost is their times'
// ratio.
func BenchmarkProductRender(b *testing.B) {
	l := i18n.Messages().For("en")
	o := offered("EUR")
	page := shell.Page{L: l, Title: o.product.Title, Description: o.product.Summary}.At(o.path(), nil)
	var out bytes.Buffer
	ours := func(int) error {
		out.Reset()
		return shell.Layout(page, product(l, o)).Render(context.Background(), &out)
	}
	if err := ours(0); err != nil {
		b.Fatal(err)
	}
	size := out.Len()
	var cards []bare.Card
	limit := func(int) error {
		out.Reset()
		return bare.Page(cards).Render(context.Background(), &out)
	}
	for out.Len() <= size { // the last card that fits
		cards = append(cards, bare.Card{Title: rotas.Title, Summary: "A plan that holds until Friday", Path: o.path(), By: ines.Name, Price: "€149.00"})
		if err := limit(0); err != nil {
			b.Fatal(err)
		}
	}
	cards = cards[1:]
	race := turns.Race{Clients: 1, Ours: ours, Limit: limit}.Run(b)
	b.ReportMetric(1/race.Ratio, "cost")
	b.ReportMetric(float64(size), "bytes")
}
