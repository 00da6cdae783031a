package screen

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// handbook is written like the policies that public offices publish: front matter, template tags, lists, markup.
const handbook = `---
title: Social media
---

_How we use social media._

If you have questions, ask in {% channel "posts" %}.
Make sure you aren't sharing any sensitive information or
non-public documents about your project.

- Avoid endorsing any vendors or brand name products.
- Do not respond to the press; forward requests from a reporter to communications.
- Employees must not use the official logo without permission.

<div class="note">

Salaries and working conditions are confidential and must not be discussed in public.

</div>

## Outside activities

Outside employment must be approved first. Parking is behind the building.
`

func TestPropose(t *testing.T) {
	t.Parallel()
	proposals, err := Propose(handbook, "en")
	if err != nil {
		t.Fatal(err)
	}
	byKind := map[Kind]Proposal{}
	for _, p := range proposals {
		if handbook[p.Sentence.Start:p.Sentence.End] == "" || len(p.Rules) == 0 || strings.Contains(p.Sentence.Text, "\n") {
			t.Errorf("%+v", p)
		}
		if strings.Contains(p.Sentence.Text, "Parking") || strings.Contains(p.Sentence.Text, "questions") {
			t.Errorf("%s out of %q", p.Kind, p.Sentence.Text)
		}
		if _, ok := byKind[p.Kind]; !ok {
			byKind[p.Kind] = p
		}
	}
	for kind, part := range map[Kind]string{
		Confidential: "sensitive information or non-public documents", Endorsement: "Avoid endorsing", Press: "Do not respond", Logo: "official logo",
		Protected: "Salaries and working conditions", OutsideHours: "Outside employment",
	} {
		if p, ok := byKind[kind]; !ok || !strings.Contains(p.Sentence.Text, part) {
			t.Errorf("%s: %q", kind, p.Sentence.Text)
		}
	}
	if byKind[Protected].Warning != OverbroadWarning || byKind[Press].Warning != "" {
		t.Errorf("warnings %q and %q", byKind[Protected].Warning, byKind[Press].Warning)
	}
	s, err := Compile(Accept(handbook, "en", proposals), Facts{})
	if err != nil {
		t.Fatal(err)
	}
	v := screenAll(t, s, Post{Lang: "en", Text: "A reporter called on Friday and I gave an interview to the local paper."})
	at := slices.IndexFunc(v.Hits, func(h Hit) bool { return h.Kind == Press })
	if at < 0 || !strings.HasPrefix(v.Hits[at].Clause, "Do not respond to the press") || v.Hits[at].Sentence != byKind[Press].Index {
		t.Errorf("%+v", v.Hits)
	}
}

// TestProposeInEachLanguage: the starter policy's own text gives back most of its kinds.
func TestProposeInEachLanguage(t *testing.T) {
	t.Parallel()
	for lang, text := range Starter().Text {
		proposals, err := Propose(text, lang)
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[Kind]bool{}
		for _, p := range proposals {
			kinds[p.Kind] = true
		}
		if len(kinds) < 12 || !kinds[Protected] {
			t.Errorf("%s: %d kinds: %v", lang, len(kinds), kinds)
		}
		if _, err := Compile(Accept(text, lang, proposals), Facts{}); err != nil {
			t.Errorf("%s: %v", lang, err)
		}
	}
}

func TestProposeRefuses(t *testing.T) {
	t.Parallel()
	if _, err := Propose("a\xff", "en"); !errors.Is(err, ErrNotText) {
		t.Error(err)
	}
	for _, c := range []struct{ text, lang string }{{"Fine.", "xx"}, {strings.Repeat("a", MaxPolicyText+1), "en"}, {strings.Repeat("Never. ", MaxSentences+1), "en"}} {
		if _, err := Propose(c.text, c.lang); !errors.Is(err, ErrPolicy) {
			t.Errorf("%d bytes, %s: %v", len(c.text), c.lang, err)
		}
	}
}

func FuzzPropose(f *testing.F) {
	for _, seed := range []string{handbook, "", "---\n---", "```\n```", "1. Do not.\n2) Never!", "不得泄露机密。", "<div", "a\xff", strings.Repeat("#", 999)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, s := range Sentences(text) {
			if s.Start < last || s.End <= s.Start || s.End > len(text) || s.Text == "" {
				t.Fatalf("%q: %+v", text, s)
			}
			last = s.End
		}
		if _, err := Propose(text, "en"); err != nil && utf8.ValidString(text) && len(text) < 1000 {
			t.Fatal(err)
		}
	})
}
