package screen

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestCuesRefused: each fault in a cue has an error that says what it is.
func TestCuesRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"pay":           "is no number of points",
		"0 pay":         "is no number of points",
		"77 pay":        "is no number of points",
		"3 (a|b":        "bracket",
		"3 a)":          "bracket",
		"3 a|b":         "bracket",
		"3 a ..0 b":     "is no distance",
		"3 a ..999 b":   "is no distance",
		"3 a ..4":       "missing at the end",
		"3 ..4 a":       "between two terms",
		"3 a ..4 ..5 b": "between two terms",
		"3 a*b":         "is no word",
		"3 <NAME>":      "is no name",
		"3 \u200b":      "is no word",
		"3 (a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)": "alternatives",
	} {
		if _, err := parseCues(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	cues, err := parseCues("# a remark\n\n3 my (base )?(pay|salary) ..6 <money>; overtime\n-2 race condition* !~4 human")
	if err != nil || len(cues) != 3 || len(cues[0].parts) != 2 || len(cues[0].parts[0].phrases) != 4 || cues[2].points != -2 || len(cues[2].vetoes) != 1 {
		t.Errorf("%+v %v", cues, err)
	}
}

func TestCuesInTexts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cue, text string
		hit       bool
	}{
		{"3 pay ..2 cut", "the pay was cut", true}, {"3 pay ..2 cut", "the pay was never really cut", false}, {"3 pay ..2 cut", "a cut in pay", false},
		{"3 pay ~2 cut", "a cut in pay", true}, {"3 pay* rise*", "paying rises", true}, {"3 (pay* rise*|bonus)", "no paying rises", true}, {"3 (pay* rise*|bonus)", "pay no rises", false},
		{"3 *omzet", "onze weekomzet", true}, {"3 omzet", "onze weekomzet", false}, {"3 strike !~3 machine", "the machine went on strike", false},
		{"3 strike !~3 machine", "on strike since Monday", true}, {"3 <money>", "for £4.1m", true}, {"3 (<percent>|x)", "up 12 %", true}, {"3 <percent>", "up twelve", false},
		{"1 one; two; three", "one two", false}, {"1 one; two; three", "three, two, one", true}, {"3 yes\n-1 no", "yes and no", false},
	} {
		s, err := Compile(smallPolicy("r", map[string]string{"en": c.cue}), Facts{})
		if err != nil {
			t.Fatal(err)
		}
		if v, err := s.Screen(Post{Lang: "en", Text: c.text}); err != nil || (len(v.Hits) == 1) != c.hit {
			t.Errorf("%q in %q: %+v %v", c.cue, c.text, v.Hits, err)
		}
	}
}

// TestRulesRefused: a policy with one bad rule does not compile, and says which rule and why.
func TestRulesRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Policy)
		want   string
		is     error
	}{
		"example":         {func(p *Policy) { p.Rules[0].Examples = []Example{{Lang: "en", Text: "Nothing here.", Hit: true}} }, "should be true", ErrRule},
		"counterexample":  {func(p *Policy) { p.Rules[0].Examples = []Example{{Lang: "en", Text: "A layoff.", Hit: false}} }, "should be false", ErrRule},
		"kind":            {func(p *Policy) { p.Rules[0].Kind = "GOSSIP" }, "no kind", ErrRule},
		"severity":        {func(p *Policy) { p.Rules[0].Severity = "huge" }, "severity", ErrRule},
		"route":           {func(p *Policy) { p.Rules[0].Route = []string{"mum"} }, "no route", ErrRule},
		"id":              {func(p *Policy) { p.Rules[0].ID = "A B" }, "no id", ErrRule},
		"twice":           {func(p *Policy) { p.Rules = append(p.Rules, p.Rules[0]) }, "two rules", ErrRule},
		"clause":          {func(p *Policy) { p.Rules[0].Clause = "gone" }, "no clause", ErrRule},
		"clause text":     {func(p *Policy) { p.Clauses[0].Text["en"] = "Not said." }, "no sentence", ErrPolicy},
		"language":        {func(p *Policy) { p.Rules[0].Cues["xx"] = "3 a" }, "languages are", ErrRule},
		"cue":             {func(p *Policy) { p.Rules[0].Cues["en"] = "3 (a" }, "layoff: cues (en): line 1", ErrRule},
		"list":            {func(p *Policy) { p.Rules[0].Cues["en"] = "3 <nobody>" }, "<nobody>", ErrRule},
		"condition":       {func(p *Policy) { p.Rules[0].When = "score >" }, "when", ErrRule},
		"condition type":  {func(p *Policy) { p.Rules[0].When = "score + 1" }, "instead of yes or no", ErrRule},
		"condition name":  {func(p *Policy) { p.Rules[0].Except = "giift > 0" }, "giift", ErrRule},
		"condition cost":  {func(p *Policy) { p.Rules[0].When = strings.Repeat("lang.matches('(a*)*b') || ", 60) + "paid" }, "too costly", ErrCostly},
		"condition loops": {func(p *Policy) { p.Rules[0].When = "countries.exists(c, countries.exists(d, d != c))" }, "exists", ErrRule},
		"no points":       {func(p *Policy) { p.Rules[0].Need = 0 }, "needs a condition", ErrRule},
		"mark":            {func(p *Policy) { p.Rules[0].Mark = []string{"x"} }, "no list", ErrRule},
		"words name":      {func(p *Policy) { p.Words = []Words{{Name: "money"}} }, "can't be called", ErrPolicy},
		"words stem":      {func(p *Policy) { p.Words = []Words{{Name: "w", Of: map[string]string{"en": "a <nobody>"}}} }, "<nobody>", ErrPolicy},
	} {
		p := smallPolicy("layoff", map[string]string{"en": "3 layoff*"})
		c.change(p)
		if _, err := Compile(p, Facts{}); !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestParseRulesRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[[rule]]\nid = \"a\"\ncolour = \"red\"":  "line 3",
		"[[rule]\n":                               "line 1",
		"[[rule]]\nid = \"a\"\nkind = \"GOSSIP\"": "no kind",
		"\xff\xfe": "policy refused",
	} {
		if _, err := ParseRules([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := ParseRules(make([]byte, MaxRulesText+1)); !errors.Is(err, ErrPolicy) {
		t.Error(err)
	}
}

func FuzzParseRules(f *testing.F) {
	for _, name := range []string{"words", "clauses"} {
		text, err := os.ReadFile("starter/" + name + ".toml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("[[rule]]\nid=\"a\"\nkind=\"CONF\"\nseverity=\"low\"\nclause=\"c\"\nneed=1\n[rule.cues]\nen='''\n1 a (b|c)? ..3 <money>\n'''"))
	f.Fuzz(func(t *testing.T, text []byte) {
		book, err := ParseRules(text)
		if err != nil {
			if !errors.Is(err, ErrPolicy) && !errors.Is(err, ErrRule) {
				t.Fatal(err)
			}
			return
		}
		p := &Policy{Text: map[string]string{}, Clauses: book.Clauses, Words: book.Words, Rules: book.Rules}
		if _, err := Compile(p, Facts{}); err != nil && !errors.Is(err, ErrPolicy) && !errors.Is(err, ErrRule) {
			t.Fatal(err)
		}
	})
}

func FuzzCues(f *testing.F) {
	for _, seed := range []string{"3 a", "3 (a|b c)? d ..4 <money> !~3 x*", "-1 *a;b", "3 ((((", "3 " + strings.Repeat("(a|b)", 40)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cues, err := parseCues(text)
		if err == nil && slices.ContainsFunc(cues, func(c cue) bool { return len(c.parts) == 0 || c.points == 0 }) {
			t.Fatalf("%q: %+v", text, cues)
		}
	})
}
