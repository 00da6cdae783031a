package documents

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/workfluence/workfluence/services/content/contentapi"
)

// thread is a comment with its answers, and its number on the page.
type thread struct {
	contentapi.Comment
	number  int
	answers []contentapi.Comment
}

// threads puts answers below what they answer. Open ones are numbered in the order of the page.
func threads(list []contentapi.Comment) (open, closed []thread) {
	at := map[string]int{}
	var all []thread
	for _, c := range list {
		if i, known := at[c.ReplyTo]; known && c.ReplyTo != "" {
			all[i].answers = append(all[i].answers, c)
			at[c.ID] = i
			continue
		}
		at[c.ID] = len(all)
		all = append(all, thread{Comment: c})
	}
	for _, t := range all {
		if t.State == contentapi.CommentOpen {
			open = append(open, t)
		} else {
			closed = append(closed, t)
		}
	}
	slices.SortStableFunc(open, func(a, b thread) int { return place0(a) - place0(b) })
	for i := range open {
		open[i].number = i + 1
	}
	return open, closed
}

// place0 orders threads as they are read: by part, then by where the passage begins; what has gone comes last.
func place0(t thread) int {
	const apart = 100_000_000
	if t.Now == nil {
		return 9 * apart
	}
	return apart*slices.Index([]string{contentapi.PartTitle, contentapi.PartText, contentapi.PartCaption, contentapi.PartMedia}, t.Now.Part) + t.Now.From
}

// paragraph is a line of a part, with the marks of what is said about it and the threads that begin there.
type paragraph struct {
	part        string
	index       int // among the lines of its part, from 0
	from, until int // in the part, in characters
	text        string
	runs        []run
	begins      []thread
}

// run is a piece of a paragraph. Number is of the thread that is about it, 0 for none; where two overlap, of the first.
type run struct {
	text   string
	number int
	first  bool // of its thread: the mark's number stands behind it once
}

// paragraphs breaks a part into lines that say something, and marks the passages of open threads in it.
func paragraphs(part, text string, open []thread) []paragraph {
	var out []paragraph
	at := 0
	for i, line := range strings.Split(text, "\n") {
		n := utf8.RuneCountInString(line)
		if strings.TrimSpace(line) != "" {
			out = append(out, marked(paragraph{part: part, index: i, from: at, until: at + n, text: line}, open))
		}
		at += n + 1
	}
	// What is about no line that says something hangs on the first paragraph behind it, or the last one.
	for _, t := range open {
		if t.Now == nil || t.Now.Part != part || len(out) == 0 || begun(out, t) {
			continue
		}
		i := slices.IndexFunc(out, func(p paragraph) bool { return p.until >= t.Now.From })
		if i < 0 {
			i = len(out) - 1
		}
		out[i].begins = append(out[i].begins, t)
	}
	return out
}

func begun(list []paragraph, t thread) bool {
	return slices.ContainsFunc(list, func(p paragraph) bool {
		return slices.ContainsFunc(p.begins, func(b thread) bool { return b.ID == t.ID })
	})
}

func marked(p paragraph, open []thread) paragraph {
	cuts := []int{p.from, p.until}
	var here []thread
	for _, t := range open {
		if t.Now == nil || t.Now.Part != p.part || t.Now.Until < p.from || t.Now.From > p.until {
			continue
		}
		if t.Now.From >= p.from && t.Now.From < p.until {
			p.begins = append(p.begins, t)
		}
		if t.Now.Until > p.from && t.Now.From < p.until {
			here = append(here, t)
			cuts = append(cuts, max(p.from, t.Now.From), min(p.until, t.Now.Until))
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	runes := []rune(p.text)
	for i := 1; i < len(cuts); i++ {
		r := run{text: string(runes[cuts[i-1]-p.from : cuts[i]-p.from])}
		for _, t := range here {
			if t.Now.From <= cuts[i-1] && cuts[i] <= t.Now.Until && r.number == 0 {
				r.number, r.first = t.number, t.Now.From == cuts[i-1]
			}
		}
		p.runs = append(p.runs, r)
	}
	return p
}

// find is where words stand between two characters of a text, in characters. It is what a person marks by writing it down:
// none is a passage that isn't there, many one that needs a few words more.
func find(text, words string, from, until int) (at contentapi.Passage, times int) {
	runes := []rune(text)
	from, until = max(0, min(from, len(runes))), max(0, min(until, len(runes)))
	within := string(runes[from:max(from, until)])
	words = strings.TrimSpace(words)
	if times = strings.Count(within, words); words == "" || times == 0 {
		return at, 0
	}
	at.From = from + utf8.RuneCountInString(within[:strings.Index(within, words)])
	at.Until = at.From + utf8.RuneCountInString(words)
	return at, times
}

// partOf is the text of a part of a version.
func partOf(ver contentapi.Version, part string) string {
	switch part {
	case contentapi.PartTitle:
		return ver.Title
	case contentapi.PartCaption:
		return ver.Caption
	case contentapi.PartText:
		return ver.Text
	}
	return ""
}

// replaced is a part of a version as the pieces of a change: what a suggestion takes away and what it puts there.
func replaced(text string, p contentapi.Passage, words string) []contentapi.Piece {
	runes := []rune(text)
	if p.From < 0 || p.Until < p.From || p.Until > len(runes) {
		return nil
	}
	return []contentapi.Piece{
		{Op: contentapi.PieceSame, Text: string(runes[:p.From])}, {Op: contentapi.PieceRemoved, Text: string(runes[p.From:p.Until])},
		{Op: contentapi.PieceAdded, Text: words}, {Op: contentapi.PieceSame, Text: string(runes[p.Until:])},
	}
}
