package review

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// hintOf is the first hint of a kind.
func hintOf(t *testing.T, h reviewapi.Hints, kind string) reviewapi.Hint {
	t.Helper()
	at := slices.IndexFunc(h.Hits, func(hit reviewapi.Hint) bool { return hit.Kind == kind })
	if at < 0 {
		t.Fatalf("no %s among %+v", kind, h.Hits)
	}
	return h.Hits[at]
}

// A45: a forecast is a private hint with the id of its rule and the words, and finance is to look.
func TestCaseA45(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		text := "🪑 A good year.\n\nThe company expects revenue to double."
		d := h.post(text)
		got := must[reviewapi.Hints](h)(h.client.Prescreen(h.as(ana), reviewapi.Prescreen{DocumentID: d.ID, Locale: "en"}))
		hit := hintOf(t, got, "FORWARD_LOOKING")
		if hit.Rule != "outlook" || hit.Clause != "Do not forecast or promise results of the business." || !slices.Contains(got.Routes, "finance") || got.Protected {
			t.Errorf("%+v", got)
		}
		if len(hit.Marks) == 0 || hit.Marks[0].Part != "text" {
			t.Fatalf("%+v", hit)
		}
		for _, m := range hit.Marks {
			if runes := []rune(text); string(runes[m.From:m.Until]) != m.Words || m.Words == "" {
				t.Errorf("%+v marks %q", m, string(runes[m.From:m.Until]))
			}
		}
		if got.Digest != d.Current.Digest || got.Rules != reviewapi.PolicyStarter || got.Sheet.Text != text {
			t.Errorf("%+v", got)
		}
	})
}

// Hints are the author's alone: nobody else gets them, nothing is kept, and the reviewer's page has none.
func TestHintsArePrivate(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("The company expects revenue to double.")
		rows := func() int {
			return h.count(`select (select count(*) from review.submission) + (select count(*) from review.audit) + (select count(*) from review.outbox) + (select count(*) from review.employer)`)
		}
		before := rows()
		must[reviewapi.Hints](h)(h.client.Prescreen(h.as(ana), reviewapi.Prescreen{DocumentID: d.ID}))
		if after := rows(); after != before {
			t.Errorf("a pre-screen left %d rows", after-before)
		}
		_, err := h.client.Prescreen(h.as(ben), reviewapi.Prescreen{DocumentID: d.ID})
		h.wants(err, problem.ErrNotFound, "somebody else")
		sub := h.asked(d)
		got := must[reviewapi.Hints](h)(h.client.Hints(h.as(ana), sub.ID, "nl"))
		if got.DocumentID != d.ID || got.Seq != sub.Seq {
			t.Errorf("%+v", got)
		}
		_, err = h.client.Hints(h.as(ben), sub.ID, "")
		h.wants(err, problem.ErrNotFound, "somebody else's submission")
		r := must[reviewapi.Review](h)(h.client.Review(h.nobody(), h.opened(sub)))
		if strings.Contains(jsonOf(t, r), "FORWARD_LOOKING") {
			t.Errorf("the reviewer sees a hint: %+v", r)
		}
	})
}

// The text that an author pasted is read as rules: the clause quoted is their sentence. What the law protects is looked for all the same.
func TestHintsBySuppliedPolicy(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		policy := "# Rules\n\nDo not name customers without their permission.\nNever discuss layoffs before they are announced."
		d := h.post("I went from 70k to 90k this year. And the warehouse closes in May: sixty of us are being laid off.")
		got := must[reviewapi.Hints](h)(h.client.Prescreen(h.as(ana), reviewapi.Prescreen{DocumentID: d.ID, Policy: policy, Locale: "fr"}))
		if got.Rules != reviewapi.PolicyAuthor || !got.Protected || got.Hits[0].Kind != "PROTECTED" {
			t.Errorf("%+v", got)
		}
		if hit := hintOf(t, got, "LAYOFF"); hit.Clause != "Never discuss layoffs before they are announced." || hit.Lang != "en" {
			t.Errorf("%+v", hit)
		}
		if got.Hits[0].Lang != "fr" {
			t.Errorf("the starter's clause is quoted in %s", got.Hits[0].Lang)
		}
		again := must[reviewapi.Hints](h)(h.client.Prescreen(h.as(ana), reviewapi.Prescreen{DocumentID: d.ID, Policy: policy, Locale: "fr"}))
		if jsonOf(t, again) != jsonOf(t, got) {
			t.Error("the same text gives other hints")
		}
		plain := must[reviewapi.Hints](h)(h.client.Prescreen(h.as(ana), reviewapi.Prescreen{DocumentID: d.ID, Policy: "Be nice.", Locale: "en"}))
		if plain.Rules != reviewapi.PolicyStarter {
			t.Errorf("a text without a rule: %+v", plain)
		}
		_, err := h.client.Prescreen(h.as(ana), reviewapi.Prescreen{DocumentID: d.ID, Policy: "a\x00b"})
		h.wants(err, problem.ErrInvalid, "a zero character")
	})
}

// A course is read lesson by lesson, and each mark names its entry.
func TestHintsOfACourse(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.course("Plan the rota.", "The company expects revenue to double.")
		got := must[reviewapi.Hints](h)(h.client.Prescreen(h.as(ana), reviewapi.Prescreen{DocumentID: d.ID, Locale: "en"}))
		hit := hintOf(t, got, "FORWARD_LOOKING")
		var i int
		for j, e := range got.Sheet.Entries {
			if strings.Contains(e.Text, "revenue") {
				i = j
			}
		}
		if want := "entries." + string(rune('0'+i)) + ".text"; len(hit.Marks) == 0 || hit.Marks[0].Part != want {
			t.Errorf("%+v, want %s", hit, want)
		}
	})
}

// CC-15: a report of wrongdoing goes to nobody before its author has been told, and says so again.
func TestCaseCC15(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("I reported the forged inspection records to the regulator.")
		sub := must[reviewapi.Submission](h)(h.begin(d, hr))
		got := must[reviewapi.Hints](h)(h.client.Hints(h.as(ana), sub.ID, "en"))
		if !got.Whistleblowing || !got.Protected {
			t.Fatalf("%+v", got)
		}
		_, err := h.client.Send(h.as(ana), sub.ID, sub.Version, reviewapi.SendSubmission{})
		if p := h.wants(err, reviewapi.ErrSubmissionWhistleblowing, "sent without a word"); p.Status() != 409 {
			t.Errorf("status %d", p.Status())
		}
		if got := h.submission(sub.ID); got.State != reviewapi.StateDraft || len(h.mails(sub.ID)) != 0 {
			t.Errorf("%+v", got)
		}
		gates := must[contentapi.Document](h)(h.content.Document(h.as(ana), d.ID)).Gates
		if len(gates) != 0 {
			t.Errorf("a gate stands: %+v", gates)
		}
		sent := must[reviewapi.Submission](h)(h.client.Send(h.as(ana), sub.ID, sub.Version, reviewapi.SendSubmission{Repeated: true}))
		if sent.State != reviewapi.StateInStage || len(h.mails(sub.ID)) != 1 {
			t.Errorf("%+v", sent)
		}
	})
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
