package tour

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/visitor"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// workCode finds the code in a mail to a mailbox at work.
var workCode = regexp.MustCompile(`\b[0-9]{6}\b`)

// standingTopic is what the creator may post about without asking each time.
const standingTopic = "Planning shifts"

// desk has the employer that was asked come to the house: HR claims its mail domain, and signs a class of posts once.
func (w *walk) desk(ctx context.Context, guest *visitor.Visitor, mark string, e employer) error {
	hr, org, err := w.organisation(ctx, guest, mark, e)
	if err != nil {
		return fmt.Errorf("an organisation: %w", err)
	}
	if err := w.proveWork(ctx, guest, e); err != nil {
		return fmt.Errorf("prove that one works there: %w", err)
	}
	now, err := guest.Dev.Clock(ctx)
	if err != nil {
		return err
	}
	signed, err := hr.Review.GrantStanding(ctx, org.ID, id.New("key"), reviewapi.GrantStanding{
		Everybody: true, Topics: []string{standingTopic}, Channels: []string{contentapi.ChannelLinkedIn}, AWeek: 1, Sample: 100,
		Until: now.Now.Add(30 * 24 * time.Hour), Zone: "Europe/Brussels",
		Signature: reviewapi.Signature{Name: "Hanna Roth", Role: accountsapi.RoleHRReviewer, MayDecide: true},
	})
	if err != nil {
		return fmt.Errorf("sign a standing permission: %w", err)
	}
	w.say("HR signs a standing permission: “%s”, one a week, and a hit of any rule waits", standingTopic)
	if err := w.underStanding(ctx, e, signed); err != nil {
		return err
	}
	return w.twoStages(ctx, guest, hr, org, mark, e)
}

// organisation makes the employer's organisation, whose domain its DNS proves, and its desk has what was asked before.
func (w *walk) organisation(ctx context.Context, guest *visitor.Visitor, mark string, e employer) (hr *visitor.Visitor, org accountsapi.Organisation, err error) {
	if hr, err = guest.SignIn(ctx, "hanna-"+mark+"@example.com", "en"); err != nil {
		return nil, org, err
	}
	if org, err = hr.Accounts.NewOrganisation(ctx, id.New("key"), accountsapi.NewOrganisation{Kind: accountsapi.KindEmployer, Name: e.name}); err != nil {
		return nil, org, err
	}
	me := org.Members[0]
	if org, err = hr.Accounts.SetRoles(ctx, org.ID, me.ID, me.Version, accountsapi.SetRoles{Roles: []string{accountsapi.RoleOwner, accountsapi.RoleHRReviewer}}); err != nil {
		return nil, org, err
	}
	_, domain, _ := strings.Cut(e.mailbox, "@")
	host, err := hr.Accounts.ClaimDomain(ctx, org.ID, accountsapi.ClaimDomain{Domain: domain})
	if err != nil {
		return nil, org, err
	}
	if _, err = hr.Accounts.CheckDomain(ctx, org.ID, host.ID); err == nil {
		return nil, org, errors.New("the domain was proved without its DNS record")
	}
	if err = hr.Accounts.SetRecord(ctx, accountsapi.Record{Name: host.RecordName, Values: []string{host.RecordValue}}); err != nil {
		return nil, org, err
	}
	if host, err = hr.Accounts.CheckDomain(ctx, org.ID, host.ID); err != nil || host.State != accountsapi.ClaimHeld {
		return nil, org, fmt.Errorf("the domain is %q: %w", host.State, err)
	}
	if _, err = guest.Dev.Settle(ctx); err != nil {
		return nil, org, err
	}
	past, err := hr.Review.DeskList(ctx, org.ID, reviewapi.DeskPast, "")
	if err != nil {
		return nil, org, err
	}
	if len(past.Items) != 2 {
		return nil, org, fmt.Errorf("the desk shows %d past submissions, two were asked", len(past.Items))
	}
	w.say("%s claims %s by its DNS: its desk has the two that were asked before, and nothing else", e.name, domain)
	return hr, org, nil
}

// proveWork is the creator, by a code that went to their own mailbox at work, with no word of what they write.
func (w *walk) proveWork(ctx context.Context, guest *visitor.Visitor, e employer) error {
	jobs, err := w.creator.Review.Employments(ctx)
	if err != nil {
		return err
	}
	if len(jobs.Items) != 1 {
		return fmt.Errorf("%d employments", len(jobs.Items))
	}
	_, domain, _ := strings.Cut(e.mailbox, "@")
	mailbox := "tour@" + domain
	if err := w.creator.Review.ProveEmployment(ctx, jobs.Items[0].ID, reviewapi.ProveEmployment{Mailbox: mailbox}); err != nil {
		return err
	}
	if _, err := guest.Dev.Settle(ctx); err != nil {
		return err
	}
	mails, err := guest.Dev.Mails(ctx, mailbox)
	if err != nil {
		return err
	}
	if len(mails.Data) == 0 {
		return errors.New("no code came to the mailbox at work")
	}
	mail, err := guest.Dev.Mail(ctx, mails.Data[0].ID)
	if err != nil {
		return err
	}
	_, err = w.creator.Review.ConfirmEmployment(ctx, jobs.Items[0].ID, reviewapi.WorkCode{Code: workCode.FindString(mail.Text)})
	return err
}

// underStanding posts what fits, which opens at once, then what would be one too many, and what a rule finds.
func (w *walk) underStanding(ctx context.Context, e employer, signed reviewapi.Standing) error {
	doc, sub, offer, err := w.offered(ctx, e, "Three ways to swap a shift without asking the whole team.", signed)
	if err != nil {
		return err
	}
	if offer.Reason != "" {
		return fmt.Errorf("what fits would wait: %s", offer.Reason)
	}
	under := &reviewapi.Under{Permission: signed.ID, Topic: standingTopic}
	if sub, err = w.creator.Review.Send(ctx, sub.ID, sub.Version, reviewapi.SendSubmission{Standing: under}); err != nil {
		return fmt.Errorf("send it under the permission: %w", err)
	}
	if _, err := w.creator.Dev.Settle(ctx); err != nil {
		return err
	}
	if sub, err = w.creator.Review.Submission(ctx, sub.ID); err != nil {
		return err
	}
	if sub.State != reviewapi.StateApproved || len(sub.Decisions) != 1 || sub.Decisions[0].Standing == nil || sub.Decisions[0].Standing.Digest != signed.Digest {
		return fmt.Errorf("the submission is %s with %d decisions", sub.State, len(sub.Decisions))
	}
	if _, err := w.creator.Content.Publish(ctx, id.New("key"), doc.ID, contentapi.Publish{Digest: doc.Current.Digest, Channel: postPlace.Channel, Profile: postPlace.Profile}); err != nil {
		return fmt.Errorf("publish it: %w", err)
	}
	w.say("A post that fits opens at once and is published; its receipt names that signature")
	for text, reason := range map[string]string{
		"A fourth way to swap a shift.":                           reviewapi.WaitsFull,
		"We will lay off 400 people in May, before it is public.": reviewapi.WaitsHit,
	} {
		if _, _, offer, err = w.offered(ctx, e, text, signed); err != nil {
			return err
		}
		if offer.Reason != reason {
			return fmt.Errorf("%q waits for %q, want %q", text, offer.Reason, reason)
		}
	}
	w.say("The next one that week waits (%s), and so does one about a closure (%s)", reviewapi.WaitsFull, reviewapi.WaitsHit)
	return nil
}

// invitationLink finds the link in a mailed invitation.
var invitationLink = regexp.MustCompile(regexp.QuoteMeta(accountsapi.InvitationPath) + `([A-Za-z0-9_.-]+)`)

// twoStages has a post read by HR first and by legal second, each in their own account: it opens when both agreed.
func (w *walk) twoStages(ctx context.Context, guest, hr *visitor.Visitor, org accountsapi.Organisation, mark string, e employer) error {
	legal, err := w.invited(ctx, guest, hr, org, mark, e)
	if err != nil {
		return fmt.Errorf("invite legal: %w", err)
	}
	stage := func(name, role string) reviewapi.PlanStage {
		return reviewapi.PlanStage{Name: name, Roles: []string{role}, Need: reviewapi.NeedOne, Days: 2}
	}
	if _, err := hr.Review.SetStages(ctx, org.ID, 0, reviewapi.SetStages{Zone: "Europe/Brussels", Closed: []string{}, Stages: []reviewapi.PlanStage{
		stage("HR", accountsapi.RoleHRReviewer), stage("Legal", accountsapi.RoleLegalReviewer),
	}}); err != nil {
		return fmt.Errorf("set two stages: %w", err)
	}
	draft := contentapi.Draft{Text: "What a works council taught me about rotas.", Destinations: []contentapi.Destination{postPlace}}
	doc, err := w.creator.Content.Create(ctx, id.New("key"), contentapi.NewDocument{Kind: contentapi.KindPost, Draft: draft})
	if err != nil {
		return err
	}
	sub, err := w.ask(ctx, doc.ID, e)
	if err != nil {
		return err
	}
	place := contentapi.Publish{Digest: doc.Current.Digest, Channel: postPlace.Channel, Profile: postPlace.Profile}
	for _, by := range []struct {
		who        *visitor.Visitor
		name, role string
	}{{hr, "Hanna Roth", accountsapi.RoleHRReviewer}, {legal, "Lea Brandt", accountsapi.RoleLegalReviewer}} {
		_, err := w.creator.Content.Publish(ctx, id.New("key"), doc.ID, place)
		if err := refused(err, contentapi.ErrGateWaiting); err != nil {
			return fmt.Errorf("publish before %s agreed: %w", by.name, err)
		}
		if _, err := by.who.Review.DecideAtDesk(ctx, org.ID, sub.ID, id.New("key"), 0, reviewapi.Decide{
			Kind: reviewapi.Approve, Signature: reviewapi.Signature{Name: by.name, Role: by.role, MayDecide: true},
		}); err != nil {
			return fmt.Errorf("%s decides: %w", by.name, err)
		}
		if _, err := guest.Dev.Settle(ctx); err != nil {
			return err
		}
	}
	if _, err := w.creator.Content.Publish(ctx, id.New("key"), doc.ID, place); err != nil {
		return fmt.Errorf("publish what both approved: %w", err)
	}
	w.say("A post is cleared by HR and then by legal, at the desk of %s, and published: neither alone opens it", e.name)
	return nil
}

// invited is a colleague who accepted an invitation that went to their mailbox at work, in an account of their own.
func (w *walk) invited(ctx context.Context, guest, hr *visitor.Visitor, org accountsapi.Organisation, mark string, e employer) (*visitor.Visitor, error) {
	_, domain, _ := strings.Cut(e.mailbox, "@")
	mailbox := "lea@" + domain
	if _, err := hr.Accounts.InviteMember(ctx, id.New("key"), org.ID, accountsapi.InviteMember{
		Mailbox: mailbox, Locale: "en", SetRoles: accountsapi.SetRoles{Roles: []string{accountsapi.RoleLegalReviewer}},
	}); err != nil {
		return nil, err
	}
	if _, err := guest.Dev.Settle(ctx); err != nil {
		return nil, err
	}
	mails, err := guest.Dev.Mails(ctx, mailbox)
	if err != nil {
		return nil, err
	}
	if len(mails.Data) == 0 {
		return nil, errors.New("no invitation came")
	}
	mail, err := guest.Dev.Mail(ctx, mails.Data[0].ID)
	if err != nil {
		return nil, err
	}
	found := invitationLink.FindStringSubmatch(mail.Text)
	if found == nil {
		return nil, errors.New("the invitation has no link")
	}
	legal, err := guest.SignIn(ctx, "lea-"+mark+"@example.com", "en")
	if err != nil {
		return nil, err
	}
	_, err = legal.Accounts.AcceptInvitation(ctx, accountsapi.AcceptInvitation{Token: strings.TrimRight(found[1], ".")})
	return legal, err
}

// offered is a post that is about to be asked, and what its author is told of the permission.
func (w *walk) offered(ctx context.Context, e employer, text string, signed reviewapi.Standing) (doc contentapi.Document, sub reviewapi.Submission, offer reviewapi.Offer, err error) {
	c := w.creator
	draft := contentapi.Draft{Text: text, Destinations: []contentapi.Destination{postPlace}}
	if doc, err = c.Content.Create(ctx, id.New("key"), contentapi.NewDocument{Kind: contentapi.KindPost, Draft: draft}); err != nil {
		return doc, sub, offer, err
	}
	if sub, err = c.Review.Begin(ctx, id.New("key"), reviewapi.NewSubmission{
		DocumentID: doc.ID, Ask: reviewapi.Ask{Employer: e.name, Mailbox: e.mailbox, Locale: "en"},
	}); err != nil {
		return doc, sub, offer, err
	}
	offers, err := c.Review.Offers(ctx, sub.ID)
	if err != nil {
		return doc, sub, offer, err
	}
	if len(offers.Items) != 1 || offers.Items[0].ID != signed.ID {
		return doc, sub, offer, fmt.Errorf("%d permissions are offered", len(offers.Items))
	}
	return doc, sub, offers.Items[0], nil
}
