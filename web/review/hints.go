package review

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/ui"
)

// protectedKind outranks all others.
const protectedKind = "PROTECTED"

// remark is a hint with its number on the page.
type remark struct {
	reviewapi.Hint
	number int
}

func (r remark) guard() bool { return r.Kind == protectedKind }

// markedPart is a part of a sheet as lines, each with the remarks that begin in it.
type markedPart struct {
	name  string
	lines []markedLine
}

type markedLine struct {
	runs   []markedRun
	begins []remark
}

// markedRun is a piece of a line. Where remarks overlap the first one marks it.
type markedRun struct {
	text  string
	about *remark
	first bool // of its remark: the number stands behind it once
}

// numbered gives hints their numbers: those with a place first, in the order in which they are read; what is missing has no number.
func numbered(hits []reviewapi.Hint, parts []string) (placed, missing []remark) {
	for _, h := range hits {
		if len(h.Marks) == 0 {
			missing = append(missing, remark{Hint: h})
		} else {
			placed = append(placed, remark{Hint: h})
		}
	}
	at := func(r remark) (int, int) { return slices.Index(parts, r.Marks[0].Part), r.Marks[0].From }
	slices.SortStableFunc(placed, func(a, b remark) int {
		partA, fromA := at(a)
		partB, fromB := at(b)
		if partA != partB {
			return partA - partB
		}
		return fromA - fromB
	})
	for i := range placed {
		placed[i].number = i + 1
	}
	return placed, missing
}

// partText is a part that can be marked.
type partText struct{ name, text string }

// partsOf are the texts of a sheet in the order in which they are read.
func partsOf(s reviewapi.Sheet) []partText {
	all := []partText{{"title", s.Title}, {"text", s.Text}, {"caption", s.Caption}}
	for i, e := range s.Entries {
		n := strconv.Itoa(i)
		all = append(all, partText{"entries." + n + ".title", e.Title}, partText{"entries." + n + ".summary", e.Summary}, partText{"entries." + n + ".text", e.Text})
	}
	for i, m := range s.Media {
		n := strconv.Itoa(i)
		all = append(all, partText{"media." + n + ".alt", m.Alt}, partText{"media." + n + ".transcript", m.Transcript})
	}
	return slices.DeleteFunc(all, func(p partText) bool { return strings.TrimSpace(p.text) == "" })
}

// markedParts are the texts of what was read, with its hints; missing are those that have no place in it.
func markedParts(h reviewapi.Hints) (parts []markedPart, missing []remark) {
	texts := partsOf(h.Sheet)
	names := make([]string, len(texts))
	for i, t := range texts {
		names[i] = t.name
	}
	placed, missing := numbered(h.Hits, names)
	begun := map[int]bool{}
	for _, t := range texts {
		part := markedPart{name: t.name}
		at := 0
		for line := range strings.SplitSeq(t.text, "\n") {
			runes := []rune(line)
			if strings.TrimSpace(line) != "" {
				part.lines = append(part.lines, markLine(t.name, runes, at, placed, begun))
			}
			at += len(runes) + 1
		}
		parts = append(parts, part)
	}
	return parts, missing
}

func markLine(part string, runes []rune, at int, placed []remark, begun map[int]bool) markedLine {
	about := make([]*remark, len(runes))
	var out markedLine
	for i := range placed {
		r := &placed[i]
		for _, m := range r.Marks {
			from, until := max(m.From-at, 0), min(m.Until-at, len(runes))
			if m.Part != part || from >= until {
				continue
			}
			for j := from; j < until; j++ {
				if about[j] == nil {
					about[j] = r
				}
			}
			if !begun[r.number] {
				begun[r.number] = true
				out.begins = append(out.begins, *r)
			}
		}
	}
	for from := 0; from < len(runes); {
		until := from + 1
		for until < len(runes) && about[until] == about[from] {
			until++
		}
		run := markedRun{text: string(runes[from:until]), about: about[from]}
		run.first = run.about != nil && !slices.ContainsFunc(out.runs, func(r markedRun) bool { return r.about == run.about })
		out.runs = append(out.runs, run)
		from = until
	}
	return out
}

// markedText is a line with its marks.
func markedText(line markedLine) templ.Component {
	runs := make([]ui.MarkedRun, len(line.runs))
	for i, r := range line.runs {
		runs[i] = ui.MarkedRun{Text: r.text, First: r.first}
		if r.about != nil {
			runs[i].Number, runs[i].Href = r.about.number, "#hint-"+strconv.Itoa(r.about.number)
		}
		if r.about != nil && r.about.guard() {
			runs[i].Tone = "guard"
		}
	}
	return ui.MarkedLine(runs)
}

// reasonOf says what a hint is about.
func reasonOf(l locale.L, h reviewapi.Hint) string {
	return l.T("review.reason." + strings.ToLower(h.Kind))
}

// partName says which part of a sheet it is, "" for the post's own words.
func partName(l locale.L, s reviewapi.Sheet, name string) string {
	kind, rest, _ := strings.Cut(name, ".")
	number, what, _ := strings.Cut(rest, ".")
	i, err := strconv.Atoi(number)
	switch {
	case kind == "caption":
		return l.T("review.part.caption")
	case kind == "media" && err == nil && what == "alt":
		return l.T("review.part.alt", "Number", l.Number(int64(i+1)))
	case kind == "media" && err == nil:
		return l.T("review.part.transcript", "Number", l.Number(int64(i+1)))
	case kind == "entries" && err == nil && what == "title":
		return l.T("review.part.entry", "Number", l.Number(int64(i+1)))
	}
	return ""
}

// recordings says that something is heard or filmed in a sheet: what only a person can look for there.
func recordings(s reviewapi.Sheet) bool {
	return slices.ContainsFunc(s.Media, func(m reviewapi.SheetMedium) bool {
		return strings.HasPrefix(m.Type, "video/") || strings.HasPrefix(m.Type, "audio/")
	})
}
