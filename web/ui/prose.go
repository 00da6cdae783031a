package ui

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// lower moves headings one level down, because a page's own h1 stands above them. One pass: a replaced tag is
// not replaced again.
var lower = strings.NewReplacer(
	"<h1", "<h2", "</h1>", "</h2>", "<h2", "<h3", "</h2>", "</h3>", "<h3", "<h4", "</h3>", "</h4>",
	"<h4", "<h5", "</h4>", "</h5>", "<h5", "<h6", "</h5>", "</h6>",
	"<table", `<div class="scroll" tabindex="0"><table class="table"`, "</table>", "</table></div>",
)

// Prose shows a text of a creator that storefront has made safe for a page: its tags come from a fixed list, and
// a "<" of the text itself is escaped. The text keeps its own direction.
func Prose(safe string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		for _, part := range []string{`<div class="prose written" dir="auto">`, lower.Replace(safe), "</div>"} {
			if _, err := io.WriteString(w, part); err != nil {
				return err
			}
		}
		return nil
	})
}
