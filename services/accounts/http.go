package accounts

import (
	"context"
	"strings"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// signedIn admits every signed-in person, also while they act for somebody: the page shell asks who they are.
var signedIn = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeSee), rest.Mandate(accountsapi.ScopeArrange),
	rest.Mandate(accountsapi.ScopeComment), rest.Mandate(accountsapi.ScopePay), rest.Mandate(accountsapi.ScopeApprove))

type byID struct {
	ID string `path:"id" json:"-" validate:"max=100"`
}

type byHandle struct {
	Handle string `path:"handle" json:"-" validate:"max=100"`
}

type peopleQuery struct {
	IDs string `query:"ids" json:"-" validate:"max=8000"`
}

type inviteMandate struct {
	Key string `header:"Idempotency-Key" json:"-" validate:"max=255"`
	accountsapi.InviteMandate
}

var codeErrors = []*problem.Error{
	accountsapi.ErrLinkUnknown, accountsapi.ErrLinkUsed, accountsapi.ErrLinkReplaced, accountsapi.ErrLinkExpired,
	accountsapi.ErrCodeWrong, accountsapi.ErrCodeLocked, accountsapi.ErrTooManyTries,
}

var proofErrors = []*problem.Error{accountsapi.ErrPasswordWrong, accountsapi.ErrProveAgain, accountsapi.ErrTooManyTries}

// Routes registers the route table. Nothing that a GET or HEAD reaches has an effect.
func (s *Service) Routes(r *rest.Router) {
	s.signInRoutes(r)
	s.tokenRoutes(r)
	s.meRoutes(r)
	s.mandateRoutes(r)
	s.organisationRoutes(r)
	s.internalRoutes(r)
	s.organisationInternalRoutes(r)
}

// tokenRoutes are for people in their own name: a token makes no tokens.
func (s *Service) tokenRoutes(r *rest.Router) {
	person := rest.Any(rest.Person)
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/tokens", Summary: "The tokens of my programs", Access: person},
		func(ctx context.Context, _ *rest.Empty) (*accountsapi.APITokens, error) { return s.APITokens(ctx) })
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/tokens", Summary: "Make a token for a program; its secret is shown this once", Access: person, Status: 201, Errors: []*problem.Error{accountsapi.ErrTokensMany}},
		func(ctx context.Context, in *accountsapi.MakeAPIToken) (*accountsapi.MadeAPIToken, error) {
			return s.MakeAPIToken(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/tokens/:id", Summary: "Revoke a token", Access: person, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *byID) (*rest.Empty, error) {
			return &rest.Empty{}, s.RevokeAPIToken(ctx, in.ID)
		})
}

func (s *Service) signInRoutes(r *rest.Router) {
	public, person := rest.Any(rest.Public), rest.Any(rest.Person)
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/sign-ups", Summary: "Sign up: mail a link to an address. The answer is the same whether it is known or not", Access: public, Status: 202}, s.requestLink)
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/sign-in-links", Summary: "Mail a link that signs in, known address or not", Access: public, Status: 202}, s.requestLink)
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/sessions", Summary: "Sign in by password, by a mailed link, or by the code of the same mail", Access: public, Status: 201, Errors: append([]*problem.Error{accountsapi.ErrSignInFailed}, codeErrors...)},
		func(ctx context.Context, in *accountsapi.SignIn) (*accountsapi.SignedIn, error) {
			return s.SignIn(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/sessions/as", Summary: "Sign in as anybody, for demonstrations", Access: rest.Any(rest.Dev), Status: 201},
		func(ctx context.Context, in *accountsapi.Address) (*accountsapi.SignedIn, error) {
			return s.SignInAs(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/sessions", Summary: "List where I am signed in", Access: person},
		func(ctx context.Context, _ *rest.Empty) (*accountsapi.Sessions, error) { return s.Sessions(ctx) })
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/sessions", Summary: "Sign out everywhere", Access: person},
		func(ctx context.Context, _ *rest.Empty) (*rest.Empty, error) {
			return &rest.Empty{}, s.SignOutEverywhere(ctx)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/sessions/:id", Summary: "Sign out of one session; current is the one that calls", Access: signedIn, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *byID) (*rest.Empty, error) { return &rest.Empty{}, s.SignOut(ctx, in.ID) })
}

func (s *Service) requestLink(ctx context.Context, in *accountsapi.SignUp) (*accountsapi.Accepted, error) {
	return s.RequestLink(ctx, *in)
}

func (s *Service) meRoutes(r *rest.Router) {
	person := rest.Any(rest.Person)
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/me", Summary: "Who I am", Access: signedIn.Or(rest.Token(accountsapi.TokenProfileRead))},
		func(ctx context.Context, _ *rest.Empty) (*accountsapi.Person, error) { return s.Me(ctx) })
	rest.Handle(r, rest.Route{Method: "PATCH", Path: "/api/v1/me", Summary: "Change what is given of name, handle, language, zone, country, work and selling", Access: person, Errors: []*problem.Error{accountsapi.ErrHandleInvalid, accountsapi.ErrHandleReserved, accountsapi.ErrHandleTaken, accountsapi.ErrCountryFirst}},
		func(ctx context.Context, in *accountsapi.UpdateMe) (*accountsapi.Person, error) {
			return s.UpdateMe(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/api/v1/me/password", Summary: "Set or replace my password, ending my other sessions", Access: person, Errors: append([]*problem.Error{accountsapi.ErrPasswordWeak}, proofErrors...)},
		func(ctx context.Context, in *accountsapi.SetPassword) (*rest.Empty, error) {
			return &rest.Empty{}, s.SetPassword(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/me/email", Summary: "Mail a link to my new address; it counts once confirmed", Access: person, Status: 202, Errors: proofErrors},
		func(ctx context.Context, in *accountsapi.ChangeEmail) (*accountsapi.Accepted, error) {
			return s.ChangeEmail(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/me/email/confirmations", Summary: "Confirm my new address by its link or code", Access: person, Errors: append([]*problem.Error{accountsapi.ErrEmailTaken}, codeErrors...)},
		func(ctx context.Context, in *accountsapi.ConfirmEmail) (*accountsapi.Person, error) {
			return s.ConfirmEmail(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/api/v1/me/waiting-list", Summary: "Tell me when payouts reach my country", Access: person, Errors: []*problem.Error{accountsapi.ErrCountryFirst, accountsapi.ErrPayoutsPossible}},
		func(ctx context.Context, _ *rest.Empty) (*accountsapi.Person, error) { return s.JoinWaiting(ctx) })
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/me/export", Summary: "Everything the platform holds about me", Access: person},
		func(ctx context.Context, _ *rest.Empty) (*accountsapi.Export, error) { return s.Export(ctx) })
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/me/erasure", Summary: "Erase me, but for what the law wants kept, and sign me out everywhere", Access: person, Errors: append([]*problem.Error{accountsapi.ErrEraseUnconfirmed}, proofErrors...)},
		func(ctx context.Context, in *accountsapi.Erase) (*rest.Empty, error) {
			return &rest.Empty{}, s.Erase(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/handles/:handle", Summary: "Could I take this handle?", Access: person},
		func(ctx context.Context, in *byHandle) (*accountsapi.HandleCheck, error) {
			return s.CheckHandle(ctx, in.Handle)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/countries", Summary: "The countries in my language, and where payouts are possible", Access: rest.Any(rest.Public)},
		func(ctx context.Context, _ *rest.Empty) (*accountsapi.Countries, error) {
			list := countryList(identity.From(ctx).Locale)
			return &list, nil
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/people/by-handle/:handle", Summary: "The person behind a handle, present or former", Access: rest.Any(rest.Public), Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *byHandle) (*accountsapi.Public, error) {
			return s.ByHandle(ctx, in.Handle)
		})
}

func (s *Service) mandateRoutes(r *rest.Router) {
	person := rest.Any(rest.Person)
	closed := []*problem.Error{problem.ErrNotFound, accountsapi.ErrMandateClosed, accountsapi.ErrMandateExists}
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/mandates", Summary: "Who acts for me, and for whom I act", Access: signedIn},
		func(ctx context.Context, _ *rest.Empty) (*accountsapi.Mandates, error) { return s.Mandates(ctx) })
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/mandates", Summary: "Invite somebody to act for me", Access: person, Status: 201, Idempotent: true,
		Errors: []*problem.Error{accountsapi.ErrMandateSelf, accountsapi.ErrMandateExists, accountsapi.ErrMandateApproveName, accountsapi.ErrMandatePayLimit, accountsapi.ErrTooManyTries}},
		func(ctx context.Context, in *inviteMandate) (*accountsapi.Mandate, error) {
			return s.Invite(ctx, in.Key, in.InviteMandate)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/mandates/:id/accept", Summary: "Accept an invitation to act for somebody", Access: person, Errors: closed},
		func(ctx context.Context, in *byID) (*accountsapi.Mandate, error) {
			return s.AnswerMandate(ctx, in.ID, true)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/mandates/:id/decline", Summary: "Decline an invitation to act for somebody", Access: person, Errors: closed},
		func(ctx context.Context, in *byID) (*accountsapi.Mandate, error) {
			return s.AnswerMandate(ctx, in.ID, false)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/mandates/:id", Summary: "End a mandate from either side, or withdraw an invitation", Access: person, Errors: closed},
		func(ctx context.Context, in *byID) (*accountsapi.Mandate, error) { return s.EndMandate(ctx, in.ID) })
}

func (s *Service) internalRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/sessions/resolve", Summary: "Who is behind a session token", Access: rest.Any(rest.Service("gateway")), Internal: true, Errors: []*problem.Error{problem.ErrUnauthenticated}},
		func(ctx context.Context, in *accountsapi.Token) (*accountsapi.SessionInfo, error) {
			return s.Resolve(ctx, in.Token)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/limits", Summary: "Count against a rate limit while Redis is gone", Access: rest.Any(rest.Service("gateway")), Internal: true},
		func(ctx context.Context, in *accountsapi.Take) (*accountsapi.Taken, error) {
			taken, err := s.TakeLimit(ctx, *in)
			return &taken, err
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/links/peek", Summary: "What a mailed link is for, without using it", Access: rest.Any(rest.Service("web")), Internal: true, Errors: []*problem.Error{accountsapi.ErrLinkUnknown}},
		func(ctx context.Context, in *accountsapi.Token) (*accountsapi.LinkInfo, error) {
			return s.PeekLink(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/links/:id/mail", Summary: "What the mail of a link says", Access: rest.Any(rest.Service("notify")), Internal: true, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *byID) (*accountsapi.LinkMail, error) { return s.LinkForMail(ctx, in.ID) })
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/people", Summary: "Name persons by id", Access: rest.Any(rest.Service("web"), rest.Service("storefront"), rest.Service("billing"), rest.Service("notify"), rest.Service("review")), Internal: true},
		func(ctx context.Context, in *peopleQuery) (*accountsapi.People, error) {
			return s.People(ctx, strings.Split(in.IDs, ","))
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/people/:id/contact", Summary: "How to reach a person", Access: rest.Any(rest.Service("notify"), rest.Service("storefront"), rest.Service("billing"), rest.Service("review")), Internal: true, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *byID) (*accountsapi.Contact, error) { return s.Contact(ctx, in.ID) })
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/people/by-email", Summary: "The account of an address", Access: rest.Any(rest.Service("storefront")), Internal: true, Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *accountsapi.Address) (*accountsapi.Found, error) {
			return s.PersonByEmail(ctx, in.Email)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/operator/presses", Summary: "Record what an operator does in another part", Access: rest.Any(rest.Operator), Internal: true},
		func(ctx context.Context, in *accountsapi.Press) (*rest.Empty, error) {
			return &rest.Empty{}, s.RecordPress(ctx, *in)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/mandates/authority", Summary: "May one person act for another, at this moment", Access: rest.Any(rest.Service("storefront"), rest.Service("billing")), Internal: true, Errors: []*problem.Error{accountsapi.ErrMandateMissing, accountsapi.ErrMandateLimit}},
		func(ctx context.Context, in *accountsapi.Authority) (*accountsapi.Authorised, error) {
			return s.Authority(ctx, *in)
		})
}
