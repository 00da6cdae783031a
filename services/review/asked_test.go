package review

import (
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// ownStatement is what an author's receipt says, once it is verified.
func (h *house) ownStatement(sub reviewapi.Submission, id string) receipt.Statement {
	h.t.Helper()
	sub.Decisions = []reviewapi.Decision{{ID: id}}
	return h.statement(sub)
}

// A request is proved: when, whom, about which digest, and that nobody answered in ten business days. It is no approval (C5).
func TestARequestIsProvedAndIsNoApproval(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post(advice)
		draft := must[reviewapi.Submission](h)(h.begin(d, hr))
		_, err := h.client.ProveRequest(h.as(ana), draft.ID)
		h.wants(err, reviewapi.ErrSubmissionState, "nobody was asked")
		asked := h.clock.Now()
		sub := must[reviewapi.Submission](h)(h.client.Send(h.as(ana), draft.ID, 0, reviewapi.SendSubmission{}))
		h.clock.Advance(time.Hour)
		r := must[reviewapi.AuthorReceipt](h)(h.client.ProveRequest(h.as(ana), sub.ID))
		again := must[reviewapi.AuthorReceipt](h)(h.client.ProveRequest(h.as(ana), sub.ID))
		if r.ID != again.ID || r.Unanswered || r.Kind != reviewapi.ReceiptRequested {
			t.Fatalf("%+v %+v", r, again)
		}
		_, err = h.client.ProveRequest(h.as(ben), sub.ID)
		h.wants(err, problem.ErrNotFound, "somebody else's")
		st := h.ownStatement(sub, r.ID)
		if st.Opens() || st.Decision != receipt.Requested || st.Digest != sub.Digest || st.Asked == nil || st.Asked.Mailbox != hr || !st.Asked.At.Equal(asked) ||
			!st.Asked.Until.Equal(*sub.Due) || st.Asked.Unanswered || st.Signatures[0].Assurance != receipt.None || st.Signatures[0].Name != "Ana Ruiz" || st.Employer.Domain != "acme.example" {
			t.Fatalf("%+v", st)
		}
		h.clock.Set(*sub.Due)
		for range 3 {
			if _, err := h.svc.Expire(t.Context(), h.clock.Now()); err != nil {
				t.Fatal(err)
			}
		}
		late := must[reviewapi.AuthorReceipt](h)(h.client.ProveRequest(h.as(ana), sub.ID))
		if late.ID == r.ID || !late.Unanswered || !h.ownStatement(sub, late.ID).Asked.Unanswered {
			t.Fatalf("%+v", late)
		}
		got := h.submission(sub.ID)
		if got.State != reviewapi.StateNoDecision || len(got.Own) != 2 || len(got.Decisions) != 0 || got.Gate != "" {
			t.Fatalf("%+v", got)
		}
		if err := h.publish(d.ID); problem.From(err) == nil {
			t.Fatal("silence opened the gate")
		}
		if n := h.count(`select count(*) from review.gate_move`); n != 0 {
			t.Errorf("%d moves", n)
		}
		other := h.asked(h.post("Answered."))
		must[reviewapi.Review](h)(h.decide(h.opened(other), says(reviewapi.NotOurs)))
		_, err = h.client.ProveRequest(h.as(ana), other.ID)
		h.wants(err, reviewapi.ErrSubmissionState, "an answer has a receipt of its own")
	})
}

// What was answered elsewhere is kept as the author says it, opens nothing, and the employer has no part in it.
func TestAnOutsideAnswerOpensNothing(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		first := h.acmeDesk()
		good := reviewapi.ReportAnswer{
			Name: "Hanna Roth", Role: "HR lead", Answer: "yes", How: "mail", Said: h.clock.Now().Add(-time.Minute), Note: "“Fine with me.”", File: "sha256:" + strings.Repeat("a", 64),
		}
		r := must[reviewapi.AuthorReceipt](h)(h.client.ReportAnswer(h.as(ana), first.ID, "once", good))
		again := must[reviewapi.AuthorReceipt](h)(h.client.ReportAnswer(h.as(ana), first.ID, "once", good))
		if r.ID != again.ID {
			t.Fatalf("%+v %+v", r, again)
		}
		st := h.ownStatement(first, r.ID)
		if st.Opens() || st.Decision != receipt.SelfReported || st.Reported == nil || st.Reported.Answer != "yes" || st.Reported.Name != "Hanna Roth" || st.Signatures[0].Name != "Ana Ruiz" ||
			st.Signatures[0].Assurance != receipt.None || st.Reported.File != good.File {
			t.Fatalf("%+v", st)
		}
		if err := h.publish(first.DocumentID); problem.From(err) == nil {
			t.Fatal("a word of the author's opened the employer's gate")
		}
		got := h.submission(first.ID)
		if got.State != reviewapi.StateInStage || len(got.Decisions) != 0 || len(got.Own) != 1 {
			t.Fatalf("%+v", got)
		}
		if at := must[reviewapi.Review](h)(h.client.AtDesk(h.as(hanna), acme, first.ID)); len(at.Decisions) != 0 {
			t.Errorf("the desk reads it as an answer: %+v", at.Decisions)
		}
		for pointer, change := range map[string]func(*reviewapi.ReportAnswer){
			"/said":   func(in *reviewapi.ReportAnswer) { in.Said = h.clock.Now().Add(time.Hour) },
			"/name":   func(in *reviewapi.ReportAnswer) { in.Name = " " },
			"/answer": func(in *reviewapi.ReportAnswer) { in.Answer = "approved" },
			"/file":   func(in *reviewapi.ReportAnswer) { in.File = "sha256:" + strings.Repeat("Z", 64) },
			"/note":   func(in *reviewapi.ReportAnswer) { in.Note = "a\x00b" },
		} {
			in := good
			change(&in)
			_, err := h.client.ReportAnswer(h.as(ana), first.ID, "", in)
			h.wantsField(err, problem.ErrInvalid, pointer, pointer)
		}
		_, err := h.client.ReportAnswer(h.as(ben), first.ID, "", good)
		h.wants(err, problem.ErrNotFound, "somebody else's")
		// An erased author takes both receipts along; what they kept still proves.
		must[reviewapi.AuthorReceipt](h)(h.client.ProveRequest(h.as(ana), first.ID))
		h.hear("erased", accountsapi.EventPersonErased, accountsapi.PersonErased{PersonID: ana})
		if n := h.count(`select (select count(*) from review.author_receipt) + (select count(*) from review.leaf_words)`); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}

// In a quiet period nothing opens: no permission lets through, and what a reviewer agrees to has to begin after it. Everything else can be said.
func TestNothingOpensInAQuietPeriod(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		first := h.acmeDesk()
		p := h.grants(h.careerAdvice(first.ID))
		before := h.sendUnder(h.post(advice+" Before."), p.ID)
		for pointer, in := range map[string]reviewapi.SetQuiet{
			"/until": {Until: "2027-02-01T00:00", Zone: "Europe/Paris"},
			"/zone":  {Until: "2027-04-01T00:00", Zone: "Mars/Base"},
			"/from":  {From: "2027-02-01T00:00", Until: "2027-04-01T00:00", Zone: "Europe/Paris"},
			"/why":   {Until: "2027-04-01T00:00", Zone: "Europe/Paris", Why: "a\x00b"},
		} {
			_, err := h.client.SetQuiet(h.as(hanna), acme, "", in)
			h.wantsField(err, problem.ErrInvalid, pointer, pointer)
		}
		_, err := h.client.SetQuiet(h.as(gina), acme, "", reviewapi.SetQuiet{Until: "2027-04-01T00:00", Zone: "Europe/Paris"})
		h.wants(err, problem.ErrNotFound, "from elsewhere")
		in := reviewapi.SetQuiet{Until: "2027-03-10T00:00", Zone: "Europe/Paris", Why: "Before results"}
		q := must[reviewapi.Quiet](h)(h.client.SetQuiet(h.as(hanna), acme, "once", in))
		if again := must[reviewapi.Quiet](h)(h.client.SetQuiet(h.as(hanna), acme, "once", in)); again.ID != q.ID || q.State != reviewapi.StandingOpen {
			t.Fatalf("%+v %+v", q, again)
		}
		h.wantsUse(h.sendUnder(h.post(advice+" Within."), p.ID), reviewapi.UseWaits, reviewapi.WaitsQuiet)
		if err := h.publish(before.DocumentID); err != nil {
			t.Errorf("what was open closed: %v", err)
		}
		r := must[reviewapi.Review](h)(h.client.AtDesk(h.as(hanna), acme, first.ID))
		if r.Quiet == nil || !r.Quiet.Equal(q.Until) {
			t.Fatalf("%+v", r.Quiet)
		}
		yes := inRole(accountsapi.RoleHRReviewer, says(reviewapi.Approve))
		_, err = h.client.DecideAtDesk(h.as(hanna), acme, first.ID, "", 0, yes)
		h.wantsField(err, reviewapi.ErrQuietPeriod, "/from", "an approval for now")
		early := q.Until.Add(-time.Minute)
		yes.From = &early
		_, err = h.client.DecideAtDesk(h.as(hanna), acme, first.ID, "", 0, yes)
		h.wants(err, reviewapi.ErrQuietPeriod, "a minute too early")
		_, err = h.decide(h.opened(first), says(reviewapi.NoObjection))
		h.wants(err, reviewapi.ErrQuietPeriod, "by a link")
		yes.From = &q.Until
		must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(hanna), acme, first.ID, "", 0, yes))
		if err := h.publish(first.DocumentID); problem.From(err) == nil {
			t.Fatal("it appeared in the quiet period")
		}
		no := inRole(accountsapi.RoleHRReviewer, says(reviewapi.RequestChanges))
		no.Reason = "After the results, please."
		must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(hanna), acme, h.asked(h.post("Figures.")).ID, "", 0, no))
		h.clock.Set(q.Until)
		if err := h.publish(first.DocumentID); err != nil {
			t.Errorf("after its end: %v", err)
		}
		h.wantsUse(h.sendUnder(h.post(advice+" After."), p.ID), reviewapi.UseOpened, "")

		next := must[reviewapi.Quiet](h)(h.client.SetQuiet(h.as(hanna), acme, "", reviewapi.SetQuiet{Until: "2027-05-10T00:00", Zone: "Europe/Paris"}))
		_, err = h.client.EndQuiet(h.as(hanna), acme, next.ID, 7)
		if s := problem.From(err); s == nil || s.Kind != problem.Stale {
			t.Errorf("%v", err)
		}
		for range 2 {
			if got := must[reviewapi.Quiet](h)(h.client.EndQuiet(h.as(hanna), acme, next.ID, 0)); got.State != reviewapi.StandingOver || got.Ended == nil {
				t.Errorf("%+v", got)
			}
		}
		h.wantsUse(h.sendUnder(h.post(advice+" Ended before."), p.ID), reviewapi.UseOpened, "")
		if all := must[reviewapi.QuietList](h)(h.client.QuietList(h.as(hanna), acme)); len(all.Items) != 2 {
			t.Errorf("%+v", all)
		}
	})
}
