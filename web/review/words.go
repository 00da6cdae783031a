package review

import (
	"slices"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/ui"
)

// stanzas are the paragraphs of a text; lines within one stay lines.
func stanzas(text string) []string {
	var out []string
	for p := range strings.SplitSeq(text, "\n\n") {
		if p = strings.Trim(p, "\n"); strings.TrimSpace(p) != "" {
			out = append(out, p)
		}
	}
	return out
}

// shortDigest is enough of a digest to compare by eye.
func shortDigest(digest string) string {
	_, hex, _ := strings.Cut(digest, ":")
	return hex[:min(len(hex), 12)]
}

func authorOf(l locale.L, name string) string {
	if name == "" {
		return l.T("review.somebody")
	}
	return name
}

// previewOf names a document by its first words.
func previewOf(l locale.L, d contentapi.Listed) string {
	if strings.TrimSpace(d.Preview) == "" {
		return l.T("review.choose.unnamed")
	}
	return d.Preview
}

// toneOf is how a state looks.
func toneOf(state string) string {
	switch state {
	case reviewapi.StateApproved, reviewapi.StateNoObjection:
		return "ok"
	case reviewapi.StateSubmitted, reviewapi.StateInStage:
		return "wait"
	case reviewapi.StateChangesRequested, reviewapi.StateNoDecision, reviewapi.StateLapsed:
		return "warn"
	case reviewapi.StateRejected, reviewapi.StateRevoked, reviewapi.StateStale:
		return "stop"
	}
	return ""
}

// nextOf says what a submission needs next.
func nextOf(l locale.L, s reviewapi.Submission) string {
	switch {
	case s.Published != nil:
		return l.T("review.next.published", "Day", l.Date(*s.Published))
	case s.State == reviewapi.StateInStage && s.Due != nil && objected(s):
		return l.T("review.next.objected", "Day", l.Date(*s.Due))
	case s.State == reviewapi.StateInStage && s.Due != nil:
		return l.T("review.next.in_stage", "Day", l.Date(*s.Due))
	case (s.State == reviewapi.StateApproved || s.State == reviewapi.StateNoObjection) && s.ValidUntil != nil:
		return l.T("review.next."+s.State, "Day", l.Date(*s.ValidUntil))
	case s.State == reviewapi.StateChangesRequested && s.ClearedDigest != "":
		return l.T("review.next.suggested")
	}
	return l.T("review.next." + s.State)
}

// objected says that one person refused what the law protects, which is no refusal yet.
func objected(s reviewapi.Submission) bool {
	return slices.ContainsFunc(s.Decisions, func(d reviewapi.Decision) bool { return d.Kind == reviewapi.Object })
}

func openedWord(l locale.L, r reviewapi.Reader) string {
	if r.Opened == nil {
		return l.T("review.show.unopened")
	}
	return l.T("review.show.opened", "When", l.DateTime(*r.Opened))
}

// withdrawable says that nobody has agreed to it, and nothing else ended it.
func withdrawable(s reviewapi.Submission) bool {
	switch s.State {
	case reviewapi.StateDraft, reviewapi.StateSubmitted, reviewapi.StateInStage:
		return true
	case reviewapi.StateChangesRequested:
		return s.ClearedDigest == ""
	}
	return false
}

func factsOf(l locale.L, s reviewapi.Submission) []ui.Fact {
	facts := []ui.Fact{{Label: l.T("review.sheet.digest"), Value: shortDigest(s.Digest)}}
	if s.Sent != nil {
		facts = append(facts, ui.Fact{Label: l.T("review.fact.sent"), Value: l.DateTime(*s.Sent)})
	}
	facts = append(facts, validFacts(l, s.ValidFrom, s.ValidUntil, s.Published)...)
	if s.PublishedOther != nil {
		facts = append(facts, ui.Fact{Label: l.T("review.fact.different"), Value: l.DateTime(*s.PublishedOther)})
	}
	if s.TakenBack != nil {
		facts = append(facts, ui.Fact{Label: l.T("review.fact.taken_back"), Value: l.DateTime(*s.TakenBack)})
	}
	return facts
}

// validFacts are from and until when something may appear, with the offset: of a day on which the clocks change, too.
func validFacts(l locale.L, from, until, published *time.Time) []ui.Fact {
	var facts []ui.Fact
	for _, f := range []struct {
		label string
		at    *time.Time
	}{{"from", from}, {"until", until}, {"published", published}} {
		if f.at != nil {
			at := *f.at
			facts = append(facts, ui.Fact{Label: l.T("review.fact." + f.label), Value: l.DateTime(at) + " (UTC" + offset(at.In(l.Zone())) + ")"})
		}
	}
	return facts
}

// channelWord names a channel; two of them are names.
func channelWord(l locale.L, channel string) string {
	switch channel {
	case "linkedin":
		return "LinkedIn"
	case "tiktok":
		return "TikTok"
	}
	return l.T("documents.channel." + channel)
}

func sheetFacts(l locale.L, s reviewapi.Sheet) []ui.Fact {
	var facts []ui.Fact
	for _, d := range s.Destinations {
		place := channelWord(l, d.Channel)
		if d.Profile != "" && d.Channel != "storefront" { // where that is a product's id
			place += " · " + d.Profile
		}
		if len(d.Countries) > 0 {
			place += " · " + l.List(d.Countries...)
		}
		facts = append(facts, ui.Fact{Label: l.T("review.fact.place"), Value: place})
	}
	if s.Paid {
		facts = append(facts, ui.Fact{Label: l.T("review.fact.paid"), Value: l.T("review.fact.paid_yes")})
	}
	for _, link := range s.Links {
		facts = append(facts, ui.Fact{Label: l.T("review.fact.link"), Value: link})
	}
	return facts
}

// saidBy names who decided, as they typed it, and when.
func saidBy(l locale.L, d reviewapi.Decision) string {
	if d.Name == "" {
		return l.T("review.said_when", "When", l.DateTime(d.Decided))
	}
	return l.T("review.said_by", "Name", d.Name, "Role", roleWord(l, d.Role), "When", l.DateTime(d.Decided))
}

// roleWord is a role of an organisation in the reader's language. What a reviewer without an account typed is their own word.
func roleWord(l locale.L, role string) string {
	if id := "organisation.role." + role; l.Has(id) {
		return l.T(id)
	}
	return role
}

func outcomeWord(l locale.L, d reviewapi.Decision) string {
	if d.Outcome == reviewapi.OutcomePublished && d.Published != nil {
		return l.T("review.outcome.published", "When", l.DateTime(*d.Published))
	}
	return l.T("review.outcome." + d.Outcome)
}

// suggested is the text to change: as typed, else as it stands.
func suggested(r reviewapi.Review, form decideForm) string {
	if form.in.Kind == reviewapi.Suggest {
		return form.in.Replacement
	}
	return r.Sheet.Text
}

// languages of the mail, each by its own name.
func languages() []ui.Option {
	return []ui.Option{{Value: "en", Label: "English"}, {Value: "fr", Label: "Français"}, {Value: "nl", Label: "Nederlands"}, {Value: "ar", Label: "العربية"}, {Value: "zh", Label: "简体中文"}}
}
