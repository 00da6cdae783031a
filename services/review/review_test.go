package review

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// The reviewer agrees to exact words: the author takes them with one press, and needs no second round.
func TestExactWordsAreAgreedToBeforehand(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("We sold 400 chairs in May.\n\nWrite less.")
		sub := h.asked(d)
		secret := h.opened(sub)
		in := says(reviewapi.Suggest)
		in.Part, in.Replacement = "text", d.Current.Text
		_, err := h.decide(secret, in)
		h.wants(err, reviewapi.ErrSuggestionSame, "nothing changed")
		in.Replacement, in.Reason = "We sold many chairs in May.\n\nWrite less.", "The figure is not public."
		r := must[reviewapi.Review](h)(h.decide(secret, in))
		cleared := r.Decisions[0].ClearedDigest
		if r.State != reviewapi.StateChangesRequested || cleared == "" || cleared == d.Current.Digest || r.ValidUntil == nil {
			t.Fatalf("%+v", r)
		}
		h.wants(h.publish(d.ID), contentapi.ErrApprovalStale, "the words as they were")
		comments := must[contentapi.CommentPage](h)(h.content.Comments(h.as(ana), d.ID, "", ""))
		if len(comments.Items) != 1 || comments.Items[0].Quote != "400" || deref(comments.Items[0].Replacement) != "many" || comments.Items[0].ResultDigest != cleared {
			t.Fatalf("%+v", comments.Items)
		}
		_, err = h.client.Withdraw(h.as(ana), sub.ID, 0)
		h.wants(err, reviewapi.ErrSubmissionState, "what was agreed to is not withdrawn")
		must[contentapi.Document](h)(h.content.Accept(h.as(ana), d.ID, comments.Items[0].ID))
		h.hearContent()
		got := h.submission(sub.ID)
		if got.State != reviewapi.StateApproved || got.ClearedDigest != cleared || got.Due == nil {
			t.Errorf("%+v", got)
		}
		if err := h.publish(d.ID); err != nil {
			t.Fatal(err)
		}
		h.hearContent()
		if got := h.submission(sub.ID); got.Published == nil || got.PublishedOther != nil {
			t.Errorf("%+v", got)
		}
	})
}

// A process that dies between a commit and content's answer leaves nothing undone: whoever looks next goes on.
func TestWhatWasCommittedReachesContent(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Slowly.")
		sub := must[reviewapi.Submission](h)(h.begin(d, hr))
		h.docs.setDown(true)
		sub = must[reviewapi.Submission](h)(h.client.Send(h.as(ana), sub.ID, sub.Version, reviewapi.SendSubmission{}))
		if sub.State != reviewapi.StateSubmitted || len(h.mails(sub.ID)) != 0 {
			t.Fatalf("%+v", sub)
		}
		h.errands(false)
		h.clock.Advance(lease)
		h.docs.setDown(false)
		h.errands(true)
		if sub = h.submission(sub.ID); sub.State != reviewapi.StateInStage || len(h.mails(sub.ID)) != 1 {
			t.Fatalf("%+v", sub)
		}
		secret := h.opened(sub)
		h.docs.setDown(true)
		if r := must[reviewapi.Review](h)(h.decide(secret, says(reviewapi.Approve))); r.State != reviewapi.StateApproved {
			t.Fatalf("%+v", r)
		}
		if got := h.submission(sub.ID); got.Gate != "pending" {
			t.Errorf("gate %q", got.Gate)
		}
		if quiet, err := h.svc.quiet(h.svc.deadlines(nil))(t.Context()); quiet || err != nil {
			t.Errorf("quiet %v, %v", quiet, err)
		}
		h.wants(h.publish(d.ID), contentapi.ErrGateWaiting, "content has not heard")
		// Taken away again before content heard of it: both reach it, in their order.
		r := must[reviewapi.Review](h)(h.client.Revoke(h.nobody(), secret, 0, revokes()))
		if last := r.Decisions[1]; last.Outcome != reviewapi.OutcomeClosing {
			t.Errorf("%+v", last)
		}
		h.docs.setDown(false)
		for range 3 {
			h.clock.Advance(time.Hour)
			h.errands(true)
		}
		h.wants(h.publish(d.ID), contentapi.ErrGateClosed, "closed at last")
		if got := h.submission(sub.ID); got.Decisions[1].Outcome != reviewapi.OutcomeClosed || got.Gate != "open" && got.Gate != "" {
			t.Errorf("%+v", got)
		}
		if quiet, err := h.svc.quiet(h.svc.deadlines(nil))(t.Context()); !quiet || err != nil {
			t.Errorf("quiet %v, %v", quiet, err)
		}
	})
}

// errands brings on what waits; well says whether that has to work.
func (h *house) errands(well bool) {
	h.t.Helper()
	for {
		n, err := h.svc.RunErrand(h.t.Context())
		if err != nil && well {
			h.t.Fatal(err)
		}
		if n == 0 || err != nil {
			return
		}
	}
}

func TestARevocationLeavesOtherAgreementsAlone(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("First words.")
		first := h.asked(d)
		atFirst := h.opened(first)
		must[reviewapi.Review](h)(h.decide(atFirst, says(reviewapi.Approve)))
		h.edit(d, "Second words.")
		second := h.asked(d)
		must[reviewapi.Review](h)(h.decide(h.opened(second), says(reviewapi.Approve)))
		must[reviewapi.Review](h)(h.client.Revoke(h.nobody(), atFirst, 0, revokes()))
		h.errands(true)
		if err := h.publish(d.ID); err != nil {
			t.Errorf("the second agreement: %v", err)
		}
		_, err := h.client.Revoke(h.nobody(), atFirst, 0, revokes())
		h.wants(err, reviewapi.ErrSubmissionState, "twice")
	})
}

func TestAnApprovalEndsAndLapses(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("For a while.")
		sub := h.asked(d)
		secret := h.opened(sub)
		past, far, until := noon.Add(-time.Hour), noon.Add(longest+time.Second), noon.Add(48*time.Hour)
		for what, set := range map[string]func(*reviewapi.Decide){
			"/until past":          func(in *reviewapi.Decide) { in.Until = &past },
			"/until too_late":      func(in *reviewapi.Decide) { in.Until = &far },
			"/from too_late":       func(in *reviewapi.Decide) { in.From = &far },
			"/until order":         func(in *reviewapi.Decide) { in.From, in.Until = &until, &until },
			"/name required":       func(in *reviewapi.Decide) { in.Name = " \t" },
			"/role zero":           func(in *reviewapi.Decide) { in.Role = "HR\x00" },
			"/may_decide required": func(in *reviewapi.Decide) { in.MayDecide = false },
			"/kind oneof":          func(in *reviewapi.Decide) { in.Kind = "maybe" },
			"/reason required":     func(in *reviewapi.Decide) { in.Kind = reviewapi.Reject },
			"/part required":       func(in *reviewapi.Decide) { in.Kind = reviewapi.Suggest },
			"/part not_allowed":    func(in *reviewapi.Decide) { in.Part = "text" },
			"/from not_allowed":    func(in *reviewapi.Decide) { in.Kind, in.From = reviewapi.NotOurs, &until },
		} {
			in := says(reviewapi.Approve)
			set(&in)
			_, err := h.decide(secret, in)
			p := h.wants(err, problem.ErrInvalid, what)
			pointer, code, _ := strings.Cut(what, " ")
			if !slices.ContainsFunc(p.Fields, func(f problem.Field) bool { return f.Pointer == pointer && (f.Code == code || code == "oneof") }) {
				t.Errorf("%s: %+v", what, p.Fields)
			}
		}
		in := says(reviewapi.Approve)
		in.Until = &until
		r := must[reviewapi.Review](h)(h.decide(secret, in))
		if !r.ValidUntil.Equal(until) {
			t.Errorf("%+v", r)
		}
		if due := must[time.Time](h)(dueAt(h)); !due.Equal(until) {
			t.Errorf("next due %v", due)
		}
		h.clock.Set(until)
		h.expires(1)
		if got := h.submission(sub.ID); got.State != reviewapi.StateLapsed {
			t.Errorf("%+v", got)
		}
		h.wants(h.publish(d.ID), contentapi.ErrApprovalExpired, "at its end")
		_, err := h.client.Review(h.nobody(), secret)
		h.wants(err, problem.ErrNotFound, "the link ends with it")
	})
}

func dueAt(h *house) (time.Time, error) {
	due, err := h.svc.NextDue(h.t.Context())
	return due.At, err
}

func TestNobodyElseSeesASubmission(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Mine.")
		sub := h.asked(d)
		for what, try := range map[string]func(ctx context.Context) error{
			"reads":    func(ctx context.Context) error { _, err := h.client.Submission(ctx, sub.ID); return err },
			"previews": func(ctx context.Context) error { _, err := h.client.Preview(ctx, sub.ID); return err },
			"sends": func(ctx context.Context) error {
				_, err := h.client.Send(ctx, sub.ID, 0, reviewapi.SendSubmission{})
				return err
			},
			"withdraws": func(ctx context.Context) error { _, err := h.client.Withdraw(ctx, sub.ID, 0); return err },
			"changes":   func(ctx context.Context) error { _, err := h.client.Change(ctx, sub.ID, 0, ask(hr)); return err },
			"begins": func(ctx context.Context) error {
				_, err := h.client.Begin(ctx, "", reviewapi.NewSubmission{DocumentID: d.ID, Ask: ask(hr)})
				return err
			},
		} {
			h.wants(try(h.as(ben)), problem.ErrNotFound, what)
			h.wants(try(h.nobody()), problem.ErrUnauthenticated, what+" without a name")
		}
		if list := must[reviewapi.SubmissionPage](h)(h.client.Submissions(h.as(ben), "", "")); len(list.Items) != 0 {
			t.Errorf("%+v", list)
		}
		for _, secret := range []string{"", "wrong"} {
			_, err := h.client.Review(h.nobody(), secret)
			h.wants(err, problem.ErrNotFound, "no session")
			_, err = h.decide(secret, says(reviewapi.Approve))
			h.wants(err, problem.ErrNotFound, "no session decides")
			_, err = h.client.Revoke(h.nobody(), secret, 0, revokes())
			h.wants(err, problem.ErrNotFound, "no session revokes")
		}
		// Inside, each asks for what is theirs alone.
		_, err := h.from("web").LinkForMail(h.nobody(), "rlink_x")
		h.wants(err, problem.ErrNotFound, "web reads a mail")
		_, err = h.from("web").PersonalData(h.nobody(), ana)
		h.wants(err, problem.ErrNotFound, "web exports")
	})
}

func TestADraftFollowsItsDocument(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("First.")
		sub := must[reviewapi.Submission](h)(h.client.Begin(h.as(ana), "key", reviewapi.NewSubmission{DocumentID: d.ID, Ask: reviewapi.Ask{Employer: " Acme ", Mailbox: "HR@Acme.example"}}))
		again := must[reviewapi.Submission](h)(h.client.Begin(h.as(ana), "key", reviewapi.NewSubmission{DocumentID: d.ID, Ask: reviewapi.Ask{Employer: " Acme ", Mailbox: "HR@Acme.example"}}))
		if again.ID != sub.ID || sub.Mailbox != hr || sub.Employer != "Acme" || sub.Locale != "fr" || sub.Policy.Source != reviewapi.PolicyStarter {
			t.Errorf("%+v", sub)
		}
		h.edit(d, "Second.")
		_, err := h.client.Send(h.as(ana), sub.ID, sub.Version, reviewapi.SendSubmission{})
		h.wants(err, reviewapi.ErrDocumentChanged, "not what was looked at")
		if sheet := must[reviewapi.Sheet](h)(h.client.Preview(h.as(ana), sub.ID)); sheet.Text != "First." {
			t.Errorf("%+v", sheet)
		}
		_, err = h.client.Change(h.as(ana), sub.ID, sub.Version+1, ask(hr))
		h.wants(err, problem.ErrStale, "a version that is not")
		sub = must[reviewapi.Submission](h)(h.client.Change(h.as(ana), sub.ID, sub.Version, ask(hr)))
		if sheet := must[reviewapi.Sheet](h)(h.client.Preview(h.as(ana), sub.ID)); sheet.Text != "Second." || sub.Policy.Source != reviewapi.PolicyAuthor {
			t.Errorf("%+v", sheet)
		}
		must[reviewapi.Submission](h)(h.client.Send(h.as(ana), sub.ID, sub.Version, reviewapi.SendSubmission{}))
		_, err = h.client.Send(h.as(ana), sub.ID, 0, reviewapi.SendSubmission{})
		h.wants(err, reviewapi.ErrSubmissionState, "sent twice")
		other := must[reviewapi.Submission](h)(h.begin(d, colleague))
		_, err = h.client.Send(h.as(ana), other.ID, 0, reviewapi.SendSubmission{})
		h.wants(err, reviewapi.ErrSubmissionOpen, "the same employer at the same time")
		empty := h.post(" ")
		_, err = h.begin(empty, hr)
		h.wants(err, reviewapi.ErrDocumentNothing, "an empty document")
		// A document that was given up ends what is asked about it.
		must[contentapi.Document](h)(h.content.Withdraw(h.as(ana), d.ID, 0))
		h.hearContent()
		if sub = h.submission(sub.ID); sub.State != reviewapi.StateWithdrawn || sub.Reason != byWithdrawal {
			t.Errorf("%+v", sub)
		}
		_, err = h.begin(d, hr)
		h.wants(err, contentapi.ErrDocumentClosed, "a withdrawn document")
	})
}

func TestTheCodeOfTheMailOpensTooAndIsHardToGuess(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		sub := h.asked(h.post("By code."))
		mail := h.mails(sub.ID)[0]
		try := func(mailbox, code string) error {
			_, err := h.client.Enter(h.nobody(), reviewapi.Enter{Mailbox: mailbox, Code: code})
			return err
		}
		h.wants(try("stranger@acme.example", mail.Code), reviewapi.ErrReviewCodeWrong, "another mailbox")
		h.wants(try(hr, "AAAA AAAA"), reviewapi.ErrReviewCodeWrong, "a wrong code")
		typed := strings.ToLower(mail.Code[:4] + " - " + mail.Code[4:])
		if err := try("HR@ACME.example", typed); err != nil {
			t.Fatal(err)
		}
		h.wants(try(hr, mail.Code), reviewapi.ErrReviewLinkUsed, "a second time")
		_, err := h.client.Enter(h.nobody(), reviewapi.Enter{Mailbox: hr})
		h.wants(err, problem.ErrInvalid, "half of it")
		second := h.asked(h.post("Guessed at."))
		mail = h.mails(second.ID)[0]
		for range codeTries {
			h.wants(try(hr, "AAAAAAAA"), reviewapi.ErrReviewCodeWrong, "a guess")
		}
		h.wants(try(hr, mail.Code), reviewapi.ErrReviewCodeWrong, "the code is dead, and says no more than before")
		must[reviewapi.Entered](h)(h.client.Enter(h.nobody(), reviewapi.Enter{Token: token(mail)}))
	})
}

func TestAnErasedPersonLeavesNoName(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Gone soon.")
		sub := h.asked(d)
		secret := h.opened(sub)
		must[reviewapi.Review](h)(h.decide(secret, says(reviewapi.Approve)))
		open := h.asked(h.post("Still asked."))
		data := must[reviewapi.PersonalData](h)(h.from("accounts").PersonalData(h.nobody(), ana))
		if len(data.Submissions) != 2 || len(data.Employments) != 1 || data.Employments[0].Domain != "acme.example" {
			t.Errorf("%+v", data)
		}
		for range 2 {
			if err := h.bus.Deliver(t.Context(), outbox.Event{Name: accountsapi.EventPersonErased, Key: ana, Payload: accountsapi.PersonErased{PersonID: ana}, At: h.clock.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.svc.Tidy(t.Context(), h.clock.Now()); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"submission", "link", "session", "decision", "decision_words", "employment", "idempotency", "outbox", "audit"} {
			if n := h.count(`select count(*) from review.` + table + ` x where x::text ~* 'hr@acme|Acme Chairs|Hanna|customers'`); n != 0 {
				t.Errorf("%s still holds something", table)
			}
		}
		if got := h.submission(open.ID); got.State != reviewapi.StateWithdrawn {
			t.Errorf("%+v", got)
		}
		if got := h.submission(sub.ID); got.State != reviewapi.StateApproved || len(got.Decisions) != 1 || got.Decisions[0].Name != "" {
			t.Errorf("%+v", got)
		}
		_, err := h.client.Review(h.nobody(), secret)
		h.wants(err, problem.ErrNotFound, "its link")
	})
}

func TestDomainsThatAreTakenForEachOther(t *testing.T) {
	t.Parallel()
	for pair, want := range map[[2]string]bool{
		{"acme.example", "acme.example"}: false, {"acme.com", "acme.de"}: true, {"examp1e.com", "example.com"}: true,
		{"rnicrosoft.com", "microsoft.com"}: true, {"xn--exmple-4nf.com", "example.com"}: true, {"stripes.com", "stripe.com"}: true,
		{"ac-me.com", "acme.com"}: true, {"bolt.com", "bold.com"}: false, {"wolters.nl", "walters.nl"}: true,
		{"globex.com", "initech.com"}: false, {"paypla.com", "paypal.com"}: true,
	} {
		if got := resembles(pair[0], pair[1]); got != want {
			t.Errorf("%v: %v", pair, got)
		}
	}
}

func TestBusinessDaysAreThoseOfTheZone(t *testing.T) {
	t.Parallel()
	ny, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	// Friday evening in New York is Saturday in UTC; the clocks change on the way, and the hour of the day stays.
	from := time.Date(2027, 3, 6, 1, 0, 0, 0, time.UTC)
	if got := businessDays(from, 10, ny); !got.Equal(time.Date(2027, 3, 20, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%v", got)
	}
}
