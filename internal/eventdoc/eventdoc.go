// Package eventdoc writes docs/events: a JSON Schema for the payload of each
// event, made from the struct that is sent.
//
// An *api package exports its payloads as plain data, var Events =
// map[string]any{name: Struct{}}. The test of this package goes through all of
// them, compares the files (go test ./internal/eventdoc -update writes them),
// and is the law that every event has a schema and carries ids, never names,
// addresses or text.
package eventdoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/swaggest/jsonschema-go"
)

// Schema is the JSON Schema (draft 7) of an event's payload. A field without
// omitempty is always there. Further fields are allowed: a newer version of the
// emitter may tell more, and consumers ignore what they don't know.
func Schema(name, about string, payload any) ([]byte, error) {
	r := jsonschema.Reflector{}
	s, err := r.Reflect(payload, jsonschema.InlineRefs, jsonschema.InterceptProp(required))
	if err != nil {
		return nil, fmt.Errorf("schema of %s: %w", name, err)
	}
	s.WithSchema("http://json-schema.org/draft-07/schema#").WithTitle(name)
	if about != "" {
		s.WithDescription(about)
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("schema of %s: %w", name, err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func required(p jsonschema.InterceptPropParams) error {
	if p.Processed && !strings.Contains(p.Field.Tag.Get("json"), "omitempty") {
		p.ParentSchema.Required = append(p.ParentSchema.Required, p.Name)
	}
	return nil
}

// Fields lists the JSON names of a payload, those inside other structs with a
// dot.
func Fields(payload any) []string {
	var out []string
	var walk func(prefix string, t reflect.Type)
	walk = func(prefix string, t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			return
		}
		for i := range t.NumField() {
			f := t.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || name == "-" {
				continue
			}
			out = append(out, prefix+name)
			walk(prefix+name+".", f.Type)
		}
	}
	walk("", reflect.TypeOf(payload))
	return out
}
