package review

import (
	"context"
	"encoding/binary"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// endedShown is how long an author still sees a permission that ended.
const endedShown = 14 * 24 * time.Hour

// MyStanding are the permissions for the caller: those of now, and those that ended lately.
func (s *Service) MyStanding(ctx context.Context) (*reviewapi.StandingList, error) {
	now := s.Clock.Now()
	rows, err := s.standingsFor(ctx, s.Pool, "", "", now.Add(-endedShown))
	if err != nil {
		return nil, err
	}
	used, err := s.usedInWeek(ctx, s.Pool, author(ctx), rows, now)
	out := &reviewapi.StandingList{Items: []reviewapi.Standing{}}
	for _, p := range rows {
		n := used[p.ID]
		out.Items = append(out.Items, p.wire("", &n, now))
	}
	return out, err
}

func (s *Service) standingsFor(ctx context.Context, db pg.Querier, employerID, standingID string, since time.Time) ([]Standing, error) {
	return many[Standing](ctx, db, "StandingsFor", pgx.NamedArgs{
		"person": author(ctx), "employer": employerID, "standing": standingID, "since": since, "now": s.Clock.Now(),
	})
}

// Offers are the permissions for a draft of the caller's at the employer that it asks, each with why the draft would wait all the same. Nothing of
// it is kept: what counts is decided when it is sent.
func (s *Service) Offers(ctx context.Context, submissionID string) (*reviewapi.Offers, error) {
	sub, err := s.mine(ctx, submissionID)
	if err != nil {
		return nil, err
	}
	out := &reviewapi.Offers{Items: []reviewapi.Offer{}}
	now := s.Clock.Now()
	rows, err := s.standingsFor(ctx, s.Pool, sub.EmployerID, "", now)
	if err != nil || len(rows) == 0 || sub.State != reviewapi.StateDraft {
		return out, err
	}
	v, err := s.Documents.Version(ctx, sub.DocumentID, sub.Seq)
	if err != nil {
		return nil, err
	}
	post, err := s.asks(ctx, sheet(v), sub)
	if err != nil {
		return nil, err
	}
	used, err := s.usedInWeek(ctx, s.Pool, author(ctx), rows, now)
	if err != nil {
		return nil, err
	}
	for _, p := range rows {
		reason, err := s.whyWaits(ctx, s.Pool, p, post, sub)
		if err != nil {
			return nil, err
		}
		n := used[p.ID]
		if reason == "" && n >= p.AWeek {
			reason = reviewapi.WaitsFull
		}
		out.Items = append(out.Items, reviewapi.Offer{Standing: p.wire("", &n, now), Reason: reason})
	}
	return out, nil
}

// asks reads a post for a permission. The starter's rules count whatever policy an author supplied, who could leave a rule out of it, and beside an employer's
// own.
func (s *Service) asks(ctx context.Context, read reviewapi.Sheet, sub Submission) (asks, error) {
	out := asks{sheet: read}
	starter, err := screenedBy(read, nil, sub.Locale)
	if err != nil {
		return out, err
	}
	own, err := s.hintsOf(ctx, sub, read, sub.Locale)
	if err != nil {
		return out, err
	}
	for _, h := range slices.Concat(starter.Hits, own.Hits) {
		out.kinds = append(out.kinds, h.Kind)
	}
	return out, nil
}

// whyWaits says why a post does not go through under a permission at this moment, "" when it does if the week has a place.
func (s *Service) whyWaits(ctx context.Context, db pg.Querier, p Standing, post asks, sub Submission) (string, error) {
	if reason := p.refuses(post, sub.AuthorID, s.Clock.Now()); reason != "" {
		return reason, nil
	}
	until, err := s.quietUntil(ctx, db, sub.EmployerID, s.Clock.Now())
	if err != nil {
		return "", err
	}
	if until != nil {
		return reviewapi.WaitsQuiet, nil
	}
	own := false
	if p.Mailbox != "" {
		if own, err = scalar[bool](ctx, db, "IsWorkMailbox", pgx.NamedArgs{"person": sub.AuthorID, "mailbox": p.Mailbox}); err != nil {
			return "", err
		}
	}
	if own {
		return reviewapi.WaitsSelf, nil
	}
	here, err := many[Standing](ctx, db, "StandingsFor", pgx.NamedArgs{
		"person": sub.AuthorID, "employer": sub.EmployerID, "standing": p.ID, "since": s.Clock.Now(), "now": s.Clock.Now(),
	})
	switch {
	case err != nil:
		return "", err
	case len(here) == 0:
		return reviewapi.WaitsElsewhere, nil
	}
	if alone, err := s.oneIsEnough(ctx, db, sub.ID, p.Role); err != nil || alone {
		return "", err
	}
	return reviewapi.WaitsStages, nil
}

// wish keeps under which permission a submission is to go through, in the transaction that sends it. ErrInvalid for one that is not for its author,
// and for a topic that it doesn't name.
func (s *Service) wish(ctx context.Context, tx pgx.Tx, sub Submission, in *reviewapi.Under) error {
	if in == nil {
		return nil
	}
	rows, err := s.standingsFor(ctx, tx, "", in.Permission, s.Clock.Now().Add(-endedShown))
	switch {
	case err != nil:
		return err
	case len(rows) == 0 || in.Permission == "":
		return problem.ErrInvalid.WithField("/standing/permission", "unknown", "is no standing permission of yours")
	case !slices.Contains(rows[0].Topics, in.Topic):
		return problem.ErrInvalid.WithField("/standing/topic", "topic", "must be one of the permission's topics")
	}
	_, err = exec(ctx, tx, "InsertUse", pgx.NamedArgs{"submission": sub.ID, "standing": in.Permission, "author": sub.AuthorID, "topic": in.Topic})
	return err
}

// trial is what is read of a post that is to go through under a permission, before the transaction that decides.
type trial struct {
	use    Use
	post   asks
	parts  string
	policy string // the digest of what it was read by
	author string
}

// try reads a submission that is to go through under a permission; nil for every other. Its gate stands.
func (s *Service) try(ctx context.Context, sub Submission) (*trial, error) {
	use, err := one[Use](ctx, s.Pool, "AskedUse", pgx.NamedArgs{"submission": sub.ID})
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if moved, err := s.freshen(ctx, sub.ID); err != nil {
		return nil, err
	} else if moved {
		if sub, err = one[Submission](ctx, s.Pool, "SubmissionOfLink", pgx.NamedArgs{"submission": sub.ID}); err != nil {
			return nil, err
		}
	}
	shown, err := s.Documents.Show(ctx, sub.DocumentID, sub.Digest, party(sub.EmployerID))
	if err != nil {
		return nil, err
	}
	t := &trial{use: use, parts: string(shown.Parts), policy: sub.PolicyDigest}
	if t.post, err = s.asks(ctx, sheet(shown.Version), sub); err != nil {
		return nil, err
	}
	t.author, err = s.called(ctx, sub.AuthorID)
	return t, err
}

// letThrough decides about a locked submission that has come into its stage: the permission's signature answers it, or it waits like every other
// and its author reads why. It says whether it went through. The row of the permission and the row of the week are what others wait for: of two
// posts for the last place one gets it, and nothing goes through once the permission has ended.
func (s *Service) letThrough(ctx context.Context, tx pgx.Tx, sub *Submission, t *trial) (bool, error) {
	if t == nil {
		return false, nil
	}
	p, err := one[Standing](ctx, tx, "ShareStanding", pgx.NamedArgs{"id": t.use.StandingID})
	if err != nil {
		return false, err
	}
	reason, err := s.whyWaits(ctx, tx, p, t.post, *sub)
	if err != nil {
		return false, err
	}
	now := s.Clock.Now()
	monday, _ := p.week(now)
	if reason == "" {
		_, err := scalar[int](ctx, tx, "TakePlace", pgx.NamedArgs{"standing": p.ID, "author": sub.AuthorID, "week": monday, "a_week": p.AWeek})
		if missing(err) {
			reason = reviewapi.WaitsFull
		} else if err != nil {
			return false, err
		}
	}
	used := pgx.NamedArgs{
		"submission": sub.ID, "state": reviewapi.UseWaits, "reason": reason, "decision": nil, "week": nil, "used_at": nil, "sampled": false,
	}
	if reason != "" {
		if _, err := exec(ctx, tx, "SaveUse", used); err != nil {
			return false, err
		}
		return false, s.record(ctx, tx, reviewapi.Name, "standing.waits", sub.ID, audit.Detail{"standing": p.ID, "reason": reason})
	}
	d := p.decides(*sub, t, now)
	if err := s.decidedUnder(ctx, tx, *sub, &d); err != nil {
		return false, err // it is read once more, by the version that came into force
	}
	used["state"], used["decision"], used["week"], used["used_at"] = reviewapi.UseOpened, d.ID, monday, now
	used["sampled"] = s.Keys.sampled(sub.ID, p.Sample)
	if _, err := exec(ctx, tx, "SaveUse", used); err != nil {
		return false, err
	}
	if err := sub.Decide(d); err != nil {
		return false, err
	}
	if err := insertDecision(ctx, tx, d); err != nil {
		return false, err
	}
	if err := s.save(ctx, tx, sub, reviewapi.Name, "submission.let_through", audit.Detail{"decision": d.ID, "standing": p.ID, "digest": d.Digest}); err != nil {
		return false, err
	}
	if err := s.prove(ctx, tx, *sub, d, d, t.author, nil); err != nil {
		return false, err
	}
	return true, insertMove(ctx, tx, s.open(*sub, now), s.Clock.Wall())
}

// decides is the decision that a permission's signature makes about a post. It ends with the permission, and after 90 days.
func (p Standing) decides(sub Submission, t *trial, now time.Time) Decision {
	until := now.Add(longest)
	if p.UntilAt.Before(until) {
		until = p.UntilAt.UTC()
	}
	digest := sub.Digest
	return Decision{
		ID: id.New(decisionPrefix), SubmissionID: sub.ID, DocumentID: sub.DocumentID, Seq: sub.Seq, Digest: sub.Digest, Kind: reviewapi.Approve, ClearedDigest: &digest,
		EmployerID: sub.EmployerID, MemberID: p.MemberID, Assurance: reviewapi.AssuranceClaimed, PolicySource: sub.PolicySource, PolicyDigest: sub.PolicyDigest,
		AskedAt: deref(sub.AskedAt), DecidedAt: now, ValidUntil: &until, Name: &p.Name, Role: &p.Role, Reason: new(string), Parts: &t.parts,
		readPolicy: t.policy, standing: &under{p.ID, p.Digest, t.use.Topic, p.SignedAt},
	}
}

// sampled chooses by chance which submissions are read afterwards: nobody outside can tell beforehand, and asking again changes nothing.
func (k LinkKeys) sampled(submissionID string, percent int) bool {
	return binary.BigEndian.Uint64(k.mac("standing sample", submissionID))%100 < uint64(max(percent, 0))
}

// uses adds which permission submissions were sent under, and which of their decisions stand on it.
func (s *Service) uses(ctx context.Context, db pg.Querier, f file, args pgx.NamedArgs) error {
	rows, err := many[struct {
		Use
		Digest   string
		SignedAt time.Time
	}](ctx, db, "UsesOf", args)
	for _, u := range rows {
		f.uses[u.SubmissionID] = u.Use
		for i, d := range f.decisions[u.SubmissionID] {
			if d.ID == deref(u.DecisionID) {
				f.decisions[u.SubmissionID][i].standing = &under{u.StandingID, u.Digest, u.Topic, u.SignedAt}
			}
		}
	}
	return err
}
