package review

import (
	"context"
	"strconv"
	"strings"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// Who may do what: asking an employer is the author's own step, which no mandate covers. A reviewer needs no account.
var (
	oneself  = rest.Any(rest.Person)
	reads    = oneself.Or(rest.Token(accountsapi.TokenSubmissionsRead))
	reviewer = rest.Any(rest.ReviewerLink)
)

// maxBody bounds what is sent at once, in bytes: a suggestion is as long as the text that it replaces.
const maxBody = 2 << 20

type bySubmission struct {
	Submission string `path:"submission" json:"-" validate:"max=64"`
}

type byKey struct {
	Key string `header:"Idempotency-Key" json:"-" validate:"max=255"`
}

type bySecret struct {
	Secret string `header:"Reviewer-Session" json:"-" validate:"max=64"`
}

type ifMatch struct {
	IfMatch string `header:"If-Match" json:"-" validate:"max=40"`
}

// version reads If-Match. "*" and none ask for nothing and are 0.
func (m ifMatch) version() (int64, error) {
	text := strings.Trim(strings.TrimPrefix(strings.TrimSpace(m.IfMatch), "W/"), `"`)
	if text == "" || text == "*" {
		return 0, nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil || v < 1 {
		return 0, problem.ErrInvalid.WithField("/If-Match", "version", "must be the version that you read")
	}
	return v, nil
}

// Routes registers the route table.
func (s *Service) Routes(r *rest.Router) {
	s.submissionRoutes(r)
	s.reviewerRoutes(r)
	s.logRoutes(r)
	s.deskRoutes(r)
	s.stageRoutes(r)
	s.policyRoutes(r)
	s.employmentRoutes(r)
	s.standingRoutes(r)
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/reviewer-links/:link/mail", Summary: "What the mail of a reviewer's link says", Access: rest.Any(rest.Service("notify")), Internal: true},
		func(ctx context.Context, in *struct {
			Link string `path:"link" json:"-" validate:"max=64"`
		}) (*reviewapi.LinkMail, error) {
			return s.LinkForMail(ctx, in.Link)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/personal-data/:person", Summary: "What review holds about a person", Access: rest.Any(rest.Service(accountsapi.Name)), Internal: true},
		func(ctx context.Context, in *struct {
			Person string `path:"person" json:"-" validate:"max=64"`
		}) (*reviewapi.PersonalData, error) {
			return s.PersonalData(ctx, in.Person)
		})
}

func (s *Service) logRoutes(r *rest.Router) {
	everybody := rest.Any(rest.Public)
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/review-log", Summary: "What the transparency log of decisions is now: size, signed checkpoint, public keys", Access: everybody},
		func(ctx context.Context, _ *struct{}) (*reviewapi.Log, error) { return s.TransparencyLog(ctx) })
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/review-log/rows", Summary: "Rows of the log from an index on, each a line", Access: everybody},
		func(ctx context.Context, in *struct {
			From int64 `query:"from" json:"-" validate:"min=0"`
		}) (*reviewapi.LogRows, error) {
			return s.LogRows(ctx, in.From)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/receipt-verifications", Summary: "Whether a receipt holds, and is about these words; nothing of it is kept", Access: everybody, Status: 200, MaxBody: maxBody},
		func(ctx context.Context, in *reviewapi.VerifyReceipt) (*reviewapi.Verification, error) {
			return s.Verify(ctx, *in)
		})
}

func (s *Service) submissionRoutes(r *rest.Router) {
	asking := []*problem.Error{
		reviewapi.ErrMailboxPublic, reviewapi.ErrMailboxOwn, reviewapi.ErrMailboxLookalike, reviewapi.ErrDocumentNothing, contentapi.ErrDocumentClosed,
	}
	moving := []*problem.Error{problem.ErrStale, reviewapi.ErrSubmissionState}
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/submissions", Summary: "What you submitted to employers, newest first", Access: reads},
		func(ctx context.Context, in *struct {
			Document string `query:"document" json:"-" validate:"max=64"`
			Cursor   string `query:"cursor" json:"-" validate:"max=64"`
		}) (*reviewapi.SubmissionPage, error) {
			return s.Submissions(ctx, in.Document, in.Cursor)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/submissions", Summary: "Begin to ask an employer about a document; nobody learns of it yet", Access: oneself, Status: 201, Idempotent: true, Errors: asking},
		func(ctx context.Context, in *struct {
			byKey
			reviewapi.NewSubmission
		}) (*reviewapi.Submission, error) {
			return s.Begin(ctx, in.Key, in.NewSubmission)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/submissions/:submission", Summary: "A submission with everything that was said about it", Access: reads},
		func(ctx context.Context, in *bySubmission) (*reviewapi.Submission, error) {
			return s.Submission(ctx, in.Submission)
		})
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/api/v1/submissions/:submission", Summary: "Say anew whom a draft asks, and take the document's newest version", Access: oneself, Errors: append(append([]*problem.Error{}, asking...), moving...)},
		func(ctx context.Context, in *struct {
			bySubmission
			ifMatch
			reviewapi.Ask
		}) (*reviewapi.Submission, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.Change(ctx, in.Submission, v, in.Ask)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/submissions/:submission/decisions/:decision/receipt", Summary: "The file that proves a decision; keep it as it is", Access: reads,
		Errors: []*problem.Error{reviewapi.ErrReceiptPending, reviewapi.ErrReceiptErased}},
		func(ctx context.Context, in *struct {
			bySubmission
			Decision string `path:"decision" json:"-" validate:"max=64"`
		}) (*reviewapi.Receipt, error) {
			return s.Receipt(ctx, in.Submission, in.Decision)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/submissions/:submission/sheet", Summary: "Exactly what the reviewer reads", Access: reads},
		func(ctx context.Context, in *bySubmission) (*reviewapi.Sheet, error) {
			return s.Preview(ctx, in.Submission)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/submissions/:submission/hints", Summary: "Which clauses of its policy your submission touches; for you alone, and kept nowhere", Access: oneself},
		func(ctx context.Context, in *struct {
			bySubmission
			Locale string `query:"locale" json:"-" validate:"omitempty,oneof=en fr nl ar zh"`
		}) (*reviewapi.Hints, error) {
			return s.Hints(ctx, in.Submission, in.Locale)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/prescreens", Summary: "Which clauses of a policy your document touches; for you alone, and kept nowhere", Access: oneself, Status: 200,
		Errors: []*problem.Error{reviewapi.ErrDocumentNothing, contentapi.ErrDocumentClosed}},
		func(ctx context.Context, in *reviewapi.Prescreen) (*reviewapi.Hints, error) {
			return s.Prescreen(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/submissions/:submission/send", Summary: "Ask the employer: the document waits for them, and their reviewer gets a mail", Access: oneself, Status: 200,
		Errors: append([]*problem.Error{reviewapi.ErrDocumentChanged, reviewapi.ErrDocumentNothing, reviewapi.ErrSubmissionOpen, reviewapi.ErrSubmissionWhistleblowing, reviewapi.ErrPolicyChanged, reviewapi.ErrReviewTooMany, contentapi.ErrDocumentClosed}, moving...)},
		func(ctx context.Context, in *struct {
			bySubmission
			ifMatch
			reviewapi.SendSubmission
		}) (*reviewapi.Submission, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.Send(ctx, in.Submission, v, in.SendSubmission)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/submissions/:submission/withdraw", Summary: "Stop asking; links to it end at once", Access: oneself, Status: 200, Errors: moving},
		func(ctx context.Context, in *struct {
			bySubmission
			ifMatch
		}) (*reviewapi.Submission, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.Withdraw(ctx, in.Submission, v)
		})
}

func (s *Service) reviewerRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/reviewer-links/peek", Summary: "What a mailed link is for, without using it", Access: reviewer, Status: 200, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *reviewapi.LinkToken) (*reviewapi.LinkInfo, error) {
			return s.PeekLink(ctx, in.Token)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/reviewer-links", Summary: "Ask for a link of your own, by one that a colleague passed on", Access: reviewer,
		Errors: []*problem.Error{problem.ErrNotFound, reviewapi.ErrReviewLinkEnded, reviewapi.ErrReviewTooMany, reviewapi.ErrSelfReview}},
		func(ctx context.Context, in *reviewapi.AskLink) (*rest.Empty, error) {
			return nil, s.AskLink(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/reviewer-sessions", Summary: "Open a mailed link, or use the code of its mail", Access: reviewer, Status: 201,
		Errors: []*problem.Error{problem.ErrNotFound, reviewapi.ErrReviewLinkUsed, reviewapi.ErrReviewLinkEnded, reviewapi.ErrReviewCodeWrong, reviewapi.ErrSelfReview}},
		func(ctx context.Context, in *reviewapi.Enter) (*reviewapi.Entered, error) {
			return s.Enter(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/reviews/current", Summary: "What your link asks you to decide", Access: reviewer, Errors: []*problem.Error{problem.ErrNotFound, reviewapi.ErrSelfReview}},
		func(ctx context.Context, in *bySecret) (*reviewapi.Review, error) { return s.Review(ctx, in.Secret) })
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/reviews/current/decision", Summary: "Decide", Access: reviewer, Status: 200, Idempotent: true, MaxBody: maxBody,
		Errors: []*problem.Error{problem.ErrNotFound, problem.ErrStale, reviewapi.ErrSubmissionDecided, reviewapi.ErrPolicyChanged, reviewapi.ErrQuietPeriod, reviewapi.ErrSuggestionSame, reviewapi.ErrProtectedReject, reviewapi.ErrProtectedSecond, reviewapi.ErrSelfReview}},
		func(ctx context.Context, in *struct {
			bySecret
			byKey
			ifMatch
			reviewapi.Decide
		}) (*reviewapi.Review, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.Decide(ctx, in.Secret, in.Key, v, in.Decide)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/reviews/current/revocation", Summary: "Take an approval away", Access: reviewer, Status: 200,
		Errors: []*problem.Error{problem.ErrNotFound, problem.ErrStale, reviewapi.ErrSubmissionState, reviewapi.ErrSelfReview}},
		func(ctx context.Context, in *struct {
			bySecret
			ifMatch
			reviewapi.RevokeDecision
		}) (*reviewapi.Review, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.Revoke(ctx, in.Secret, v, in.RevokeDecision)
		})
}
