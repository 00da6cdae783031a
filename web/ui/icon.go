package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// icons is the one set: 24 by 24, drawn as lines of currentColor by the class "icon".
var icons = map[string]string{
	"check":    `<path d="M4 12.500 9.500 18 20 6.500"/>`,
	"down":     `<path d="M6 9l6 6 6-6"/>`,
	"forward":  `<path d="M5 12h14M13 6l6 6-6 6"/>`,
	"back":     `<path d="M19 12H5M11 6l-6 6 6 6"/>`,
	"search":   `<circle cx="10.500" cy="10.500" r="6"/><path d="m15 15 5 5"/>`,
	"bell":     `<path d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15zM10 20.500h4"/>`,
	"clock":    `<circle cx="12" cy="12" r="8.500"/><path d="M12 7v5l3.500 2"/>`,
	"warn":     `<path d="M12 4 2.800 20h18.400zM12 10v4.500M12 17.200v.3"/>`,
	"shield":   `<path d="M12 3.500 5 6v5.500c0 4.300 2.900 7.200 7 9 4.100-1.800 7-4.700 7-9V6z"/>`,
	"info":     `<circle cx="12" cy="12" r="8.500"/><path d="M12 11v5.500M12 7.500v.3"/>`,
	"mail":     `<path d="M3.500 6h17v12.500h-17zM3.500 7l8.500 6 8.500-6"/>`,
	"download": `<path d="M12 4v11M7 10.500l5 5 5-5M4.500 20h15"/>`,
	"upload":   `<path d="M12 16V5M7 9.500l5-5 5 5M4.500 20h15"/>`,
	"play":     `<path d="M7 5v14l12-7z"/>`,
	"lock":     `<path d="M6 10.500h12v9.500H6zM8.500 10.500V8a3.500 3.500 0 0 1 7 0v2.500"/>`,
	"person":   `<circle cx="12" cy="8" r="4"/><path d="M4 20.500c1-4.500 4-6.500 8-6.500s7 2 8 6.500"/>`,
	"globe":    `<circle cx="12" cy="12" r="8.500"/><path d="M3.500 12h17M12 3.500c3 2.500 3.500 5.500 3.500 8.500s-.5 6-3.500 8.500c-3-2.500-3.500-5.500-3.500-8.500s.5-6 3.500-8.500z"/>`,
	"plus":     `<path d="M12 5v14M5 12h14"/>`,
	"edit":     `<path d="M4.500 19.500l1-4.500L16 4.500l3.500 3.500L9 18.500z"/>`,
	"trash":    `<path d="M5 7h14M9.500 7V4.500h5V7M7 7l1 13h8l1-13"/>`,
	"copy":     `<path d="M8.500 8.500h11v11h-11zM15.500 8.500v-4h-11v11h4"/>`,
	"up":       `<path d="M6 15l6-6 6 6"/>`,
	"card":     `<path d="M3.500 6h17v12h-17zM3.500 10h17M6.500 14.500h4"/>`,
	"bank":     `<path d="M3.500 9.500 12 4.500l8.500 5zM5.500 10v7M10 10v7M14 10v7M18.500 10v7M3.500 19.500h17"/>`,
	"book":     `<path d="M12 6.500C9.500 5 6.500 4.800 4 5v13.500c2.500-.2 5.500 0 8 1.500 2.500-1.500 5.500-1.700 8-1.500V5c-2.500-.2-5.500 0-8 1.500zM12 6.500V20"/>`,
	"eye":      `<path d="M2.500 12C5 7.500 8.500 5.500 12 5.500s7 2 9.500 6.500c-2.500 4.500-6 6.500-9.500 6.500S5 16.500 2.500 12z"/><circle cx="12" cy="12" r="3"/>`,
	"grip":     `<path d="M9 6v.3M15 6v.3M9 12v.3M15 12v.3M9 18v.3M15 18v.3"/>`,
}

// turning icons point along the line of text and turn with its direction.
var turning = map[string]bool{"forward": true, "back": true}

// drawn are the icons as they stand in a page.
var drawn = func() map[string]string {
	all := make(map[string]string, len(icons))
	for name, paths := range icons {
		class := "icon"
		if turning[name] {
			class = "icon turn"
		}
		all[name] = `<svg class="` + class + `" viewBox="0 0 24 24" aria-hidden="true">` + paths + `</svg>`
	}
	return all
}()

// Icon draws an icon beside a word; alone it says nothing to those who don't see it. It panics for an unknown
// name, which is a programmer's fault and fails the stories.
func Icon(name string) templ.Component {
	svg, ok := drawn[name]
	if !ok {
		panic("ui: no icon " + name)
	}
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, svg)
		return err
	})
}

// Mark is the brand's sign.
func Mark() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, `<svg viewBox="0 0 28 22" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.600" stroke-linecap="round" stroke-linejoin="round"><path d="M2.500 6.500 7 18.500l5-11 4.500 11L26 2.500"/></svg>`)
		return err
	})
}
