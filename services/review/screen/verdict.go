package screen

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Post is what is screened. Lang is what the author declared ("" for not); a text that is plainly in another language is
// read in that one as well, so that a wrong declaration hides nothing.
type Post struct {
	Lang       string
	Quote      string // the language in which clauses are quoted if the policy has it, "" for Lang
	Text       string
	Channel    string
	Countries  []string // ISO 3166-1, of the destinations
	Disclosure string   // the label that will be shown, "" for none
	Paid       bool
}

// Verdict is what a policy says of a post. It is for the author alone.
type Verdict struct {
	Policy    string   `json:"policy"` // digest
	Languages []string `json:"languages"`
	Protected bool     `json:"protected"` // some of it is speech that the law protects: this outranks every other hit
	Routes    []string `json:"routes"`    // who should look, sorted
	Hits      []Hit    `json:"hits"`      // Protected first, then by severity and place
}

// Hit is one rule that a post touches, and where.
type Hit struct {
	Rule     string   `json:"rule"`
	Kind     Kind     `json:"kind"`
	Severity Severity `json:"severity"`
	Route    []string `json:"route"`
	Spans    []Span   `json:"spans"`    // in the author's text, in order, apart from each other; none for what is missing
	Clause   string   `json:"clause"`   // the sentence of the policy, in the post's language where there is one
	Sentence int      `json:"sentence"` // its place in the text of that language, from 0
	Lang     string   `json:"lang"`     // the language of Clause
	Reason   string   `json:"reason"`   // message id
}

// Kinds are the kinds of the hits, each once, in order.
func (v *Verdict) Kinds() []Kind {
	var out []Kind
	for _, h := range v.Hits {
		if !slices.Contains(out, h.Kind) {
			out = append(out, h.Kind)
		}
	}
	return out
}

// Screen judges a post in time proportional to its length. The same post gives the same verdict.
// Errors: ErrNotText, ErrTooLong.
func (s *Screener) Screen(p Post) (Verdict, error) {
	f, err := Fold(p.Text)
	if err != nil {
		return Verdict{}, err
	}
	label, err := Fold(p.Disclosure)
	if err != nil {
		return Verdict{}, fmt.Errorf("disclosure: %w", err)
	}
	v := Verdict{Policy: s.digest, Routes: []string{}, Hits: []Hit{}}
	hits := make([]*Hit, len(s.policy.Rules))
	texts := []*Folded{f}
	if squeezed := f.Squeezed(); squeezed != nil {
		texts = append(texts, squeezed)
	}
	sc := s.scans.Get().(*scan)
	defer s.scans.Put(sc)
	for _, lang := range speaks(f, p.Lang) {
		v.Languages = append(v.Languages, lang)
		program := s.programs[slices.Index(Languages, lang)]
		for _, text := range texts {
			program.read(sc, text)
			if err := s.judge(&p, len(trimBlanks(label.Text)) > 0, program, sc, hits); err != nil {
				return Verdict{}, err
			}
		}
	}
	s.collect(&v, hits, cmp.Or(p.Quote, p.Lang))
	return v, nil
}

// judge runs all rules over one reading of the text.
func (s *Screener) judge(p *Post, labelled bool, program *program, sc *scan, hits []*Hit) error {
	known := facts{post: p, labelled: labelled, p: program, s: sc}
	for i := range program.rules {
		rc := &program.rules[i]
		r := &s.policy.Rules[rc.rule]
		known.score = 0
		var spans []Span
		for j := range rc.cues {
			c := &rc.cues[j]
			where, ok := c.find(sc)
			if !ok {
				continue
			}
			known.score += c.points
			if c.points > 0 {
				spans = append(spans, sc.text.Source(int(where.start), int(where.end)))
			}
		}
		if known.score < r.Need {
			continue
		}
		holds, err := s.holds(rc.rule, &known)
		if err != nil {
			return err
		}
		if !holds {
			continue
		}
		for _, m := range r.Mark {
			for _, h := range sc.hits[program.names[m]] {
				spans = append(spans, sc.text.Source(int(h.start), int(h.end)))
			}
		}
		if hits[rc.rule] == nil {
			hits[rc.rule] = &Hit{Rule: r.ID, Kind: r.Kind, Severity: r.Severity, Route: r.Route, Reason: r.Kind.Reason(), Lang: program.lang}
		}
		hits[rc.rule].Spans = append(hits[rc.rule].Spans, spans...)
	}
	return nil
}

func (s *Screener) holds(rule int, known *facts) (bool, error) {
	if s.when[rule] != nil {
		yes, _, err := s.when[rule].Eval(known)
		if err != nil {
			return false, fmt.Errorf("screen: rule %s: when: %w", s.policy.Rules[rule].ID, err)
		}
		if yes.Value() != true {
			return false, nil
		}
	}
	if s.except[rule] != nil {
		yes, _, err := s.except[rule].Eval(known)
		if err != nil {
			return false, fmt.Errorf("screen: rule %s: except: %w", s.policy.Rules[rule].ID, err)
		}
		return yes.Value() != true, nil
	}
	return true, nil
}

func (s *Screener) collect(v *Verdict, hits []*Hit, lang string) {
	for i, h := range hits {
		if h == nil {
			continue
		}
		h.Spans = merge(h.Spans)
		s.quote(h, s.policy.Rules[i].Clause, lang)
		v.Hits = append(v.Hits, *h)
		v.Protected = v.Protected || h.Kind == Protected
		for _, r := range h.Route {
			if !slices.Contains(v.Routes, r) {
				v.Routes = append(v.Routes, r)
			}
		}
	}
	slices.Sort(v.Routes)
	slices.SortStableFunc(v.Hits, func(a, b Hit) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Kinds(), a.Kind)*b2i(a.Kind == Protected || b.Kind == Protected), slices.Index(Kinds(), b.Kind)*b2i(a.Kind == Protected || b.Kind == Protected)),
			cmp.Compare(a.Severity.rank(), b.Severity.rank()), cmp.Compare(first(a.Spans), first(b.Spans)), cmp.Compare(a.Rule, b.Rule))
	})
}

// quote takes the clause in the author's language, in that of the words that hit, or in any there is.
func (s *Screener) quote(h *Hit, clause, lang string) {
	c := s.clauses[clause]
	for _, l := range append([]string{lang, h.Lang}, Languages...) {
		if text, ok := c.Text[l]; ok {
			h.Clause, h.Lang, h.Sentence = text, l, s.sentences[l][clause]
			return
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func first(spans []Span) int {
	if len(spans) == 0 {
		return 0
	}
	return spans[0].Start
}

// merge sorts spans and joins those that touch.
func merge(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	out := []Span{}
	for _, s := range spans {
		if n := len(out); n > 0 && s.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// Whistleblowing says that some of a post reports wrongdoing. Whoever reads it may be the one whom it accuses (case CC-15).
func (v *Verdict) Whistleblowing() bool {
	return slices.ContainsFunc(v.Hits, func(h Hit) bool { return h.Kind == Protected && slices.Contains(h.Route, "ethics") })
}

// Characters gives the places of spans, which must be in order and apart, counted in Unicode code points as passages of content
// are. What is read as one character is never split: a span that begins or ends within one takes it whole.
func Characters(text string, spans []Span) [][2]int {
	out := make([][2]int, len(spans))
	at, count, state := 0, 0, -1
	for i, s := range spans {
		begun := false
		for at < len(text) && at < s.End {
			var cluster string
			cluster, _, _, state = uniseg.FirstGraphemeClusterInString(text[at:], state)
			if !begun && at+len(cluster) > s.Start {
				begun, out[i][0] = true, count
			}
			at += len(cluster)
			count += utf8.RuneCountInString(cluster)
		}
		if !begun { // a place, not a passage; or within the character of the span before
			out[i][0] = count
		}
		out[i][1] = count
	}
	return out
}
