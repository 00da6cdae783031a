package review

import (
	"context"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

type byStanding struct {
	Organisation string `path:"organisation" json:"-" validate:"max=64"`
	Permission   string `path:"permission" json:"-" validate:"max=64"`
}

// standingRoutes are for members who review, and for the authors whom they let post.
func (s *Service) standingRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/employers/:organisation/standing-permissions", Summary: "The standing permissions that your organisation signed", Access: oneself, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *struct {
			Organisation string `path:"organisation" json:"-" validate:"max=64"`
		}) (*reviewapi.StandingList, error) {
			return s.StandingList(ctx, in.Organisation)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employers/:organisation/standing-permissions", Summary: "Sign a class of posts that open at once, for one author or for everybody who proved that they work for you", Access: oneself, Status: 201, Idempotent: true,
		Errors: []*problem.Error{problem.ErrNotFound, accountsapi.ErrRoleMissing, reviewapi.ErrSelfReview}},
		func(ctx context.Context, in *struct {
			Organisation string `path:"organisation" json:"-" validate:"max=64"`
			byKey
			reviewapi.GrantStanding
		}) (*reviewapi.Standing, error) {
			return s.GrantStanding(ctx, in.Organisation, in.Key, in.GrantStanding)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/employers/:organisation/standing-permissions/:permission", Summary: "A standing permission of your organisation", Access: oneself, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *byStanding) (*reviewapi.Standing, error) {
			return s.Standing(ctx, in.Organisation, in.Permission)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employers/:organisation/standing-permissions/:permission/revocation", Summary: "Take a standing permission back: nothing more opens under it, and what opened stays", Access: oneself, Status: 200,
		Errors: []*problem.Error{problem.ErrNotFound, problem.ErrStale, accountsapi.ErrRoleMissing, reviewapi.ErrStandingRevoked}},
		func(ctx context.Context, in *struct {
			byStanding
			ifMatch
			reviewapi.RevokeStanding
		}) (*reviewapi.Standing, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.RevokeStanding(ctx, in.Organisation, in.Permission, v, in.RevokeStanding)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employers/:organisation/submissions/:submission/look", Summary: "Say that you have read what went through under a standing permission and was chosen to be read", Access: oneself,
		Errors: []*problem.Error{problem.ErrNotFound, reviewapi.ErrSelfReview}},
		func(ctx context.Context, in *byDesk) (*rest.Empty, error) {
			return nil, s.Looked(ctx, in.Organisation, in.Submission)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/employers/:organisation/quiet-periods", Summary: "The days in which nothing opens at your organisation", Access: oneself, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *struct {
			Organisation string `path:"organisation" json:"-" validate:"max=64"`
		}) (*reviewapi.QuietList, error) {
			return s.QuietList(ctx, in.Organisation)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employers/:organisation/quiet-periods", Summary: "Begin or plan days in which nothing opens", Access: oneself, Status: 201, Idempotent: true, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *struct {
			Organisation string `path:"organisation" json:"-" validate:"max=64"`
			byKey
			reviewapi.SetQuiet
		}) (*reviewapi.Quiet, error) {
			return s.SetQuiet(ctx, in.Organisation, in.Key, in.SetQuiet)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employers/:organisation/quiet-periods/:quiet/end", Summary: "End a quiet period now", Access: oneself, Status: 200, Errors: []*problem.Error{problem.ErrNotFound, problem.ErrStale}},
		func(ctx context.Context, in *struct {
			Organisation string `path:"organisation" json:"-" validate:"max=64"`
			Quiet        string `path:"quiet" json:"-" validate:"max=64"`
			ifMatch
		}) (*reviewapi.Quiet, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.EndQuiet(ctx, in.Organisation, in.Quiet, v)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/submissions/:submission/request-receipt", Summary: "A receipt that you asked: when, whom, about which digest; never an approval", Access: oneself, Status: 200, Errors: []*problem.Error{reviewapi.ErrSubmissionState}},
		func(ctx context.Context, in *bySubmission) (*reviewapi.AuthorReceipt, error) {
			return s.ProveRequest(ctx, in.Submission)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/submissions/:submission/outside-answers", Summary: "Keep what was answered elsewhere, as you say; it opens nothing", Access: oneself, Status: 201, Idempotent: true,
		Errors: []*problem.Error{reviewapi.ErrSubmissionState, reviewapi.ErrReviewTooMany}},
		func(ctx context.Context, in *struct {
			bySubmission
			byKey
			reviewapi.ReportAnswer
		}) (*reviewapi.AuthorReceipt, error) {
			return s.ReportAnswer(ctx, in.Submission, in.Key, in.ReportAnswer)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/standing-permissions", Summary: "What you may post without asking, and what ended lately", Access: oneself},
		func(ctx context.Context, _ *rest.Empty) (*reviewapi.StandingList, error) { return s.MyStanding(ctx) })
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/submissions/:submission/standing-permissions", Summary: "Under which standing permissions your draft would open at once, or why not; for you alone", Access: oneself},
		func(ctx context.Context, in *bySubmission) (*reviewapi.Offers, error) {
			return s.Offers(ctx, in.Submission)
		})
}
