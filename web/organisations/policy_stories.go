package organisations

import (
	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

// policyStories adds the pages of an organisation's policy.
func policyStories(b *storybook.Book) {
	day := storyDay
	rules := []reviewapi.PolicyRule{
		{ID: "customer-named", Kind: "CUSTOMER", Severity: "medium", Clause: "Name or describe a customer only where they agreed to it in public."},
		{ID: "logo-of-ours", Kind: "LOGO", Severity: "high", Clause: "Use our logo only with permission."},
	}
	words := reviewapi.PolicyWords{
		Text:  map[string]string{"en": "# Posts\n\nUse our logo only with permission.\n\nName or describe a customer only where they agreed to it in public.", "fr": "# Publications\n\nPas de logo sans permission."},
		Rules: "[[clause]]\nid = \"logo-of-ours\"\n[clause.text]\nen = \"Use our logo only with permission.\"\n\n[[rule]]\nid = \"logo-of-ours\"\nlike = \"logo\"\nclause = \"logo-of-ours\"\n", Starter: true, Without: []string{"customer-named"},
	}
	versions := []reviewapi.PolicyVersion{
		{Number: 4, State: reviewapi.PolicyProposed, Retroactive: true, Writers: []string{"Ines Okafor", storybook.LongName}, Proposed: day},
		{Number: 3, State: reviewapi.PolicyRefused, Writers: []string{""}, Proposed: day, Answered: &day, AnsweredBy: "Leo Brandt"},
		{Number: 2, State: reviewapi.PolicyInForce, Writers: []string{"Ines Okafor"}, Proposed: day, Answered: &day, AnsweredBy: "Leo Brandt"},
		{Number: 1, State: reviewapi.PolicyPast, Writers: []string{"Ines Okafor"}, Proposed: day, Answered: &day},
	}
	add := func(page, state, title string, body func(p *shell.Page) templ.Component) {
		b.Add("organisations", page, state, titled(title, false, body))
	}
	add("policies", "none", "policy.title", func(p *shell.Page) templ.Component {
		return bookPage(p.L, bookView{organisation: "org_1", name: "Acme Chairs", faults: ui.Faults{{Field: "text", Text: p.L.T("field.required")}}})
	})
	add("policies", "some", "policy.title", func(p *shell.Page) templ.Component {
		return bookPage(p.L, bookView{organisation: "org_1", name: "Acme Chairs", book: reviewapi.PolicyBook{InForce: 2, Draft: true, Versions: versions}})
	})
	add("policy-draft", "good", "policy.edit.title", func(p *shell.Page) templ.Component {
		return draftPage(p.L, draftForm{organisation: "org_1", draft: reviewapi.PolicyDraft{PolicyWords: words, Version: 3}, starter: rules, lang: string(p.L.Tag)})
	})
	add("policy-draft", "fault", "policy.edit.title", func(p *shell.Page) templ.Component {
		return draftPage(p.L, draftForm{
			organisation: "org_1", starter: rules, lang: string(p.L.Tag), draft: reviewapi.PolicyDraft{Fault: "logo-of-ours: there is no clause \"logo\"", Version: 3},
			faults: ui.Faults{{Field: "propose", Text: p.L.T("problem.policy_rules.text")}},
		})
	})
	add("policy-version", "second", "policy.title", func(p *shell.Page) templ.Component {
		v := versions[0]
		v.MayApprove, v.Words, v.All, v.Note, v.Digest = true, &words, rules, "The logo was on three posts last month.", "sha256:6c1d1b3f0f4b4c1d9f5e2a7b8c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f70819"
		return versionPage(p.L, versionView{organisation: "org_1", version: v, from: 2, draft: true})
	})
	add("policy-version", "own", "policy.title", func(p *shell.Page) templ.Component {
		v := versions[0]
		v.MayWithdraw, v.Words, v.All, v.Digest = true, &words, rules, "sha256:6c1d1b3f0f4b4c1d9f5e2a7b8c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f70819"
		return versionPage(p.L, versionView{organisation: "org_1", version: v, faults: onField(p.L, reviewapi.ErrPolicyOwn, "answer")})
	})
	add("policy-difference", "some", "policy.show.difference", func(p *shell.Page) templ.Component {
		return differencePage(p.L, "org_1", reviewapi.PolicyDifference{
			From: 2, To: 4, Added: []string{"logo-of-ours"}, Removed: []string{"customer-named"}, Changed: []string{"figures"}, Lists: []string{"unannounced"},
			Text:  map[string][]reviewapi.PolicyPiece{"en": {{Op: "same", Text: "Use our "}, {Op: "removed", Text: "name"}, {Op: "added", Text: "logo"}, {Op: "same", Text: " only with permission."}}},
			Rules: []reviewapi.PolicyPiece{{Op: "added", Text: "[[rule]]\nid = \"logo-of-ours\"\n"}},
		})
	})
	add("policy-difference", "none", "policy.show.difference", func(p *shell.Page) templ.Component {
		return differencePage(p.L, "org_1", reviewapi.PolicyDifference{To: 1})
	})
	add("policy-trial", "reviewer", "policy.trial.title", func(p *shell.Page) templ.Component {
		return trialPage(p.L, "org_1", reviewapi.PolicyTrial{
			Number: 4, Looked: 98, Gone: 2, Then: 31, Now: 40, Newly: 12, NoMore: 3, Changed: 14, Rules: []reviewapi.TrialRule{{Rule: "logo-of-ours", Now: 12}, {Rule: "customer-named", Then: 3}},
			Posts: []reviewapi.TrialPost{{ID: "submission_1", Author: "Ines Okafor", State: reviewapi.StateApproved, Added: []string{"logo-of-ours"}, Removed: []string{"customer-named"}}},
		})
	})
	add("policy-trial", "few", "policy.trial.title", func(p *shell.Page) templ.Component {
		return trialPage(p.L, "org_1", reviewapi.PolicyTrial{Looked: 3, Few: true})
	})
	add("policy-trial", "none", "policy.trial.title", func(p *shell.Page) templ.Component {
		return trialPage(p.L, "org_1", reviewapi.PolicyTrial{})
	})
	add("policy-facts", "some", "policy.facts.title", func(p *shell.Page) templ.Component {
		return factsPage(p.L, factsForm{organisation: "org_1", in: reviewapi.PolicyFacts{Employer: []string{"Acme Chairs"}, Customers: []string{"Initech", "Hooli Foods"}, CaseStudies: []string{"Initech"}, Competitors: []string{"Globex"}}})
	})
}
