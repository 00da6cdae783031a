package shell

import (
	"testing"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/ui"
)

// The frame that is made once and filled is the frame that would be made for the page, and what is a visitor's own is never in it.
func TestTheFrameMadeOnceIsThePagesOwn(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]func(Page) templ.Component{"masthead": masthead, "colophon": colophon} {
		for range 2 { // made, and kept
			for _, tag := range locale.All {
				for _, address := range []string{
					"/", "/@ines/rotas", "/discover", "/discover/", `/%22%3E%3Cb%3E&amp;'`, "/%D8%B1", "/a%20b+c%25", "/a%3Ab", "//elsewhere.example", "/@ines?currency=EUR&lang=fr", "/x?lang=nl", "/%00/%2500",
				} {
					for _, p := range []Page{
						{}, {Width: "read"}, {Theme: "dark"}, {Theme: "light", Width: "wide"}, {Plain: true}, {dev: []DevLink{{Label: "Mail", Href: "/dev/mail"}}},
						{Person: &Person{Name: "Ines", Roles: []Role{Buyer}}},
					} {
						p.L = i18n.Messages().For(string(tag))
						p = p.At(address, nil)
						want, err := ui.HTML(part(p))
						if err != nil {
							t.Fatal(err)
						}
						if got, err := ui.HTML(framed(p, name, part)); got != want || err != nil {
							t.Errorf("%s in %s at %s: %v\n%s\nwant\n%s", name, tag, address, err, got, want)
						}
					}
				}
			}
		}
	}
}
