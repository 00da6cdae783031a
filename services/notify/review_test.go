package notify

import (
	"context"
	"testing"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// An employer's mailbox gets the link, once, and the author each answer, once; a link that needs no mail any more gets none.
func TestReviewersAndAuthorsAreTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.reviewer.mail = reviewapi.LinkMail{Mailbox: "hr@acme.example", Locale: "en", Author: "Mia", Employer: "Acme", Path: "/r/abc", Code: "7Q2M9KDX", Zone: "UTC"}
	for range 2 {
		b.deliver(t, "", reviewapi.EventLinkRequested, reviewapi.LinkRequested{LinkID: "rlink_1", SubmissionID: "submission_1"})
	}
	b.drain(t)
	if len(b.post.sent) != 1 || b.post.sent[0].To != "hr@acme.example" || b.post.sent[0].Subject != "Mia asks you to look at a post before it appears" {
		t.Fatalf("%+v", b.post.sent)
	}
	b.reviewer.err = problem.ErrNotFound
	b.deliver(t, "", reviewapi.EventLinkRequested, reviewapi.LinkRequested{LinkID: "rlink_2", SubmissionID: "submission_1"})
	for _, state := range []string{reviewapi.StateInStage, reviewapi.StateApproved, reviewapi.StateApproved, reviewapi.StateRevoked, reviewapi.StateWithdrawn} {
		b.deliver(t, "", reviewapi.EventSubmissionChanged, reviewapi.SubmissionChanged{SubmissionID: "submission_1", AuthorID: "person_mia", State: state})
	}
	b.drain(t)
	if got := b.mails(t); got[MailSent] != 3 || got[MailDropped] != 1 {
		t.Errorf("%v", got)
	}
	page, err := b.inbox(t.Context(), "person_mia", "", "en")
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Data) != 2 || page.Data[0].Path != "/submissions/submission_1" || page.Data[1].Text != "Your employer approved your post." {
		t.Errorf("%+v", page.Data)
	}
}

// A member is told at their mailbox at the organisation, once; of what is over, not at all.
func TestMembersAreTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.reviewer.mail = reviewapi.LinkMail{Mailbox: "legal@acme.example", Locale: "en", Author: "Mia"}
	for range 2 {
		b.deliver(t, "", reviewapi.EventDeskNoted, reviewapi.DeskNoted{NoteID: "dnote_1", SubmissionID: "submission_1", PersonID: "person_leo", Kind: reviewapi.NoteReminder})
	}
	b.drain(t)
	if len(b.post.sent) != 1 || b.post.sent[0].To != "legal@acme.example" || b.post.sent[0].Subject != "A post by Mia still waits for you" {
		t.Fatalf("%+v", b.post.sent)
	}
	b.reviewer.err = problem.ErrNotFound
	b.deliver(t, "", reviewapi.EventDeskNoted, reviewapi.DeskNoted{NoteID: "dnote_2", SubmissionID: "submission_1", PersonID: "person_leo", Kind: reviewapi.NoteEscalation})
	b.drain(t)
	if got := b.mails(t); got[MailSent] != 1 || got[MailDropped] != 1 {
		t.Errorf("%v", got)
	}
}

func (r *reviewer) DeskNoteForMail(context.Context, string) (reviewapi.DeskMail, error) {
	return reviewapi.DeskMail{Mailbox: r.mail.Mailbox, Locale: "en", Kind: reviewapi.NoteReminder, Author: r.mail.Author, Stage: "Legal", Path: "/desk/org_1/submission_1"}, r.err
}

// A code goes to the mailbox at work, once, and carries nothing but itself.
func TestACodeGoesToTheMailboxAtWork(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.reviewer.mail = reviewapi.LinkMail{Mailbox: "mia@acme.example", Employer: "Acme"}
	for range 2 {
		b.deliver(t, "", reviewapi.EventCodeRequested, reviewapi.CodeRequested{ProofID: "wcode_1", EmploymentID: "employment_1"})
	}
	b.drain(t)
	if len(b.post.sent) != 1 || b.post.sent[0].To != "mia@acme.example" || b.post.sent[0].Subject != "Your code for Workfluence" {
		t.Fatalf("%+v", b.post.sent)
	}
}

func (r *reviewer) CodeForMail(context.Context, string) (reviewapi.CodeMail, error) {
	return reviewapi.CodeMail{Mailbox: r.mail.Mailbox, Locale: "en", Employer: r.mail.Employer, Code: "012345"}, r.err
}
