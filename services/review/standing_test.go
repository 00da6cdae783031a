package review

import (
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

const (
	advice = "Three questions to ask yourself before an interview, and how I prepare for each of them."
	layoff = "Our company will lay off 300 people next month."
)

// acmeDesk is an employer with a desk, and one of ana's submissions on it.
func (h *house) acmeDesk() reviewapi.Submission {
	h.t.Helper()
	h.svc.Log = slog.New(slog.NewTextHandler(h.t.Output(), nil))
	h.people.joins(acme, hanna, accountsapi.RoleHRReviewer)
	h.people.joins(acme, leo, accountsapi.RoleLegalReviewer)
	h.people.joins(globex, gina, accountsapi.RoleHRReviewer)
	h.claims(acme, "acme.example", 1)
	return h.asked(h.post("The first one that anybody read."))
}

// careerAdvice is the permission of case A61: career advice, LinkedIn, 3 a week, no hits.
func (h *house) careerAdvice(submission string) reviewapi.GrantStanding {
	return reviewapi.GrantStanding{
		Submission: submission, Topics: []string{"career advice", "interviews"}, Channels: []string{contentapi.ChannelLinkedIn}, AWeek: 3, Sample: 0,
		Until: h.clock.Now().AddDate(0, 3, 0), Zone: "Europe/Paris",
		Signature: reviewapi.Signature{Name: "Hanna Roth", Role: accountsapi.RoleHRReviewer, MayDecide: true},
	}
}

func (h *house) grants(in reviewapi.GrantStanding) reviewapi.Standing {
	h.t.Helper()
	return must[reviewapi.Standing](h)(h.client.GrantStanding(h.as(hanna), acme, "", in))
}

// sendUnder sends a document of ana's under a permission.
func (h *house) sendUnder(d contentapi.Document, permission string) reviewapi.Submission {
	h.t.Helper()
	sub := must[reviewapi.Submission](h)(h.begin(d, hr))
	return must[reviewapi.Submission](h)(h.client.Send(h.as(ana), sub.ID, sub.Version, reviewapi.SendSubmission{
		Standing: &reviewapi.Under{Permission: permission, Topic: "career advice"},
	}))
}

func (h *house) wantsUse(sub reviewapi.Submission, state, reason string) {
	h.t.Helper()
	want := map[string]string{reviewapi.UseOpened: reviewapi.StateApproved, reviewapi.UseWaits: reviewapi.StateInStage}[state]
	if sub.Standing == nil || sub.Standing.State != state || sub.Standing.Reason != reason || sub.State != want {
		h.t.Fatalf("want %s %q: %+v %+v", state, reason, sub.State, sub.Standing)
	}
}

// statement is what the receipt of a submission's last decision says, once it is verified.
func (h *house) statement(sub reviewapi.Submission) receipt.Statement {
	h.t.Helper()
	d := sub.Decisions[len(sub.Decisions)-1]
	file := must[reviewapi.Receipt](h)(h.client.Receipt(h.as(ana), sub.ID, d.ID)).File()
	keys, err := receipt.ParseKeys([]byte(h.svc.Proofs.KeyFile()))
	if err != nil {
		h.t.Fatal(err)
	}
	r, err := receipt.Verify(keys, file, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return r.Statement
}

// A61: under "career advice, LinkedIn, 3 a week, no hits" three of four clean posts open at once and the fourth waits; one with a LAYOFF hit waits,
// in any week; each receipt names the signature.
func TestCaseA61(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		first := h.acmeDesk()
		h.clock.Advance(time.Hour)
		p := h.grants(h.careerAdvice(first.ID))
		if p.State != reviewapi.StandingOpen || p.Author != "Ana Ruiz" || p.Everybody {
			t.Fatalf("%+v", p)
		}
		h.clock.Advance(time.Hour)
		for i := range 4 {
			sub := h.sendUnder(h.post(fmt.Sprintf("%s Part %d.", advice, i)), p.ID)
			if i == 3 {
				h.wantsUse(sub, reviewapi.UseWaits, reviewapi.WaitsFull)
				if err := h.publish(sub.DocumentID); problem.From(err) == nil {
					t.Fatal("the fourth one appeared")
				}
				if len(sub.Readers) != 1 || len(h.desk(hanna, acme, reviewapi.DeskWaiting).Items) != 2 {
					t.Errorf("nobody was asked about the fourth one: %+v", sub)
				}
				break
			}
			h.wantsUse(sub, reviewapi.UseOpened, "")
			if err := h.publish(sub.DocumentID); err != nil {
				t.Fatalf("post %d: %v", i, err)
			}
			if len(sub.Readers) != 0 || len(h.mails(sub.ID)) != 0 {
				t.Errorf("somebody was mailed: %+v", sub)
			}
			st := h.statement(sub)
			g := st.Signatures
			if !st.Opens() || st.Standing == nil || st.Standing.ID != p.ID || st.Standing.Digest != p.Digest || st.Standing.Topic != "career advice" ||
				len(g) != 1 || g[0].Stage != "standing" || g[0].Name != "Hanna Roth" || g[0].Role != accountsapi.RoleHRReviewer || g[0].Assurance != receipt.Claimed ||
				!g[0].At.Equal(p.Signed) || !st.Decided.After(g[0].At) {
				t.Errorf("%+v", st)
			}
			if d := sub.Decisions[0]; d.Standing == nil || d.Standing.Permission != p.ID || !d.Standing.Signed.Equal(p.Signed) {
				t.Errorf("%+v", d)
			}
		}
		if got := must[reviewapi.Standing](h)(h.client.Standing(h.as(hanna), acme, p.ID)); got.Used == nil || *got.Used != 3 {
			t.Errorf("%+v", got)
		}
		// A hit waits although the next week has its places.
		h.clock.Advance(7 * day)
		sub := h.sendUnder(h.post(layoff), p.ID)
		h.wantsUse(sub, reviewapi.UseWaits, reviewapi.WaitsHit)
		if err := h.publish(sub.DocumentID); problem.From(err) == nil {
			t.Fatal("the hit appeared")
		}
		if got := must[reviewapi.StandingList](h)(h.client.MyStanding(h.as(ana))); len(got.Items) != 1 || *got.Items[0].Used != 0 {
			t.Errorf("what waits takes a place: %+v", got)
		}
		h.wantsUse(h.sendUnder(h.post(advice), p.ID), reviewapi.UseOpened, "")
	})
}

// A61, rounds of two posts at the same instant for the last place: one opens, one waits.
func TestCaseA61TwoForTheLastPlace(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		in := h.careerAdvice(h.acmeDesk().ID)
		in.AWeek = 1
		for round := range 12 {
			p := h.grants(in)
			var drafts [2]reviewapi.Submission
			for i := range drafts {
				drafts[i] = must[reviewapi.Submission](h)(h.begin(h.post(fmt.Sprintf("%s %d %d", advice, round, i)), hr))
			}
			var wait sync.WaitGroup
			for i, sub := range drafts {
				wait.Go(func() {
					got, err := h.client.Send(h.as(ana), sub.ID, 0, reviewapi.SendSubmission{Standing: &reviewapi.Under{Permission: p.ID, Topic: "interviews"}})
					if err != nil {
						t.Error(err)
					}
					drafts[i] = got
				})
			}
			wait.Wait()
			if t.Failed() {
				return
			}
			if drafts[0].Standing.State == reviewapi.UseOpened {
				drafts[0], drafts[1] = drafts[1], drafts[0]
			}
			h.wantsUse(drafts[0], reviewapi.UseWaits, reviewapi.WaitsFull)
			h.wantsUse(drafts[1], reviewapi.UseOpened, "")
			if round%2 == 1 {
				h.clock.Advance(day) // what one person sends a day is bounded
			}
		}
	})
}

// The week is the signer's: from Monday in the zone of the permission, whatever the clocks do and wherever the author is.
func TestCaseA61TheWeekIsTheSigners(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for _, c := range []struct{ zone, now, monday, ends string }{
		{"Pacific/Auckland", "2027-03-07T10:59:59Z", "2027-03-01", "2027-03-07T11:00:00Z"},
		{"Pacific/Auckland", "2027-03-07T11:00:00Z", "2027-03-08", "2027-03-14T11:00:00Z"},
		{"America/New_York", "2027-03-08T04:59:59Z", "2027-03-01", "2027-03-08T05:00:00Z"},
		{"America/New_York", "2027-03-08T05:00:00Z", "2027-03-08", "2027-03-15T04:00:00Z"}, // a week of 167 hours
		{"Europe/Paris", "2027-10-25T12:00:00Z", "2027-10-25", "2027-10-31T23:00:00Z"},     // Sunday has 25 hours
		{"Europe/Paris", "2026-12-31T12:00:00Z", "2026-12-28", "2027-01-03T23:00:00Z"},     // over the year's end
	} {
		monday, ends := Standing{Zone: c.zone}.week(at(c.now))
		if monday.Format(time.DateOnly) != c.monday || !ends.Equal(at(c.ends)) {
			t.Errorf("%+v: %s, %s", c, monday, ends)
		}
	}
	h := newHouse(t, false)
	in := h.careerAdvice(h.acmeDesk().ID)
	in.AWeek, in.Zone = 1, "Pacific/Auckland"
	p := h.grants(in)
	h.clock.Advance(p.Week.Sub(h.clock.Now()) - time.Second) // for ana in Paris it is Sunday noon
	h.wantsUse(h.sendUnder(h.post(advice+" 1"), p.ID), reviewapi.UseOpened, "")
	h.wantsUse(h.sendUnder(h.post(advice+" 2"), p.ID), reviewapi.UseWaits, reviewapi.WaitsFull)
	h.clock.Advance(time.Second)
	h.wantsUse(h.sendUnder(h.post(advice+" 3"), p.ID), reviewapi.UseOpened, "")
}

// What is taken back stops what is to come and nothing else; the end counts at its minute, for the gate too; other words need another use.
func TestAPermissionEnds(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		first := h.acmeDesk()
		in := h.careerAdvice(first.ID)
		in.AWeek = 50
		p := h.grants(in)
		published := h.sendUnder(h.post(advice+" Published."), p.ID)
		if err := h.publish(published.DocumentID); err != nil {
			t.Fatal(err)
		}
		open := h.sendUnder(h.post(advice+" Open."), p.ID)
		edited := h.post(advice + " Edited.")
		h.wantsUse(h.sendUnder(edited, p.ID), reviewapi.UseOpened, "")
		h.edit(edited, advice+" Edited twice.")
		if err := h.publish(edited.ID); problem.From(err) == nil {
			t.Fatal("other words appeared under an old use")
		}
		h.wantsUse(h.sendUnder(edited, p.ID), reviewapi.UseOpened, "")
		if err := h.publish(edited.ID); err != nil {
			t.Fatal(err)
		}
		if n := h.count(`select used from review.standing_week where standing_id = $1`, p.ID); n != 4 {
			t.Errorf("%d uses", n)
		}

		why := reviewapi.RevokeStanding{Signature: inRole(accountsapi.RoleLegalReviewer, says("")).Signature, Reason: "Results are near."}
		_, err := h.client.RevokeStanding(h.as(leo), acme, p.ID, 9, why)
		if q := problem.From(err); q == nil || q.Kind != problem.Stale {
			t.Errorf("a version that is none: %v", err)
		}
		got := must[reviewapi.Standing](h)(h.client.RevokeStanding(h.as(leo), acme, p.ID, p.Version, why))
		if got.State != reviewapi.StandingRevoked || got.Revoked == nil || got.Reason != why.Reason {
			t.Fatalf("%+v", got)
		}
		_, err = h.client.RevokeStanding(h.as(leo), acme, p.ID, 0, why)
		h.wants(err, reviewapi.ErrStandingRevoked, "a second time")
		h.wantsUse(h.sendUnder(h.post(advice+" Later."), p.ID), reviewapi.UseWaits, reviewapi.StandingRevoked)
		if sub := h.submission(published.ID); sub.State != reviewapi.StateApproved || len(sub.Decisions) != 1 {
			t.Errorf("%+v", sub)
		}
		if err := h.publish(open.DocumentID); err != nil {
			t.Errorf("what was open closed: %v", err)
		}
		if mine := must[reviewapi.StandingList](h)(h.client.MyStanding(h.as(ana))); len(mine.Items) != 1 || mine.Items[0].State != reviewapi.StandingRevoked || mine.Items[0].Reason != why.Reason {
			t.Errorf("%+v", mine)
		}

		h.clock.Advance(day)
		in.Until = h.clock.Now().Add(2 * time.Hour)
		p = h.grants(in)
		h.clock.Advance(2*time.Hour - time.Second)
		late := h.sendUnder(h.post(advice+" A second before."), p.ID)
		h.wantsUse(late, reviewapi.UseOpened, "")
		if late.ValidUntil == nil || !late.ValidUntil.Equal(p.Until) {
			t.Errorf("%+v", late.ValidUntil)
		}
		h.clock.Advance(time.Second)
		h.wantsUse(h.sendUnder(h.post(advice+" At the minute."), p.ID), reviewapi.UseWaits, reviewapi.StandingOver)
		if err := h.publish(late.DocumentID); problem.From(err) == nil {
			t.Error("it appeared after the permission's end")
		}
		from := h.clock.Now().Add(time.Hour)
		in.From, in.Until = &from, from.Add(time.Hour)
		p = h.grants(in)
		h.wantsUse(h.sendUnder(h.post(advice+" Before it begins."), p.ID), reviewapi.UseWaits, reviewapi.StandingEarly)
	})
}

// Rounds in which a permission is taken back while a post goes through: it went through before, or it waits; never after.
func TestARevocationAndAUseAtTheSameInstant(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		in := h.careerAdvice(h.acmeDesk().ID)
		why := reviewapi.RevokeStanding{Signature: in.Signature, Reason: "Not any more."}
		for round := range 16 {
			p := h.grants(in)
			sub := must[reviewapi.Submission](h)(h.begin(h.post(fmt.Sprintf("%s Round %d.", advice, round)), hr))
			var wait sync.WaitGroup
			wait.Go(func() {
				if _, err := h.client.RevokeStanding(h.as(hanna), acme, p.ID, 0, why); err != nil {
					t.Error(err)
				}
			})
			var got reviewapi.Submission
			wait.Go(func() {
				var err error
				if got, err = h.client.Send(h.as(ana), sub.ID, 0, reviewapi.SendSubmission{Standing: &reviewapi.Under{Permission: p.ID, Topic: "interviews"}}); err != nil {
					t.Error(err)
				}
			})
			wait.Wait()
			if t.Failed() {
				return
			}
			order := h.count(`select count(*) from review.audit a join review.audit b on b.object = $1 and b.action = 'standing.revoked'
				where a.object = $2 and a.action = 'submission.let_through' and a.seq > b.seq`, p.ID, sub.ID)
			opened := got.Standing.State == reviewapi.UseOpened
			if order != 0 || opened != (got.State == reviewapi.StateApproved) || !opened && got.Standing.Reason != reviewapi.StandingRevoked {
				t.Fatalf("round %d: %d %+v", round, order, got.Standing)
			}
			h.clock.Advance(6 * time.Hour)
		}
	})
}

// The class is what was signed: other channels, pictures, products, kinds of hits, other people and other employers are not in it.
func TestWhatAPermissionLetsThrough(t *testing.T) {
	t.Parallel()
	now := noon
	p := Standing{Channels: []string{"linkedin"}, Zone: "UTC", FromAt: now, UntilAt: now.Add(time.Hour), PersonID: hanna}
	post := func(change func(*asks)) asks {
		a := asks{sheet: reviewapi.Sheet{Destinations: []reviewapi.SheetDestination{{Channel: "linkedin"}}}}
		change(&a)
		return a
	}
	for want, a := range map[string]asks{
		"":                         post(func(*asks) {}),
		reviewapi.WaitsProduct:     post(func(a *asks) { a.sheet.Entries = []reviewapi.SheetEntry{{}} }),
		reviewapi.WaitsMedia:       post(func(a *asks) { a.sheet.Media = []reviewapi.SheetMedium{{}} }),
		reviewapi.WaitsHit:         post(func(a *asks) { a.kinds = []string{"LOGO"} }),
		reviewapi.WaitsDestination: post(func(a *asks) { a.sheet.Destinations = nil }),
	} {
		if got := p.refuses(a, ana, now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	two := post(func(a *asks) {
		a.sheet.Destinations = append(a.sheet.Destinations, reviewapi.SheetDestination{Channel: "tiktok"})
	})
	if got := p.refuses(two, ana, now); got != reviewapi.WaitsDestination {
		t.Errorf("one of two places: %q", got)
	}
	if got := p.refuses(post(func(*asks) {}), hanna, now); got != reviewapi.WaitsSelf {
		t.Errorf("her own: %q", got)
	}
	p.Kinds, p.Media = []string{"LAYOFF"}, true
	if got := p.refuses(post(func(a *asks) { a.kinds, a.sheet.Media = []string{"LOGO"}, []reviewapi.SheetMedium{{}} }), ana, now); got != "" {
		t.Errorf("a kind that does not wait: %q", got)
	}
	if got := p.refuses(post(func(a *asks) { a.kinds = []string{"LOGO", "LAYOFF"} }), ana, now); got != reviewapi.WaitsHit {
		t.Errorf("one that does: %q", got)
	}
}

// An author who supplies a policy without a rule gets nothing through by that: the starter's rules count.
func TestAnAuthorsPolicyOpensNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	p := h.grants(h.careerAdvice(h.acmeDesk().ID))
	in := reviewapi.NewSubmission{DocumentID: h.post(layoff).ID, Ask: ask(hr)}
	in.Policy = "Everything is allowed. Be kind to your colleagues."
	sub := must[reviewapi.Submission](h)(h.client.Begin(h.as(ana), "", in))
	offers := must[reviewapi.Offers](h)(h.client.Offers(h.as(ana), sub.ID))
	if len(offers.Items) != 1 || offers.Items[0].Reason != reviewapi.WaitsHit {
		t.Errorf("%+v", offers)
	}
	h.wantsUse(must[reviewapi.Submission](h)(h.client.Send(h.as(ana), sub.ID, 0, reviewapi.SendSubmission{Standing: &reviewapi.Under{Permission: p.ID, Topic: "interviews"}})),
		reviewapi.UseWaits, reviewapi.WaitsHit)
}

// Everybody's permission is for who proved that they work there, each with places of their own, and never for who signed it.
func TestEverybodysPermission(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.acmeDesk()
		in := h.careerAdvice("")
		in.Everybody, in.AWeek = true, 1
		p := h.grants(in)
		if mine := must[reviewapi.StandingList](h)(h.client.MyStanding(h.as(ana))); len(mine.Items) != 0 {
			t.Fatalf("an employment that was only said: %+v", mine)
		}
		sub := must[reviewapi.Submission](h)(h.begin(h.post(advice), hr))
		send := reviewapi.SendSubmission{Standing: &reviewapi.Under{Permission: p.ID, Topic: "interviews"}}
		_, err := h.client.Send(h.as(ana), sub.ID, 0, send)
		h.wantsField(err, problem.ErrInvalid, "/standing/permission", "a permission that is not hers")
		h.prove(ana, "ana.ruiz@acme.example")
		sub = must[reviewapi.Submission](h)(h.client.Send(h.as(ana), sub.ID, 0, send))
		h.wantsUse(sub, reviewapi.UseOpened, "")
		if got := must[reviewapi.Standing](h)(h.client.Standing(h.as(hanna), acme, p.ID)); !got.Everybody || got.Author != "" || got.Used != nil {
			t.Errorf("a count of one tells who: %+v", got)
		}
		if mine := must[reviewapi.StandingList](h)(h.client.MyStanding(h.as(ana))); len(mine.Items) != 1 || *mine.Items[0].Used != 1 {
			t.Errorf("%+v", mine)
		}
		// Whoever signs and writes by another account that is told at the mailbox which proved the work waits.
		h.people.mu.Lock()
		second := h.people.acting[acme+" "+leo]
		second.Mailbox = "Ana.Ruiz+x@acme.example"
		h.people.acting[acme+" "+leo] = second
		h.people.mu.Unlock()
		in.Role = accountsapi.RoleLegalReviewer
		own := must[reviewapi.Standing](h)(h.client.GrantStanding(h.as(leo), acme, "", in))
		h.wantsUse(h.sendUnder(h.post(advice+" Mine."), own.ID), reviewapi.UseWaits, reviewapi.WaitsSelf)
		// Lost with the domain, and with the employment.
		h.claims("", "acme.example", 9)
		if mine := must[reviewapi.StandingList](h)(h.client.MyStanding(h.as(ana))); len(mine.Items) != 0 {
			t.Errorf("%+v", mine)
		}
	})
}
