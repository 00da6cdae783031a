package review

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

const raise = "I went from 70k to 90k."

// guarded is a submission of talk that the law protects, under a policy that forbids it, and the secrets of who opened it at HR and at
// legal.
func (h *house) guarded() (d contentapi.Document, sub reviewapi.Submission, first, second string) {
	h.t.Helper()
	d = h.post(raise)
	in := reviewapi.NewSubmission{DocumentID: d.ID, Ask: ask(hr)}
	in.Policy = "No salary talk. Employees must not disclose their salary."
	sub = must[reviewapi.Submission](h)(h.client.Begin(h.as(ana), "", in))
	sub = must[reviewapi.Submission](h)(h.client.Send(h.as(ana), sub.ID, sub.Version, reviewapi.SendSubmission{}))
	if !sub.Protected || sub.State != reviewapi.StateInStage {
		h.t.Fatalf("%+v", sub)
	}
	first = h.opened(sub)
	return d, sub, first, h.joined(sub)
}

// refuses is a refusal with a basis.
func refuses(name, role string, legal bool) reviewapi.Decide {
	return reviewapi.Decide{
		Kind: reviewapi.Reject, Signature: reviewapi.Signature{Name: name, Role: role, MayDecide: true}, Reason: "Not this one.",
		Basis: "A court order of 3 May binds us. – " + name, Legal: legal,
	}
}

func (h *house) wantsField(err error, want *problem.Error, pointer, what string) {
	h.t.Helper()
	p := h.wants(err, want, what)
	for _, f := range p.Fields {
		if f.Pointer == pointer {
			return
		}
	}
	h.t.Errorf("%s: no word about %s: %+v", what, pointer, p.Fields)
}

// A44, the service's half: the reviewer is told; a plain refusal is 422; with a basis it is an objection, and the submission waits on; the
// same person can't second it; a second one for legal, with a basis, makes it refused. All of it stands in the log, the refusal with
// both signatures.
func TestCaseA44(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		_, sub, first, second := h.guarded()
		r := must[reviewapi.Review](h)(h.client.Review(h.nobody(), first))
		if !r.Protected || r.Objection != "" {
			t.Fatalf("%+v", r)
		}
		plain := refuses("Hanna Roth", "HR lead", false)
		plain.Basis = " \n"
		_, err := h.decide(first, plain)
		h.wantsField(err, reviewapi.ErrProtectedReject, "/basis", "a plain refusal")
		if p := problem.From(err); p.Status() != 422 {
			t.Errorf("status %d", p.Status())
		}
		zero := refuses("Hanna Roth", "HR lead", false)
		zero.Basis = "a\x00b"
		_, err = h.decide(first, zero)
		h.wantsField(err, problem.ErrInvalid, "/basis", "a zero character")
		long := refuses("Hanna Roth", "HR lead", false)
		long.Basis = strings.Repeat("a", 5001)
		_, err = h.decide(first, long)
		h.wantsField(err, problem.ErrInvalid, "/basis", "a basis too long")
		approving := says(reviewapi.Approve)
		approving.Basis, approving.Legal = "Because.", true
		_, err = h.decide(first, approving)
		h.wantsField(err, problem.ErrInvalid, "/basis", "a basis of an approval")
		h.wantsField(err, problem.ErrInvalid, "/legal", "an approval for legal")

		due := h.submission(sub.ID).Due
		r = must[reviewapi.Review](h)(h.decide(first, refuses("Hanna Roth", "HR lead", false)))
		if r.State != reviewapi.StateInStage || r.Objection != reviewapi.ObjectionOwn || r.Due == nil || !r.Due.Equal(*due) {
			t.Fatalf("%+v", r)
		}
		got := h.submission(sub.ID)
		if got.State != reviewapi.StateInStage || len(got.Decisions) != 1 || got.Decisions[0].Kind != reviewapi.Object || got.Decisions[0].Name != "Hanna Roth" ||
			!strings.HasPrefix(got.Decisions[0].Basis, "A court order") || got.Decisions[0].Legal {
			t.Fatalf("%+v", got)
		}
		// The same person again, by the same link or from what is the same mailbox.
		_, err = h.decide(first, refuses("Somebody Else", "Counsel", true))
		if p := h.wants(err, reviewapi.ErrProtectedSecond, "the same link"); p.Status() != 409 {
			t.Errorf("status %d", p.Status())
		}
		_, err = h.decide(h.joinedBy(sub, "hr+legal@acme.example"), refuses("Somebody Else", "Counsel", true))
		h.wants(err, reviewapi.ErrProtectedSecond, "the same mailbox with a tag")
		// Another person, who reads the objection; not for legal, or without a basis, it is none.
		r = must[reviewapi.Review](h)(h.client.Review(h.nobody(), second))
		if r.Objection != reviewapi.ObjectionOther || len(r.Decisions) != 1 || r.Decisions[0].Basis == "" {
			t.Errorf("%+v", r)
		}
		_, err = h.decide(second, refuses("Lea Brandt", "Recruiter", false))
		h.wantsField(err, reviewapi.ErrProtectedReject, "/legal", "not for legal")
		plain.Legal = true
		_, err = h.decide(second, plain)
		h.wantsField(err, reviewapi.ErrProtectedReject, "/basis", "legal without a basis")
		if _, err := h.client.Decide(h.nobody(), second, "", sub.Version, refuses("Lea Brandt", "Counsel", true)); problem.From(err) == nil || problem.From(err).Kind != problem.Stale {
			t.Errorf("the version before the objection: %v", err)
		}
		if got := h.submission(sub.ID); got.State != reviewapi.StateInStage || len(got.Decisions) != 1 {
			t.Fatalf("%+v", got)
		}
		r = must[reviewapi.Review](h)(h.client.Decide(h.nobody(), second, "once", r.Version, refuses("Lea Brandt", "Counsel", true)))
		if r.State != reviewapi.StateRejected || r.Objection != "" {
			t.Fatalf("%+v", r)
		}
		again := must[reviewapi.Review](h)(h.client.Decide(h.nobody(), second, "once", r.Version-1, refuses("Lea Brandt", "Counsel", true)))
		got = h.submission(sub.ID)
		if got.State != reviewapi.StateRejected || len(got.Decisions) != 2 || len(again.Decisions) != 2 || got.Decisions[1].Kind != reviewapi.Reject || !got.Decisions[1].Legal {
			t.Fatalf("%+v", got)
		}

		var files [][]byte
		text := raise
		for i, want := range []string{receipt.Objected, receipt.Rejected} {
			file := must[reviewapi.Receipt](h)(h.client.Receipt(h.as(ana), sub.ID, got.Decisions[i].ID)).File()
			s := must[receipt.Receipt](h)(receipt.Verify(h.logKeys(), file, &receipt.Post{Text: &text})).Statement
			if s.Decision != want || s.Opens() || len(s.Signatures) != i+1 || s.Signatures[0].Name != "Hanna Roth" || s.Signatures[0].Stage != "first" || s.Signatures[0].Basis == "" {
				t.Errorf("%+v", s)
			}
			if i == 1 && (s.Signatures[1].Name != "Lea Brandt" || s.Signatures[1].Stage != "legal" || s.Signatures[1].Basis == "" || !s.Signatures[0].At.Equal(got.Decisions[0].Decided)) {
				t.Errorf("%+v", s.Signatures)
			}
			files = append(files, file)
		}
		state, rows := h.log()
		rep := must[receipt.Report](h)(receipt.Audit(h.logKeys(), bytes.NewReader(rows), []string{state.Checkpoint}, files))
		if len(rep.Faults) != 0 || rep.Rows != 2 || rep.Receipts != 2 {
			t.Errorf("%+v", rep)
		}
		kinds := must[[]string](h)(pg.Column[string](t.Context(), h.pool, `select detail ->> 'kind' from review.audit where object = $1 and action = 'submission.decided' order by seq`, sub.ID))
		if strings.Join(kinds, " ") != "object reject" {
			t.Errorf("%v", kinds)
		}
		if n := h.count(`select count(*) from review.decision_words where basis <> ''`); n != 2 {
			t.Errorf("%d bases", n)
		}
	})
}

// joinedBy is the secret of who asked for a link to a mailbox of theirs, from the first one.
func (h *house) joinedBy(sub reviewapi.Submission, mailbox string) string {
	h.t.Helper()
	linkID := must[string](h)(pg.Scalar[string](h.t.Context(), h.pool, `select id from review.link where submission_id = $1 order by id limit 1`, sub.ID))
	if err := h.client.AskLink(h.nobody(), reviewapi.AskLink{Token: h.svc.Keys.Token(linkID), Mailbox: mailbox}); err != nil {
		h.t.Fatal(err)
	}
	return h.opened(sub)
}

// A44, for talk that nothing protects: a refusal is one, and a basis has no place in it.
func TestAPlainRefusalOfPlainTalk(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	sub := h.asked(h.post("Three lines about rotas."))
	secret := h.opened(sub)
	if r := must[reviewapi.Review](h)(h.client.Review(h.nobody(), secret)); r.Protected || h.submission(sub.ID).Protected {
		t.Fatalf("%+v", r)
	}
	_, err := h.decide(secret, refuses("Hanna Roth", "HR lead", true))
	h.wantsField(err, problem.ErrInvalid, "/basis", "a basis without need")
	in := says(reviewapi.Reject)
	in.Reason = "Not this one."
	if r := must[reviewapi.Review](h)(h.decide(secret, in)); r.State != reviewapi.StateRejected {
		t.Errorf("%+v", r)
	}
}

// An objection binds nobody: whoever reads it, its own author too, may approve or ask for changes, and silence ends it with the rest.
func TestAnObjectionBindsNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	changes := says(reviewapi.RequestChanges)
	changes.Reason = "Leave out the street."
	for i, in := range []reviewapi.Decide{says(reviewapi.Approve), changes, says(reviewapi.NotOurs)} {
		d, sub, first, second := h.guarded()
		must[reviewapi.Review](h)(h.decide(first, refuses("Hanna Roth", "HR lead", true)))
		if h.publish(d.ID) == nil {
			t.Error("an objection opened the gate")
		}
		r := must[reviewapi.Review](h)(h.decide([]string{second, first}[i%2], in))
		if r.State != decided[in.Kind] || r.Objection != "" || len(r.Decisions) != 2 || r.Decisions[0].Kind != reviewapi.Object {
			t.Errorf("%s: %+v", in.Kind, r)
		}
		_, err := h.decide(second, refuses("Lea Brandt", "Counsel", true))
		h.wants(err, reviewapi.ErrSubmissionDecided, "after "+in.Kind)
		if in.Kind == reviewapi.Approve {
			if err := h.publish(d.ID); err != nil {
				t.Error(err)
			}
		}
		h.clock.Advance(48 * time.Hour) // mails to a mailbox are bounded by the day
		_ = sub
	}
	d, sub, first, second := h.guarded()
	must[reviewapi.Review](h)(h.decide(first, refuses("Hanna Roth", "HR lead", false)))
	h.clock.Advance(15 * 24 * time.Hour)
	for {
		moved, err := h.svc.Expire(t.Context(), h.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if moved == 0 {
			break
		}
	}
	if got := h.submission(sub.ID); got.State != reviewapi.StateNoDecision {
		t.Errorf("%+v", got)
	}
	if h.publish(d.ID) == nil {
		t.Error("silence after an objection opened the gate")
	}
	if _, err := h.decide(second, refuses("Lea Brandt", "Counsel", true)); err == nil {
		t.Error("it was refused after its day")
	}
}

// A44, raced for 100 rounds: two seconders at once make one refusal; with an approval instead of one of them, one of both counts. Two first
// refusals at once are one objection.
func TestSecondersAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	_, sub, first, second := h.guarded()
	third := h.joinedBy(sub, "counsel@acme.example")
	at := func(secrets [2]string, version int64, in [2]reviewapi.Decide) (errs [2]error) {
		var w sync.WaitGroup
		for i := range secrets {
			w.Go(func() { _, errs[i] = h.client.Decide(h.nobody(), secrets[i], "", version, in[i]) })
		}
		w.Wait()
		return errs
	}
	errs := at([2]string{first, second}, h.submission(sub.ID).Version, [2]reviewapi.Decide{refuses("Hanna Roth", "HR lead", true), refuses("Lea Brandt", "Counsel", true)})
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("two first refusals: %v", errs)
	}
	if got := h.submission(sub.ID); got.State != reviewapi.StateInStage || len(got.Decisions) != 1 {
		t.Fatalf("%+v", got)
	}
	seconders := [2]string{second, third}
	if errs[0] != nil { // legal was faster
		seconders[0] = first
	}
	for round := range 100 {
		version := h.submission(sub.ID).Version
		in := [2]reviewapi.Decide{refuses("Lea Brandt", "Counsel", true), refuses("Omar Haddad", "Counsel", true)}
		if round%2 == 1 {
			in[1] = says(reviewapi.Approve)
		}
		if round%3 == 2 {
			version = 0
		}
		errs := at(seconders, version, in)
		got := h.submission(sub.ID)
		won := 0
		for i, err := range errs {
			if err == nil {
				won++
				if got.State != decided[in[i].Kind] {
					t.Fatalf("round %d: %s, state %s", round, in[i].Kind, got.State)
				}
				continue
			}
			h.wants(err, reviewapi.ErrSubmissionDecided, "the slower one")
		}
		if won != 1 || len(got.Decisions) != round+2 {
			t.Fatalf("round %d: %d won, %d decisions: %v", round, won, len(got.Decisions), errs)
		}
		h.rewind(sub.ID)
	}
}

// What stays of the guard is one fact: no rule, no place, no word of the post. It goes with its author, bases and all.
func TestTheGuardKeepsOneFact(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	_, sub, first, second := h.guarded()
	must[reviewapi.Review](h)(h.decide(first, refuses("Hanna Roth", "HR lead", false)))
	must[reviewapi.Review](h)(h.decide(second, refuses("Lea Brandt", "Counsel", true)))
	rows := must[[]string](h)(pg.Column[string](t.Context(), h.pool, `select to_jsonb(s)::text from review.submission s union all select to_jsonb(d)::text from review.decision d
		union all select to_jsonb(a)::text from review.audit a union all select to_jsonb(o)::text from review.outbox o`))
	for _, row := range rows {
		for _, word := range []string{"70k", "PROTECTED", "court order", "Hanna"} {
			if strings.Contains(row, word) {
				t.Errorf("%q in %s", word, row)
			}
		}
	}
	gone := outbox.Event{Name: accountsapi.EventPersonErased, Key: ana, Payload: accountsapi.PersonErased{PersonID: ana}, At: h.clock.Now()}
	if err := h.bus.Deliver(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	if n := h.count(`select count(*) from review.decision_words`) + h.count(`select count(*) from review.leaf_words`); n != 0 {
		t.Errorf("%d words of decisions about %s are left", n, sub.ID)
	}
}

// A44 at the desk of a claimed employer: the role that a member signs in says who decides for legal, and one person is one person at the
// desk and behind a link.
func TestCaseA44AtTheDesk(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.people.joins(acme, hanna, accountsapi.RoleHRReviewer)
		h.people.joins(acme, leo, accountsapi.RoleLegalReviewer, accountsapi.RoleHRReviewer)
		h.people.mu.Lock()
		told := h.people.acting[acme+" "+hanna]
		told.Mailbox = hr
		h.people.acting[acme+" "+hanna] = told
		h.people.mu.Unlock()
		_, sub, first, _ := h.guarded()
		h.claims(acme, "acme.example", 1)
		at := func(who, role string, in reviewapi.Decide) (reviewapi.Review, error) {
			return h.client.DecideAtDesk(h.as(who), acme, sub.ID, "", 0, inRole(role, in))
		}
		plain := says(reviewapi.Reject)
		plain.Reason = "Not this one."
		_, err := at(leo, accountsapi.RoleLegalReviewer, plain)
		h.wantsField(err, reviewapi.ErrProtectedReject, "/basis", "legal without a basis")
		_, err = at(hanna, accountsapi.RoleHRReviewer, refuses("Hanna Roth", "", true))
		h.wantsField(err, problem.ErrInvalid, "/legal", "for legal without that role")
		r := must[reviewapi.Review](h)(at(hanna, accountsapi.RoleHRReviewer, refuses("Hanna Roth", "", false)))
		if r.State != reviewapi.StateInStage || r.Objection != reviewapi.ObjectionOwn || !r.Protected {
			t.Fatalf("%+v", r)
		}
		if r := must[reviewapi.Review](h)(h.client.AtDesk(h.as(leo), acme, sub.ID)); r.Objection != reviewapi.ObjectionOther {
			t.Errorf("%+v", r)
		}
		_, err = at(hanna, accountsapi.RoleHRReviewer, refuses("Hanna Roth", "", false))
		h.wants(err, reviewapi.ErrProtectedSecond, "the same member")
		_, err = h.decide(first, refuses("Somebody Else", "Counsel", true))
		h.wants(err, reviewapi.ErrProtectedSecond, "the same person behind a link")
		_, err = at(leo, accountsapi.RoleHRReviewer, refuses("Leo Marchetti", "", false))
		h.wantsField(err, reviewapi.ErrProtectedReject, "/legal", "a second one for HR")
		r = must[reviewapi.Review](h)(at(leo, accountsapi.RoleLegalReviewer, refuses("Leo Marchetti", "", false)))
		if r.State != reviewapi.StateRejected || len(r.Decisions) != 2 || !r.Decisions[1].Legal || r.Decisions[0].Legal {
			t.Fatalf("%+v", r)
		}
		file := must[reviewapi.Receipt](h)(h.client.Receipt(h.as(ana), sub.ID, r.Decisions[1].ID)).File()
		s := must[receipt.Receipt](h)(receipt.Verify(h.logKeys(), file, nil)).Statement
		if len(s.Signatures) != 2 || s.Signatures[0].Name != "Hanna Roth" || s.Signatures[1].Assurance != receipt.Claimed || s.Signatures[1].Stage != "legal" {
			t.Errorf("%+v", s.Signatures)
		}
	})
}
