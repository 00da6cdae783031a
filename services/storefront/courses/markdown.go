package courses

import (
	"bytes"
	"net/url"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// md keeps raw HTML: real lessons hold tables written by hand. What is safe is
// decided once, by policy, over the finished HTML of Markdown and HTML alike.
var md = goldmark.New(
	goldmark.WithExtensions(extension.Linkify, extension.Strikethrough, extension.Footnote, extension.DefinitionList,
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))),
	goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	goldmark.WithRendererOptions(html.WithUnsafe()),
)

// policy is bluemonday's for content by strangers, plus players for recordings.
// Script, style, forms, frames, event handlers and foreign schemes have no rule,
// so they can't pass.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.AllowElements("audio", "video")
	p.AllowAttrs("controls").Matching(regexp.MustCompile(`^$`)).OnElements("audio", "video")
	p.AllowAttrs("preload").Matching(regexp.MustCompile(`^metadata$`)).OnElements("audio", "video")
	p.AllowAttrs("src").OnElements("audio", "video")
	p.AllowAttrs("loading").Matching(regexp.MustCompile(`^lazy$`)).OnElements("img")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(language-[A-Za-z0-9+#-]{1,30}|footnotes|footnote-ref|footnote-backref)$`)).OnElements("code", "div", "a")
	p.RequireNoFollowOnLinks(false)
	p.RequireNoFollowOnFullyQualifiedLinks(true)
	p.RequireNoReferrerOnFullyQualifiedLinks(true)
	return p
})

// Resolver turns what a lesson refers to into addresses of the reader's page.
// Either function may be nil, and answers false for what it does not have.
type Resolver struct {
	File   func(path string) (href string, ok bool) // a File.Path of the course
	Lesson func(path string) (href string, ok bool) // "section/lesson"
}

// idPrefix keeps headings from taking names that a page's own script or style
// uses ("location", "main"): anchors of a text get a space of their own.
const idPrefix = "t-"

// Render turns a lesson's Markdown into HTML that is safe to put in a page: no
// script, no event handler, no scheme but http, https and mailto. References to
// files and lessons of the course are resolved from dir, the lesson's section.
// What can't be resolved loses its address and keeps its words. An image of
// another site becomes a link to it: a lesson tells no third party who reads it.
func Render(body, dir string, r Resolver) (string, error) {
	var raw bytes.Buffer
	if err := md.Convert([]byte(body), &raw); err != nil {
		return "", err
	}
	nodes, err := nethtml.ParseFragment(&raw, &nethtml.Node{Type: nethtml.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	w := rewriter{dir: dir, r: r}
	for _, n := range nodes {
		for _, m := range w.rewrite(n) {
			if err := nethtml.Render(&out, m); err != nil {
				return "", err
			}
		}
	}
	return strings.TrimSpace(policy().Sanitize(out.String())), nil
}

type rewriter struct {
	dir string
	r   Resolver
}

// rewrite returns what n becomes: itself, or a replacement.
func (w rewriter) rewrite(n *nethtml.Node) []*nethtml.Node {
	if n.Type != nethtml.ElementNode {
		return []*nethtml.Node{n}
	}
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		for _, m := range w.rewrite(c) {
			if m != c {
				n.InsertBefore(m, next)
			}
		}
		if c.Parent == n && w.replaced(c) {
			n.RemoveChild(c)
		}
		c = next
	}
	for i, a := range n.Attr {
		if (a.Key == "id" || a.Key == "name") && a.Val != "" {
			n.Attr[i].Val = idPrefix + a.Val
		}
	}
	switch n.DataAtom {
	case atom.A:
		w.link(n)
	case atom.Img, atom.Audio, atom.Video:
		if m := w.media(n); m != n {
			n.Data, n.DataAtom = "", 0 // marks n as replaced
			return []*nethtml.Node{m}
		}
	}
	return []*nethtml.Node{n}
}

func (w rewriter) replaced(n *nethtml.Node) bool {
	return n.Type == nethtml.ElementNode && n.Data == ""
}

func (w rewriter) link(n *nethtml.Node) {
	href := attr(n, "href")
	if href == "" || external(href) {
		return
	}
	p, frag, query := split(href)
	switch {
	case p == "" && frag != "":
		setAttr(n, "href", "#"+idPrefix+frag)
	default:
		for _, c := range candidates(w.dir, p) {
			if to, ok := ask(w.r.Lesson, lessonPath(c)); ok {
				if frag != "" {
					to += "#" + idPrefix + frag
				}
				setAttr(n, "href", to)
				return
			}
			if to, ok := ask(w.r.File, c); ok {
				setAttr(n, "href", to+query)
				return
			}
		}
		delAttr(n, "href")
	}
}

// media resolves a picture, or a recording written in the picture syntax.
func (w rewriter) media(n *nethtml.Node) *nethtml.Node {
	src, alt := attr(n, "src"), attr(n, "alt")
	if external(src) {
		return element(atom.A, alt, src, nethtml.Attribute{Key: "href", Val: src})
	}
	p, _, _ := split(src)
	for _, c := range candidates(w.dir, p) {
		to, ok := ask(w.r.File, c)
		if !ok {
			continue
		}
		switch KindOf(c) {
		case Image:
			return element(atom.Img, "", "", nethtml.Attribute{Key: "src", Val: to},
				nethtml.Attribute{Key: "alt", Val: alt}, nethtml.Attribute{Key: "loading", Val: "lazy"})
		case Audio:
			return element(atom.Audio, alt, c, controls(to)...)
		case Video:
			return element(atom.Video, alt, c, controls(to)...)
		case Attachment:
			return element(atom.A, alt, path.Base(c), nethtml.Attribute{Key: "href", Val: to})
		}
	}
	return element(atom.Em, alt, path.Base(p))
}

func controls(src string) []nethtml.Attribute {
	return []nethtml.Attribute{{Key: "controls"}, {Key: "preload", Val: "metadata"}, {Key: "src", Val: src}}
}

// element makes a node with a text inside (text, or else instead) unless both are empty.
func element(a atom.Atom, text, instead string, attrs ...nethtml.Attribute) *nethtml.Node {
	n := &nethtml.Node{Type: nethtml.ElementNode, Data: a.String(), DataAtom: a, Attr: attrs}
	if text == "" {
		text = instead
	}
	if text != "" {
		n.AppendChild(&nethtml.Node{Type: nethtml.TextNode, Data: text})
	}
	return n
}

func ask(f func(string) (string, bool), p string) (string, bool) {
	if f == nil {
		return "", false
	}
	return f(p)
}

func attr(n *nethtml.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

func setAttr(n *nethtml.Node, key, val string) {
	delAttr(n, key)
	n.Attr = append(n.Attr, nethtml.Attribute{Key: key, Val: val})
}

func delAttr(n *nethtml.Node, key string) {
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		if a.Key != key {
			kept = append(kept, a)
		}
	}
	n.Attr = kept
}

// external reports whether a destination leaves the course: it has a scheme (of
// any kind; the policy decides which may stay) or a host.
func external(dest string) bool {
	if strings.HasPrefix(dest, "//") {
		return true
	}
	u, err := url.Parse(dest)
	return err == nil && (u.Scheme != "" || u.Host != "")
}
