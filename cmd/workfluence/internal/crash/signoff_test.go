package crash_test

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/visitor"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

const reviewerMail = "hr@acme.example"

var reviewerLink = regexp.MustCompile(regexp.QuoteMeta(reviewapi.LinkPath) + `([A-Za-z0-9_.-]+)`)

// signOff asks an employer about a post and has it approved, dying on the way: after it there is one decision, one row of the log with a
// receipt that verifies, and a gate that is open.
func (w *world) signOff(ctx context.Context) {
	var doc contentapi.Document
	var sub reviewapi.Submission
	var secret string
	w.h.Do(ctx, "ask", func(ctx context.Context) error {
		c, err := w.here(ctx)
		if err != nil {
			return err
		}
		if doc, err = c.Content.Create(ctx, "post", contentapi.NewDocument{Kind: contentapi.KindPost, Draft: contentapi.Draft{
			Text: "We moved to four days.", Destinations: []contentapi.Destination{{Channel: contentapi.ChannelLinkedIn, Profile: "https://www.linkedin.com/in/ada"}},
		}}); err != nil {
			return err
		}
		if sub, err = c.Review.Begin(ctx, "submission", reviewapi.NewSubmission{
			DocumentID: doc.ID, Ask: reviewapi.Ask{Employer: "Acme Chairs", Mailbox: reviewerMail, Locale: "en"},
		}); err != nil {
			return err
		}
		if sub, err = c.Review.Submission(ctx, sub.ID); err != nil || sub.State != reviewapi.StateDraft {
			return err
		}
		sub, err = c.Review.Send(ctx, sub.ID, sub.Version, reviewapi.SendSubmission{})
		return err
	})
	w.h.Do(ctx, "open the link", func(ctx context.Context) error {
		c, err := w.here(ctx)
		if err != nil {
			return err
		}
		mails, err := c.Dev.Mails(ctx, reviewerMail)
		if err != nil || len(mails.Data) == 0 {
			return fmt.Errorf("no mail to the reviewer yet: %w", err)
		}
		full, err := c.Dev.Mail(ctx, mails.Data[0].ID)
		if err != nil {
			return err
		}
		found := reviewerLink.FindStringSubmatch(full.Text)
		if found == nil {
			return fmt.Errorf("no link in %q", full.Text)
		}
		guest, err := visitor.New(w.h.Base)
		if err != nil {
			return err
		}
		in, err := guest.Review.Enter(ctx, reviewapi.Enter{Token: strings.TrimRight(found[1], ".")})
		secret = in.Secret
		return err
	})
	w.h.Do(ctx, "decide", func(ctx context.Context) error {
		guest, err := visitor.New(w.h.Base)
		if err != nil {
			return err
		}
		_, err = guest.Review.Decide(ctx, secret, "decision", 0, reviewapi.Decide{
			Kind: reviewapi.Approve, Signature: reviewapi.Signature{Name: "Hanna Roth", Role: "HR lead", MayDecide: true},
		})
		return err
	})
	w.h.Do(ctx, "look", func(ctx context.Context) error { return w.signedOff(ctx, doc.ID, sub.ID) })
}

// signedOff compares everything that is known of one approval. A move that was leased when the process died is brought on when its lease is over.
func (w *world) signedOff(ctx context.Context, documentID, submissionID string) error {
	c, err := w.here(ctx)
	if err != nil {
		return err
	}
	doc, err := c.Content.Document(ctx, documentID)
	if err != nil {
		return err
	}
	if len(doc.Gates) != 1 || doc.Gates[0].State != contentapi.GateOpen || doc.Gates[0].Fault != "" {
		return fmt.Errorf("the gate: %+v", doc.Gates)
	}
	sub, err := c.Review.Submission(ctx, submissionID)
	if err != nil {
		return err
	}
	if sub.State != reviewapi.StateApproved || len(sub.Decisions) != 1 {
		return fmt.Errorf("%s with %d decisions", sub.State, len(sub.Decisions))
	}
	file, err := c.Review.Receipt(ctx, sub.ID, sub.Decisions[0].ID)
	if err != nil {
		return err
	}
	state, err := c.Review.Log(ctx)
	if err != nil {
		return err
	}
	rows, err := c.Review.LogRows(ctx, 0)
	if err != nil {
		return err
	}
	keys, err := receipt.ParseKeys([]byte(state.Keys))
	if err != nil {
		return err
	}
	log := strings.Join(append(rows.Rows, ""), "\n")
	rep, err := receipt.Audit(keys, bytes.NewReader([]byte(log)), []string{state.Checkpoint}, [][]byte{file.File()})
	if err != nil {
		return err
	}
	if rep.Rows != 1 || rep.Receipts != 1 || len(rep.Faults) != 0 {
		return fmt.Errorf("the log: %+v", rep)
	}
	return nil
}
