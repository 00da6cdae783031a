package content

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/content/digest"
)

func TestEveryGateMustBeOpen(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Two employers.")
		a, g := h.ask(d, acme), h.ask(d, globex)
		_, err := h.publish(d)
		if p := h.wants(err, contentapi.ErrGateWaiting, "nobody has agreed"); len(p.Fields) != 2 {
			t.Errorf("%+v", p.Fields)
		}
		h.agree(d, acme, 1, d.Current.Digest)
		h.revoke(d, globex, 1, "")
		_, err = h.publish(d)
		if p := h.wants(err, contentapi.ErrGateClosed, "one has agreed, the other refused"); len(p.Fields) != 1 || p.Fields[0].Pointer != "/gates/"+g.ID {
			t.Errorf("%+v", p.Fields)
		}
		h.agree(d, globex, 2, d.Current.Digest)
		d = must[contentapi.Document](h)(h.publish(d))
		if d.State != contentapi.StatePublished || len(d.Publications) != 1 || len(d.Publications[0].WithoutClearance) != 0 {
			t.Errorf("%+v", d)
		}
		var let []word
		text := must[string](h)(oneText(h, `select gates::text from content.publication`))
		if err := json.Unmarshal([]byte(text), &let); err != nil || !slices.Contains(let, word{a.ID, 1}) || !slices.Contains(let, word{g.ID, 2}) {
			t.Errorf("let through by %s (%v)", text, err)
		}
		// Each knows what it did, and nothing else changes for who revokes afterwards: it had appeared.
		if c := h.revoke(d, acme, 3, d.Current.Digest); c.Outcome != contentapi.OutcomePublished || !c.Published.Equal(noon) {
			t.Errorf("%+v", c)
		}
	})
}

func TestWhatIsApprovedHoldsForATime(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Embargo.")
		h.ask(d, acme)
		// 1 November 2026, the second 01:30 in New York.
		from, until := time.Date(2026, 11, 1, 6, 30, 0, 0, time.UTC), time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
		open := contentapi.OpenGate{Party: acme, Seq: 1, Digest: d.Current.Digest, ValidFrom: &from, ValidUntil: &until}
		must[contentapi.Gate](h)(h.from("review").OpenGate(t.Context(), d.ID, open))
		h.clock.Set(from.Add(-time.Hour)) // the first 01:30
		_, err := h.publish(d)
		if p := h.wants(err, contentapi.ErrApprovalEarly, "an hour too early"); p.State != "2026-11-01T06:30:00Z" {
			t.Errorf("state %q", p.State)
		}
		h.clock.Set(until)
		_, err = h.publish(d)
		if p := h.wants(err, contentapi.ErrApprovalExpired, "at its end"); p.State != "2026-11-02T00:00:00Z" {
			t.Errorf("state %q", p.State)
		}
		h.clock.Set(from)
		if _, err := h.publish(d); err != nil {
			t.Error(err)
		}
		open.ValidFrom, open.Seq = &until, 2
		_, err = h.from("review").OpenGate(t.Context(), d.ID, open)
		h.wants(err, problem.ErrInvalid, "an end before the beginning")
	})
}

func TestTheOwnerTakesBackWhatTheyChose(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := must[contentapi.Document](h)(h.from("partnerships").CreateBound(t.Context(), "key", contentapi.NewBoundDocument{
			OwnerID: ana, NewDocument: contentapi.NewDocument{Kind: contentapi.KindDeliverable, Draft: words("Sponsored.")}, Gates: []contentapi.Party{deal},
		}))
		chosen := h.ask(d, acme)
		_, err := h.client.TakeBack(h.as(ana), d.ID, d.Gates[0].ID)
		h.wants(err, contentapi.ErrGateBinding, "a contract's gate")
		_, err = h.client.TakeBack(h.as(ben), d.ID, chosen.ID)
		h.wants(err, problem.ErrNotFound, "another person")
		_, err = h.client.TakeBack(h.as(ana), d.ID, "gate_nothing")
		h.wants(err, problem.ErrNotFound, "no gate of this document")
		for range 2 {
			must[contentapi.Document](h)(h.client.TakeBack(h.as(ana), d.ID, chosen.ID))
		}
		h.agree(d, deal, 1, d.Current.Digest)
		h.revoke(d, acme, 1, "") // too late to count for anything
		d = must[contentapi.Document](h)(h.publish(d))
		if got := d.Publications[0].WithoutClearance; !slices.Equal(got, []string{chosen.ID}) {
			t.Errorf("without clearance: %v", got)
		}
		want := []string{contentapi.EventDocumentSaved, contentapi.EventGateTakenBack, contentapi.EventDocumentPublished}
		if told := h.told(d.ID); !slices.Equal(told, want) {
			t.Errorf("told %v", told)
		}
		if n := h.count(`select count(*) from content.audit where action = 'gate.taken_back' and object = $1 and actor = $2`, chosen.ID, ana); n != 1 {
			t.Errorf("%d audit rows", n)
		}
		// Asked again it waits for a new word; asked by a contract it binds.
		again := must[contentapi.Gate](h)(h.from("review").AddGate(t.Context(), d.ID, contentapi.AddGate{Party: acme, Binding: true}))
		if again.ID != chosen.ID || again.State != contentapi.GateWaiting || !again.Binding {
			t.Errorf("%+v", again)
		}
		_, err = h.client.TakeBack(h.as(ana), d.ID, chosen.ID)
		h.wants(err, contentapi.ErrGateBinding, "bound since")
		if weaker := h.ask(d, acme); !weaker.Binding {
			t.Error("a gate that binds is loosened by asking again")
		}
	})
}

func TestEachPartSpeaksForItsOwnParties(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Mine.")
		h.ask(d, acme)
		ctx := t.Context()
		for target, want := range map[string]*problem.Error{"partnerships": problem.ErrForbidden, "web": problem.ErrNotFound} {
			c := h.from(target)
			_, err := c.AddGate(ctx, d.ID, contentapi.AddGate{Party: globex})
			h.wants(err, want, target+" adds")
			_, err = c.OpenGate(ctx, d.ID, contentapi.OpenGate{Party: acme, Seq: 1, Digest: d.Current.Digest})
			h.wants(err, want, target+" opens")
			_, err = c.CloseGate(ctx, d.ID, contentapi.CloseGate{Party: acme, Seq: 1})
			h.wants(err, want, target+" closes")
			_, err = c.Show(ctx, d.ID, d.Current.Digest, acme)
			h.wants(err, want, target+" reads")
			_, err = c.CreateBound(ctx, "", contentapi.NewBoundDocument{OwnerID: ana, NewDocument: contentapi.NewDocument{Kind: contentapi.KindPost}, Gates: []contentapi.Party{acme}})
			h.wants(err, want, target+" creates")
		}
		_, err := h.from("ghostwriting").CreateBound(ctx, "", contentapi.NewBoundDocument{
			OwnerID: ana, NewDocument: contentapi.NewDocument{Kind: contentapi.KindPost}, Gates: []contentapi.Party{client, client},
		})
		h.wants(err, problem.ErrInvalid, "one gate twice")
		_, err = h.from("ghostwriting").CreateBound(ctx, "", contentapi.NewBoundDocument{
			OwnerID: ana, NewDocument: contentapi.NewDocument{Kind: contentapi.KindPost, Draft: contentapi.Draft{Title: "A post has none"}}, Gates: []contentapi.Party{client},
		})
		h.wants(err, problem.ErrInvalid, "words that do not fit")
		review := h.from("review")
		_, err = review.OpenGate(ctx, d.ID, contentapi.OpenGate{Party: globex, Seq: 1, Digest: d.Current.Digest})
		h.wants(err, problem.ErrNotFound, "an employer that nobody asked")
		_, err = review.CloseGate(ctx, "document_nothing", contentapi.CloseGate{Party: acme, Seq: 1})
		h.wants(err, problem.ErrNotFound, "no document")
	})
}

func TestAPartyReadsWhatItWasAskedAbout(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		review, ctx := h.from("review"), t.Context()
		d := h.edit(h.post("First words."), "Second words, see https://Example.com")
		_, err := review.Show(ctx, d.ID, d.Current.Digest, acme)
		h.wants(err, problem.ErrNotFound, "before it was asked")
		g := h.ask(d, acme)
		shown := must[contentapi.Shown](h)(review.Show(ctx, d.ID, d.Current.Digest, acme))
		if diff := cmp.Diff(d.Current, shown.Version); diff != "" {
			t.Error(diff)
		}
		var parts digest.Parts
		if err := json.Unmarshal(shown.Parts, &parts); err != nil {
			t.Fatal(err)
		}
		if sum, err := parts.Sum(); err != nil || sum != d.Current.Digest {
			t.Errorf("the parts are those of %s (%v)", sum, err)
		}
		_, err = review.Show(ctx, d.ID, d.Current.Digest, globex)
		h.wants(err, problem.ErrNotFound, "another employer")
		_, err = review.Show(ctx, d.ID, h.post("Another.").Current.Digest, acme)
		h.wants(err, problem.ErrNotFound, "another digest")
		must[contentapi.Document](h)(h.client.TakeBack(h.as(ana), d.ID, g.ID))
		_, err = review.Show(ctx, d.ID, d.Current.Digest, acme)
		h.wants(err, problem.ErrNotFound, "after it was taken back")
	})
}

func TestPublishingAtEachPlaceOnce(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		c, me := h.client, h.as(ana)
		in := words("Two places.")
		in.Destinations = append(in.Destinations, contentapi.Destination{Channel: "linkedin", Profile: "https://www.linkedin.com/company/acme"})
		d := must[contentapi.Document](h)(c.Create(me, "", contentapi.NewDocument{Kind: contentapi.KindPost, Draft: in}))
		say := contentapi.Publish{Digest: d.Current.Digest}
		_, err := c.Publish(me, "", d.ID, say)
		h.wants(err, contentapi.ErrDestinationUnknown, "which of two")
		say.Channel, say.Profile = "linkedin", "https://www.linkedin.com/in/ben"
		_, err = c.Publish(me, "", d.ID, say)
		h.wants(err, contentapi.ErrDestinationUnknown, "one that is not named")
		say.Profile = "https://linkedin.com/in/ana/"
		first := must[contentapi.Document](h)(c.Publish(me, "key", d.ID, say))
		if again := must[contentapi.Document](h)(c.Publish(me, "key", d.ID, say)); cmp.Diff(first, again) != "" {
			t.Error(cmp.Diff(first, again))
		}
		_, err = c.Publish(me, "", d.ID, say)
		if p := h.wants(err, contentapi.ErrAlreadyPublished, "the same place"); p.State != "2027-03-01T12:00:00Z" {
			t.Errorf("state %q", p.State)
		}
		say.Profile = "https://www.linkedin.com/company/acme"
		d = must[contentapi.Document](h)(c.Publish(me, "", d.ID, say))
		if len(d.Publications) != 2 || d.Publications[0].Destination.Profile == d.Publications[1].Destination.Profile {
			t.Fatalf("%+v", d.Publications)
		}
		// A correction is another version, and appears by another press.
		d = h.edit(d, "Two places, corrected.")
		if d.State != contentapi.StatePublished {
			t.Errorf("state %s", d.State)
		}
		if d = must[contentapi.Document](h)(h.publish(d)); len(d.Publications) != 3 {
			t.Errorf("%+v", d.Publications)
		}
		_, err = c.SetSchedule(me, d.ID, contentapi.SetSchedule{At: noon.Add(time.Hour), Digest: d.Current.Digest})
		h.wants(err, contentapi.ErrDocumentPublished, "schedule what appeared")
		h.wants(c.Delete(me, d.ID), contentapi.ErrDocumentPublished, "delete what appeared")
		if page := must[contentapi.DocumentPage](h)(c.Documents(me, contentapi.StatePublished, "")); len(page.Items) != 1 || !page.Items[0].Published.Equal(noon) {
			t.Errorf("%+v", page)
		}
	})
}

func TestNothingIsNotPublished(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		c, me := h.client, h.as(ana)
		_, err := h.publish(h.post(" \n\t\n"))
		h.wants(err, contentapi.ErrDocumentEmpty, "blanks")
		d := must[contentapi.Document](h)(c.Create(me, "", contentapi.NewDocument{Kind: contentapi.KindPost, Draft: contentapi.Draft{Text: "Nowhere."}}))
		_, err = h.publish(d)
		h.wants(err, contentapi.ErrDestinationUnknown, "nowhere")
		_, err = c.SetSchedule(me, d.ID, contentapi.SetSchedule{At: noon.Add(time.Hour), Digest: d.Current.Digest})
		h.wants(err, contentapi.ErrDestinationUnknown, "scheduled for nowhere")
		paid := words("Buy this chair.")
		paid.Paid = true
		d = must[contentapi.Document](h)(c.Create(me, "", contentapi.NewDocument{Kind: contentapi.KindPost, Draft: paid}))
		_, err = h.publish(d)
		h.wants(err, contentapi.ErrDisclosureMissing, "paid, without a label")
		d = h.post("Given up.")
		must[contentapi.Document](h)(c.Withdraw(me, d.ID, d.Version))
		_, err = h.publish(d)
		h.wants(err, contentapi.ErrDocumentClosed, "withdrawn")
	})
}

func TestProofOfAPublication(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := must[contentapi.Document](h)(h.publish(h.post("Out.")))
		p := d.Publications[0].ID
		_, err := h.client.Prove(h.as(ana), d.ID, p, contentapi.Prove{URL: "my post"})
		h.wants(err, problem.ErrInvalid, "no address")
		_, err = h.client.Prove(h.as(ana), d.ID, "docpub_nothing", contentapi.Prove{URL: "https://a.example"})
		h.wants(err, problem.ErrNotFound, "no publication")
		_, err = h.client.Prove(h.as(ben), d.ID, p, contentapi.Prove{URL: "https://a.example"})
		h.wants(err, problem.ErrNotFound, "another person's")
		for _, url := range []string{"https://www.linkedin.com/posts/wrong", "https://www.LinkedIn.com/posts/right", "https://www.linkedin.com/posts/right"} {
			d = must[contentapi.Document](h)(h.client.Prove(h.as(ana), d.ID, p, contentapi.Prove{URL: url}))
		}
		if d.Publications[0].URL != "https://www.linkedin.com/posts/right" || h.count(`select count(*) from content.proof`) != 2 {
			t.Errorf("%+v", d.Publications)
		}
		// Leaving takes the address along; that it appeared stays, for whoever closes a gate later.
		h.hear(accountsapi.EventPersonErased, ana, accountsapi.PersonErased{PersonID: ana})
		h.noneSays("linkedin.com")
		if n := h.count(`select count(*) from content.publication`); n != 1 {
			t.Errorf("%d publications", n)
		}
	})
}

func TestDeletingUnderGates(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		bound := must[contentapi.Document](h)(h.from("ghostwriting").CreateBound(t.Context(), "", contentapi.NewBoundDocument{
			OwnerID: ana, NewDocument: contentapi.NewDocument{Kind: contentapi.KindPost, Draft: words("Bound.")}, Gates: []contentapi.Party{client},
		}))
		h.wants(h.client.Delete(h.as(ana), bound.ID), contentapi.ErrDocumentBound, "a contract's")
		d := h.post("Chosen.")
		h.ask(d, acme)
		if err := h.client.Delete(h.as(ana), d.ID); err != nil {
			t.Fatal(err)
		}
		_, err := h.from("review").AddGate(t.Context(), d.ID, contentapi.AddGate{Party: globex})
		h.wants(err, problem.ErrNotFound, "a gate for what is gone")
		if c := h.revoke(d, acme, 1, d.Current.Digest); c.Outcome != contentapi.OutcomeClosed {
			t.Errorf("%+v", c)
		}
		_, err = h.from("review").Show(t.Context(), d.ID, d.Current.Digest, acme)
		h.wants(err, problem.ErrNotFound, "words that are gone")
	})
}

func TestAssistantsPublishWhenTheyMayApprove(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("For Ana.")
		say := contentapi.Publish{Digest: d.Current.Digest}
		_, err := h.client.Publish(h.acting(ben, ana, accountsapi.ScopeArrange, accountsapi.ScopeComment), "", d.ID, say)
		h.wants(err, problem.ErrForbidden, "without approve")
		h.people.ended.Store(true) // while the page was open
		approver := h.acting(ben, ana, accountsapi.ScopeApprove)
		_, err = h.client.Publish(approver, "", d.ID, say)
		h.wants(err, accountsapi.ErrMandateMissing, "revoked a moment ago")
		_, err = h.client.SetSchedule(approver, d.ID, contentapi.SetSchedule{At: noon.Add(time.Hour), Digest: d.Current.Digest})
		h.wants(err, accountsapi.ErrMandateMissing, "schedule, revoked a moment ago")
		h.people.ended.Store(false)
		d = must[contentapi.Document](h)(h.client.Publish(approver, "", d.ID, say))
		if d.Publications[0].By != ben+" for "+ana {
			t.Errorf("by %q", d.Publications[0].By)
		}
	})
}

func TestSchedules(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		c, me := h.client, h.as(ana)
		at := noon.Add(time.Hour)
		in := words("Two places.")
		in.Destinations = append(in.Destinations, contentapi.Destination{Channel: "linkedin", Profile: "https://www.linkedin.com/company/acme"})
		two := must[contentapi.Document](h)(c.Create(me, "", contentapi.NewDocument{Kind: contentapi.KindPost, Draft: in}))
		edited, restored, dropped, withdrawn := h.post("Edited."), h.post("Restored."), h.post("Dropped."), h.post("Withdrawn.")
		for _, d := range []contentapi.Document{two, edited, restored, dropped, withdrawn} {
			must[contentapi.Document](h)(c.SetSchedule(me, d.ID, contentapi.SetSchedule{At: at, Digest: d.Current.Digest}))
		}
		_, err := c.SetSchedule(me, edited.ID, contentapi.SetSchedule{At: at, Digest: two.Current.Digest})
		h.wants(err, problem.ErrStale, "other words")
		must[contentapi.Document](h)(c.Save(me, "", edited.ID, 0, words("Edited since.")))
		must[contentapi.Document](h)(c.Save(me, "", restored.ID, 0, words("Other words.")))
		must[contentapi.Document](h)(c.Restore(me, restored.ID, 0, 1))
		if d := must[contentapi.Document](h)(c.Unschedule(me, dropped.ID)); d.State != contentapi.StateDraft || d.Schedule != nil {
			t.Errorf("%+v", d)
		}
		must[contentapi.Document](h)(c.Withdraw(me, withdrawn.ID, 0))
		if due := must[time.Time](h)(nextDue(h)); !due.Equal(at) {
			t.Errorf("next due %s", due)
		}
		h.clock.Set(at)
		h.due(3)
		for id, want := range map[string]string{
			two.ID: contentapi.StatePublished, edited.ID: contentapi.StateMissed, restored.ID: contentapi.StatePublished,
			dropped.ID: contentapi.StateDraft, withdrawn.ID: contentapi.StateWithdrawn,
		} {
			if d := must[contentapi.Document](h)(c.Document(me, id)); d.State != want {
				t.Errorf("%s: %s, want %s", d.Current.Text, d.State, want)
			}
		}
		if d := must[contentapi.Document](h)(c.Document(me, two.ID)); len(d.Publications) != 2 {
			t.Errorf("%+v", d.Publications)
		}
		if d := must[contentapi.Document](h)(c.Document(me, edited.ID)); d.Schedule.Missed != problem.ErrStale.Code {
			t.Errorf("%+v", d.Schedule)
		}
	})
}

func nextDue(h *house) (time.Time, error) {
	due, err := h.svc.NextDue(h.t.Context())
	return due.At, err
}

// TestTwoPublishersAreOne: of all who press at once, one publishes, and the others are told so.
func TestTwoPublishersAreOne(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range 20 {
		d := h.post("Once.")
		errs := atOnce(6, func(int) error { _, err := h.publish(d); return err })
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				h.wants(err, contentapi.ErrAlreadyPublished, "one who came later")
			}
		}
		if n := h.count(`select count(*) from content.publication where document_id = $1`, d.ID); won != 1 || n != 1 {
			t.Fatalf("%d published, %d rows", won, n)
		}
	}
}

// TestTwoTimersAreOne: of all timers at one deadline, one moves the document.
func TestTwoTimersAreOne(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := h.post("Once.")
	must[contentapi.Document](h)(h.client.SetSchedule(h.as(ana), d.ID, contentapi.SetSchedule{At: noon.Add(time.Hour), Digest: d.Current.Digest}))
	h.clock.Set(noon.Add(time.Hour))
	var mu sync.Mutex
	moved := 0
	for _, err := range atOnce(8, func(int) error {
		n, err := h.svc.PublishDue(context.WithoutCancel(t.Context()))
		mu.Lock()
		moved += n
		mu.Unlock()
		return err
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	if n := h.count(`select count(*) from content.publication`); moved != 1 || n != 1 {
		t.Errorf("%d moved, %d published", moved, n)
	}
}

// TestARevocationAndAPublicationAtOnce (what content does of case A65): it is closed and did not appear, or it appeared and
// the closing says when; never both, never neither. Every repeat hears the same.
func TestARevocationAndAPublicationAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	outcomes := map[string]int{}
	for round := range 200 {
		h.clock.Advance(time.Second)
		d := h.post("Now or never.")
		h.ask(d, acme)
		h.agree(d, acme, 1, d.Current.Digest)
		var closing contentapi.Closing
		closing2 := contentapi.CloseGate{Party: acme, Seq: 2, Digest: d.Current.Digest}
		review := h.from("review")
		errs := atOnce(2, func(i int) error {
			var err error
			if (i+round)%2 == 0 {
				_, err = h.publish(d)
				return err
			}
			closing, err = review.CloseGate(t.Context(), d.ID, closing2)
			return err
		})
		var refused error
		for _, err := range errs {
			if err != nil {
				h.wants(err, contentapi.ErrGateClosed, "the one that lost")
				refused = err
			}
		}
		appeared := h.count(`select count(*) from content.publication where document_id = $1`, d.ID) == 1
		switch closing.Outcome {
		case contentapi.OutcomeClosed:
			if appeared || refused == nil || closing.Published != nil {
				t.Fatalf("round %d: closed, and appeared %v (%v)", round, appeared, refused)
			}
		case contentapi.OutcomePublished:
			if !appeared || refused != nil || closing.Published == nil || !closing.Published.Equal(h.clock.Now()) {
				t.Fatalf("round %d: published %v, and appeared %v (%v)", round, closing.Published, appeared, refused)
			}
		default:
			t.Fatalf("round %d: %+v", round, closing)
		}
		outcomes[closing.Outcome]++
		// What comes later changes no answer: the party agrees again, and it appears (or is there already).
		h.agree(d, acme, 3, d.Current.Digest)
		_, _ = h.publish(d)
		if again := must[contentapi.Closing](h)(review.CloseGate(t.Context(), d.ID, closing2)); cmp.Diff(closing, again) != "" {
			t.Fatalf("round %d: a repeat hears %+v after %+v", round, again, closing)
		}
	}
	if outcomes[contentapi.OutcomeClosed] == 0 || outcomes[contentapi.OutcomePublished] == 0 {
		t.Errorf("one side always won: %v", outcomes)
	}
}

// atOnce runs n calls at the same moment and gives their errors.
func atOnce(n int, call func(i int) error) []error {
	var wg sync.WaitGroup
	start, errs := make(chan struct{}), make([]error, n)
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-start
			errs[i] = call(i)
		}()
	}
	close(start)
	wg.Wait()
	return errs
}
