package screen

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// program is a policy's cues in one language, ready to run: one automaton over all phrases, and the cues as chains of
// terms. A term is a list of words, a fact, a detector or the words of a cue; equal ones are looked for once.
type program struct {
	lang    string
	matcher *Matcher
	terms   map[string]int32 // by key
	of      [][]int32        // per phrase of the matcher: the terms it stands for
	names   map[string]int32 // lists, facts and detectors
	unions  []union          // terms that are made of others
	rules   []ruleCues
}

// union adds the places of a chain to a term that has it among its alternatives.
type union struct {
	into int32
	of   chain
}

// ruleCues are one rule's cues in this language; rule is its place in the policy.
type ruleCues struct {
	rule int
	cues []chain
}

// chain is a cue over terms.
type chain struct {
	points        int
	links, vetoes []link
}

type link struct {
	term   int32
	gap    int32
	either bool
}

// builder collects phrases while a program is compiled.
type builder struct {
	p       *program
	phrases []Phrase
	index   map[Phrase]int32
}

// maxPhrases bounds the memory of one policy in one language: the table of a longer one would not fit beside others.
const maxPhrases = 40_000

func newBuilder(lang string) *builder {
	return &builder{p: &program{lang: lang, terms: map[string]int32{}, names: map[string]int32{}}, index: map[Phrase]int32{}}
}

// term is the number of a set of alternatives.
func (b *builder) term(p part) (int32, error) {
	key := p.key()
	if id, ok := b.p.terms[key]; ok {
		return id, nil
	}
	id := int32(len(b.p.terms))
	b.p.terms[key] = id
	b.phrasesOf(id, p.phrases)
	for _, parts := range p.chains {
		links, err := b.links(parts)
		if err != nil {
			return 0, err
		}
		b.p.unions = append(b.p.unions, union{id, chain{links: links}})
	}
	return id, nil
}

// key tells equal terms.
func (p *part) key() string {
	var key strings.Builder
	for _, phrase := range p.phrases {
		fmt.Fprintf(&key, "%s/%t%t\x00", phrase.Text, phrase.OpenLeft, phrase.OpenRight)
	}
	for _, c := range p.chains {
		for i := range c {
			fmt.Fprintf(&key, "[%d%t%s %s]", c[i].gap, c[i].either, c[i].name, c[i].key())
		}
		key.WriteByte(0)
	}
	return key.String()
}

func (b *builder) phrasesOf(id int32, phrases []Phrase) {
	for _, p := range phrases {
		at, ok := b.index[p]
		if !ok {
			at = int32(len(b.phrases))
			b.index[p] = at
			b.phrases, b.p.of = append(b.phrases, p), append(b.p.of, nil)
		}
		if !slices.Contains(b.p.of[at], id) {
			b.p.of[at] = append(b.p.of[at], id)
		}
	}
}

// define makes a list, fact or detector; detectors have no phrases.
func (b *builder) define(name string, phrases []Phrase) int32 {
	id := int32(len(b.p.terms))
	b.p.terms["<"+name+">"] = id
	b.p.names[name] = id
	b.phrasesOf(id, phrases)
	return id
}

// name makes a list. It may use the names that were made before it.
func (b *builder) name(name string, p part) error {
	unions := make([]union, 0, len(p.chains))
	for _, parts := range p.chains {
		links, err := b.links(parts)
		if err != nil {
			return err
		}
		unions = append(unions, union{of: chain{links: links}})
	}
	id := b.define(name, p.phrases)
	for _, u := range unions {
		u.into = id
		b.p.unions = append(b.p.unions, u)
	}
	return nil
}

func (b *builder) rule(at int, cues []cue) error {
	rc := ruleCues{rule: at}
	for _, c := range cues {
		links, err := b.links(c.parts)
		if err != nil {
			return fmt.Errorf("%q: %w", c.source, err)
		}
		vetoes, err := b.links(c.vetoes)
		if err != nil {
			return fmt.Errorf("%q: %w", c.source, err)
		}
		rc.cues = append(rc.cues, chain{points: c.points, links: links, vetoes: vetoes})
	}
	b.p.rules = append(b.p.rules, rc)
	return nil
}

func (b *builder) links(parts []part) ([]link, error) {
	var out []link
	for _, p := range parts {
		l := link{gap: int32(p.gap), either: p.either}
		if p.name != "" {
			id, ok := b.p.names[p.name]
			if !ok {
				return nil, fmt.Errorf("there is no list of words, fact or detector <%s>", p.name)
			}
			l.term = id
		} else {
			var err error
			if l.term, err = b.term(p); err != nil {
				return nil, err
			}
		}
		out = append(out, l)
	}
	return out, nil
}

func (b *builder) build() (*program, error) {
	if len(b.phrases) > maxPhrases {
		return nil, fmt.Errorf("%d phrases in one language, at most %d", len(b.phrases), maxPhrases)
	}
	b.p.matcher = NewMatcher(b.phrases)
	return b.p, nil
}

// found is a term in a text: tokens [first, last) and bytes [start, end) of the folded text.
type found struct{ first, last, start, end int32 }

// scan is what one text holds of one program's terms.
type scan struct {
	text  *Folded
	hits  [][]found
	used  []int32 // terms with hits, to clear
	steps int     // left for the cue that is looked for
}

func (s *scan) reset(terms int) {
	for _, t := range s.used {
		s.hits[t] = s.hits[t][:0]
	}
	s.used = s.used[:0]
	if len(s.hits) < terms {
		s.hits = append(s.hits, make([][]found, terms-len(s.hits))...)
	}
}

func (s *scan) add(term int32, start, end int) {
	if len(s.hits[term]) == 0 {
		s.used = append(s.used, term)
	}
	s.hits[term] = append(s.hits[term], found{s.text.tokenAt[start], s.text.tokenAt[end-1] + 1, int32(start), int32(end)})
}

// read finds the program's terms in a text.
func (p *program) read(s *scan, f *Folded) {
	s.reset(len(p.terms))
	s.text = f
	p.matcher.Each(f.Text, func(phrase, start, end int) {
		for _, t := range p.of[phrase] {
			s.add(t, start, end)
		}
	})
	detect(f, func(name string, start, end int) {
		if t, ok := p.names[name]; ok {
			s.add(t, start, end)
		}
	})
	for _, t := range s.used {
		inOrder(s.hits[t])
	}
	for i := range p.unions {
		into := p.unions[i].into
		before := len(s.hits[into])
		p.unions[i].of.all(s, into)
		if len(s.hits[into]) > before {
			inOrder(s.hits[into])
		}
	}
}

// inOrder sorts hits by their starts: the automaton reports them by their ends.
func inOrder(hits []found) {
	byStart := func(a, b found) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.last, b.last)) }
	if !slices.IsSortedFunc(hits, byStart) {
		slices.SortFunc(hits, byStart)
	}
}

// all adds every place of the chain to a term.
func (c *chain) all(s *scan, into int32) {
	for i := range c.links {
		if len(s.hits[c.links[i].term]) == 0 {
			return
		}
	}
	s.steps = maxSteps
	for _, h := range s.hits[c.links[0].term] {
		if whole, ok := c.follow(s, h, 1); ok {
			if len(s.hits[into]) == 0 {
				s.used = append(s.used, into)
			}
			s.hits[into] = append(s.hits[into], whole)
		}
	}
}

// find is the first place where the whole chain stands.
func (c *chain) find(s *scan) (found, bool) {
	for i := range c.links {
		if len(s.hits[c.links[i].term]) == 0 {
			return found{}, false
		}
	}
	s.steps = maxSteps
	for _, h := range s.hits[c.links[0].term] {
		if whole, ok := c.follow(s, h, 1); ok && !c.vetoed(s, whole) {
			return whole, true
		}
	}
	return found{}, false
}

// follow extends what is found so far by the rest of the chain.
func (c *chain) follow(s *scan, so found, at int) (found, bool) {
	if at == len(c.links) {
		return so, true
	}
	l := &c.links[at]
	hits := s.hits[l.term]
	for _, h := range hits[from(hits, so.first-l.gap-longest):] {
		if s.steps--; s.steps < 0 || h.first > so.last+l.gap {
			break
		}
		if !near(so, h, l) {
			continue
		}
		whole := found{min(so.first, h.first), max(so.last, h.last), min(so.start, h.start), max(so.end, h.end)}
		if whole, ok := c.follow(s, whole, at+1); ok {
			return whole, true
		}
	}
	return found{}, false
}

const (
	// longest is how many words of a term are looked back for: far more than any has.
	longest = 150
	// maxSteps bounds the search for one cue in one text. A post of 3,000 characters needs a few thousand at most; only a
	// text of megabytes that repeats the first half of a cue without the second reaches it.
	maxSteps = 1_000_000
)

// from is the first hit that starts at a token or behind it; hits are in the order of their starts.
func from(hits []found, token int32) int {
	i, _ := slices.BinarySearchFunc(hits, token, func(h found, t int32) int { return cmp.Compare(h.first, t) })
	return i
}

// near says whether h stands where the link wants it, seen from what is found so far.
func near(so, h found, l *link) bool {
	if h.first >= so.last {
		return h.first-so.last <= l.gap
	}
	return l.either && so.first >= h.last && so.first-h.last <= l.gap
}

func (c *chain) vetoed(s *scan, whole found) bool {
	for i := range c.vetoes {
		gap, hits := c.vetoes[i].gap, s.hits[c.vetoes[i].term]
		for _, h := range hits[from(hits, whole.first-gap-longest):] {
			if h.first > whole.last+gap {
				break
			}
			if h.last >= whole.first-gap {
				return true
			}
		}
	}
	return false
}
