package accountsapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/workfluence/workfluence/internal/call"
)

const base = "http://" + Name + ".svc"

// Client speaks to accounts. Every method returns the sentinels of this package and of internal/problem; those that
// need a person take them from the context, as every call does.
type Client struct{ hc *http.Client }

// NewClient is a client over the caller's call client.
func NewClient(hc *http.Client) *Client { return &Client{hc: hc} }

// SignUp asks for a mail that signs in, making the account if there is none. It never tells which.
func (c *Client) SignUp(ctx context.Context, in SignUp) (Accepted, error) {
	return call.Do[Accepted](ctx, c.hc, http.MethodPost, base+"/api/v1/sign-ups", in)
}

// RequestLink is SignUp for people who say that they have an account; the answer is the same.
func (c *Client) RequestLink(ctx context.Context, in SignUp) (Accepted, error) {
	return call.Do[Accepted](ctx, c.hc, http.MethodPost, base+"/api/v1/sign-in-links", in)
}

// PeekLink says what a mailed link is for, and consumes nothing: for the page that shows the button.
// ErrLinkUnknown when the token is not ours.
func (c *Client) PeekLink(ctx context.Context, token string) (LinkInfo, error) {
	return call.Do[LinkInfo](ctx, c.hc, http.MethodPost, base+"/internal/links/peek", Token{Token: token})
}

// SignIn opens a session by password, link or code. ErrSignInFailed, ErrTooManyTries, ErrCodeWrong, ErrCodeLocked,
// ErrLinkUnknown, ErrLinkUsed, ErrLinkReplaced, ErrLinkExpired.
func (c *Client) SignIn(ctx context.Context, in SignIn) (SignedIn, error) {
	return call.Do[SignedIn](ctx, c.hc, http.MethodPost, base+"/api/v1/sessions", in)
}

// RedeemLink is SignIn with a link's token.
func (c *Client) RedeemLink(ctx context.Context, token, device string) (SignedIn, error) {
	return c.SignIn(ctx, SignIn{LinkToken: token, Device: device})
}

// Sessions lists where the person is signed in.
func (c *Client) Sessions(ctx context.Context) (Sessions, error) {
	return call.Do[Sessions](ctx, c.hc, http.MethodGet, base+"/api/v1/sessions", nil)
}

// APITokens lists the tokens of the person's programs.
func (c *Client) APITokens(ctx context.Context) (APITokens, error) {
	return call.Do[APITokens](ctx, c.hc, http.MethodGet, base+"/api/v1/tokens", nil)
}

// MakeAPIToken makes a token and shows its secret once. ErrTokensMany.
func (c *Client) MakeAPIToken(ctx context.Context, in MakeAPIToken) (MadeAPIToken, error) {
	return call.Do[MadeAPIToken](ctx, c.hc, http.MethodPost, base+"/api/v1/tokens", in)
}

// RevokeAPIToken ends a token.
func (c *Client) RevokeAPIToken(ctx context.Context, id string) error {
	return c.do(ctx, http.MethodDelete, "/api/v1/tokens/"+url.PathEscape(id), nil)
}

// SignOut ends the session that calls.
func (c *Client) SignOut(ctx context.Context) error {
	return c.do(ctx, http.MethodDelete, "/api/v1/sessions/current", nil)
}

// SignOutSession ends one session of the person.
func (c *Client) SignOutSession(ctx context.Context, id string) error {
	return c.do(ctx, http.MethodDelete, "/api/v1/sessions/"+url.PathEscape(id), nil)
}

// SignOutEverywhere ends every session of the person, the calling one included.
func (c *Client) SignOutEverywhere(ctx context.Context) error {
	return c.do(ctx, http.MethodDelete, "/api/v1/sessions", nil)
}

// Me is the person who calls.
func (c *Client) Me(ctx context.Context) (Person, error) {
	return call.Do[Person](ctx, c.hc, http.MethodGet, base+"/api/v1/me", nil)
}

// UpdateMe changes what is given. ErrHandleInvalid, ErrHandleReserved, ErrHandleTaken, ErrCountryFirst.
func (c *Client) UpdateMe(ctx context.Context, in UpdateMe) (Person, error) {
	return call.Do[Person](ctx, c.hc, http.MethodPatch, base+"/api/v1/me", in)
}

// SetPassword sets or replaces the password and ends all other sessions. ErrPasswordWeak, ErrPasswordWrong, ErrProveAgain.
func (c *Client) SetPassword(ctx context.Context, in SetPassword) error {
	return c.do(ctx, http.MethodPut, "/api/v1/me/password", in)
}

// ChangeEmail mails a link to the new address; nothing changes until ConfirmEmail. ErrPasswordWrong, ErrProveAgain.
func (c *Client) ChangeEmail(ctx context.Context, in ChangeEmail) (Accepted, error) {
	return call.Do[Accepted](ctx, c.hc, http.MethodPost, base+"/api/v1/me/email", in)
}

// ConfirmEmail finishes a change of address. ErrEmailTaken, and the errors of links and codes.
func (c *Client) ConfirmEmail(ctx context.Context, in ConfirmEmail) (Person, error) {
	return call.Do[Person](ctx, c.hc, http.MethodPost, base+"/api/v1/me/email/confirmations", in)
}

// JoinWaitingList asks to be told when payouts reach the person's country. ErrCountryFirst, ErrPayoutsPossible.
func (c *Client) JoinWaitingList(ctx context.Context) (Person, error) {
	return call.Do[Person](ctx, c.hc, http.MethodPut, base+"/api/v1/me/waiting-list", nil)
}

// Export is everything the house holds about the person.
func (c *Client) Export(ctx context.Context) (Export, error) {
	return call.Do[Export](ctx, c.hc, http.MethodGet, base+"/api/v1/me/export", nil)
}

// Erase erases the person: what accounts holds at once, what others hold within moments. It ends all sessions. ErrEraseUnconfirmed,
// ErrPasswordWrong, ErrProveAgain.
func (c *Client) Erase(ctx context.Context, in Erase) error {
	return c.do(ctx, http.MethodPost, "/api/v1/me/erasure", in)
}

// CheckHandle says whether the person could take a handle.
func (c *Client) CheckHandle(ctx context.Context, handle string) (HandleCheck, error) {
	return call.Do[HandleCheck](ctx, c.hc, http.MethodGet, base+"/api/v1/handles/"+url.PathEscape(handle), nil)
}

// Countries lists the countries in the caller's language, and where payouts are possible.
func (c *Client) Countries(ctx context.Context) (Countries, error) {
	return call.Do[Countries](ctx, c.hc, http.MethodGet, base+"/api/v1/countries", nil)
}

// Mandates lists both sides of the person's mandates.
func (c *Client) Mandates(ctx context.Context) (Mandates, error) {
	return call.Do[Mandates](ctx, c.hc, http.MethodGet, base+"/api/v1/mandates", nil)
}

// InviteMandate asks somebody to act for the person. ErrMandateSelf, ErrMandateExists, ErrMandateApproveName,
// ErrMandatePayLimit.
func (c *Client) InviteMandate(ctx context.Context, in InviteMandate) (Mandate, error) {
	return call.Do[Mandate](ctx, c.hc, http.MethodPost, base+"/api/v1/mandates", in)
}

// AcceptMandate accepts an invitation addressed to the person. ErrMandateClosed.
func (c *Client) AcceptMandate(ctx context.Context, id string) (Mandate, error) {
	return call.Do[Mandate](ctx, c.hc, http.MethodPost, base+"/api/v1/mandates/"+url.PathEscape(id)+"/accept", nil)
}

// DeclineMandate declines an invitation addressed to the person. ErrMandateClosed.
func (c *Client) DeclineMandate(ctx context.Context, id string) (Mandate, error) {
	return call.Do[Mandate](ctx, c.hc, http.MethodPost, base+"/api/v1/mandates/"+url.PathEscape(id)+"/decline", nil)
}

// EndMandate withdraws an invitation or ends a mandate; either side may. ErrMandateClosed.
func (c *Client) EndMandate(ctx context.Context, id string) (Mandate, error) {
	return call.Do[Mandate](ctx, c.hc, http.MethodDelete, base+"/api/v1/mandates/"+url.PathEscape(id), nil)
}

// ByHandle finds the person behind a handle, without regard to case. A former handle answers with Moved set.
func (c *Client) ByHandle(ctx context.Context, handle string) (Public, error) {
	return call.Do[Public](ctx, c.hc, http.MethodGet, base+"/api/v1/people/by-handle/"+url.PathEscape(handle), nil)
}

// Public names persons by id, at most 100, leaving out those that don't exist. Services only.
func (c *Client) Public(ctx context.Context, ids ...string) ([]Public, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	people, err := call.Do[People](ctx, c.hc, http.MethodGet, base+"/internal/people?ids="+url.QueryEscape(strings.Join(ids, ",")), nil)
	return people.Data, err
}

// Contact is how to reach a person. Services notify, storefront, billing and review only.
func (c *Client) Contact(ctx context.Context, personID string) (Contact, error) {
	return call.Do[Contact](ctx, c.hc, http.MethodGet, base+"/internal/people/"+url.PathEscape(personID)+"/contact", nil)
}

// PersonByEmail finds the account of an address. problem.ErrNotFound when there is none. Storefront only.
func (c *Client) PersonByEmail(ctx context.Context, email string) (id string, verified bool, err error) {
	found, err := call.Do[Found](ctx, c.hc, http.MethodPost, base+"/internal/people/by-email", Address{Email: email})
	return found.ID, found.Verified, err
}

// LinkForMail is what the mail of a link says. Notify only; problem.ErrNotFound once the link needs no mail any more.
func (c *Client) LinkForMail(ctx context.Context, linkID string) (LinkMail, error) {
	return call.Do[LinkMail](ctx, c.hc, http.MethodGet, base+"/internal/links/"+url.PathEscape(linkID)+"/mail", nil)
}

// Resolve turns a session token into who it is. Gateway only; problem.ErrUnauthenticated when it is no live session.
func (c *Client) Resolve(ctx context.Context, token string) (SessionInfo, error) {
	return call.Do[SessionInfo](ctx, c.hc, http.MethodPost, base+"/internal/sessions/resolve", Token{Token: token})
}

// Authority reads afresh whether a person may act for another. Services ask before an approval or a payment.
// ErrMandateMissing, ErrMandateLimit.
func (c *Client) Authority(ctx context.Context, in Authority) (Authorised, error) {
	return call.Do[Authorised](ctx, c.hc, http.MethodPost, base+"/internal/mandates/authority", in)
}

// TakeLimit counts against a rate limit in a row, for the gateway while Redis is gone. An error means refuse.
func (c *Client) TakeLimit(ctx context.Context, in Take) (Taken, error) {
	return call.Do[Taken](ctx, c.hc, http.MethodPost, base+"/internal/limits", in)
}

// RecordPress writes down what the calling operator is about to do in another part, before it is done there. For the operators' pages.
func (c *Client) RecordPress(ctx context.Context, in Press) error {
	return c.do(ctx, http.MethodPost, "/internal/operator/presses", in)
}

// SignInAs opens a session for an address without any proof. The route exists only under serve --dev.
func (c *Client) SignInAs(ctx context.Context, email string) (SignedIn, error) {
	return call.Do[SignedIn](ctx, c.hc, http.MethodPost, base+"/api/v1/sessions/as", Address{Email: email})
}

func (c *Client) do(ctx context.Context, method, path string, in any) error {
	_, err := call.Do[call.Empty](ctx, c.hc, method, base+path, in)
	return err
}

// Token carries a secret in a body, so that it stands in no address and no access log.
type Token struct {
	Token string `json:"token" validate:"required,max=200"`
}

// Address carries an e-mail address in a body, for the same reason.
type Address struct {
	Email string `json:"email" validate:"required,max=320"`
}
