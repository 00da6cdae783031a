package screen

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Kind is what a rule is about. Kinds are fixed, rules are not: routes, permissions and statistics speak of kinds.
type Kind string

// The kinds of docs/prescreen.md. Protected outranks every other: it marks speech that the law protects.
const (
	Protected        Kind = "PROTECTED"
	Confidential     Kind = "CONF"
	Customer         Kind = "CUSTOMER"
	Logo             Kind = "LOGO"
	Finance          Kind = "FINANCE"
	ForwardLooking   Kind = "FORWARD_LOOKING"
	Inside           Kind = "MNPI"
	PeopleData       Kind = "PEOPLE_DATA"
	Layoff           Kind = "LAYOFF"
	LegalMatter      Kind = "LEGAL_MATTER"
	ThirdPartyIP     Kind = "THIRD_PARTY_IP"
	Competitor       Kind = "COMPETITOR"
	Impersonation    Kind = "IMPERSONATION"
	Affiliation      Kind = "AFFILIATION"
	Disclaimer       Kind = "DISCLAIMER"
	Disclosure       Kind = "DISCLOSURE"
	Press            Kind = "PRESS"
	Endorsement      Kind = "ENDORSEMENT"
	PaidOnDuties     Kind = "PAID_ON_DUTIES"
	OutsideHours     Kind = "OUTSIDE_HOURS"
	LeadTime         Kind = "LEAD_TIME"
	WorkTime         Kind = "WORK_TIME"
	WorkKit          Kind = "WORK_KIT"
	BackgroundScreen Kind = "BACKGROUND_AUDIO_SCREEN"
	FormerEmployer   Kind = "FORMER_EMPLOYER"
)

// Kinds lists them all, Protected first.
func Kinds() []Kind {
	return []Kind{
		Protected, Confidential, Customer, Logo, Finance, ForwardLooking, Inside, PeopleData, Layoff, LegalMatter, ThirdPartyIP, Competitor,
		Impersonation, Affiliation, Disclaimer, Disclosure, Press, Endorsement, PaidOnDuties, OutsideHours, LeadTime, WorkTime, WorkKit,
		BackgroundScreen, FormerEmployer,
	}
}

// Reason is the message id of the sentence that tells the author why: "screen.reason.layoff".
func (k Kind) Reason() string { return "screen.reason." + lower(string(k)) }

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// Severity orders hits; it decides nothing by itself.
type Severity string

// From a thing to know to a thing that has cost people their job.
const (
	Low    Severity = "low"
	Medium Severity = "medium"
	High   Severity = "high"
)

func (s Severity) rank() int { return slices.Index([]Severity{High, Medium, Low}, s) }

// Routes that a rule may name: who looks at a post that it hits.
var routes = []string{"hr", "legal", "finance", "comms", "security", "ethics"}

// Rule says by which signs a post touches a clause of the policy. It hits when its cues are worth Need points in one
// language (Need 0: when When alone says so), When holds and Except does not.
type Rule struct {
	ID       string            `toml:"id" json:"id"`
	Kind     Kind              `toml:"kind" json:"kind"`
	Severity Severity          `toml:"severity" json:"severity"`
	Route    []string          `toml:"route" json:"route,omitempty"`
	Clause   string            `toml:"clause" json:"clause"`
	Need     int               `toml:"need" json:"need"`
	When     string            `toml:"when" json:"when,omitempty"`     // CEL
	Except   string            `toml:"except" json:"except,omitempty"` // CEL: the carve-out
	Mark     []string          `toml:"mark" json:"mark,omitempty"`     // lists whose words are marked when there are no cues
	Cues     map[string]string `toml:"cues" json:"cues,omitempty"`
	Examples []Example         `toml:"example" json:"examples,omitempty"`
	Like     string            `toml:"like" json:"-"` // a rule of the starter that says what this one doesn't; Own.Resolve fills it in
}

// Example is a test that travels with its rule: a policy whose rules don't do what their examples say is refused.
type Example struct {
	Lang       string `toml:"lang" json:"lang"`
	Text       string `toml:"text" json:"text"`
	Hit        bool   `toml:"hit" json:"hit"`
	Paid       bool   `toml:"paid" json:"paid,omitempty"`
	Disclosure string `toml:"disclosure" json:"disclosure,omitempty"`
}

// everyLanguage holds the cues of a rule that are made of names alone and hold in all Languages.
const everyLanguage = "all"

// Languages that rules can be written in.
var Languages = []string{"en", "fr", "nl", "ar", "zh"}

// ErrRule is the error of a rule that can't be part of a policy; its text says which one and what is wrong.
var ErrRule = errors.New("screen: rule refused")

var ruleID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// check looks at what needs no other rule. It names the first fault.
func (r *Rule) check() error {
	switch {
	case len(r.ID) > 64 || !ruleID.MatchString(r.ID):
		return fmt.Errorf("%w: %q is no id: small letters, digits and hyphens", ErrRule, r.ID)
	case !slices.Contains(Kinds(), r.Kind):
		return r.fault("there is no kind %q", r.Kind)
	case r.Severity.rank() < 0:
		return r.fault("severity is low, medium or high, not %q", r.Severity)
	case r.Need < 0 || r.Need > 100:
		return r.fault("need is a number of points from 0 to 100, not %d", r.Need)
	case r.Need == 0 && r.When == "":
		return r.fault("without points to reach it needs a condition (when)")
	case r.Need > 0 && len(r.Cues) == 0:
		return r.fault("no cue could ever reach %d points", r.Need)
	case r.Clause == "":
		return r.fault("it stands on no clause of the policy")
	}
	for _, route := range r.Route {
		if !slices.Contains(routes, route) {
			return r.fault("there is no route %q: %v", route, routes)
		}
	}
	for lang := range r.Cues {
		if lang != everyLanguage && !slices.Contains(Languages, lang) {
			return r.fault("cues in %q: languages are %v", lang, Languages)
		}
	}
	for _, e := range r.Examples {
		if !slices.Contains(Languages, e.Lang) {
			return r.fault("an example in %q: languages are %v", e.Lang, Languages)
		}
	}
	return nil
}

func (r *Rule) fault(format string, args ...any) error {
	return fmt.Errorf("%w: %s: %s", ErrRule, r.ID, fmt.Sprintf(format, args...))
}
