// Package compare says how one text became another, in whole words: what a person would mark with a pen. It does no IO.
package compare

import (
	"strings"

	"github.com/aymanbagabas/go-udiff/lcs"
	"github.com/rivo/uniseg"
)

// What happened to a piece of text.
const (
	Same    = "same"
	Removed = "removed"
	Added   = "added"
)

// Piece is a run of text of one fate. Put together, the pieces that are not added are the text before, and those that are
// not removed the text after. No piece begins or ends inside a word (UAX #29), so none splits a letter from its marks, or
// an emoji.
type Piece struct {
	Op   string
	Text string
}

// Words compares two texts. Of a change the removed piece comes first. Lines are matched before words, so that a long text
// is compared paragraph by paragraph and a rewritten one does not take the others along.
func Words(before, after string) []Piece {
	var m marker
	walk(lines(before), lines(after), m.same, func(removed, added []string) {
		walk(words(strings.Join(removed, "")), words(strings.Join(added, "")), m.same, m.changed)
	})
	m.flush()
	return m.out
}

// walk names in their order the stretches of two sequences that are the same and those that are not.
func walk(a, b []string, same func([]string), changed func(removed, added []string)) {
	at := 0
	for _, d := range lcs.DiffLines(a, b) {
		same(a[at:d.Start])
		changed(a[d.Start:d.End], b[d.ReplStart:d.ReplEnd])
		at = d.End
	}
	same(a[at:])
}

// marker puts pieces together. A blank between two words that were both replaced is replaced with them: "good day" became
// "bad night", and not good bad, day night.
type marker struct {
	out                   []Piece
	removed, added, blank strings.Builder // of the change that may go on
}

func (m *marker) same(tokens []string) {
	text := strings.Join(tokens, "")
	switch {
	case text == "":
	case m.removed.Len() > 0 && m.added.Len() > 0 && strings.Trim(text, " ") == "":
		m.blank.WriteString(text)
	default:
		m.flush()
		m.append(Same, text)
	}
}

func (m *marker) changed(removed, added []string) {
	for _, side := range []struct {
		text   *strings.Builder
		tokens []string
	}{{&m.removed, removed}, {&m.added, added}} {
		side.text.WriteString(m.blank.String())
		for _, t := range side.tokens {
			side.text.WriteString(t)
		}
	}
	m.blank.Reset()
}

// flush ends the change that may have gone on.
func (m *marker) flush() {
	m.append(Removed, m.removed.String())
	m.append(Added, m.added.String())
	m.append(Same, m.blank.String())
	m.removed.Reset()
	m.added.Reset()
	m.blank.Reset()
}

func (m *marker) append(op, text string) {
	switch last := len(m.out) - 1; {
	case text == "":
	case last >= 0 && m.out[last].Op == op:
		m.out[last].Text += text
	default:
		m.out = append(m.out, Piece{op, text})
	}
}

// lines splits a text behind each line end.
func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.SplitAfter(s, "\n")
}

// words splits a text at the word boundaries of Unicode: words, blanks, marks and ideographs, each by itself.
func words(s string) []string {
	var out []string
	state := -1
	for s != "" {
		var w string
		w, s, state = uniseg.FirstWordInString(s, state)
		out = append(out, w)
	}
	return out
}
