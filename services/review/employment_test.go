package review

import (
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// atWork is the newest employment of a person.
func (h *house) atWork(person string) reviewapi.Employment {
	h.t.Helper()
	all := must[reviewapi.Employments](h)(h.client.Employments(h.as(person)))
	if len(all.Items) == 0 {
		h.t.Fatal("no employment")
	}
	return all.Items[0]
}

// code is the newest code that notify would mail.
func (h *house) code() reviewapi.CodeMail {
	h.t.Helper()
	ids := must[[]string](h)(pg.Column[string](h.t.Context(), h.pool, `select payload ->> 'proof_id' from review.outbox where name = $1 order by seq desc limit 1`, reviewapi.EventCodeRequested))
	if len(ids) == 0 {
		h.t.Fatal("no code was asked for")
	}
	return must[reviewapi.CodeMail](h)(h.from("notify").CodeForMail(h.nobody(), ids[0]))
}

// prove proves a person's newest employment by a mailbox.
func (h *house) prove(person, mailbox string) {
	h.t.Helper()
	e := h.atWork(person)
	if err := h.client.ProveEmployment(h.as(person), e.ID, reviewapi.ProveEmployment{Mailbox: mailbox}); err != nil {
		h.t.Fatal(err)
	}
	got := must[reviewapi.Employment](h)(h.client.ConfirmEmployment(h.as(person), e.ID, reviewapi.WorkCode{Code: h.code().Code}))
	if got.Proved == nil || got.Mailbox == "" {
		h.t.Fatalf("%+v", got)
	}
}

// A50: employment ends on 30 June at 17:00 local time. At 16:59 the employer reads; at 17:00 and 17:01 there is nothing, by link, session and
// desk; the item is withdrawn, and past receipts verify.
func TestCaseA50(t *testing.T) { leaves(t, "2027-06-30T17:00", "Europe/Paris") }

// CC-6: the old employer loses all access to what is open; a new employment elsewhere is another matter.
func TestCaseCC6(t *testing.T) { leaves(t, "2027-06-30T17:00", "America/New_York") }

func leaves(t *testing.T, at, zone string) {
	bothWays(t, func(t *testing.T, h *house) {
		where, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		end, err := time.ParseInLocation("2006-01-02T15:04", at, where)
		if err != nil {
			t.Fatal(err)
		}
		h.people.joins(acme, hanna, accountsapi.RoleHRReviewer)
		h.claims(acme, "acme.example", 1)
		past := h.asked(h.post("Approved while she worked there."))
		decided := must[reviewapi.Review](h)(h.decide(h.opened(past), says(reviewapi.Approve)))
		e := h.atWork(ana)
		e = must[reviewapi.Employment](h)(h.client.Leave(h.as(ana), e.ID, e.Version, reviewapi.Leave{At: at, Zone: zone}))
		if e.Until == nil || !e.Until.Equal(end) {
			t.Fatalf("%+v, want %s", e, end)
		}
		h.clock.Set(end.Add(-time.Hour))
		waiting, other := h.asked(h.post("Open at the end.")), h.asked(h.post("Open too."))
		secret := h.opened(waiting)
		link := h.mails(other.ID)[0]
		elsewhere := must[reviewapi.Submission](h)(h.begin(h.post("At the other job."), "ops@globex.example"))
		elsewhere = must[reviewapi.Submission](h)(h.client.Send(h.as(ana), elsewhere.ID, 0, reviewapi.SendSubmission{}))

		h.clock.Set(end.Add(-time.Minute))
		must[reviewapi.Review](h)(h.client.Review(h.nobody(), secret))
		must[reviewapi.Review](h)(h.client.AtDesk(h.as(hanna), acme, waiting.ID))
		if got := h.desk(hanna, acme, reviewapi.DeskWaiting); len(got.Items) != 2 {
			t.Fatalf("%+v", got)
		}
		must[int](h)(h.svc.Expire(t.Context(), h.clock.Now())) // the approval lapsed weeks ago
		due := must[time.Time](h)(nextDue(h))
		if !due.Equal(end) {
			t.Fatalf("the clock walks to %s, want %s", due, end)
		}

		// No timer runs in this test until below: each reading carries it out by itself.
		h.clock.Set(end)
		_, err = h.client.Review(h.nobody(), secret)
		h.wants(err, problem.ErrNotFound, "the session at 17:00")
		h.clock.Set(end.Add(time.Minute))
		_, err = h.client.Review(h.nobody(), secret)
		h.wants(err, problem.ErrNotFound, "the session at 17:01")
		_, err = h.decide(secret, says(reviewapi.Approve))
		h.wants(err, problem.ErrNotFound, "a decision at 17:01")
		if info := must[reviewapi.LinkInfo](h)(h.client.PeekLink(h.nobody(), token(link))); info.State != reviewapi.LinkEnded || info.Author != "" {
			t.Fatalf("%+v", info)
		}
		_, err = h.client.Enter(h.nobody(), reviewapi.Enter{Token: token(link)})
		h.wants(err, reviewapi.ErrReviewLinkEnded, "the link at 17:01")
		h.wants(h.client.AskLink(h.nobody(), reviewapi.AskLink{Token: token(link), Mailbox: colleague}), reviewapi.ErrReviewLinkEnded, "a colleague asks at 17:01")
		_, err = h.client.AtDesk(h.as(hanna), acme, waiting.ID)
		h.wants(err, problem.ErrNotFound, "the desk at 17:01")
		if got := h.desk(hanna, acme, reviewapi.DeskWaiting); len(got.Items) != 0 {
			t.Fatalf("%+v", got)
		}
		for _, sub := range []reviewapi.Submission{waiting, other} {
			if got := h.submission(sub.ID); got.State != reviewapi.StateWithdrawn || got.Reason != byLeaving {
				t.Fatalf("%+v", got)
			}
		}
		if n, err := h.svc.LeaveDue(t.Context()); err != nil || n != 0 {
			t.Fatalf("the timer finds %d more, %v", n, err)
		}
		// The author loses nothing, and the other employer notices nothing.
		if got := h.submission(elsewhere.ID); got.State != reviewapi.StateInStage {
			t.Fatalf("%+v", got)
		}
		if got := h.submission(past.ID); got.State != reviewapi.StateLapsed && got.State != reviewapi.StateApproved {
			t.Fatalf("%+v", got)
		}
		if file := must[reviewapi.Receipt](h)(h.client.Receipt(h.as(ana), past.ID, decided.Decisions[0].ID)); len(file.File()) == 0 {
			t.Fatal("the receipt is gone")
		}
		// Nothing new goes there, until she says that she is back.
		again := must[reviewapi.Submission](h)(h.begin(h.post("Out of habit."), hr))
		_, err = h.client.Send(h.as(ana), again.ID, 0, reviewapi.SendSubmission{})
		h.wants(err, reviewapi.ErrEmploymentEnded, "sent to the former employer")
		_, err = h.client.Stay(h.as(ana), e.ID)
		h.wants(err, reviewapi.ErrEmploymentEnded, "the end taken back too late")
		must[reviewapi.Employment](h)(h.client.Return(h.as(ana), e.ID))
		_, err = h.client.Return(h.as(ana), e.ID)
		h.wants(err, reviewapi.ErrEmploymentCurrent, "back twice")
		must[reviewapi.Submission](h)(h.client.Send(h.as(ana), again.ID, 0, reviewapi.SendSubmission{}))
		if got := h.submission(waiting.ID); got.State != reviewapi.StateWithdrawn {
			t.Fatalf("what was withdrawn came back: %+v", got)
		}
	})
}

func nextDue(h *house) (time.Time, error) {
	due, err := h.svc.NextDue(h.t.Context())
	return due.At, err
}

// CC-16: fired while it is open: she says so, and at that moment it is withdrawn; her record and receipts stay hers.
func TestCaseCC16(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		past := h.asked(h.post("Before."))
		decided := must[reviewapi.Review](h)(h.decide(h.opened(past), says(reviewapi.NoObjection)))
		open := h.asked(h.post("Open."))
		secret := h.opened(open)
		e := h.atWork(ana)
		_, err := h.client.Leave(h.as(ben), e.ID, 0, reviewapi.Leave{})
		h.wants(err, problem.ErrNotFound, "somebody else ends it")
		_, err = h.client.Leave(h.as(ana), e.ID, e.Version+1, reviewapi.Leave{})
		h.wants(err, problem.ErrStale, "another version")
		must[reviewapi.Employment](h)(h.client.Leave(h.as(ana), e.ID, e.Version, reviewapi.Leave{}))
		_, err = h.client.Review(h.nobody(), secret)
		h.wants(err, problem.ErrNotFound, "the reviewer")
		if got := h.submission(open.ID); got.State != reviewapi.StateWithdrawn || got.Reason != byLeaving {
			t.Fatalf("%+v", got)
		}
		must[reviewapi.Receipt](h)(h.client.Receipt(h.as(ana), past.ID, decided.Decisions[0].ID))
		if list := must[reviewapi.SubmissionPage](h)(h.client.Submissions(h.as(ana), "", "")); len(list.Items) != 2 {
			t.Fatalf("%+v", list)
		}
		_, err = h.client.Leave(h.as(ana), e.ID, 0, reviewapi.Leave{})
		h.wants(err, reviewapi.ErrEmploymentEnded, "left twice")
	})
}

func TestAnEndIsReadAsTheClocksOfItsZoneShowIt(t *testing.T) {
	t.Parallel()
	for in, want := range map[[2]string]string{
		{"2027-06-30T17:00", "Europe/Brussels"}:     "2027-06-30T15:00:00Z",
		{"2027-06-30 17:00", "Asia/Kolkata"}:        "2027-06-30T11:30:00Z",
		{"2026-11-01T01:30", "America/New_York"}:    "2026-11-01T05:30:00Z", // shown twice: the first
		{"2027-03-28T02:30", "Europe/Brussels"}:     "",                     // skipped
		{"2027-04-04T01:45", "Australia/Lord_Howe"}: "2027-04-03T14:45:00Z", // shown twice, half an hour apart
		{"2027-06-30", "Europe/Brussels"}:           "",
		{"2027-06-30T17:00", "Local"}:               "",
		{"2027-06-30T17:00", ""}:                    "",
		{"2027-06-30T17:00", "Mars/Olympus"}:        "",
	} {
		got, err := readMoment(in[0], in[1])
		if said := got.Format(time.RFC3339); (err == nil) != (want != "") || err == nil && said != want {
			t.Errorf("%v: %s %v, want %s", in, said, err, want)
		}
	}
}

func TestAMailboxAtWorkProvesAndOpensNothing(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.asked(h.post("One."))
		e := h.atWork(ana)
		if e.Proved != nil || e.Domain != "acme.example" {
			t.Fatalf("%+v", e)
		}
		for mailbox, want := range map[string]*problem.Error{"ana@globex.example": reviewapi.ErrMailboxElsewhere, "Ana+1@personal.example": reviewapi.ErrMailboxOwn, "x": problem.ErrInvalid} {
			h.wants(h.client.ProveEmployment(h.as(ana), e.ID, reviewapi.ProveEmployment{Mailbox: mailbox}), want, mailbox)
		}
		h.wants(h.client.ProveEmployment(h.as(ben), e.ID, reviewapi.ProveEmployment{Mailbox: "ben@acme.example"}), problem.ErrNotFound, "somebody else's")
		_, err := h.client.ConfirmEmployment(h.as(ana), e.ID, reviewapi.WorkCode{Code: "000000"})
		h.wants(err, reviewapi.ErrReviewCodeWrong, "without a code")
		proving := func() reviewapi.CodeMail {
			if err := h.client.ProveEmployment(h.as(ana), e.ID, reviewapi.ProveEmployment{Mailbox: "ana@acme.example"}); err != nil {
				t.Fatal(err)
			}
			return h.code()
		}
		m := proving()
		if m.Mailbox != "ana@acme.example" || len(m.Code) != 6 || m.Locale != "" && m.Locale != "fr" || m.Employer != "Acme Chairs" {
			t.Fatalf("%+v", m)
		}
		wrong := "123456"
		if m.Code == wrong {
			wrong = "654321"
		}
		for range codeTries {
			_, err := h.client.ConfirmEmployment(h.as(ana), e.ID, reviewapi.WorkCode{Code: wrong})
			h.wants(err, reviewapi.ErrReviewCodeWrong, "a guess")
		}
		_, err = h.client.ConfirmEmployment(h.as(ana), e.ID, reviewapi.WorkCode{Code: m.Code})
		h.wants(err, reviewapi.ErrReviewCodeWrong, "the right one after five guesses")
		old := proving()
		m = proving()
		if old.Code != m.Code {
			_, err = h.client.ConfirmEmployment(h.as(ana), e.ID, reviewapi.WorkCode{Code: old.Code})
			h.wants(err, reviewapi.ErrReviewCodeWrong, "an older one")
		}
		h.clock.Advance(workCodeLife)
		_, err = h.client.ConfirmEmployment(h.as(ana), e.ID, reviewapi.WorkCode{Code: m.Code})
		h.wants(err, reviewapi.ErrReviewCodeWrong, "half an hour later")
		m = proving()
		got := must[reviewapi.Employment](h)(h.client.ConfirmEmployment(h.as(ana), e.ID, reviewapi.WorkCode{Code: m.Code[:3] + " " + m.Code[3:]}))
		if got.Proved == nil || got.Mailbox != "ana@acme.example" {
			t.Fatalf("%+v", got)
		}
		_, err = h.client.ConfirmEmployment(h.as(ana), e.ID, reviewapi.WorkCode{Code: m.Code})
		h.wants(err, reviewapi.ErrReviewCodeWrong, "a second time")
		proving()
		proving()
		h.wants(h.client.ProveEmployment(h.as(ana), e.ID, reviewapi.ProveEmployment{Mailbox: "ana@acme.example"}), reviewapi.ErrReviewTooMany, "a seventh code")
		if domains := must[[]string](h)(h.from("accounts").WorkDomains(h.nobody(), ana)); len(domains) != 1 || domains[0] != "acme.example" {
			t.Fatalf("%v", domains)
		}

		// An account with an address at the employer has to get another one before it submits there.
		h.people.set(accountsapi.Person{ID: ana, Email: "ana.ruiz@mail.acme.example"})
		_, err = h.begin(h.post("Two."), hr)
		h.wants(err, reviewapi.ErrSignInAtWork, "signed in by a work mailbox")
	})
}
