package review

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/screen"
)

// Who may sign, read and end a permission, and what a form can get wrong.
func TestWhoSignsAPermission(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		first := h.acmeDesk()
		good := h.careerAdvice(first.ID)
		h.people.joins(acme, ana, accountsapi.RoleHRReviewer)
		_, err := h.client.GrantStanding(h.as(ana), acme, "", good)
		h.wants(err, reviewapi.ErrSelfReview, "for herself")
		_, err = h.client.GrantStanding(h.as(gina), acme, "", good)
		h.wants(err, problem.ErrNotFound, "from elsewhere")
		_, err = h.client.GrantStanding(h.as(gina), globex, "", good)
		h.wants(err, problem.ErrNotFound, "about somebody else's submission")
		_, err = h.client.GrantStanding(h.nobody(), acme, "", good)
		h.wants(err, problem.ErrUnauthenticated, "nobody")
		bad := good
		bad.Role = accountsapi.RoleLegalReviewer
		_, err = h.client.GrantStanding(h.as(hanna), acme, "", bad)
		h.wants(err, accountsapi.ErrRoleMissing, "a role that she doesn't have")
		for pointer, change := range map[string]func(*reviewapi.GrantStanding){
			"/topics":     func(in *reviewapi.GrantStanding) { in.Topics = []string{"career", " career "} },
			"/kinds":      func(in *reviewapi.GrantStanding) { in.Kinds = []string{"WEATHER"} },
			"/zone":       func(in *reviewapi.GrantStanding) { in.Zone = "Mars/Base" },
			"/until":      func(in *reviewapi.GrantStanding) { in.Until = h.clock.Now().AddDate(2, 0, 0) },
			"/channels/0": func(in *reviewapi.GrantStanding) { in.Channels = []string{"pigeon"} },
			"/a_week":     func(in *reviewapi.GrantStanding) { in.AWeek = 0 },
			"/sample":     func(in *reviewapi.GrantStanding) { in.Sample = 101 },
			"/submission": func(in *reviewapi.GrantStanding) { in.Everybody = true },
			"/name":       func(in *reviewapi.GrantStanding) { in.Name = "a\x00b" },
			"/may_decide": func(in *reviewapi.GrantStanding) { in.MayDecide = false },
			"/from": func(in *reviewapi.GrantStanding) {
				past := h.clock.Now().Add(-time.Hour)
				in.From = &past
			},
		} {
			in := good
			change(&in)
			_, err := h.client.GrantStanding(h.as(hanna), acme, "", in)
			h.wantsField(err, problem.ErrInvalid, pointer, pointer)
		}
		p := must[reviewapi.Standing](h)(h.client.GrantStanding(h.as(hanna), acme, "once", good))
		again := must[reviewapi.Standing](h)(h.client.GrantStanding(h.as(hanna), acme, "once", good))
		if again.ID != p.ID || h.count(`select count(*) from review.standing`) != 1 {
			t.Errorf("a repeat signed again: %+v", again)
		}
		random := fmt.Sprint(h.client.Standing(h.as(gina), globex, "standing_01jv0000000000000000000000"))
		if got := fmt.Sprint(h.client.Standing(h.as(gina), globex, p.ID)); got != random {
			t.Errorf("%q, a random one %q", got, random)
		}
		sub := must[reviewapi.Submission](h)(h.begin(h.post(advice), hr))
		_, err = h.client.Send(h.as(ana), sub.ID, 0, reviewapi.SendSubmission{Standing: &reviewapi.Under{Permission: p.ID, Topic: "salaries"}})
		h.wantsField(err, problem.ErrInvalid, "/standing/topic", "a topic that is none of it")
		if got := h.submission(sub.ID); got.State != reviewapi.StateDraft || got.Standing != nil {
			t.Errorf("%+v", got)
		}
		events := h.count(`select count(*) from review.outbox where name = $1 and payload ->> 'author_id' = $2 and payload ->> 'state' = 'open'`, reviewapi.EventStandingChanged, ana)
		if events != 1 || h.count(`select count(*) from review.audit where action = 'standing.granted' and actor = $1`, hanna) != 1 {
			t.Errorf("%d events", events)
		}
	})
}

// Of what went through a desk reads the sample and nothing else; it says that it did, and may take an answer back.
func TestADeskReadsASample(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		first := h.acmeDesk()
		must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(hanna), acme, first.ID, "", 0, inRole(accountsapi.RoleHRReviewer, says(reviewapi.Approve))))
		in := h.careerAdvice(first.ID)
		unread := h.sendUnder(h.post(advice+" Not sampled."), h.grants(in).ID)
		in.Sample = 100
		read := h.sendUnder(h.post(advice+" Sampled."), h.grants(in).ID)
		if unread.Standing.Sampled || !read.Standing.Sampled {
			t.Fatalf("%+v %+v", unread.Standing, read.Standing)
		}
		if got := h.desk(hanna, acme, reviewapi.DeskSample); len(got.Items) != 1 || got.Items[0].ID != read.ID {
			t.Fatalf("%+v", got)
		}
		var past []string
		for _, row := range h.desk(hanna, acme, reviewapi.DeskPast).Items {
			past = append(past, row.ID)
		}
		if !slices.Contains(past, read.ID) || slices.Contains(past, unread.ID) {
			t.Errorf("%v", past)
		}
		_, err := h.client.AtDesk(h.as(hanna), acme, unread.ID)
		h.wants(err, problem.ErrNotFound, "what was not sampled")
		h.wants(h.client.Looked(h.as(hanna), acme, unread.ID), problem.ErrNotFound, "look at what was not sampled")
		h.wants(h.client.Looked(h.as(hanna), acme, first.ID), problem.ErrNotFound, "look at what somebody read before")
		h.wants(h.client.Looked(h.as(gina), globex, read.ID), problem.ErrNotFound, "from elsewhere")
		r := must[reviewapi.Review](h)(h.client.AtDesk(h.as(leo), acme, read.ID))
		if !strings.Contains(r.Sheet.Text, "Sampled.") || r.Decisions[0].Standing == nil {
			t.Fatalf("%+v", r)
		}
		for range 2 {
			if err := h.client.Looked(h.as(leo), acme, read.ID); err != nil {
				t.Fatal(err)
			}
		}
		if got := h.desk(hanna, acme, reviewapi.DeskSample); len(got.Items) != 0 {
			t.Errorf("%+v", got)
		}
		if got := h.submission(read.ID); got.Standing.Looked == nil || h.count(`select count(*) from review.audit where action = 'submission.looked'`) != 1 {
			t.Errorf("%+v", got.Standing)
		}
		back := revokes()
		back.Role = accountsapi.RoleLegalReviewer
		must[reviewapi.Review](h)(h.client.RevokeAtDesk(h.as(leo), acme, read.ID, 0, back))
		if err := h.publish(read.DocumentID); problem.From(err) == nil {
			t.Error("what was taken back appeared")
		}
		if st := h.statement(h.submission(read.ID)); st.Decision != receipt.Revoked || st.Standing != nil {
			t.Errorf("%+v", st)
		}
	})
}

// The share of a sample is what was signed, by chance that only the house knows.
func TestAShareIsAShare(t *testing.T) {
	t.Parallel()
	k := NewLinkKeys([]byte(strings.Repeat("k", 32)))
	n := 0
	for i := range 4000 {
		if k.sampled(fmt.Sprint("submission_", i), 20) {
			n++
		}
	}
	if n < 700 || n > 900 || k.sampled("submission_1", 0) || !k.sampled("submission_1", 100) {
		t.Errorf("%d of 4000", n)
	}
}

// A process that dies between the sending and the answer leaves nothing undone, and takes one place.
func TestWhatWasSentUnderAPermissionIsBroughtOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	p := h.grants(h.careerAdvice(h.acmeDesk().ID))
	h.docs.setDown(true)
	sub := h.sendUnder(h.post(advice), p.ID)
	if sub.State != reviewapi.StateSubmitted || sub.Standing.State != reviewapi.UseAsked {
		t.Fatalf("%+v", sub)
	}
	h.docs.setDown(false)
	h.clock.Advance(lease)
	for range 5 {
		if _, err := h.svc.RunErrand(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	h.wantsUse(h.submission(sub.ID), reviewapi.UseOpened, "")
	if err := h.publish(sub.DocumentID); err != nil {
		t.Error(err)
	}
	if n := h.count(`select used from review.standing_week`); n != 1 {
		t.Errorf("%d places", n)
	}
}

// Who is erased takes along what was signed for them.
func TestAnErasedAuthorsPermissionEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	p := h.grants(h.careerAdvice(h.acmeDesk().ID))
	h.sendUnder(h.post(advice), p.ID)
	data := must[reviewapi.PersonalData](h)(h.from(accountsapi.Name).PersonalData(h.nobody(), ana))
	if text, _ := json.Marshal(data); !strings.Contains(string(text), "career advice") {
		t.Error("the export says nothing of the permission")
	}
	h.hear("erased", accountsapi.EventPersonErased, accountsapi.PersonErased{PersonID: ana})
	if n := h.count(`select count(*) from review.standing where name <> '' or mailbox <> '' or topics <> '{}' or revoked_at is null`); n != 0 {
		t.Error("the permission stands")
	}
	if n := h.count(`select count(*) from review.standing_use where topic <> ''`); n != 0 {
		t.Error("a topic is left")
	}
}

// The kinds that a form offers are the kinds that rules have.
func TestEveryKindOfHitIsOffered(t *testing.T) {
	t.Parallel()
	var kinds []string
	for _, k := range screen.Kinds() {
		kinds = append(kinds, string(k))
	}
	if !slices.Equal(kinds, reviewapi.HitKinds) {
		t.Errorf("%v", reviewapi.HitKinds)
	}
}
