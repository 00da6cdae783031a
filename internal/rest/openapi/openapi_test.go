package openapi_test

import (
	"context"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/internal/rest/openapi"
)

type in struct {
	ID    string `path:"id" validate:"required,max=64"`
	Key   string `header:"Idempotency-Key" validate:"max=255"`
	Limit int    `query:"limit" validate:"min=1,max=100"`
	Kind  string `json:"kind" validate:"required,oneof=course book"`
	Email string `json:"email,omitempty" validate:"omitempty,email,max=320"`
}

type out struct {
	ID string `json:"id"`
}

func routes() []rest.RouteInfo {
	r := rest.NewRouter("shop", nil)
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/api/v1/things/:id", Summary: "Change it", Access: rest.Any(rest.Person, rest.Mandate("arrange")),
		Errors: []*problem.Error{problem.ErrConflict, problem.ErrStale}},
		func(context.Context, *in) (*out, error) { return &out{}, nil })
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/secret", Summary: "Inside", Access: rest.Any(rest.Service("web")), Internal: true},
		func(context.Context, *rest.Empty) (*out, error) { return &out{}, nil })
	return r.Routes()
}

func TestDocumentCarriesTheRules(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Document(routes())
	if err != nil {
		t.Fatal(err)
	}
	spec, err := openapi3.NewLoader().LoadFromData(doc)
	if err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	if spec.Paths.Find("/internal/secret") != nil {
		t.Error("an inner route is published")
	}
	op := spec.Paths.Find("/api/v1/things/{id}").Put
	for _, want := range []string{"409", "412", "422"} {
		if op.Responses.Value(want) == nil {
			t.Errorf("%s is not documented", want)
		}
	}
	body := op.RequestBody.Value.Content["application/json"].Schema.Value
	if kind := body.Properties["kind"].Value; len(kind.Enum) != 2 || len(body.Required) != 1 {
		t.Errorf("rules lost: %+v, required %v", kind.Enum, body.Required)
	}
	if email := body.Properties["email"].Value; email.Format != "email" || email.MaxLength == nil || *email.MaxLength != 320 {
		t.Errorf("rules lost: %+v", email)
	}
	for _, p := range op.Parameters {
		if p.Value.Name == "limit" && (p.Value.Schema.Value.Max == nil || *p.Value.Schema.Value.Max != 100) {
			t.Errorf("the limit's rule is lost: %+v", p.Value.Schema.Value)
		}
	}
}

func TestAccessTable(t *testing.T) {
	t.Parallel()
	text := string(openapi.Access(routes()))
	for _, want := range []string{"| shop | `PUT /api/v1/things/:id` | person, mandate arrange | Change it |", "| shop | `GET /internal/secret` | service web | Inside |"} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q in\n%s", want, text)
		}
	}
}
