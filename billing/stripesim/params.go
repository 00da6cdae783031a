package stripesim

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// shape says what a parameter may be. Parameters that this simulator does not act on are unknown to it: a silent
// "accepted and ignored" would be the one lie a test could never find.
type shape struct {
	kind     string // string int bool enum list hash labels range anything-in-one-of
	required bool
	max      int // bytes of a string
	options  []string
	of       *shape
	fields   fields
	clear    bool // "" clears the value
}

type fields map[string]shape

var (
	text    = shape{kind: "string", max: 5000}
	whole   = shape{kind: "int"}
	yesNo   = shape{kind: "bool"}
	facts   = shape{kind: "labels"}
	moments = shape{kind: "range"}
)

func (s shape) need() shape             { s.required = true; return s }
func (s shape) upTo(n int) shape        { s.max = n; return s }
func oneOf(options ...string) shape     { return shape{kind: "enum", options: options} }
func listOf(s shape) shape              { return shape{kind: "list", of: &s} }
func hash(f fields) shape               { return shape{kind: "hash", fields: f} }
func (f fields) and(more fields) fields { return merge(f, more) }

func merge(a, b fields) fields {
	out := make(fields, len(a)+len(b))
	for k, v := range a {
		out[k] = v
	}
	for k, v := range b {
		out[k] = v
	}
	return out
}

// params are decoded and checked parameters.
type params map[string]any

func (p params) has(k string) bool      { _, ok := p[k]; return ok }
func (p params) str(k string) string    { s, _ := p[k].(string); return s }
func (p params) num(k string) int64     { n, _ := p[k].(int64); return n }
func (p params) flag(k string) bool     { b, _ := p[k].(bool); return b }
func (p params) sub(k string) params    { s, _ := p[k].(params); return s }
func (p params) labels(k string) labels { m, _ := p[k].(labels); return m }

func (p params) list(k string) []params {
	l, _ := p[k].([]any)
	out := make([]params, 0, len(l))
	for _, v := range l {
		if m, ok := v.(params); ok {
			out = append(out, m)
		}
	}
	return out
}

func (p params) strs(k string) []string {
	l, _ := p[k].([]any)
	out := make([]string, 0, len(l))
	for _, v := range l {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// check reads a form by its shape. Unknown names are refused at every depth, as real Stripe does (stripe-mock #1631).
func (f fields) check(n *node, prefix string) (params, *failure) {
	out := params{}
	for _, k := range sortedKeys(n.kids) {
		name := k
		if prefix != "" {
			name = prefix + "[" + k + "]"
		}
		s, known := f[k]
		if !known {
			return nil, invalid("parameter_unknown", name, "Received unknown parameter: %s", name)
		}
		v, err := s.read(n.kids[k], name)
		if err != nil {
			return nil, err
		}
		out[k] = v
	}
	for _, k := range sortedKeys(f) {
		if s := f[k]; s.required && !out.has(k) {
			name := k
			if prefix != "" {
				name = prefix + "[" + k + "]"
			}
			return nil, invalid("parameter_missing", name, "Missing required param: %s.", name)
		}
	}
	return out, nil
}

func (s shape) read(n *node, name string) (any, *failure) {
	switch s.kind {
	case "hash":
		if n.leaf {
			return nil, invalid("", name, "Invalid hash")
		}
		return s.fields.check(n, name)
	case "labels":
		return readLabels(n, name)
	case "list":
		return s.readList(n, name)
	case "range":
		return readRange(n, name)
	}
	if !n.leaf {
		return nil, invalid("", name, "Invalid string: %s", name)
	}
	if n.value == "" && !s.clear {
		return nil, invalid("parameter_invalid_empty", name, "You passed an empty string for '%s'. We assume empty values are an attempt "+
			"to unset a parameter; however '%s' cannot be unset.", name, name)
	}
	switch s.kind {
	case "int":
		v, err := strconv.ParseInt(n.value, 10, 64)
		if err != nil {
			return nil, invalid("parameter_invalid_integer", name, "Invalid integer: %s", n.value)
		}
		return v, nil
	case "bool":
		if n.value != "true" && n.value != "false" {
			return nil, invalid("", name, "Invalid boolean: %s", n.value)
		}
		return n.value == "true", nil
	case "enum":
		for _, o := range s.options {
			if o == n.value {
				return n.value, nil
			}
		}
		return nil, invalid("", name, "Invalid %s: must be one of %s", name, strings.Join(s.options, ", "))
	}
	if !utf8.ValidString(n.value) {
		return nil, invalid("", name, "Invalid UTF-8 in %s", name)
	}
	if s.max > 0 && utf8.RuneCountInString(n.value) > s.max {
		return nil, invalid("", name, "Invalid string: %s…; must be at most %d characters", firstRunes(n.value, 20), s.max)
	}
	return n.value, nil
}

func (s shape) readList(n *node, name string) (any, *failure) {
	if n.leaf {
		if n.value == "" {
			return []any{}, nil
		}
		return nil, invalid("", name, "Invalid array")
	}
	kids, ok := n.sequence()
	if !ok {
		return nil, invalid("", name, "Invalid array")
	}
	out := make([]any, 0, len(kids))
	for i, k := range kids {
		v, err := s.of.read(k, name+"["+strconv.Itoa(i)+"]")
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// readLabels reads metadata: at most 50 pairs, names up to 40 and values up to 500 characters; an empty value removes a pair.
func readLabels(n *node, name string) (any, *failure) {
	if n.leaf {
		if n.value == "" {
			return labels{}, nil
		}
		return nil, invalid("", name, "Invalid hash")
	}
	if len(n.kids) > 50 {
		return nil, invalid("", name, "Metadata can have up to 50 keys")
	}
	out := labels{}
	for _, k := range sortedKeys(n.kids) {
		v := n.kids[k]
		if !v.leaf {
			return nil, invalid("", name+"["+k+"]", "Metadata values must be strings")
		}
		if utf8.RuneCountInString(k) > 40 || utf8.RuneCountInString(v.value) > 500 {
			return nil, invalid("", name, "Metadata keys have at most 40 characters and values at most 500")
		}
		out[k] = v.value
	}
	return out, nil
}

// span is a filter on created; 0 is no bound.
type span struct{ from, to int64 }

func (s span) atLeast() int64     { return s.from }
func (s span) fits(at int64) bool { return at >= s.from && (s.to == 0 || at <= s.to) }

func readRange(n *node, name string) (any, *failure) {
	if n.leaf {
		v, err := whole.read(n, name)
		if err != nil {
			return nil, err
		}
		return span{from: v.(int64), to: v.(int64)}, nil
	}
	p, err := fields{"gt": whole, "gte": whole, "lt": whole, "lte": whole}.check(n, name)
	if err != nil {
		return nil, err
	}
	var s span
	if p.has("gte") {
		s.from = p.num("gte")
	}
	if p.has("gt") {
		s.from = max(s.from, p.num("gt")+1)
	}
	if p.has("lte") {
		s.to = p.num("lte")
	}
	if p.has("lt") && (s.to == 0 || p.num("lt")-1 < s.to) {
		s.to = p.num("lt") - 1
	}
	return s, nil
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
