package reviewapi

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/workfluence/workfluence/internal/call"
)

// Policies are an organisation's policy with its history. problem.ErrNotFound for who keeps no policies there.
func (c *Client) Policies(ctx context.Context, organisation string) (PolicyBook, error) {
	return call.Do[PolicyBook](ctx, c.hc, http.MethodGet, path("/api/v1/employers/%s/policies", organisation), nil)
}

// PolicyVersion is one version with its words.
func (c *Client) PolicyVersion(ctx context.Context, organisation string, number int) (PolicyVersion, error) {
	return call.Do[PolicyVersion](ctx, c.hc, http.MethodGet, path("/api/v1/employers/%s/policies/%s", organisation, strconv.Itoa(number)), nil)
}

// PolicyDifference compares two versions; from 0 is the starter.
func (c *Client) PolicyDifference(ctx context.Context, organisation string, number, from int) (PolicyDifference, error) {
	query := url.Values{"from": {strconv.Itoa(from)}}
	return call.Do[PolicyDifference](ctx, c.hc, http.MethodGet, path("/api/v1/employers/%s/policies/%s/difference", organisation, strconv.Itoa(number))+"?"+query.Encode(), nil)
}

// PolicyDraft is the draft. problem.ErrNotFound for none.
func (c *Client) PolicyDraft(ctx context.Context, organisation string) (PolicyDraft, error) {
	return call.Do[PolicyDraft](ctx, c.hc, http.MethodGet, path("/api/v1/employers/%s/policies/draft", organisation), nil)
}

// BeginPolicyDraft begins a draft. ErrPolicyDraft when there is one.
func (c *Client) BeginPolicyDraft(ctx context.Context, organisation string, in BeginPolicyDraft) (PolicyDraft, error) {
	return call.Do[PolicyDraft](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/policies/draft", organisation), in)
}

// SavePolicyDraft keeps what was written, with whatever is wrong with it; Fault of the answer says what. problem.ErrStale.
func (c *Client) SavePolicyDraft(ctx context.Context, organisation string, version int64, in PolicyWords) (PolicyDraft, error) {
	return call.Do[PolicyDraft](ctx, c.hc, http.MethodPut, path("/api/v1/employers/%s/policies/draft", organisation), in, ifMatch(version))
}

// DropPolicyDraft throws the draft away.
func (c *Client) DropPolicyDraft(ctx context.Context, organisation string) error {
	_, err := call.Do[call.Empty](ctx, c.hc, http.MethodDelete, path("/api/v1/employers/%s/policies/draft", organisation), nil)
	return err
}

// ProposePolicy makes a version of the draft. ErrPolicyRules, ErrPolicySame, problem.ErrStale.
func (c *Client) ProposePolicy(ctx context.Context, organisation, key string, version int64, in ProposePolicy) (PolicyVersion, error) {
	return call.Do[PolicyVersion](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/policies", organisation), in, withKey(key), ifMatch(version))
}

// ApprovePolicy puts a version in force, as a second person. ErrPolicyOwn, ErrPolicyAnswered.
func (c *Client) ApprovePolicy(ctx context.Context, organisation string, number int) (PolicyVersion, error) {
	return call.Do[PolicyVersion](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/policies/%s/approval", organisation, strconv.Itoa(number)), nil)
}

// RefusePolicy ends a proposed version: refused by a second person, withdrawn by one who wrote it. ErrPolicyAnswered.
func (c *Client) RefusePolicy(ctx context.Context, organisation string, number int) (PolicyVersion, error) {
	return call.Do[PolicyVersion](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/policies/%s/refusal", organisation, strconv.Itoa(number)), nil)
}

// TryPolicy reads the last posts by a version; 0 is the draft. ErrPolicyRules.
func (c *Client) TryPolicy(ctx context.Context, organisation string, number int) (PolicyTrial, error) {
	which := strconv.Itoa(number)
	if number == 0 {
		which = "draft"
	}
	return call.Do[PolicyTrial](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/policies/%s/trial", organisation, which), nil)
}

// SavePolicyFacts says what the rules may ask for. problem.ErrStale.
func (c *Client) SavePolicyFacts(ctx context.Context, organisation string, version int64, in PolicyFacts) (PolicyFacts, error) {
	in.Version = 0
	return call.Do[PolicyFacts](ctx, c.hc, http.MethodPut, path("/api/v1/employers/%s/policies/facts", organisation), in, ifMatch(version))
}
