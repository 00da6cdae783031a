// Package shell is the frame around every page: masthead, sections and footer, the language and theme of the
// visitor, what was just done, and what went wrong.
//
//	request ── rest.Router (caller, access rule) ── Visit ── handler of an area
//	                                                  │          │
//	                        language, theme, person ──┘          ├─ Show: a whole page, or for htmx its main part
//	                                                             ├─ See: 303 to the next page, with a flash
//	                                                             └─ error ── problem page or fragment, with a next step
//
// An area is a package below web that has pages of one concern. It hands the shell an [Area]: its sections for
// the strip below the masthead, and a function that registers its pages with [Shell.Page]. A handler fills the
// page's title and shows a templ component; it never writes headers or chooses a layout, and the same handler
// answers a browser with a page and htmx with a fragment.
//
// Nothing here knows a service. Who is signed in comes from the caller (internal/identity); the name and roles
// that the masthead shows come from Config.People.
package shell
