package ui

import (
	"context"
	"io"
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

// outline hangs a text's headings under one of the page, and closes the gaps that its author left: whoever listens
// to the page goes from level to level and must find none missing (WCAG 1.3.1). What stood deeper stays deeper.
func outline(under int, html string) string {
	var out strings.Builder
	var open []byte // the author's levels above the place that is read, shallow to deep
	for {
		// The text up to a heading's tag, "<h2" or "</h2", and the tag's level.
		at, opens := headingTag(html)
		if at < 0 {
			break
		}
		level := html[at]
		if opens {
			for len(open) > 0 && open[len(open)-1] >= level {
				open = open[:len(open)-1]
			}
			open = append(open, level)
		}
		out.WriteString(html[:at])
		out.WriteByte("123456"[min(under+len(open), 6)-1])
		html = html[at+1:]
	}
	if out.Len() == 0 {
		return html
	}
	out.WriteString(html)
	return out.String()
}

// headingTag finds the digit of the first tag of a heading, and says whether the tag opens it; -1 is none.
func headingTag(html string) (at int, opens bool) {
	for i := 0; ; i++ {
		next := strings.IndexByte(html[i:], '<')
		if next < 0 {
			return -1, false
		}
		i += next
		at := i + 1
		if at < len(html) && html[at] == '/' {
			at++
		}
		if at+1 < len(html) && html[at] == 'h' && html[at+1] >= '1' && html[at+1] <= '6' {
			return at + 1, html[i+1] == 'h'
		}
	}
}
