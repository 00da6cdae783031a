package review

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// turn is what one word means among the stages of a submission.
type turn struct {
	stages []Stage
	votes  []Vote // with this one
	vote   *Vote  // nil for who seconds a refusal out of turn
	waits  bool   // it agrees, and others are still to be heard
	late   bool   // the submission was decided while they wrote
	who    staff
	signed []receipt.Signature
}

// turn finds the stage that a word about a locked submission belongs to, and what it decides: of one that agrees while others are to be heard, that it
// waits; of the last one, when and how all agree; of any other, that it is the employer's answer. nil for a submission without stages.
// ErrStageTurn, ErrStageSpoken, problem.ErrStale, problem.ErrInvalid when there is no time at which all agree.
func (s *Service) turn(ctx context.Context, tx pgx.Tx, sub *Submission, r hand, version int64, d *Decision) (*turn, error) {
	stages, votes, err := s.stages(ctx, tx, sub.ID)
	if err != nil || len(stages[sub.ID]) == 0 {
		return nil, err
	}
	t := &turn{stages: stages[sub.ID], votes: votes[sub.ID]}
	if r.link != "" {
		return nil, reviewapi.ErrStageTurn // the organisation has said who decides: no link does
	}
	t.late = sub.State != reviewapi.StateInStage
	if t.late && (d.Parts == nil || !sub.overtook(version, t.votes)) {
		return nil, nil // Decide says what became of it
	}
	if !t.late {
		if err := sub.notStale(version); err != nil {
			return nil, err
		}
	}
	if t.who, err = s.beside(ctx, tx, r.staff, r.organisation, sub.ID); err != nil {
		return nil, err
	}
	role, me := deref(d.Role), r.member.Person
	spoke := false
	for i, st := range t.stages {
		if !st.open() || t.late && st.Need == reviewapi.NeedOne {
			continue
		}
		for _, seat := range t.who.seats(st, sub.AuthorID, t.votes, s.Clock.Now()) {
			if seat.person == me && seat.role == role && t.vote == nil {
				t.vote = &Vote{
					DecisionID: d.ID, SubmissionID: sub.ID, Position: t.stages[i].Position, Kind: d.Kind, Role: role, PersonID: me, MemberID: r.member.Member,
					ForPerson: seat.forPerson, At: d.DecidedAt,
				}
			}
		}
		spoke = spoke || slices.ContainsFunc(st.of(t.votes), func(v Vote) bool { return v.PersonID == me })
	}
	switch {
	case t.vote != nil && t.late:
		t.signed = []receipt.Signature{t.sign(*t.vote, *d, r.names)}
		return t, s.tooLate(sub, t, d)
	case t.late:
		return nil, nil
	case t.vote != nil:
		t.votes = append(t.votes, *t.vote)
		return t, s.count(ctx, tx, sub, r, t, d)
	case sub.guarded(d.Kind) && d.Legal:
		return s.seconds(ctx, tx, *sub, t)
	case spoke:
		return nil, reviewapi.ErrStageSpoken
	}
	return nil, reviewapi.ErrStageTurn
}

// overtook says that a submission was decided by another person's word in a stage while somebody who had read this version wrote theirs.
func (s Submission) overtook(version int64, votes []Vote) bool {
	return version != 0 && version == s.Version-1 && s.ClearedDigest == nil && !s.Protected && s.is(reviewapi.StateChangesRequested, reviewapi.StateRejected, reviewapi.StateNotOurs) &&
		slices.ContainsFunc(votes, func(v Vote) bool { return v.DecisionID == deref(s.DecisionID) })
}

// tooLate keeps the word of who was overtaken. The worse of two counts, whichever came first.
func (s *Service) tooLate(sub *Submission, t *turn, d *Decision) error {
	i := slices.IndexFunc(t.votes, func(v Vote) bool { return v.DecisionID == deref(sub.DecisionID) })
	d.unclear()
	if worst(d.Kind) <= worst(t.votes[i].Kind) {
		t.waits = true
		return nil
	}
	sub.State = reviewapi.StateInStage // so that Decide takes the worse word in its place
	return nil
}

// unclear takes from a decision what would open a gate.
func (d *Decision) unclear() { d.ClearedDigest, d.ValidFrom, d.ValidUntil = nil, nil, nil }

// seconds lets who decides for legal refuse what another person refused, whoever's turn it is.
func (s *Service) seconds(ctx context.Context, tx pgx.Tx, sub Submission, t *turn) (*turn, error) {
	_, err := one[Decision](ctx, tx, "Objection", pgx.NamedArgs{"submission": sub.ID})
	if missing(err) {
		return nil, reviewapi.ErrStageTurn
	}
	return t, err
}

// count says what a word in its turn decides.
func (s *Service) count(ctx context.Context, tx pgx.Tx, sub *Submission, r hand, t *turn, d *Decision) error {
	if !agrees(d.Kind) {
		if d.Kind == reviewapi.Suggest && signatures(t.stages) > 1 {
			d.unclear() // the others have not read these words: they are asked about them anew
		}
		t.signed = []receipt.Signature{t.sign(*t.vote, *d, r.names)}
		return nil
	}
	if _, more := current(t.stages, t.votes); more {
		t.waits = true
		return nil
	}
	f, err := s.files(ctx, tx, *sub)
	if err != nil {
		return err
	}
	said := map[string]Decision{d.ID: *d}
	for _, other := range f.decisions[sub.ID] {
		said[other.ID] = other
	}
	for _, st := range t.stages {
		for _, v := range st.of(t.votes) {
			o := said[v.DecisionID]
			t.signed = append(t.signed, t.sign(v, o, r.names))
			if worst(v.Kind) > worst(d.Kind) {
				d.Kind = v.Kind
			}
			if o.ValidFrom != nil && (d.ValidFrom == nil || o.ValidFrom.After(*d.ValidFrom)) {
				d.ValidFrom = utc(o.ValidFrom)
			}
			if o.ValidUntil != nil && o.ValidUntil.Before(*d.ValidUntil) {
				d.ValidUntil = utc(o.ValidUntil)
			}
		}
	}
	if !d.ValidUntil.After(d.DecidedAt) || d.ValidFrom != nil && !d.ValidFrom.Before(*d.ValidUntil) {
		return problem.ErrInvalid.WithField("/until", "others", "leaves no time at which all who signed agree")
	}
	return nil
}

// utc is an instant in the one spelling that receipts have.
func utc(at *time.Time) *time.Time {
	t := at.UTC()
	return &t
}

// sign is a vote as a receipt says it: with the role that the person had when they spoke.
func (t *turn) sign(v Vote, d Decision, names map[string]string) receipt.Signature {
	name := ""
	for _, st := range t.stages {
		if st.Position == v.Position {
			name = st.Name
		}
	}
	out := d.signed(name)
	out.Role = v.Role
	if v.ForPerson != "" {
		out.For = orID(names[v.ForPerson], v.ForPerson)
	}
	return out
}

// agreed keeps a word that agrees, or that came too late, and opens what comes next. The submission's version stays: of two who speak in one
// stage at once both are kept.
func (s *Service) agreed(ctx context.Context, tx pgx.Tx, sub Submission, t *turn, d Decision, author string) error {
	if agrees(d.Kind) {
		d.Kind = reviewapi.Agree
	}
	d.ClearedDigest = nil
	if err := insertDecision(ctx, tx, d); err != nil {
		return err
	}
	if err := insertVote(ctx, tx, *t.vote); err != nil {
		return err
	}
	detail := audit.Detail{"decision": d.ID, "kind": t.vote.Kind, "position": t.vote.Position, "role": t.vote.Role}
	if t.vote.ForPerson != "" {
		detail["for"] = t.vote.ForPerson
	}
	if err := s.record(ctx, tx, "", "stage.spoken", sub.ID, detail); err != nil {
		return err
	}
	if t.late && d.Kind != reviewapi.Agree {
		return s.prove(ctx, tx, sub, d, d, author, nil, t.signed...)
	}
	if t.late {
		return nil
	}
	return s.advance(ctx, tx, sub, t.stages, t.votes, &t.who)
}

// finish writes the vote of the word that decided.
func (s *Service) finish(ctx context.Context, tx pgx.Tx, sub Submission, t *turn, d Decision) error {
	if t == nil || t.vote == nil || d.Kind == reviewapi.Object {
		return nil
	}
	if err := insertVote(ctx, tx, *t.vote); err != nil || !agrees(t.vote.Kind) {
		return err
	}
	return s.advance(ctx, tx, sub, t.stages, t.votes, &t.who)
}

// signatures are those of a decision, when its one signature says too little: of stages, and of who stands in for another.
func (t *turn) signatures(r hand, d Decision) []receipt.Signature {
	if t != nil {
		return t.signed
	}
	away := r.standIn[deref(d.Role)]
	if away == "" {
		return nil
	}
	out := d.signed(stage)
	out.For = orID(r.names[away], away)
	return []receipt.Signature{out}
}

// orID is a name, or the id of somebody who gave none.
func orID(name, id string) string {
	if name == "" {
		return id
	}
	return name
}

func insertVote(ctx context.Context, tx pgx.Tx, v Vote) error {
	_, err := exec(ctx, tx, "InsertVote", pgx.NamedArgs{
		"decision": v.DecisionID, "submission": v.SubmissionID, "position": v.Position, "kind": v.Kind, "role": v.Role, "person": v.PersonID, "member": v.MemberID,
		"for_person": v.ForPerson, "now": v.At,
	})
	return err
}

// oneIsEnough says that one signature in a role is all that a submission's stages ask for, or that it has none: then a permission that was signed
// beforehand is worth as much. Where several have to agree one of them opens nothing for the others.
func (s *Service) oneIsEnough(ctx context.Context, db pg.Querier, submissionID, role string) (bool, error) {
	stages, _, err := s.stages(ctx, db, submissionID)
	all := stages[submissionID]
	return len(all) == 0 || signatures(all) == 1 && slices.Contains(all[0].Roles, role), err
}

// staged are the roles that may decide in stages.
var staged = []string{accountsapi.RoleHRReviewer, accountsapi.RoleLegalReviewer, accountsapi.RolePrincipal}
