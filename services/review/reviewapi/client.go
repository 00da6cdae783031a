package reviewapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/workfluence/workfluence/internal/call"
)

const base = "http://" + Name + ".svc"

// Client speaks to review. Methods that need a person take them from the context; those of a reviewer take the secret of their
// session. Besides the errors named, all return those of internal/problem. version is what the caller read: problem.ErrStale when
// it moved on, and 0 asks for nothing. key makes a call safe to repeat, "" does not.
type Client struct{ hc *http.Client }

// NewClient is a client over a call client.
func NewClient(hc *http.Client) *Client { return &Client{hc: hc} }

func path(format string, args ...string) string {
	escaped := make([]any, len(args))
	for i, a := range args {
		escaped[i] = url.PathEscape(a)
	}
	return base + fmt.Sprintf(format, escaped...)
}

func header(name, value string) call.Option {
	return func(req *http.Request) {
		if value != "" {
			call.WithHeader(name, value)(req)
		}
	}
}

func ifMatch(version int64) call.Option {
	if version == 0 {
		return header("If-Match", "")
	}
	return header("If-Match", fmt.Sprintf("%q", fmt.Sprint(version)))
}

func withKey(key string) call.Option { return header("Idempotency-Key", key) }

func as(secret string) call.Option { return header(SessionHeader, secret) }

// Begin begins a submission of a document's newest version. ErrMailboxPublic, ErrMailboxOwn, ErrMailboxLookalike, ErrDocumentNothing.
func (c *Client) Begin(ctx context.Context, key string, in NewSubmission) (Submission, error) {
	return call.Do[Submission](ctx, c.hc, http.MethodPost, path("/api/v1/submissions"), in, withKey(key))
}

// Submissions lists the caller's submissions, newest first; document "" is all of them.
func (c *Client) Submissions(ctx context.Context, document, cursor string) (SubmissionPage, error) {
	query := url.Values{}
	for name, value := range map[string]string{"document": document, "cursor": cursor} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return call.Do[SubmissionPage](ctx, c.hc, http.MethodGet, path("/api/v1/submissions")+"?"+query.Encode(), nil)
}

// Submission is one of the caller's submissions.
func (c *Client) Submission(ctx context.Context, id string) (Submission, error) {
	return call.Do[Submission](ctx, c.hc, http.MethodGet, path("/api/v1/submissions/%s", id), nil)
}

// Change says anew whom to ask in a draft, and takes the document's newest version. The errors of Begin, ErrSubmissionState.
func (c *Client) Change(ctx context.Context, id string, version int64, in Ask) (Submission, error) {
	return call.Do[Submission](ctx, c.hc, http.MethodPut, path("/api/v1/submissions/%s", id), in, ifMatch(version))
}

// Preview is exactly what the reviewer reads.
func (c *Client) Preview(ctx context.Context, id string) (Sheet, error) {
	return call.Do[Sheet](ctx, c.hc, http.MethodGet, path("/api/v1/submissions/%s/sheet", id), nil)
}

// Send hands a draft to the employer. ErrDocumentChanged, ErrSubmissionOpen, ErrSubmissionState, ErrReviewTooMany.
func (c *Client) Send(ctx context.Context, id string, version int64, in SendSubmission) (Submission, error) {
	return call.Do[Submission](ctx, c.hc, http.MethodPost, path("/api/v1/submissions/%s/send", id), in, ifMatch(version))
}

// Hints are what a pre-screen says of a submission of the caller's; locale "" is the caller's language.
func (c *Client) Hints(ctx context.Context, id, locale string) (Hints, error) {
	at := path("/api/v1/submissions/%s/hints", id)
	if locale != "" {
		at += "?" + url.Values{"locale": {locale}}.Encode()
	}
	return call.Do[Hints](ctx, c.hc, http.MethodGet, at, nil)
}

// Prescreen reads a document of the caller's against a policy. ErrDocumentNothing.
func (c *Client) Prescreen(ctx context.Context, in Prescreen) (Hints, error) {
	return call.Do[Hints](ctx, c.hc, http.MethodPost, path("/api/v1/prescreens"), in)
}

// Withdraw takes a submission back that nobody has agreed to. ErrSubmissionState.
func (c *Client) Withdraw(ctx context.Context, id string, version int64) (Submission, error) {
	return call.Do[Submission](ctx, c.hc, http.MethodPost, path("/api/v1/submissions/%s/withdraw", id), nil, ifMatch(version))
}

// PeekLink says what a mailed link is for, and consumes nothing. problem.ErrNotFound when the token is not ours.
func (c *Client) PeekLink(ctx context.Context, token string) (LinkInfo, error) {
	return call.Do[LinkInfo](ctx, c.hc, http.MethodPost, path("/api/v1/reviewer-links/peek"), LinkToken{token})
}

// Enter opens a session. ErrReviewLinkUsed, ErrReviewLinkEnded, ErrReviewCodeWrong, ErrReviewTooMany, ErrSelfReview.
func (c *Client) Enter(ctx context.Context, in Enter) (Entered, error) {
	return call.Do[Entered](ctx, c.hc, http.MethodPost, path("/api/v1/reviewer-sessions"), in)
}

// AskLink mails a link of one's own to a mailbox of the same employer; for any other it is problem.ErrNotFound.
// ErrReviewLinkEnded, ErrReviewTooMany.
func (c *Client) AskLink(ctx context.Context, in AskLink) error {
	_, err := call.Do[call.Empty](ctx, c.hc, http.MethodPost, path("/api/v1/reviewer-links"), in)
	return err
}

// Review is what a session is for.
func (c *Client) Review(ctx context.Context, secret string) (Review, error) {
	return call.Do[Review](ctx, c.hc, http.MethodGet, path("/api/v1/reviews/current"), nil, as(secret))
}

// Decide says what the answer is. ErrSubmissionDecided, ErrSelfReview, ErrSuggestionSame.
func (c *Client) Decide(ctx context.Context, secret, key string, version int64, in Decide) (Review, error) {
	return call.Do[Review](ctx, c.hc, http.MethodPost, path("/api/v1/reviews/current/decision"), in, as(secret), withKey(key), ifMatch(version))
}

// Revoke takes an approval away, and says whether something had appeared under it. ErrSubmissionState.
func (c *Client) Revoke(ctx context.Context, secret string, version int64, in RevokeDecision) (Review, error) {
	return call.Do[Review](ctx, c.hc, http.MethodPost, path("/api/v1/reviews/current/revocation"), in, as(secret), ifMatch(version))
}

// LinkForMail is what the mail of a link says. Notify only; problem.ErrNotFound once it needs no mail any more.
func (c *Client) LinkForMail(ctx context.Context, linkID string) (LinkMail, error) {
	return call.Do[LinkMail](ctx, c.hc, http.MethodGet, path("/internal/reviewer-links/%s/mail", linkID), nil)
}

// PersonalData is what review holds about a person. For accounts, which composes the export.
func (c *Client) PersonalData(ctx context.Context, personID string) (PersonalData, error) {
	return call.Do[PersonalData](ctx, c.hc, http.MethodGet, path("/internal/personal-data/%s", personID), nil)
}
