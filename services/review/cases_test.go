package review

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// The acceptance cases of the domain for a first sign-off, against a real content.

// A37: the author opens their own submission as its reviewer.
func TestCaseA37(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		sub := h.asked(h.post("Mine."))
		mail := h.mails(sub.ID)[0]
		_, err := h.client.Enter(h.as(ana), reviewapi.Enter{Token: token(mail)})
		if p := h.wants(err, reviewapi.ErrSelfReview, "the author presses"); p.Status() != 403 {
			t.Errorf("status %d", p.Status())
		}
		_, err = h.client.Enter(h.as(ana), reviewapi.Enter{Mailbox: hr, Code: mail.Code})
		h.wants(err, reviewapi.ErrSelfReview, "the author types the code")
		h.wants(h.client.AskLink(h.as(ana), reviewapi.AskLink{Token: token(mail), Mailbox: colleague}), reviewapi.ErrSelfReview, "the author asks for a link")
		// Their own mailbox is no reviewer's, and nobody learns that it is theirs.
		h.people.set(accountsapi.Person{ID: ana, Email: "ana@acme.example"})
		h.wants(h.client.AskLink(h.nobody(), reviewapi.AskLink{Token: token(mail), Mailbox: "ana+2@acme.example"}), problem.ErrNotFound, "their own mailbox")
		secret := h.opened(sub)
		_, err = h.client.Decide(h.as(ana), secret, "", 0, says(reviewapi.Approve))
		h.wants(err, reviewapi.ErrSelfReview, "the author decides in a session of another")
		if got := h.submission(sub.ID); got.State != reviewapi.StateInStage {
			t.Errorf("%+v", got)
		}
	})
}

// A38 and CC-3: two reviewers decide at the same version: one 200, one 409 with the state; exactly one decision.
func TestCaseA38(t *testing.T) { decideAtOnce(t, 1) }

// CC-3, 200 rounds: of two decisions at the same instant one counts.
func TestCaseCC3(t *testing.T) { decideAtOnce(t, 100) }

func decideAtOnce(t *testing.T, rounds int) {
	bothWays(t, func(t *testing.T, h *house) {
		sub := h.asked(h.post("One of two."))
		first := h.opened(sub)
		mail := h.mails(sub.ID)
		if len(mail) != 0 {
			t.Fatalf("a used link is mailed: %+v", mail)
		}
		second := h.joined(sub)
		for round := range rounds {
			if round > 0 {
				h.rewind(sub.ID)
			}
			version := h.submission(sub.ID).Version
			errs := make([]error, 2)
			var at sync.WaitGroup
			for i, secret := range []string{first, second} {
				in := says(reviewapi.Approve)
				if i == 1 {
					in = says(reviewapi.Reject)
					in.Reason = "Not this."
				}
				at.Go(func() { _, errs[i] = h.client.Decide(h.nobody(), secret, "", version, in) })
			}
			at.Wait()
			winner, loser := errs[0], errs[1]
			if winner != nil {
				winner, loser = loser, winner
			}
			if winner != nil {
				t.Fatalf("round %d: nobody decided: %v, %v", round, errs[0], errs[1])
			}
			got := h.submission(sub.ID)
			p := h.wants(loser, reviewapi.ErrSubmissionDecided, "the second")
			if p.Status() != 409 || p.State != got.State {
				t.Fatalf("round %d: %+v, state %s", round, p, got.State)
			}
			if len(got.Decisions) != round+1 {
				t.Fatalf("round %d: %d decisions", round, len(got.Decisions))
			}
		}
	})
}

// rewind puts a decided submission back into its stage, for the next round of a race.
func (h *house) rewind(submissionID string) {
	h.t.Helper()
	if _, err := h.pool.Exec(h.t.Context(), `update review.submission set state = 'in_stage', due_at = now(), decision_id = null, decided_at = null,
		cleared_digest = null, open_until = null, version = version + 1 where id = $1`, submissionID); err != nil {
		h.t.Fatal(err)
	}
}

// joined is the secret of a colleague who asked for a link of their own from one that is known to the test.
func (h *house) joined(sub reviewapi.Submission) string {
	h.t.Helper()
	var linkID string
	if err := h.pool.QueryRow(h.t.Context(), `select id from review.link where submission_id = $1 order by id limit 1`, sub.ID).Scan(&linkID); err != nil {
		h.t.Fatal(err)
	}
	if err := h.client.AskLink(h.nobody(), reviewapi.AskLink{Token: h.svc.Keys.Token(linkID), Mailbox: colleague}); err != nil {
		h.t.Fatal(err)
	}
	return h.opened(sub)
}

// A49 and CC-7: two employers. A approves, B rejects; the author sees both, and neither sees a trace of the other.
func TestCaseA49(t *testing.T) { twoEmployers(t) }

// CC-7: publishing waits for every employer that the author chose.
func TestCaseCC7(t *testing.T) { twoEmployers(t) }

func twoEmployers(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Two jobs.")
		a := h.asked(d)
		b := must[reviewapi.Submission](h)(h.begin(d, "ops@globex.example"))
		b = must[reviewapi.Submission](h)(h.client.Send(h.as(ana), b.ID, 0, reviewapi.SendSubmission{}))
		atA, atB := h.opened(a), h.opened(b)
		must[reviewapi.Review](h)(h.decide(atA, says(reviewapi.Approve)))
		h.wants(h.publish(d.ID), contentapi.ErrGateWaiting, "one of two")
		no := says(reviewapi.Reject)
		no.Reason = "We are about to announce this."
		must[reviewapi.Review](h)(h.decide(atB, no))
		for secret, other := range map[string]string{atA: b.ID, atB: a.ID} {
			r := must[reviewapi.Review](h)(h.client.Review(h.nobody(), secret))
			if r.ID == other || len(r.Decisions) != 1 {
				t.Errorf("%+v", r)
			}
		}
		list := must[reviewapi.SubmissionPage](h)(h.client.Submissions(h.as(ana), d.ID, ""))
		if len(list.Items) != 2 || list.Items[0].State != reviewapi.StateRejected || list.Items[1].State != reviewapi.StateApproved {
			t.Errorf("%+v", list.Items)
		}
		h.wants(h.publish(d.ID), contentapi.ErrGateWaiting, "the other one said no")
	})
}

// A57: their own mailbox, a public mail domain, and examp1e.com beside example.com, which is known: refused with the reason, and no
// mail goes out.
func TestCaseA57(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("To whom?")
		known := must[reviewapi.Submission](h)(h.begin(h.post("First."), "hr@mail.example.com"))
		known = must[reviewapi.Submission](h)(h.client.Send(h.as(ana), known.ID, 0, reviewapi.SendSubmission{}))
		_ = h.opened(known)
		for mailbox, want := range map[string]*problem.Error{
			"Ana+HR@Personal.example": reviewapi.ErrMailboxOwn, // the sign-in address, with a tag
			"tess@acme.example":       reviewapi.ErrMailboxOwn, // acts for her
			"ana.hr@gmail.com":        reviewapi.ErrMailboxPublic,
			"x@mail.yandex.ru":        reviewapi.ErrMailboxPublic, // below a listed one
			"hr@examp1e.com":          reviewapi.ErrMailboxLookalike,
			"hr@exаmple.com":          reviewapi.ErrMailboxLookalike, // a Cyrillic а
			"hr@examplle.com":         reviewapi.ErrMailboxLookalike,
			"hr@exmaple.com":          reviewapi.ErrMailboxLookalike,
			"hr@example.co":           reviewapi.ErrMailboxLookalike, // the same name under another ending
			"hr@":                     problem.ErrInvalid,
			"hr@co.uk":                problem.ErrInvalid, // nobody's
		} {
			_, err := h.begin(d, mailbox)
			p := h.wants(err, want, mailbox)
			if p.Status() != 422 || len(p.Fields) != 1 || p.Fields[0].Pointer != "/mailbox" {
				t.Errorf("%s: %+v", mailbox, p)
			}
		}
		if n := h.count(`select count(*) from review.link`); n != 1 {
			t.Errorf("%d links", n)
		}
		// The employer itself, and one of another name, are no lookalikes.
		for _, mailbox := range []string{"legal@example.com", "hr@sample-works.example"} {
			must[reviewapi.Submission](h)(h.begin(d, mailbox))
		}
	})
}

// A59: the link is passed on: a colleague at the same domain asks for their own, and the author sees who joined; an outsider gets 404.
func TestCaseA59(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		sub := h.asked(h.post("Passed on."))
		first := h.mails(sub.ID)[0]
		_ = h.opened(sub)
		// Whoever it is passed on to can't use it.
		_, err := h.client.Enter(h.nobody(), reviewapi.Enter{Token: token(first)})
		h.wants(err, reviewapi.ErrReviewLinkUsed, "the link of another")
		for _, outsider := range []string{"press@globex.example", "hr@acme.example.evil.example", "hr@gmail.com"} {
			err := h.client.AskLink(h.nobody(), reviewapi.AskLink{Token: token(first), Mailbox: outsider})
			if p := h.wants(err, problem.ErrNotFound, outsider); p.Status() != 404 {
				t.Errorf("%+v", p)
			}
		}
		if err := h.client.AskLink(h.nobody(), reviewapi.AskLink{Token: token(first), Mailbox: "Legal@mail.acme.example"}); err != nil {
			t.Fatal(err)
		}
		mails := h.mails(sub.ID)
		if len(mails) != 1 || mails[0].Mailbox != "legal@mail.acme.example" || !mails[0].Own || mails[0].Path == first.Path {
			t.Fatalf("%+v", mails)
		}
		got := h.submission(sub.ID)
		if len(got.Readers) != 2 || got.Readers[1].Opened != nil || !got.Readers[1].Forwarded {
			t.Errorf("before: %+v", got.Readers)
		}
		secret := h.opened(sub)
		got = h.submission(sub.ID)
		if r := got.Readers[1]; r.Mailbox != "legal@mail.acme.example" || r.Opened == nil || got.Readers[0].Forwarded {
			t.Errorf("after: %+v", got.Readers)
		}
		if r := must[reviewapi.Review](h)(h.decide(secret, says(reviewapi.NoObjection))); r.State != reviewapi.StateNoObjection {
			t.Errorf("%+v", r)
		}
		// It does not go on for ever.
		var stop error
		for range linksPerDay {
			if stop = h.client.AskLink(h.nobody(), reviewapi.AskLink{Token: token(first), Mailbox: colleague}); stop != nil {
				break
			}
		}
		h.wants(stop, reviewapi.ErrReviewTooMany, "one mail after the other")
	})
}

// A62: approved from the second 01:30 of 1 November 2026 in New York, 06:30Z: refused at 05:30Z, the first 01:30, and allowed at 06:30Z.
func TestCaseA62(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.clock.Set(time.Date(2026, 10, 26, 12, 0, 0, 0, time.UTC))
		d := h.post("Embargo.")
		in := says(reviewapi.Approve)
		from := time.Date(2026, 11, 1, 1, 30, 0, 0, time.FixedZone("EST", -5*60*60))
		in.From = &from
		r := must[reviewapi.Review](h)(h.decide(h.opened(h.asked(d)), in))
		if r.ValidFrom == nil || !r.ValidFrom.Equal(time.Date(2026, 11, 1, 6, 30, 0, 0, time.UTC)) {
			t.Fatalf("%+v", r)
		}
		h.clock.Set(from.Add(-time.Hour).UTC())
		if p := h.wants(h.publish(d.ID), contentapi.ErrApprovalEarly, "the first 01:30"); p.State != "2026-11-01T06:30:00Z" {
			t.Errorf("state %q", p.State)
		}
		h.clock.Set(from.UTC())
		if err := h.publish(d.ID); err != nil {
			t.Error(err)
		}
	})
}

// A63: "not ours" opens no gate; the author publishes once they took it back, and the record says asked and answered.
func TestCaseA63(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("My weekend.")
		sub := h.asked(d)
		must[reviewapi.Review](h)(h.decide(h.opened(sub), says(reviewapi.NotOurs)))
		h.wants(h.publish(d.ID), contentapi.ErrGateWaiting, "not ours opens nothing")
		d = must[contentapi.Document](h)(h.content.Document(h.as(ana), d.ID))
		must[contentapi.Document](h)(h.content.TakeBack(h.as(ana), d.ID, d.Gates[0].ID))
		if err := h.publish(d.ID); err != nil {
			t.Fatal(err)
		}
		h.hearContent()
		got := h.submission(sub.ID)
		if got.State != reviewapi.StateNotOurs || len(got.Decisions) != 1 || got.Decisions[0].Kind != reviewapi.NotOurs || got.TakenBack == nil ||
			got.PublishedOther == nil || got.Published != nil || got.Gate != "" {
			t.Errorf("%+v", got)
		}
		if d = must[contentapi.Document](h)(h.content.Document(h.as(ana), d.ID)); len(d.Publications[0].WithoutClearance) != 1 {
			t.Errorf("%+v", d.Publications)
		}
		// Where a contract binds the gate it can't be taken back.
		bound := h.post("Bound.")
		sub = h.asked(bound)
		must[contentapi.Gate](h)(h.docs.AddGate(h.nobody(), bound.ID, contentapi.AddGate{Party: party(sub.EmployerID), Binding: true}))
		must[reviewapi.Review](h)(h.decide(h.opened(sub), says(reviewapi.NotOurs)))
		bound = must[contentapi.Document](h)(h.content.Document(h.as(ana), bound.ID))
		_, err := h.content.TakeBack(h.as(ana), bound.ID, bound.Gates[0].ID)
		h.wants(err, contentapi.ErrGateBinding, "bound")
	})
}

// A65, 200 rounds over both ways: revoke and publish at the same instant. Either closed and not published, or published at T on the
// revocation; never both, never neither.
func TestCaseA65(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		seen := map[string]int{}
		for range 100 {
			h.clock.Advance(25 * time.Hour) // the bounds of mails count by day
			d := h.post("Now or never.")
			sub := h.asked(d)
			secret := h.opened(sub)
			must[reviewapi.Review](h)(h.decide(secret, says(reviewapi.Approve)))
			var published, revoked error
			var at sync.WaitGroup
			at.Go(func() {
				_, published = h.content.Publish(h.as(ana), "", d.ID, contentapi.Publish{Digest: d.Current.Digest})
			})
			at.Go(func() { _, revoked = h.client.Revoke(h.nobody(), secret, 0, revokes()) })
			at.Wait()
			if revoked != nil {
				t.Fatal(revoked)
			}
			got := h.submission(sub.ID)
			last := got.Decisions[len(got.Decisions)-1]
			if got.State != reviewapi.StateRevoked || last.Kind != reviewapi.Revoke || last.Name == "" || last.Reason == "" {
				t.Fatalf("%+v", got)
			}
			switch {
			case published == nil && last.Outcome == reviewapi.OutcomePublished && last.Published != nil:
			case published != nil && last.Outcome == reviewapi.OutcomeClosed && last.Published == nil:
				h.wants(published, contentapi.ErrGateClosed, "closed first")
			default:
				t.Fatalf("published: %v, revocation: %+v", published, last)
			}
			seen[last.Outcome]++
			h.wants(h.publish(d.ID), afterwardsOf(published), "once more")
		}
		t.Logf("%v", seen)
	})
}

// afterwardsOf is what a second publication hears.
func afterwardsOf(first error) *problem.Error {
	if first == nil {
		return contentapi.ErrAlreadyPublished
	}
	return contentapi.ErrGateClosed
}

// A55: withdrawn before the first view: its reviewer finds nothing.
func TestCaseA55(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		sub := h.asked(h.post("Never mind."))
		mail := h.mails(sub.ID)[0]
		sub = must[reviewapi.Submission](h)(h.client.Withdraw(h.as(ana), sub.ID, sub.Version))
		if sub.State != reviewapi.StateWithdrawn || sub.Reason != "withdrawn" || sub.Due != nil {
			t.Errorf("%+v", sub)
		}
		_, err := h.client.Enter(h.nobody(), reviewapi.Enter{Token: token(mail)})
		h.wants(err, reviewapi.ErrReviewLinkEnded, "pressed too late")
		info := must[reviewapi.LinkInfo](h)(h.client.PeekLink(h.nobody(), token(mail)))
		if info.State != reviewapi.LinkEnded || info.Author != "" || info.Employer != "" {
			t.Errorf("%+v", info)
		}
		if len(h.mails(sub.ID)) != 0 {
			t.Error("a mail that nobody needs any more")
		}
	})
}

// CC-1: one character later the approval is stale; the very words restore it.
func TestCaseCC1(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Write less say more.")
		sub := h.asked(d)
		must[reviewapi.Review](h)(h.decide(h.opened(sub), says(reviewapi.Approve)))
		edited := h.edit(d, "Write less, say more.")
		h.hearContent()
		if edited.Gates[0].Fault != contentapi.ErrApprovalStale.Code {
			t.Errorf("%+v", edited.Gates)
		}
		h.wants(h.publish(d.ID), contentapi.ErrApprovalStale, "one comma later")
		if got := h.submission(sub.ID); got.State != reviewapi.StateApproved || got.ClearedDigest != d.Current.Digest {
			t.Errorf("%+v", got)
		}
		h.edit(d, "Write less say more.")
		if err := h.publish(d.ID); err != nil {
			t.Fatal(err)
		}
		h.hearContent()
		if got := h.submission(sub.ID); got.Published == nil || got.Due != nil {
			t.Errorf("%+v", got)
		}
	})
}

// CC-2: nobody at the employer answers: after ten business days there is no decision, and never an approval.
func TestCaseCC2(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Silence.")
		sub := h.asked(d)
		// Ten business days from Monday, 1 March 2027, in Paris: Monday, 15 March.
		if due := time.Date(2027, 3, 15, 12, 0, 0, 0, time.UTC); sub.Due == nil || !sub.Due.Equal(due) {
			t.Fatalf("due %v", sub.Due)
		}
		secret := h.opened(sub)
		h.clock.Set(sub.Due.Add(-time.Second))
		h.expires(0)
		h.clock.Set(*sub.Due)
		h.expires(1)
		got := h.submission(sub.ID)
		if got.State != reviewapi.StateNoDecision || got.Due != nil {
			t.Errorf("%+v", got)
		}
		_, err := h.decide(secret, says(reviewapi.Approve))
		h.wants(err, problem.ErrNotFound, "too late")
		h.wants(h.publish(d.ID), contentapi.ErrGateWaiting, "silence opens nothing")
		if n := h.count(`select count(*) from review.gate_move`); n != 0 {
			t.Errorf("%d moves", n)
		}
	})
}

// expires carries out what is due, and wants so many submissions moved.
func (h *house) expires(want int) {
	h.t.Helper()
	moved := 0
	for {
		n, err := h.svc.Expire(h.t.Context(), h.clock.Now())
		if err != nil {
			h.t.Fatal(err)
		}
		if n == 0 {
			break
		}
		moved += n
	}
	if moved != want {
		h.t.Errorf("%d moved, want %d", moved, want)
	}
}

// A56, the part without a page: reading a link consumes nothing, and one press with name and role decides.
func TestCaseA56(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		sub := h.asked(h.post("The words."))
		mail := h.mails(sub.ID)[0]
		if mail.Author != "Ana Ruiz" || mail.Employer != "Acme Chairs" || mail.Locale != "en" || mail.Due == nil || mail.Own {
			t.Errorf("%+v", mail)
		}
		for range 3 {
			info := must[reviewapi.LinkInfo](h)(h.client.PeekLink(h.nobody(), token(mail)))
			if info.State != reviewapi.LinkOpen || info.Author != "Ana Ruiz" || info.Employer != "Acme Chairs" {
				t.Errorf("%+v", info)
			}
		}
		_, err := h.client.PeekLink(h.nobody(), token(mail)[:len(token(mail))-2]+"AA")
		h.wants(err, problem.ErrNotFound, "a forged link")
		entered := must[reviewapi.Entered](h)(h.client.Enter(h.nobody(), reviewapi.Enter{Token: token(mail)}))
		r := must[reviewapi.Review](h)(h.client.Review(h.nobody(), entered.Secret))
		preview := must[reviewapi.Sheet](h)(h.client.Preview(h.as(ana), sub.ID))
		if r.Sheet.Text != "The words." || r.Sheet.Digest != preview.Digest || r.Sheet.Text != preview.Text || r.Mailbox != hr || r.Policy.Text != "No names of customers." {
			t.Errorf("%+v", r)
		}
		r = must[reviewapi.Review](h)(h.client.Decide(h.nobody(), entered.Secret, "key", r.Version, says(reviewapi.Approve)))
		again := must[reviewapi.Review](h)(h.client.Decide(h.nobody(), entered.Secret, "key", 0, says(reviewapi.Approve)))
		if r.State != reviewapi.StateApproved || len(again.Decisions) != 1 || again.Decisions[0].ID != r.Decisions[0].ID {
			t.Errorf("%+v, again %+v", r, again)
		}
		d := r.Decisions[0]
		if d.Name != "Hanna Roth" || d.Role != "HR lead" || d.Assurance != reviewapi.AssuranceMailbox || d.Digest != sub.Digest || d.PolicyDigest != sub.Policy.Digest || d.PolicySource != reviewapi.PolicyAuthor {
			t.Errorf("%+v", d)
		}
		if n := h.count(`select count(*) from review.decision_words where parts like '{"%'`); n != 1 {
			t.Error("the parts of the digest are not kept")
		}
		// Review stores no word of the post.
		for _, table := range []string{"submission", "decision", "decision_words", "outbox", "audit", "idempotency"} {
			if n := h.count(`select count(*) from review.` + table + ` x where x::text like '%The words.%'`); n != 0 {
				t.Errorf("%s holds the text", table)
			}
		}
		if strings.Contains(strings.Join([]string{mail.Author, mail.Employer, mail.Path, mail.Code}, " "), "The words.") {
			t.Error("the mail has a word of the post")
		}
	})
}
