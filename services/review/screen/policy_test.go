package screen

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestDigest: equal policies have one digest, in whatever order and with whatever line ends they were written; any change
// of a rule, a list or a word of the text is another.
func TestDigest(t *testing.T) {
	t.Parallel()
	sum := func(change func(*Policy)) string {
		p := smallPolicy("layoff", map[string]string{"en": "3 layoff*"})
		p.Rules = append(p.Rules, Rule{ID: "another", Kind: Press, Severity: Low, Clause: "c", Need: 3, Cues: map[string]string{"en": "3 press"}})
		p.Words = []Words{{Name: "w", Of: map[string]string{"en": "a; b"}}}
		change(p)
		d, err := p.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	base := sum(func(*Policy) {})
	const want = "sha256:"
	if !strings.HasPrefix(base, want) || len(base) != len(want)+64 {
		t.Fatal(base)
	}
	for name, same := range map[string]func(*Policy){
		"order":     func(p *Policy) { slices.Reverse(p.Rules) },
		"line ends": func(p *Policy) { p.Text["en"] = strings.ReplaceAll(p.Text["en"], "\n", "\r\n") + "  \r\n" },
	} {
		if sum(same) != base {
			t.Errorf("%s changes the digest", name)
		}
	}
	seen := map[string]string{base: "nothing"}
	for name, other := range map[string]func(*Policy){
		"cue": func(p *Policy) { p.Rules[0].Cues["en"] = "3 layoffs" }, "severity": func(p *Policy) { p.Rules[0].Severity = Low },
		"route": func(p *Policy) { p.Rules[0].Route = nil }, "list": func(p *Policy) { p.Words[0].Of["en"] = "a" }, "text": func(p *Policy) { p.Text["en"] += "More." },
		"carve-out": func(p *Policy) { p.Rules[0].Except = "paid" }, "language": func(p *Policy) { p.Text["fr"] = "" },
	} {
		d := sum(other)
		if was, ok := seen[d]; ok {
			t.Errorf("%s has the digest of %s", name, was)
		}
		seen[d] = name
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	before, after := Starter(), Starter()
	if d, err := Diff(before, after); err != nil || !d.Empty() {
		t.Fatalf("%+v %v", d, err)
	}
	after.Rules[0].Severity = Low
	gone := after.Rules[len(after.Rules)-1].ID
	after.Rules = append(after.Rules[:len(after.Rules)-1], Rule{ID: "new-rule"})
	after.Words[0].Of = map[string]string{"en": "x"}
	after.Text["en"] += "\nOne more thing.\n"
	d, err := Diff(before, after)
	if err != nil || !slices.Equal(d.Added, []string{"new-rule"}) || !slices.Equal(d.Removed, []string{gone}) || !slices.Equal(d.Changed, []string{before.Rules[0].ID}) ||
		!slices.Equal(d.Words, []string{before.Words[0].Name}) || !slices.Equal(d.Text["en"].Added, []string{"One more thing."}) || len(d.Text) != 1 {
		t.Fatalf("%+v %v", d, err)
	}
}

func TestDetectors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"€ 2.871 now": "money:€ 2.871", "£4.1m in": "money:£4.1m", "70k": "money:70k", "9,200 ريال": "money:9,200 ريال", "八百万和解": "money:八百万", "12 800元": "money:800元",
		"up 12 % or": "percent:12 %", "六成": "percent:六成", "write to ana.b@mail.example.org ok": "email:ana.b@mail.example.org",
		"call +31 6 1234 5678 now": "phone:+31 6 1234 5678", "on 30/11/2026": "date:30/11/2026", "下月十二号": "date:十二号",
		"GB82 WEST 1234 5698 7654 32": "iban:gb82 west 1234 5698 7654 32", "use MIRA15 now": "code:mira15", "see https://a.example/x?y=1 there": "url:https://a.example/x?y=1",
	} {
		f, err := Fold(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		detect(f, func(name string, start, end int) { got = append(got, name+":"+string(f.Text[start:end])) })
		if !slices.Contains(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for text, not := range map[string]string{"GB82 WEST 1234 5698 7654 33": "iban", "12 apples": "money", "in 2026": "phone", "me @ work": "email", "Mira15": "code", "EUR 5": "percent"} {
		f, _ := Fold(text)
		detect(f, func(name string, start, end int) {
			if name == not {
				t.Errorf("%q: %s %q", text, name, f.Text[start:end])
			}
		})
	}
}

func TestCharacters(t *testing.T) {
	t.Parallel()
	text := "👩‍💻 e\u0301 = money. 👩‍💻!" // the first is three code points, the accent a code point of its own
	at := strings.Index(text, "money")
	spans := []Span{{0, 4}, {len("👩‍💻 e"), len("👩‍💻 e\u0301")}, {at, at + len("money")}, {len(text) - 1, len(text)}}
	got := Characters(text, spans)
	want := [][2]int{{0, 3}, {4, 6}, {9, 14}, {19, 20}}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: %v, want %v", i, got[i], want[i])
		}
	}
	if got := Characters("", []Span{{0, 0}}); got[0] != [2]int{0, 0} {
		t.Error(got)
	}
}

// TestScreenRefusesAndScales: broken text has an error, and 2 MB of anything take time in proportion, far from a minute.
func TestScreenRefusesAndScales(t *testing.T) {
	t.Parallel()
	s, err := StarterScreener()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []Post{{Text: "a\xff"}, {Disclosure: "\xff"}, {Text: strings.Repeat("a", MaxText+1)}} {
		if _, err := s.Screen(p); err == nil {
			t.Errorf("%.20q screened", p.Text)
		}
	}
	for _, unit := range []string{"a", "a ", "l a y o f f ", "裁员", "سري للغاية ", "1 ", "my salary is 70k and the boss shift hours ", "*🙈a", "é\u0301", "@a.b ", "boss told hours unpaid ", "GB82 "} {
		text := strings.Repeat(unit, 2<<20/len(unit))
		done := make(chan error, 1)
		go func() {
			_, err := s.Screen(Post{Lang: "en", Text: text})
			done <- err
		}()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("%q: %v", unit, err)
			}
		case <-time.After(time.Minute):
			t.Errorf("2 MB of %q take more than a minute", unit)
		}
	}
}
