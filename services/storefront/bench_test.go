package storefront

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/turns"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// barePool is what the limits write and read by: pgx as it comes, with as many connections as ours.
func barePool(b *testing.B, h *house, connections int32) *pgxpool.Pool {
	b.Helper()
	cfg, err := pgxpool.ParseConfig(h.pool.Config().ConnString())
	if err != nil {
		b.Fatal(err)
	}
	cfg.MaxConns = connections
	pool, err := pgxpool.NewWithConfig(b.Context(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return pool
}

// bareSelect serves one prepared SELECT by gin: what a public answer is measured against. Its rows are one array.
func bareSelect(b *testing.B, pool *pgxpool.Pool, sql string, args ...any) *httptest.Server {
	b.Helper()
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.GET("/", func(c *gin.Context) {
		rows, err := pool.Query(c.Request.Context(), sql, args...)
		if err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		if len(texts) == 1 {
			c.Data(http.StatusOK, "application/json", []byte(texts[0]))
			return
		}
		c.Data(http.StatusOK, "application/json", []byte(`{"data":[`+strings.Join(texts, ",")+`]}`))
	})
	server := httptest.NewServer(e)
	b.Cleanup(server.Close)
	return server
}

// asWeb is the head of a request by web for nobody.
func (h *house) asWeb() http.Header {
	h.t.Helper()
	seen := make(chan http.Header, 1)
	h.dir.Local(storefrontapi.Name, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header.Clone() }))
	defer h.dir.Local(storefrontapi.Name, h.router())
	res := must[*http.Response](h)(h.http("web").Get("http://storefront.svc/"))
	_ = res.Body.Close()
	return <-seen
}

// keep stores the texts that a query of ours gives, one a row, for the limit to read as barely as can be.
func keep(b *testing.B, h *house, query string, args ...any) {
	b.Helper()
	texts := must[[]string](h)(pg.Column[string](b.Context(), h.pool, query, args...))
	bare := barePool(b, h, 1)
	if _, err := bare.Exec(b.Context(), `create table bare (n int primary key, body text not null)`); err != nil {
		b.Fatal(err)
	}
	if _, err := bare.Exec(b.Context(), `insert into bare select row_number() over (), t from unnest($1::text[]) t`, texts); err != nil {
		b.Fatal(err)
	}
}

// answered races our answer to a path against a bare SELECT of the same bytes, and fails unless they are as many.
func answered(b *testing.B, h *house, path, sql string, args ...any) {
	b.Helper()
	ours := httptest.NewServer(h.router())
	b.Cleanup(ours.Close)
	limit := bareSelect(b, barePool(b, h, h.pool.Config().MaxConns), sql, args...)
	size := func(url string, head http.Header) int {
		req := must[*http.Request](h)(http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil))
		req.Header = head
		res := must[*http.Response](h)(http.DefaultClient.Do(req))
		defer func() { _ = res.Body.Close() }()
		body := new(strings.Builder)
		if err := res.Write(body); err != nil || res.StatusCode != http.StatusOK {
			b.Fatalf("%s: %d %v", url, res.StatusCode, err)
		}
		_, text, _ := strings.Cut(body.String(), "\r\n\r\n")
		return len(text)
	}
	head := h.asWeb()
	bytes := size(ours.URL+path, head)
	if bare := size(limit.URL+"/", http.Header{}); bytes > bare+100 || bare > bytes+100 {
		b.Fatalf("ours has %d bytes, the limit %d", bytes, bare)
	}
	turns.Race{
		Clients: 64,
		Ours:    turns.HTTP(b, ours.URL, turns.Always(turns.Get(b, path, head))),
		Limit:   turns.HTTP(b, limit.URL, turns.Always(turns.Get(b, "/", nil))),
	}.Run(b)
	b.ReportMetric(float64(bytes), "bytes")
}

// BenchmarkProductJSON is a product's public answer of about 2 KB, and gin with one SELECT of it.
func BenchmarkProductJSON(b *testing.B) {
	h := newHouse(b)
	p := h.course()
	long := strings.Repeat("Words that say what is in it. ", 40)
	must[storefrontapi.Product](h)(h.client.UpdateProduct(h.as("person_ana"), p.ID, 0, storefrontapi.UpdateProduct{Description: &long}))
	must[storefrontapi.Product](h)(h.client.Publish(h.as("person_ana"), p.ID, 0))
	keep(b, h, queries.SQL("PublicProduct"), "ana", p.Slug)
	answered(b, h, "/api/v1/creators/ana/products/"+p.Slug, `select body from bare where n = $1`, 1)
}

// BenchmarkCatalogue is a list of 20 priced products, of about 40 KB, and gin with one SELECT of as many rows.
func BenchmarkCatalogue(b *testing.B) {
	h := newHouse(b)
	h.course()
	if _, err := h.pool.Exec(b.Context(), `
		insert into storefront.product (id, creator_id, kind, slug, title, state, refund_days, publication_id, detail_json, listing_json, published_at, created_at, updated_at)
		select 'prod_' || n, creator_id, kind, slug || n, title, state, refund_days, publication_id, detail_json,
			replace(listing_json, '"summary":""', '"summary":"' || repeat('Words that say it. ', 80) || '"'), published_at, created_at, updated_at
		from storefront.product, generate_series(1, 40) n`); err != nil {
		b.Fatal(err)
	}
	keep(b, h, `select left(listing_json, -1) || ',"creator":' || public_json || '}' from (`+queries.SQL("Catalogue")+`) c`, "", 20)
	answered(b, h, "/api/v1/catalogue", `select body from bare order by n desc limit 20`)
}
