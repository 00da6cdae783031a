package review

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

const (
	authorReceiptPrefix = "areceipt"
	// reportsMost bounds what an author says about one submission.
	reportsMost = 20
	// authorStage is what a receipt calls the signature of an author.
	authorStage = "author"
)

// AuthorReceipt is a receipt that speaks for its author alone (domain 4.8): that they asked, or what they say was answered elsewhere. Its leaf stands in
// the log like a decision's. It is none: no gate hears of it, and silence stays silence (C5).
type AuthorReceipt struct {
	ID           string
	SubmissionID string
	Kind         string
	Unanswered   bool
	Name         string
	Role         string
	Answer       string
	How          string
	SaidAt       *time.Time
	Note         string
	FileDigest   string
	At           time.Time
}

func (r AuthorReceipt) wire() reviewapi.AuthorReceipt {
	return reviewapi.AuthorReceipt{
		ID: r.ID, Kind: r.Kind, Unanswered: r.Unanswered, Name: r.Name, Role: r.Role, Answer: r.Answer, How: r.How, Said: r.SaidAt, Note: r.Note, File: r.FileDigest, At: r.At,
	}
}

// deadline is until when an answer counted: the business days of the author's zone from the moment when they asked.
func (s Submission) deadline() time.Time { return businessDays(deref(s.AskedAt), patience, s.zone()) }

// mayProve is nil for a submission that somebody was asked about and nobody has answered. ErrSubmissionState.
func (s Submission) mayProve() error {
	if s.AskedAt == nil || s.TakenBackAt != nil || !s.is(reviewapi.StateInStage, reviewapi.StateNoDecision) {
		return s.stateError()
	}
	return nil
}

// evidenceOf is what a receipt of an author is over, and what they are called.
func (s *Service) evidenceOf(ctx context.Context, sub Submission) (parts json.RawMessage, name string, err error) {
	shown, err := s.Documents.Show(ctx, sub.DocumentID, sub.Digest, party(sub.EmployerID))
	if missing(err) {
		return nil, "", sub.stateError() // the document, or its gate, is no more
	}
	if err != nil {
		return nil, "", err
	}
	if name, err = s.called(ctx, sub.AuthorID); name == "" {
		name = "(no name)"
	}
	return shown.Parts, name, err
}

// ProveRequest makes the receipt that the caller asked: when, at which mailbox, about which digest, and whether the days to answer were over. There is one
// while an answer may come and one when none came; a second time it is the same. ErrSubmissionState.
func (s *Service) ProveRequest(ctx context.Context, submissionID string) (*reviewapi.AuthorReceipt, error) {
	sub, err := s.mine(ctx, submissionID)
	if err != nil {
		return nil, err
	}
	if err := sub.mayProve(); err != nil {
		return nil, err
	}
	parts, name, err := s.evidenceOf(ctx, sub)
	if err != nil {
		return nil, err
	}
	var out AuthorReceipt
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		sub, err := one[Submission](ctx, tx, "LockSubmission", pgx.NamedArgs{"id": submissionID, "author": author(ctx)})
		if err != nil {
			return err
		}
		if err := sub.mayProve(); err != nil {
			return err
		}
		unanswered := sub.State == reviewapi.StateNoDecision
		all, err := s.authorReceipts(ctx, tx, sub)
		if err != nil {
			return err
		}
		for _, r := range all {
			if r.Kind == reviewapi.ReceiptRequested && r.Unanswered == unanswered {
				out = r
				return nil
			}
		}
		out = AuthorReceipt{ID: id.New(authorReceiptPrefix), SubmissionID: sub.ID, Kind: reviewapi.ReceiptRequested, Unanswered: unanswered, At: s.Clock.Now()}
		st := s.says(sub, out, name)
		st.Asked = &receipt.Asked{Mailbox: deref(sub.Mailbox), At: sub.AskedAt.UTC(), Until: sub.deadline(), Unanswered: unanswered}
		return s.keep(ctx, tx, sub, out, st, parts)
	})
	if err != nil {
		return nil, err
	}
	return s.given(ctx, out)
}

// ReportAnswer keeps an answer that was given elsewhere, as the caller says. ErrSubmissionState, ErrReviewTooMany, ErrInvalid with a field for each fault.
func (s *Service) ReportAnswer(ctx context.Context, submissionID, key string, in reviewapi.ReportAnswer) (*reviewapi.AuthorReceipt, error) {
	r := AuthorReceipt{
		ID: id.New(authorReceiptPrefix), SubmissionID: submissionID, Kind: reviewapi.ReceiptSelfReported, Name: oneLine(in.Name), Role: oneLine(in.Role), Answer: in.Answer,
		How: in.How, Note: canon.Lines(strings.TrimSpace(in.Note)), FileDigest: in.File, At: s.Clock.Now(),
	}
	said := in.Said.UTC()
	r.SaidAt = &said
	fault := noZero(noZero(noZero(problem.ErrInvalid, "/name", r.Name), "/role", r.Role), "/note", r.Note)
	for pointer, text := range map[string]string{"/name": r.Name, "/role": r.Role} {
		if text == "" {
			fault = fault.WithField(pointer, "required", "is required")
		}
	}
	if said.After(r.At) {
		fault = fault.WithField("/said", "future", "must lie in the past")
	}
	if in.File != "" && !receipt.IsDigest(in.File) {
		fault = fault.WithField("/file", "digest", "must be sha256: and 64 hexadecimal digits")
	}
	if len(fault.Fields) > 0 {
		return nil, fault
	}
	sub, err := s.mine(ctx, submissionID)
	if err != nil {
		return nil, err
	}
	if sub.AskedAt == nil || sub.TakenBackAt != nil {
		return nil, sub.stateError()
	}
	parts, name, err := s.evidenceOf(ctx, sub)
	if err != nil {
		return nil, err
	}
	var out *AuthorReceipt
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		sub, err := one[Submission](ctx, tx, "LockSubmission", pgx.NamedArgs{"id": submissionID, "author": author(ctx)})
		if err != nil {
			return err
		}
		ask := idem.Request{Schema: schema, Scope: author(ctx) + " reports " + submissionID, Key: key, Body: in, At: s.Clock.Now()}
		done, err := idem.Do(ctx, tx, ask, func() (*granted, error) {
			all, err := s.authorReceipts(ctx, tx, sub)
			if err != nil || len(all) >= reportsMost {
				return nil, firstOf(err, reviewapi.ErrReviewTooMany)
			}
			st := s.says(sub, r, name)
			st.Reported = &receipt.Reported{Name: r.Name, Role: r.Role, Answer: r.Answer, How: r.How, Said: said, Note: r.Note, File: r.FileDigest}
			return &granted{r.ID}, s.keep(ctx, tx, sub, r, st, parts)
		})
		if err != nil {
			return err
		}
		all, err := s.authorReceipts(ctx, tx, sub)
		for _, kept := range all {
			if kept.ID == done.ID {
				out = &kept
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if out == nil {
		return nil, problem.ErrNotFound // erased since
	}
	return s.given(ctx, *out)
}

func (s *Service) authorReceipts(ctx context.Context, db pg.Querier, sub Submission) ([]AuthorReceipt, error) {
	return many[AuthorReceipt](ctx, db, "AuthorReceiptsOf", pgx.NamedArgs{"submissions": []string{sub.ID}})
}

// says is the statement of an author's receipt: the author alone signs, with no assurance.
func (s *Service) says(sub Submission, r AuthorReceipt, name string) receipt.Statement {
	return receipt.Statement{
		V: receipt.Version, ID: r.ID, Submission: sub.ID, Document: sub.DocumentID, Digest: sub.Digest, Author: name, Decision: r.Kind,
		Employer: receipt.Employer{ID: sub.EmployerID, Name: sub.EmployerName}, Policy: receipt.Policy{Digest: sub.PolicyDigest, Source: policySource[sub.PolicySource]},
		Signatures: []receipt.Signature{{Stage: authorStage, Role: authorStage, Name: name, Assurance: receipt.None, At: r.At.UTC()}}, Decided: r.At.UTC(),
	}
}

// keep writes an author's receipt and queues its leaf.
func (s *Service) keep(ctx context.Context, tx pgx.Tx, sub Submission, r AuthorReceipt, st receipt.Statement, parts json.RawMessage) error {
	domain, err := scalar[string](ctx, tx, "EmployerDomain", pgx.NamedArgs{"id": sub.EmployerID})
	if err != nil {
		return err
	}
	st.Employer.Domain = domain
	if _, err := exec(ctx, tx, "InsertAuthorReceipt", pgx.NamedArgs{
		"id": r.ID, "submission": r.SubmissionID, "kind": r.Kind, "unanswered": r.Unanswered, "name": r.Name, "role": r.Role, "answer": r.Answer, "how": r.How,
		"said_at": r.SaidAt, "note": r.Note, "file_digest": r.FileDigest, "at": r.At,
	}); err != nil {
		return err
	}
	if err := s.record(ctx, tx, "", "submission."+r.Kind, sub.ID, audit.Detail{"receipt": r.ID, "digest": sub.Digest}); err != nil {
		return err
	}
	return s.Proofs.Queue(ctx, tx, st, parts)
}

// given gives the leaf its place in the log.
func (s *Service) given(ctx context.Context, r AuthorReceipt) (*reviewapi.AuthorReceipt, error) {
	if _, err := s.Proofs.Sequence(ctx); err != nil {
		s.Log.WarnContext(ctx, "the log goes on later", "submission", r.SubmissionID, "error", err)
	}
	out := r.wire()
	return &out, nil
}
