package documents

import (
	"context"
	"html"
	"io"
	"strings"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/services/content/contentapi"
)

// row is a line of a text with its changes. Each line is a paragraph of its own, so that it runs in its own direction.
type row []contentapi.Piece

// rowsOf breaks pieces at the ends of lines. A line end that came or went shows as a mark of its own, since it changes how
// the text is read; whether it stands or went, the line ends there.
func rowsOf(pieces []contentapi.Piece) []row {
	out := []row{{}}
	add := func(op, text string) {
		if text != "" {
			out[len(out)-1] = append(out[len(out)-1], contentapi.Piece{Op: op, Text: text})
		}
	}
	for _, p := range pieces {
		for line := range strings.Lines(p.Text) {
			body, ended := strings.CutSuffix(line, "\n")
			if ended && p.Op != contentapi.PieceSame {
				body += "¶"
			}
			add(p.Op, body)
			if ended {
				out = append(out, row{})
			}
		}
	}
	return out
}

// touched says that something of a part changed.
func touched(pieces []contentapi.Piece) bool {
	for _, p := range pieces {
		if p.Op != contentapi.PieceSame {
			return true
		}
	}
	return false
}

// near keeps the lines around changes, and says where others were left out by an empty row that is nil.
func near(rows []row) []row {
	const around = 2
	kept := make([]bool, len(rows))
	for i, r := range rows {
		if touched(r) {
			for j := max(0, i-around); j <= min(len(rows)-1, i+around); j++ {
				kept[j] = true
			}
		}
	}
	var out []row
	for i, r := range rows {
		switch {
		case kept[i]:
			out = append(out, r)
		case len(out) == 0 || out[len(out)-1] != nil:
			out = append(out, nil)
		}
	}
	return out
}

// medium changes: what came, what went, and what is shown with other words.
type mediaChange struct {
	op            string // came, went, moved, alt, transcript
	before, after int    // position from 1
	alt, now      string
}

func mediaChanges(before, after []contentapi.Shows) []mediaChange {
	var out []mediaChange
	was := map[string]int{}
	for i, m := range before {
		was[m.Digest] = i + 1
	}
	for i, m := range after {
		at, known := was[m.Digest]
		delete(was, m.Digest)
		if !known {
			out = append(out, mediaChange{op: "came", after: i + 1, now: m.Alt})
			continue
		}
		old := before[at-1]
		if at != i+1 {
			out = append(out, mediaChange{op: "moved", before: at, after: i + 1})
		}
		if old.Alt != m.Alt {
			out = append(out, mediaChange{op: "alt", after: i + 1, alt: old.Alt, now: m.Alt})
		}
		if old.Transcript != m.Transcript {
			out = append(out, mediaChange{op: "transcript", after: i + 1})
		}
	}
	for i, m := range before {
		if _, gone := was[m.Digest]; gone {
			out = append(out, mediaChange{op: "went", before: i + 1, alt: m.Alt})
		}
	}
	return out
}

// changedRow is one line. What went and what came each keep their own direction within the line's, so that they never mix; and
// no blank comes between pieces that was not written.
func changedRow(r row) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		b.WriteString(`<p class="lines" dir="auto">`)
		for _, p := range r {
			switch text := html.EscapeString(p.Text); p.Op {
			case contentapi.PieceRemoved:
				b.WriteString("<del>" + text + "</del>")
			case contentapi.PieceAdded:
				b.WriteString("<ins>" + text + "</ins>")
			default:
				b.WriteString(text)
			}
		}
		b.WriteString("</p>")
		_, err := io.WriteString(w, b.String())
		return err
	})
}
