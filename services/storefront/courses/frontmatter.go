package courses

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"gopkg.in/yaml.v3"
)

const (
	maxFront = 64 << 10 // bytes; more is refused unread, so YAML aliases can't grow
	maxTitle = 200      // characters
)

// front is what a lesson's head may say. Order is nil where it is not given.
type front struct {
	Title string
	Slug  string
	Order *int
	Free  bool
}

// note is a remark on one line of a text.
type note struct {
	line   int
	code   string
	reason string
	params map[string]string
	text   string
	key    string // for UnknownKey: the key, so that one remark can stand for many files
}

// parseFront splits a lesson into its head and its Markdown. bodyLine is the
// line on which the body starts. A head that is not YAML is left out with a
// note: the text is worth more than its label.
func parseFront(src string) (f front, body string, bodyLine int, notes []note) {
	head, body, ok := cutFront(src)
	if !ok {
		return front{}, src, 1, nil
	}
	bodyLine = strings.Count(head, "\n") + 3
	if len(head) > maxFront {
		return front{}, body, bodyLine, []note{{line: 1, code: BadFrontMatter, reason: TooLong, text: "the front matter is longer than 64 KB and was left out"}}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(head), &doc); err != nil {
		return front{}, body, bodyLine, []note{{line: 1, code: BadFrontMatter, reason: NotYAML, text: "the front matter is not YAML and was left out"}}
	}
	if len(doc.Content) == 0 {
		return front{}, body, bodyLine, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return front{}, body, bodyLine, []note{{line: 1, code: BadFrontMatter, reason: NotKeys, text: "the front matter is not a list of keys and was left out"}}
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if n := f.set(root.Content[i], root.Content[i+1]); n != nil {
			n.line = root.Content[i].Line + 1
			notes = append(notes, *n)
		}
	}
	return f, body, bodyLine, notes
}

func (f *front) set(k, v *yaml.Node) *note {
	bad := func(reason, want string) *note {
		return &note{
			code: BadFrontMatter, reason: reason, params: map[string]string{ParamKey: k.Value},
			text: fmt.Sprintf("%s should be %s and was left out", k.Value, want),
		}
	}
	scalar := v.Kind == yaml.ScalarNode && v.Tag != "!!null"
	switch k.Value {
	case "title":
		f.Title = Title(v.Value)
		if !scalar || f.Title == "" {
			return bad(NotText, "a line of text")
		}
	case "slug":
		if !scalar || Slug(v.Value) == "" {
			return bad(NotSlug, "letters, digits and hyphens")
		}
		f.Slug = Slug(v.Value)
	case "order":
		n, err := strconv.Atoi(v.Value)
		if !scalar || err != nil || n < -1_000_000 || n > 1_000_000 {
			return bad(NotNumber, "a whole number")
		}
		f.Order = &n
	case "free":
		b, err := strconv.ParseBool(strings.ToLower(v.Value))
		if !scalar || err != nil {
			return bad(NotBool, "true or false")
		}
		f.Free = b
	default:
		return &note{
			code: UnknownKey, params: map[string]string{ParamKey: k.Value},
			text: fmt.Sprintf("the key %q means nothing here", k.Value), key: k.Value,
		}
	}
	return nil
}

// cutFront finds a head between a first line "---" and the next line "---" (or
// "...", which YAML allows).
func cutFront(src string) (head, body string, ok bool) {
	rest, ok := strings.CutPrefix(src, "---")
	if !ok {
		return "", src, false
	}
	first, rest, ok := strings.Cut(rest, "\n")
	if !ok || strings.TrimSpace(first) != "" {
		return "", src, false
	}
	at := 0
	for line := range strings.Lines(rest) {
		switch strings.TrimRight(line, " \t\n") {
		case "---", "...":
			return rest[:at], rest[at+len(line):], true
		}
		at += len(line)
	}
	return "", src, false
}

// formatFront writes a head that parseFront reads back.
func formatFront(f front) string {
	var b strings.Builder
	b.WriteString("---\n")
	put := func(k, tag, v string) {
		line, err := yaml.Marshal(map[string]*yaml.Node{k: {Kind: yaml.ScalarNode, Tag: tag, Value: v}})
		if err == nil { // a scalar of valid text always has a YAML form
			b.Write(line)
		}
	}
	put("title", "!!str", f.Title)
	if f.Slug != "" {
		put("slug", "!!str", f.Slug)
	}
	if f.Order != nil {
		put("order", "!!int", strconv.Itoa(*f.Order))
	}
	if f.Free {
		put("free", "!!bool", "true")
	}
	b.WriteString("---\n")
	return b.String()
}

// Title is a name on one line: NFC, single spaces, no control or private
// characters, at most 200 characters.
func Title(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(r rune) rune {
		if r < ' ' || (r >= 0x7f && r < 0xa0) || r == '\ufeff' || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > maxTitle {
		s = strings.TrimSpace(string(slices.Clip([]rune(s)[:maxTitle])))
		s = norm.NFC.String(s)
	}
	return s
}
