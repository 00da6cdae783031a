package reviewapi

import (
	"context"
	"net/http"
	"time"

	"github.com/workfluence/workfluence/internal/call"
)

// Kinds of a receipt that speaks for its author alone. Neither opens anything.
const (
	ReceiptRequested    = "requested"     // that they asked, when, whom, about which digest
	ReceiptSelfReported = "self_reported" // an answer given elsewhere, as they say
)

// ReportAnswer is an answer that an employer gave elsewhere, as its author says: for the record, never an approval.
type ReportAnswer struct {
	Name   string `json:"name" validate:"required,max=100"` // who answered
	Role   string `json:"role" validate:"required,max=100"`
	Answer string `json:"answer" validate:"required,oneof=yes no other"`
	How    string `json:"how" validate:"required,oneof=mail paper talk"`
	// Said is when.
	Said time.Time `json:"said" validate:"required"`
	Note string    `json:"note,omitempty" validate:"max=5000"`
	// File is "sha256:" and 64 hexadecimal digits of a file that the author keeps: nobody else has it, and its digest shows later that it is the same.
	File string `json:"file,omitempty" validate:"omitempty,len=71"`
}

// AuthorReceipt is a receipt without a word of the employer's.
type AuthorReceipt struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Unanswered says of a request that its ten business days were over when the receipt was made.
	Unanswered bool       `json:"unanswered,omitempty"`
	Name       string     `json:"name,omitempty"`
	Role       string     `json:"role,omitempty"`
	Answer     string     `json:"answer,omitempty"`
	How        string     `json:"how,omitempty"`
	Said       *time.Time `json:"said,omitempty"`
	Note       string     `json:"note,omitempty"`
	File       string     `json:"file,omitempty"`
	At         time.Time  `json:"at"`
}

// ProveRequest makes the receipt that one asked; a second time it is the same one. ErrSubmissionState for what nobody was asked, or was answered.
func (c *Client) ProveRequest(ctx context.Context, submission string) (AuthorReceipt, error) {
	return call.Do[AuthorReceipt](ctx, c.hc, http.MethodPost, path("/api/v1/submissions/%s/request-receipt", submission), nil)
}

// ReportAnswer keeps what was answered elsewhere. It opens no gate. ErrSubmissionState, ErrReviewTooMany.
func (c *Client) ReportAnswer(ctx context.Context, submission, key string, in ReportAnswer) (AuthorReceipt, error) {
	return call.Do[AuthorReceipt](ctx, c.hc, http.MethodPost, path("/api/v1/submissions/%s/outside-answers", submission), in, withKey(key))
}
