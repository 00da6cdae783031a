package screen

import (
	"slices"
	"testing"
)

func starter(t *testing.T, f Facts, add ...Rule) *Screener {
	t.Helper()
	p := Starter()
	p.Rules = append(p.Rules, add...)
	s, err := Compile(p, f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func screenAll(t *testing.T, s *Screener, p Post) Verdict {
	t.Helper()
	v, err := s.Screen(p)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestScreeningHalfOfA44: an employer's rule against salary talk hits, and the protected hit stands before it. What the
// reviewer may then do is the service's half of the case.
func TestScreeningHalfOfA44(t *testing.T) {
	t.Parallel()
	s := starter(t, Facts{}, Rule{
		ID: "no-salary-talk", Kind: Confidential, Severity: High, Route: []string{"hr"}, Clause: "confidential", Need: 3,
		Cues: map[string]string{"en": "3 from <money> to <money>"},
	})
	text := "Two years ago I changed teams. I went from 70k to 90k."
	v := screenAll(t, s, Post{Lang: "en", Text: text})
	if !v.Protected || len(v.Hits) < 2 || v.Hits[0].Kind != Protected {
		t.Fatalf("%+v", v)
	}
	at := slices.IndexFunc(v.Hits, func(h Hit) bool { return h.Rule == "no-salary-talk" })
	if at < 1 || text[v.Hits[at].Spans[0].Start:v.Hits[at].Spans[0].End] != "from 70k to 90k" || v.Hits[0].Reason != "screen.reason.protected" {
		t.Fatalf("%+v", v.Hits)
	}
	if !slices.Contains(v.Routes, "legal") {
		t.Errorf("routes %v", v.Routes)
	}
}

// TestCaseA45: a forecast of revenue is a hint with rule id and words, and finance is to look.
func TestCaseA45(t *testing.T) {
	t.Parallel()
	text := "The company expects revenue to double."
	v := screenAll(t, starter(t, Facts{}), Post{Lang: "en", Text: text})
	at := slices.IndexFunc(v.Hits, func(h Hit) bool { return h.Kind == ForwardLooking })
	if at < 0 || !slices.Contains(v.Routes, "finance") {
		t.Fatalf("%+v", v)
	}
	h := v.Hits[at]
	if h.Rule != "outlook" || len(h.Spans) != 1 || text[h.Spans[0].Start:h.Spans[0].End] == "" || h.Clause != "Do not forecast or promise results of the business." {
		t.Errorf("%+v", h)
	}
}

// TestCaseA46: a customer that is named is a hint unless the list of case studies has it.
func TestCaseA46(t *testing.T) {
	t.Parallel()
	text := "Great week with HARROW-LANE Food Co-op, what a team."
	for _, c := range []struct {
		studies []string
		hit     bool
	}{{nil, true}, {[]string{"Another Co"}, true}, {[]string{"harrow lane food co-op"}, false}} {
		v := screenAll(t, starter(t, Facts{Customers: []string{"Harrow Lane Food Co-op"}, CaseStudies: c.studies}), Post{Lang: "en", Text: text})
		if slices.Contains(v.Kinds(), Customer) != c.hit {
			t.Errorf("case studies %v: %+v", c.studies, v.Hits)
		}
	}
}

// TestScreeningHalfOfCC4: after a policy changed, the same text under both versions shows which verdicts differ, and each
// verdict names the policy it came from.
func TestScreeningHalfOfCC4(t *testing.T) {
	t.Parallel()
	text := "Our new jingle is the best thing since bread."
	old := starter(t, Facts{})
	new := starter(t, Facts{}, Rule{ID: "no-jingles", Kind: Logo, Severity: Low, Route: []string{"comms"}, Clause: "logos", Need: 3, Cues: map[string]string{"en": "3 jingle*"}})
	before, after := screenAll(t, old, Post{Lang: "en", Text: text}), screenAll(t, new, Post{Lang: "en", Text: text})
	if len(before.Hits) != 0 || len(after.Hits) != 1 || before.Policy == after.Policy || before.Policy != old.Digest() {
		t.Errorf("%+v\n%+v", before, after)
	}
	d, err := Diff(old.policy, new.policy)
	if err != nil || !slices.Equal(d.Added, []string{"no-jingles"}) || len(d.Changed)+len(d.Removed)+len(d.Text) != 0 {
		t.Errorf("%+v %v", d, err)
	}
}

// TestScreeningHalfOfCC15: a text that reports wrongdoing is protected, so that the author can be told before it is sent.
func TestScreeningHalfOfCC15(t *testing.T) {
	t.Parallel()
	for lang, text := range map[string]string{
		"en": "I reported the forged inspection records to the regulator.", "fr": "J'ai signalé les faux relevés à l'inspection du travail.",
		"nl": "Ik heb de vervalste metingen gemeld bij de inspectie.", "ar": "أبلغت الجهة الرقابية عن التزوير في السجلات.", "zh": "我已经向市场监管部门实名举报他们造假。",
	} {
		if v := screenAll(t, starter(t, Facts{}), Post{Lang: lang, Text: text}); !v.Protected {
			t.Errorf("%s: %+v", lang, v.Hits)
		}
	}
}
