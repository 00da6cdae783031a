package review

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/screen"
)

// An organisation's policy is a draft that its people write at, and versions that never change:
//
//	draft ── propose ──► proposed ── a second person approves ──► in force ── a later one comes into force ──► past
//	  ▲                     ├── a second person says no ──► refused
//	  └── begun of any ◄────┴── one who wrote it takes it back ──► withdrawn
//
// One version at a time waits. Posts to the organisation's employers are read by the version in force from that commit on.

// book is an organisation's policy: the row at which everybody meets who proposes, approves or decides.
type book struct {
	OrganisationID string
	Last           int
	InForce        int
	Draft          *reviewapi.PolicyWords
	DraftWriters   []string // persons
	DraftVersion   int64
	DraftAt        *time.Time
	Facts          reviewapi.PolicyFacts
	FactsVersion   int64
	FactsAt        *time.Time
}

// keepsPolicies are the roles that write, approve and read policies.
var keepsPolicies = []string{accountsapi.RoleOwner, accountsapi.RoleAdmin, accountsapi.RoleHRReviewer, accountsapi.RoleLegalReviewer}

func keeps(a accountsapi.Acting) bool {
	return (a.Kind == "" || a.Kind == accountsapi.KindEmployer) && slices.ContainsFunc(a.Roles, func(r string) bool { return slices.Contains(keepsPolicies, r) })
}

// policyVersion is a version with what was said to it.
type policyVersion struct {
	OrganisationID string
	Number         int
	Digest         string
	Retroactive    bool
	Writers        []string
	ProposedAt     time.Time
	Note           string
	Answer         string // "", approved, refused, withdrawn
	AnsweredBy     string
	AnsweredAt     *time.Time
}

const (
	answerApproved  = "approved"
	answerRefused   = "refused"
	answerWithdrawn = "withdrawn"
)

// state of a version beside the one in force.
func (v policyVersion) state(inForce int) string {
	switch {
	case v.Answer == answerRefused:
		return reviewapi.PolicyRefused
	case v.Answer == answerWithdrawn:
		return reviewapi.PolicyWithdrawn
	case v.Answer == "":
		return reviewapi.PolicyProposed
	case v.Number == inForce:
		return reviewapi.PolicyInForce
	}
	return reviewapi.PolicyPast
}

// own is what people wrote, for the package that reads policies.
func own(w reviewapi.PolicyWords) screen.Own {
	return screen.Own{Text: w.Text, Rules: w.Rules, Starter: w.Starter, Without: w.Without}
}

// tidyWords is what was typed, with lines as they are kept. ErrInvalid with a field for each fault.
func tidyWords(in reviewapi.PolicyWords) (reviewapi.PolicyWords, error) {
	fault := problem.ErrInvalid
	out := reviewapi.PolicyWords{Text: map[string]string{}, Rules: canon.Lines(in.Rules), Starter: in.Starter, Without: []string{}}
	fault = noZero(fault, "/rules", out.Rules)
	for lang, text := range in.Text {
		if text = canon.Lines(text); strings.TrimSpace(text) != "" {
			out.Text[lang] = text
		}
		fault = noZero(fault, "/text/"+lang, text)
	}
	for _, id := range in.Without {
		if id = strings.TrimSpace(id); id != "" && !slices.Contains(out.Without, id) {
			out.Without = append(out.Without, id)
		}
	}
	slices.Sort(out.Without)
	if len(fault.Fields) > 0 {
		return out, fault
	}
	return out, nil
}

// tidyFacts are names, each once, without blanks around them. ErrInvalid.
func tidyFacts(in reviewapi.PolicyFacts) (reviewapi.PolicyFacts, error) {
	fault := problem.ErrInvalid
	out := reviewapi.PolicyFacts{}
	for _, list := range []struct {
		pointer string
		from    []string
		to      *[]string
	}{{"/employer", in.Employer, &out.Employer}, {"/customers", in.Customers, &out.Customers}, {"/case_studies", in.CaseStudies, &out.CaseStudies}, {"/competitors", in.Competitors, &out.Competitors}} {
		*list.to = []string{}
		known := map[string]bool{"": true}
		for _, name := range list.from {
			name = oneLine(name)
			fault = noZero(fault, list.pointer, name)
			if key := screen.Key(name); !known[key] {
				known[key] = true
				*list.to = append(*list.to, name)
			}
		}
	}
	if len(fault.Fields) > 0 {
		return out, fault
	}
	return out, nil
}

func factsOf(f reviewapi.PolicyFacts) screen.Facts {
	return screen.Facts{Employer: f.Employer, Customers: f.Customers, CaseStudies: f.CaseStudies, Competitors: f.Competitors}
}

// faultText is what is wrong with rules, without the words by which programs know it.
func faultText(err error) string {
	text := err.Error()
	for _, prefix := range []error{screen.ErrPolicy, screen.ErrRule} {
		text = strings.TrimPrefix(text, prefix.Error()+": ")
	}
	return text
}

// refusedRules is ErrPolicyRules with what is wrong, or the error that it is.
func refusedRules(err error) error {
	if errors.Is(err, screen.ErrPolicy) || errors.Is(err, screen.ErrRule) || errors.Is(err, screen.ErrNotText) {
		return reviewapi.ErrPolicyRules.WithField("/rules", "rules", faultText(err))
	}
	return err
}

// rulesBut are ids of the first list that are not in the second.
func rulesBut(a, b []string) []string {
	out := []string{}
	for _, id := range a {
		if !slices.Contains(b, id) {
			out = append(out, id)
		}
	}
	return out
}
