package review

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

const (
	acme   = "org_acme"
	globex = "org_globex"

	hanna = "person_hanna" // HR at Acme
	leo   = "person_leo"   // legal at Acme
	gina  = "person_gina"  // HR at Globex
)

// claims tells review that an organisation has a domain now; "" that nobody has.
func (h *house) claims(organisation, domain string, seq int64) {
	h.t.Helper()
	claim := fmt.Sprintf("domain_%d", seq)
	h.people.mu.Lock()
	h.people.owners[claim] = accountsapi.DomainOwner{Domain: domain, Organisation: organisation, Seq: seq}
	h.people.mu.Unlock()
	name, payload := accountsapi.EventDomainClaimed, any(accountsapi.DomainClaimed{DomainID: claim, OrganisationID: organisation, Seq: seq})
	if organisation == "" {
		name, payload = accountsapi.EventDomainLost, accountsapi.DomainLost{DomainID: claim, Seq: seq}
	}
	h.hear(claim+name, name, payload)
}

func (h *house) hear(eventID, name string, payload any) {
	h.t.Helper()
	raw, err := json.Marshal(payload)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.bus.Deliver(h.t.Context(), outbox.Event{ID: eventID, Name: name, Key: eventID, Payload: json.RawMessage(raw), At: h.clock.Now()}); err != nil {
		h.t.Fatal(err)
	}
}

func inRole(role string, in reviewapi.Decide) reviewapi.Decide {
	in.Role = role
	return in
}

func (h *house) desk(person, organisation, list string) reviewapi.DeskPage {
	h.t.Helper()
	return must[reviewapi.DeskPage](h)(h.client.DeskList(h.as(person), organisation, list, ""))
}

// A58: an employer that claims its domain after five answers sees those five and nothing else; the receipts stay what they are, and nobody
// learns which of its people have an account.
func TestCaseA58(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.people.joins(acme, hanna, accountsapi.RoleHRReviewer)
		var ours []reviewapi.Submission
		for i := range 5 {
			sub := h.asked(h.post(fmt.Sprintf("Number %d.", i)))
			must[reviewapi.Review](h)(h.decide(h.opened(sub), says(reviewapi.Approve)))
			ours = append(ours, sub)
		}
		h.clock.Advance(day)
		draft := must[reviewapi.Submission](h)(h.begin(h.post("Never sent."), hr))
		elsewhere := must[reviewapi.Submission](h)(h.begin(h.post("For others."), "ops@globex.example"))
		elsewhere = must[reviewapi.Submission](h)(h.client.Send(h.as(ana), elsewhere.ID, 0, reviewapi.SendSubmission{}))
		withdrawn := h.asked(h.post("Second thoughts."))
		must[reviewapi.Submission](h)(h.client.Withdraw(h.as(ana), withdrawn.ID, 0))

		if got := h.desk(hanna, acme, reviewapi.DeskPast); len(got.Items) != 0 {
			t.Fatalf("before the claim: %+v", got)
		}
		h.claims(acme, "acme.example", 7)
		h.claims("", "acme.example", 6) // heard late: it counts for nothing
		past := h.desk(hanna, acme, reviewapi.DeskPast)
		if len(past.Items) != 5 || past.Items[0].ID != ours[4].ID || past.Items[0].Author != "Ana Ruiz" || past.Items[0].Domain != "acme.example" {
			t.Fatalf("%+v", past)
		}
		if got := h.desk(hanna, acme, reviewapi.DeskWaiting); len(got.Items) != 0 {
			t.Fatalf("%+v", got)
		}
		for _, sub := range ours {
			r := must[reviewapi.Review](h)(h.client.AtDesk(h.as(hanna), acme, sub.ID))
			if len(r.Decisions) != 1 || r.Decisions[0].Assurance != reviewapi.AssuranceMailbox {
				t.Errorf("%+v", r.Decisions)
			}
			if got := h.submission(sub.ID).Decisions[0]; got.Assurance != reviewapi.AssuranceMailbox {
				t.Errorf("the receipt was raised: %+v", got)
			}
		}
		for what, sub := range map[string]string{"a draft": draft.ID, "what went elsewhere": elsewhere.ID, "what was withdrawn": withdrawn.ID, "nothing": "submission_x"} {
			_, err := h.client.AtDesk(h.as(hanna), acme, sub)
			h.wants(err, problem.ErrNotFound, what)
		}
		// A new one is decided by the member, and says so.
		fresh := h.asked(h.post("Since the claim."))
		if got := h.desk(hanna, acme, reviewapi.DeskWaiting); len(got.Items) != 1 || got.Items[0].ID != fresh.ID || got.Items[0].Due == nil {
			t.Fatalf("%+v", got)
		}
		_, err := h.client.DecideAtDesk(h.as(hanna), acme, fresh.ID, "", 0, inRole(accountsapi.RoleLegalReviewer, says(reviewapi.Approve)))
		h.wants(err, accountsapi.ErrRoleMissing, "a role that she doesn't have")
		_, err = h.client.DecideAtDesk(h.as(hanna), acme, fresh.ID, "", 0, says(reviewapi.Approve))
		h.wants(err, accountsapi.ErrRoleMissing, "a role of her own making")
		r := must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(hanna), acme, fresh.ID, "k", 0, inRole(accountsapi.RoleHRReviewer, says(reviewapi.Approve))))
		d := r.Decisions[0]
		if r.State != reviewapi.StateApproved || d.Assurance != reviewapi.AssuranceClaimed || d.Role != accountsapi.RoleHRReviewer {
			t.Fatalf("%+v", r)
		}
		again := must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(hanna), acme, fresh.ID, "k", 0, inRole(accountsapi.RoleHRReviewer, says(reviewapi.Approve))))
		if len(again.Decisions) != 1 {
			t.Fatalf("a repeat decided again: %+v", again)
		}
		if file := must[reviewapi.Receipt](h)(h.client.Receipt(h.as(ana), fresh.ID, d.ID)); len(file.File()) == 0 {
			t.Fatal("no receipt")
		}
		if err := h.publish(fresh.DocumentID); err != nil {
			t.Fatalf("the gate is shut: %v", err)
		}
		// Once links would show nothing the record stays, without the words.
		h.clock.Advance(longest + afterwards)
		r = must[reviewapi.Review](h)(h.client.AtDesk(h.as(hanna), acme, ours[0].ID))
		if r.Sheet.Text != "" || r.Sheet.Digest != ours[0].Digest || len(r.Decisions) != 1 {
			t.Fatalf("%+v", r)
		}
		// What is lost is lost at once.
		h.claims("", "acme.example", 9)
		if got := h.desk(hanna, acme, reviewapi.DeskPast); len(got.Items) != 0 {
			t.Fatalf("%+v", got)
		}
	})
}

// CC-7 and A49 for members: two organisations never learn of each other, and roles end when accounts says so.
func TestCaseCC7AtTheDesk(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.people.joins(acme, hanna, accountsapi.RoleHRReviewer)
		h.people.joins(acme, "person_olaf", accountsapi.RoleOwner, accountsapi.RoleFinance)
		h.people.joins(globex, gina, accountsapi.RoleHRReviewer)
		h.claims(acme, "acme.example", 1)
		h.claims(globex, "globex.example", 2)
		d := h.post("Two jobs.")
		a := h.asked(d)
		b := must[reviewapi.Submission](h)(h.begin(d, "ops@globex.example"))
		b = must[reviewapi.Submission](h)(h.client.Send(h.as(ana), b.ID, 0, reviewapi.SendSubmission{}))
		if got := h.desk(hanna, acme, reviewapi.DeskWaiting); len(got.Items) != 1 || got.Items[0].ID != a.ID {
			t.Fatalf("%+v", got)
		}
		if got := h.desk(gina, globex, reviewapi.DeskWaiting); len(got.Items) != 1 || got.Items[0].ID != b.ID {
			t.Fatalf("%+v", got)
		}
		random := fmt.Sprint(h.client.AtDesk(h.as(gina), globex, "submission_01jv0000000000000000000000"))
		for what, try := range map[string]func() (reviewapi.Review, error){
			"gina reads acme's at globex":    func() (reviewapi.Review, error) { return h.client.AtDesk(h.as(gina), globex, a.ID) },
			"gina reads acme's at acme":      func() (reviewapi.Review, error) { return h.client.AtDesk(h.as(gina), acme, a.ID) },
			"an owner without a review role": func() (reviewapi.Review, error) { return h.client.AtDesk(h.as("person_olaf"), acme, a.ID) },
			"gina decides acme's": func() (reviewapi.Review, error) {
				return h.client.DecideAtDesk(h.as(gina), globex, a.ID, "", 0, inRole(accountsapi.RoleHRReviewer, says(reviewapi.Approve)))
			},
		} {
			got, err := try()
			h.wants(err, problem.ErrNotFound, what)
			if said := fmt.Sprint(got, err); said != random {
				t.Errorf("%s: %q, a random id: %q", what, said, random)
			}
		}
		_, err := h.client.DeskList(h.as("person_olaf"), acme, "", "")
		h.wants(err, problem.ErrNotFound, "an owner lists")
		_, err = h.client.DeskList(h.nobody(), acme, "", "")
		h.wants(err, problem.ErrUnauthenticated, "nobody lists")
		h.people.joins(acme, hanna)
		_, err = h.client.AtDesk(h.as(hanna), acme, a.ID)
		h.wants(err, problem.ErrNotFound, "her role ended")
	})
}

// A37 by the second path: an author who is a member decides nothing of their own, by whatever account.
func TestCaseA37AtTheDesk(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.people.joins(acme, ana, accountsapi.RoleHRReviewer, accountsapi.RoleOwner)
		h.people.joins(acme, leo, accountsapi.RoleLegalReviewer)
		h.claims(acme, "acme.example", 1)
		sub := h.asked(h.post("Mine."))
		if got := h.desk(ana, acme, reviewapi.DeskWaiting); len(got.Items) != 0 {
			t.Fatalf("her own stands on her desk: %+v", got)
		}
		_, err := h.client.AtDesk(h.as(ana), acme, sub.ID)
		if p := h.wants(err, reviewapi.ErrSelfReview, "the author opens"); p.Status() != 403 {
			t.Errorf("status %d", p.Status())
		}
		_, err = h.client.DecideAtDesk(h.as(ana), acme, sub.ID, "", 0, inRole(accountsapi.RoleHRReviewer, says(reviewapi.Approve)))
		h.wants(err, reviewapi.ErrSelfReview, "the author decides")

		// Her second account is told at the mailbox by which she proved that she works there.
		h.people.mu.Lock()
		second := h.people.acting[acme+" "+leo]
		second.Mailbox = "ana.ruiz@acme.example"
		h.people.acting[acme+" "+leo] = second
		h.people.mu.Unlock()
		h.prove(ana, "Ana.Ruiz+x@acme.example")
		_, err = h.client.AtDesk(h.as(leo), acme, sub.ID)
		h.wants(err, reviewapi.ErrSelfReview, "her second account opens")
		// And by a link to that mailbox.
		link := h.mails(sub.ID)[0]
		h.wants(h.client.AskLink(h.nobody(), reviewapi.AskLink{Token: token(link), Mailbox: "ana.ruiz@acme.example"}), problem.ErrNotFound, "a link for her own mailbox")
		_, err = h.begin(h.post("Another."), "ana.ruiz@acme.example")
		h.wants(err, reviewapi.ErrMailboxOwn, "she names herself")
	})
}

// CC-3 at the desk, 200 rounds in all: of two members who decide at the same instant one counts.
func TestCaseCC3AtTheDesk(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		h.people.joins(acme, hanna, accountsapi.RoleHRReviewer)
		h.people.joins(acme, leo, accountsapi.RoleLegalReviewer)
		h.claims(acme, "acme.example", 1)
		for round := range 100 {
			if round%5 == 0 {
				h.clock.Advance(day)
			}
			sub := h.asked(h.post(fmt.Sprintf("Round %d.", round)))
			no := inRole(accountsapi.RoleLegalReviewer, says(reviewapi.Reject))
			no.Reason = "Not yet."
			var errs [2]error
			var wait sync.WaitGroup
			for i, act := range []func() error{
				func() error {
					_, err := h.client.DecideAtDesk(h.as(hanna), acme, sub.ID, "", sub.Version, inRole(accountsapi.RoleHRReviewer, says(reviewapi.Approve)))
					return err
				},
				func() error {
					_, err := h.client.DecideAtDesk(h.as(leo), acme, sub.ID, "", sub.Version, no)
					return err
				},
			} {
				wait.Go(func() { errs[i] = act() })
			}
			wait.Wait()
			lost := 0
			for _, err := range errs {
				if errors.Is(err, reviewapi.ErrSubmissionDecided) {
					lost++
				} else if err != nil {
					t.Fatal(err)
				}
			}
			if n := h.count(`select count(*) from review.decision where submission_id = $1`, sub.ID); n != 1 || lost != 1 {
				t.Fatalf("round %d: %d decisions, %v", round, n, errs)
			}
			if got := h.submission(sub.ID); len(got.Decisions) != 1 || got.State == reviewapi.StateInStage {
				t.Fatalf("%+v", got)
			}
		}
	})
}

// Two domains of one employer are look-alikes until the same organisation has claimed both.
func TestTwoDomainsOfOneOrganisationAreNoLookalikes(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.claims(acme, "acmechairs.example", 1)
	_, err := h.begin(h.post("To the other domain."), "hr@acme-chairs.example")
	h.wants(err, reviewapi.ErrMailboxLookalike, "an unknown one beside a claimed one")
	h.claims(globex, "acme-chairs.example", 2)
	_, err = h.begin(h.post("To the other domain."), "hr@acme-chairs.example")
	h.wants(err, reviewapi.ErrMailboxLookalike, "claimed by somebody else")
	h.claims(acme, "acme-chairs.example", 3)
	must[reviewapi.Submission](h)(h.begin(h.post("To the other domain."), "hr@acme-chairs.example"))
}

// A desk reads a page by its index, whatever lies behind it.
func TestADeskOpensTheSameWithAThousandPastOnes(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	h.people.joins(acme, hanna, accountsapi.RoleHRReviewer)
	h.claims(acme, "acme.example", 1)
	h.claims(acme, "acme.co.example", 2)
	sub := h.asked(h.post("One."))
	if _, err := h.pool.Exec(t.Context(), `
		insert into review.submission (id, author_id, document_id, seq, digest, employer_id, employer_name, mailbox, locale, zone, policy_source, policy_text,
			policy_digest, state, created_at, updated_at, asked_at)
		select 'submission_0' || lpad(n::text, 25, '0'), 'person_past', 'document_past', 1, 'd', employer_id, 'Acme', 'hr@acme.example', 'en', 'UTC', 'starter', '', 'p', 'no_decision',
			asked_at, asked_at, asked_at from review.submission, generate_series(1, 20000) n where id = $1`, sub.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.pool.Exec(t.Context(), `analyze review.submission`); err != nil {
		t.Fatal(err)
	}
	cursor, seen := "", 0
	for range 3 {
		page := must[reviewapi.DeskPage](h)(h.client.DeskList(h.as(hanna), acme, reviewapi.DeskPast, cursor))
		cursor, seen = page.Next, seen+len(page.Items)
	}
	if seen != 60 || cursor == "" {
		t.Fatalf("%d %q", seen, cursor)
	}
	plan := must[[]string](h)(explain(h, "DeskPast"))
	for _, line := range plan {
		if strings.Contains(line, "Seq Scan on submission") || strings.Contains(line, "Sort Key: s.id") && strings.Contains(line, "submission s") {
			t.Fatalf("the page reads what lies behind it:\n%v", plan)
		}
	}
}

func explain(h *house, query string) ([]string, error) {
	rows, err := h.pool.Query(h.t.Context(), "explain "+queries.SQL(query), pg.Args(pgx.NamedArgs{"organisation": acme, "person": hanna, "cursor": "", "limit": 21}))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, rows.Err()
}
