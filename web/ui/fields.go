package ui

import (
	"strings"

	"github.com/a-h/templ"
)

// described ties a control to its hint and its error, and marks it invalid when there is one.
func described(id, hint, fault string) templ.Attributes {
	var by []string
	out := templ.Attributes{}
	if hint != "" {
		by = append(by, id+"-hint")
	}
	if fault != "" {
		by = append(by, id+"-error")
		out["aria-invalid"] = "true"
	}
	if by != nil {
		out["aria-describedby"] = strings.Join(by, " ")
	}
	return out
}

func inputType(t string) string {
	if t == "" {
		return "text"
	}
	return t
}
