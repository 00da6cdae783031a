package review

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// A41: who approved and was deactivated has approved; the receipt names each signature with the role of its time, and the post may appear.
func TestCaseA41(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.plans(stageOf("People", hrRole), stageOf("Law", legalRole))
		d := h.post("At ten.")
		sub := h.asked(d)
		no := inRole(hrRole, says(reviewapi.NoObjection))
		from, until := h.clock.Now().Add(time.Minute), h.clock.Now().Add(20*24*time.Hour)
		no.From, no.Until = &from, &until
		must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(hanna), acme, sub.ID, "once", sub.Version, no))
		must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(hanna), acme, sub.ID, "once", sub.Version, no))
		h.clock.Advance(5 * time.Minute)
		h.people.joins(acme, hanna)
		h.hear("role_1", accountsapi.EventRoleChanged, accountsapi.RoleChanged{OrganisationID: acme, MemberID: "member_" + hanna, PersonID: hanna, Roles: []string{}})
		h.ticks()
		r := must[reviewapi.Review](h)(h.signs(leo, legalRole, reviewapi.Approve, sub))
		if r.State != reviewapi.StateNoObjection || !r.ValidUntil.Equal(until) || !r.ValidFrom.Equal(from) {
			t.Fatalf("the narrower and the weaker word: %+v", r)
		}
		h.people.joins(acme, leo)
		if err := h.publish(d.ID); err != nil {
			t.Fatal(err)
		}
		got := h.submission(sub.ID)
		if len(got.Decisions) != 2 || got.Stages[0].State != reviewapi.StagePassed || got.Stages[1].State != reviewapi.StagePassed {
			t.Fatalf("%+v", got)
		}
		file := must[reviewapi.Receipt](h)(h.client.Receipt(h.as(ana), sub.ID, got.Decisions[1].ID)).File()
		text := "At ten."
		st := must[receipt.Receipt](h)(receipt.Verify(h.logKeys(), file, &receipt.Post{Text: &text})).Statement
		if len(st.Signatures) != 2 || st.Signatures[0].Role != hrRole || st.Signatures[0].Stage != "People" || !st.Signatures[0].At.Equal(noon) || st.Signatures[1].Stage != "Law" || st.Signatures[1].Assurance != receipt.Claimed {
			t.Fatalf("%+v", st.Signatures)
		}
	})
}

// A40, CC-2, C5: the only reviewer leaves without a delegate: no reviewer, the owner is told once, and after ten business days no decision; never approved.
func TestCaseA40(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.plans(stageOf("HR", hrRole))
		d := h.post("Waiting.")
		sub := h.asked(d)
		h.people.joins(acme, hanna)
		for i := range 2 {
			h.hear(fmt.Sprintf("role_%d", i), accountsapi.EventRoleChanged, accountsapi.RoleChanged{OrganisationID: acme, MemberID: "member_" + hanna, PersonID: hanna, Roles: []string{}})
			h.ticks()
		}
		if got := h.notes(sub); !slices.Equal(got, []string{"asked person_hanna", "no_reviewer person_olaf"}) {
			t.Fatalf("%v", got)
		}
		if got := h.submission(sub.ID); !got.Stages[0].NoReviewer || got.State != reviewapi.StateInStage {
			t.Fatalf("%+v", got)
		}
		p := must[reviewapi.StagePlan](h)(h.client.Stages(h.as(olaf), acme))
		if len(p.Unmanned) != 1 || p.Unmanned[0].Submission != sub.ID || p.Unmanned[0].Stage != "HR" {
			t.Fatalf("%+v", p)
		}
		if row := h.desk(leo, acme, reviewapi.DeskWaiting).Items[0]; !row.NoReviewer {
			t.Fatalf("%+v", row)
		}
		_, err := h.client.DecideAtDesk(h.as(olaf), acme, sub.ID, "", 0, inRole(hrRole, says(reviewapi.Approve)))
		h.wants(err, problem.ErrNotFound, "the owner decides without a role")
		_, err = h.signs(leo, legalRole, reviewapi.Approve, sub)
		h.wants(err, reviewapi.ErrStageTurn, "legal decides for HR")
		// Somebody gets the role: it is seen. They lose it: it is told again.
		h.people.joins(acme, hugo, hrRole)
		h.hear("role_in", accountsapi.EventRoleChanged, accountsapi.RoleChanged{OrganisationID: acme, PersonID: hugo, Roles: []string{hrRole}})
		h.ticks()
		if got := h.submission(sub.ID); got.Stages[0].NoReviewer {
			t.Fatalf("%+v", got)
		}
		h.people.joins(acme, hugo)
		h.hear("role_out", accountsapi.EventRoleChanged, accountsapi.RoleChanged{OrganisationID: acme, PersonID: hugo, Roles: []string{}})
		h.ticks()
		h.clock.Advance(14 * 24 * time.Hour)
		h.ticks()
		for must[int](h)(h.svc.Expire(h.t.Context(), h.clock.Now())) > 0 {
		}
		if got := h.submission(sub.ID); got.State != reviewapi.StateNoDecision || got.Stages[0].State != reviewapi.StageStopped {
			t.Fatalf("%+v", got)
		}
		if err := h.publish(d.ID); err == nil {
			t.Fatal("silence published it")
		}
		if n := h.count(`select count(*) from review.stage where wake_at is not null`); n != 0 {
			t.Error("timers stay")
		}
	})
}

// CC-2: a deputy has the open tasks of who left, and nothing that came later; the receipt says for whom they stood in. Nobody stands in for the author.
func TestCaseCC2Deputies(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.plans(stageOf("HR", hrRole))
		h.people.joins(acme, "person_dora", accountsapi.RoleFinance)
		_, err := h.client.DeskList(h.as("person_dora"), acme, "", "")
		h.wants(err, problem.ErrNotFound, "nobody's deputy yet")
		span := reviewapi.NewDeputy{Delegate: "person_dora", From: h.clock.Now(), Until: h.clock.Now().Add(20 * 24 * time.Hour)}
		for what, bad := range map[string]reviewapi.NewDeputy{
			"oneself": {Delegate: hanna, From: span.From, Until: span.Until}, "a stranger": {Delegate: gina, From: span.From, Until: span.Until},
			"backwards": {Delegate: "person_dora", From: span.Until, Until: span.From}, "for ever": {Delegate: "person_dora", From: span.From, Until: span.From.AddDate(2, 0, 0)},
		} {
			_, err := h.client.NameDeputy(h.as(hanna), acme, bad)
			h.wants(err, reviewapi.ErrDeputyUnfit, what)
		}
		_, err = h.client.NameDeputy(h.as(olaf), acme, span)
		h.wants(err, accountsapi.ErrRoleMissing, "who reviews nothing has nothing to hand over")
		dep := must[reviewapi.Deputy](h)(h.client.NameDeputy(h.as(hanna), acme, span))
		open := h.asked(h.post("Open when she left."))
		h.clock.Advance(time.Hour)
		h.people.joins(acme, hanna)
		h.hear("left", accountsapi.EventRoleChanged, accountsapi.RoleChanged{OrganisationID: acme, PersonID: hanna, Roles: []string{}})
		h.ticks()
		if got := h.submission(open.ID); got.Stages[0].NoReviewer {
			t.Fatal("the deputy is there")
		}
		h.clock.Advance(time.Hour)
		later := h.asked(h.post("After she left."))
		if got := h.submission(later.ID); !got.Stages[0].NoReviewer {
			t.Fatalf("a deputy of nobody: %+v", got)
		}
		_, err = h.signs("person_dora", hrRole, reviewapi.Approve, later)
		h.wants(err, problem.ErrNotFound, "what came later")
		r := must[reviewapi.Review](h)(h.signs("person_dora", hrRole, reviewapi.Approve, open))
		if r.State != reviewapi.StateApproved || r.Stages[0].Said[0].For != hanna {
			t.Fatalf("%+v", r.Stages)
		}
		text := "Open when she left."
		file := must[reviewapi.Receipt](h)(h.client.Receipt(h.as(ana), open.ID, r.Decisions[0].ID)).File()
		if st := must[receipt.Receipt](h)(receipt.Verify(h.logKeys(), file, &receipt.Post{Text: &text})).Statement; st.Signatures[0].For != hanna {
			t.Fatalf("%+v", st.Signatures)
		}
		h.wants(h.client.EndDeputy(h.as(leo), acme, dep.ID), accountsapi.ErrRoleMissing, "another member ends it")
		if err := h.client.EndDeputy(h.as(olaf), acme, dep.ID); err != nil {
			t.Fatal(err)
		}
		_, err = h.client.DeskList(h.as("person_dora"), acme, "", "")
		h.wants(err, problem.ErrNotFound, "it has ended")

		// The author's own deputy decides nothing of the author's.
		h.people.joins(acme, ana, hrRole)
		must[reviewapi.Deputy](h)(h.client.NameDeputy(h.as(ana), acme, span))
		mine := h.asked(h.post("Mine."))
		_, err = h.signs("person_dora", hrRole, reviewapi.Approve, mine)
		h.wants(err, problem.ErrNotFound, "the author's deputy")
		_, err = h.signs(ana, hrRole, reviewapi.Approve, mine)
		h.wants(err, reviewapi.ErrSelfReview, "the author")
		if got := h.submission(mine.ID); !got.Stages[0].NoReviewer {
			t.Fatal("only the author is left: nobody")
		}
	})
}

// A span that ends takes the last reviewer with it, and the timer sees that.
func TestADeputysSpanEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.plans(stageOf("HR", hrRole))
	h.people.joins(acme, "person_dora", accountsapi.RoleFinance)
	must[reviewapi.Deputy](h)(h.client.NameDeputy(h.as(hanna), acme, reviewapi.NewDeputy{Delegate: "person_dora", From: h.clock.Now(), Until: h.clock.Now().Add(3 * time.Hour)}))
	sub := h.asked(h.post("Three hours."))
	h.people.joins(acme, hanna)
	h.hear("left", accountsapi.EventRoleChanged, accountsapi.RoleChanged{OrganisationID: acme, PersonID: hanna, Roles: []string{}})
	h.ticks()
	if h.submission(sub.ID).Stages[0].NoReviewer {
		t.Fatal("too early")
	}
	h.clock.Advance(3 * time.Hour)
	h.ticks()
	if !h.submission(sub.ID).Stages[0].NoReviewer {
		t.Fatal("nobody noticed")
	}
}

type stakes map[string]string

func (s stakes) Stakes(context.Context, string, string, []string) (map[string]string, error) {
	return s, nil
}

// CC-11: who wrote it, or is paid by whom it is about, decides nothing, at any stage; who says so themselves neither.
func TestCaseCC11(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.svc.Stakes = stakes{leo: reviewapi.StakeWriter}
		h.plans(stageOf("HR", hrRole), stageOf("Legal", legalRole))
		h.people.joins(acme, hugo, hrRole)
		sub := h.asked(h.post("By somebody."))
		_, err := h.client.AtDesk(h.as(leo), acme, sub.ID)
		if p := h.wants(err, reviewapi.ErrStakeHeld, "the writer reads"); p.Status() != 403 {
			t.Errorf("status %d", p.Status())
		}
		_, err = h.signs(leo, legalRole, reviewapi.Approve, sub)
		h.wants(err, reviewapi.ErrStakeHeld, "the writer decides")
		if err := h.client.DeclareStake(h.as(hugo), acme, sub.ID, reviewapi.DeclareStake{Kind: reviewapi.StakeBrand}); err != nil {
			t.Fatal(err)
		}
		_, err = h.signs(hugo, hrRole, reviewapi.Approve, sub)
		h.wants(err, reviewapi.ErrStakeHeld, "who declared a stake decides")
		if got := h.desk(hugo, acme, reviewapi.DeskWaiting); len(got.Items) != 0 {
			t.Fatalf("%+v", got)
		}
		must[reviewapi.Review](h)(h.signs(hanna, hrRole, reviewapi.Approve, sub))
		if got := h.submission(sub.ID); !got.Stages[1].NoReviewer {
			t.Fatalf("only the writer is left for legal: %+v", got.Stages)
		}
	})
}

// CC-2: an owner takes back what one person decided: what it cleared is revoked for the reason, what waits for others is asked anew, and nobody else's is touched.
func TestCaseCC2TakenBack(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.plans(stageOf("HR", hrRole), stageOf("Legal", legalRole))
		h.people.joins(acme, hugo, hrRole)
		done, waits, others := h.asked(h.post("Cleared by both.")), h.asked(h.post("HR has spoken.")), h.asked(h.post("Of somebody else."))
		must[reviewapi.Review](h)(h.signs(hanna, hrRole, reviewapi.Approve, done))
		must[reviewapi.Review](h)(h.signs(leo, legalRole, reviewapi.Approve, done))
		must[reviewapi.Review](h)(h.signs(hanna, hrRole, reviewapi.Approve, waits))
		must[reviewapi.Review](h)(h.signs(hugo, hrRole, reviewapi.Approve, others))
		must[reviewapi.Review](h)(h.signs(leo, legalRole, reviewapi.Approve, others))
		in := reviewapi.TakeBackAll{Member: "member_" + hanna, Reason: "She had no right to.", Name: "Olaf Berg"}
		h.people.joins(acme, hanna) // deactivated: her decisions stand until the owner says so
		_, err := h.client.TakeBackAll(h.as(leo), acme, in)
		h.wants(err, accountsapi.ErrRoleMissing, "a reviewer takes them back")
		got := must[reviewapi.TakenBackAll](h)(h.client.TakeBackAll(h.as(olaf), acme, in))
		if got.Revoked != 1 || got.Reopened != 1 || got.Left {
			t.Fatalf("%+v", got)
		}
		again := must[reviewapi.TakenBackAll](h)(h.client.TakeBackAll(h.as(olaf), acme, in))
		if again.Revoked+again.Reopened != 0 {
			t.Fatalf("%+v", again)
		}
		if s := h.submission(done.ID); s.State != reviewapi.StateRevoked || s.Decisions[len(s.Decisions)-1].Reason != in.Reason || s.Decisions[len(s.Decisions)-1].Role != accountsapi.RoleOwner {
			t.Fatalf("%+v", s)
		}
		if err := h.publish(done.DocumentID); err == nil {
			t.Fatal("published what was revoked")
		}
		if s := h.submission(others.ID); s.State != reviewapi.StateApproved {
			t.Fatalf("%+v", s)
		}
		s := h.submission(waits.ID)
		if s.Stages[0].State != reviewapi.StageOpen || s.Stages[1].State != reviewapi.StageWaiting {
			t.Fatalf("%+v", s.Stages)
		}
		_, err = h.signs(leo, legalRole, reviewapi.Approve, waits)
		h.wants(err, reviewapi.ErrStageTurn, "legal before HR")
		h.ticks()
		r := must[reviewapi.Review](h)(h.signs(hugo, hrRole, reviewapi.Approve, waits))
		if len(r.Stages[0].Said) != 2 || !r.Stages[0].Said[0].Void || r.Stages[1].State != reviewapi.StageOpen {
			t.Fatalf("%+v", r.Stages)
		}
	})
}

// What a member is told stands in a mail to their mailbox, until the stage is over; who has left gets none.
func TestMembersAreToldAtTheirMailbox(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.plans(stageOf("HR", hrRole))
		sub := h.asked(h.post("Told."))
		ids := must[[]string](h)(pg.Column[string](t.Context(), h.pool, `select payload ->> 'note_id' from review.outbox where name = $1`, reviewapi.EventDeskNoted))
		if len(ids) != 1 {
			t.Fatalf("%v", ids)
		}
		m := must[reviewapi.DeskMail](h)(h.from("notify").DeskNoteForMail(h.nobody(), ids[0]))
		if m.Mailbox != hanna+"@told.example" || m.Stage != "HR" || m.Author != "Ana Ruiz" || m.Path != "/desk/"+acme+"/"+sub.ID || m.Due == nil || m.Kind != reviewapi.NoteAsked {
			t.Fatalf("%+v", m)
		}
		_, err := h.client.DeskNoteForMail(h.nobody(), ids[0])
		h.wants(err, problem.ErrNotFound, "the pages read it")
		must[reviewapi.Review](h)(h.signs(hanna, hrRole, reviewapi.NotOurs, sub))
		_, err = h.from("notify").DeskNoteForMail(h.nobody(), ids[0])
		h.wants(err, problem.ErrNotFound, "it is over")
	})
}
