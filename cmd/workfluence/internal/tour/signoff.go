package tour

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/visitor"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// postText and its twin differ in one comma.
const (
	postText = "Nothing in our rota changes after 18:00, not for snow."
	postTwin = "Nothing in our rota changes after 18:00 not for snow."
)

var postPlace = contentapi.Destination{Channel: contentapi.ChannelLinkedIn, Profile: "https://www.linkedin.com/in/tour"}

// reviewerLink finds a reviewer's mailed link.
var reviewerLink = regexp.MustCompile(regexp.QuoteMeta(reviewapi.LinkPath) + `([A-Za-z0-9_.-]+)`)

// employer is whom the creator asks.
type employer struct{ name, mailbox string }

// signOff has a post and a course cleared by an employer that has never heard of us, and audits the log with both receipts.
func (w *walk) signOff(ctx context.Context, guest *visitor.Visitor, mark string) error {
	e := employer{"Rota Works", "hanna@" + mark + "-rotas.example"}
	post, err := w.clearPost(ctx, guest, e)
	if err != nil {
		return fmt.Errorf("clear a post: %w", err)
	}
	course, err := w.clearCourse(ctx, guest, e)
	if err != nil {
		return fmt.Errorf("clear a course: %w", err)
	}
	if err := w.audit(ctx, guest, post, course); err != nil {
		return err
	}
	return w.desk(ctx, guest, mark, e)
}

// clearPost writes a post, has it approved, publishes it, and finds that one comma less is not what was approved.
func (w *walk) clearPost(ctx context.Context, guest *visitor.Visitor, e employer) (receipt []byte, err error) {
	c := w.creator
	draft := contentapi.Draft{Text: postText, Destinations: []contentapi.Destination{postPlace}}
	doc, err := c.Content.Create(ctx, id.New("key"), contentapi.NewDocument{Kind: contentapi.KindPost, Draft: draft})
	if err != nil {
		return nil, err
	}
	sub, err := w.ask(ctx, doc.ID, e)
	if err != nil {
		return nil, err
	}
	place := contentapi.Publish{Digest: doc.Current.Digest, Channel: postPlace.Channel, Profile: postPlace.Profile}
	_, err = c.Content.Publish(ctx, id.New("key"), doc.ID, place)
	if err := refused(err, contentapi.ErrGateWaiting); err != nil {
		return nil, fmt.Errorf("publish before anybody agreed: %w", err)
	}
	if err := w.decide(ctx, guest, sub, postText); err != nil {
		return nil, err
	}
	text, twin := postText, postTwin
	file, err := w.proven(ctx, guest, sub.ID, &receiptPost{Text: &text}, &receiptPost{Text: &twin})
	if err != nil {
		return nil, err
	}
	if doc, err = c.Content.Publish(ctx, id.New("key"), doc.ID, place); err != nil {
		return nil, fmt.Errorf("publish what was approved: %w", err)
	}
	w.say("The post is published: exactly the words that were approved, digest %.19s…", place.Digest)
	draft.Text = postTwin
	if doc, err = c.Content.Save(ctx, id.New("key"), doc.ID, doc.Version, draft); err != nil {
		return nil, err
	}
	place.Digest = doc.Current.Digest
	_, err = c.Content.Publish(ctx, id.New("key"), doc.ID, place)
	if err := refused(err, contentapi.ErrApprovalStale); err != nil {
		return nil, fmt.Errorf("publish with a comma less: %w", err)
	}
	w.say("One comma less, and the gate is shut: 409 %s", contentapi.ErrApprovalStale.Code)
	return file, nil
}

// clearCourse has a course approved and published, and finds that after an edit its buyers keep what was approved.
func (w *walk) clearCourse(ctx context.Context, guest *visitor.Visitor, e employer) (receipt []byte, err error) {
	shop := w.creator.Storefront
	p, lesson, err := w.smallCourse(ctx)
	if err != nil {
		return nil, err
	}
	if p, err = shop.PutForward(ctx, p.ID); err != nil {
		return nil, fmt.Errorf("put it forward: %w", err)
	}
	sub, err := w.ask(ctx, p.DocumentID, e)
	if err != nil {
		return nil, err
	}
	_, err = shop.Publish(ctx, p.ID, p.Version)
	if err := refused(err, contentapi.ErrGateWaiting); err != nil {
		return nil, fmt.Errorf("publish before anybody agreed: %w", err)
	}
	if err := w.decide(ctx, guest, sub, lesson.Body); err != nil {
		return nil, err
	}
	file, err := w.proven(ctx, guest, sub.ID, nil, nil)
	if err != nil {
		return nil, err
	}
	if p, err = shop.Publish(ctx, p.ID, p.Version); err != nil {
		return nil, fmt.Errorf("publish what was approved: %w", err)
	}
	cleared := p.Publication.Digest
	if cleared != sub.Digest {
		return nil, fmt.Errorf("buyers get %s, but %s was approved", cleared, sub.Digest)
	}
	w.say("The course is published at %s%s: exactly what was approved, digest %.19s…", w.base, p.Path, cleared)
	body := strings.Replace(lesson.Body, ",", "", 1)
	if _, err := shop.UpdateLesson(ctx, lesson.ID, lesson.Version, storefrontapi.UpdateLesson{Body: &body}); err != nil {
		return nil, err
	}
	if p, err = shop.Product(ctx, p.ID); err != nil {
		return nil, err
	}
	_, err = shop.Publish(ctx, p.ID, p.Version)
	if err := refused(err, contentapi.ErrApprovalStale); err != nil {
		return nil, fmt.Errorf("publish with a comma less: %w", err)
	}
	if p, err = shop.Product(ctx, p.ID); err != nil {
		return nil, err
	}
	if p.Publication.Digest != cleared || p.State != storefrontapi.StatePublished || !p.Changed {
		return nil, fmt.Errorf("after a refused publication the course is %s with %s, changed %v", p.State, p.Publication.Digest, p.Changed)
	}
	w.say("One comma less in a lesson: 409 %s, and buyers keep what was approved", contentapi.ErrApprovalStale.Code)
	return file, nil
}

// smallCourse is a free course of one lesson that has a comma.
func (w *walk) smallCourse(ctx context.Context) (p storefrontapi.Product, lesson storefrontapi.Lesson, err error) {
	shop := w.creator.Storefront
	if p, err = shop.CreateProduct(ctx, id.New("key"), storefrontapi.NewProduct{Kind: storefrontapi.KindCourse, Title: "The rule of six o’clock"}); err != nil {
		return p, lesson, err
	}
	section, err := shop.AddSection(ctx, p.ID, storefrontapi.NewSection{Title: "Begin"})
	if err != nil {
		return p, lesson, err
	}
	if lesson, err = shop.AddLesson(ctx, section.ID, storefrontapi.NewLesson{Title: "Why", Body: "Plans end at six, so that evenings begin."}); err != nil {
		return p, lesson, err
	}
	if p, err = shop.Product(ctx, p.ID); err != nil {
		return p, lesson, err
	}
	p, err = shop.SetPrices(ctx, p.ID, p.Version, storefrontapi.SetPrices{Free: true})
	return p, lesson, err
}

// ask sends a document to a reviewer, after a look at what they will see.
func (w *walk) ask(ctx context.Context, documentID string, e employer) (reviewapi.Submission, error) {
	c := w.creator
	sub, err := c.Review.Begin(ctx, id.New("key"), reviewapi.NewSubmission{
		DocumentID: documentID, Ask: reviewapi.Ask{Employer: e.name, Mailbox: e.mailbox, Locale: "en"},
	})
	if err != nil {
		return sub, fmt.Errorf("begin: %w", err)
	}
	shown, err := c.Review.Preview(ctx, sub.ID)
	if err != nil {
		return sub, fmt.Errorf("preview: %w", err)
	}
	if shown.Digest != sub.Digest {
		return sub, fmt.Errorf("the preview shows %s, but %s would be sent", shown.Digest, sub.Digest)
	}
	if sub, err = c.Review.Send(ctx, sub.ID, sub.Version, reviewapi.SendSubmission{}); err != nil {
		return sub, fmt.Errorf("send: %w", err)
	}
	_, err = c.Dev.Settle(ctx)
	return sub, err
}

// decide is the reviewer, without an account: the mail has no word of the text, its link opens once, and what they read is what was sent.
func (w *walk) decide(ctx context.Context, guest *visitor.Visitor, sub reviewapi.Submission, words string) error {
	mails, err := guest.Dev.Mails(ctx, sub.Mailbox)
	if err != nil {
		return err
	}
	if len(mails.Data) == 0 {
		return errors.New("no mail came to the reviewer")
	}
	mail, err := guest.Dev.Mail(ctx, mails.Data[0].ID)
	if err != nil {
		return err
	}
	if strings.Contains(mail.Text, words) {
		return errors.New("the mail says what only the page behind its link may say")
	}
	found := reviewerLink.FindStringSubmatch(mail.Text)
	if found == nil {
		return errors.New("the mail to the reviewer has no link")
	}
	token := strings.TrimRight(found[1], ".")
	for range 2 { // looking, as a scanner does, consumes nothing
		info, err := guest.Review.PeekLink(ctx, token)
		if err != nil || info.State != reviewapi.LinkOpen {
			return fmt.Errorf("the link is %q before anybody opened it: %v", info.State, err)
		}
	}
	in, err := guest.Review.Enter(ctx, reviewapi.Enter{Token: token})
	if err != nil {
		return fmt.Errorf("open the link: %w", err)
	}
	r, err := guest.Review.Review(ctx, in.Secret)
	if err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	if r.Sheet.Digest != sub.Digest {
		return fmt.Errorf("the reviewer reads %s, but %s was sent", r.Sheet.Digest, sub.Digest)
	}
	if _, err = guest.Review.Decide(ctx, in.Secret, id.New("key"), r.Version, reviewapi.Decide{
		Kind: reviewapi.Approve, Signature: reviewapi.Signature{Name: "Hanna Roth", Role: "HR lead", MayDecide: true},
	}); err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	w.say("%s is asked at %s: they read it behind a mailed link, without an account, and approve", sub.Employer, sub.Mailbox)
	_, err = guest.Dev.Settle(ctx)
	return err
}

type receiptPost = receipt.Post

// proven downloads the receipt of the one decision about a submission and verifies it with the published keys alone: it proves the post, and
// not its twin. A nil post compares no words.
func (w *walk) proven(ctx context.Context, guest *visitor.Visitor, submissionID string, post, twin *receiptPost) ([]byte, error) {
	sub, err := w.creator.Review.Submission(ctx, submissionID)
	if err != nil {
		return nil, err
	}
	if sub.State != reviewapi.StateApproved || len(sub.Decisions) != 1 {
		return nil, fmt.Errorf("the submission is %s with %d decisions after it was approved", sub.State, len(sub.Decisions))
	}
	downloaded, err := w.creator.Review.Receipt(ctx, sub.ID, sub.Decisions[0].ID)
	if err != nil {
		return nil, fmt.Errorf("download the receipt: %w", err)
	}
	keys, _, err := published(ctx, guest)
	if err != nil {
		return nil, err
	}
	r, err := receipt.Verify(keys, downloaded.File(), post)
	if err != nil {
		return nil, fmt.Errorf("the receipt proves nothing: %w", err)
	}
	s := r.Statement
	if s.Submission != sub.ID || s.Digest != sub.Digest || s.Decision != receipt.Approved || s.ValidUntil == nil {
		return nil, fmt.Errorf("the receipt says %s of %s", s.Decision, s.Digest)
	}
	if twin != nil {
		var fault *receipt.Fault
		if _, err := receipt.Verify(keys, downloaded.File(), twin); !errors.As(err, &fault) || fault.Part != receipt.PartPost {
			return nil, fmt.Errorf("the receipt does not tell the post from its twin: %v", err)
		}
	}
	w.say("The receipt verifies without a server: %s by %s, %s, until %s", s.Decision, s.Signatures[0].Name, s.Signatures[0].Role, s.ValidUntil.Format(time.DateOnly))
	return downloaded.File(), nil
}

// published are the keys of the log as everybody gets them, and its newest checkpoint.
func published(ctx context.Context, guest *visitor.Visitor) (receipt.Keys, string, error) {
	log, err := guest.Review.Log(ctx)
	if err != nil {
		return receipt.Keys{}, "", fmt.Errorf("the log: %w", err)
	}
	keys, err := receipt.ParseKeys([]byte(log.Keys))
	return keys, log.Checkpoint, err
}

// audit builds the log's tree again from its rows: it is what was signed, and has both receipts.
func (w *walk) audit(ctx context.Context, guest *visitor.Visitor, receipts ...[]byte) error {
	keys, checkpoint, err := published(ctx, guest)
	if err != nil {
		return err
	}
	var log bytes.Buffer
	for next := int64(0); ; {
		rows, err := guest.Review.LogRows(ctx, next)
		if err != nil {
			return err
		}
		if len(rows.Rows) == 0 {
			break
		}
		for _, row := range rows.Rows {
			log.WriteString(row + "\n")
		}
		next = rows.Next
	}
	rep, err := receipt.Audit(keys, &log, []string{checkpoint}, receipts)
	if err != nil {
		return err
	}
	if len(rep.Faults) > 0 || rep.Receipts != len(receipts) {
		return fmt.Errorf("the log agrees with %d of %d receipts: %v", rep.Receipts, len(receipts), rep.Faults)
	}
	w.say("The log of %d rows is what was signed, and has both receipts", rep.Rows)
	return nil
}

// refused is nil when an error is the one expected.
func refused(err error, want *problem.Error) error {
	if p := problem.From(err); p == nil || p.Code != want.Code || p.Status() != want.Status() {
		return fmt.Errorf("want %s, got %v", want.Code, err)
	}
	return nil
}
