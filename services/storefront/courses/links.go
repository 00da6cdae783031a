package courses

import (
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	nethtml "golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// ref is one reference a lesson makes, with the line of the body it stands on.
type ref struct {
	dest  string
	alt   string
	line  int
	image bool // shown in place, not followed
}

// References lists what a body refers to, in reading order: links and images of
// Markdown and of raw HTML. Code is not looked into.
func references(body string) []ref {
	src := []byte(body)
	lines := lineIndex(body)
	var out []ref
	at := 0 // offset of the last text seen: inline nodes carry none of their own
	_ = ast.Walk(md.Parser().Parse(text.NewReader(src)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
			at = n.Lines().At(0).Start
		}
		switch n := n.(type) {
		case *ast.Text:
			at = n.Segment.Start
		case *ast.Link:
			at = startOf(n, at)
			out = append(out, ref{dest: string(n.Destination), line: lines.at(at)})
		case *ast.Image:
			at = startOf(n, at)
			out = append(out, ref{dest: string(n.Destination), alt: string(plain(n, src)), line: lines.at(at), image: true})
		case *ast.RawHTML:
			for i := range n.Segments.Len() {
				seg := n.Segments.At(i)
				out = append(out, tagRefs(seg.Value(src), lines.at(seg.Start))...)
			}
		case *ast.HTMLBlock:
			for i := range n.Lines().Len() {
				seg := n.Lines().At(i)
				out = append(out, tagRefs(seg.Value(src), lines.at(seg.Start))...)
			}
		}
		return ast.WalkContinue, nil
	})
	return out
}

// startOf finds the offset of an inline node by the first text inside it.
func startOf(n ast.Node, fallback int) int {
	for c := n.FirstChild(); c != nil; c = c.FirstChild() {
		if t, ok := c.(*ast.Text); ok {
			return t.Segment.Start
		}
	}
	return fallback
}

func plain(n ast.Node, src []byte) []byte {
	var b []byte
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b = append(b, t.Segment.Value(src)...)
			continue
		}
		b = append(b, plain(c, src)...)
	}
	return b
}

func tagRefs(b []byte, line int) []ref {
	var out []ref
	z := nethtml.NewTokenizer(strings.NewReader(string(b)))
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return out
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			t := z.Token()
			r := ref{line: line}
			for _, a := range t.Attr {
				switch {
				case a.Key == "href" && t.Data == "a":
					r.dest = a.Val
				case a.Key == "src" && (t.Data == "img" || t.Data == "audio" || t.Data == "video"):
					r.dest, r.image = a.Val, true
				case a.Key == "alt":
					r.alt = a.Val
				}
			}
			if r.dest != "" {
				out = append(out, r)
			}
		}
	}
}

// index answers which line (from 1) an offset is on.
type index []int

func lineIndex(s string) index {
	idx := index{0}
	for i := range len(s) {
		if s[i] == '\n' {
			idx = append(idx, i+1)
		}
	}
	return idx
}

func (x index) at(offset int) int {
	lo, hi := 0, len(x)
	for lo+1 < hi {
		if mid := (lo + hi) / 2; x[mid] <= offset {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo + 1
}

// split takes a destination apart; the path is unescaped and in NFC.
func split(dest string) (p, frag, query string) {
	u, err := url.Parse(dest)
	if err != nil {
		return dest, "", ""
	}
	if u.RawQuery != "" {
		query = "?" + u.RawQuery
	}
	return norm.NFC.String(u.Path), u.Fragment, query
}

// candidates are the course paths a reference may mean, likeliest first: a path
// from the root, from the lesson's folder, and again from the root, because
// writers who think of a web site leave the first slash out.
func candidates(dir, p string) []string {
	if p == "" {
		return nil
	}
	rooted := strings.TrimPrefix(path.Clean("/"+p), "/")
	if strings.HasPrefix(p, "/") {
		return []string{rooted}
	}
	local := strings.TrimPrefix(path.Clean("/"+dir+"/"+p), "/")
	if local == rooted {
		return []string{local}
	}
	return []string{local, rooted}
}

// lessonPath maps the ways to write a lesson's place ("Our Style/Names.md",
// "our-style/names/", "our-style/") to its path in the course.
func lessonPath(p string) string {
	p = strings.TrimSuffix(strings.TrimSuffix(p, ".md"), ".markdown")
	p = strings.TrimSuffix(strings.TrimSuffix(p, ".html"), "/")
	dir, base := path.Split(p)
	if dir == "" {
		return Slug(base) + "/index"
	}
	return Slug(strings.TrimSuffix(dir, "/")) + "/" + Slug(base)
}

var (
	tagPattern     = regexp.MustCompile(`\{\{[^{}\n]{0,400}\}\}|\{%[^{}\n]{0,400}%\}`)
	pathTagPattern = regexp.MustCompile(`^\{\{-?\s*["']([^"'\s]{1,300})["']\s*\|\s*(?:relative_url|absolute_url)\s*-?\}\}$`)
)

// templateTags looks for tags of site generators outside code. A tag that only
// spells an address ({{ "/a/b" | relative_url }}) is replaced by that address,
// so that the link around it works; others stay as they are. Both are noted.
func templateTags(body string) (string, []note) {
	found := tagPattern.FindAllStringIndex(body, -1)
	if found == nil {
		return body, nil
	}
	code := codeRanges(body)
	lines := lineIndex(body)
	var b strings.Builder
	var notes []note
	last := 0
	for _, m := range found {
		if code.has(m[0]) {
			continue
		}
		tag := body[m[0]:m[1]]
		about := map[string]string{ParamTag: tag}
		n := note{line: lines.at(m[0]), code: TemplateTag, reason: Stays, params: about, text: tag + " is a tag of another system and stays as text"}
		if to := pathTagPattern.FindStringSubmatch(tag); to != nil {
			n.reason, about[ParamAddress] = AddressKept, to[1]
			n.text = tag + " is a tag of another system; its address " + to[1] + " was kept"
			b.WriteString(body[last:m[0]] + to[1])
			last = m[1]
		}
		notes = append(notes, n)
	}
	return b.String() + body[last:], notes
}

type ranges [][2]int

func (r ranges) has(at int) bool {
	for _, x := range r {
		if x[0] <= at && at < x[1] {
			return true
		}
	}
	return false
}

// codeRanges finds the code of a text: its tags are examples, not mistakes.
func codeRanges(body string) ranges {
	var out ranges
	_ = ast.Walk(md.Parser().Parse(text.NewReader([]byte(body))), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n.Kind() {
		case ast.KindCodeBlock, ast.KindFencedCodeBlock:
			for i := range n.Lines().Len() {
				seg := n.Lines().At(i)
				out = append(out, [2]int{seg.Start, seg.Stop})
			}
		case ast.KindCodeSpan:
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				if t, ok := c.(*ast.Text); ok {
					out = append(out, [2]int{t.Segment.Start, t.Segment.Stop})
				}
			}
		}
		return ast.WalkContinue, nil
	})
	return out
}
