package ui

import (
	"context"
	"html"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// MarkedRun is a piece of a line of text. One with a number is a mark: it leads to what is said about it.
type MarkedRun struct {
	Text   string
	Number int    // 0 is no mark
	First  bool   // the number stands behind a mark once
	Tone   string // "" is a remark; said, guard
	Href   string
}

// MarkedLine is a line with its marks. No blank comes between runs that was not written.
func MarkedLine(runs []MarkedRun) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		b.WriteString(`<p class="lines" dir="auto">`)
		for _, r := range runs {
			text := html.EscapeString(r.Text)
			if r.Number == 0 {
				b.WriteString(text)
				continue
			}
			b.WriteString(`<mark class="` + html.EscapeString(strings.TrimSpace("hit "+r.Tone)) + `"`)
			if r.First {
				b.WriteString(` data-n="` + strconv.Itoa(r.Number) + `"`)
			}
			b.WriteString(`><a href="` + html.EscapeString(r.Href) + `">` + text + `</a></mark>`)
		}
		b.WriteString("</p>")
		_, err := io.WriteString(w, b.String())
		return err
	})
}
