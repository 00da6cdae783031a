package organisations

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// Policies is what the pages of an organisation's policy ask of review.
type Policies interface {
	Policies(ctx context.Context, organisation string) (reviewapi.PolicyBook, error)
	PolicyVersion(ctx context.Context, organisation string, number int) (reviewapi.PolicyVersion, error)
	PolicyDifference(ctx context.Context, organisation string, number, from int) (reviewapi.PolicyDifference, error)
	PolicyDraft(ctx context.Context, organisation string) (reviewapi.PolicyDraft, error)
	BeginPolicyDraft(ctx context.Context, organisation string, in reviewapi.BeginPolicyDraft) (reviewapi.PolicyDraft, error)
	SavePolicyDraft(ctx context.Context, organisation string, version int64, in reviewapi.PolicyWords) (reviewapi.PolicyDraft, error)
	DropPolicyDraft(ctx context.Context, organisation string) error
	ProposePolicy(ctx context.Context, organisation, key string, version int64, in reviewapi.ProposePolicy) (reviewapi.PolicyVersion, error)
	ApprovePolicy(ctx context.Context, organisation string, number int) (reviewapi.PolicyVersion, error)
	RefusePolicy(ctx context.Context, organisation string, number int) (reviewapi.PolicyVersion, error)
	TryPolicy(ctx context.Context, organisation string, number int) (reviewapi.PolicyTrial, error)
	SavePolicyFacts(ctx context.Context, organisation string, version int64, in reviewapi.PolicyFacts) (reviewapi.PolicyFacts, error)
}

// policyPages registers the pages of an organisation's policy.
func (h *pages) policyPages(s *shell.Shell) {
	member := func(summary string) shell.Route {
		return shell.Route{Summary: summary, Access: rest.Any(rest.Person), MaxBody: 4 << 20}
	}
	const at = "/organisations/:organisation/policies"
	s.Page("GET "+at, member("My organisation's policy for posts: what is in force, the draft, the versions."), h.policyBook)
	s.Page("POST "+at, member("Begin a draft."), h.policyBegin)
	s.Page("GET "+at+"/draft", member("Write at the draft."), h.policyDraft)
	s.Page("POST "+at+"/draft", member("Keep the draft, propose it, or throw it away."), h.postPolicyDraft)
	s.Page("GET "+at+"/draft/trial", member("What the draft says of the last posts."), h.policyTrial)
	s.Page("GET "+at+"/facts", member("Names that the rules know."), h.policyFacts)
	s.Page("POST "+at+"/facts", member("Keep the names."), h.postPolicyFacts)
	s.Page("GET "+at+"/:number", member("A version of the policy."), h.policyVersion)
	s.Page("POST "+at+"/:number", member("Approve or refuse it, or begin a draft of it."), h.postPolicyVersion)
	s.Page("GET "+at+"/:number/difference", member("What a version changed."), h.policyDifference)
	s.Page("GET "+at+"/:number/trial", member("What a version says of the last posts."), h.policyTrial)
}

// keepsPolicy says that somebody writes and approves the policy of an organisation.
func keepsPolicy(o accountsapi.Organisation) bool { return runs(o) || reviews(o) }

func policyPath(organisation string, parts ...string) string {
	out := "/organisations/" + url.PathEscape(organisation) + "/policies"
	for _, p := range parts {
		out += "/" + url.PathEscape(p)
	}
	return out
}

// policyLanguages are those that a policy can be written in, each by its own name.
var policyLanguages = []ui.Option{{Value: "en", Label: "English"}, {Value: "fr", Label: "Français"}, {Value: "nl", Label: "Nederlands"}, {Value: "ar", Label: "العربية"}, {Value: "zh", Label: "简体中文"}}

func languageName(lang string) string {
	for _, o := range policyLanguages {
		if o.Value == lang {
			return o.Label
		}
	}
	return lang
}

type bookView struct {
	organisation, name string
	book               reviewapi.PolicyBook
	text               string // to import, as typed
	faults             ui.Faults
}

func (h *pages) policyBook(v *shell.Visit) error { return h.showBook(v, http.StatusOK, "", nil) }

func (h *pages) showBook(v *shell.Visit, status int, text string, faults ui.Faults) error {
	id := v.Param("organisation")
	o, err := h.accounts.Organisation(v.Context(), id)
	if err != nil {
		return err
	}
	book, err := h.policies.Policies(v.Context(), id)
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("policy.title")
	return v.ShowStatus(status, bookPage(v.L, bookView{organisation: id, name: o.Name, book: book, text: text, faults: faults}))
}

func (h *pages) policyBegin(v *shell.Visit) error {
	in := reviewapi.BeginPolicyDraft{From: v.Form("from"), Text: v.Form("text")}
	_, err := h.policies.BeginPolicyDraft(v.Context(), v.Param("organisation"), in)
	if err != nil {
		return h.refuse(v, err, "text", func(status int, faults ui.Faults) error { return h.showBook(v, status, in.Text, faults) })
	}
	return v.See(policyPath(v.Param("organisation"), "draft"))
}

// draftForm is a draft as typed.
type draftForm struct {
	organisation string
	draft        reviewapi.PolicyDraft
	starter      []reviewapi.PolicyRule
	propose      reviewapi.ProposePolicy
	lang         string // shown first
	faults       ui.Faults
}

// languages of the form: that of the reader first, and those that have a text, open.
func (f draftForm) first() []string {
	var out []string
	for _, o := range policyLanguages {
		if f.draft.Text[o.Value] != "" {
			out = append(out, o.Value)
		}
	}
	if len(out) == 0 {
		out = []string{f.lang}
	}
	return out
}

func (f draftForm) rest() []string {
	var out []string
	for _, o := range policyLanguages {
		if !slices.Contains(f.first(), o.Value) {
			out = append(out, o.Value)
		}
	}
	return out
}

func (h *pages) policyDraft(v *shell.Visit) error {
	d, err := h.policies.PolicyDraft(v.Context(), v.Param("organisation"))
	if p := problem.From(err); p != nil && p.Kind == problem.NotFound {
		return v.See(policyPath(v.Param("organisation"))) // where one begins; it is not found there for who keeps none
	}
	if err != nil {
		return err
	}
	return h.showDraft(v, http.StatusOK, draftForm{draft: d})
}

func (h *pages) showDraft(v *shell.Visit, status int, form draftForm) error {
	book, err := h.policies.Policies(v.Context(), v.Param("organisation"))
	if err != nil {
		return err
	}
	form.organisation, form.starter, form.lang = v.Param("organisation"), book.Starter, string(v.L.Tag)
	v.Page.Title = v.L.T("policy.edit.title")
	return v.ShowStatus(status, draftPage(v.L, form))
}

func (h *pages) postPolicyDraft(v *shell.Visit) error {
	id, ctx := v.Param("organisation"), v.Context()
	form := draftForm{propose: reviewapi.ProposePolicy{Retroactive: v.Form("retroactive") == "yes", Note: typed(v, "note")}}
	switch v.Form("do") {
	case "drop":
		if err := h.policies.DropPolicyDraft(ctx, id); err != nil {
			return err
		}
		v.Flash("policy.edit.dropped")
		return v.See(policyPath(id))
	case "propose":
		made, err := h.policies.ProposePolicy(ctx, id, "", version(v), form.propose)
		if err == nil {
			v.Flash("policy.edit.proposed", "Number", v.L.Number(int64(made.Number)))
			return v.See(policyPath(id, strconv.Itoa(made.Number)))
		}
		return h.refuse(v, err, "propose", func(status int, faults ui.Faults) error {
			d, err := h.policies.PolicyDraft(ctx, id)
			if err != nil {
				return err
			}
			form.draft, form.faults = d, ui.Faults{{Field: "propose", Text: faults[0].Text}}
			return h.showDraft(v, status, form)
		})
	case "save":
	default:
		return problem.ErrMalformed
	}
	words := reviewapi.PolicyWords{Text: map[string]string{}, Rules: v.Form("rules"), Starter: v.Form("starter") == "yes", Without: v.Forms("without")}
	for _, o := range policyLanguages {
		if text := v.Form("text_" + o.Value); strings.TrimSpace(text) != "" {
			words.Text[o.Value] = text
		}
	}
	if _, err := h.policies.SavePolicyDraft(ctx, id, version(v), words); err != nil {
		return h.refuse(v, err, "rules", func(status int, faults ui.Faults) error {
			form.draft = reviewapi.PolicyDraft{PolicyWords: words, Version: version(v)}
			form.faults = faults
			return h.showDraft(v, status, form)
		})
	}
	v.Flash("policy.edit.saved")
	return v.See(policyPath(id, "draft"))
}

// number is a version's, 0 for the draft.
func number(v *shell.Visit) (int, error) {
	if v.Param("number") == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(v.Param("number"))
	if err != nil || n < 1 {
		return 0, problem.ErrNotFound
	}
	return n, nil
}

func (h *pages) policyVersion(v *shell.Visit) error {
	n, err := number(v)
	if err != nil {
		return err
	}
	return h.showVersion(v, http.StatusOK, n, nil)
}

func (h *pages) showVersion(v *shell.Visit, status, n int, faults ui.Faults) error {
	id := v.Param("organisation")
	book, err := h.policies.Policies(v.Context(), id)
	if err != nil {
		return err
	}
	version, err := h.policies.PolicyVersion(v.Context(), id, n)
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("policy.version", "Number", v.L.Number(int64(n)))
	return v.ShowStatus(status, versionPage(v.L, versionView{organisation: id, version: version, from: before(book, n), draft: book.Draft, faults: faults}))
}

// before is the version that a version is compared with: that in force, else the one that was before it; 0 is the starter.
func before(b reviewapi.PolicyBook, n int) int {
	if b.InForce > 0 && b.InForce < n {
		return b.InForce
	}
	for _, v := range b.Versions {
		if v.Number < n && v.State == reviewapi.PolicyPast {
			return v.Number
		}
	}
	return 0
}

type versionView struct {
	organisation string
	version      reviewapi.PolicyVersion
	from         int
	draft        bool // there is one
	faults       ui.Faults
}

func (h *pages) postPolicyVersion(v *shell.Visit) error {
	id, ctx := v.Param("organisation"), v.Context()
	n, err := number(v)
	if err != nil {
		return err
	}
	to, said := policyPath(id, strconv.Itoa(n)), ""
	switch v.Form("do") {
	case "approve":
		said = "policy.show.approved"
		_, err = h.policies.ApprovePolicy(ctx, id, n)
	case "refuse":
		said = "policy.show.refused"
		_, err = h.policies.RefusePolicy(ctx, id, n)
	case "withdraw":
		said = "policy.show.withdrawn"
		_, err = h.policies.RefusePolicy(ctx, id, n)
	case "begin":
		to = policyPath(id, "draft")
		_, err = h.policies.BeginPolicyDraft(ctx, id, reviewapi.BeginPolicyDraft{From: reviewapi.FromVersion, Version: n})
	default:
		return problem.ErrMalformed
	}
	if p := problem.From(err); p != nil && p.Code == reviewapi.ErrPolicyOwn.Code {
		return h.showVersion(v, p.Status(), n, onField(v.L, err, "answer"))
	}
	if err != nil {
		return h.refuse(v, err, "answer", func(status int, faults ui.Faults) error { return h.showVersion(v, status, n, faults) })
	}
	if said != "" {
		v.Flash(said, "Number", v.L.Number(int64(n)))
	}
	return v.See(to)
}

func (h *pages) policyDifference(v *shell.Visit) error {
	n, err := number(v)
	if err != nil {
		return err
	}
	from, err := strconv.Atoi(v.Query("from"))
	if err != nil || from < 0 {
		from = 0
	}
	d, err := h.policies.PolicyDifference(v.Context(), v.Param("organisation"), n, from)
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("policy.show.difference")
	return v.Show(differencePage(v.L, v.Param("organisation"), d))
}

func fromWord(l locale.L, from int) string {
	if from == 0 {
		return l.T("policy.difference.from_starter")
	}
	return l.T("policy.difference.from_version", "Number", l.Number(int64(from)))
}

// textLanguages are the languages of a difference's texts, in our order.
func textLanguages(d reviewapi.PolicyDifference) []string {
	var out []string
	for _, o := range policyLanguages {
		if _, ok := d.Text[o.Value]; ok {
			out = append(out, o.Value)
		}
	}
	return out
}

func nothingDiffers(d reviewapi.PolicyDifference) bool {
	return len(d.Added)+len(d.Removed)+len(d.Changed)+len(d.Lists)+len(d.Text)+len(d.Rules) == 0
}

func (h *pages) policyTrial(v *shell.Visit) error {
	n, err := number(v)
	if err != nil {
		return err
	}
	id := v.Param("organisation")
	t, err := h.policies.TryPolicy(v.Context(), id, n)
	if p := problem.From(err); p != nil && p.Code == reviewapi.ErrPolicyRules.Code {
		return v.See(policyPath(id, "draft")) // which says what is wrong
	}
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("policy.trial.title")
	return v.Show(trialPage(v.L, id, t))
}

func trialFacts(l locale.L, t reviewapi.PolicyTrial) []ui.Fact {
	var out []ui.Fact
	for _, f := range []struct {
		word string
		n    int
	}{{"looked", t.Looked}, {"gone", t.Gone}, {"then", t.Then}, {"now", t.Now}, {"newly", t.Newly}, {"no_more", t.NoMore}} {
		if t.Few && f.word != "looked" && f.word != "gone" {
			continue
		}
		out = append(out, ui.Fact{Label: l.T("policy.trial." + f.word), Value: l.Number(int64(f.n))})
	}
	return out
}

type factsForm struct {
	organisation string
	in           reviewapi.PolicyFacts
	faults       ui.Faults
}

func (h *pages) policyFacts(v *shell.Visit) error {
	book, err := h.policies.Policies(v.Context(), v.Param("organisation"))
	if err != nil {
		return err
	}
	return h.showFacts(v, http.StatusOK, factsForm{in: book.Facts})
}

func (h *pages) showFacts(v *shell.Visit, status int, form factsForm) error {
	form.organisation = v.Param("organisation")
	v.Page.Title = v.L.T("policy.facts.title")
	return v.ShowStatus(status, factsPage(v.L, form))
}

func (h *pages) postPolicyFacts(v *shell.Visit) error {
	in := reviewapi.PolicyFacts{
		Employer: lines(v.Form("employer")), Customers: lines(v.Form("customers")), CaseStudies: lines(v.Form("case_studies")), Competitors: lines(v.Form("competitors")),
		Version: version(v),
	}
	if _, err := h.policies.SavePolicyFacts(v.Context(), v.Param("organisation"), in.Version, in); err != nil {
		return h.refuse(v, err, "customers", func(status int, faults ui.Faults) error {
			return h.showFacts(v, status, factsForm{in: in, faults: faults})
		})
	}
	v.Flash("policy.facts.saved")
	return v.See(policyPath(v.Param("organisation"), "facts"))
}

// lines are the lines of a text that say something.
func lines(text string) []string {
	out := []string{}
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

var policyTones = map[string]string{reviewapi.PolicyProposed: "wait", reviewapi.PolicyInForce: "ok", reviewapi.PolicyRefused: "stop"}

// people names who wrote; somebody without a name is somebody.
func people(l locale.L, names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, oneOf(l, n))
	}
	return l.List(out...)
}

func oneOf(l locale.L, name string) string {
	if name == "" {
		return l.T("policy.somebody")
	}
	return name
}

// waiting is the version that waits for a second person, 0 for none.
func waiting(b reviewapi.PolicyBook) int {
	for _, v := range b.Versions {
		if v.State == reviewapi.PolicyProposed {
			return v.Number
		}
	}
	return 0
}
