package content

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// The acceptance cases of the domain that concern content alone.

// A15: the client approves r3, the writer fixes a comma, r4 can't be published.
func TestCaseA15(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := must[contentapi.Document](h)(h.from("ghostwriting").CreateBound(t.Context(), "", contentapi.NewBoundDocument{
			OwnerID: ana, NewDocument: contentapi.NewDocument{Kind: contentapi.KindPost, Draft: words("r1")}, Gates: []contentapi.Party{client},
		}))
		d = h.edit(h.edit(d, "r2"), "Write less say more.")
		h.agree(d, client, 1, d.Current.Digest)
		d = h.edit(d, "Write less, say more.")
		_, err := h.publish(d)
		p := h.wants(err, contentapi.ErrApprovalStale, "one comma later")
		if p.Status() != 409 || len(p.Fields) != 1 || p.Fields[0].Pointer != "/gates/"+d.Gates[0].ID {
			t.Errorf("%+v", p)
		}
		// Nor can what was approved be published in the place of what stands there now.
		_, err = h.client.Publish(h.as(ana), "", d.ID, contentapi.Publish{Digest: must[contentapi.Version](h)(h.client.Version(h.as(ana), d.ID, 3)).Digest})
		h.wants(err, problem.ErrStale, "r3 while r4 is the newest")
	})
}

// A16: NFD, CRLF and trailing blanks make no other digest; the approval stands.
func TestCaseA16(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Café.\n\nOpen at nine.")
		h.ask(d, acme)
		h.agree(d, acme, 1, d.Current.Digest)
		other := h.edit(d, "Cafe\u0301.  \r\n\r\nOpen at nine.\t\r\n\r\n")
		if other.Current.Seq != 2 || other.Current.Digest != d.Current.Digest || other.Gates[0].Fault != "" {
			t.Fatalf("%+v", other)
		}
		if _, err := h.publish(other); err != nil {
			t.Error(err)
		}
	})
}

// A17: the same text without its disclosure label is another digest.
func TestCaseA17(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		labelled := words("I like this chair.")
		labelled.Disclosure = "#ad"
		d := must[contentapi.Document](h)(h.client.Create(h.as(ana), "", contentapi.NewDocument{Kind: contentapi.KindPost, Draft: labelled}))
		h.ask(d, acme)
		h.agree(d, acme, 1, d.Current.Digest)
		bare := h.edit(d, "I like this chair.")
		if bare.Current.Digest == d.Current.Digest || bare.Gates[0].Fault != contentapi.ErrApprovalStale.Code {
			t.Fatalf("%+v", bare)
		}
		_, err := h.publish(bare)
		h.wants(err, contentapi.ErrApprovalStale, "without its label")
	})
}

// A48: scheduled for 09:00, the last approval comes at 09:10: it does not appear, and the author picks a new time.
func TestCaseA48(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("At nine.")
		h.ask(d, acme)
		nine := noon.Add(21 * time.Hour)
		in := contentapi.SetSchedule{At: nine, Digest: d.Current.Digest}
		d = must[contentapi.Document](h)(h.client.SetSchedule(h.as(ana), d.ID, in))
		if d.State != contentapi.StateScheduled || d.Schedule == nil || !d.Schedule.At.Equal(nine) {
			t.Fatalf("%+v", d)
		}
		// The timer is late too: the word of ten past nine counts for nothing then.
		h.clock.Set(nine.Add(10 * time.Minute))
		h.agree(d, acme, 1, d.Current.Digest)
		h.due(1)
		d = must[contentapi.Document](h)(h.client.Document(h.as(ana), d.ID))
		if d.State != contentapi.StateMissed || d.Schedule.Missed != contentapi.ErrGateWaiting.Code || len(d.Publications) != 0 {
			t.Fatalf("%+v", d)
		}
		in.At = h.clock.Now()
		_, err := h.client.SetSchedule(h.as(ana), d.ID, in)
		h.wants(err, problem.ErrInvalid, "a time that is over")
		in.At = nine.Add(time.Hour)
		must[contentapi.Document](h)(h.client.SetSchedule(h.as(ana), d.ID, in))
		h.clock.Set(in.At.Add(-time.Second))
		h.due(0)
		h.clock.Set(in.At)
		h.due(1)
		d = must[contentapi.Document](h)(h.client.Document(h.as(ana), d.ID))
		if d.State != contentapi.StatePublished || len(d.Publications) != 1 || d.Publications[0].By != ana || !d.Publications[0].At.Equal(in.At) || d.Schedule != nil {
			t.Errorf("%+v", d)
		}
		want := []string{contentapi.EventDocumentSaved, contentapi.EventDocumentMissed, contentapi.EventDocumentPublished}
		if told := h.told(d.ID); !slices.Equal(told, want) {
			t.Errorf("told %v", told)
		}
	})
}

// due lets appear what is due, and wants so many documents moved.
func (h *house) due(want int) {
	h.t.Helper()
	moved := 0
	for {
		n, err := h.svc.PublishDue(h.t.Context())
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

// A66: an opening with number 4 that comes after the closing with number 5 is ignored.
func TestCaseA66(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Late word.")
		h.ask(d, acme)
		if c := h.revoke(d, acme, 5, ""); c.Outcome != contentapi.OutcomeClosed || c.Published != nil {
			t.Errorf("%+v", c)
		}
		for range 2 {
			if g := h.agree(d, acme, 4, d.Current.Digest); g.State != contentapi.GateClosed || g.Seq != 5 {
				t.Errorf("%+v", g)
			}
		}
		_, err := h.publish(d)
		h.wants(err, contentapi.ErrGateClosed, "after the closing")
		h.agree(d, acme, 6, d.Current.Digest)
		if _, err := h.publish(d); err != nil {
			t.Error(err)
		}
	})
}

// CC-1: an edit makes another digest, and the approval is stale at once, even for one character; restoring the very words
// restores it; and a suggestion that a reviewer signed beforehand needs no second round.
func TestCaseCC1(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Our margin was 40 percent.")
		h.ask(d, acme)
		h.agree(d, acme, 1, d.Current.Digest)
		approved := d.Current.Seq
		d = h.edit(d, "Our margin was 40 percent!")
		if d.Gates[0].Fault != contentapi.ErrApprovalStale.Code {
			t.Errorf("%+v", d.Gates)
		}
		_, err := h.publish(d)
		h.wants(err, contentapi.ErrApprovalStale, "one character")
		back := must[contentapi.Document](h)(h.client.Restore(h.as(ana), d.ID, d.Version, approved))
		if back.Gates[0].Fault != "" {
			t.Errorf("restored: %+v", back.Gates)
		}
		// The reviewer signs the digest of the exact words that they suggest, before the author takes them.
		suggested := h.post("Our margin was good.")
		h.agree(back, acme, 2, suggested.Current.Digest)
		_, err = h.publish(back)
		h.wants(err, contentapi.ErrApprovalStale, "the words before the suggestion")
		taken := h.edit(back, "Our margin was good.")
		if got, err := h.publish(taken); err != nil || got.Publications[0].Digest != suggested.Current.Digest {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// CC-19: edited on the network after it was approved and published: the comparison says that it differs and names the digest that was
// published, in words what is otherwise, and keeps nothing of the live text.
func TestCaseCC19(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("We open at nine.\nCome by.")
		d = must[contentapi.Document](h)(h.publish(d))
		p, me := d.Publications[0], h.as(ana)
		if p.Live != nil {
			t.Fatalf("%+v", p.Live)
		}
		look := func(text string) contentapi.LiveChanges {
			return must[contentapi.LiveChanges](h)(h.client.CompareLive(me, d.ID, p.ID, contentapi.CompareLive{Text: &text}))
		}
		if got := look("We open at nine.  \r\nCome by.\r\n"); got.Outcome != contentapi.LiveEqual || got.Text != nil || got.By != ana {
			t.Errorf("as a browser copies it: %+v", got)
		}
		got := look("We open at ten.\nCome by.")
		if got.Outcome != contentapi.LiveDiffers || len(got.Parts) != 1 || got.Parts[0] != "text" {
			t.Fatalf("%+v", got)
		}
		said := ""
		for _, piece := range got.Text {
			said += piece.Op + ":" + piece.Text + "|"
		}
		if !strings.Contains(said, "nine") || !strings.Contains(said, "ten") {
			t.Errorf("it does not say what is otherwise: %s", said)
		}
		d = must[contentapi.Document](h)(h.client.Document(me, d.ID))
		if live := d.Publications[0].Live; live == nil || live.Outcome != contentapi.LiveDiffers || d.Publications[0].Digest != p.Digest {
			t.Errorf("%+v", d.Publications[0])
		}
		h.noneSays("at ten")
		if got := h.told(d.ID); got[len(got)-1] != contentapi.EventDocumentCompared {
			t.Errorf("%v", got)
		}
		if n := h.count(`select count(*) from content.live_check`); n != 2 {
			t.Errorf("%d comparisons are kept", n)
		}
		text := "We open at ten."
		_, err := h.client.CompareLive(me, d.ID, p.ID, contentapi.CompareLive{})
		h.wants(err, problem.ErrInvalid, "nothing pasted")
		_, err = h.client.CompareLive(me, d.ID, "docpub_nothing", contentapi.CompareLive{Text: &text})
		h.wants(err, problem.ErrNotFound, "no such publication")
		_, err = h.client.CompareLive(h.as(ben), d.ID, p.ID, contentapi.CompareLive{Text: &text})
		h.wants(err, problem.ErrNotFound, "another person's")
	})
}
