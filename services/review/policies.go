package review

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/screen"
)

// keeper is what the caller may do about an organisation's policy now, as accounts says. about is somebody whom they must not be close to, "" for
// nobody. problem.ErrNotFound for who keeps no policies there: the same as for an organisation that isn't there.
func (s *Service) keeper(ctx context.Context, organisation, about string) (accountsapi.Acting, error) {
	a, err := s.People.Acting(ctx, organisation, identity.From(ctx).Person, about)
	if err == nil && !keeps(a) {
		err = problem.ErrNotFound
	}
	return a, err
}

// bookOf is an organisation's policy; an empty one for an organisation that has written none.
func (s *Service) bookOf(ctx context.Context, db pg.Querier, organisation string) (book, error) {
	b, err := one[book](ctx, db, "Policy", pgx.NamedArgs{"organisation": organisation})
	if missing(err) {
		return book{OrganisationID: organisation}, nil
	}
	return b, err
}

// inBook locks an organisation's policy, runs change and saves it.
func (s *Service) inBook(ctx context.Context, organisation string, change func(ctx context.Context, tx pgx.Tx, b *book) error) (book, error) {
	var out book
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		b, err := one[book](ctx, tx, "LockPolicy", pgx.NamedArgs{"organisation": organisation})
		if err != nil {
			return err
		}
		if err := change(ctx, tx, &b); err != nil {
			return err
		}
		out = b
		return saveBook(ctx, tx, b)
	})
	return out, err
}

func saveBook(ctx context.Context, tx pgx.Tx, b book) error {
	if b.DraftWriters == nil {
		b.DraftWriters = []string{}
	}
	_, err := exec(ctx, tx, "SavePolicy", pgx.NamedArgs{
		"organisation": b.OrganisationID, "last": b.Last, "in_force": b.InForce, "draft": b.Draft, "draft_writers": b.DraftWriters, "draft_version": b.DraftVersion,
		"draft_at": b.DraftAt, "facts": b.Facts, "facts_version": b.FactsVersion, "facts_at": b.FactsAt,
	})
	return err
}

// Policies are an organisation's policy and its history, for who keeps them.
func (s *Service) Policies(ctx context.Context, organisation string) (*reviewapi.PolicyBook, error) {
	if _, err := s.keeper(ctx, organisation, ""); err != nil {
		return nil, err
	}
	b, err := s.bookOf(ctx, s.Pool, organisation)
	if err != nil {
		return nil, err
	}
	all, err := many[policyVersion](ctx, s.Pool, "PolicyVersions", pgx.NamedArgs{"organisation": organisation, "number": 0})
	if err != nil {
		return nil, err
	}
	versions, err := s.wireVersions(ctx, b, all)
	if err != nil {
		return nil, err
	}
	out := &reviewapi.PolicyBook{InForce: b.InForce, Draft: b.Draft != nil, Versions: versions, Facts: wireFacts(b)}
	out.Starter = wireRules(screen.Starter(), screen.StarterRules(), identity.From(ctx).Locale)
	return out, nil
}

func wireFacts(b book) reviewapi.PolicyFacts {
	out, _ := tidyFacts(b.Facts) // of what was kept nothing can be wrong
	out.Version = b.FactsVersion
	return out
}

// wireVersions are versions as the caller reads them, with names in one question.
func (s *Service) wireVersions(ctx context.Context, b book, all []policyVersion) ([]reviewapi.PolicyVersion, error) {
	var ids []string
	for _, v := range all {
		ids = append(append(ids, v.Writers...), v.AnsweredBy)
	}
	names, err := s.calledAll(ctx, ids)
	if err != nil {
		return nil, err
	}
	me := author(ctx)
	out := make([]reviewapi.PolicyVersion, len(all))
	for i, v := range all {
		waits, mine := v.state(b.InForce) == reviewapi.PolicyProposed, slices.Contains(v.Writers, me)
		out[i] = reviewapi.PolicyVersion{
			Number: v.Number, Digest: v.Digest, State: v.state(b.InForce), Retroactive: v.Retroactive, Note: v.Note, Proposed: v.ProposedAt, Answered: v.AnsweredAt,
			AnsweredBy: names[v.AnsweredBy], MayApprove: waits && !mine, MayWithdraw: waits && mine, Writers: []string{},
		}
		for _, w := range v.Writers {
			out[i].Writers = append(out[i].Writers, names[w])
		}
	}
	return out, nil
}

// calledAll are what people are called, in one question.
func (s *Service) calledAll(ctx context.Context, ids []string) (map[string]string, error) {
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" })
	names := map[string]string{}
	if len(ids) == 0 {
		return names, nil
	}
	people, err := s.People.Public(ctx, ids...)
	for _, p := range people {
		names[p.ID] = p.Name
	}
	return names, err
}

// wireRules are rules with the sentences they stand on, in a language where there is one.
func wireRules(p *screen.Policy, rules []screen.Rule, lang string) []reviewapi.PolicyRule {
	clauses := map[string]map[string]string{}
	for _, c := range p.Clauses {
		clauses[c.ID] = c.Text
	}
	out := make([]reviewapi.PolicyRule, len(rules))
	for i, r := range rules {
		out[i] = reviewapi.PolicyRule{ID: r.ID, Kind: string(r.Kind), Severity: string(r.Severity), Routes: append([]string{}, r.Route...)}
		for _, l := range append([]string{lang}, screen.Languages...) {
			if text, ok := clauses[r.Clause][l]; ok {
				out[i].Clause = text
				break
			}
		}
	}
	return out
}

// PolicyVersion is one version with its words and rules.
func (s *Service) PolicyVersion(ctx context.Context, organisation string, number int) (*reviewapi.PolicyVersion, error) {
	if _, err := s.keeper(ctx, organisation, ""); err != nil {
		return nil, err
	}
	return s.version(ctx, organisation, number)
}

func (s *Service) version(ctx context.Context, organisation string, number int) (*reviewapi.PolicyVersion, error) {
	b, err := s.bookOf(ctx, s.Pool, organisation)
	if err != nil {
		return nil, err
	}
	v, err := s.oneVersion(ctx, s.Pool, organisation, number)
	if err != nil {
		return nil, err
	}
	out, err := s.wireVersions(ctx, b, []policyVersion{v})
	if err != nil {
		return nil, err
	}
	words, err := scalar[reviewapi.PolicyWords](ctx, s.Pool, "PolicyOwn", pgx.NamedArgs{"organisation": organisation, "number": number})
	if err != nil {
		return nil, err
	}
	p, err := s.resolved(ctx, s.Pool, organisation, number)
	if err != nil {
		return nil, err
	}
	out[0].Words, out[0].All = &words, wireRules(p, p.Rules, identity.From(ctx).Locale)
	return &out[0], nil
}

// oneVersion is a version of an organisation's. problem.ErrNotFound.
func (s *Service) oneVersion(ctx context.Context, db pg.Querier, organisation string, number int) (policyVersion, error) {
	if number < 1 {
		return policyVersion{}, problem.ErrNotFound
	}
	return one[policyVersion](ctx, db, "PolicyVersions", pgx.NamedArgs{"organisation": organisation, "number": number})
}

// ProposePolicy makes a version of the draft, which counts once a second person approves it. What is wrong with the draft is said, and the draft stays.
// A repeat with the same key gives the first answer. ErrPolicyRules, ErrPolicySame, ErrPolicyWaiting, problem.ErrStale.
func (s *Service) ProposePolicy(ctx context.Context, organisation, key string, version int64, in reviewapi.ProposePolicy) (*reviewapi.PolicyVersion, error) {
	a, err := s.keeper(ctx, organisation, "")
	if err != nil {
		return nil, err
	}
	if fault := noZero(problem.ErrInvalid, "/note", in.Note); len(fault.Fields) > 0 {
		return nil, fault
	}
	read, err := s.bookOf(ctx, s.Pool, organisation)
	if err != nil {
		return nil, err
	}
	p, digest, refusal := s.accepted(read)
	type proposed struct {
		Number int `json:"number"`
	}
	var out *proposed
	_, err = s.inBook(ctx, organisation, func(ctx context.Context, tx pgx.Tx, b *book) error {
		ask := idem.Request{Schema: schema, Scope: author(ctx) + " policies of " + organisation, Key: key, Body: in, At: s.Clock.Now()}
		out, err = idem.Do(ctx, tx, ask, func() (*proposed, error) {
			switch {
			case b.Draft == nil:
				return nil, problem.ErrNotFound
			case b.DraftVersion != read.DraftVersion || b.FactsVersion != read.FactsVersion || version != 0 && version != b.DraftVersion:
				return nil, problem.ErrStale
			case refusal != nil:
				return nil, refusal
			}
			if err := s.mayPropose(ctx, tx, *b, digest); err != nil {
				return nil, err
			}
			writers := b.DraftWriters
			if me := author(ctx); !slices.Contains(writers, me) {
				writers = append(writers, me)
			}
			b.Last++
			_, err := exec(ctx, tx, "InsertPolicyVersion", pgx.NamedArgs{
				"organisation": organisation, "number": b.Last, "digest": digest, "retroactive": in.Retroactive, "writers": writers, "member": a.Member, "now": s.Clock.Now(),
				"note": in.Note, "own": b.Draft, "resolved": p,
			})
			if err != nil {
				return nil, err
			}
			b.Draft, b.DraftWriters, b.DraftAt = nil, nil, nil
			return &proposed{b.Last}, s.policyTold(ctx, tx, organisation, b.Last, digest, reviewapi.PolicyProposed, audit.Detail{"retroactive": in.Retroactive})
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.version(ctx, organisation, out.Number)
}

// accepted compiles a draft, outside of any transaction. ErrPolicyRules.
func (s *Service) accepted(b book) (*screen.Policy, string, error) {
	if b.Draft == nil {
		return nil, "", problem.ErrNotFound
	}
	p, err := own(*b.Draft).Resolve()
	if err != nil {
		return nil, "", refusedRules(err)
	}
	sc, err := s.screeners.compiled(p, b.Facts)
	if err != nil {
		return nil, "", refusedRules(err)
	}
	return p, sc.Digest(), nil
}

func (s *Service) mayPropose(ctx context.Context, tx pgx.Tx, b book, digest string) error {
	if b.Last == 0 {
		return nil
	}
	last, err := s.oneVersion(ctx, tx, b.OrganisationID, b.Last)
	if err != nil {
		return err
	}
	if last.state(b.InForce) == reviewapi.PolicyProposed {
		return reviewapi.ErrPolicyWaiting
	}
	if b.InForce > 0 {
		if last, err = s.oneVersion(ctx, tx, b.OrganisationID, b.InForce); err == nil && last.Digest == digest {
			err = reviewapi.ErrPolicySame
		}
	}
	return err
}

// policyTold writes the audit row and the event of a version.
func (s *Service) policyTold(ctx context.Context, tx pgx.Tx, organisation string, number int, digest, state string, detail audit.Detail) error {
	detail["number"], detail["digest"] = number, digest
	if err := s.record(ctx, tx, "", "policy."+state, organisation, detail); err != nil {
		return err
	}
	return outbox.Append(ctx, tx, outbox.Event{Name: reviewapi.EventPolicyChanged, Key: organisation, At: s.Clock.Now(), Payload: reviewapi.PolicyChanged{
		OrganisationID: organisation, Number: number, Digest: digest, State: state,
	}})
}

// ApprovePolicy puts a version in force, by the word of a second person: nobody who wrote at it, nor whoever acts for them or reads their mail. Of two at the
// same moment the first commit counts; a repeat of one's own changes nothing. What is asked, and what was agreed to, is read again after the commit.
// ErrPolicyOwn, ErrPolicyAnswered.
func (s *Service) ApprovePolicy(ctx context.Context, organisation string, number int) (*reviewapi.PolicyVersion, error) {
	return s.answerPolicy(ctx, organisation, number, answerApproved)
}

// RefusePolicy ends a proposed version: withdrawn by one who wrote at it, refused by anybody else. ErrPolicyAnswered.
func (s *Service) RefusePolicy(ctx context.Context, organisation string, number int) (*reviewapi.PolicyVersion, error) {
	return s.answerPolicy(ctx, organisation, number, answerRefused)
}

func (s *Service) answerPolicy(ctx context.Context, organisation string, number int, answer string) (*reviewapi.PolicyVersion, error) {
	a, err := s.keeper(ctx, organisation, "")
	if err != nil {
		return nil, err
	}
	v, err := s.oneVersion(ctx, s.Pool, organisation, number)
	if err != nil {
		return nil, err
	}
	if answer, err = s.standsFor(ctx, organisation, v, answer); err != nil {
		return nil, err
	}
	_, err = s.inBook(ctx, organisation, func(ctx context.Context, tx pgx.Tx, b *book) error {
		v, err := s.oneVersion(ctx, tx, organisation, number)
		if err != nil {
			return err
		}
		if v.Answer == answer && v.AnsweredBy == author(ctx) {
			return nil // a repeat
		}
		if state := v.state(b.InForce); state != reviewapi.PolicyProposed {
			return reviewapi.ErrPolicyAnswered.WithState(state)
		}
		_, err = exec(ctx, tx, "InsertPolicyAnswer", pgx.NamedArgs{"organisation": organisation, "number": number, "answer": answer, "person": author(ctx), "member": a.Member, "now": s.Clock.Now()})
		if err != nil {
			return err
		}
		state := reviewapi.PolicyInForce
		if answer != answerApproved {
			state = answer
		} else if err := s.comeIntoForce(ctx, tx, b, number); err != nil {
			return err
		}
		return s.policyTold(ctx, tx, organisation, number, v.Digest, state, audit.Detail{"member": a.Member})
	})
	if err != nil {
		return nil, err
	}
	return s.version(ctx, organisation, number)
}

// standsFor says what the caller's answer counts as. ErrPolicyOwn.
func (s *Service) standsFor(ctx context.Context, organisation string, v policyVersion, answer string) (string, error) {
	if slices.Contains(v.Writers, author(ctx)) {
		if answer == answerApproved {
			return "", reviewapi.ErrPolicyOwn
		}
		return answerWithdrawn, nil
	}
	if answer != answerApproved {
		return answer, nil
	}
	for _, writer := range v.Writers {
		a, err := s.keeper(ctx, organisation, writer)
		if err != nil {
			return "", err
		}
		if a.Close {
			return "", reviewapi.ErrPolicyOwn
		}
	}
	return answer, nil
}

// comeIntoForce makes a version the one by which posts are read, and has read again what it may change.
func (s *Service) comeIntoForce(ctx context.Context, tx pgx.Tx, b *book, number int) error {
	b.InForce = number
	if err := saveBook(ctx, tx, *b); err != nil { // QueueScreenings looks at it
		return err
	}
	_, err := exec(ctx, tx, "QueueScreenings", pgx.NamedArgs{"organisation": b.OrganisationID, "wall": s.Clock.Wall()})
	return err
}
