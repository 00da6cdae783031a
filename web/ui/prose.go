package ui

import (
	"context"
	"io"
	"regexp"
	"strings"

	"github.com/a-h/templ"
)

// Prose shows a text of a creator that storefront has made safe for a page, under a heading of the given level: its
// tags come from a fixed list, and a "<" of the text itself is escaped. The text keeps its own direction.
func Prose(under int, safe string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		for _, part := range []string{`<div class="prose written" dir="auto">`, tables.Replace(outline(under, safe)), "</div>"} {
			if _, err := io.WriteString(w, part); err != nil {
				return err
			}
		}
		return nil
	})
}

// tables lets a wide table move sideways, by keyboard too.
var tables = strings.NewReplacer("<table", `<div class="scroll" tabindex="0"><table class="table"`, "</table>", "</table></div>")

var heading = regexp.MustCompile(`<(/?)h([1-6])`)

// outline hangs a text's headings under one of the page, and closes the gaps that its author left: whoever listens
// to the page goes from level to level and must find none missing (WCAG 1.3.1). What stood deeper stays deeper.
func outline(under int, html string) string {
	var open []byte // the author's levels above the place that is read, shallow to deep
	return heading.ReplaceAllStringFunc(html, func(tag string) string {
		level := tag[len(tag)-1]
		if tag[1] != '/' {
			for len(open) > 0 && open[len(open)-1] >= level {
				open = open[:len(open)-1]
			}
			open = append(open, level)
		}
		return tag[:len(tag)-1] + string("123456"[min(under+len(open), 6)-1])
	})
}
