package review

import (
	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

var storyOrganisation = accountsapi.Organisation{ID: "org_1", Name: "Acme Chairs", Mine: []string{accountsapi.RoleHRReviewer, accountsapi.RoleLegalReviewer}}

func storyStanding(state string) reviewapi.Standing {
	two := 2
	return reviewapi.Standing{
		ID: "standing_1", Organisation: "org_1", Author: "Ines Duarte", Topics: []string{"Career advice", "Interviews"}, Channels: []string{"linkedin", "newsletter"}, AWeek: 3,
		Sample: 20, Zone: "Europe/Paris", From: storyDay, Until: storyDay.AddDate(0, 3, 0), Digest: storyDigest, Name: "Hanna Roth", Role: accountsapi.RoleHRReviewer,
		Signed: storyDay, State: state, Version: 1, Used: &two, Week: storyDay.AddDate(0, 0, 6),
	}
}

// standingStories are the pages of standing permissions.
func standingStories(b *storybook.Book) {
	everyone := storyStanding(reviewapi.StandingEarly)
	everyone.Everybody, everyone.Author, everyone.Used, everyone.Kinds, everyone.Media = true, "", nil, []string{"LAYOFF", "MNPI"}, true
	back := storyStanding(reviewapi.StandingRevoked)
	back.Topics, back.Revoked, back.Reason = []string{longName}, &storyDay, "Results are near.\nWe begin again in May."
	b.Add("review", "permissions", "empty", story("standing.title", everybody, func(p *shell.Page) templ.Component {
		return permissionsPage(p.L, storyOrganisation, nil)
	}))
	b.Add("review", "permissions", "many", story("standing.title", everybody, func(p *shell.Page) templ.Component {
		return permissionsPage(p.L, storyOrganisation, []reviewapi.Standing{storyStanding(reviewapi.StandingOpen), everyone, storyStanding(reviewapi.StandingOver), back})
	}))
	for name, s := range map[string]reviewapi.Standing{"open": storyStanding(reviewapi.StandingOpen), "everybody": everyone, "revoked": back} {
		b.Add("review", "permission", name, story("standing.show", everybody, func(p *shell.Page) templ.Component {
			return permissionPage(p.L, storyOrganisation, s, reviewapi.RevokeStanding{}, nil)
		}))
	}
	form := func(l *shell.Page) permissionForm {
		return permissionForm{at: signPlace(l.L, storyOrganisation), in: reviewapi.GrantStanding{Channels: []string{"linkedin"}, AWeek: 3, Sample: 20, Zone: "Europe/Paris"}}
	}
	b.Add("review", "permission-new", "everybody", story("standing.new.title", everybody, func(p *shell.Page) templ.Component {
		return permissionNewPage(p.L, storyOrganisation, form(p))
	}))
	b.Add("review", "permission-new", "error", story("standing.new.title", everybody, func(p *shell.Page) templ.Component {
		f := form(p)
		f.in.Submission, f.author, f.topics, f.in.AWeek, f.in.Kinds = "submission_1", "Ines Duarte", longName, -1, []string{"LAYOFF"}
		f.faults = wholeFields(ui.FaultsOf(p.L, problem.ErrInvalid.WithField("/topics/0", "required", "is required").WithField("/topics/1", "required", "is required").
			WithField("/channels", "required", "is required").WithField("/a_week", "required", "is required").WithField("/until", "required", "is required")))
		return permissionNewPage(p.L, storyOrganisation, f)
	}))
	b.Add("review", "my-permissions", "empty", story("standing.mine.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return myPermissionsPage(p.L, nil)
	}))
	b.Add("review", "my-permissions", "many", story("standing.mine.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return myPermissionsPage(p.L, []reviewapi.Standing{storyStanding(reviewapi.StandingOpen), back})
	}))
	for name, reason := range map[string]string{"under-permission": "", "permission-full": reviewapi.WaitsFull, "permission-hit": reviewapi.WaitsHit} {
		b.Add("review", "preview", name, story("review.preview.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
			hints := storyHints()
			hints.Hits, hints.Protected, hints.Whistleblowing = nil, false, reason == ""
			return previewPage(p.L, storySubmission(reviewapi.StateDraft), storySheet(), &hints, []reviewapi.Offer{{Standing: storyStanding(reviewapi.StandingOpen), Reason: reason}})
		}))
	}
	for _, reason := range []string{
		"", reviewapi.StandingEarly, reviewapi.StandingOver, reviewapi.StandingRevoked, reviewapi.WaitsElsewhere, reviewapi.WaitsSelf, reviewapi.WaitsProduct,
		reviewapi.WaitsMedia, reviewapi.WaitsDestination, reviewapi.WaitsHit, reviewapi.WaitsFull, reviewapi.WaitsQuiet, reviewapi.WaitsStages,
	} {
		name, state, use := "waits-"+reason, reviewapi.StateInStage, reviewapi.StandingUse{State: reviewapi.UseWaits, Reason: reason}
		if reason == "" {
			name, state, use = "let-through", reviewapi.StateApproved, reviewapi.StandingUse{State: reviewapi.UseOpened, Under: reviewapi.Under{Topic: "Career advice"}, Sampled: true}
		}
		b.Add("review", "submission", name, story("review.show.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
			s := storySubmission(state)
			s.Standing = &use
			if reason == "" {
				s.Decisions[0].Standing = &reviewapi.UnderStanding{Permission: "standing_1", Digest: storyDigest, Topic: "Career advice", Signed: storyDay}
			}
			return submissionPage(p.L, s)
		}))
	}
	b.Add("review", "desk", "sampled", story("desk.title", everybody, func(p *shell.Page) templ.Component {
		r := storyReview(reviewapi.StateApproved)
		r.Decisions = storyDecisions(reviewapi.StateApproved)[:1]
		r.Decisions[0].Standing = &reviewapi.UnderStanding{Permission: "standing_1", Digest: storyDigest, Topic: "Career advice", Signed: storyDay}
		return thanksPage(p.L, r, place{decide: "/desk/org_1/submission_1", revoke: "/desk/org_1/submission_1/revoke", list: "/desk?organisation=org_1", organisation: "org_1"})
	}))
	askedStories(b)
}

// askedStories are quiet periods, and what an author proves alone.
func askedStories(b *storybook.Book) {
	zone := quietForm{in: reviewapi.SetQuiet{Zone: "Europe/Paris"}}
	b.Add("review", "quiet", "empty", story("quiet.title", everybody, func(p *shell.Page) templ.Component {
		return quietPage(p.L, storyOrganisation, nil, zone)
	}))
	b.Add("review", "quiet", "many", story("quiet.title", everybody, func(p *shell.Page) templ.Component {
		var all []reviewapi.Quiet
		for i, state := range []string{reviewapi.StandingEarly, reviewapi.StandingOpen, reviewapi.StandingOver} {
			all = append(all, reviewapi.Quiet{ID: state, From: storyDay.AddDate(0, -i, 0), Until: storyDay.AddDate(0, 1-i, 0), Zone: "Europe/Paris", State: state, Why: []string{"", "Before results", longName}[i]})
		}
		form := zone
		form.faults = ui.FaultsOf(p.L, problem.ErrInvalid.WithField("/until", "required", "is required"))
		return quietPage(p.L, storyOrganisation, all, form)
	}))
	b.Add("review", "read", "quiet", story("review.read.title", guest, func(p *shell.Page) templ.Component {
		r := storyReview(reviewapi.StateInStage)
		until := storyDay.AddDate(0, 0, 9)
		r.Quiet = &until
		form := decideForm{zone: "Europe/Paris", faults: ui.FaultsOf(p.L, reviewapi.ErrQuietPeriod.WithField("/from", "quiet", "later"))}
		return readPage(p.L, r, form, byLink)
	}))
	for _, answer := range []string{"", "yes", "no", "other"} {
		name := "own-asked"
		if answer != "" {
			name = "own-reported-" + answer
		}
		b.Add("review", "submission", name, story("review.show.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
			s := storySubmission(reviewapi.StateNoDecision)
			s.Decisions = nil
			s.Own = []reviewapi.AuthorReceipt{{ID: "areceipt_1", Kind: reviewapi.ReceiptRequested, At: storyDay}, {ID: "areceipt_2", Kind: reviewapi.ReceiptRequested, Unanswered: true, At: storyDay}}
			if answer != "" {
				s.Own = []reviewapi.AuthorReceipt{{ID: "areceipt_3", Kind: reviewapi.ReceiptSelfReported, Name: "Hanna Roth", Role: "HR lead", Answer: answer, Said: &storyDay, Note: "“Fine with me.”", At: storyDay}}
			}
			return submissionPage(p.L, s)
		}))
	}
	b.Add("review", "outside", "error", story("quiet.outside.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		f := outsideForm{in: reviewapi.ReportAnswer{Answer: "yes", How: "mail", File: "x"}, faults: ui.FaultsOf(p.L, problem.ErrInvalid.WithField("/name", "required", "is required").WithField("/said", "future", "lies in the future"))}
		return outsidePage(p.L, storySubmission(reviewapi.StateInStage), f)
	}))
}
