// Package openapi writes the documents that follow from the route table: the
// OpenAPI 3.1 description of the public API, and the table of who may call
// what.
package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/swaggest/jsonschema-go"
	openapi "github.com/swaggest/openapi-go"
	"github.com/swaggest/openapi-go/openapi31"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
)

// problemDoc is RFC 9457 with our members, as problem.Render writes it.
type problemDoc struct {
	Type       string          `json:"type" required:"true"`
	Title      string          `json:"title" required:"true"`
	Status     int             `json:"status" required:"true"`
	Detail     string          `json:"detail" required:"true"`
	Code       string          `json:"code" required:"true" description:"Stable; each has a page under /docs/errors."`
	Fields     []problem.Field `json:"fields,omitempty"`
	State      string          `json:"state,omitempty"`
	RetryAfter int             `json:"retry_after,omitempty" description:"Seconds."`
	Trace      string          `json:"trace,omitempty"`
}

// Document is the OpenAPI 3.1 description of the routes that people outside
// may call, as indented JSON.
func Document(routes []rest.RouteInfo) ([]byte, error) {
	r := openapi31.NewReflector()
	r.Spec.Info.WithTitle("Workfluence").WithVersion("v1").
		WithDescription("Money is in minor units with an ISO 4217 currency, times are RFC 3339 in UTC, lists use cursors, and a write with an Idempotency-Key may be repeated.")
	r.Spec.SetHTTPBearerTokenSecurity("session", "opaque", "A session token, from POST /api/v1/sessions.")
	r.DefaultOptions = append(r.DefaultOptions, jsonschema.InterceptProp(fromValidate), jsonschema.InterceptDefName(name))
	for _, rt := range sorted(routes) {
		if rt.Internal || !strings.HasPrefix(rt.Path, "/api/") || rt.Access.String() == rest.Dev.String() {
			continue
		}
		if err := add(r, rt); err != nil {
			return nil, fmt.Errorf("%s %s: %w", rt.Method, rt.Path, err)
		}
	}
	text, err := json.Marshal(r.Spec)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func add(r *openapi31.Reflector, rt rest.RouteInfo) error {
	op, err := r.NewOperationContext(rt.Method, braces(rt.Path))
	if err != nil {
		return err
	}
	op.SetSummary(rt.Summary)
	op.SetTags(rt.Tag)
	op.SetID(strings.ToLower(rt.Method) + strings.NewReplacer("/api/v1", "", "/:", "-by-", "/", "-", "*", "").Replace(rt.Path))
	op.SetDescription("May be called by: " + rt.Access.String() + ".")
	if !slices.ContainsFunc(rt.Access, func(a rest.Rule) bool { return a.Kind == rest.Public.Kind }) {
		op.AddSecurity("session")
	}
	if rt.In != nil {
		op.AddReqStructure(reflect.New(rt.In).Interface())
	} else if params := pathOnly(rt.Path); params != nil {
		op.AddReqStructure(params)
	}
	status := rt.Status
	if status == 0 {
		status = http.StatusOK
		if rt.Out == reflect.TypeFor[rest.Empty]() {
			status = http.StatusNoContent
		}
	}
	if rt.Out != nil && status != http.StatusNoContent {
		op.AddRespStructure(reflect.New(rt.Out).Interface(), openapi.WithHTTPStatus(status), openapi.WithContentType("application/json"))
	} else {
		op.AddRespStructure(nil, openapi.WithHTTPStatus(status))
	}
	byStatus := map[int][]string{}
	for _, e := range rt.Errors {
		byStatus[e.Status()] = append(byStatus[e.Status()], e.Code)
	}
	if rt.In != nil && rt.In != reflect.TypeFor[rest.Empty]() {
		byStatus[problem.ErrInvalid.Status()] = append(byStatus[problem.ErrInvalid.Status()], problem.ErrInvalid.Code)
	}
	for status, codes := range byStatus {
		slices.Sort(codes)
		op.AddRespStructure(new(problemDoc), openapi.WithHTTPStatus(status), openapi.WithContentType(problem.ContentType), func(cu *openapi.ContentUnit) {
			cu.Description = "One of: " + strings.Join(slices.Compact(codes), ", ") + "."
		})
	}
	op.AddRespStructure(new(problemDoc), openapi.WithContentType(problem.ContentType), func(cu *openapi.ContentUnit) {
		cu.IsDefault, cu.Description = true, "Any other problem."
	})
	return r.AddOperation(op)
}

// braces turns gin's ":order" into OpenAPI's "{order}".
func braces(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if p != "" && (p[0] == ':' || p[0] == '*') {
			parts[i] = "{" + p[1:] + "}"
		}
	}
	return strings.Join(parts, "/")
}

// pathOnly is the input of a stream: the parameters of its path, nil for none.
func pathOnly(path string) any {
	var fields []reflect.StructField
	for _, p := range strings.Split(path, "/") {
		if p != "" && (p[0] == ':' || p[0] == '*') {
			fields = append(fields, reflect.StructField{
				Name: fmt.Sprintf("P%d", len(fields)), Type: reflect.TypeFor[string](), Tag: reflect.StructTag(`path:"` + p[1:] + `"`),
			})
		}
	}
	if fields == nil {
		return nil
	}
	return reflect.New(reflect.StructOf(fields)).Interface()
}

// name keeps the words of a type and drops what only Go needs.
func name(t reflect.Type, def string) string {
	for _, cut := range []string{"Accountsapi", "Storefrontapi", "Billingapi", "Notifyapi", "Rest", "Problem"} {
		if rest, ok := strings.CutPrefix(def, cut); ok && rest != "" {
			def = rest
		}
	}
	return def
}

// fromValidate carries the rules of validator/v10 into the schema: they are
// the only rules, and this makes them known.
func fromValidate(p jsonschema.InterceptPropParams) error {
	if !p.Processed || p.PropertySchema == nil {
		return nil
	}
	s := p.PropertySchema
	rules, _, _ := strings.Cut(p.Field.Tag.Get("validate"), ",dive")
	kind := p.Field.Type
	for kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	for _, rule := range strings.Split(rules, ",") {
		key, arg, _ := strings.Cut(rule, "=")
		switch key {
		case "required":
			if p.ParentSchema != nil && !slices.Contains(p.ParentSchema.Required, p.Name) {
				p.ParentSchema.Required = append(p.ParentSchema.Required, p.Name)
			}
		case "max", "min", "len", "gt", "gte", "lte":
			n, err := strconv.ParseInt(arg, 10, 64)
			if err != nil {
				continue
			}
			bound(s, kind.Kind(), key, n)
		case "oneof":
			for _, v := range strings.Fields(arg) {
				s.Enum = append(s.Enum, v)
			}
		case "email", "url", "uuid":
			s.WithFormat(map[string]string{"email": "email", "url": "uri", "uuid": "uuid"}[key])
		}
	}
	return nil
}

func bound(s *jsonschema.Schema, k reflect.Kind, key string, n int64) {
	lower, upper := key == "min" || key == "gte" || key == "len" || key == "gt", key == "max" || key == "lte" || key == "len"
	if key == "gt" {
		n++
	}
	switch k {
	case reflect.String:
		if lower {
			s.WithMinLength(n)
		}
		if upper {
			s.WithMaxLength(n)
		}
	case reflect.Slice, reflect.Map:
		if lower {
			s.WithMinItems(n)
		}
		if upper {
			s.WithMaxItems(n)
		}
	default:
		if lower {
			s.WithMinimum(float64(n)) // JSON Schema counts in numbers; this bounds a count, not money
		}
		if upper {
			s.WithMaximum(float64(n))
		}
	}
}

func sorted(routes []rest.RouteInfo) []rest.RouteInfo {
	out := slices.Clone(routes)
	slices.SortFunc(out, func(a, b rest.RouteInfo) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	return out
}

// Access is docs/access.md: every route of every part and who may call it.
func Access(routes []rest.RouteInfo) []byte {
	var b bytes.Buffer
	b.WriteString("# Who may call what\n\nMade from the route tables by `make generate`; a test walks every route as every kind of caller and compares.\n\n")
	b.WriteString("| part | route | may be called by | what it does |\n|---|---|---|---|\n")
	all := slices.Clone(routes)
	slices.SortStableFunc(all, func(a, b rest.RouteInfo) int {
		return strings.Compare(a.Service+" "+a.Path+" "+a.Method, b.Service+" "+b.Path+" "+b.Method)
	})
	for _, rt := range all {
		fmt.Fprintf(&b, "| %s | `%s %s` | %s | %s |\n", rt.Service, rt.Method, rt.Path, rt.Access, rt.Summary)
	}
	return b.Bytes()
}
