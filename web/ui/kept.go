package ui

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/locale"
)

// Kept shows a part of a page that depends on the language and the key alone, and is made the first time only: see
// [locale.Kept] for what makes a key. Nothing of a visitor may be in it.
func Kept(l locale.L, key any, part templ.Component) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		made, err := locale.Kept(l, key, func() (string, error) { return HTML(part) })
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, made)
		return err
	})
}

// HTML is a part as text, that is for every request.
func HTML(part templ.Component) (string, error) {
	var made strings.Builder
	err := part.Render(context.Background(), &made)
	return made.String(), err
}
