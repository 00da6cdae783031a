package review

import (
	"context"
	"strconv"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

type byOrganisation struct {
	Organisation string `path:"organisation" json:"-" validate:"max=64"`
}

type byVersion struct {
	Organisation string `path:"organisation" json:"-" validate:"max=64"`
	Number       string `path:"number" json:"-" validate:"max=9"`
}

// number of a version; what is no number names none.
func (b byVersion) number() (int, error) {
	n, err := strconv.Atoi(b.Number)
	if err != nil || n < 1 {
		return 0, problem.ErrNotFound
	}
	return n, nil
}

// policyRoutes are for members of organisations who keep its policy, in their own name; whether they do is re-read from accounts.
func (s *Service) policyRoutes(r *rest.Router) {
	hidden := []*problem.Error{problem.ErrNotFound}
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/employers/:organisation/policies", Summary: "Your organisation's policy for posts, with its history", Access: oneself, Errors: hidden},
		func(ctx context.Context, in *byOrganisation) (*reviewapi.PolicyBook, error) {
			return s.Policies(ctx, in.Organisation)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employers/:organisation/policies", Summary: "Make a version of the draft; it counts once a second person approves it", Access: oneself, Status: 201, Idempotent: true,
		Errors: []*problem.Error{problem.ErrNotFound, problem.ErrStale, reviewapi.ErrPolicyRules, reviewapi.ErrPolicySame, reviewapi.ErrPolicyWaiting}},
		func(ctx context.Context, in *struct {
			byOrganisation
			byKey
			ifMatch
			reviewapi.ProposePolicy
		}) (*reviewapi.PolicyVersion, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.ProposePolicy(ctx, in.Organisation, in.Key, v, in.ProposePolicy)
		})
	s.policyDraftRoutes(r)
	version := func(method, path, summary string, errs []*problem.Error, do func(ctx context.Context, organisation string, number int) (*reviewapi.PolicyVersion, error)) {
		rest.Handle(r, rest.Route{Method: method, Path: "/api/v1/employers/:organisation/policies/:number" + path, Summary: summary, Access: oneself, Status: 200, Errors: errs},
			func(ctx context.Context, in *byVersion) (*reviewapi.PolicyVersion, error) {
				n, err := in.number()
				if err != nil {
					return nil, err
				}
				return do(ctx, in.Organisation, n)
			})
	}
	version("GET", "", "A version of the policy, with its words and rules", hidden, s.PolicyVersion)
	version("POST", "/approval", "Put a version in force, as a second person", []*problem.Error{problem.ErrNotFound, reviewapi.ErrPolicyOwn, reviewapi.ErrPolicyAnswered}, s.ApprovePolicy)
	version("POST", "/refusal", "Say no to a version that waits, or take back your own", []*problem.Error{problem.ErrNotFound, reviewapi.ErrPolicyAnswered}, s.RefusePolicy)
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/employers/:organisation/policies/:number/difference", Summary: "What a version changed; from 0 is the starter", Access: oneself, Errors: hidden},
		func(ctx context.Context, in *struct {
			byVersion
			From int `query:"from" json:"-" validate:"min=0"`
		}) (*reviewapi.PolicyDifference, error) {
			n, err := in.number()
			if err != nil {
				return nil, err
			}
			return s.PolicyDifference(ctx, in.Organisation, n, in.From)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/employers/:organisation/policies/:number/trial", Summary: "Read the last 100 posts by a version, beside what was said of them then; nothing is kept", Access: oneself, Status: 200, Errors: hidden},
		func(ctx context.Context, in *byVersion) (*reviewapi.PolicyTrial, error) {
			n, err := in.number()
			if err != nil {
				return nil, err
			}
			return s.TryPolicy(ctx, in.Organisation, n)
		})
}

func (s *Service) policyDraftRoutes(r *rest.Router) {
	hidden := []*problem.Error{problem.ErrNotFound}
	const draft, most = "/api/v1/employers/:organisation/policies/draft", 4 << 20
	rest.Handle(r, rest.Route{Method: "GET", Path: draft, Summary: "What will be the next version of the policy", Access: oneself, Errors: hidden},
		func(ctx context.Context, in *byOrganisation) (*reviewapi.PolicyDraft, error) {
			return s.PolicyDraft(ctx, in.Organisation)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: draft, Summary: "Begin a draft of the starter, of a version, or of a text that you have", Access: oneself, Status: 201, MaxBody: most, Errors: []*problem.Error{problem.ErrNotFound, reviewapi.ErrPolicyDraft, reviewapi.ErrPolicyRules}},
		func(ctx context.Context, in *struct {
			byOrganisation
			reviewapi.BeginPolicyDraft
		}) (*reviewapi.PolicyDraft, error) {
			return s.BeginPolicyDraft(ctx, in.Organisation, in.BeginPolicyDraft)
		})
	rest.Handle(r, rest.Route{Method: "PUT", Path: draft, Summary: "Keep what you wrote, whatever is wrong with it; the answer says what", Access: oneself, MaxBody: most, Errors: []*problem.Error{problem.ErrNotFound, problem.ErrStale}},
		func(ctx context.Context, in *struct {
			byOrganisation
			ifMatch
			reviewapi.PolicyWords
		}) (*reviewapi.PolicyDraft, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.SavePolicyDraft(ctx, in.Organisation, v, in.PolicyWords)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: draft, Summary: "Throw the draft away", Access: oneself, Errors: hidden},
		func(ctx context.Context, in *byOrganisation) (*rest.Empty, error) {
			return &rest.Empty{}, s.DropPolicyDraft(ctx, in.Organisation)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: draft + "/trial", Summary: "Read the last 100 posts by the draft, beside what was said of them then; nothing is kept", Access: oneself, Status: 200, Errors: []*problem.Error{problem.ErrNotFound, reviewapi.ErrPolicyRules}},
		func(ctx context.Context, in *byOrganisation) (*reviewapi.PolicyTrial, error) {
			return s.TryPolicy(ctx, in.Organisation, 0)
		})
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/api/v1/employers/:organisation/policies/facts", Summary: "What the rules may ask for: names of customers, case studies and the like", Access: oneself, MaxBody: most, Errors: []*problem.Error{problem.ErrNotFound, problem.ErrStale, reviewapi.ErrPolicyRules}},
		func(ctx context.Context, in *struct {
			byOrganisation
			ifMatch
			reviewapi.PolicyFacts
		}) (*reviewapi.PolicyFacts, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.SavePolicyFacts(ctx, in.Organisation, v, in.PolicyFacts)
		})
}
