package developers

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Reference is the API by chapter.
type Reference struct {
	Chapters []Chapter
	byID     map[string]Operation
}

// Chapter is what one part of the house offers.
type Chapter struct {
	Name       string
	Operations []Operation
}

// Operation is one route.
type Operation struct {
	ID, Method, Path, Summary, Description string
	Parameters                             []Parameter
	Body, Answer                           []FieldRow
	Example                                string // a body to begin with, "" for none
	Answers                                []Answer
}

// Parameter is a value in the path, the query or a header.
type Parameter struct {
	Name, In, Type, Rules string
	Required              bool
}

// FieldRow is one field of a body, nested ones by their path: "price.amount".
type FieldRow struct {
	Path, Type, Rules string
	Required          bool
}

// Answer is a status and what it means; Codes are the problems that it may be.
type Answer struct {
	Status, Meaning string
	Codes           []string
}

// Find returns the route of an id.
func (r Reference) Find(id string) (Operation, bool) {
	op, ok := r.byID[id]
	return op, ok
}

type wireDocument struct {
	Paths      map[string]map[string]wireOperation `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

type wireOperation struct {
	Tags                              []string
	Summary, Description, OperationID string
	Parameters                        []struct {
		Name, In string
		Required bool
		Schema   schema
	}
	RequestBody struct{ Content map[string]media }
	Responses   map[string]struct {
		Description string
		Content     map[string]media
	}
}

type media struct{ Schema schema }

type schema struct {
	Ref        string            `json:"$ref"`
	Type       any               `json:"type"` // a name, or several with "null"
	Format     string            `json:"format"`
	Properties map[string]schema `json:"properties"`
	Required   []string          `json:"required"`
	Items      *schema           `json:"items"`
	Enum       []any             `json:"enum"`
	MinLength  *int              `json:"minLength"`
	MaxLength  *int              `json:"maxLength"`
	Minimum    *json.Number      `json:"minimum"`
	Maximum    *json.Number      `json:"maximum"`
}

// Parse reads an OpenAPI 3.1 document as far as this reference shows it.
func Parse(document []byte) (Reference, error) {
	var d wireDocument
	if err := json.Unmarshal(document, &d); err != nil {
		return Reference{}, err
	}
	r := Reference{byID: map[string]Operation{}}
	chapters := map[string][]Operation{}
	for path, methods := range d.Paths {
		for method, w := range methods {
			op := d.operation(strings.ToUpper(method), path, w)
			if op.ID == "" || len(w.Tags) == 0 {
				return Reference{}, fmt.Errorf("%s %s has no operationId or tag", method, path)
			}
			r.byID[op.ID] = op
			chapters[w.Tags[0]] = append(chapters[w.Tags[0]], op)
		}
	}
	for name, ops := range chapters {
		sort.Slice(ops, func(i, j int) bool { return ops[i].Path+ops[i].Method < ops[j].Path+ops[j].Method })
		r.Chapters = append(r.Chapters, Chapter{name, ops})
	}
	sort.Slice(r.Chapters, func(i, j int) bool { return r.Chapters[i].Name < r.Chapters[j].Name })
	return r, nil
}

func (d wireDocument) operation(method, path string, w wireOperation) Operation {
	op := Operation{ID: w.OperationID, Method: method, Path: path, Summary: w.Summary, Description: w.Description}
	for _, p := range w.Parameters {
		s := d.resolve(p.Schema)
		op.Parameters = append(op.Parameters, Parameter{Name: p.Name, In: p.In, Type: s.typeName(), Rules: s.rules(), Required: p.Required})
	}
	if m, ok := w.RequestBody.Content["application/json"]; ok {
		op.Body = d.rows("", m.Schema, 0)
		if example, err := json.MarshalIndent(d.example(m.Schema, 0), "", "  "); err == nil {
			op.Example = string(example)
		}
	}
	for status, a := range w.Responses {
		answer := Answer{Status: status, Meaning: a.Description}
		if list, ok := strings.CutPrefix(a.Description, "One of: "); ok {
			answer.Meaning, answer.Codes = "", strings.Split(strings.TrimSuffix(list, "."), ", ")
		}
		op.Answers = append(op.Answers, answer)
		if m, ok := a.Content["application/json"]; ok && strings.HasPrefix(status, "2") {
			op.Answer = d.rows("", m.Schema, 0)
		}
	}
	sort.Slice(op.Answers, func(i, j int) bool { return op.Answers[i].Status < op.Answers[j].Status })
	return op
}

func (d wireDocument) resolve(s schema) schema {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return d.Components.Schemas[name]
	}
	return s
}

// deepest bounds nesting: a type that holds itself must not go on for ever.
const deepest = 4

// rows lists the fields of a body, required ones first.
func (d wireDocument) rows(prefix string, s schema, depth int) []FieldRow {
	s = d.resolve(s)
	if s.Items != nil {
		return d.rows(prefix+"[]", *s.Items, depth+1)
	}
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		a, b := slices.Contains(s.Required, names[i]), slices.Contains(s.Required, names[j])
		if a != b {
			return a
		}
		return names[i] < names[j]
	})
	var out []FieldRow
	for _, name := range names {
		field := d.resolve(s.Properties[name])
		path := strings.TrimPrefix(prefix+"."+name, ".")
		out = append(out, FieldRow{Path: path, Type: field.typeName(), Rules: field.rules(), Required: slices.Contains(s.Required, name)})
		if depth < deepest {
			out = append(out, d.rows(path, field, depth+1)...)
		}
	}
	return out
}

// example is a body to begin with: every required field, empty.
func (d wireDocument) example(s schema, depth int) any {
	s = d.resolve(s)
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Items != nil:
		return []any{}
	case len(s.Properties) > 0 && depth < deepest:
		out := map[string]any{}
		for name, field := range s.Properties {
			if len(s.Required) == 0 || slices.Contains(s.Required, name) {
				out[name] = d.example(field, depth+1)
			}
		}
		return out
	}
	switch s.typeName() {
	case "integer", "number":
		return 0
	case "boolean":
		return false
	case "object":
		return map[string]any{}
	default:
		return ""
	}
}

// typeName is the type in words: "string, date-time", "integer or null".
func (s schema) typeName() string {
	var name string
	switch t := s.Type.(type) {
	case string:
		name = t
	case []any:
		var parts []string
		for _, p := range t {
			if p != "null" {
				parts = append(parts, fmt.Sprint(p))
			}
		}
		name = strings.Join(parts, " or ")
		if len(parts) < len(t) {
			name += " or null"
		}
	}
	if s.Items != nil && strings.HasPrefix(name, "array") {
		name = "list"
	}
	if s.Format != "" {
		name += ", " + s.Format
	}
	return name
}

func (s schema) rules() string {
	var out []string
	say := func(format string, a ...any) { out = append(out, fmt.Sprintf(format, a...)) }
	if len(s.Enum) > 0 {
		var values []string
		for _, v := range s.Enum {
			values = append(values, fmt.Sprint(v))
		}
		say("%s", strings.Join(values, " | "))
	}
	if s.MinLength != nil && *s.MinLength > 0 {
		say("at least %d characters", *s.MinLength)
	}
	if s.MaxLength != nil {
		say("at most %d characters", *s.MaxLength)
	}
	if s.Minimum != nil {
		say("at least %s", *s.Minimum)
	}
	if s.Maximum != nil {
		say("at most %s", *s.Maximum)
	}
	return strings.Join(out, ", ")
}

// Curl is the route as a command to copy.
func (o Operation) Curl(site string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "curl -X %s %s%s", o.Method, site, o.Path)
	b.WriteString(" \\\n  -H 'Authorization: Bearer TOKEN'")
	for _, p := range o.Parameters {
		if p.In == "header" {
			fmt.Fprintf(&b, " \\\n  -H '%s: %s'", p.Name, strings.ToUpper(strings.ReplaceAll(p.Name, "-", "_")))
		}
	}
	if o.Example != "" {
		fmt.Fprintf(&b, " \\\n  -H 'Content-Type: application/json' \\\n  -d '%s'", o.Example)
	}
	return b.String()
}
