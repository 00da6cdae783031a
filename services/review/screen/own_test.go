package screen

import (
	"errors"
	"strings"
	"testing"
)

// The starter that an employer begins with is the starter: the same digest.
func TestOwnStarterIsTheStarter(t *testing.T) {
	t.Parallel()
	own, err := StarterOwn().Resolve()
	if err != nil {
		t.Fatal(err)
	}
	got, err := own.Digest()
	if err != nil {
		t.Fatal(err)
	}
	want, err := Starter().Digest()
	if err != nil || got != want {
		t.Fatalf("%s, want %s: %v", got, want, err)
	}
}

const ownRules = `
[[clause]]
id = "robot"
[clause.text]
en = "Say nothing about the robot."

[[rule]]
id = "robot"
kind = "CONF"
severity = "high"
route = ["security"]
clause = "robot"
need = 1
[rule.cues]
en = "1 robot*"

[[rule.example]]
lang = "en"
text = "Our robots paint chairs."
hit = true
`

func TestOwnRulesStandBesideTheStarters(t *testing.T) {
	t.Parallel()
	o := StarterOwn()
	o.Text = map[string]string{"en": o.Text["en"] + "\nSay nothing about the robot.\n", "fr": o.Text["fr"]}
	o.Rules, o.Without = ownRules, []string{"customer-named"}
	p, err := o.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	s, err := Compile(p, Facts{})
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.Screen(Post{Lang: "en", Text: "Our robots paint chairs, and we will sue."})
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Hits) == 0 || v.Hits[0].Rule != "robot" || v.Hits[0].Clause != "Say nothing about the robot." {
		t.Fatalf("%+v", v.Hits)
	}
	for _, r := range p.Rules {
		if r.ID == "customer-named" {
			t.Error("what was left out is there")
		}
	}
	for _, c := range p.Clauses {
		if c.Text["nl"] != "" {
			t.Errorf("a sentence of a text that is not there: %v", c.Text)
		}
	}
}

// What is wrong is said with the place, so that a person finds it.
func TestOwnFaultsAreSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Own)
		want   error
		says   string
	}{
		"no text":                {func(o *Own) { o.Text = map[string]string{"en": " "} }, ErrPolicy, "no text"},
		"a language of no rules": {func(o *Own) { o.Text["de"] = "Nichts." }, ErrPolicy, `"de"`},
		"a sentence gone":        {func(o *Own) { o.Text = map[string]string{"en": "Be kind."} }, ErrPolicy, "put it back"},
		"no such rule":           {func(o *Own) { o.Without = []string{"nothing"} }, ErrPolicy, `"nothing"`},
		"like nothing":           {func(o *Own) { o.Rules = "[[rule]]\nid = \"x\"\nlike = \"y\"\nclause = \"z\"" }, ErrRule, `"y"`},
		"no TOML":                {func(o *Own) { o.Rules = "[[rule]]\nid =" }, ErrPolicy, "line 2"},
		"an unknown word":        {func(o *Own) { o.Rules = "[[rule]]\nname = \"x\"" }, ErrPolicy, "nobody knows"},
	} {
		o := StarterOwn()
		c.change(&o)
		if _, err := o.Resolve(); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A text that was imported is a policy that compiles, and hits as its proposals say: the same as Accept makes.
func TestImportIsWhatAcceptMakes(t *testing.T) {
	t.Parallel()
	o, proposals, err := Import(handbook, "en")
	if err != nil || len(proposals) == 0 {
		t.Fatal(err)
	}
	p, err := o.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Compile(p, Facts{}); err != nil {
		t.Fatal(err)
	}
	got, err := p.Digest()
	if err != nil {
		t.Fatal(err)
	}
	want, err := Accept(handbook, "en", proposals).Digest()
	if err != nil || got != want {
		t.Fatalf("%s, want %s: %v", got, want, err)
	}
	if len(o.Rules) > 20_000 {
		t.Errorf("nobody edits a file of %d bytes", len(o.Rules))
	}
}
