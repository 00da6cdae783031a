package screen

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
)

// Facts are what an employer knows and the rules may ask for. Names are compared as Key makes them.
type Facts struct {
	Employer    []string // own names, for <employer>
	Customers   []string // for <customer>
	CaseStudies []string // customers that agreed in print to be named: they are not looked for
	Competitors []string // for <competitor>
}

// factNames are the names that facts have in cues and conditions.
var factNames = []string{"employer", "customer", "competitor"}

// Screener is a policy made ready: it says of a post which clauses it touches. It may be used by many goroutines at once.
type Screener struct {
	policy    *Policy
	digest    string
	programs  []*program
	when      []cel.Program // per rule, nil for none
	except    []cel.Program
	sentences map[string]map[string]int // language → clause id → sentence of the text
	clauses   map[string]Clause
	scans     sync.Pool
}

// Compile makes a policy ready. It refuses one whose rules don't compile, cost too much, stand on a clause that isn't in
// the text, or don't do what their examples say; the error names the rule, the language and the place.
// Errors: ErrRule, ErrCostly (with ErrRule), ErrPolicy.
func Compile(p *Policy, f Facts) (*Screener, error) {
	if len(p.Rules) > MaxRules {
		return nil, fmt.Errorf("%w: %d rules, at most %d", ErrPolicy, len(p.Rules), MaxRules)
	}
	s := &Screener{policy: p, clauses: map[string]Clause{}}
	var err error
	if s.digest, err = p.Digest(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	if err := s.link(); err != nil {
		return nil, err
	}
	for _, lang := range Languages {
		program, err := compileLanguage(p, f, lang)
		if err != nil {
			return nil, err
		}
		s.programs = append(s.programs, program)
	}
	if err := s.conditions(); err != nil {
		return nil, err
	}
	s.scans.New = func() any { return &scan{} }
	return s, s.examples()
}

// Digest is the policy's.
func (s *Screener) Digest() string { return s.digest }

// link finds each clause in the text.
func (s *Screener) link() error {
	s.sentences = map[string]map[string]int{}
	for lang, text := range s.policy.Text {
		if len(text) > MaxPolicyText {
			return fmt.Errorf("%w: a text of %d bytes, at most %d", ErrPolicy, len(text), MaxPolicyText)
		}
		s.sentences[lang] = map[string]int{}
	}
	index := map[string]map[string]int{}
	for lang, text := range s.policy.Text {
		index[lang] = map[string]int{}
		for i, sentence := range sentenceTexts(text) {
			if _, ok := index[lang][sentence]; !ok {
				index[lang][sentence] = i
			}
		}
	}
	for _, c := range s.policy.Clauses {
		if _, twice := s.clauses[c.ID]; twice {
			return fmt.Errorf("%w: two clauses %q", ErrPolicy, c.ID)
		}
		s.clauses[c.ID] = c
		for lang, text := range c.Text {
			at, ok := index[lang][oneLine(text)]
			if !ok {
				return fmt.Errorf("%w: clause %q (%s) is no sentence of the text: %q", ErrPolicy, c.ID, lang, text)
			}
			s.sentences[lang][c.ID] = at
		}
	}
	ids := map[string]bool{}
	for i := range s.policy.Rules {
		r := &s.policy.Rules[i]
		if err := r.check(); err != nil {
			return err
		}
		if ids[r.ID] {
			return r.fault("there are two rules of this id")
		}
		ids[r.ID] = true
		if _, ok := s.clauses[r.Clause]; !ok {
			return r.fault("there is no clause %q", r.Clause)
		}
	}
	return nil
}

func compileLanguage(p *Policy, f Facts, lang string) (*program, error) {
	b := newBuilder(lang)
	for _, d := range detectors {
		b.define(d, nil)
	}
	b.define("employer", names(f.Employer, nil))
	b.define("customer", names(f.Customers, f.CaseStudies))
	b.define("competitor", names(f.Competitors, nil))
	for _, w := range p.Words {
		if !isName(w.Name) || slices.Contains(detectors, w.Name) || slices.Contains(factNames, w.Name) {
			return nil, fmt.Errorf("%w: a list of words can't be called %q", ErrPolicy, w.Name)
		}
		if _, twice := b.p.names[w.Name]; twice {
			return nil, fmt.Errorf("%w: two lists %q", ErrPolicy, w.Name)
		}
		of, err := list(w.Of[lang])
		if err == nil {
			err = b.name(w.Name, of)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: list %q (%s): %w", ErrPolicy, w.Name, lang, err)
		}
	}
	for i := range p.Rules {
		r := &p.Rules[i]
		cues, err := parseCues(r.Cues[lang] + "\n" + r.Cues[everyLanguage])
		if err == nil {
			err = b.rule(i, cues)
		}
		if err != nil {
			return nil, r.fault("cues (%s): %v", lang, err)
		}
		for _, m := range r.Mark {
			if _, ok := b.p.names[m]; !ok {
				return nil, r.fault("there is no list %q to mark", m)
			}
		}
	}
	program, err := b.build()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrPolicy, lang, err)
	}
	return program, nil
}

// names are the phrases of a list of names, without those of another.
func names(list, but []string) []Phrase {
	skip := map[string]bool{"": true}
	for _, n := range but {
		skip[Key(n)] = true
	}
	var out []Phrase
	for _, n := range list {
		if k := Key(n); !skip[k] {
			skip[k] = true
			out = append(out, Phrase{Text: k})
		}
	}
	return out
}

// list reads the words of a list: alternatives as in a cue, one behind the other.
func list(text string) (part, error) {
	all := part{}
	for _, source := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '\n' }) {
		if strings.TrimSpace(source) == "" {
			continue
		}
		p, err := term(strings.TrimSpace(source))
		if err != nil {
			return part{}, err
		}
		if p.name != "" {
			p.chains = append(p.chains, []part{{name: p.name}})
		}
		all.phrases, all.chains = append(all.phrases, p.phrases...), append(all.chains, p.chains...)
	}
	return all, nil
}

func (s *Screener) conditions() error {
	env, err := newConditions(slices.Sorted(maps.Keys(s.programs[0].names)))
	if err != nil {
		return err
	}
	s.when, s.except = make([]cel.Program, len(s.policy.Rules)), make([]cel.Program, len(s.policy.Rules))
	for i := range s.policy.Rules {
		r := &s.policy.Rules[i]
		for _, c := range []struct {
			name, source string
			to           *cel.Program
		}{{"when", r.When, &s.when[i]}, {"except", r.Except, &s.except[i]}} {
			if c.source == "" {
				continue
			}
			if *c.to, err = env.compile(c.source); err != nil {
				if errors.Is(err, ErrCostly) {
					return fmt.Errorf("%w: %s: %s: %w", ErrRule, r.ID, c.name, err)
				}
				return r.fault("%s: %v", c.name, err)
			}
		}
	}
	return nil
}

// examples runs each rule's own.
func (s *Screener) examples() error {
	for i := range s.policy.Rules {
		r := &s.policy.Rules[i]
		for _, e := range r.Examples {
			v, err := s.Screen(Post{Lang: e.Lang, Text: e.Text, Paid: e.Paid, Disclosure: e.Disclosure})
			if err != nil {
				return r.fault("example %q: %v", e.Text, err)
			}
			if hit := slices.ContainsFunc(v.Hits, func(h Hit) bool { return h.Rule == r.ID }); hit != e.Hit {
				return r.fault("example (%s) %q: hit is %t and should be %t", e.Lang, e.Text, hit, e.Hit)
			}
		}
	}
	return nil
}
