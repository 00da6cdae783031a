package review

import (
	"slices"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/screen"
)

// CC-4: a version that comes into force while a post is being asked about. It is read again, the reviewer sees what changed, and nobody decides under
// another version than they were shown.
func TestCaseCC4(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.acme()
		v3 := h.inForce(wrote("robot", "CONF", "robot", "lamp", "CONF", "lamp"), false)
		sub := h.asked(h.post("Our robot has a lamp and a badge."))
		read := must[reviewapi.Review](h)(h.client.AtDesk(h.as(hanna), acme, sub.ID))
		v4 := h.inForce(wrote("robot", "CONF", "robot", "badge", "LOGO", "badge"), false)

		// Nothing has read it again yet, and who read the old version decides: refused, whatever they say they read.
		in := inRole(accountsapi.RoleHRReviewer, says(reviewapi.Approve))
		h.docs.setShown(false)
		for _, digest := range []string{"", v3.Digest, v4.Digest} {
			in.PolicyDigest = digest
			_, err := h.client.DecideAtDesk(h.as(hanna), acme, sub.ID, "", read.Version, in)
			if err == nil {
				t.Fatalf("decided while content is away, having read %q", digest)
			}
			if h.count(`select count(*) from review.decision`) != 0 {
				t.Fatal("decided")
			}
		}
		h.docs.setShown(true)

		r := must[reviewapi.Review](h)(h.client.AtDesk(h.as(hanna), acme, sub.ID))
		if r.Policy.Digest != v4.Digest || r.Policy.Number != 2 || r.Version == read.Version {
			t.Fatalf("%+v", r.Policy)
		}
		if g := r.Reading; g == nil || g.Was != 1 || g.Moved == nil || !slices.Equal(ids(g.Added), []string{"badge"}) || !slices.Equal(ids(g.Removed), []string{"lamp"}) || len(g.Touched) != 2 {
			t.Fatalf("%+v", r.Reading)
		}
		if got := h.submission(sub.ID); got.Reading == nil || got.Reading.Was != 1 || got.State != reviewapi.StateInStage {
			t.Fatalf("its author sees %+v", got.Reading)
		}
		for what, digest := range map[string]string{"who does not say what they read": "", "who read the old version": v3.Digest} {
			in.PolicyDigest = digest
			_, err := h.client.DecideAtDesk(h.as(hanna), acme, sub.ID, "", 0, in)
			h.wants(err, reviewapi.ErrPolicyChanged, what)
		}
		in.PolicyDigest = v4.Digest
		_, err := h.client.DecideAtDesk(h.as(hanna), acme, sub.ID, "", read.Version, in)
		h.wants(err, problem.ErrStale, "the page from before")
		done := must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(hanna), acme, sub.ID, "", r.Version, in))
		if d := done.Decisions[0]; d.PolicyDigest != v4.Digest || d.PolicyNumber != 2 {
			t.Fatalf("%+v", d)
		}
		if n := h.count(`select count(*) from review.audit where object = $1 and action = 'submission.policy_moved'`, sub.ID); n != 1 {
			t.Errorf("%d audit rows", n)
		}
		h.errands(true)
		if n := h.count(`select count(*) from review.policy_screening`); n != 0 {
			t.Errorf("%d still wait", n)
		}
	})
}

// The first version of an organisation counts for what is being asked under the starter too; and by a link as at a desk.
func TestTheFirstVersionMovesWhatIsAsked(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.acme()
	sub := h.asked(h.post("Our robot paints."))
	secret := h.opened(sub)
	v := h.inForce(wrote("robot", "CONF", "robot"), false)
	h.errands(true) // the sweep does it when nobody reads
	if n := h.count(`select count(*) from review.submission_policy where number = 1`); n != 1 {
		t.Fatal("not read again")
	}
	r := must[reviewapi.Review](h)(h.client.Review(h.nobody(), secret))
	if r.Policy.Digest != v.Digest || r.Reading == nil || r.Reading.Was != 0 || !slices.Contains(ids(r.Reading.Added), "robot") {
		t.Fatalf("%+v", r)
	}
	_, err := h.decide(secret, says(reviewapi.Approve))
	h.wants(err, reviewapi.ErrPolicyChanged, "by a link, blindly")
	in := says(reviewapi.Approve)
	in.PolicyDigest = v.Digest
	if r = must[reviewapi.Review](h)(h.decide(secret, in)); r.State != reviewapi.StateApproved || r.Decisions[0].PolicyNumber != 1 {
		t.Fatalf("%+v", r)
	}
}

// A draft that was begun under one version is not sent under another unseen.
func TestADraftMovesBeforeItIsSent(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.acme()
	h.inForce(wrote("robot", "CONF", "robot"), false)
	sub := must[reviewapi.Submission](h)(h.begin(h.post("Our lamp."), hr))
	v := h.inForce(wrote("lamp", "CONF", "lamp"), false)
	_, err := h.client.Send(h.as(ana), sub.ID, sub.Version, reviewapi.SendSubmission{})
	h.wants(err, reviewapi.ErrPolicyChanged, "sent unseen")
	sub = h.submission(sub.ID)
	if sub.State != reviewapi.StateDraft || sub.Policy.Digest != v.Digest || sub.Policy.Number != 2 {
		t.Fatalf("%+v", sub)
	}
	if hints := must[reviewapi.Hints](h)(h.client.Hints(h.as(ana), sub.ID, "en")); len(hints.Hits) != 1 || hints.Hits[0].Rule != "lamp" {
		t.Fatalf("%+v", hints)
	}
	sub = must[reviewapi.Submission](h)(h.client.Send(h.as(ana), sub.ID, sub.Version, reviewapi.SendSubmission{}))
	if sub.State != reviewapi.StateInStage || sub.Reading.Touched[0].ID != "lamp" {
		t.Fatalf("%+v", sub)
	}
	// And when the employer has no policy here any more, the starter counts again.
	sub = must[reviewapi.Submission](h)(h.begin(h.post("Our second lamp."), hr))
	h.claims("", "acme.example", 5)
	_, err = h.client.Send(h.as(ana), sub.ID, 0, reviewapi.SendSubmission{})
	h.wants(err, reviewapi.ErrPolicyChanged, "the claim is gone")
	sub = must[reviewapi.Submission](h)(h.client.Send(h.as(ana), sub.ID, 0, reviewapi.SendSubmission{}))
	if sub.Policy.Source != reviewapi.PolicyStarter || sub.Reading != nil {
		t.Fatalf("%+v", sub)
	}
}

// agreed is a post with a logo, agreed to under the first version, and the second that has a rule about logos.
func agreed(h *house, retroactive bool) (reviewapi.Submission, reviewapi.PolicyVersion) {
	h.t.Helper()
	h.acme()
	h.inForce(wrote("robot", "CONF", "robot"), false)
	sub := h.asked(h.post("The logo on my chair."))
	h.approved(sub)
	v := h.inForce(wrote("robot", "CONF", "robot", "logo-of-ours", "LOGO", "logo"), retroactive)
	h.errands(true)
	return h.submission(sub.ID), v
}

// A42: approved under p3, p4 adds a rule about logos and is not retroactive: still approved, and its author sees a hint.
func TestCaseA42(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		sub, v := agreed(h, false)
		g := sub.Reading
		if sub.State != reviewapi.StateApproved || g == nil || g.Number != 1 || g.Later != v.Number || g.Stale || len(g.LaterTouched) != 1 || g.LaterTouched[0].ID != "logo-of-ours" {
			t.Fatalf("%s, %+v", sub.State, g)
		}
		if d := sub.Decisions[0]; d.PolicyNumber != 1 {
			t.Errorf("the decision moved: %+v", d)
		}
		if err := h.publish(sub.DocumentID); err != nil {
			t.Fatalf("the gate is shut: %v", err)
		}
	})
}

// A43: the same, p4 retroactive: stale, and publishing is 409 with the rule's id. Asking again opens it.
func TestCaseA43(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		sub, _ := agreed(h, true)
		if sub.State != reviewapi.StateStale || sub.Reading == nil || !sub.Reading.Stale || sub.Due != nil {
			t.Fatalf("%s, %+v", sub.State, sub.Reading)
		}
		err := h.publish(sub.DocumentID)
		p := h.wants(err, contentapi.ErrPolicyStale, "stale")
		if p.Kind != problem.Conflict || !slices.ContainsFunc(p.Fields, func(f problem.Field) bool { return strings.HasSuffix(f.Pointer, "/rules/logo-of-ours") }) {
			t.Fatalf("%+v", p)
		}
		if got := h.desk(hanna, acme, reviewapi.DeskPast); len(got.Items) != 1 || got.Items[0].State != reviewapi.StateStale {
			t.Fatalf("%+v", got)
		}
		_, err = h.client.RevokeAtDesk(h.as(hanna), acme, sub.ID, 0, reviewapi.RevokeDecision{Signature: inRole(accountsapi.RoleHRReviewer, says("")).Signature, Reason: "x"})
		h.wants(err, reviewapi.ErrSubmissionState, "nothing left to take away")
		if n := h.count(`select count(*) from review.audit where object = $1 and action = 'submission.stale'`, sub.ID); n != 1 {
			t.Errorf("%d audit rows", n)
		}
		d := must[contentapi.Document](h)(h.content.Document(h.as(ana), sub.DocumentID))
		again := h.asked(d)
		if again.Reading == nil || again.Reading.Number != 2 || again.Reading.Touched[0].ID != "logo-of-ours" {
			t.Fatalf("%+v", again.Reading)
		}
		h.approved(again)
		if err := h.publish(sub.DocumentID); err != nil {
			t.Fatalf("agreed to again: %v", err)
		}
	})
}

// Retroactive and nothing new, or published already: it stands.
func TestRetroactiveTouchesWhatItFindsAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.acme()
	h.inForce(wrote("robot", "CONF", "robot"), false)
	same, out := h.asked(h.post("A robot.")), h.asked(h.post("A logo, and it is out."))
	h.approved(same)
	h.approved(out)
	if err := h.publish(out.DocumentID); err != nil {
		t.Fatal(err)
	}
	h.hearContent()
	h.inForce(wrote("robot", "CONF", "robot", "logo-of-ours", "LOGO", "logo"), true)
	h.errands(true)
	for _, id := range []string{same.ID, out.ID} {
		if sub := h.submission(id); sub.State != reviewapi.StateApproved || sub.Reading.Stale {
			t.Errorf("%s: %+v", sub.State, sub.Reading)
		}
	}
	if err := h.publish(same.DocumentID); err != nil {
		t.Errorf("the gate is shut: %v", err)
	}
}

// Words that were agreed to as a suggestion are read once the author took them.
func TestASuggestionIsReadOnceItIsTaken(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.acme()
	h.inForce(wrote("robot", "CONF", "robot"), false)
	sub := h.asked(h.post("A robot."))
	in := inRole(accountsapi.RoleHRReviewer, says(reviewapi.Suggest))
	in.Part, in.Replacement = "text", "A logo."
	must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(hanna), acme, sub.ID, "", 0, in))
	h.inForce(wrote("robot", "CONF", "robot", "logo-of-ours", "LOGO", "logo"), true)
	h.errands(true)
	if got := h.submission(sub.ID); got.State != reviewapi.StateChangesRequested || got.Reading.Stale {
		t.Fatalf("%s, %+v", got.State, got.Reading)
	}
	h.edit(must[contentapi.Document](h)(h.content.Document(h.as(ana), sub.DocumentID)), "A logo.")
	h.hearContent()
	h.errands(true)
	if got := h.submission(sub.ID); got.State != reviewapi.StateStale || got.Reading.LaterTouched[0].ID != "logo-of-ours" {
		t.Fatalf("%s, %+v", got.State, got.Reading)
	}
}

// A46: a customer is named; the list of case studies has it: pass; it lacks it: a hint CUSTOMER.
func TestCaseA46(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.acme()
	o := screen.StarterOwn()
	h.inForce(reviewapi.PolicyWords{Text: o.Text, Starter: true}, false)
	facts := reviewapi.PolicyFacts{Customers: []string{"Initech", "Hooli Foods", "initech"}, CaseStudies: []string{}}
	facts = must[reviewapi.PolicyFacts](h)(h.client.SavePolicyFacts(h.as(olga), acme, 0, facts))
	if len(facts.Customers) != 2 || facts.Version != 1 {
		t.Fatalf("%+v", facts)
	}
	sub := must[reviewapi.Submission](h)(h.begin(h.post("This week we rolled out our new chairs at Initech."), hr))
	customers := func() int {
		n := 0
		for _, hit := range must[reviewapi.Hints](h)(h.client.Hints(h.as(ana), sub.ID, "en")).Hits {
			if hit.Kind == string(screen.Customer) {
				n++
			}
		}
		return n
	}
	if customers() == 0 {
		t.Fatal("a customer is named, and nothing says so")
	}
	_, err := h.client.SavePolicyFacts(h.as(olga), acme, 7, facts)
	h.wants(err, problem.ErrStale, "another list than was read")
	facts.CaseStudies = []string{"INITECH"}
	must[reviewapi.PolicyFacts](h)(h.client.SavePolicyFacts(h.as(olga), acme, facts.Version, facts))
	if n := customers(); n != 0 {
		t.Fatalf("a case study is published, and %d hints", n)
	}
	_, err = h.client.SavePolicyFacts(h.as(fay), acme, 0, facts)
	h.wants(err, problem.ErrNotFound, "who keeps no policies")
}

// A trial counts what a version would say of the last posts. Who reads none of them sees counts alone, and none of a few.
func TestAPolicyIsTried(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.acme()
	h.inForce(wrote("robot", "CONF", "robot"), false)
	for _, text := range []string{"A robot.", "A chair.", "A robot with a lamp.", "My pay went from 70k to 90k."} {
		h.asked(h.post(text))
	}
	d := must[reviewapi.PolicyDraft](h)(h.client.SavePolicyDraft(h.as(hanna), acme, 0, wrote("lamp", "CONF", "lamp", "robot", "CONF", "robot", "chair", "LOGO", "chair")))
	got := must[reviewapi.PolicyTrial](h)(h.client.TryPolicy(h.as(hanna), acme, 0))
	if got.Looked != 4 || got.Then != 2 || got.Now != 3 || got.Newly != 2 || got.NoMore != 0 || got.Changed != 2 || len(got.Posts) != 2 || len(got.Rules) != 3 {
		t.Fatalf("%+v", got)
	}
	if got = must[reviewapi.PolicyTrial](h)(h.client.TryPolicy(h.as(olga), acme, 0)); !got.Few || got.Now != 0 || got.Posts != nil || got.Rules != nil {
		t.Fatalf("an owner who reads no posts: %+v", got)
	}
	h.asked(h.post("A fifth."))
	if got = must[reviewapi.PolicyTrial](h)(h.client.TryPolicy(h.as(olga), acme, 0)); got.Few || got.Now != 3 || got.Posts != nil || got.Rules != nil {
		t.Fatalf("%+v", got)
	}
	v := must[reviewapi.PolicyVersion](h)(h.client.ProposePolicy(h.as(hanna), acme, "", d.Version, reviewapi.ProposePolicy{}))
	if got = must[reviewapi.PolicyTrial](h)(h.client.TryPolicy(h.as(leo), acme, v.Number)); got.Looked != 5 || got.Number != 2 {
		t.Fatalf("%+v", got)
	}
	_, err := h.client.TryPolicy(h.as(leo), acme, 9)
	h.wants(err, problem.ErrNotFound, "no such version")
	if h.count(`select count(*) from review.submission_policy where number <> 1`) != 0 {
		t.Error("a trial was kept")
	}
	h.clock.Advance(longest + afterwards)
	if _, err := h.svc.Expire(t.Context(), h.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if got = must[reviewapi.PolicyTrial](h)(h.client.TryPolicy(h.as(leo), acme, v.Number)); got.Gone == 0 {
		t.Errorf("words that no reviewer can read any more were read: %+v", got)
	}
}
