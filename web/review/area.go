package review

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
)

// Desk is what these pages ask of review.
type Desk interface {
	Begin(ctx context.Context, key string, in reviewapi.NewSubmission) (reviewapi.Submission, error)
	Submissions(ctx context.Context, document, cursor string) (reviewapi.SubmissionPage, error)
	Submission(ctx context.Context, id string) (reviewapi.Submission, error)
	Change(ctx context.Context, id string, version int64, in reviewapi.Ask) (reviewapi.Submission, error)
	Preview(ctx context.Context, id string) (reviewapi.Sheet, error)
	Hints(ctx context.Context, id, locale string) (reviewapi.Hints, error)
	Prescreen(ctx context.Context, in reviewapi.Prescreen) (reviewapi.Hints, error)
	Send(ctx context.Context, id string, version int64, in reviewapi.SendSubmission) (reviewapi.Submission, error)
	Withdraw(ctx context.Context, id string, version int64) (reviewapi.Submission, error)
	Receipt(ctx context.Context, submission, decision string) (reviewapi.Receipt, error)
	VerifyReceipt(ctx context.Context, in reviewapi.VerifyReceipt) (reviewapi.Verification, error)
	Log(ctx context.Context) (reviewapi.Log, error)
	LogRows(ctx context.Context, from int64) (reviewapi.LogRows, error)
	PeekLink(ctx context.Context, token string) (reviewapi.LinkInfo, error)
	Enter(ctx context.Context, in reviewapi.Enter) (reviewapi.Entered, error)
	AskLink(ctx context.Context, in reviewapi.AskLink) error
	Review(ctx context.Context, secret string) (reviewapi.Review, error)
	Decide(ctx context.Context, secret, key string, version int64, in reviewapi.Decide) (reviewapi.Review, error)
	Revoke(ctx context.Context, secret string, version int64, in reviewapi.RevokeDecision) (reviewapi.Review, error)
	DeskList(ctx context.Context, organisation, list, cursor string) (reviewapi.DeskPage, error)
	AtDesk(ctx context.Context, organisation, submission string) (reviewapi.Review, error)
	DecideAtDesk(ctx context.Context, organisation, submission, key string, version int64, in reviewapi.Decide) (reviewapi.Review, error)
	RevokeAtDesk(ctx context.Context, organisation, submission string, version int64, in reviewapi.RevokeDecision) (reviewapi.Review, error)
	Permissions
	Asked
}

// Documents is what these pages ask of content.
type Documents interface {
	Documents(ctx context.Context, state, cursor string) (contentapi.DocumentPage, error)
}

type pages struct {
	desk          Desk
	staging       Staging
	documents     Documents
	organisations Organisations
	publicURL     string
}

// Area registers the pages. publicURL is the site's address without a trailing slash: what the code of a printed receipt leads to.
func Area(desk Desk, staging Staging, documents Documents, organisations Organisations, publicURL string) shell.Area {
	h := &pages{desk: desk, staging: staging, documents: documents, organisations: organisations, publicURL: publicURL}
	return shell.Area{
		Name:     "review",
		Sections: []shell.Section{{Role: shell.Creator, ID: "submissions", Path: "/submissions", Order: 27, Employer: true}},
		Register: func(s *shell.Shell) {
			mine := func(summary string) shell.Route {
				return shell.Route{Summary: summary, Access: rest.Any(rest.Person), Role: shell.Creator, Section: "submissions"}
			}
			s.Page("GET /submissions", mine("What I asked my employers, and what each needs next."), h.list)
			s.Page("GET /submissions/new", mine("Ask an employer about a document."), h.begin)
			s.Page("POST /submissions/new", mine("Keep whom to ask; nobody learns of it yet."), h.postBegin)
			s.Page("GET /submissions/check", mine("Which rules a document touches; nobody else learns of it."), h.check)
			s.Page("POST /submissions/check", mine("Read it against the employer's own rules."), h.postCheck)
			s.Page("GET /submissions/:submission", mine("One submission: what was asked, and what was said."), h.show)
			s.Page("GET /submissions/:submission/edit", mine("Say anew whom to ask."), h.edit)
			s.Page("POST /submissions/:submission/edit", mine("Keep whom to ask, and the newest words."), h.postEdit)
			s.Page("GET /submissions/:submission/preview", mine("Exactly what the reviewer will see."), h.preview)
			s.Page("POST /submissions/:submission/send", mine("Ask the employer."), h.send)
			s.Page("POST /submissions/:submission/withdraw", mine("Stop asking."), h.withdraw)
			s.Page("GET /submissions/:submission/decisions/:decision", mine("A receipt to print: what was decided, and a code that leads to its row of the log."), h.receipt)
			s.Page("GET /submissions/:submission/decisions/:decision/receipt.json", mine("The file that proves a decision."), h.receiptFile)

			everyone := rest.Any(rest.Public)
			s.Page("GET /verify", shell.Route{Summary: "Whether a receipt holds, verified in the browser.", Access: everyone}, h.verify)
			s.Page("POST /verify", shell.Route{Summary: "The same for a browser that can't; nothing is kept.", Access: everyone, MaxBody: 2 << 20}, h.postVerify)

			member := func(summary string) shell.Route {
				return shell.Route{Summary: summary, Access: rest.Any(rest.Person), MaxBody: 2 << 20}
			}
			s.Page("GET /desk", member("What was sent to the employers that I review for."), h.deskList)
			s.Page("GET /desk/:organisation/:submission", member("Read a post for my organisation."), h.deskRead)
			s.Page("POST /desk/:organisation/:submission", member("Decide for my organisation."), h.deskDecide)
			s.Page("POST /desk/:organisation/:submission/stake", member("Say that I have a stake in it."), h.stake)
			s.Page("GET /organisations/:organisation/stages", member("How posts pass at my organisation, and who stands in for whom."), h.stages)
			s.Page("POST /organisations/:organisation/stages", member("Set the stages, name a deputy, or take back what somebody decided."), h.postStages)
			s.Page("GET /desk/:organisation/:submission/revoke", member("Take an approval away: why?"), h.deskRevoke)
			s.Page("POST /desk/:organisation/:submission/revoke", member("Take an approval away for my organisation."), h.postDeskRevoke)

			h.permissionPages(s)
			h.askedPages(s)
			guest := func(summary string) shell.Route {
				return shell.Route{Summary: summary, Access: rest.Any(rest.ReviewerLink)}
			}
			s.Page("GET "+reviewapi.LinkPath+":token", guest("What a mailed link is for."), h.link)
			s.Page("POST "+reviewapi.LinkPath+":token", guest("Open it, or ask for a link of one's own."), h.press)
			s.Page("GET /review/code", guest("Open a submission by the code of a mail."), h.code)
			s.Page("POST /review/code", guest("Use a code."), h.postCode)
			s.Page("GET /review", guest("Read a post, and decide."), h.read)
			s.Page("POST /review", shell.Route{Summary: "Decide.", Access: rest.Any(rest.ReviewerLink), MaxBody: 2 << 20}, h.decide)
			s.Page("GET /review/revoke", guest("Take an approval away: why?"), h.revoke)
			s.Page("POST /review/revoke", guest("Take an approval away."), h.postRevoke)
		},
	}
}

// The cookies of these pages.
const (
	sessionCookie = "wf_review"        // a reviewer's session, for one submission
	pressCookie   = "wf_review_opened" // proof that this browser has opened the page of a link
)

func setCookie(v *shell.Visit, name, value, path string, until time.Time) {
	v.SetCookie(&http.Cookie{Name: name, Value: value, Path: path, Expires: until, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// secret is a reviewer's session, "" for none.
func secret(v *shell.Visit) string {
	c, err := v.Request().Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// openPress marks this browser as one that has opened the page of a link, and returns what its form must send.
func openPress(v *shell.Visit) string {
	proof := rand.Text()
	v.SetCookie(&http.Cookie{Name: pressCookie, Value: proof, Path: reviewapi.LinkPath, MaxAge: 24 * 60 * 60, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return proof
}

// pressed says whether the form comes from a browser that has opened the page.
func pressed(v *shell.Visit) bool {
	c, err := v.Request().Cookie(pressCookie)
	return err == nil && c.Value != "" && c.Value == v.Form("proof")
}

func typed(v *shell.Visit, name string) string { return strings.TrimSpace(v.Form(name)) }
