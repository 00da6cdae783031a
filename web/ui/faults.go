package ui

import (
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
)

// Fault is one thing to put right in a form. Field is the id of its control, "" for the form as a whole.
type Fault struct {
	Field, Text string
}

// Faults are the things to put right, in the order of the form.
type Faults []Fault

// Of is what to put right in one field, "" for nothing.
func (f Faults) Of(field string) string {
	for _, fault := range f {
		if fault.Field == field {
			return fault.Text
		}
	}
	return ""
}

// Add appends a fault, for a rule that a page checks itself.
func (f *Faults) Add(field, text string) { *f = append(*f, Fault{Field: field, Text: text}) }

// FaultsOf reads a problem as things to put right. A field's id is its JSON pointer with dashes for slashes
// ("/price/amount" is "price-amount"). Its words are the message field.<id>.<code> where there is one, then
// field.<code>, then the problem's own detail. A problem without fields is one fault of the form, worded by
// problem.<code>.text where there is such a message.
func FaultsOf(l locale.L, err error) Faults {
	p := problem.From(err)
	if p == nil {
		return nil
	}
	var out Faults
	for _, f := range p.Fields {
		id := strings.ReplaceAll(strings.Trim(f.Pointer, "/"), "/", "-")
		out.Add(id, firstMessage(l, f.Detail, "field."+id+"."+f.Code, "field."+f.Code))
	}
	if out == nil {
		out.Add("", firstMessage(l, p.Detail, "problem."+p.Code+".text"))
	}
	return out
}

func firstMessage(l locale.L, otherwise string, ids ...string) string {
	for _, id := range ids {
		if l.Has(id) {
			return l.T(id)
		}
	}
	return otherwise
}
