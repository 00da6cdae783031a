package screen

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence is one sentence of a policy's text, with its place there: bytes [Start, End).
type Sentence struct {
	Text       string // on one line, without Markdown's marks around it
	Start, End int
}

// Sentences parts a Markdown text into sentences. A heading, an item of a list and a paragraph end one; front matter,
// fences of code and HTML blocks hold none.
func Sentences(text string) []Sentence {
	var out []Sentence
	para, paraEnd := -1, 0
	flush := func() {
		if para >= 0 {
			out = appendSentences(out, text, para, paraEnd)
		}
		para = -1
	}
	fence, front := false, false
	for at, number := 0, 0; at < len(text); number++ {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			end = len(text) - at
		}
		line := strings.TrimSpace(text[at : at+end])
		start, next := at, at+end+1
		switch {
		case line == "---" && (number == 0 || front):
			front = !front
			flush()
		case strings.HasPrefix(line, "```"):
			fence = !fence
			flush()
		case fence || front || line == "" || strings.HasPrefix(line, "<") || strings.HasPrefix(line, "|"):
			flush()
		default:
			marks := marker(line)
			if marks > 0 {
				flush()
			}
			if para < 0 {
				para = start + strings.Index(text[start:start+end], line) + marks
			}
			paraEnd = start + end
			if strings.HasPrefix(line, "#") {
				flush()
			}
		}
		at = next
	}
	flush()
	return out
}

// marker is how many bytes of a line are the mark of a heading, quote or list item.
func marker(line string) int {
	trimmed := strings.TrimLeft(line, "#>*-+ \t")
	n := len(line) - len(trimmed)
	if n > 0 && strings.ContainsAny(line[:n], " \t") {
		return n
	}
	digits := strings.TrimLeft(line, "0123456789")
	if d := len(line) - len(digits); d > 0 && d < 4 && (strings.HasPrefix(digits, ". ") || strings.HasPrefix(digits, ") ")) {
		return d + 2
	}
	return 0
}

func appendSentences(out []Sentence, text string, start, end int) []Sentence {
	from := start
	for i := start; i < end; {
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		if !endsSentence(r) {
			continue
		}
		for i < end {
			r, n := utf8.DecodeRuneInString(text[i:])
			if !strings.ContainsRune(`"'”’»)*_」）`, r) {
				break
			}
			i += n
		}
		next, _ := utf8.DecodeRuneInString(text[i:])
		if i >= end || r > unicode.MaxLatin1 || unicode.IsSpace(next) {
			out = appendSentence(out, text, from, i)
			from = i
		}
	}
	return appendSentence(out, text, from, end)
}

func appendSentence(out []Sentence, text string, start, end int) []Sentence {
	raw := text[start:end]
	start += len(raw) - len(strings.TrimLeftFunc(raw, unicode.IsSpace))
	end -= len(raw) - len(strings.TrimRightFunc(raw, unicode.IsSpace))
	if start >= end {
		return out
	}
	line := oneLine(text[start:end])
	if line == "" {
		return out
	}
	return append(out, Sentence{line, start, end})
}

func endsSentence(r rune) bool { return strings.ContainsRune(".!?。！？؟", r) }

// oneLine is a sentence with single blanks and without emphasis around it.
func oneLine(s string) string {
	return strings.Trim(strings.Join(strings.Fields(s), " "), "*_ ")
}

func sentenceTexts(text string) []string {
	var out []string
	for _, s := range Sentences(text) {
		out = append(out, s.Text)
	}
	return out
}
