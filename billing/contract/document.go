package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"sort"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stripe/stripe-mock/embedded"
	"github.com/stripe/stripe-mock/param"
	"github.com/stripe/stripe-mock/param/coercer"
	"github.com/stripe/stripe-mock/server"
	"github.com/stripe/stripe-mock/spec"

	"github.com/workfluence/workfluence/billing/stripesim"
)

// Document is Stripe's OpenAPI document, ready to judge requests and answers.
type Document struct {
	typed    *spec.Spec
	mock     *server.StubServer
	routes   []operation
	objects  map[string]string // the object field → name of its schema
	compiler *jsonschema.Compiler

	mu       sync.Mutex
	compiled map[string]*jsonschema.Schema
}

// operation is one method and path of the document.
type operation struct {
	method  string
	path    string
	pattern *regexp.Regexp
	fixed   int // literal segments; more of them win
	typed   *spec.Operation
	request *spec.Schema
}

const root = "stripe.json"

// Load reads the embedded document. It takes about a second.
func Load() (*Document, error) {
	typed, err := server.LoadSpec(embedded.OpenAPISpec, "")
	if err != nil {
		return nil, err
	}
	fixtures, err := server.LoadFixtures(embedded.OpenAPIFixtures, "")
	if err != nil {
		return nil, err
	}
	d := &Document{typed: typed, objects: map[string]string{}, compiled: map[string]*jsonschema.Schema{}}
	quietly(func() { d.mock, err = server.NewStubServer(fixtures, typed, true, false) })
	if err != nil {
		return nil, err
	}
	var raw map[string]any
	if err := json.Unmarshal(embedded.OpenAPISpec, &raw); err != nil {
		return nil, err
	}
	return d, d.build(raw)
}

// build turns the document into one JSON Schema: components under $defs, requests and responses under operations.
func (d *Document) build(raw map[string]any) error {
	components := raw["components"].(map[string]any)["schemas"].(map[string]any)
	defs := map[string]any{}
	for name, s := range components {
		defs[name] = convert(s)
		props, _ := s.(map[string]any)["properties"].(map[string]any)
		object, _ := props["object"].(map[string]any)
		if e, _ := object["enum"].([]any); len(e) == 1 && !strings.HasPrefix(name, "deleted_") {
			d.objects[e[0].(string)] = name
		}
	}
	operations := map[string]any{}
	for path, verbs := range raw["paths"].(map[string]any) {
		for verb, op := range verbs.(map[string]any) {
			typed := d.typed.Paths[spec.Path(path)][spec.HTTPVerb(verb)]
			o := operation{method: strings.ToUpper(verb), path: path, typed: typed, pattern: patternOf(path)}
			o.fixed = strings.Count(path, "/") - 2*strings.Count(path, "{")
			o.request = requestOf(verb, typed)
			d.routes = append(d.routes, o)
			operations[o.method+" "+path] = map[string]any{"request": requestSchema(verb, op), "response": responseSchema(op)}
		}
	}
	sort.Slice(d.routes, func(a, b int) bool { return d.routes[a].fixed > d.routes[b].fixed })
	d.compiler = jsonschema.NewCompiler()
	return d.compiler.AddResource(root, map[string]any{"$defs": defs, "operations": operations})
}

func patternOf(path string) *regexp.Regexp {
	return regexp.MustCompile("^" + regexp.MustCompile(`\\\{[^}]*\\\}`).ReplaceAllString(regexp.QuoteMeta(path), `[^/]+`) + "$")
}

func requestOf(verb string, op *spec.Operation) *spec.Schema {
	if verb == "get" {
		return spec.BuildQuerySchema(op)
	}
	if op.RequestBody != nil {
		for _, m := range op.RequestBody.Content {
			return m.Schema
		}
	}
	return nil
}

func requestSchema(verb string, op any) any {
	o := op.(map[string]any)
	if verb != "get" {
		body, _ := o["requestBody"].(map[string]any)
		content, _ := body["content"].(map[string]any)
		for _, m := range content {
			return convert(m.(map[string]any)["schema"])
		}
		return true
	}
	props, required := map[string]any{}, []any{}
	list, _ := o["parameters"].([]any)
	for _, p := range list {
		p := p.(map[string]any)
		if p["in"] != "query" {
			continue
		}
		props[p["name"].(string)] = convert(p["schema"])
		if p["required"] == true {
			required = append(required, p["name"])
		}
	}
	return map[string]any{"type": "object", "properties": props, "required": required, "additionalProperties": false}
}

func responseSchema(op any) any {
	ok, _ := op.(map[string]any)["responses"].(map[string]any)["200"].(map[string]any)
	content, _ := ok["content"].(map[string]any)
	m, _ := content["application/json"].(map[string]any)
	if m == nil {
		return true
	}
	return convert(m["schema"])
}

// convert makes JSON Schema of an OpenAPI 3.0 schema, strictly: an object that names its properties has no others.
func convert(v any) any {
	s, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := map[string]any{}
	for k, sub := range s {
		switch {
		case strings.HasPrefix(k, "x-"), k == "title", k == "description", k == "nullable", k == "discriminator":
		case k == "$ref":
			out[k] = "#/$defs/" + strings.TrimPrefix(sub.(string), "#/components/schemas/")
		case k == "properties":
			props := map[string]any{}
			for name, p := range sub.(map[string]any) {
				props[name] = convert(p)
			}
			out[k] = props
		case k == "anyOf" || k == "oneOf" || k == "allOf":
			list := sub.([]any)
			each := make([]any, len(list))
			for i := range list {
				each[i] = convert(list[i])
			}
			out[k] = each
		case k == "items", k == "additionalProperties":
			out[k] = convert(sub)
		default:
			out[k] = sub
		}
	}
	if _, has := out["properties"]; has {
		if _, own := out["additionalProperties"]; !own {
			out["additionalProperties"] = false
		}
	}
	if s["nullable"] == true {
		return map[string]any{"anyOf": []any{map[string]any{"type": "null"}, out}}
	}
	return out
}

func (d *Document) schema(pointer string) (*jsonschema.Schema, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s, ok := d.compiled[pointer]; ok {
		return s, nil
	}
	s, err := d.compiler.Compile(root + "#/" + pointer)
	if err == nil {
		d.compiled[pointer] = s
	}
	return s, err
}

func escape(s string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", " ", "%20", "{", "%7B", "}", "%7D").Replace(s)
}

func (d *Document) find(method, path string) (operation, bool) {
	for _, o := range d.routes {
		if o.method == method && o.pattern.MatchString(path) {
			return o, true
		}
	}
	return operation{}, false
}

// Request judges what was sent (F1).
func (d *Document) Request(x stripesim.Exchange) error {
	o, ok := d.find(x.Method, x.Path)
	if !ok {
		return fmt.Errorf("Stripe has no %s %s", x.Method, x.Path)
	}
	answer := httptest.NewRecorder()
	quietly(func() { d.mock.HandleRequest(answer, rebuild(x)) })
	if answer.Code != http.StatusOK {
		return fmt.Errorf("stripe-mock answers %d: %s", answer.Code, answer.Body)
	}
	data, err := param.ParseParams(rebuild(x))
	if err != nil {
		return err
	}
	if o.request != nil {
		if err := coercer.CoerceParams(o.request, data); err != nil {
			return err
		}
	}
	return d.validate("operations/"+escape(o.method+" "+o.path)+"/request", plain(data))
}

// rebuild makes the recorded request again.
func rebuild(x stripesim.Exchange) *http.Request {
	target := x.Path
	if x.Query != "" {
		target += "?" + x.Query
	}
	r := httptest.NewRequest(x.Method, target, strings.NewReader(x.Body))
	r.Header.Set("Authorization", "Bearer sk_test_123")
	r.Header.Set("Stripe-Version", x.Version)
	if x.Method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

// Answer judges what came back (F2): a success by its operation, an error by Stripe's error schema, an event by its object too.
func (d *Document) Answer(x stripesim.Exchange) error {
	o, ok := d.find(x.Method, x.Path)
	if !ok {
		return fmt.Errorf("Stripe has no %s %s", x.Method, x.Path)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(x.Answer))
	if err != nil {
		return err
	}
	if x.Status >= 400 {
		return d.validate("$defs/error", v)
	}
	if err := d.validate("operations/"+escape(o.method+" "+o.path)+"/response", v); err != nil {
		return err
	}
	return d.events(v)
}

// events judges the object inside of each event: the document leaves it open.
func (d *Document) events(v any) error {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	if m["object"] == "list" {
		list, _ := m["data"].([]any)
		for _, one := range list {
			if err := d.events(one); err != nil {
				return err
			}
		}
	}
	if m["object"] != "event" {
		return nil
	}
	return d.Event(m)
}

// Event judges one event and the object that it carries, and that Stripe has an event of that name.
func (d *Document) Event(m map[string]any) error {
	if err := d.validate("$defs/event", m); err != nil {
		return err
	}
	if kind, _ := m["type"].(string); !eventNames()[kind] {
		return fmt.Errorf("Stripe has no event %q", kind)
	}
	object, _ := m["data"].(map[string]any)["object"].(map[string]any)
	name, _ := object["object"].(string)
	schema, ok := d.objects[name]
	if !ok {
		return fmt.Errorf("Stripe has no object %q", name)
	}
	return d.validate("$defs/"+escape(schema), object)
}

func (d *Document) validate(pointer string, v any) error {
	s, err := d.schema(pointer)
	if err != nil {
		return err
	}
	return s.Validate(v)
}

// eventNames are the events a webhook endpoint can ask for.
var eventNames = sync.OnceValue(func() map[string]bool {
	var raw struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct {
					Schema struct {
						Properties map[string]struct {
							Items struct {
								Enum []string `json:"enum"`
							} `json:"items"`
						} `json:"properties"`
					} `json:"schema"`
				} `json:"content"`
			} `json:"requestBody"`
		} `json:"paths"`
	}
	names := map[string]bool{}
	if err := json.Unmarshal(embedded.OpenAPISpec, &raw); err != nil {
		return names
	}
	for _, m := range raw.Paths["/v1/webhook_endpoints"]["post"].RequestBody.Content {
		for _, n := range m.Schema.Properties["enabled_events"].Items.Enum {
			names[n] = true
		}
	}
	return names
})

// plain turns coerced parameters into what a JSON document would hold.
func plain(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		return v
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		return v
	}
	return out
}

var stdout sync.Mutex

// quietly keeps stripe-mock from printing each request.
func quietly(do func()) {
	stdout.Lock()
	defer stdout.Unlock()
	was := os.Stdout
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err == nil {
		os.Stdout = null
		defer func() { os.Stdout = was; err = errors.Join(null.Close()) }()
	}
	do()
}
