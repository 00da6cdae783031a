package screen

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Own is a policy as an employer writes it: the text, rules of its own, and which of the starter's rules stand beside them. It is small enough
// to be read and edited by a person; Resolve makes the whole policy of it.
type Own struct {
	Text    map[string]string // Markdown, by language
	Rules   string            // TOML, as ParseRules reads it
	Starter bool              // the starter's rules stand beside the employer's own
	Without []string          // ids of rules of the starter that don't
}

// inherit gives a rule that is like one of the starter's what it doesn't say itself. Examples stay with the rule that they test.
func (r *Rule) inherit(known []Rule) error {
	if r.Like == "" {
		return nil
	}
	at := slices.IndexFunc(known, func(s Rule) bool { return s.ID == r.Like })
	if at < 0 {
		return r.fault("the starter has no rule %q to be like", r.Like)
	}
	like := known[at]
	if r.Kind == "" {
		r.Kind = like.Kind
	}
	if r.Severity == "" {
		r.Severity = like.Severity
	}
	if r.Route == nil {
		r.Route = like.Route
	}
	if r.Need == 0 {
		r.Need = like.Need
	}
	if r.When == "" {
		r.When = like.When
	}
	if r.Except == "" {
		r.Except = like.Except
	}
	if r.Mark == nil {
		r.Mark = like.Mark
	}
	if r.Cues == nil {
		r.Cues = like.Cues
	}
	r.Like = ""
	return nil
}

// Resolve makes the whole policy: the employer's own rules, the starter's beside them where they are wanted, and the starter's lists of words, which
// rules of either use. A rule or list of the employer's stands in place of the starter's of the same id. A clause of the starter stays in the languages
// whose text has its sentence. It looks at form alone; Compile sees the rest. Errors: ErrPolicy, ErrRule.
func (o Own) Resolve() (*Policy, error) {
	base := starterRulebook()
	book, err := parseRules([]byte(o.Rules), base.Rules)
	if err != nil {
		return nil, err
	}
	p := &Policy{Text: map[string]string{}, Clauses: book.Clauses, Words: book.Words, Rules: book.Rules}
	for lang, text := range o.Text {
		if !slices.Contains(Languages, lang) {
			return nil, fmt.Errorf("%w: a text in %q: languages are %v", ErrPolicy, lang, Languages)
		}
		if strings.TrimSpace(text) != "" {
			p.Text[lang] = text
		}
	}
	if len(p.Text) == 0 {
		return nil, fmt.Errorf("%w: there is no text that people could read", ErrPolicy)
	}
	for _, w := range base.Words {
		if !slices.ContainsFunc(p.Words, func(own Words) bool { return own.Name == w.Name }) {
			p.Words = append(p.Words, w)
		}
	}
	for _, id := range o.Without {
		if !slices.ContainsFunc(base.Rules, func(r Rule) bool { return r.ID == id }) {
			return nil, fmt.Errorf("%w: the starter has no rule %q to leave out", ErrPolicy, id)
		}
	}
	if !o.Starter {
		return p, nil
	}
	used := map[string]bool{}
	for _, r := range base.Rules {
		if slices.Contains(o.Without, r.ID) || slices.ContainsFunc(p.Rules, func(own Rule) bool { return own.ID == r.ID }) {
			continue
		}
		p.Rules = append(p.Rules, r)
		used[r.Clause] = true
	}
	return p, p.clausesOf(base, used)
}

// clausesOf adds the starter's clauses that rules stand on, each with the sentences that the text has. ErrPolicy for one whose sentence is in none of the texts.
func (p *Policy) clausesOf(base Rulebook, used map[string]bool) error {
	sentences := map[string][]string{}
	for lang, text := range p.Text {
		sentences[lang] = sentenceTexts(text)
	}
	for _, c := range base.Clauses {
		if !used[c.ID] || slices.ContainsFunc(p.Clauses, func(own Clause) bool { return own.ID == c.ID }) {
			continue
		}
		kept := Clause{ID: c.ID, Text: map[string]string{}}
		for lang, sentence := range c.Text {
			if slices.Contains(sentences[lang], oneLine(sentence)) {
				kept.Text[lang] = sentence
			}
		}
		if len(kept.Text) == 0 {
			return fmt.Errorf("%w: rules of the starter stand on its sentence %q, which the text has no more; put it back, leave those rules out, or write a clause %q of your own", ErrPolicy, c.Text[Languages[0]], c.ID)
		}
		p.Clauses = append(p.Clauses, kept)
	}
	return nil
}

// Import reads an existing text and writes down the rules that it seems to ask for, each like one of the starter's and standing on its sentence.
// A person reads and edits them before they count. Errors: ErrNotText, ErrPolicy.
func Import(text, lang string) (Own, []Proposal, error) {
	proposals, err := Propose(text, lang)
	if err != nil {
		return Own{}, nil, err
	}
	var out strings.Builder
	kinds, clauses := map[Kind]bool{}, map[string]bool{}
	for _, p := range proposals {
		if kinds[p.Kind] {
			continue // of several sentences about one kind the first carries its rules
		}
		kinds[p.Kind] = true
		clause := clauseID(p.Index)
		if !clauses[clause] {
			clauses[clause] = true
			fmt.Fprintf(&out, "[[clause]]\nid = %s\n[clause.text]\n%s = %s\n\n", quoted(clause), lang, quoted(p.Sentence.Text))
		}
		for _, r := range starterOf()[p.Kind] {
			fmt.Fprintf(&out, "[[rule]]\nid = %s\nlike = %s\nclause = %s\n\n", quoted(fmt.Sprintf("%s-s%d", r.ID, p.Index)), quoted(r.ID), quoted(clause))
		}
	}
	return Own{Text: map[string]string{lang: text}, Rules: out.String()}, proposals, nil
}

// quoted is a string as TOML and JSON both write it.
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string has no value that can't be written
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// StarterRules are the starter's rules without their cues, for who chooses among them.
func StarterRules() []Rule {
	var out []Rule
	for _, r := range starterRulebook().Rules {
		out = append(out, Rule{ID: r.ID, Kind: r.Kind, Severity: r.Severity, Route: slices.Clone(r.Route), Clause: r.Clause})
	}
	return out
}

// StarterOwn is what an employer without a policy begins with: the starter's text, and its rules.
func StarterOwn() Own { return Own{Text: Starter().Text, Starter: true} }

// starterRulebook is starterBook, read once. Nobody changes it.
var starterRulebook = sync.OnceValue(starterBook)
