package storytest

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	hashes = regexp.MustCompile(`-[0-9a-f]{10}\.`)
	typeID = regexp.MustCompile(`\b[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}\b`)
)

// Laws names what a page breaks of the laws that hold for every page: no missing word, nothing inline that the
// policy forbids, one h1, ids once, labels and descriptions that lead somewhere, no raw id for a person to see.
func Laws(page string) []string {
	var broken []string
	complain := func(format string, a ...any) { broken = append(broken, fmt.Sprintf(format, a...)) }
	for _, m := range regexp.MustCompile(`⟦[^⟧]*⟧`).FindAllString(page, -1) {
		complain("no words for %s", m)
	}
	if strings.Contains(page, "&lt;no value&gt;") {
		complain("a placeholder without a value")
	}
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return append(broken, err.Error())
	}
	ids, headings := map[string]int{}, 0
	var refs []string
	for n := range root.Descendants() {
		switch n.Type {
		case html.TextNode:
			if id := typeID.FindString(n.Data); id != "" && !inside(n, "script", "code") {
				complain("shows the raw id %s", id)
			}
			continue
		case html.ElementNode:
		default:
			continue
		}
		a := attributes(n)
		if id := a["id"]; id != "" {
			ids[id]++
		}
		if _, inline := a["style"]; inline {
			complain("<%s> has a style attribute", n.Data)
		}
		for name := range a {
			if strings.HasPrefix(name, "on") || strings.HasPrefix(name, "hx-on") {
				complain("<%s> has an inline handler %s", n.Data, name)
			}
		}
		refs = append(refs, strings.Fields(a["aria-describedby"]+" "+a["aria-labelledby"])...)
		switch n.DataAtom {
		case atom.H1:
			headings++
		case atom.Style:
			complain("an inline style sheet")
		case atom.Script:
			if a["src"] == "" && a["type"] != "application/ld+json" {
				complain("an inline script")
			}
		case atom.Label:
			if a["for"] != "" {
				refs = append(refs, a["for"])
			}
		case atom.Form:
			if m := a["method"]; m == "" && a["action"] == "" {
				complain("a form without method and action: it must work without a script")
			}
		}
	}
	if headings != 1 {
		complain("%d h1, want one", headings)
	}
	for id, n := range ids {
		if n > 1 {
			complain("the id %s stands %d times", id, n)
		}
	}
	for _, id := range refs {
		if ids[id] == 0 {
			complain("%s is referred to and isn't there", id)
		}
	}
	return broken
}

func attributes(n *html.Node) map[string]string {
	out := make(map[string]string, len(n.Attr))
	for _, a := range n.Attr {
		out[a.Key] = a.Val
	}
	return out
}

func inside(n *html.Node, names ...string) bool {
	for p := n; p != nil; p = p.Parent {
		for _, name := range names {
			if p.Type == html.ElementNode && p.Data == name {
				return true
			}
		}
	}
	return false
}
