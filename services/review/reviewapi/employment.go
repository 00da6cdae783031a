package reviewapi

import (
	"context"
	"net/http"
	"time"

	"github.com/workfluence/workfluence/internal/call"
)

// Employment is for whom a person says that they work.
type Employment struct {
	ID       string     `json:"id"`
	Employer string     `json:"employer"`
	Domain   string     `json:"domain"`
	Since    time.Time  `json:"since"`
	Until    *time.Time `json:"until,omitempty"`
	Current  bool       `json:"current"` // now, by the clock of deadlines
	// Mailbox is the one at work that proved it, at Proved (wall time).
	Mailbox string     `json:"mailbox,omitempty"`
	Proved  *time.Time `json:"proved,omitempty"`
	// Version counts changes: send it as If-Match.
	Version int64 `json:"version"`
}

// Employments are a person's, newest first.
type Employments struct {
	Items []Employment `json:"data"`
}

// Leave says when a person leaves an employer: At is a local date and time such as "2027-06-30T17:00" in Zone, "" for now.
type Leave struct {
	At   string `json:"at,omitempty" validate:"max=25"`
	Zone string `json:"zone,omitempty" validate:"max=64"`
}

// ProveEmployment names the person's own mailbox at work, which gets a code and nothing else.
type ProveEmployment struct {
	Mailbox string `json:"mailbox" validate:"required,max=320"`
}

// WorkCode is the code from that mail, 6 digits.
type WorkCode struct {
	Code string `json:"code" validate:"required,max=20"`
}

// CodeMail is what notify needs to write the mail of a code.
type CodeMail struct {
	Mailbox  string `json:"mailbox"`
	Locale   string `json:"locale"`
	Employer string `json:"employer"`
	Code     string `json:"code"`
}

// WorkDomains are the mail domains of everybody a person said they work or worked for.
type WorkDomains struct {
	Domains []string `json:"domains"`
}

// Employments are for whom the caller says that they work, and worked.
func (c *Client) Employments(ctx context.Context) (Employments, error) {
	return call.Do[Employments](ctx, c.hc, http.MethodGet, path("/api/v1/employments"), nil)
}

// Leave says when the caller leaves; from that minute the employer is asked nothing more. ErrEmploymentEnded, problem.ErrStale.
func (c *Client) Leave(ctx context.Context, employment string, version int64, in Leave) (Employment, error) {
	return call.Do[Employment](ctx, c.hc, http.MethodPost, path("/api/v1/employments/%s/leave", employment), in, ifMatch(version))
}

// Stay takes an end back that has not come. ErrEmploymentEnded.
func (c *Client) Stay(ctx context.Context, employment string) (Employment, error) {
	return call.Do[Employment](ctx, c.hc, http.MethodDelete, path("/api/v1/employments/%s/leave", employment), nil)
}

// Return says that the caller works there again. ErrEmploymentCurrent.
func (c *Client) Return(ctx context.Context, employment string) (Employment, error) {
	return call.Do[Employment](ctx, c.hc, http.MethodPost, path("/api/v1/employments/%s/return", employment), nil)
}

// ProveEmployment mails a code to the caller's mailbox at work. ErrMailboxElsewhere, ErrMailboxOwn, ErrReviewTooMany, ErrEmploymentEnded.
func (c *Client) ProveEmployment(ctx context.Context, employment string, in ProveEmployment) error {
	_, err := call.Do[call.Empty](ctx, c.hc, http.MethodPost, path("/api/v1/employments/%s/proofs", employment), in)
	return err
}

// ConfirmEmployment takes the code. ErrReviewCodeWrong, ErrEmploymentEnded.
func (c *Client) ConfirmEmployment(ctx context.Context, employment string, in WorkCode) (Employment, error) {
	return call.Do[Employment](ctx, c.hc, http.MethodPost, path("/api/v1/employments/%s/proofs/code", employment), in)
}

// CodeForMail is what the mail of a code says. Notify only; problem.ErrNotFound once it needs no mail any more.
func (c *Client) CodeForMail(ctx context.Context, codeID string) (CodeMail, error) {
	return call.Do[CodeMail](ctx, c.hc, http.MethodGet, path("/internal/work-codes/%s/mail", codeID), nil)
}

// WorkDomains are the domains that can't be those of a person's account. Accounts only.
func (c *Client) WorkDomains(ctx context.Context, personID string) ([]string, error) {
	out, err := call.Do[WorkDomains](ctx, c.hc, http.MethodGet, path("/internal/employments/%s/domains", personID), nil)
	return out.Domains, err
}
