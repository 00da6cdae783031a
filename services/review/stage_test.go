package review

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

const (
	olaf              = "person_olaf"  // owner of Acme
	petra             = "person_petra" // principal at Acme
	hugo              = "person_hugo"  // HR at Acme too
	hrRole, legalRole = accountsapi.RoleHRReviewer, accountsapi.RoleLegalReviewer
)

// stagedHouse has Acme with an owner, HR, legal and a principal, and a plan.
func (h *house) plans(stages ...reviewapi.PlanStage) reviewapi.StagePlan {
	h.t.Helper()
	h.people.joins(acme, olaf, accountsapi.RoleOwner)
	h.people.joins(acme, hanna, hrRole)
	h.people.joins(acme, leo, legalRole)
	h.people.joins(acme, petra, accountsapi.RolePrincipal)
	h.claims(acme, "acme.example", 1)
	return must[reviewapi.StagePlan](h)(h.client.SetStages(h.as(olaf), acme, 0, reviewapi.SetStages{Zone: "UTC", Closed: []string{}, Stages: stages}))
}

func stageOf(name string, roles ...string) reviewapi.PlanStage {
	return reviewapi.PlanStage{Name: name, Roles: roles, Need: reviewapi.NeedOne, Days: 2}
}

func allOf(name string, roles ...string) reviewapi.PlanStage {
	st := stageOf(name, roles...)
	st.Need = reviewapi.NeedAll
	return st
}

func (h *house) signs(person, role, kind string, sub reviewapi.Submission) (reviewapi.Review, error) {
	h.t.Helper()
	in := inRole(role, says(kind))
	if kind == reviewapi.RequestChanges || kind == reviewapi.Reject {
		in.Reason = "Please leave the figure out."
	}
	in.Name = "Name of " + person
	return h.client.DecideAtDesk(h.as(person), acme, sub.ID, "", sub.Version, in)
}

// notes are who was told what about a submission: "asked person_leo".
func (h *house) notes(sub reviewapi.Submission) []string {
	h.t.Helper()
	return must[[]string](h)(pg.Column[string](h.t.Context(), h.pool, `select kind || ' ' || person_id from review.desk_note where submission_id = $1 order by at, kind, person_id`, sub.ID))
}

func (h *house) ticks() {
	h.t.Helper()
	for range 50 {
		if n := must[int](h)(h.svc.Tick(h.t.Context(), h.clock.Now())); n == 0 {
			return
		}
	}
	h.t.Fatal("the timer never rests")
}

// A39: of a yes of HR and a no of legal in a stage of both, the no wins, and the yes is kept for the desk; for other words nobody has signed.
func TestCaseA39(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.plans(allOf("HR and legal", hrRole, legalRole))
		d := h.post("What I learnt this year.")
		sub := h.asked(d)
		if len(h.mails(sub.ID)) != 0 {
			t.Fatal("a link was mailed past the stages")
		}
		if got := h.notes(sub); !slices.Equal(got, []string{"asked person_hanna", "asked person_leo"}) {
			t.Fatalf("%v", got)
		}
		r := must[reviewapi.Review](h)(h.signs(hanna, hrRole, reviewapi.Approve, sub))
		if r.State != reviewapi.StateInStage || r.Version != sub.Version || len(r.Stages) != 1 || len(r.Stages[0].Said) != 1 || len(r.Stages[0].Yours) != 0 {
			t.Fatalf("%+v", r)
		}
		if err := h.publish(d.ID); err == nil {
			t.Fatal("published on one of two signatures")
		}
		_, err := h.signs(hanna, hrRole, reviewapi.Approve, sub)
		h.wants(err, reviewapi.ErrStageSpoken, "a second word of hers")
		if got := h.submission(sub.ID); len(got.Decisions) != 0 || len(got.Stages) != 1 || got.Stages[0].State != reviewapi.StageOpen {
			t.Fatalf("the author reads who agreed, or no stage: %+v", got)
		}
		r = must[reviewapi.Review](h)(h.signs(leo, legalRole, reviewapi.RequestChanges, sub)) // by the version that both had read
		if r.State != reviewapi.StateChangesRequested || len(r.Decisions) != 2 || r.Decisions[0].Kind != reviewapi.Agree || r.Stages[0].State != reviewapi.StageStopped {
			t.Fatalf("%+v", r)
		}
		if err := h.publish(d.ID); err == nil {
			t.Fatal("published")
		}
		// For other words nobody has signed.
		h.edit(d, "What I learnt.")
		next := h.asked(d)
		r = must[reviewapi.Review](h)(h.client.AtDesk(h.as(leo), acme, next.ID))
		if len(r.Stages[0].Said) != 0 || r.State != reviewapi.StateInStage {
			t.Fatalf("%+v", r)
		}
		if n := h.count(`select count(*) from review.stage where submission_id = $1 and wake_at is not null`, sub.ID); n != 0 {
			t.Error("a timer of what was decided is still set")
		}
	})
}

// A39 and CC-3, raced: of HR's yes and legal's no in a stage of all both are kept, and whichever came first the no wins.
func TestCaseCC3InAStageOfAll(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.plans(allOf("HR and legal", hrRole, legalRole))
	for round := range 40 {
		if round%5 == 0 {
			h.clock.Advance(day)
		}
		sub := h.asked(h.post(fmt.Sprintf("Round %d.", round)))
		first, second := reviewapi.Approve, reviewapi.RequestChanges
		want := reviewapi.StateChangesRequested
		if round%2 == 1 {
			first, want = reviewapi.Reject, reviewapi.StateRejected
		}
		var errs [2]error
		var wait sync.WaitGroup
		wait.Go(func() { _, errs[0] = h.signs(hanna, hrRole, first, sub) })
		wait.Go(func() { _, errs[1] = h.signs(leo, legalRole, second, sub) })
		wait.Wait()
		got := h.submission(sub.ID)
		votes := h.count(`select count(*) from review.vote where submission_id = $1`, sub.ID)
		lost := errs[0] != nil || errs[1] != nil
		if got.State != want && !lost || lost && !errors.Is(errors.Join(errs[0], errs[1]), reviewapi.ErrSubmissionDecided) || !lost && votes != 2 {
			t.Fatalf("round %d: %s, %d votes, %v", round, got.State, votes, errs)
		}
		if got.State == reviewapi.StateApproved {
			t.Fatal("one no, and approved")
		}
	}
}

// A38 in stages: in a stage of one the second word is 409, with the state, and leaves nothing.
func TestCaseA38InStages(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.plans(stageOf("Legal", legalRole), stageOf("HR", hrRole))
		h.people.joins(acme, "person_lisa", legalRole)
		sub := h.asked(h.post("Seven."))
		_, err := h.signs(hanna, hrRole, reviewapi.Approve, sub)
		h.wants(err, reviewapi.ErrStageTurn, "HR before legal")
		must[reviewapi.Review](h)(h.signs(leo, legalRole, reviewapi.Approve, sub))
		_, err = h.signs("person_lisa", legalRole, reviewapi.Reject, sub)
		if p := h.wants(err, reviewapi.ErrStageTurn, "the second of legal"); p.Status() != 409 {
			t.Errorf("status %d", p.Status())
		}
		if n := h.count(`select count(*) from review.decision where submission_id = $1`, sub.ID); n != 1 {
			t.Fatalf("%d decisions", n)
		}
		row := h.desk(hanna, acme, reviewapi.DeskWaiting).Items[0]
		if !row.Turn || row.Stages[0].State != reviewapi.StagePassed || row.Stages[1].State != reviewapi.StageOpen {
			t.Fatalf("%+v", row)
		}
		if row := h.desk(leo, acme, reviewapi.DeskWaiting).Items[0]; row.Turn {
			t.Fatalf("his turn again: %+v", row)
		}
	})
}

// A54 and C4: of 200 workers and one deadline, one escalation; a reminder came before it. Who decides at the same moment clears the timer.
func TestCaseA54(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.plans(stageOf("HR", hrRole))
	sub := h.asked(h.post("Due."))
	h.clock.Advance(day)
	h.ticks()
	h.clock.Advance(day)
	var wait sync.WaitGroup
	for range 200 {
		wait.Go(func() {
			if _, err := h.svc.Tick(t.Context(), h.clock.Now()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := h.count(`select count(*) from review.stage_event where submission_id = $1 and kind = 'escalation'`, sub.ID); n != 1 {
		t.Fatalf("%d escalations", n)
	}
	want := []string{"asked person_hanna", "reminder person_hanna", "escalation person_hanna", "escalation person_olaf"}
	if got := h.notes(sub); !slices.Equal(got, want) {
		t.Fatalf("%v", got)
	}
	if got := h.submission(sub.ID); got.State != reviewapi.StateInStage || got.Version != sub.Version {
		t.Fatalf("%+v", got)
	}
	must[reviewapi.Review](h)(h.signs(hanna, hrRole, reviewapi.Approve, sub)) // late, and it counts
	if n := h.count(`select count(*) from review.stage where wake_at is not null`); n != 0 {
		t.Error("timers stay")
	}
}

// C4: business days are those of who decides, in their zone, without the days on which they are closed.
func TestStagesCountTheDecidersDays(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.plans(stageOf("HR", hrRole))
	st := stageOf("HR", hrRole)
	must[reviewapi.StagePlan](h)(h.client.SetStages(h.as(olaf), acme, 1, reviewapi.SetStages{Zone: "Asia/Tokyo", Closed: []string{"2027-03-03"}, Stages: []reviewapi.PlanStage{st}}))
	sub := h.asked(h.post("Days.")) // Monday noon UTC: 21:00 in Tokyo
	due := must[time.Time](h)(pg.Scalar[time.Time](t.Context(), h.pool, `select due_at from review.stage where submission_id = $1`, sub.ID))
	if want := time.Date(2027, 3, 4, 12, 0, 0, 0, time.UTC); !due.Equal(want) {
		t.Errorf("%s, want %s", due, want)
	}
	if want := time.Date(2027, 3, 16, 12, 0, 0, 0, time.UTC); !sub.Due.Equal(want) {
		t.Errorf("the whole: %s, want %s", sub.Due, want)
	}
	if r := must[reviewapi.Review](h)(h.client.AtDesk(h.as(hanna), acme, sub.ID)); r.Zone != "Asia/Tokyo" {
		t.Error(r.Zone)
	}
}

// Hits decide who is asked: an amount adds the principal, protected talk adds legal; a clean post passes HR alone.
func TestHitsAddStages(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		money, law := stageOf("Finance", accountsapi.RolePrincipal), stageOf("Legal", legalRole)
		money.When, law.When, law.Beside = &reviewapi.StageWhen{Routes: []string{"finance"}}, &reviewapi.StageWhen{Kinds: []string{"PROTECTED"}}, true
		h.plans(stageOf("HR", hrRole), money, law)
		names := func(sub reviewapi.Submission) (out []string) {
			for _, st := range sub.Stages {
				out = append(out, st.Name)
			}
			return out
		}
		begin := func(text string) reviewapi.Submission {
			in := reviewapi.NewSubmission{DocumentID: h.post(text).ID, Ask: ask(hr)}
			in.Policy = ""
			sub := must[reviewapi.Submission](h)(h.client.Begin(h.as(ana), "", in))
			return must[reviewapi.Submission](h)(h.client.Send(h.as(ana), sub.ID, 0, reviewapi.SendSubmission{Repeated: true}))
		}
		clean := begin("A walk in the woods taught me patience.")
		if got := names(clean); !slices.Equal(got, []string{"HR"}) {
			t.Errorf("clean: %v", got)
		}
		if got := names(begin(raise)); !slices.Contains(got, "Legal") {
			t.Errorf("protected: %v", got)
		}
		figures := begin("Our revenue grew 40 % to 12 million euros last quarter, the results come out on Thursday.")
		if got := names(figures); !slices.Contains(got, "Finance") {
			t.Fatalf("figures: %v", got)
		}
		if got := h.desk(petra, acme, reviewapi.DeskWaiting); len(got.Items) != 1 || got.Items[0].ID != figures.ID || got.Items[0].Turn {
			t.Fatalf("the principal reads what has a stage of hers: %+v", got)
		}
		_, err := h.client.AtDesk(h.as(petra), acme, clean.ID)
		h.wants(err, problem.ErrNotFound, "what has none")
		must[reviewapi.Review](h)(h.signs(hanna, hrRole, reviewapi.Approve, figures))
		r := must[reviewapi.Review](h)(h.signs(petra, accountsapi.RolePrincipal, reviewapi.Approve, figures))
		if r.State != reviewapi.StateApproved && len(figures.Stages) == 2 {
			t.Fatalf("%+v", r)
		}
	})
}

// A setting is versioned: what was sent keeps its own, two who set it at once are told, and what makes no sense says where.
func TestStagesAreVersioned(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		before := must[reviewapi.StagePlan](h)(func() (reviewapi.StagePlan, error) {
			h.people.joins(acme, olaf, accountsapi.RoleOwner)
			return h.client.Stages(h.as(olaf), acme)
		}())
		if before.Version != 0 || !before.MayEdit || len(before.Stages) != 0 {
			t.Fatalf("%+v", before)
		}
		p := h.plans(stageOf("HR", hrRole))
		sub := h.asked(h.post("Under the first."))
		set := reviewapi.SetStages{Zone: "UTC", Closed: []string{}, Stages: []reviewapi.PlanStage{stageOf("HR", hrRole), stageOf("Legal", legalRole)}}
		var errs [4]error
		var wait sync.WaitGroup
		for i := range errs {
			wait.Go(func() { _, errs[i] = h.client.SetStages(h.as(olaf), acme, p.Version, set) })
		}
		wait.Wait()
		stale := 0
		for _, err := range errs {
			if p := problem.From(err); p != nil && p.Kind == problem.Stale {
				stale++
			}
		}
		if stale != 3 {
			t.Fatalf("%v", errs)
		}
		if r := must[reviewapi.Review](h)(h.signs(hanna, hrRole, reviewapi.Approve, sub)); r.State != reviewapi.StateApproved {
			t.Fatalf("it was asked under one stage: %+v", r)
		}
		if got := h.asked(h.post("Under the second.")); len(got.Stages) != 2 {
			t.Fatalf("%+v", got)
		}
		_, err := h.client.SetStages(h.as(hanna), acme, 0, set)
		h.wants(err, accountsapi.ErrRoleMissing, "a reviewer sets them")
		_, err = h.client.Stages(h.as(gina), acme)
		h.wants(err, problem.ErrNotFound, "a stranger reads them")
		bad := set
		bad.Zone, bad.Closed = "Mars/Base", []string{"2027-13-01"}
		cond := stageOf("hr", hrRole)
		cond.When, cond.Count = &reviewapi.StageWhen{Kinds: []string{"NOSUCH"}}, 3
		bad.Stages = []reviewapi.PlanStage{{Name: "HR", Roles: []string{hrRole}, Need: reviewapi.NeedSome, Days: 1, When: &reviewapi.StageWhen{Severity: "low"}}, cond}
		_, err = h.client.SetStages(h.as(olaf), acme, 0, bad)
		for _, at := range []string{"/zone", "/closed/0", "/stages/0/count", "/stages/1/name", "/stages/1/count", "/stages/1/when/kinds/0", "/stages"} {
			h.wantsField(err, problem.ErrInvalid, at, "a bad plan")
		}
		must[reviewapi.StagePlan](h)(h.client.SetStages(h.as(olaf), acme, 0, reviewapi.SetStages{Zone: "UTC", Closed: []string{}}))
		if got := h.asked(h.post("As before.")); len(got.Stages) != 0 || len(h.mails(got.ID)) != 1 {
			t.Fatalf("%+v", got)
		}
	})
}

// A permission that one person signed opens nothing where several have to agree, and opens where their one word would.
func TestAPermissionDoesNotPassStages(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	first := h.acmeDesk()
	p := h.grants(h.careerAdvice(first.ID))
	h.people.joins(acme, olaf, accountsapi.RoleOwner)
	set := func(stages ...reviewapi.PlanStage) {
		must[reviewapi.StagePlan](h)(h.client.SetStages(h.as(olaf), acme, 0, reviewapi.SetStages{Zone: "UTC", Closed: []string{}, Stages: stages}))
	}
	set(stageOf("HR", hrRole), stageOf("Legal", legalRole))
	h.wantsUse(h.sendUnder(h.post("Two ways to ask for feedback."), p.ID), reviewapi.UseWaits, reviewapi.WaitsStages)
	set(stageOf("HR", hrRole))
	h.wantsUse(h.sendUnder(h.post("Three ways to ask for feedback."), p.ID), reviewapi.UseOpened, "")
}

// n of a role: three of four people, each once.
func TestSomeOfARole(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	st := stageOf("Panel", hrRole)
	st.Need, st.Count = reviewapi.NeedSome, 2
	h.plans(st)
	sub := h.asked(h.post("Two of them."))
	if !h.submission(sub.ID).Stages[0].NoReviewer {
		t.Fatal("one of two is too few")
	}
	h.people.joins(acme, hugo, hrRole)
	h.hear("in", accountsapi.EventRoleChanged, accountsapi.RoleChanged{OrganisationID: acme, PersonID: hugo, Roles: []string{hrRole}})
	h.ticks()
	if h.submission(sub.ID).Stages[0].NoReviewer {
		t.Fatal("two are there")
	}
	words := inRole(hrRole, says(reviewapi.Suggest))
	words.Part, words.Replacement = "text", "Two of us."
	other := h.asked(h.post("Two of them, again."))
	r := must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(hanna), acme, other.ID, "", 0, words))
	if r.State != reviewapi.StateChangesRequested || r.Decisions[0].ClearedDigest != "" || r.Decisions[0].CommentID == "" {
		t.Fatalf("one of two agreed to words that the other has not read: %+v", r)
	}
	must[reviewapi.Review](h)(h.signs(hanna, hrRole, reviewapi.Approve, sub))
	_, err := h.signs(hanna, hrRole, reviewapi.Approve, sub)
	h.wants(err, reviewapi.ErrStageSpoken, "twice")
	if r := must[reviewapi.Review](h)(h.signs(hugo, hrRole, reviewapi.Approve, sub)); r.State != reviewapi.StateApproved {
		t.Fatalf("%+v", r)
	}
}

// A44 in stages: one person's refusal of protected talk is an objection; legal seconds it, whoever's turn it is.
func TestCaseA44InStages(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.plans(stageOf("HR", hrRole), stageOf("Finance", accountsapi.RolePrincipal))
	sub := h.asked(h.post(raise))
	if !sub.Protected {
		t.Fatal("not protected")
	}
	no := inRole(hrRole, refuses("Hanna Roth", "", false))
	r := must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(hanna), acme, sub.ID, "", 0, no))
	if r.State != reviewapi.StateInStage || r.Objection != reviewapi.ObjectionOwn {
		t.Fatalf("%+v", r)
	}
	_, err := h.client.DecideAtDesk(h.as(petra), acme, sub.ID, "", 0, inRole(accountsapi.RolePrincipal, refuses("Petra", "", false)))
	h.wants(err, reviewapi.ErrStageTurn, "the principal seconds it")
	yes := inRole(legalRole, refuses("Leo", "", true))
	r = must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(leo), acme, sub.ID, "", 0, yes))
	if r.State != reviewapi.StateRejected {
		t.Fatalf("%+v", r)
	}
}
