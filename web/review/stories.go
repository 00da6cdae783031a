package review

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

var storyDay = time.Date(2026, 11, 24, 9, 41, 0, 0, time.UTC)

const (
	storyDigest = "sha256:884845e436aa63405c7b652104892c32abbf89b5ca61983246567d80dc93dc05"
	longName    = "Rechtsschutzversicherungsgesellschaft Wolfeschlegelsteinhausenbergerdorff"
)

// Stories adds the pages of a sign-off.
func Stories(b *storybook.Book) {
	authorStories(b)
	verifyStories(b)
	reviewerStories(b)
	standingStories(b)
	stageStories(b)
}

func story(title string, as func(*shell.Page), body func(p *shell.Page) templ.Component) storybook.Build {
	return func(p *shell.Page) templ.Component {
		as(p)
		p.Title = p.L.T(title, "Author", "Ines", "Employer", "Acme")
		return body(p)
	}
}

func guest(p *shell.Page) { p.Plain = true }

func everybody(*shell.Page) {}

func verifyStories(b *storybook.Book) {
	key := "# The log of workfluence.example\nworkfluence.example/log+3a1f4c2b+ASyE4n9wNi2HEt0Qh6vBq1n3cQ5wGm6sQm8oE9dR2fTq\n"
	says := storySays()
	b.Add("review", "verify", "empty", story("review.verify.title", everybody, func(p *shell.Page) templ.Component {
		return verifyPage(p.L, verifyView{keys: key})
	}))
	b.Add("review", "verify", "row", story("review.verify.title", everybody, func(p *shell.Page) templ.Component {
		return verifyPage(p.L, verifyView{keys: key, row: &logRow{Number: 1204, At: "2026-11-24T09:41:00Z", Commitment: storyDigest}})
	}))
	b.Add("review", "verify", "no-row", story("review.verify.title", everybody, func(p *shell.Page) templ.Component {
		return verifyPage(p.L, verifyView{keys: key, unknown: true, rowAsked: "99999"})
	}))
	b.Add("review", "verify", "holds", story("review.verify.title", everybody, func(p *shell.Page) templ.Component {
		return verifyPage(p.L, verifyView{keys: key, verdict: &reviewapi.Verification{Holds: true, Compared: true, Says: &says}})
	}))
	b.Add("review", "verify", "broken", story("review.verify.title", everybody, func(p *shell.Page) templ.Component {
		return verifyPage(p.L, verifyView{keys: key, verdict: &reviewapi.Verification{Part: "post"}})
	}))
	b.Add("review", "verify", "error", story("review.verify.title", everybody, func(p *shell.Page) templ.Component {
		return verifyPage(p.L, verifyView{keys: key, faults: ui.FaultsOf(p.L, problem.ErrInvalid.WithField("/receipt", "required", "is required"))})
	}))
	b.Add("review", "receipt", "approved", story("review.receipt.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		address := "https://workfluence.example/verify?row=1204"
		code, err := qrPath(address)
		if err != nil {
			panic(err) // the address is a constant
		}
		return receiptPage(p.L, receiptView{sub: storySubmission(reviewapi.StateApproved), decision: "decision_1", says: says, code: code, address: address})
	}))
}

// storySays is what a receipt of the longest names says.
func storySays() reviewapi.ReceiptSays {
	until := storyDay.AddDate(0, 3, 0)
	return reviewapi.ReceiptSays{
		ID: "decision_1", Decision: "approved", Author: "Ines Okafor", Employer: longName, Domain: "rechtsschutzversicherung.example", Digest: storyDigest,
		PolicySource: "starter", PolicyDigest: storyDigest, Decided: storyDay, ValidUntil: &until, Row: 1203,
		Signatures: []reviewapi.ReceiptSignature{{Name: "Hanna Roth", Role: "HR lead", Assurance: "mailbox", At: storyDay}},
	}
}

func checkStories(b *storybook.Book) {
	b.Add("review", "check", "many", story("review.ask.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		hints := storyHints()
		p.Title = checkTitle(p.L, hints)
		return checkPage(p.L, checkView{hints: hints})
	}))
	b.Add("review", "check", "nothing", story("review.check.nothing", storybook.AsCreator, func(p *shell.Page) templ.Component {
		hints := storyHints()
		hints.Hits, hints.Protected = nil, false
		return checkPage(p.L, checkView{hints: hints, policy: "Be nice."})
	}))
	b.Add("review", "check", "error", story("review.check.nothing", storybook.AsCreator, func(p *shell.Page) templ.Component {
		hints := storyHints()
		hints.Hits, hints.Whistleblowing, hints.Rules = hints.Hits[:1], true, reviewapi.PolicyAuthor
		p.Title = checkTitle(p.L, hints)
		return checkPage(p.L, checkView{hints: hints, policy: "x", faults: ui.FaultsOf(p.L, problem.ErrInvalid.WithField("/policy", "zero", "holds a zero character"))})
	}))
}

// storyHints are what a pre-screen says of a post with a recording.
func storyHints() reviewapi.Hints {
	s := storySheet()
	s.Title, s.Caption = "", ""
	s.Text = "Six months ago our night shift planned 40 lorries with a whiteboard and a lot of shouting.\n\nLate departures fell from 14 % to 5 % in the third quarter, and Norrvik Foods noticed before our managers did.\n\nI also stopped working unpaid Sundays."
	s.Media = []reviewapi.SheetMedium{{Type: "video/mp4", Alt: "The dock at night", Transcript: "We load the last lorry at four."}}
	mark := func(words string) []reviewapi.Mark {
		at := len([]rune(s.Text[:strings.Index(s.Text, words)]))
		return []reviewapi.Mark{{Part: "text", From: at, Until: at + len([]rune(words)), Words: words}}
	}
	return reviewapi.Hints{
		DocumentID: "document_1", Seq: 2, Digest: storyDigest, Rules: reviewapi.PolicyStarter, Protected: true, Routes: []string{"finance", "legal"}, Sheet: s,
		Hits: []reviewapi.Hint{
			{Kind: protectedKind, Severity: "high", Rule: "protected-conditions", Lang: "en", Clause: "You may speak about your own pay, hours, safety and treatment at work.", Marks: mark("I also stopped working unpaid Sundays.")},
			{Kind: "FINANCE", Severity: "high", Rule: "figures", Lang: "en", Clause: "Figures about the business are shared only once they are published.", Marks: mark("fell from 14 % to 5 % in the third quarter")},
			{Kind: "CUSTOMER", Severity: "medium", Rule: "customer", Lang: "en", Clause: "Name or describe a customer only where they agreed to it in public.", Marks: mark("Norrvik Foods")},
			{Kind: "DISCLAIMER", Severity: "low", Rule: "own-view", Lang: "en", Clause: "Say that views on our field are your own when you name your employer.", Marks: []reviewapi.Mark{}},
		},
	}
}

func storySubmission(state string) reviewapi.Submission {
	due := storyDay.AddDate(0, 0, 14)
	s := reviewapi.Submission{
		ID: "submission_1", DocumentID: "document_1", Digest: storyDigest, Employer: "Acme Chairs", Mailbox: "hr@acme.example", State: state, Version: 3,
		Created: storyDay, Sent: &storyDay, Policy: reviewapi.Policy{Source: reviewapi.PolicyStarter},
		Readers: []reviewapi.Reader{{Mailbox: "hr@acme.example", Opened: &storyDay}, {Mailbox: "legal@acme.example", Forwarded: true}},
	}
	switch state {
	case reviewapi.StateDraft:
		s.Sent, s.Readers = nil, nil
	case reviewapi.StateInStage:
		s.Due = &due
	default:
		s.Decisions = storyDecisions(state)
	}
	if state == reviewapi.StateApproved || state == reviewapi.StateNoObjection {
		s.ClearedDigest, s.ValidFrom, s.ValidUntil = storyDigest, &storyDay, &due
	}
	return s
}

func storyDecisions(state string) []reviewapi.Decision {
	kinds := map[string]string{
		reviewapi.StateApproved: reviewapi.Approve, reviewapi.StateNoObjection: reviewapi.NoObjection, reviewapi.StateChangesRequested: reviewapi.RequestChanges,
		reviewapi.StateRejected: reviewapi.Reject, reviewapi.StateNotOurs: reviewapi.NotOurs, reviewapi.StateRevoked: reviewapi.Approve,
	}
	kind, ok := kinds[state]
	if !ok {
		return nil
	}
	d := reviewapi.Decision{Kind: kind, Name: "Hanna Roth", Role: "HR lead", Decided: storyDay, Digest: storyDigest}
	if kind == reviewapi.Reject || kind == reviewapi.RequestChanges {
		d.Reason = "The figures are not public yet.\nPlease leave them out."
	}
	all := []reviewapi.Decision{d}
	if state == reviewapi.StateRevoked {
		all = append(all, reviewapi.Decision{Kind: reviewapi.Revoke, Name: "Hanna Roth", Role: "HR lead", Decided: storyDay, Reason: "Announced next week.", Outcome: reviewapi.OutcomePublished, Published: &storyDay})
	}
	return all
}

// storyObjection is a first person's refusal of what the law protects.
func storyObjection() []reviewapi.Decision {
	return []reviewapi.Decision{{
		Kind: reviewapi.Object, Name: "Hanna Roth", Role: "HR lead", Decided: storyDay, Digest: storyDigest, Reason: "Please wait with this.",
		Basis: "The settlement of 3 May binds both sides until the hearing.\nParagraph 4.",
	}}
}

func storySheet() reviewapi.Sheet {
	return reviewapi.Sheet{
		Digest: storyDigest, Text: "We sold 400 chairs in May.\n\nWhat I learnt about rotas, in three lines:\nask first,\nwrite it down,\nthen https://example.com/rota.",
		Disclosure: "#ad", Paid: true, Links: []string{"https://example.com/rota"},
		Destinations: []reviewapi.SheetDestination{{Channel: "linkedin", Profile: "https://www.linkedin.com/in/ines", Countries: []string{"FR", "BE"}}, {Channel: "newsletter", Profile: "Rota notes"}},
		Media:        []reviewapi.SheetMedium{{Type: "image/png", Alt: "A chair"}, {Type: "video/mp4", Transcript: "WEBVTT\n\n00:00.000 --> 00:02.000\nGood morning."}},
	}
}

func storyReview(state string) reviewapi.Review {
	due := storyDay.AddDate(0, 0, 14)
	r := reviewapi.Review{
		ID: "submission_1", Author: "Ines Duarte", Employer: "Acme Chairs", Mailbox: "hr@acme.example", Zone: "Europe/Paris", Sheet: storySheet(), State: state, Version: 3,
		Policy: reviewapi.Policy{Source: reviewapi.PolicyAuthor, Text: "No names of customers.\nNo figures before the annual report."}, Decisions: storyDecisions(state),
	}
	if state == reviewapi.StateInStage {
		r.Due = &due
	}
	if state == reviewapi.StateApproved {
		r.ValidFrom, r.ValidUntil = &storyDay, &due
	}
	return r
}

func authorStories(b *storybook.Book) {
	policyStories(b)
	b.Add("review", "list", "empty", story("review.list.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return submissionList(p.L, nil, "")
	}))
	b.Add("review", "list", "many", story("review.list.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		var all []reviewapi.Submission
		for _, state := range []string{
			reviewapi.StateDraft, reviewapi.StateSubmitted, reviewapi.StateInStage, reviewapi.StateApproved, reviewapi.StateNoObjection, reviewapi.StateChangesRequested,
			reviewapi.StateRejected, reviewapi.StateNotOurs, reviewapi.StateWithdrawn, reviewapi.StateNoDecision, reviewapi.StateLapsed, reviewapi.StateRevoked, reviewapi.StateStale,
		} {
			all = append(all, storySubmission(state))
		}
		all[0].Employer = longName
		all[3].Published = &storyDay
		return submissionList(p.L, all, "/submissions?cursor=x")
	}))
	b.Add("review", "choose", "empty", story("review.choose.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return choosePage(p.L, nil, "")
	}))
	b.Add("review", "choose", "many", story("review.choose.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return choosePage(p.L, []contentapi.Listed{{ID: "document_1", Preview: longName, Updated: storyDay}, {ID: "document_2", Updated: storyDay}}, "/submissions/new?cursor=x")
	}))
	b.Add("review", "ask", "empty", story("review.ask.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		return askPage(p.L, askForm{action: "/submissions/new", document: "document_1", in: reviewapi.Ask{Locale: "en"}})
	}))
	b.Add("review", "ask", "error", story("review.ask.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		faults := ui.FaultsOf(p.L, reviewapi.ErrMailboxPublic.WithField("/mailbox", reviewapi.ErrMailboxPublic.Code, reviewapi.ErrMailboxPublic.Detail))
		return askPage(p.L, askForm{action: "/submissions/new", document: "document_1", in: reviewapi.Ask{Employer: longName, Mailbox: "ines.hr@gmail.com", Locale: "nl", Policy: "No figures."}, faults: faults})
	}))
	for _, state := range []string{reviewapi.StateDraft, reviewapi.StateInStage} {
		b.Add("review", "preview", state, story("review.preview.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
			if state != reviewapi.StateDraft {
				return previewPage(p.L, storySubmission(state), storySheet(), nil, nil)
			}
			hints := storyHints()
			return previewPage(p.L, storySubmission(state), storySheet(), &hints, nil)
		}))
	}
	b.Add("review", "preview", "whistleblowing", story("review.preview.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		hints := storyHints()
		hints.Whistleblowing = true
		return previewPage(p.L, storySubmission(reviewapi.StateDraft), hints.Sheet, &hints, nil)
	}))
	checkStories(b)
	for _, state := range []string{reviewapi.StateDraft, reviewapi.StateInStage, reviewapi.StateApproved, reviewapi.StateRejected, reviewapi.StateRevoked} {
		b.Add("review", "submission", state, story("review.show.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
			s := storySubmission(state)
			if state == reviewapi.StateRejected {
				s.PublishedOther, s.TakenBack = &storyDay, &storyDay
			}
			return submissionPage(p.L, s)
		}))
	}
	b.Add("review", "submission", "objected", story("review.show.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		s := storySubmission(reviewapi.StateInStage)
		s.Protected, s.Decisions = true, storyObjection()
		return submissionPage(p.L, s)
	}))
	b.Add("review", "submission", "suggested", story("review.show.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		s := storySubmission(reviewapi.StateChangesRequested)
		s.ClearedDigest = storyDigest
		s.Decisions[0].Kind = reviewapi.Suggest
		return submissionPage(p.L, s)
	}))
}

func reviewerStories(b *storybook.Book) {
	for _, state := range []string{reviewapi.LinkOpen, reviewapi.LinkUsed} {
		b.Add("review", "link", state, story("review.link.title", guest, func(p *shell.Page) templ.Component {
			return linkPage(p.L, linkView{info: reviewapi.LinkInfo{Author: "Ines Duarte", Employer: "Acme Chairs", State: state}, token: "token", proof: "proof"})
		}))
	}
	b.Add("review", "link", "error", story("review.link.title", guest, func(p *shell.Page) templ.Component {
		return linkPage(p.L, linkView{
			info: reviewapi.LinkInfo{Employer: longName, State: reviewapi.LinkUsed}, token: "token", proof: "proof", mailbox: "legal@",
			faults: ui.Faults{{Field: "mailbox", Text: p.L.T("field.email")}},
		})
	}))
	b.Add("review", "link", "ended", story("review.ended.title", guest, func(p *shell.Page) templ.Component { return endedPage(p.L) }))
	b.Add("review", "gone", "no-session", story("review.gone.title", guest, func(p *shell.Page) templ.Component { return gonePage(p.L) }))
	b.Add("review", "code", "empty", story("review.code.title", guest, func(p *shell.Page) templ.Component { return codePage(p.L, "", nil) }))
	b.Add("review", "code", "error", story("review.code.title", guest, func(p *shell.Page) templ.Component {
		return codePage(p.L, "hr@acme.example", onField(ui.FaultsOf(p.L, reviewapi.ErrReviewCodeWrong), "code"))
	}))
	b.Add("review", "read", "open", story("review.read.title", guest, func(p *shell.Page) templ.Component {
		return readPage(p.L, storyReview(reviewapi.StateInStage), decideForm{zone: "Europe/Paris"}, byLink)
	}))
	b.Add("review", "read", "course", story("review.read.title", guest, func(p *shell.Page) templ.Component {
		r := storyReview(reviewapi.StateInStage)
		r.Sheet = reviewapi.Sheet{
			Digest: storyDigest, Title: "Rotas that people keep", Destinations: []reviewapi.SheetDestination{{Channel: "storefront", Profile: "product_1"}},
			Entries: []reviewapi.SheetEntry{
				{Kind: "page", Path: "page", Title: "Rotas that people keep", Summary: "A course in nine lessons.", Text: "What I learnt in ten years.", Agreed: true},
				{Kind: "lesson", Path: "start/why", Title: "Why rotas fail", Text: "They are made for the machine.\n\nAsk first.", Agreed: true},
				{Kind: "lesson", Path: "start/how", Title: "How to ask", Text: "Three questions, in this order."},
				{Kind: "media", Path: "start/team.png"},
			},
		}
		return readPage(p.L, r, decideForm{zone: "Europe/Paris"}, byLink)
	}))
	for _, objection := range []string{"", reviewapi.ObjectionOwn, reviewapi.ObjectionOther} {
		b.Add("review", "read", strings.TrimSuffix("protected-"+objection, "-"), story("review.read.title", guest, func(p *shell.Page) templ.Component {
			r := storyReview(reviewapi.StateInStage)
			form := decideForm{zone: "Europe/Paris"}
			if r.Protected, r.Objection = true, objection; objection != "" {
				r.Decisions = storyObjection()
			}
			if objection == reviewapi.ObjectionOther {
				form.in = reviewapi.Decide{Kind: reviewapi.Reject, Reason: "Not before the hearing.", Signature: reviewapi.Signature{Name: "Lea Brandt", Role: "Counsel", MayDecide: true}}
				form.faults = ui.FaultsOf(p.L, reviewapi.ErrProtectedReject.WithField("/basis", "required", "is required").WithField("/legal", "required", "is required"))
			}
			return readPage(p.L, r, form, byLink)
		}))
	}
	b.Add("review", "read", "long", story("review.read.title", guest, func(p *shell.Page) templ.Component {
		r := storyReview(reviewapi.StateInStage)
		r.Author, r.Employer, r.Policy = "", longName, reviewapi.Policy{Source: reviewapi.PolicyStarter}
		r.Sheet.Title, r.Sheet.Text = longName, strings.Repeat("Words of an article that goes on. ", 80)
		return readPage(p.L, r, decideForm{zone: "Europe/Paris"}, byLink)
	}))
	b.Add("review", "read", "error", story("review.read.title", guest, func(p *shell.Page) templ.Component {
		form := decideForm{zone: "America/New_York", from: newMoment("2026-11-01T01:30", "", "America/New_York"), until: newMoment("2027-03-14T02:30", "", "America/New_York")}
		form.in.Name, form.in.Kind = "Hanna Roth", reviewapi.Approve
		form.faults = ui.Faults{
			{Field: "from", Text: p.L.T("review.moment." + form.from.fault())}, {Field: "until", Text: p.L.T("review.moment." + form.until.fault())},
			{Field: "role", Text: p.L.T("field.role.required")}, {Field: "may_decide", Text: p.L.T("field.may_decide.required")},
		}
		return readPage(p.L, storyReview(reviewapi.StateInStage), form, byLink)
	}))
	b.Add("review", "thanks", "rejected-by-two", story("review.thanks.title", guest, func(p *shell.Page) templ.Component {
		r := storyReview(reviewapi.StateRejected)
		second := storyObjection()[0]
		second.Kind, second.Name, second.Role, second.Legal = reviewapi.Reject, "Lea Brandt", "Counsel", true
		r.Protected, r.Decisions = true, append(storyObjection(), second)
		return thanksPage(p.L, r, byLink)
	}))
	for _, state := range []string{
		reviewapi.StateApproved, reviewapi.StateNoObjection, reviewapi.StateChangesRequested, reviewapi.StateRejected, reviewapi.StateNotOurs, reviewapi.StateRevoked, reviewapi.StateStale,
	} {
		b.Add("review", "thanks", state, story("review.thanks.title", guest, func(p *shell.Page) templ.Component { return thanksPage(p.L, storyReview(state), byLink) }))
	}
	b.Add("review", "desk", "nowhere", story("desk.title", asMember, func(p *shell.Page) templ.Component { return deskPage(p.L, deskView{}) }))
	b.Add("review", "desk", "waiting", story("desk.title", asMember, func(p *shell.Page) templ.Component {
		due := storyDay.AddDate(0, 0, 9)
		return deskPage(p.L, deskView{
			mine: []accountsapi.Organisation{{ID: "org_1", Name: "Acme Chairs"}, {ID: "org_2", Name: "Globex"}}, list: reviewapi.DeskWaiting,
			page: reviewapi.DeskPage{Next: "submission_1", Items: []reviewapi.DeskRow{
				{ID: "submission_3", Author: "Ines Okafor", State: reviewapi.StateInStage, Asked: storyDay, Due: &due}, {ID: "submission_2", Author: storybook.LongName, State: reviewapi.StateInStage, Asked: storyDay, Due: &due},
			}},
		})
	}))
	b.Add("review", "desk", "read", story("desk.title", asMember, func(p *shell.Page) templ.Component {
		form := decideForm{zone: "Europe/Paris"}
		form.in.Name = "Hanna Roth"
		return readPage(p.L, storyReview(reviewapi.StateInStage), form, atDesk(p.L))
	}))
	b.Add("review", "desk", "moved", story("desk.title", asMember, func(p *shell.Page) templ.Component {
		form := decideForm{zone: "Europe/Paris"}
		form.in.Name = "Hanna Roth"
		r := storyReview(reviewapi.StateInStage)
		r.Policy, r.Reading = storyPolicy(), storyReading()
		r.Reading.Moved, r.Reading.Was, r.Reading.Added, r.Reading.Removed = &storyDay, 3, r.Reading.Touched[:1], storyRules()[1:]
		return readPage(p.L, r, form, atDesk(p.L))
	}))
	b.Add("review", "desk", "lapsed", story("desk.title", asMember, func(p *shell.Page) templ.Component {
		r := storyReview(reviewapi.StateLapsed)
		r.Sheet = reviewapi.Sheet{Digest: r.Sheet.Digest}
		return thanksPage(p.L, r, atDesk(p.L))
	}))
	b.Add("review", "revoke", "error", story("review.revoke.title", guest, func(p *shell.Page) templ.Component {
		return revokePage(p.L, storyReview(reviewapi.StateApproved), reviewapi.RevokeDecision{}, ui.Faults{{Field: "reason", Text: p.L.T("field.reason.required")}}, byLink)
	}))
}

func storyPolicy() reviewapi.Policy {
	return reviewapi.Policy{Source: reviewapi.PolicyEmployer, Number: 4, Text: "# Posts\n\nUse our logo only with permission.", Digest: storyDigest}
}

func storyRules() []reviewapi.PolicyRule {
	return []reviewapi.PolicyRule{
		{ID: "logo-of-ours", Kind: "LOGO", Severity: "high", Clause: "Use our logo only with permission."},
		{ID: "customer-named", Kind: "CUSTOMER", Severity: "medium", Clause: "Name a customer only where they agreed to it in public."},
	}
}

func storyReading() *reviewapi.PolicyReading {
	return &reviewapi.PolicyReading{Number: 4, Touched: storyRules()[:1]}
}

// policyStories are a submission of an author's whose employer has a new version of its policy since.
func policyStories(b *storybook.Book) {
	for state, stale := range map[string]bool{"newer-policy": false, "stale": true} {
		b.Add("review", "show", state, story("review.list.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
			s := storySubmission(reviewapi.StateApproved)
			if stale {
				s.State = reviewapi.StateStale
			}
			s.Policy, s.Reading = storyPolicy(), storyReading()
			s.Reading.Touched, s.Reading.Later, s.Reading.LaterTouched, s.Reading.Stale = nil, 5, storyRules(), stale
			return submissionPage(p.L, s)
		}))
	}
	b.Add("review", "preview", "employers-policy", story("review.list.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		s := storySubmission(reviewapi.StateDraft)
		s.Policy = storyPolicy()
		s.Policy.Text = ""
		return previewPage(p.L, s, storySheet(), nil, nil)
	}))
}

func asMember(p *shell.Page) { storybook.AsBuyer(p) }

func atDesk(l locale.L) place {
	return place{
		decide: "/desk/org_1/submission_3", revoke: "/desk/org_1/submission_3/revoke", list: "/desk?organisation=org_1",
		roles: roleOptions(l, []string{accountsapi.RoleHRReviewer, accountsapi.RoleLegalReviewer}),
	}
}
