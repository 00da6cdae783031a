package review

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/jobs"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/screen"
)

// A submission is read by the version of the employer's policy that is in force, and says so:
//
//	begun, sent ── pinned ──► asked ── a later version comes into force ──► read again, moved to it: the reviewer sees what changed
//	                            └──► agreed to ── a later version ──► read again; it stays, its author is told ── retroactive, and something new ──► stale

// force is the version by which posts to an employer are read; Number 0 is none of the employer's own.
type force struct {
	OrganisationID string
	Number         int
	Digest         string
	Retroactive    bool
}

// forceOf is the version in force for an employer. held keeps it so until the transaction ends.
func forceOf(ctx context.Context, db pg.Querier, employerID string, held bool) (force, error) {
	name := "PolicyOfEmployer"
	if held {
		name = "HoldPolicyOfEmployer"
	}
	f, err := one[force](ctx, db, name, pgx.NamedArgs{"employer": employerID})
	if missing(err) {
		return force{}, nil
	}
	return f, err
}

// pin is by which version a submission is read, and what that found.
type pin struct {
	SubmissionID   string
	OrganisationID string
	Number         int
	Rules          []string
	WasNumber      *int
	WasRules       []string
	MovedAt        *time.Time
	LaterNumber    *int
	LaterRules     []string
	LaterStale     bool
}

func (p pin) at(f force) bool {
	return p.Number == f.Number && (f.Number == 0 || p.OrganisationID == f.OrganisationID)
}

// pinOf is a submission's pin; an empty one for a submission that is read by no policy of the employer's own.
func pinOf(ctx context.Context, db pg.Querier, submissionID string) (pin, error) {
	p, err := one[pin](ctx, db, "SubmissionPolicy", pgx.NamedArgs{"submission": submissionID})
	if missing(err) {
		return pin{SubmissionID: submissionID}, nil
	}
	return p, err
}

func savePin(ctx context.Context, tx pgx.Tx, p pin) error {
	if p.Rules == nil {
		p.Rules = []string{}
	}
	_, err := exec(ctx, tx, "SaveSubmissionPolicy", pgx.NamedArgs{
		"submission": p.SubmissionID, "organisation": p.OrganisationID, "number": p.Number, "rules": p.Rules, "was_number": p.WasNumber, "was_rules": p.WasRules,
		"moved_at": p.MovedAt, "later_number": p.LaterNumber, "later_rules": p.LaterRules, "later_stale": p.LaterStale,
	})
	return err
}

// underEmployer points a draft at the employer's own policy, where there is one: it stands in place of whatever the author has. The submission's row may come
// later in the same transaction.
func (s *Service) underEmployer(ctx context.Context, tx pgx.Tx, sub *Submission) error {
	f, err := forceOf(ctx, tx, sub.EmployerID, true)
	if err != nil {
		return err
	}
	if f.Number == 0 {
		_, err := exec(ctx, tx, "DropSubmissionPolicy", pgx.NamedArgs{"submission": sub.ID})
		return err
	}
	sub.PolicySource, sub.PolicyText, sub.PolicyDigest = reviewapi.PolicyEmployer, "", f.Digest
	return savePin(ctx, tx, pin{SubmissionID: sub.ID, OrganisationID: f.OrganisationID, Number: f.Number})
}

// sentUnder keeps what the version in force says of a draft that is being sent. ErrPolicyChanged when it is another one than the draft's author saw.
func (s *Service) sentUnder(ctx context.Context, tx pgx.Tx, sub Submission, hints *reviewapi.Hints) error {
	f, err := forceOf(ctx, tx, sub.EmployerID, true)
	if err != nil {
		return err
	}
	p, err := pinOf(ctx, tx, sub.ID)
	if err != nil {
		return err
	}
	if !p.at(f) || hints.PolicyDigest != sub.PolicyDigest && f.Number > 0 {
		return reviewapi.ErrPolicyChanged
	}
	if f.Number == 0 {
		return nil
	}
	p.Rules = touched(hints)
	return savePin(ctx, tx, p)
}

// touched are the rules of hints, without those about talk that the law protects.
func touched(h *reviewapi.Hints) []string {
	out := []string{}
	for _, hit := range h.Hits {
		if hit.Kind != string(screen.Protected) {
			out = append(out, hit.Rule)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// moveDraft points a draft at the version that came into force since its author looked: they look once more.
func (s *Service) moveDraft(ctx context.Context, submissionID string) error {
	_, err := s.edit(ctx, submissionID, 0, "submission.policy_moved", func(ctx context.Context, tx pgx.Tx, sub *Submission) error {
		if sub.State != reviewapi.StateDraft {
			return sub.stateError()
		}
		if f, err := forceOf(ctx, tx, sub.EmployerID, true); err != nil || f.Number > 0 {
			return firstOf(err, s.underEmployer(ctx, tx, sub))
		}
		// The employer has no policy here any more: the starter counts again.
		starter, err := screen.StarterScreener()
		if err != nil {
			return fmt.Errorf("the starter policy: %w", err)
		}
		sub.PolicySource, sub.PolicyText, sub.PolicyDigest = reviewapi.PolicyStarter, "", starter.Digest()
		return s.underEmployer(ctx, tx, sub)
	})
	return err
}

// decidedUnder says by which version a decision is made. ErrPolicyChanged when that in force is none that its author was shown: what is asked about is moved to it
// first, and whoever decides then names what they read.
func (s *Service) decidedUnder(ctx context.Context, tx pgx.Tx, sub Submission, d *Decision) error {
	p, err := pinOf(ctx, tx, sub.ID)
	if err != nil {
		return err
	}
	if sub.State == reviewapi.StateInStage {
		f, err := forceOf(ctx, tx, sub.EmployerID, true)
		if err != nil {
			return err
		}
		read := d.readPolicy
		if f.Number > 0 && !p.at(f) || read != "" && read != sub.PolicyDigest || read == "" && p.MovedAt != nil {
			return reviewapi.ErrPolicyChanged
		}
	}
	d.PolicySource, d.PolicyDigest, d.PolicyNumber = sub.PolicySource, sub.PolicyDigest, p.Number
	return nil
}

// reading is by which version a submission is read, as its author and its reviewers see it; nil for none of the employer's own.
func (s *Service) reading(ctx context.Context, db pg.Querier, sub Submission, lang string) (*reviewapi.PolicyReading, error) {
	p, err := pinOf(ctx, db, sub.ID)
	if err != nil || p.Number == 0 && p.LaterNumber == nil {
		return nil, err
	}
	out := &reviewapi.PolicyReading{Number: p.Number, Touched: []reviewapi.PolicyRule{}, Stale: p.LaterStale}
	if out.Touched, err = s.rulesOf(ctx, db, p.OrganisationID, p.Number, p.Rules, lang); err != nil {
		return nil, err
	}
	if p.MovedAt != nil {
		out.Was, out.Moved = deref(p.WasNumber), p.MovedAt
		if out.Added, err = s.rulesOf(ctx, db, p.OrganisationID, p.Number, rulesBut(p.Rules, p.WasRules), lang); err != nil {
			return nil, err
		}
		if out.Removed, err = s.rulesOf(ctx, db, p.OrganisationID, out.Was, rulesBut(p.WasRules, p.Rules), lang); err != nil {
			return nil, err
		}
	}
	if p.LaterNumber != nil {
		out.Later = *p.LaterNumber
		out.LaterTouched, err = s.rulesOf(ctx, db, p.OrganisationID, out.Later, p.LaterRules, lang)
	}
	return out, err
}

// rulesOf are rules of a version by their ids; 0 is the starter.
func (s *Service) rulesOf(ctx context.Context, db pg.Querier, organisation string, number int, ids []string, lang string) ([]reviewapi.PolicyRule, error) {
	out := []reviewapi.PolicyRule{}
	if len(ids) == 0 {
		return out, nil
	}
	p := screen.Starter()
	if number > 0 {
		var err error
		if p, err = s.resolved(ctx, db, organisation, number); err != nil {
			return nil, err
		}
	}
	for _, id := range ids {
		if at := slices.IndexFunc(p.Rules, func(r screen.Rule) bool { return r.ID == id }); at >= 0 {
			out = append(out, wireRules(p, p.Rules[at:at+1], lang)...)
		}
	}
	return out, nil
}

// policyShown is the policy of a submission as somebody reads it: the text of the employer's own once it was asked. A draft names its version alone, so that whoever says
// that they work somewhere reads no more of its policy than the clauses that their own words touch.
func (s *Service) policyShown(ctx context.Context, db pg.Querier, sub Submission) (reviewapi.Policy, error) {
	out := sub.policy()
	if sub.PolicySource != reviewapi.PolicyEmployer {
		return out, nil
	}
	p, err := pinOf(ctx, db, sub.ID)
	if err != nil || p.Number == 0 {
		return out, err
	}
	out.Number = p.Number
	if sub.AskedAt == nil {
		return out, nil
	}
	policy, err := s.resolved(ctx, db, p.OrganisationID, p.Number)
	if err != nil {
		return out, err
	}
	for _, lang := range append([]string{sub.Locale}, screen.Languages...) {
		if text, ok := policy.Text[lang]; ok {
			out.Text = text
			break
		}
	}
	return out, nil
}

// under are the rules that a sheet touches: of the employer's own version, or, for 0, of what the submission's author has.
func (s *Service) under(ctx context.Context, sub Submission, organisation string, number int, read reviewapi.Sheet) ([]string, error) {
	if number == 0 {
		h, err := s.screened(read, sub.PolicyText, sub.Locale)
		if err != nil {
			return nil, err
		}
		return touched(h), nil
	}
	own, err := s.ownScreener(ctx, organisation, number)
	if err != nil {
		return nil, err
	}
	h, err := screenedBy(read, own, sub.Locale)
	if err != nil {
		return nil, err
	}
	return touched(h), nil
}

// freshen reads a submission again whose employer's policy has changed, and says whether it did. What can't be done now is done by the sweep, and nobody decides meanwhile.
func (s *Service) freshen(ctx context.Context, submissionID string) (bool, error) {
	waits, err := scalar[bool](ctx, s.Pool, "ScreeningWaits", pgx.NamedArgs{"submission": submissionID})
	if err != nil || !waits {
		return false, err
	}
	if err := s.readAgain(ctx, submissionID); err != nil {
		s.Log.WarnContext(ctx, "a submission is read again later", "submission", submissionID, "error", err)
		return false, nil
	}
	return true, nil
}

// screenNext reads one submission again that waits for it. False when none does.
func (s *Service) screenNext(ctx context.Context) (bool, error) {
	wall := s.Clock.Wall()
	next, err := one[struct {
		SubmissionID string
		Tries        int
	}](ctx, s.Pool, "LeaseScreening", pgx.NamedArgs{"wall": wall, "until": wall.Add(lease)})
	if missing(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := s.readAgain(ctx, next.SubmissionID); err != nil {
		if _, err := exec(ctx, s.Pool, "RetryScreening", pgx.NamedArgs{"submission": next.SubmissionID, "due_at": s.Clock.Wall().Add(jobs.Pause(next.Tries))}); err != nil {
			return true, err
		}
		return true, err
	}
	return true, nil
}

// readAgain reads a submission by the version that is in force now. Content is asked before the transaction; what was read counts only if that version is in force
// still. Doing it twice changes nothing.
func (s *Service) readAgain(ctx context.Context, submissionID string) error {
	sub, err := one[Submission](ctx, s.Pool, "SubmissionOfLink", pgx.NamedArgs{"submission": submissionID})
	if err != nil {
		return err
	}
	f, err := forceOf(ctx, s.Pool, sub.EmployerID, false)
	if err != nil {
		return err
	}
	p, err := pinOf(ctx, s.Pool, submissionID)
	if err != nil {
		return err
	}
	digest := sub.Digest
	if sub.ClearedDigest != nil {
		digest = *sub.ClearedDigest
	}
	var was, now []string
	if f.Number > 0 && !p.at(f) {
		shown, err := s.Documents.Show(ctx, sub.DocumentID, digest, party(sub.EmployerID))
		switch {
		case missing(err) && sub.State == reviewapi.StateSubmitted:
			return err // its gate is on its way
		case missing(err):
			f.Number = 0 // there is nothing to read: words that nobody took yet, or none any more
		case err != nil:
			return err
		default:
			read := sheet(shown.Version)
			if was, err = s.under(ctx, sub, p.OrganisationID, p.Number, read); err != nil {
				return err
			}
			if now, err = s.under(ctx, sub, f.OrganisationID, f.Number, read); err != nil {
				return err
			}
		}
	}
	stale := false
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		stale, err = s.moved(ctx, tx, submissionID, digest, f, was, now)
		return err
	})
	if err == nil && stale {
		s.bring(ctx, submissionID)
	}
	return err
}

// moved commits what reading a submission again found, and says whether an agreement went stale by it.
func (s *Service) moved(ctx context.Context, tx pgx.Tx, submissionID, digest string, f force, was, now []string) (bool, error) {
	sub, err := one[Submission](ctx, tx, "LockAnySubmission", pgx.NamedArgs{"id": submissionID})
	if err != nil {
		return false, err
	}
	current, err := forceOf(ctx, tx, sub.EmployerID, true)
	if err != nil {
		return false, err
	}
	p, err := pinOf(ctx, tx, submissionID)
	if err != nil {
		return false, err
	}
	if f.Number > 0 && (current != f || sub.Digest != digest && deref(sub.ClearedDigest) != digest) {
		return false, nil // something else is in force, or was agreed to: it is read once more
	}
	stale, at := false, s.Clock.Now()
	agreed := sub.ClearedDigest != nil && sub.PublishedAt == nil && sub.is(reviewapi.StateApproved, reviewapi.StateNoObjection, reviewapi.StateChangesRequested)
	switch {
	case f.Number == 0 || p.at(f):
	case sub.is(reviewapi.StateSubmitted, reviewapi.StateInStage):
		from := p.Number
		p.OrganisationID, p.Number, p.Rules = f.OrganisationID, f.Number, now
		p.WasNumber, p.WasRules, p.MovedAt = &from, was, &at
		if err := savePin(ctx, tx, p); err != nil {
			return false, err
		}
		sub.PolicySource, sub.PolicyText, sub.PolicyDigest = reviewapi.PolicyEmployer, "", f.Digest
		if err := s.save(ctx, tx, &sub, reviewapi.Name, "submission.policy_moved", audit.Detail{"from": from, "to": f.Number, "digest": f.Digest}); err != nil {
			return false, err
		}
	case agreed:
		added := rulesBut(now, was)
		p.LaterNumber, p.LaterRules = &f.Number, added
		if p.Number == 0 {
			p.OrganisationID = f.OrganisationID
		}
		if stale = f.Retroactive && len(added) > 0; stale {
			p.LaterStale = true
			if err := s.goStale(ctx, tx, sub, f, at); err != nil {
				return false, err
			}
		}
		if err := savePin(ctx, tx, p); err != nil {
			return false, err
		}
	}
	_, err = exec(ctx, tx, "DropScreening", pgx.NamedArgs{"submission": submissionID})
	return stale, err
}

// goStale ends an agreement by a version that counts for what was agreed to before: content is asked to close the gate, and what the employer agreed to
// elsewhere for the document stays open.
func (s *Service) goStale(ctx context.Context, tx pgx.Tx, sub Submission, f force, now time.Time) error {
	closing := Move{DocumentID: sub.DocumentID, EmployerID: sub.EmployerID, SubmissionID: sub.ID, Move: moveClose, Digest: deref(sub.ClearedDigest), At: now}
	sub.Stale(now)
	if err := s.save(ctx, tx, &sub, reviewapi.Name, "submission.stale", audit.Detail{"policy": f.Number, "digest": f.Digest}); err != nil {
		return err
	}
	if err := insertMove(ctx, tx, closing, s.Clock.Wall()); err != nil {
		return err
	}
	other, err := one[Submission](ctx, tx, "OtherCleared", pgx.NamedArgs{"document": sub.DocumentID, "employer": sub.EmployerID, "id": sub.ID, "now": now})
	if missing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return insertMove(ctx, tx, s.open(other, now), s.Clock.Wall())
}

// closedBy are the rules by which an agreement went stale: what content tells its author when they publish all the same. None for a revocation.
func (s *Service) closedBy(ctx context.Context, submissionID string) ([]string, error) {
	p, err := pinOf(ctx, s.Pool, submissionID)
	if err != nil || !p.LaterStale {
		return nil, err
	}
	return p.LaterRules[:min(len(p.LaterRules), contentapi.MostRules)], nil
}

// ownScreener is a version of an organisation's made ready with what the organisation knows now. It is kept: the same version and facts, the same screener.
func (s *Service) ownScreener(ctx context.Context, organisation string, number int) (*screen.Screener, error) {
	b, err := s.bookOf(ctx, s.Pool, organisation)
	if err != nil {
		return nil, err
	}
	p, err := s.resolved(ctx, s.Pool, organisation, number)
	if err != nil {
		return nil, err
	}
	sc, err := s.screeners.compiled(p, b.Facts)
	if err != nil {
		return nil, fmt.Errorf("version %d of the policy of %s: %w", number, organisation, err)
	}
	return sc, nil
}

// resolved is the whole policy of a version, which never changes and is kept. Callers don't change it. problem.ErrNotFound.
func (s *Service) resolved(ctx context.Context, db pg.Querier, organisation string, number int) (*screen.Policy, error) {
	key := fmt.Sprintf("%s %d", organisation, number)
	if p, ok := s.screeners.policies.Get(key); ok {
		return p, nil
	}
	p, err := scalar[screen.Policy](ctx, db, "PolicyResolved", pgx.NamedArgs{"organisation": organisation, "number": number})
	if err != nil {
		return nil, err
	}
	s.screeners.policies.Add(key, &p)
	return &p, nil
}

// compiled makes a policy ready with facts, or takes the one that was. The errors of screen.Compile.
func (c *screeners) compiled(p *screen.Policy, facts reviewapi.PolicyFacts) (*screen.Screener, error) {
	digest, err := p.Digest()
	if err != nil {
		return nil, err
	}
	known, err := canon.Digest(factsOf(facts))
	if err != nil {
		return nil, err
	}
	key := digest + " " + known
	if s, ok := c.own.Get(key); ok {
		return s, nil
	}
	s, err := screen.Compile(p, factsOf(facts))
	if err != nil {
		return nil, err
	}
	c.own.Add(key, s)
	return s, nil
}
