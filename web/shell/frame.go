package shell

import (
	"context"
	"html"
	"io"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/web/ui"
)

// framePart names a part of the frame by all that it depends on besides the language and the page's address.
type framePart struct{ name, width, theme string }

// assetsPart names the part of the head that is the same on every page.
type assetsPart struct{}

// anyPath stands for the page's path where a part of the frame is made for all pages, and anyQuoted for the path in a query. No text
// of the frame holds a NUL.
const anyPath = "/\x00"

var anyQuoted = query(anyPath)

// piece is some of the frame's text, and what comes after it.
type piece struct {
	text string
	hole string // anyPath, anyQuoted, or "" at the end
}

// framed shows the masthead or the footer. For strangers it is the same on every page but for the page's address, so that it is made
// once in each language, width and theme, and the address is written into it; every other page has its own made.
func framed(p Page, name string, part func(Page) templ.Component) templ.Component {
	if !p.common() {
		return part(p)
	}
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		pieces, err := locale.Kept(p.L, framePart{name, p.Width, p.Theme}, func() ([]piece, error) {
			made, err := ui.HTML(part(Page{L: p.L, Width: p.Width, Theme: p.Theme, path: &url.URL{Path: anyPath}}))
			return split(made), err
		})
		if err != nil {
			return err
		}
		address := html.EscapeString(p.path.Path)
		for _, piece := range pieces {
			_, err := io.WriteString(w, piece.text)
			if err != nil {
				return err
			}
			switch piece.hole {
			case anyPath:
				_, err = io.WriteString(w, address)
			case anyQuoted:
				_, err = io.WriteString(w, html.EscapeString(query(p.path.Path)))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func split(made string) []piece {
	var all []piece
	for {
		at, hole := strings.Index(made, anyPath), anyPath
		if quoted := strings.Index(made, anyQuoted); quoted >= 0 && (at < 0 || quoted < at) {
			at, hole = quoted, anyQuoted
		}
		if at < 0 {
			return append(all, piece{text: made})
		}
		all = append(all, piece{made[:at], hole})
		made = made[at+len(hole):]
	}
}

// common says whether nothing but the address tells the page's frame from others: nobody is signed in, and no link of the masthead
// leads to the page itself.
func (p Page) common() bool {
	return p.Person == nil && !p.Plain && len(p.dev) == 0 && p.path != nil && p.path.RawQuery == "" &&
		p.path.Path != discoverPath && strings.HasPrefix(p.path.Path, "/")
}
