package review

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/screen"
)

const (
	// tried is how many posts a trial reads.
	tried = 100
	// fewest is the smallest group that a statistic speaks about to who reads no posts (§4.8).
	fewest = 5
)

// TryPolicy reads the last hundred posts that were sent to an organisation by a version, 0 for the draft, and counts what it says beside what was said then. Nothing of it is
// kept. Which posts they are is for who reads them at the desk anyway, without their own. ErrPolicyRules for a draft that does not compile.
func (s *Service) TryPolicy(ctx context.Context, organisation string, number int) (*reviewapi.PolicyTrial, error) {
	a, err := s.keeper(ctx, organisation, "")
	if err != nil {
		return nil, err
	}
	sc, err := s.tryable(ctx, organisation, number)
	if err != nil {
		return nil, err
	}
	all, err := many[Submission](ctx, s.Pool, "LastAsked", pgx.NamedArgs{"organisation": organisation, "limit": tried})
	if err != nil {
		return nil, err
	}
	t := policyTrial{rules: map[string]*reviewapi.TrialRule{}, out: reviewapi.PolicyTrial{Number: number}}
	for _, sub := range all {
		if err := s.tryOne(ctx, &t, sub, sc); err != nil {
			return nil, err
		}
	}
	return s.tried(ctx, t, reviews(a))
}

// tryable is a version made ready.
func (s *Service) tryable(ctx context.Context, organisation string, number int) (*screen.Screener, error) {
	if number > 0 {
		return s.ownScreener(ctx, organisation, number)
	}
	b, err := s.bookOf(ctx, s.Pool, organisation)
	if err != nil {
		return nil, err
	}
	p, _, err := s.accepted(b)
	if err != nil {
		return nil, err
	}
	return s.screeners.compiled(p, b.Facts)
}

// policyTrial counts.
type policyTrial struct {
	out   reviewapi.PolicyTrial
	rules map[string]*reviewapi.TrialRule
	posts []Submission // whose verdict is another
	added map[string][]string
	gone  map[string][]string
}

func (t *policyTrial) rule(id string) *reviewapi.TrialRule {
	if t.rules[id] == nil {
		t.rules[id] = &reviewapi.TrialRule{Rule: id}
	}
	return t.rules[id]
}

// tryOne reads one post, if a reviewer could read it still.
func (s *Service) tryOne(ctx context.Context, t *policyTrial, sub Submission, sc *screen.Screener) error {
	if !sub.Visible(s.Clock.Now()) {
		t.out.Gone++
		return nil
	}
	shown, err := s.Documents.Show(ctx, sub.DocumentID, sub.Digest, party(sub.EmployerID))
	if missing(err) {
		t.out.Gone++
		return nil
	}
	if err != nil {
		return err
	}
	read := sheet(shown.Version)
	p, err := pinOf(ctx, s.Pool, sub.ID)
	if err != nil {
		return err
	}
	then := p.Rules
	if p.Number == 0 {
		if then, err = s.under(ctx, sub, "", 0, read); err != nil {
			return err
		}
	}
	h, err := screenedBy(read, sc, sub.Locale)
	if err != nil {
		return err
	}
	t.count(sub, then, touched(h))
	return nil
}

func (t *policyTrial) count(sub Submission, then, now []string) {
	t.out.Looked++
	for _, id := range then {
		t.rule(id).Then++
	}
	for _, id := range now {
		t.rule(id).Now++
	}
	if len(then) > 0 {
		t.out.Then++
	}
	if len(now) > 0 {
		t.out.Now++
	}
	added, gone := rulesBut(now, then), rulesBut(then, now)
	if len(added) > 0 {
		t.out.Newly++
	}
	if len(gone) > 0 {
		t.out.NoMore++
	}
	if len(added)+len(gone) == 0 {
		return
	}
	t.out.Changed++
	if t.added == nil {
		t.added, t.gone = map[string][]string{}, map[string][]string{}
	}
	t.posts = append(t.posts, sub)
	t.added[sub.ID], t.gone[sub.ID] = added, gone
}

// tried is a trial as the caller reads it.
func (s *Service) tried(ctx context.Context, t policyTrial, reads bool) (*reviewapi.PolicyTrial, error) {
	out := t.out
	if !reads {
		if out.Looked < fewest {
			out = reviewapi.PolicyTrial{Number: out.Number, Looked: out.Looked, Gone: out.Gone, Few: out.Looked > 0}
		}
		return &out, nil
	}
	for _, r := range t.rules {
		out.Rules = append(out.Rules, *r)
	}
	slices.SortFunc(out.Rules, func(a, b reviewapi.TrialRule) int { return strings.Compare(a.Rule, b.Rule) })
	var ids []string
	for _, sub := range t.posts {
		ids = append(ids, sub.AuthorID)
	}
	names, err := s.calledAll(ctx, ids)
	for _, sub := range t.posts {
		if sub.AuthorID == author(ctx) {
			continue // nobody sees their own at a desk
		}
		out.Posts = append(out.Posts, reviewapi.TrialPost{ID: sub.ID, Author: names[sub.AuthorID], State: sub.State, Added: t.added[sub.ID], Removed: t.gone[sub.ID]})
	}
	return &out, err
}
