package ui

import (
	"context"
	"html"
	"io"
	"strings"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/locale"
)

// Slot says what a marked passage of a message becomes.
type Slot struct {
	name, open, close string
	bare              bool
}

// Link makes the passage <name>…</name> a link.
func Link(name, href string) Slot {
	return Slot{name: name, open: `<a href="` + html.EscapeString(string(templ.URL(href))) + `">`, close: "</a>"}
}

// Strong makes the passage <name>…</name> stand out.
func Strong(name string) Slot { return Slot{name: name, open: "<strong>", close: "</strong>"} }

// Whole keeps the passage <name>…</name> on one line: a number with hyphens is read and copied as one word.
func Whole(name string) Slot {
	return Slot{name: name, open: `<span class="nowrap">`, close: "</span>"}
}

// Code makes the passage <name>…</name> a path, key or tag, which run from left to right in every language. The marks by which a
// message sets it off are left out: the element does that, and who copies a path wants nothing else.
func Code(name string) Slot {
	return Slot{name: name, open: `<code dir="ltr">`, close: "</code>", bare: true}
}

// Rich writes a message in which translators marked passages by name, as in
//
//	"By signing up you accept the <terms>terms</terms>."
//
// Only the named slots become elements; everything else is text and escaped.
func Rich(text string, slots ...Slot) templ.Component {
	escaped := html.EscapeString(text)
	for _, s := range slots {
		if s.bare {
			escaped = strings.ReplaceAll(escaped, "&lt;"+s.name+"&gt;"+locale.FirstStrongIsolate, "&lt;"+s.name+"&gt;")
			escaped = strings.ReplaceAll(escaped, locale.PopIsolate+"&lt;/"+s.name+"&gt;", "&lt;/"+s.name+"&gt;")
		}
		escaped = strings.ReplaceAll(escaped, "&lt;"+s.name+"&gt;", s.open)
		escaped = strings.ReplaceAll(escaped, "&lt;/"+s.name+"&gt;", s.close)
	}
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, escaped)
		return err
	})
}
