package screen

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// A cue is one sign of what a rule is about, worth some points. Cues are data, one line for each number of points:
//
//	3 unpaid overtime; my (salary|pay) ..6 <money>
//	1 payslip
//	-2 race condition*
//
// Within a cue, words stand for themselves once folded; word* is a stem and *word the end of a compound; (a|b c) is a
// choice, (a|b)? one that may be left out; <name> is a list of words of the policy, a fact or what a detector finds; A ..6 B is A and
// then B with at most six words (Chinese: characters) between them, A ~6 B the same in either order; a last !~6 C takes the
// cue back where C stands within six words of it.
type cue struct {
	points int
	parts  []part
	vetoes []part
	source string
}

// part is one term of a cue and how far it may be from what came before. Its alternatives are phrases, or chains where a
// stem, a distance or a name stands inside one.
type part struct {
	phrases []Phrase
	chains  [][]part // of single phrases and names
	name    string   // a list, fact or detector, and no alternatives
	gap     int
	either  bool
}

const (
	maxGap          = 120
	maxAlternatives = 2000
	maxPoints       = 9
)

// parseCues reads the cues of one rule in one language.
func parseCues(text string) ([]cue, error) {
	var cues []cue
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		number, rest, _ := strings.Cut(line, " ")
		points, err := strconv.Atoi(number)
		if err != nil || points == 0 || points > maxPoints || points < -maxPoints {
			return nil, fmt.Errorf("line %d: %q is no number of points from -%d to %d", i+1, number, maxPoints, maxPoints)
		}
		for _, source := range strings.Split(rest, ";") {
			if source = strings.TrimSpace(source); source == "" {
				continue
			}
			c, err := parseCue(source)
			if err != nil {
				return nil, fmt.Errorf("line %d: %q: %w", i+1, source, err)
			}
			c.points = points
			cues = append(cues, c)
		}
	}
	return cues, nil
}

func parseCue(source string) (cue, error) {
	c := cue{source: source}
	next, veto := part{}, false
	var words []string
	flush := func() error {
		if len(words) == 0 {
			return nil
		}
		p, err := term(strings.Join(words, " "))
		if err != nil {
			return err
		}
		p.gap, p.either = next.gap, next.either
		if veto {
			c.vetoes = append(c.vetoes, p)
		} else {
			c.parts = append(c.parts, p)
		}
		words, next = nil, part{}
		return nil
	}
	for _, w := range pieces(source) {
		op, isOp, err := operator(w)
		if err != nil {
			return cue{}, err
		}
		if !isOp {
			words = append(words, w)
			continue
		}
		if err := flush(); err != nil {
			return cue{}, err
		}
		if next.gap > 0 || len(c.parts) == 0 {
			return cue{}, fmt.Errorf("%s stands between two terms", w)
		}
		veto = veto || strings.HasPrefix(w, "!")
		next = op
	}
	if err := flush(); err != nil {
		return cue{}, err
	}
	if next.gap > 0 || len(c.parts) == 0 {
		return cue{}, fmt.Errorf("a term is missing at the end")
	}
	return c, nil
}

// term reads what stands between two distances: its alternatives, written out.
func term(source string) (part, error) {
	alternatives, err := expand(source)
	if err != nil {
		return part{}, err
	}
	p := part{}
	for _, a := range alternatives {
		chain, err := chainOf(a)
		if err != nil {
			return part{}, err
		}
		switch {
		case len(chain) == 1 && chain[0].name == "":
			p.phrases = append(p.phrases, chain[0].phrases...)
		case len(chain) == 1 && len(alternatives) == 1:
			return chain[0], nil
		default:
			p.chains = append(p.chains, chain)
		}
	}
	return p, nil
}

// chainOf reads one alternative: a new part begins at a name, behind a distance and behind a stem.
func chainOf(text string) ([]part, error) {
	var out []part
	next := part{}
	var words []string
	flush := func() error {
		if len(words) == 0 {
			return nil
		}
		phrase, err := phraseOf(words)
		if err != nil {
			return err
		}
		next.phrases = []Phrase{phrase}
		out, next, words = append(out, next), part{}, nil
		return nil
	}
	for _, w := range strings.Fields(text) {
		op, isOp, err := operator(w)
		if err == nil && (isOp || strings.HasPrefix(w, "<")) {
			err = flush()
		}
		if err != nil {
			return nil, err
		}
		switch {
		case isOp && (strings.HasPrefix(w, "!") || next.gap > 0 || len(out) == 0):
			return nil, fmt.Errorf("%s stands between two terms", w)
		case isOp:
			next = op
		case strings.HasPrefix(w, "<"):
			next.name = strings.TrimSuffix(w[1:], ">")
			if !isName(next.name) || !strings.HasSuffix(w, ">") {
				return nil, fmt.Errorf("%q is no name", w)
			}
			out, next = append(out, next), part{}
		default:
			words = append(words, w)
			if strings.HasSuffix(w, "*") {
				if err := flush(); err != nil {
					return nil, err
				}
			}
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	if next.gap > 0 || len(out) == 0 {
		return nil, fmt.Errorf("%q lacks a term", text)
	}
	return out, nil
}

func phraseOf(words []string) (Phrase, error) {
	text := strings.Join(words, " ")
	p := Phrase{OpenLeft: strings.HasPrefix(text, "*"), OpenRight: strings.HasSuffix(text, "*")}
	p.Text = Key(strings.TrimSuffix(strings.TrimPrefix(text, "*"), "*"))
	if p.Text == "" || strings.ContainsAny(p.Text, "*()<>") {
		return Phrase{}, fmt.Errorf("%q is no word, stem or ending", text)
	}
	return p, nil
}

// pieces are the words of a cue; a choice in brackets is one word with what touches it.
func pieces(s string) []string {
	var out []string
	depth, start := 0, -1
	for i, r := range s {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		}
		if unicode.IsSpace(r) && depth <= 0 {
			if start >= 0 {
				out = append(out, s[start:i])
			}
			start = -1
			continue
		}
		if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		out = append(out, s[start:])
	}
	return out
}

// operator reads "..6", "~6" and "!~6".
func operator(w string) (part, bool, error) {
	for _, prefix := range []string{"..", "!~", "~"} {
		number, found := strings.CutPrefix(w, prefix)
		if !found {
			continue
		}
		gap, err := strconv.Atoi(number)
		if err != nil || gap < 1 || gap > maxGap {
			return part{}, false, fmt.Errorf("%q is no distance from 1 to %d", w, maxGap)
		}
		return part{gap: gap, either: prefix != ".."}, true, nil
	}
	return part{}, false, nil
}

// expand writes choices out: "a (b|c)? d" is "a b d", "a c d" and "a d".
func expand(s string) ([]string, error) {
	out := []string{""}
	cross := func(options []string) error {
		if len(out)*len(options) > maxAlternatives {
			return fmt.Errorf("more than %d alternatives", maxAlternatives)
		}
		longer := make([]string, 0, len(out)*len(options))
		for _, o := range out {
			for _, option := range options {
				longer = append(longer, o+option)
			}
		}
		out = longer
		return nil
	}
	for s != "" {
		open := strings.IndexAny(s, "()|")
		if open < 0 {
			return out, cross([]string{s})
		}
		if s[open] != '(' {
			return nil, fmt.Errorf("%q has a bracket or a | without its other half", s)
		}
		inner, rest, err := group(s[open+1:])
		if err != nil {
			return nil, err
		}
		var options []string
		for _, choice := range inner {
			words, err := expand(choice)
			if err != nil {
				return nil, err
			}
			options = append(options, words...)
		}
		if optional, ok := strings.CutPrefix(rest, "?"); ok {
			options, rest = append(options, ""), optional
		}
		if err := cross([]string{s[:open]}); err != nil {
			return nil, err
		}
		if err := cross(options); err != nil {
			return nil, err
		}
		s = rest
	}
	return out, nil
}

// group is what a bracket holds, parted at its own bars, and what follows it.
func group(s string) (choices []string, rest string, err error) {
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '(':
			depth++
		case s[i] == ')' && depth == 0:
			return append(choices, s[start:i]), s[i+1:], nil
		case s[i] == ')':
			depth--
		case s[i] == '|' && depth == 0:
			choices = append(choices, s[start:i])
			start = i + 1
		}
		if depth > 8 {
			break
		}
	}
	return nil, "", fmt.Errorf("%q has a bracket without its other half", "("+s)
}

func isName(s string) bool {
	for i, r := range s {
		if !('a' <= r && r <= 'z' || r == '_' || i > 0 && '0' <= r && r <= '9') {
			return false
		}
	}
	return s != ""
}
