package review

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/workfluence/workfluence/internal/migrate"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

const (
	olga = "person_olga" // owner of Acme, who reviews no posts
	fay  = "person_fay"  // finance at Acme: keeps no policies
)

// rule is a rule of an organisation's own that finds a word.
func rule(id, kind, word string) string {
	return `
[[clause]]
id = "` + id + `"
[clause.text]
en = "Nothing about the ` + word + `."

[[rule]]
id = "` + id + `"
kind = "` + kind + `"
severity = "high"
route = ["legal"]
clause = "` + id + `"
need = 1
[rule.cues]
en = "1 ` + word + `*"
`
}

// wrote is a policy of rules that find words: id, kind, word, and so on.
func wrote(rules ...string) reviewapi.PolicyWords {
	text := "# Posts\n\nBe kind.\n"
	out := reviewapi.PolicyWords{Text: map[string]string{}}
	for i := 0; i+2 < len(rules); i += 3 {
		text += "\nNothing about the " + rules[i+2] + ".\n"
		out.Rules += rule(rules[i], rules[i+1], rules[i+2])
	}
	out.Text["en"] = text
	return out
}

// acme is the employer with its people and its domain.
func (h *house) acme() {
	h.t.Helper()
	h.people.joins(acme, hanna, accountsapi.RoleHRReviewer)
	h.people.joins(acme, leo, accountsapi.RoleLegalReviewer)
	h.people.joins(acme, olga, accountsapi.RoleOwner)
	h.people.joins(acme, fay, accountsapi.RoleFinance)
	h.claims(acme, "acme.example", 1)
}

// proposed is a version that Hanna wrote and proposed.
func (h *house) proposed(words reviewapi.PolicyWords, retroactive bool) reviewapi.PolicyVersion {
	h.t.Helper()
	d := must[reviewapi.PolicyDraft](h)(h.client.SavePolicyDraft(h.as(hanna), acme, 0, words))
	if d.Fault != "" {
		h.t.Fatal(d.Fault)
	}
	return must[reviewapi.PolicyVersion](h)(h.client.ProposePolicy(h.as(hanna), acme, "", d.Version, reviewapi.ProposePolicy{Retroactive: retroactive, Note: "Because."}))
}

// inForce is a version that Hanna wrote and Leo approved.
func (h *house) inForce(words reviewapi.PolicyWords, retroactive bool) reviewapi.PolicyVersion {
	h.t.Helper()
	v := h.proposed(words, retroactive)
	v = must[reviewapi.PolicyVersion](h)(h.client.ApprovePolicy(h.as(leo), acme, v.Number))
	if v.State != reviewapi.PolicyInForce {
		h.t.Fatalf("%+v", v)
	}
	return v
}

func ids(rules []reviewapi.PolicyRule) []string {
	var out []string
	for _, r := range rules {
		out = append(out, r.ID)
	}
	return out
}

func (h *house) approved(sub reviewapi.Submission) reviewapi.Review {
	h.t.Helper()
	r := must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(hanna), acme, sub.ID, "", 0, inRole(accountsapi.RoleHRReviewer, says(reviewapi.Approve))))
	if r.State != reviewapi.StateApproved {
		h.t.Fatalf("%+v", r)
	}
	return r
}

// A version counts by the word of a second person, and posts are read by it from then on: the decision and its receipt name it.
func TestAPolicyCountsByASecondPerson(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.acme()
		for who, person := range map[string]string{"finance": fay, "a stranger": ana} {
			_, err := h.client.Policies(h.as(person), acme)
			h.wants(err, problem.ErrNotFound, who)
		}
		_, err := h.client.PolicyDraft(h.as(hanna), acme)
		h.wants(err, problem.ErrNotFound, "no draft")
		d := must[reviewapi.PolicyDraft](h)(h.client.BeginPolicyDraft(h.as(hanna), acme, reviewapi.BeginPolicyDraft{From: reviewapi.FromStarter}))
		if !d.Starter || d.Fault != "" || len(d.Text) != 5 || len(d.Writers) != 1 {
			t.Fatalf("%+v", d)
		}
		_, err = h.client.BeginPolicyDraft(h.as(leo), acme, reviewapi.BeginPolicyDraft{From: reviewapi.FromStarter})
		h.wants(err, reviewapi.ErrPolicyDraft, "a second draft")
		_, err = h.client.SavePolicyDraft(h.as(hanna), acme, d.Version+1, d.PolicyWords)
		h.wants(err, problem.ErrStale, "another draft than was read")
		v := h.proposed(wrote("robot", "CONF", "robot"), false)
		if v.Number != 1 || v.State != reviewapi.PolicyProposed || v.MayApprove || !v.MayWithdraw || v.Words == nil || len(v.All) != 1 || v.All[0].Clause != "Nothing about the robot." {
			t.Fatalf("%+v", v)
		}
		_, err = h.client.ApprovePolicy(h.as(hanna), acme, 1)
		h.wants(err, reviewapi.ErrPolicyOwn, "who wrote it")
		if sub := h.asked(h.post("Our robot paints.")); sub.Policy.Source != reviewapi.PolicyAuthor || sub.Reading != nil {
			t.Fatalf("a version that nobody approved counts: %+v", sub.Policy)
		}
		if seen := must[reviewapi.PolicyVersion](h)(h.client.PolicyVersion(h.as(leo), acme, 1)); !seen.MayApprove || seen.MayWithdraw {
			t.Fatalf("%+v", seen)
		}
		v = must[reviewapi.PolicyVersion](h)(h.client.ApprovePolicy(h.as(leo), acme, 1))
		if v.State != reviewapi.PolicyInForce || v.Answered == nil {
			t.Fatalf("%+v", v)
		}
		must[reviewapi.PolicyVersion](h)(h.client.ApprovePolicy(h.as(leo), acme, 1)) // a repeat
		_, err = h.client.ApprovePolicy(h.as(olga), acme, 1)
		if p := h.wants(err, reviewapi.ErrPolicyAnswered, "too late"); p.State != reviewapi.PolicyInForce {
			t.Errorf("state %q", p.State)
		}

		sub := must[reviewapi.Submission](h)(h.begin(h.post("Our robot paints chairs."), hr))
		if sub.Policy.Source != reviewapi.PolicyEmployer || sub.Policy.Number != 1 || sub.Policy.Digest != v.Digest || sub.Policy.Text != "" {
			t.Fatalf("a draft: %+v", sub.Policy)
		}
		hints := must[reviewapi.Hints](h)(h.client.Hints(h.as(ana), sub.ID, "en"))
		if hints.Rules != reviewapi.PolicyEmployer || hints.PolicyDigest != v.Digest || len(hints.Hits) != 1 || hints.Hits[0].Rule != "robot" || hints.Hits[0].Marks[0].Words != "robot" {
			t.Fatalf("%+v", hints)
		}
		sub = must[reviewapi.Submission](h)(h.client.Send(h.as(ana), sub.ID, sub.Version, reviewapi.SendSubmission{}))
		if !strings.Contains(sub.Policy.Text, "Nothing about the robot.") || sub.Reading == nil || sub.Reading.Number != 1 || len(sub.Reading.Touched) != 1 {
			t.Fatalf("%+v", sub)
		}
		r := must[reviewapi.Review](h)(h.client.AtDesk(h.as(hanna), acme, sub.ID))
		if r.Reading == nil || r.Reading.Touched[0].ID != "robot" || r.Policy.Number != 1 || r.Reading.Moved != nil {
			t.Fatalf("%+v", r)
		}
		dec := h.approved(sub).Decisions[0]
		if dec.PolicyNumber != 1 || dec.PolicyDigest != v.Digest || dec.PolicySource != reviewapi.PolicyEmployer {
			t.Fatalf("%+v", dec)
		}
		file := string(must[reviewapi.Receipt](h)(h.client.Receipt(h.as(ana), sub.ID, dec.ID)).File())
		if !strings.Contains(file, v.Digest) || !strings.Contains(file, `"source":"employer","version":1`) && !strings.Contains(file, `"version": 1`) {
			t.Fatalf("%s", file)
		}
		if n := h.count(`select count(*) from review.audit where object = $1 and action in ('policy.proposed', 'policy.in_force')`, acme); n != 2 {
			t.Errorf("%d audit rows", n)
		}
		if n := h.count(`select count(*) from review.outbox where name = $1 and key = $2`, reviewapi.EventPolicyChanged, acme); n != 2 {
			t.Errorf("%d events", n)
		}
	})
}

// Everybody who wrote at the draft is a writer, and so is whoever acts for one.
func TestNobodyApprovesWhatTheyWroteAt(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.acme()
	must[reviewapi.PolicyDraft](h)(h.client.SavePolicyDraft(h.as(leo), acme, 0, wrote("robot", "CONF", "robot")))
	v := h.proposed(wrote("robot", "CONF", "robot"), false)
	_, err := h.client.ApprovePolicy(h.as(leo), acme, v.Number)
	h.wants(err, reviewapi.ErrPolicyOwn, "who wrote at the draft")
	h.people.mu.Lock()
	h.people.close = map[string]string{olga: hanna}
	h.people.mu.Unlock()
	_, err = h.client.ApprovePolicy(h.as(olga), acme, v.Number)
	h.wants(err, reviewapi.ErrPolicyOwn, "who reads a writer's mail")
	h.people.mu.Lock()
	h.people.close = nil
	h.people.mu.Unlock()
	h.people.joins(acme, olga) // she left
	_, err = h.client.ApprovePolicy(h.as(olga), acme, v.Number)
	h.wants(err, problem.ErrNotFound, "who left")
	if n := h.count(`select in_force from review.policy`); n != 0 {
		t.Fatalf("version %d", n)
	}
}

// Of two people who answer at the same moment one counts, 30 times over.
func TestTwoAnswersAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.acme()
	for i := range 30 {
		v := h.proposed(wrote("robot", "CONF", "robot", fmt.Sprint("chair", i), "LOGO", "chair"), false)
		var won sync.Map
		var group sync.WaitGroup
		for person, answer := range map[string]func() error{
			leo:   func() error { _, err := h.client.ApprovePolicy(h.as(leo), acme, v.Number); return err },
			olga:  func() error { _, err := h.client.RefusePolicy(h.as(olga), acme, v.Number); return err },
			hanna: func() error { _, err := h.client.RefusePolicy(h.as(hanna), acme, v.Number); return err },
		} {
			group.Go(func() {
				if err := answer(); err == nil {
					won.Store(person, true)
				} else if p := problem.From(err); p == nil || p.Code != reviewapi.ErrPolicyAnswered.Code {
					t.Errorf("%s: %v", person, err)
				}
			})
		}
		group.Wait()
		n := 0
		won.Range(func(any, any) bool { n++; return true })
		if n != 1 || h.count(`select count(*) from review.policy_answer where number = $1`, v.Number) != 1 {
			t.Fatalf("round %d: %d answers counted", i, n)
		}
		got := must[reviewapi.PolicyVersion](h)(h.client.PolicyVersion(h.as(leo), acme, v.Number))
		in := h.count(`select in_force from review.policy`)
		if _, approved := won.Load(leo); approved != (in == v.Number) || approved != (got.State == reviewapi.PolicyInForce) {
			t.Fatalf("round %d: %s, %d in force", i, got.State, in)
		}
	}
}

// What is wrong with a draft is said, with the rule and the place; and nothing of it is lost.
func TestABadPolicyIsSaidAndNothingIsLost(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.acme()
	costly := wrote("robot", "CONF", "robot")
	costly.Rules += "when = \"" + strings.Repeat("lang.contains(channel) || ", 60) + "paid\"\n"
	costly.Rules = strings.Replace(costly.Rules, "[rule.cues]\nen = \"1 robot*\"\nwhen", "when", 1) + "[rule.cues]\nen = \"1 robot*\"\n"
	lying := wrote("robot", "CONF", "robot")
	lying.Rules += "\n[[rule.example]]\nlang = \"en\"\ntext = \"Chairs.\"\nhit = true\n"
	unclear := wrote("robot", "CONF", "robot")
	unclear.Text["en"] = "Be kind."
	for name, c := range map[string]struct {
		words reviewapi.PolicyWords
		says  string
	}{
		"no rules file":   {reviewapi.PolicyWords{Text: map[string]string{"en": "Be kind."}, Rules: "[[rule"}, "line 1"},
		"costs too much":  {costly, "robot: when"},
		"example fails":   {lying, "example"},
		"no such clause":  {unclear, "no sentence of the text"},
		"no text":         {reviewapi.PolicyWords{Text: map[string]string{"en": " "}}, "no text"},
		"unknown starter": {reviewapi.PolicyWords{Text: map[string]string{"en": "x"}, Starter: true, Without: []string{"nope"}}, "nope"},
	} {
		d := must[reviewapi.PolicyDraft](h)(h.client.SavePolicyDraft(h.as(hanna), acme, 0, c.words))
		if !strings.Contains(d.Fault, c.says) {
			t.Errorf("%s: %q", name, d.Fault)
		}
		_, err := h.client.ProposePolicy(h.as(hanna), acme, "", d.Version, reviewapi.ProposePolicy{})
		if p := h.wants(err, reviewapi.ErrPolicyRules, name); len(p.Fields) != 1 || !strings.Contains(p.Fields[0].Detail, c.says) {
			t.Errorf("%s: %+v", name, p.Fields)
		}
		_, err = h.client.TryPolicy(h.as(hanna), acme, 0)
		h.wants(err, reviewapi.ErrPolicyRules, name)
		if kept := must[reviewapi.PolicyDraft](h)(h.client.PolicyDraft(h.as(leo), acme)); kept.Rules != c.words.Rules || kept.Version != d.Version {
			t.Errorf("%s: lost", name)
		}
	}
	if n := h.count(`select count(*) from review.policy_version`); n != 0 {
		t.Fatalf("%d versions", n)
	}
	_, err := h.client.SavePolicyDraft(h.as(hanna), acme, 0, reviewapi.PolicyWords{Text: map[string]string{"de": "Nein."}})
	h.wants(err, problem.ErrInvalid, "a language that no rule is written in")
	_, err = h.client.SavePolicyDraft(h.as(hanna), acme, 0, reviewapi.PolicyWords{Text: map[string]string{"en": "a\x00b"}})
	h.wants(err, problem.ErrInvalid, "a zero")
}

// Versions are numbered, one waits at a time, and what was refused or taken back is where a draft can begin.
func TestPolicyHistory(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.acme()
	first := h.inForce(wrote("robot", "CONF", "robot"), false)
	d := must[reviewapi.PolicyDraft](h)(h.client.BeginPolicyDraft(h.as(leo), acme, reviewapi.BeginPolicyDraft{From: reviewapi.FromVersion, Version: 1}))
	_, err := h.client.ProposePolicy(h.as(leo), acme, "", d.Version, reviewapi.ProposePolicy{})
	h.wants(err, reviewapi.ErrPolicySame, "what is in force")
	words := wrote("robot", "CONF", "robot", "chair", "LOGO", "chair")
	words.Text["fr"] = "Soyez gentils."
	d = must[reviewapi.PolicyDraft](h)(h.client.SavePolicyDraft(h.as(leo), acme, d.Version, words))
	v := must[reviewapi.PolicyVersion](h)(h.client.ProposePolicy(h.as(leo), acme, "key", d.Version, reviewapi.ProposePolicy{Retroactive: true}))
	again := must[reviewapi.PolicyVersion](h)(h.client.ProposePolicy(h.as(leo), acme, "key", d.Version, reviewapi.ProposePolicy{Retroactive: true}))
	if v.Number != 2 || again.Number != 2 {
		t.Fatalf("%+v, then %+v", v, again)
	}
	d = must[reviewapi.PolicyDraft](h)(h.client.SavePolicyDraft(h.as(hanna), acme, 0, wrote("lamp", "CONF", "lamp")))
	_, err = h.client.ProposePolicy(h.as(hanna), acme, "", d.Version, reviewapi.ProposePolicy{})
	h.wants(err, reviewapi.ErrPolicyWaiting, "one waits")
	must[reviewapi.PolicyVersion](h)(h.client.RefusePolicy(h.as(leo), acme, 2))
	third := must[reviewapi.PolicyVersion](h)(h.client.ProposePolicy(h.as(hanna), acme, "", d.Version, reviewapi.ProposePolicy{}))
	must[reviewapi.PolicyVersion](h)(h.client.RefusePolicy(h.as(olga), acme, third.Number))
	fourth := h.inForce(words, false)
	b := must[reviewapi.PolicyBook](h)(h.client.Policies(h.as(olga), acme))
	var states []string
	for _, v := range b.Versions {
		states = append(states, v.State)
	}
	if want := []string{reviewapi.PolicyInForce, reviewapi.PolicyRefused, reviewapi.PolicyWithdrawn, reviewapi.PolicyPast}; !slices.Equal(states, want) || b.InForce != fourth.Number || b.Draft {
		t.Fatalf("%v, %d", states, b.InForce)
	}
	diff := must[reviewapi.PolicyDifference](h)(h.client.PolicyDifference(h.as(olga), acme, 4, 1))
	if !slices.Equal(diff.Added, []string{"chair"}) || len(diff.Removed)+len(diff.Changed) != 0 || len(diff.Text) != 2 || len(diff.Rules) == 0 {
		t.Fatalf("%+v", diff)
	}
	added := ""
	for _, p := range diff.Text["en"] {
		if p.Op == "added" {
			added += p.Text
		}
	}
	if !strings.Contains(added, "Nothing about the chair.") || strings.Contains(added, "robot") {
		t.Errorf("%q", added)
	}
	if diff = must[reviewapi.PolicyDifference](h)(h.client.PolicyDifference(h.as(olga), acme, 1, 0)); !slices.Contains(diff.Removed, "customer-named") || !slices.Equal(diff.Added, []string{"robot"}) {
		t.Fatalf("from the starter: %+v", diff)
	}
	_, err = h.client.PolicyVersion(h.as(olga), acme, 99)
	h.wants(err, problem.ErrNotFound, "no such version")
	if first.Digest == fourth.Digest {
		t.Error("two policies of one digest")
	}
}

func TestPolicyVersionsDoNotChange(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t, schema)
	pool := pgtest.Open(t, dsn, migrate.Role(schema))
	for _, sql := range []string{
		`update review.policy_version set digest = ''`, `delete from review.policy_version`, `update review.policy_answer set answer = 'approved'`,
		`delete from review.policy_answer`, `update review.policy_words set own = '{}'`, `truncate review.policy_words`,
	} {
		var pe *pgconn.PgError
		if _, err := pool.Exec(t.Context(), sql); !errors.As(err, &pe) || pe.Code != "42501" {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// A text that exists is imported with rules that stand on its sentences.
func TestAPolicyIsImported(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.acme()
	d := must[reviewapi.PolicyDraft](h)(h.client.BeginPolicyDraft(h.as(hanna), acme, reviewapi.BeginPolicyDraft{
		From: reviewapi.FromImport, Text: "# Posts\n\nEmployees must not use the official logo without permission.\n\nDo not name customers without their consent.\n",
	}))
	if d.Fault != "" || d.Starter || d.Text["en"] == "" || !strings.Contains(d.Rules, `like = "`) {
		t.Fatalf("%+v", d)
	}
	v := must[reviewapi.PolicyVersion](h)(h.client.ProposePolicy(h.as(hanna), acme, "", d.Version, reviewapi.ProposePolicy{}))
	if len(v.All) == 0 || v.All[0].Clause == "" {
		t.Fatalf("%+v", v)
	}
	_, err := h.client.BeginPolicyDraft(h.as(hanna), acme, reviewapi.BeginPolicyDraft{From: reviewapi.FromImport, Text: " "})
	h.wants(err, problem.ErrInvalid, "no text")
}
