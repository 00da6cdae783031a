package review

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/compare"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/screen"
)

// PolicyDraft is the draft, with what is wrong with it. problem.ErrNotFound for none.
func (s *Service) PolicyDraft(ctx context.Context, organisation string) (*reviewapi.PolicyDraft, error) {
	if _, err := s.keeper(ctx, organisation, ""); err != nil {
		return nil, err
	}
	b, err := s.bookOf(ctx, s.Pool, organisation)
	if err != nil {
		return nil, err
	}
	return s.draft(ctx, b)
}

func (s *Service) draft(ctx context.Context, b book) (*reviewapi.PolicyDraft, error) {
	if b.Draft == nil {
		return nil, problem.ErrNotFound
	}
	out := &reviewapi.PolicyDraft{PolicyWords: *b.Draft, Version: b.DraftVersion, Updated: deref(b.DraftAt), Writers: []string{}}
	if p, err := own(*b.Draft).Resolve(); err != nil {
		out.Fault = faultText(err)
	} else if _, err := s.screeners.compiled(p, b.Facts); err != nil {
		out.Fault = faultText(err)
	}
	names, err := s.calledAll(ctx, slices.Clone(b.DraftWriters))
	for _, w := range b.DraftWriters {
		out.Writers = append(out.Writers, names[w])
	}
	return out, err
}

// BeginPolicyDraft begins a draft of the starter, of a version, or of a text whose rules are proposed. The caller is its first writer, and who wrote at the version
// that it is made of is none. ErrPolicyDraft when there is one; problem.ErrInvalid for a text that holds nothing.
func (s *Service) BeginPolicyDraft(ctx context.Context, organisation string, in reviewapi.BeginPolicyDraft) (*reviewapi.PolicyDraft, error) {
	if _, err := s.keeper(ctx, organisation, ""); err != nil {
		return nil, err
	}
	words, err := s.beginning(ctx, organisation, in)
	if err != nil {
		return nil, err
	}
	b, err := s.inBook(ctx, organisation, func(ctx context.Context, tx pgx.Tx, b *book) error {
		if b.Draft != nil && !in.Replace {
			return reviewapi.ErrPolicyDraft
		}
		b.DraftWriters = nil
		s.written(ctx, b, words)
		return s.record(ctx, tx, "", "policy.draft_begun", organisation, audit.Detail{"from": in.From, "version": in.Version})
	})
	if err != nil {
		return nil, err
	}
	return s.draft(ctx, b)
}

// written puts words into the draft, and the caller among those who wrote at it.
func (s *Service) written(ctx context.Context, b *book, words reviewapi.PolicyWords) {
	now := s.Clock.Now()
	b.Draft, b.DraftVersion, b.DraftAt = &words, b.DraftVersion+1, &now
	if me := author(ctx); !slices.Contains(b.DraftWriters, me) {
		b.DraftWriters = append(b.DraftWriters, me)
	}
}

func (s *Service) beginning(ctx context.Context, organisation string, in reviewapi.BeginPolicyDraft) (reviewapi.PolicyWords, error) {
	switch in.From {
	case reviewapi.FromVersion:
		return scalar[reviewapi.PolicyWords](ctx, s.Pool, "PolicyOwn", pgx.NamedArgs{"organisation": organisation, "number": in.Version})
	case reviewapi.FromImport:
		text := canon.Lines(strings.TrimSpace(in.Text))
		if fault := noZero(problem.ErrInvalid, "/text", text); len(fault.Fields) > 0 {
			return reviewapi.PolicyWords{}, fault
		}
		if text == "" {
			return reviewapi.PolicyWords{}, problem.ErrInvalid.WithField("/text", "required", "is required")
		}
		lang, err := in.Lang, error(nil)
		if lang == "" {
			if lang, err = screen.LanguageOf(text); err != nil {
				return reviewapi.PolicyWords{}, refusedRules(err)
			}
		}
		o, _, err := screen.Import(text, lang)
		return reviewapi.PolicyWords{Text: o.Text, Rules: o.Rules, Without: []string{}}, refusedRules(err)
	}
	o := screen.StarterOwn()
	return reviewapi.PolicyWords{Text: o.Text, Starter: true, Without: []string{}}, nil
}

// SavePolicyDraft keeps what was written, whatever is wrong with it: the answer says what. problem.ErrStale.
func (s *Service) SavePolicyDraft(ctx context.Context, organisation string, version int64, in reviewapi.PolicyWords) (*reviewapi.PolicyDraft, error) {
	if _, err := s.keeper(ctx, organisation, ""); err != nil {
		return nil, err
	}
	words, err := tidyWords(in)
	if err != nil {
		return nil, err
	}
	b, err := s.inBook(ctx, organisation, func(ctx context.Context, tx pgx.Tx, b *book) error {
		if version != 0 && (b.Draft == nil || version != b.DraftVersion) {
			return problem.ErrStale
		}
		s.written(ctx, b, words)
		return s.record(ctx, tx, "", "policy.draft_saved", organisation, audit.Detail{"version": b.DraftVersion})
	})
	if err != nil {
		return nil, err
	}
	return s.draft(ctx, b)
}

// DropPolicyDraft throws the draft away. No draft is no fault.
func (s *Service) DropPolicyDraft(ctx context.Context, organisation string) error {
	if _, err := s.keeper(ctx, organisation, ""); err != nil {
		return err
	}
	_, err := s.inBook(ctx, organisation, func(ctx context.Context, tx pgx.Tx, b *book) error {
		if b.Draft == nil {
			return nil
		}
		b.Draft, b.DraftWriters, b.DraftAt = nil, nil, nil
		return s.record(ctx, tx, "", "policy.draft_dropped", organisation, audit.Detail{"version": b.DraftVersion})
	})
	return err
}

// SavePolicyFacts says what the rules may ask for. They count at once, for what is sent from now on. problem.ErrStale, ErrPolicyRules for names with which the rules
// don't compile.
func (s *Service) SavePolicyFacts(ctx context.Context, organisation string, version int64, in reviewapi.PolicyFacts) (*reviewapi.PolicyFacts, error) {
	if _, err := s.keeper(ctx, organisation, ""); err != nil {
		return nil, err
	}
	facts, err := tidyFacts(in)
	if err != nil {
		return nil, err
	}
	read, err := s.bookOf(ctx, s.Pool, organisation)
	if err != nil {
		return nil, err
	}
	p := screen.Starter()
	if read.InForce > 0 {
		if p, err = s.resolved(ctx, s.Pool, organisation, read.InForce); err != nil {
			return nil, err
		}
	}
	if _, err := s.screeners.compiled(p, facts); err != nil {
		return nil, refusedRules(err)
	}
	b, err := s.inBook(ctx, organisation, func(ctx context.Context, tx pgx.Tx, b *book) error {
		if version != 0 && version != b.FactsVersion || b.InForce != read.InForce {
			return problem.ErrStale
		}
		now := s.Clock.Now()
		b.Facts, b.FactsVersion, b.FactsAt = facts, b.FactsVersion+1, &now
		return s.record(ctx, tx, "", "policy.facts_saved", organisation, audit.Detail{"version": b.FactsVersion, "customers": len(facts.Customers), "case_studies": len(facts.CaseStudies)})
	})
	if err != nil {
		return nil, err
	}
	out := wireFacts(b)
	return &out, nil
}

// PolicyDifference compares a version with another one of the organisation's; from 0 is the starter.
func (s *Service) PolicyDifference(ctx context.Context, organisation string, number, from int) (*reviewapi.PolicyDifference, error) {
	if _, err := s.keeper(ctx, organisation, ""); err != nil {
		return nil, err
	}
	after, err := s.resolved(ctx, s.Pool, organisation, number)
	if err != nil {
		return nil, err
	}
	is, err := scalar[reviewapi.PolicyWords](ctx, s.Pool, "PolicyOwn", pgx.NamedArgs{"organisation": organisation, "number": number})
	if err != nil {
		return nil, err
	}
	before, was := screen.Starter(), reviewapi.PolicyWords{}
	if from > 0 {
		if before, err = s.resolved(ctx, s.Pool, organisation, from); err != nil {
			return nil, err
		}
		if was, err = scalar[reviewapi.PolicyWords](ctx, s.Pool, "PolicyOwn", pgx.NamedArgs{"organisation": organisation, "number": from}); err != nil {
			return nil, err
		}
	}
	d, err := screen.Diff(before, after)
	if err != nil {
		return nil, err
	}
	out := &reviewapi.PolicyDifference{
		From: from, To: number, Added: list(d.Added), Removed: list(d.Removed), Changed: list(d.Changed), Lists: list(d.Words),
		Text: map[string][]reviewapi.PolicyPiece{}, Rules: []reviewapi.PolicyPiece{},
	}
	for _, lang := range screen.Languages {
		if before.Text[lang] != after.Text[lang] {
			out.Text[lang] = pieces(before.Text[lang], after.Text[lang])
		}
	}
	if was.Rules != is.Rules {
		out.Rules = pieces(was.Rules, is.Rules)
	}
	return out, nil
}

func list(in []string) []string { return append([]string{}, in...) }

func pieces(before, after string) []reviewapi.PolicyPiece {
	out := []reviewapi.PolicyPiece{}
	for _, p := range compare.Words(before, after) {
		out = append(out, reviewapi.PolicyPiece{Op: p.Op, Text: p.Text})
	}
	return out
}
