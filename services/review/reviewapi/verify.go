package reviewapi

import (
	"context"
	"net/http"
	"time"

	"github.com/workfluence/workfluence/internal/call"
)

// VerifyReceipt asks whether a receipt holds, and is about these words. Nothing of it is kept. Whoever would rather send it nowhere
// verifies on their own machine: docs/receipts.md.
type VerifyReceipt struct {
	// Receipt is the file as it was handed out, with its line end.
	Receipt string `json:"receipt" validate:"required,max=262144"`
	// Title, Text and Caption are the words that somebody holds; what is left out is not compared.
	Title   *string `json:"title,omitempty" validate:"omitempty,max=200000"`
	Text    *string `json:"text,omitempty" validate:"omitempty,max=200000"`
	Caption *string `json:"caption,omitempty" validate:"omitempty,max=200000"`
}

// Verification says whether a receipt holds.
type Verification struct {
	Holds bool `json:"holds"`
	// Part is where the chain breaks: file, statement, parts, record, checkpoint, proof or post (docs/receipts.md). "" when it holds.
	Part string `json:"part,omitempty"`
	// Compared says that words were compared, and are those that were decided about.
	Compared bool `json:"compared,omitempty"`
	// Says is what a receipt that holds says; null for any other.
	Says *ReceiptSays `json:"says,omitempty"`
}

// ReceiptSays is what a receipt says: docs/receipts.md.
type ReceiptSays struct {
	ID           string `json:"id"`
	Decision     string `json:"decision"`
	Author       string `json:"author"`
	Employer     string `json:"employer"`
	Domain       string `json:"domain"`
	Reason       string `json:"reason,omitempty"`
	Digest       string `json:"digest"`
	Instead      string `json:"instead,omitempty"`
	PolicySource string `json:"policy_source"`
	PolicyDigest string `json:"policy_digest"`
	// Standing is the permission that was signed before this post was there.
	Standing   *UnderStanding     `json:"standing,omitempty"`
	Signatures []ReceiptSignature `json:"signatures"`
	Decided    time.Time          `json:"decided"`
	ValidFrom  *time.Time         `json:"valid_from,omitempty"`
	ValidUntil *time.Time         `json:"valid_until,omitempty"`
	Published  *time.Time         `json:"published,omitempty"`
	// Row is its place in the log, from 0.
	Row int64 `json:"row"`
}

// ReceiptSignature is one person's part in a decision.
type ReceiptSignature struct {
	Name      string    `json:"name"`
	Role      string    `json:"role"`
	Assurance string    `json:"assurance"`
	At        time.Time `json:"at"`
}

// VerifyReceipt says whether a receipt holds. For everybody.
func (c *Client) VerifyReceipt(ctx context.Context, in VerifyReceipt) (Verification, error) {
	return call.Do[Verification](ctx, c.hc, http.MethodPost, base+"/api/v1/receipt-verifications", in)
}
