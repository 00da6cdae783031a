// Package letter gives every mail of ours one shape: a heading that is the
// answer, a few sentences, at most one button, at most one table.
//
// HTML and text are made from the same Letter, so that they say the same. The
// HTML is one quiet column that mail programs of every age can show: tables
// for layout, colours of the paper and the pen as fixed values, a dark variant
// where the program asks for it, the direction of the language, no image.
package letter

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"
	text "text/template"
)

// Letter is the content of one mail, already in the reader's language.
type Letter struct {
	Lang    string // BCP 47
	Dir     string // "ltr" or "rtl"
	Subject string
	Preview string // what a list of mails shows after the subject
	Heading string
	Body    []string // paragraphs of plain text
	Code    *Code
	Button  *Button
	Table   []Row
	Small   []string // below the line: what to do if it wasn't you, the seller, terms
	Footer  string   // who sends this
}

// Button is the one thing to press. URL is absolute. Or introduces the address
// for those who can't press.
type Button struct {
	Label, URL, Or string
}

// Code is what to type when the button can't be pressed where it is needed.
type Code struct {
	Label, Code string
}

// Row is a line of the table. Sum sets it off as the total.
type Row struct {
	Label, Value string
	Sum          bool
}

var (
	//go:embed letter.html
	htmlSource string
	//go:embed letter.txt
	textSource string

	htmlTemplate = template.Must(template.New("letter.html").Parse(htmlSource))
	textTemplate = text.Must(text.New("letter.txt").Funcs(text.FuncMap{"wrap": wrap, "line": strings.Repeat}).Parse(textSource))
)

// HTML renders the letter for programs that show HTML.
func (l Letter) HTML() (string, error) {
	var b bytes.Buffer
	if err := htmlTemplate.Execute(&b, l); err != nil {
		return "", fmt.Errorf("letter: %w", err)
	}
	return b.String(), nil
}

// Text renders the letter for those that don't, with lines of at most 72
// letters except for addresses.
func (l Letter) Text() (string, error) {
	var b bytes.Buffer
	if err := textTemplate.Execute(&b, l); err != nil {
		return "", fmt.Errorf("letter: %w", err)
	}
	return b.String(), nil
}

// wrap breaks a paragraph at blanks. Chinese has none and is left to the
// reader's program.
func wrap(s string) string {
	const width = 72
	var b strings.Builder
	n := 0
	for _, word := range strings.Fields(s) {
		letters := len([]rune(word))
		switch {
		case n == 0:
		case n+1+letters > width:
			b.WriteByte('\n')
			n = 0
		default:
			b.WriteByte(' ')
			n++
		}
		b.WriteString(word)
		n += letters
	}
	return b.String()
}
