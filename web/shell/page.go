package shell

import (
	"net/url"
	"sort"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/locale"
)

// Role is the hat that a person wears on a page; it decides the strip of sections.
type Role string

// The roles that have pages.
const (
	Creator  Role = "creator"
	Buyer    Role = "buyer"
	Operator Role = "operator"
)

// Section is one entry of a role's strip. Its word is the message shell.section.<ID>.
type Section struct {
	Role  Role
	ID    string
	Path  string
	Order int // ascending; gaps are welcome
	// Employer is true for pages about an employer: who works for nobody isn't led there.
	Employer bool
}

// Person is who is signed in, as far as the frame shows it.
type Person struct {
	ID, Name, Zone string
	Roles          []Role         // the hats that fit; under a mandate those of the person represented
	ActingFor      string         // the name of the person represented under a mandate, or ""
	Solo           bool           // said that they work for nobody: no link and no word is about an employer
	Unread         int            // notices
	Counts         map[string]int // by section: how many things wait there
	Organisations  []Organisation // that the person acts for, when they act for nobody else
}

// Organisation is one that a person acts for, and where their work for it is.
type Organisation struct {
	Name, Path string
}

// Flash says once, on the next page, what has just been done.
type Flash struct {
	Text string
}

// Page is what the frame needs to know about the page inside it. A handler sets Title, and the rest as needed.
type Page struct {
	L           locale.L
	Title       string // of the window and of shared links; the brand is added
	Description string // for search and shared links
	Role        Role   // from the route
	Section     string // id of the current section, from the route
	Person      *Person
	Flash       *Flash
	Width       string          // "" for 72 rem, "read" for 64, "wide" for 92
	Plain       bool            // without sections: sign-in, checkout, a page for strangers
	Head        templ.Component // more for <head>: JSON-LD, OpenGraph
	Canonical   string          // absolute address, for pages that search engines may keep
	NoIndex     bool
	Once        bool   // shows a secret: no cache may keep it
	Theme       string // "light", "dark" or "" for the system's

	path     *url.URL
	sections []Section
	dev      []DevLink
}

// DevLink is a place that exists only under `serve --dev`, shown in the footer.
type DevLink struct {
	Label, Href string
}

// At returns the page as if it were asked for at an address; stories use it.
func (p Page) At(address string, sections []Section) Page {
	p.path, _ = url.Parse(address) // a story's own constant
	p.sections = sections
	return p
}

// Lang is the address of this page in another language.
func (p Page) Lang(t locale.Tag) string {
	if p.path == nil {
		return "?lang=" + string(t)
	}
	if p.path.RawQuery == "" {
		return p.path.Path + "?lang=" + string(t)
	}
	q := p.path.Query()
	q.Set("lang", string(t))
	return p.path.Path + "?" + q.Encode()
}

// Here is the address of this page without the language, for forms that return to it.
func (p Page) Here() string {
	if p.path == nil {
		return "/"
	}
	if p.path.RawQuery == "" {
		return p.path.Path
	}
	q := p.path.Query()
	q.Del("lang")
	if len(q) == 0 {
		return p.path.Path
	}
	return p.path.Path + "?" + q.Encode()
}

// Solo says whether the page is for somebody who works for nobody. A direct address opens its page for them all the same: they may
// have asked an employer before they said so.
func (p Page) Solo() bool { return p.Person != nil && p.Person.Solo }

// Sections lists the strip of the page's role, in order.
func (p Page) Sections() []Section {
	var out []Section
	for _, s := range p.sections {
		if s.Role == p.Role && !(s.Employer && p.Solo()) {
			out = append(out, s)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Order < out[j].Order })
	return out
}

// roleHome is the first section of a role, where the role switch leads.
func (p Page) roleHome(r Role) string {
	p.Role = r
	if own := p.Sections(); len(own) > 0 {
		return own[0].Path
	}
	return "/"
}

// switchable lists the roles that a person may change to: those that have pages.
func (p Page) switchable() []Role {
	if p.Person == nil {
		return nil
	}
	var out []Role
	for _, r := range p.Person.Roles {
		if p.roleHome(r) != "/" {
			out = append(out, r)
		}
	}
	return out
}
