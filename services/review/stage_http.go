package review

import (
	"context"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

type byEmployer struct {
	Organisation string `path:"organisation" json:"-" validate:"max=64"`
}

// stageRoutes are for members of organisations in their own name.
func (s *Service) stageRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/employers/:organisation/stages", Summary: "How what is sent to your organisation passes, and where nobody may decide", Access: oneself, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *byEmployer) (*reviewapi.StagePlan, error) {
			return s.Stages(ctx, in.Organisation)
		})
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/api/v1/employers/:organisation/stages", Summary: "Set the stages of what is sent from now on", Access: oneself,
		Errors: []*problem.Error{problem.ErrNotFound, problem.ErrStale, accountsapi.ErrRoleMissing}},
		func(ctx context.Context, in *struct {
			byEmployer
			ifMatch
			reviewapi.SetStages
		}) (*reviewapi.StagePlan, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.SetStages(ctx, in.Organisation, v, in.SetStages)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/employers/:organisation/deputies", Summary: "Who stands in for whom, and whom you could name", Access: oneself, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *byEmployer) (*reviewapi.Deputies, error) {
			return s.Deputies(ctx, in.Organisation)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employers/:organisation/deputies", Summary: "Name who stands in for you, for a span", Access: oneself, Status: 201,
		Errors: []*problem.Error{problem.ErrNotFound, accountsapi.ErrRoleMissing, reviewapi.ErrDeputyUnfit, reviewapi.ErrReviewTooMany}},
		func(ctx context.Context, in *struct {
			byEmployer
			reviewapi.NewDeputy
		}) (*reviewapi.Deputy, error) {
			return s.NameDeputy(ctx, in.Organisation, in.NewDeputy)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/employers/:organisation/deputies/:deputy", Summary: "End that somebody stands in for another", Access: oneself,
		Errors: []*problem.Error{problem.ErrNotFound, accountsapi.ErrRoleMissing}},
		func(ctx context.Context, in *struct {
			byEmployer
			Deputy string `path:"deputy" json:"-" validate:"max=64"`
		}) (*rest.Empty, error) {
			return &rest.Empty{}, s.EndDeputy(ctx, in.Organisation, in.Deputy)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employers/:organisation/submissions/:submission/stake", Summary: "Say that you have a stake in it: you decide nothing about it", Access: oneself, Status: 204,
		Errors: []*problem.Error{problem.ErrNotFound, reviewapi.ErrSelfReview, reviewapi.ErrStakeHeld, reviewapi.ErrSubmissionState, reviewapi.ErrStageSpoken}},
		func(ctx context.Context, in *struct {
			byDesk
			reviewapi.DeclareStake
		}) (*rest.Empty, error) {
			return &rest.Empty{}, s.DeclareStake(ctx, in.Organisation, in.Submission, in.DeclareStake)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employers/:organisation/revocations", Summary: "Take back what one member decided, all at once; owners", Access: oneself, Status: 200,
		Errors: []*problem.Error{problem.ErrNotFound, accountsapi.ErrRoleMissing}},
		func(ctx context.Context, in *struct {
			byEmployer
			reviewapi.TakeBackAll
		}) (*reviewapi.TakenBackAll, error) {
			return s.TakeBackAll(ctx, in.Organisation, in.TakeBackAll)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/desk-notes/:note/mail", Summary: "What the mail to a member about a submission says", Access: rest.Any(rest.Service("notify")), Internal: true, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *struct {
			Note string `path:"note" json:"-" validate:"max=64"`
		}) (*reviewapi.DeskMail, error) {
			return s.DeskNoteForMail(ctx, in.Note)
		})
}
