package public

import (
	"bytes"
	"embed"
	"fmt"
	"html"
	"strings"

	"github.com/yuin/goldmark"

	"github.com/workfluence/workfluence/internal/locale"
)

//go:embed content
var content embed.FS

// names are the promises that are documents.
var names = []string{"terms", "privacy", "refunds", "imprint", "accessibility", "report"}

// document is one page of text: a title, a first sentence, and sections as HTML.
type document struct {
	title, lede, body string
}

type documents struct {
	all map[string]document
}

// newDocuments renders every document in every language once. The sources are our own, so their faults are a
// programmer's and panic.
func newDocuments(cfg Config) *documents {
	fill := strings.NewReplacer("{{.Operator}}", cfg.Operator, "{{.Address}}", cfg.Address, "{{.Email}}", cfg.Email)
	d := &documents{all: map[string]document{}}
	for _, name := range names {
		for _, tag := range locale.All {
			path := fmt.Sprintf("content/%s.%s.md", name, tag)
			raw, err := content.ReadFile(path)
			if err != nil {
				panic(err)
			}
			doc, err := parse(fill.Replace(string(raw)))
			if err != nil {
				panic(fmt.Sprintf("%s: %v", path, err))
			}
			d.all[name+"."+string(tag)] = doc
		}
	}
	return d
}

func (d *documents) get(name string, tag locale.Tag) document { return d.all[name+"."+string(tag)] }

// parse takes the heading and the first paragraph apart from the rest.
func parse(source string) (document, error) {
	first, rest, ok := strings.Cut(strings.TrimSpace(source), "\n\n")
	title, isHeading := strings.CutPrefix(first, "# ")
	lede, sections, more := strings.Cut(rest, "\n\n")
	if !ok || !isHeading || !more {
		return document{}, fmt.Errorf("begin with a heading, a paragraph and sections")
	}
	doc := document{title: title}
	var err error
	if doc.lede, err = render(lede); err != nil {
		return document{}, err
	}
	doc.lede = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(doc.lede), "<p>"), "</p>")
	doc.body, err = render(sections)
	return doc, err
}

func render(markdown string) (string, error) {
	var out bytes.Buffer
	err := goldmark.Convert([]byte(markdown), &out)
	return out.String(), err
}

// plain is the first sentence for search engines: without markup.
func (d document) plain() string {
	var out strings.Builder
	inTag := false
	for _, r := range d.lede {
		switch {
		case r == '<':
			inTag = true
		case r == '>':
			inTag = false
		case !inTag:
			out.WriteRune(r)
		}
	}
	return html.UnescapeString(out.String())
}
