package visitor

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// browser is a person without JavaScript: it fetches a page, fills its form
// and presses the button. It knows no page of its own.
type browser struct{ hc *http.Client }

func newBrowser() (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &browser{&http.Client{Jar: jar, CheckRedirect: stayHere}}, nil
}

// stayHere ends a visit where it leads to another site: whether that site's
// page works is not this site's doing.
func stayHere(req *http.Request, via []*http.Request) error {
	if req.URL.Host != via[0].URL.Host || len(via) > 9 {
		return http.ErrUseLastResponse
	}
	return nil
}

// page is a fetched page: where it ended up, and its first form that posts.
type page struct {
	at   *url.URL
	body string
	form *form
}

type form struct {
	action string
	values url.Values
	boxes  map[string]string // unchecked boxes by name, with the value they would send
}

// maxPage bounds a page, in bytes.
const maxPage = 4 << 20

func (b *browser) get(ctx context.Context, address string) (*page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	return b.fetch(req)
}

// press sends the page's form and checks the boxes named.
func (b *browser) press(ctx context.Context, p *page, check ...string) (*page, error) {
	if p.form == nil {
		return nil, fmt.Errorf("%s has no form", p.at.Path)
	}
	to, err := p.at.Parse(p.form.action)
	if err != nil {
		return nil, err
	}
	for _, name := range check {
		if value, unchecked := p.form.boxes[name]; unchecked {
			p.form.values.Set(name, value)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), strings.NewReader(p.form.values.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.fetch(req)
}

func (b *browser) fetch(req *http.Request) (*page, error) {
	resp, err := b.hc.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxPage))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= http.StatusBadRequest {
		return nil, fmt.Errorf("%s %s: %s", req.Method, resp.Request.URL.Path, resp.Status)
	}
	if to, err := resp.Location(); err == nil {
		return &page{at: to}, nil
	}
	doc, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		return nil, err
	}
	return &page{at: resp.Request.URL, body: string(body), form: findForm(doc)}, nil
}

func findForm(doc *html.Node) *form {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" && strings.EqualFold(attr(n, "method"), "post") {
			return readForm(n)
		}
	}
	return nil
}

func readForm(n *html.Node) *form {
	f := &form{action: attr(n, "action"), values: url.Values{}, boxes: map[string]string{}}
	pressed := false
	for c := range n.Descendants() {
		name, value := attr(c, "name"), attr(c, "value")
		if c.Type != html.ElementNode || name == "" {
			continue
		}
		switch kind := attr(c, "type"); {
		case c.Data == "input" && (kind == "checkbox" || kind == "radio"):
			if has(c, "checked") {
				f.values.Set(name, value)
			} else if kind == "checkbox" {
				f.boxes[name] = value
			}
		case c.Data == "input":
			f.values.Set(name, value)
		case c.Data == "select":
			f.values.Set(name, chosen(c))
		case c.Data == "button" && !pressed: // the first one is what Enter presses
			f.values.Set(name, value)
			pressed = true
		}
	}
	return f
}

func chosen(n *html.Node) string {
	var options []*html.Node
	for o := range n.Descendants() {
		if o.Type == html.ElementNode && o.Data == "option" {
			options = append(options, o)
		}
	}
	if i := slices.IndexFunc(options, func(o *html.Node) bool { return has(o, "selected") }); i >= 0 {
		return attr(options[i], "value")
	}
	if len(options) > 0 {
		return attr(options[0], "value")
	}
	return ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
