package review

import (
	"context"
	"errors"

	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// Verify follows the chain of a receipt with the keys of this house's log. It reads nothing else and keeps nothing: what somebody proves
// here is between them and their page.
func (s *Service) Verify(_ context.Context, in reviewapi.VerifyReceipt) (*reviewapi.Verification, error) {
	keys, err := receipt.ParseKeys([]byte(s.Proofs.KeyFile()))
	if err != nil {
		return nil, err
	}
	post := &receipt.Post{Title: in.Title, Text: in.Text, Caption: in.Caption}
	if in.Title == nil && in.Text == nil && in.Caption == nil {
		post = nil
	}
	r, err := receipt.Verify(keys, []byte(in.Receipt), post)
	var fault *receipt.Fault
	switch {
	case errors.As(err, &fault):
		return &reviewapi.Verification{Part: fault.Part}, nil
	case err != nil:
		return nil, err
	}
	return &reviewapi.Verification{Holds: true, Compared: post != nil, Says: said(r)}, nil
}

func said(r receipt.Receipt) *reviewapi.ReceiptSays {
	st := r.Statement
	out := &reviewapi.ReceiptSays{
		ID: st.ID, Decision: st.Decision, Author: st.Author, Employer: st.Employer.Name, Domain: st.Employer.Domain, Reason: st.Reason, Digest: st.Digest,
		Instead: st.Instead, PolicySource: st.Policy.Source, PolicyDigest: st.Policy.Digest, Decided: st.Decided, ValidFrom: st.ValidFrom,
		ValidUntil: st.ValidUntil, Published: st.Published, Row: r.Index, Signatures: make([]reviewapi.ReceiptSignature, len(st.Signatures)),
	}
	if st.Standing != nil && len(st.Signatures) > 0 {
		out.Standing = &reviewapi.UnderStanding{Permission: st.Standing.ID, Digest: st.Standing.Digest, Topic: st.Standing.Topic, Signed: st.Signatures[0].At}
	}
	for i, g := range st.Signatures {
		out.Signatures[i] = reviewapi.ReceiptSignature{Name: g.Name, Role: g.Role, Assurance: g.Assurance, At: g.At}
	}
	return out
}
