package screen

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/workfluence/workfluence/internal/canon"
)

// PolicyVersion is the only form of a policy's digest there is.
const PolicyVersion = 1

// Bounds of a policy; beyond them ParseRules and Compile refuse.
const (
	MaxPolicyText = 512 << 10
	MaxRulesText  = 2 << 20
	MaxRules      = 500
)

// Policy is one version of what an employer asks of posts: the text that people read, in each of its languages, and the
// rules that stand on its clauses. It never changes; a change is the next version.
type Policy struct {
	Text    map[string]string `json:"text"` // Markdown, by language
	Clauses []Clause          `json:"clauses"`
	Words   []Words           `json:"words"`
	Rules   []Rule            `json:"rules"`
}

// Clause is a sentence of the policy's text, by language, under an id that rules name.
type Clause struct {
	ID   string            `toml:"id" json:"id"`
	Text map[string]string `toml:"text" json:"text"`
}

// Words is a list that cues use as <name> and conditions as a number.
type Words struct {
	Name string            `toml:"name" json:"name"`
	Of   map[string]string `toml:"of" json:"of"` // by language, "; " between words
}

// Rulebook is a file of rules as ParseRules reads it.
type Rulebook struct {
	Clauses []Clause `toml:"clause"`
	Words   []Words  `toml:"words"`
	Rules   []Rule   `toml:"rule"`
}

// ErrPolicy is the error of a rule file or policy that can't be read as one.
var ErrPolicy = errors.New("screen: policy refused")

// ParseRules reads a file of rules (TOML; docs/prescreen.md has the form). It looks at form alone: Compile sees whether
// rules, clauses and examples agree. Errors: ErrPolicy with line and column, ErrRule.
func ParseRules(text []byte) (Rulebook, error) { return parseRules(text, nil) }

// parseRules is ParseRules for rules that may be like others, nil for none.
func parseRules(text []byte, known []Rule) (Rulebook, error) {
	if len(text) > MaxRulesText {
		return Rulebook{}, fmt.Errorf("%w: a rule file of %d bytes, at most %d", ErrPolicy, len(text), MaxRulesText)
	}
	var book Rulebook
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&book); err != nil {
		var strict *toml.StrictMissingError
		var decode *toml.DecodeError
		switch {
		case errors.As(err, &strict) && len(strict.Errors) > 0:
			line, column := strict.Errors[0].Position()
			return Rulebook{}, fmt.Errorf("%w: line %d, column %d: nobody knows %q", ErrPolicy, line, column, strings.Join(strict.Errors[0].Key(), "."))
		case errors.As(err, &decode):
			line, column := decode.Position()
			return Rulebook{}, fmt.Errorf("%w: line %d, column %d: %w", ErrPolicy, line, column, err)
		}
		return Rulebook{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	for i := range book.Rules {
		if err := book.Rules[i].inherit(known); err != nil {
			return Rulebook{}, err
		}
		if err := book.Rules[i].check(); err != nil {
			return Rulebook{}, err
		}
	}
	return book, nil
}

// JSON is the policy's canonical form: RFC 8785, with the canonical digests of its texts in place of the texts, and
// clauses, lists and rules in the order of their ids. Equal policies have equal bytes, whoever wrote them down.
func (p *Policy) JSON() ([]byte, error) {
	texts := map[string]string{}
	for lang, t := range p.Text {
		texts[lang] = canon.Sum([]byte(canon.Text(t)))
	}
	clauses, words, rules := slices.Clone(p.Clauses), slices.Clone(p.Words), slices.Clone(p.Rules)
	slices.SortFunc(clauses, func(a, b Clause) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(words, func(a, b Words) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return canon.JSON(map[string]any{
		"v": PolicyVersion, "kind": "policy", "text_sha256": texts, "clauses": clauses, "words": words, "rules": rules,
	})
}

// Digest names this version: "sha256:" and 64 hexadecimal digits over JSON.
func (p *Policy) Digest() (string, error) {
	b, err := p.JSON()
	if err != nil {
		return "", err
	}
	return canon.Sum(b), nil
}

// Difference is what a version changed: ids of rules, and sentences of the text by language.
type Difference struct {
	Added, Removed, Changed []string // ids of rules, sorted
	Words                   []string // names of lists that differ
	Text                    map[string]TextDifference
}

// TextDifference are the sentences that one version has and the other has not, in their order.
type TextDifference struct{ Added, Removed []string }

// Empty says that nothing changed.
func (d Difference) Empty() bool {
	return len(d.Added)+len(d.Removed)+len(d.Changed)+len(d.Words)+len(d.Text) == 0
}

// Diff compares two versions of a policy. Error: canon.ErrNumber never, for policies hold no numbers out of range.
func Diff(before, after *Policy) (Difference, error) {
	d := Difference{Text: map[string]TextDifference{}}
	var err error
	d.Added, d.Removed, d.Changed, err = compare(before.Rules, after.Rules, func(r Rule) string { return r.ID })
	if err != nil {
		return Difference{}, err
	}
	added, removed, changed, err := compare(before.Words, after.Words, func(w Words) string { return w.Name })
	if err != nil {
		return Difference{}, err
	}
	d.Words = slices.Sorted(slices.Values(slices.Concat(added, removed, changed)))
	langs := maps.Clone(before.Text)
	if langs == nil {
		langs = map[string]string{}
	}
	maps.Copy(langs, after.Text)
	for lang := range langs {
		was, is := sentenceTexts(before.Text[lang]), sentenceTexts(after.Text[lang])
		t := TextDifference{Added: without(is, was), Removed: without(was, is)}
		if len(t.Added)+len(t.Removed) > 0 {
			d.Text[lang] = t
		}
	}
	return d, nil
}

func compare[T any](before, after []T, id func(T) string) (added, removed, changed []string, err error) {
	was := map[string]string{}
	for _, v := range before {
		if was[id(v)], err = canon.Digest(v); err != nil {
			return nil, nil, nil, err
		}
	}
	for _, v := range after {
		sum, err := canon.Digest(v)
		if err != nil {
			return nil, nil, nil, err
		}
		old, ok := was[id(v)]
		switch {
		case !ok:
			added = append(added, id(v))
		case old != sum:
			changed = append(changed, id(v))
		}
		delete(was, id(v))
	}
	removed = slices.Sorted(maps.Keys(was))
	slices.Sort(added)
	slices.Sort(changed)
	return added, removed, changed, nil
}

func without(a, b []string) []string {
	known := map[string]bool{}
	for _, s := range b {
		known[s] = true
	}
	var out []string
	for _, s := range a {
		if !known[s] {
			out = append(out, s)
		}
	}
	return out
}
