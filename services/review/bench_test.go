package review

import (
	"fmt"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/turns"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// deskWith is a house whose desk has decided that many submissions, and has one that waits.
func deskWith(b *testing.B, past int) *house {
	h := newHouse(b, false)
	h.people.joins(acme, hanna, accountsapi.RoleHRReviewer)
	h.claims(acme, "acme.example", 7)
	decided := h.asked(h.post("Decided."))
	must[reviewapi.Review](h)(h.decide(h.opened(decided), says(reviewapi.Approve)))
	err := h.exec(fmt.Sprintf(`insert into review.submission
		select (jsonb_populate_record(s, jsonb_build_object('id', 'submission_0' || lpad(n::text, 25, '0'), 'document_id', 'doc_' || n))).*
		from review.submission s, generate_series(1, %d) n where s.id = '%s'`, past-1, decided.ID))
	if err == nil {
		err = h.exec(`analyze review.submission`)
	}
	if err != nil {
		b.Fatal(err)
	}
	h.clock.Advance(day + time.Hour) // mails to a mailbox are bounded by the day
	h.asked(h.post("It waits."))
	return h
}

// BenchmarkDesk opens a reviewer's queue at a desk that has decided 100,000 submissions, beside one that has decided 100.
func BenchmarkDesk(b *testing.B) {
	open := func(past int) func(int) error {
		h := deskWith(b, past)
		return func(int) error {
			page, err := h.client.DeskList(h.as(hanna), acme, reviewapi.DeskWaiting, "")
			if err == nil && len(page.Items) != 1 {
				err = fmt.Errorf("%d wait", len(page.Items))
			}
			return err
		}
	}
	turns.Race{Clients: 4, Ours: open(100_000), Limit: open(100)}.Run(b)
}

// BenchmarkDeskPast turns the first page of what is over, of as many.
func BenchmarkDeskPast(b *testing.B) {
	open := func(past int) func(int) error {
		h := deskWith(b, past)
		return func(int) error {
			page, err := h.client.DeskList(h.as(hanna), acme, reviewapi.DeskPast, "")
			if err == nil && len(page.Items) != pageSize {
				err = fmt.Errorf("%d are shown", len(page.Items))
			}
			return err
		}
	}
	turns.Race{Clients: 4, Ours: open(100_000), Limit: open(100)}.Run(b)
}
