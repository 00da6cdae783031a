package review

import (
	"context"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

type byDesk struct {
	Organisation string `path:"organisation" json:"-" validate:"max=64"`
	Submission   string `path:"submission" json:"-" validate:"max=64"`
}

type byEmployment struct {
	Employment string `path:"employment" json:"-" validate:"max=64"`
}

// deskRoutes are for members of organisations in their own name; whether they review there is re-read from accounts.
func (s *Service) deskRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/employers/:organisation/submissions", Summary: "What was sent to the employers that your organisation claimed", Access: oneself.Or(rest.Token(accountsapi.TokenDeskRead)), Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *struct {
			Organisation string `path:"organisation" json:"-" validate:"max=64"`
			List         string `query:"list" json:"-" validate:"omitempty,oneof=waiting past sample"`
			Cursor       string `query:"cursor" json:"-" validate:"max=64"`
		}) (*reviewapi.DeskPage, error) {
			return s.Desk(ctx, in.Organisation, in.List, in.Cursor)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/employers/:organisation/submissions/:submission", Summary: "A submission as your organisation reads it", Access: oneself.Or(rest.Token(accountsapi.TokenDeskRead)), Errors: []*problem.Error{problem.ErrNotFound, reviewapi.ErrSelfReview}},
		func(ctx context.Context, in *byDesk) (*reviewapi.Review, error) {
			return s.AtDesk(ctx, in.Organisation, in.Submission)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employers/:organisation/submissions/:submission/decision", Summary: "Decide for your organisation, in one of your reviewing roles", Access: oneself, Status: 200, Idempotent: true, MaxBody: maxBody,
		Errors: []*problem.Error{problem.ErrNotFound, problem.ErrStale, accountsapi.ErrRoleMissing, reviewapi.ErrSubmissionDecided, reviewapi.ErrPolicyChanged, reviewapi.ErrQuietPeriod, reviewapi.ErrSuggestionSame, reviewapi.ErrProtectedReject, reviewapi.ErrProtectedSecond, reviewapi.ErrSelfReview}},
		func(ctx context.Context, in *struct {
			byDesk
			byKey
			ifMatch
			reviewapi.Decide
		}) (*reviewapi.Review, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.DecideAtDesk(ctx, in.Organisation, in.Submission, in.Key, v, in.Decide)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employers/:organisation/submissions/:submission/revocation", Summary: "Take an approval away for your organisation", Access: oneself, Status: 200,
		Errors: []*problem.Error{problem.ErrNotFound, problem.ErrStale, accountsapi.ErrRoleMissing, reviewapi.ErrSubmissionState, reviewapi.ErrSelfReview}},
		func(ctx context.Context, in *struct {
			byDesk
			ifMatch
			reviewapi.RevokeDecision
		}) (*reviewapi.Review, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.RevokeAtDesk(ctx, in.Organisation, in.Submission, v, in.RevokeDecision)
		})
}

func (s *Service) employmentRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/employments", Summary: "For whom you said that you work, and worked", Access: oneself},
		func(ctx context.Context, _ *rest.Empty) (*reviewapi.Employments, error) { return s.Employments(ctx) })
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employments/:employment/leave", Summary: "Say when you leave: from that minute the employer reads nothing that is still open", Access: oneself, Status: 200,
		Errors: []*problem.Error{problem.ErrNotFound, problem.ErrStale, reviewapi.ErrEmploymentEnded}},
		func(ctx context.Context, in *struct {
			byEmployment
			ifMatch
			reviewapi.Leave
		}) (*reviewapi.Employment, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.Leave(ctx, in.Employment, v, in.Leave)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/employments/:employment/leave", Summary: "Take an end back that has not come", Access: oneself, Errors: []*problem.Error{problem.ErrNotFound, reviewapi.ErrEmploymentEnded}},
		func(ctx context.Context, in *byEmployment) (*reviewapi.Employment, error) {
			return s.Stay(ctx, in.Employment)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employments/:employment/return", Summary: "Say that you work there again", Access: oneself, Status: 200, Errors: []*problem.Error{problem.ErrNotFound, reviewapi.ErrEmploymentCurrent}},
		func(ctx context.Context, in *byEmployment) (*reviewapi.Employment, error) {
			return s.Return(ctx, in.Employment)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employments/:employment/proofs", Summary: "Mail a code to your mailbox at work, and nothing else", Access: oneself, Status: 202,
		Errors: []*problem.Error{problem.ErrNotFound, reviewapi.ErrMailboxElsewhere, reviewapi.ErrMailboxOwn, reviewapi.ErrReviewTooMany, reviewapi.ErrEmploymentEnded}},
		func(ctx context.Context, in *struct {
			byEmployment
			reviewapi.ProveEmployment
		}) (*rest.Empty, error) {
			return &rest.Empty{}, s.ProveEmployment(ctx, in.Employment, in.ProveEmployment)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employments/:employment/proofs/code", Summary: "Type the code that was mailed to your mailbox at work", Access: oneself, Status: 200,
		Errors: []*problem.Error{problem.ErrNotFound, reviewapi.ErrReviewCodeWrong, reviewapi.ErrEmploymentEnded}},
		func(ctx context.Context, in *struct {
			byEmployment
			reviewapi.WorkCode
		}) (*reviewapi.Employment, error) {
			return s.ConfirmEmployment(ctx, in.Employment, in.WorkCode)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/work-codes/:code/mail", Summary: "What the mail of a code for a mailbox at work says", Access: rest.Any(rest.Service("notify")), Internal: true, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *struct {
			Code string `path:"code" json:"-" validate:"max=64"`
		}) (*reviewapi.CodeMail, error) {
			return s.CodeForMail(ctx, in.Code)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/employments/:person/domains", Summary: "Domains that the address of a person's account can't have", Access: rest.Any(rest.Service(accountsapi.Name)), Internal: true},
		func(ctx context.Context, in *struct {
			Person string `path:"person" json:"-" validate:"max=64"`
		}) (*reviewapi.WorkDomains, error) {
			return s.WorkDomains(ctx, in.Person)
		})
}
