package review

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/translog"
)

// inReceipt is what a kind of decision is called in a receipt.
var inReceipt = map[string]string{
	reviewapi.Approve: receipt.Approved, reviewapi.NoObjection: receipt.NoObjection, reviewapi.NotOurs: receipt.NotOurs,
	reviewapi.RequestChanges: receipt.ChangesRequested, reviewapi.Suggest: receipt.ChangesRequested, reviewapi.Reject: receipt.Rejected,
	reviewapi.Revoke: receipt.Revoked, reviewapi.Object: receipt.Objected,
}

// policySource is where a policy came from, as receipts say it.
var policySource = map[string]string{reviewapi.PolicyStarter: "starter", reviewapi.PolicyAuthor: "author_supplied", reviewapi.PolicyEmployer: "employer"}

// The stages of a first sign-off: the second is of who refuses protected talk for legal, after another person's objection.
const (
	stage      = "first"
	legalStage = "legal"
)

// signed is a decision as a signature says it.
func (d Decision) signed(stage string) receipt.Signature {
	if d.standing != nil {
		return d.standing.signature(d)
	}
	return receipt.Signature{Stage: stage, Role: deref(d.Role), Name: deref(d.Name), Assurance: d.Assurance, At: d.DecidedAt.UTC(), Basis: deref(d.Basis)}
}

// prove queues the leaf of a decision in its transaction. about is the decision whose words were read: itself, or what a revocation takes
// away. author is what the reviewer knew them as. first is the objection that d seconds, nil for none: both sign. signed are those who decided in
// stages, none without any.
func (s *Service) prove(ctx context.Context, tx pgx.Tx, sub Submission, d, about Decision, author string, first *Decision, signed ...receipt.Signature) error {
	domain, err := scalar[string](ctx, tx, "EmployerDomain", pgx.NamedArgs{"id": sub.EmployerID})
	if err != nil {
		return err
	}
	st := receipt.Statement{
		V: receipt.Version, ID: d.ID, Submission: sub.ID, Document: sub.DocumentID, Digest: about.Digest, Author: author, Decision: inReceipt[d.Kind],
		Reason: deref(d.Reason), Employer: receipt.Employer{ID: sub.EmployerID, Name: sub.EmployerName, Domain: domain},
		Policy:     receipt.Policy{Digest: d.PolicyDigest, Source: policySource[d.PolicySource], Version: d.PolicyNumber},
		Signatures: []receipt.Signature{d.signed(stage)},
		ValidFrom:  d.ValidFrom, ValidUntil: d.ValidUntil, Decided: d.DecidedAt.UTC(),
	}
	if d.standing != nil {
		st.Standing = d.standing.inReceipt()
	}
	if len(signed) > 0 {
		st.Signatures = signed
	}
	if first != nil {
		st.Signatures = []receipt.Signature{first.signed(stage), d.signed(legalStage)}
	}
	if agreed := deref(about.ClearedDigest); agreed != about.Digest {
		st.Instead = agreed
	}
	return s.Proofs.Queue(ctx, tx, st, json.RawMessage(deref(about.Parts)))
}

// agreement is the decision that a submission stands by: what a revocation takes away.
func (s *Service) agreement(ctx context.Context, tx pgx.Tx, sub Submission) (Decision, error) {
	f, err := s.files(ctx, tx, sub)
	if err != nil {
		return Decision{}, err
	}
	var last Decision
	for _, d := range f.decisions[sub.ID] {
		if opens(d.Kind) {
			last = d
		}
	}
	return last, nil
}

// settle gives what was just committed its place in the log, and then brings it to content: a gate follows inclusion.
func (s *Service) settle(ctx context.Context, submissionID string) {
	if _, err := s.Proofs.Sequence(ctx); err != nil {
		s.Log.WarnContext(ctx, "the log goes on later", "submission", submissionID, "error", err)
		return
	}
	s.bring(ctx, submissionID)
}

// Receipt is the file that proves a decision about a submission of the caller's. problem.ErrNotFound, ErrReceiptPending,
// ErrReceiptErased.
func (s *Service) Receipt(ctx context.Context, submissionID, decisionID string) (*reviewapi.Receipt, error) {
	of := pgx.NamedArgs{"submission": submissionID, "decision": decisionID, "author": author(ctx)}
	_, err := scalar[string](ctx, s.Pool, "DecisionOfAuthor", of)
	if missing(err) {
		_, err = scalar[string](ctx, s.Pool, "AuthorReceiptOfAuthor", of)
	}
	if err != nil {
		return nil, err
	}
	file, err := s.Proofs.Receipt(ctx, decisionID)
	switch {
	case translog.Pending(err):
		return nil, reviewapi.ErrReceiptPending.WithRetryAfter(1)
	case translog.Erased(err):
		return nil, reviewapi.ErrReceiptErased
	case err != nil:
		return nil, err
	}
	return reviewapi.NewReceipt(file), nil
}

// TransparencyLog is the state of the log, for everybody.
func (s *Service) TransparencyLog(ctx context.Context) (*reviewapi.Log, error) {
	c, err := s.Proofs.Checkpoint(ctx)
	if err != nil && !missing(err) {
		return nil, err
	}
	return &reviewapi.Log{Size: c.Size, Checkpoint: c.Signed, Keys: s.Proofs.KeyFile()}, nil
}

// logStep is how many rows are read at a time.
const logStep = 1000

// LogRows are rows of the log from an index on.
func (s *Service) LogRows(ctx context.Context, from int64) (*reviewapi.LogRows, error) {
	rows, err := s.Proofs.Rows(ctx, from, logStep)
	return &reviewapi.LogRows{Rows: append([]string{}, rows...), Next: from + int64(len(rows))}, err
}
