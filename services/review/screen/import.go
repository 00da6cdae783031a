package screen

import (
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"
)

// MaxSentences bounds an imported text; a policy that people can follow has fewer.
const MaxSentences = 5_000

// Proposal is what an imported text seems to ask for in one of its sentences. A person decides whether it becomes rules.
type Proposal struct {
	Sentence Sentence
	Index    int    // of the sentence in its text, from 0
	Kind     Kind   // what the sentence is about
	Rules    []Rule // those of the starter policy for that kind, standing on this sentence
	Warning  string // message id; set where the sentence limits speech that the law protects
}

// OverbroadWarning marks a proposal whose sentence forbids what people may say. Its rules are Protected: they warn
// reviewers and don't carry out the ban.
const OverbroadWarning = "screen.import.overbroad"

// Propose reads the text of a policy in one language and proposes rules, each linked to its sentence. It knows what a
// clause is by its words: a norm ("do not", "only with permission") near a subject. Front matter, code and markup hold
// no clauses. Time is proportional to the text. Errors: ErrNotText, ErrPolicy.
func Propose(text, lang string) ([]Proposal, error) {
	switch {
	case !utf8.ValidString(text):
		return nil, ErrNotText
	case len(text) > MaxPolicyText:
		return nil, fmt.Errorf("%w: a text of %d bytes, at most %d", ErrPolicy, len(text), MaxPolicyText)
	case !slices.Contains(Languages, lang):
		return nil, fmt.Errorf("%w: no language %q: %v", ErrPolicy, lang, Languages)
	}
	sentences := Sentences(text)
	if len(sentences) > MaxSentences {
		return nil, fmt.Errorf("%w: %d sentences, at most %d", ErrPolicy, len(sentences), MaxSentences)
	}
	topics, err := topicScreener()
	if err != nil {
		return nil, err
	}
	var out []Proposal
	for i, s := range sentences {
		v, err := topics.Screen(Post{Lang: lang, Text: s.Text})
		if err != nil {
			return nil, err
		}
		for _, kind := range v.Kinds() {
			p := Proposal{Sentence: s, Index: i, Kind: kind}
			for _, r := range starterOf()[kind] {
				r.ID, r.Clause, r.Examples = fmt.Sprintf("%s-s%d", r.ID, i), clauseID(i), nil
				p.Rules = append(p.Rules, r)
			}
			if kind == Protected && slices.ContainsFunc(v.Hits, func(h Hit) bool { return h.Rule == "ban-on-protected" }) {
				p.Warning = OverbroadWarning
			}
			out = append(out, p)
		}
	}
	return out, nil
}

// Accept makes a policy of a text and the proposals that a person took. Of several sentences about one kind the first
// carries its rules, so that a post is not hit once for each time a text repeats itself.
func Accept(text, lang string, taken []Proposal) *Policy {
	p := &Policy{Text: map[string]string{lang: text}, Words: starterBook().Words}
	kinds, clauses := map[Kind]bool{}, map[string]bool{}
	for _, t := range taken {
		if kinds[t.Kind] {
			continue
		}
		kinds[t.Kind] = true
		p.Rules = append(p.Rules, t.Rules...)
		if id := clauseID(t.Index); !clauses[id] {
			clauses[id] = true
			p.Clauses = append(p.Clauses, Clause{ID: id, Text: map[string]string{lang: t.Sentence.Text}})
		}
	}
	return p
}

func clauseID(sentence int) string { return fmt.Sprintf("s%d", sentence) }

// topicScreener is a policy about policies: its rules find what a sentence is about.
var topicScreener = sync.OnceValues(func() (*Screener, error) {
	text, err := starterFiles.ReadFile("starter/topics.toml")
	if err != nil {
		return nil, err
	}
	book, err := ParseRules(text)
	if err != nil {
		return nil, err
	}
	return Compile(&Policy{Text: map[string]string{"en": "A sentence is about a kind."}, Clauses: book.Clauses, Words: book.Words, Rules: book.Rules}, Facts{})
})

// starterOf are the starter rules by kind.
var starterOf = sync.OnceValue(func() map[Kind][]Rule {
	by := map[Kind][]Rule{}
	for _, r := range starterBook().Rules {
		by[r.Kind] = append(by[r.Kind], r)
	}
	return by
})
