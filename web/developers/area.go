// Package developers holds the reference of the public API: every route of docs/openapi.json with its fields,
// its problems and a form to try it as the person who is signed in.
//
// The reference is read from the document, never written beside it. Its own words are English, as the API's
// names are; the frame around it speaks the visitor's language.
package developers

import (
	"net/http"
	"sync"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/docs"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
)

// reference is the document, read once.
var reference = sync.OnceValue(func() Reference {
	r, err := Parse(docs.OpenAPI)
	if err != nil {
		panic("developers: docs/openapi.json: " + err.Error()) // embedded and golden: a defect of the build
	}
	return r
})

// Area registers the reference. site is the address that the examples begin with.
func Area(site string) shell.Area {
	return shell.Area{Name: "developers", Register: func(s *shell.Shell) {
		everyone := rest.Any(rest.Public)
		s.Page("GET /developers", shell.Route{Summary: "Every route of the API.", Access: everyone}, func(v *shell.Visit) error {
			return v.ShowPublic(func(v *shell.Visit) (templ.Component, error) {
				v.Page.Title, v.Page.Description = v.L.T("developers.title"), v.L.T("developers.lede")
				return index(v.L, reference()), nil
			})
		})
		s.Page("GET /developers/:operation", shell.Route{Summary: "One route, its fields, and a form to try it.", Access: everyone}, func(v *shell.Visit) error {
			op, ok := reference().Find(v.Param("operation"))
			if !ok {
				return problem.ErrNotFound
			}
			v.Page.Title = op.Summary
			return v.Show(one(v.L, op, site, !v.Caller.Anonymous()))
		})
		s.Page("GET /openapi.json", shell.Route{Summary: "The OpenAPI document.", Access: everyone}, func(v *shell.Visit) error {
			h := v.Writer().Header()
			h.Set("Content-Type", "application/json; charset=utf-8")
			h.Set("Cache-Control", "public, max-age=300")
			v.Writer().WriteHeader(http.StatusOK)
			_, err := v.Writer().Write(docs.OpenAPI)
			return err
		})
	}}
}

// Stories adds the reference, over a small document of its own so that it stays as it is when the API grows.
func Stories(b *storybook.Book) {
	sample := mustParse(sampleDocument)
	b.Add("developers", "reference", "index", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("developers.title")
		return index(p.L, sample)
	})
	for _, id := range []string{"get-shelves", "post-shelves-shelf-books"} {
		op, ok := sample.Find(id)
		if !ok {
			panic("developers: the sample has no " + id)
		}
		b.Add("developers", "operation", op.Method, func(p *shell.Page) templ.Component {
			p.Title = op.Summary
			return one(p.L, op, "https://workfluence.example", op.Method == "POST")
		})
	}
}

func mustParse(document string) Reference {
	r, err := Parse([]byte(document))
	if err != nil {
		panic(err)
	}
	return r
}

const sampleDocument = `{"paths":{
"/api/v1/shelves":{"get":{"tags":["shelves"],"summary":"List my shelves","description":"May be called by: person.","operationId":"get-shelves",
 "parameters":[{"name":"cursor","in":"query","schema":{"type":"string","maxLength":200}}],
 "responses":{"200":{"description":"OK","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Shelves"}}}}}}},
"/api/v1/shelves/{shelf}/books":{"post":{"tags":["shelves"],"summary":"Put a book on a shelf","description":"May be called by: person.","operationId":"post-shelves-shelf-books",
 "parameters":[{"name":"shelf","in":"path","required":true,"schema":{"type":"string"}},{"name":"Idempotency-Key","in":"header","schema":{"type":"string"}}],
 "requestBody":{"content":{"application/json":{"schema":{"type":"object","required":["title"],"properties":{"title":{"type":"string","maxLength":200},"price":{"$ref":"#/components/schemas/Money"},"kind":{"type":"string","enum":["paper","audio"]}}}}}},
 "responses":{"201":{"description":"Created"},"409":{"description":"One of: sold_out."}}}}},
"components":{"schemas":{"Shelves":{"type":"object","properties":{"data":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"}}}}}},
"Money":{"type":"object","required":["amount","currency"],"properties":{"amount":{"type":"integer"},"currency":{"type":"string"}}}}}}`
