package account

import (
	"context"

	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/web/shell"
)

// Accounts is what these pages ask of accounts.
type Accounts interface {
	SignUp(ctx context.Context, in accountsapi.SignUp) (accountsapi.Accepted, error)
	RequestLink(ctx context.Context, in accountsapi.SignUp) (accountsapi.Accepted, error)
	PeekLink(ctx context.Context, token string) (accountsapi.LinkInfo, error)
	SignIn(ctx context.Context, in accountsapi.SignIn) (accountsapi.SignedIn, error)
	RedeemLink(ctx context.Context, token, device string) (accountsapi.SignedIn, error)
	Sessions(ctx context.Context) (accountsapi.Sessions, error)
	SignOut(ctx context.Context) error
	SignOutSession(ctx context.Context, id string) error
	SignOutEverywhere(ctx context.Context) error
	APITokens(ctx context.Context) (accountsapi.APITokens, error)
	MakeAPIToken(ctx context.Context, in accountsapi.MakeAPIToken) (accountsapi.MadeAPIToken, error)
	RevokeAPIToken(ctx context.Context, id string) error
	Me(ctx context.Context) (accountsapi.Person, error)
	UpdateMe(ctx context.Context, in accountsapi.UpdateMe) (accountsapi.Person, error)
	SetPassword(ctx context.Context, in accountsapi.SetPassword) error
	ChangeEmail(ctx context.Context, in accountsapi.ChangeEmail) (accountsapi.Accepted, error)
	ConfirmEmail(ctx context.Context, in accountsapi.ConfirmEmail) (accountsapi.Person, error)
	JoinWaitingList(ctx context.Context) (accountsapi.Person, error)
	Export(ctx context.Context) (accountsapi.Export, error)
	Erase(ctx context.Context, in accountsapi.Erase) error
	Countries(ctx context.Context) (accountsapi.Countries, error)
	Mandates(ctx context.Context) (accountsapi.Mandates, error)
	InviteMandate(ctx context.Context, in accountsapi.InviteMandate) (accountsapi.Mandate, error)
	AcceptMandate(ctx context.Context, id string) (accountsapi.Mandate, error)
	DeclineMandate(ctx context.Context, id string) (accountsapi.Mandate, error)
	EndMandate(ctx context.Context, id string) (accountsapi.Mandate, error)
}

// Inbox is what these pages ask of notify.
type Inbox interface {
	Notices(ctx context.Context, cursor string) (notifyapi.Notices, error)
	Read(ctx context.Context, id string) (notifyapi.Notice, error)
	ReadAll(ctx context.Context) (notifyapi.Unread, error)
}

type pages struct {
	accounts Accounts
	inbox    Inbox
	// publicURL begins the link that a creator shares.
	publicURL string
}

// Where people land who have no other place to go.
const (
	creatorHome  = "/today"
	buyerHome    = "/library"
	operatorHome = "/operator/events"
	writerHome   = "/documents"
	firstSteps   = "/welcome"
)

// Area registers the pages. publicURL is the site's address without a trailing slash.
func Area(accounts Accounts, inbox Inbox, publicURL string) shell.Area {
	h := &pages{accounts: accounts, inbox: inbox, publicURL: publicURL}
	return shell.Area{Name: "account", Register: func(s *shell.Shell) {
		h.signInPages(s)
		h.firstStepPages(s)
		h.settingsPages(s)
		h.mandatePages(s)
		h.inboxPages(s)
	}}
}

func (h *pages) signInPages(s *shell.Shell) {
	everyone := rest.Any(rest.Public)
	s.Page("GET /sign-up", shell.Route{Summary: "Sign up with an e-mail address.", Access: everyone}, h.signUp)
	s.Page("POST /sign-up", shell.Route{Summary: "Send the first link.", Access: everyone}, h.postSignUp)
	s.Page("GET /sign-in", shell.Route{Summary: "Sign in by link or password.", Access: everyone}, h.signIn)
	s.Page("POST /sign-in", shell.Route{Summary: "Send a link, or check a password.", Access: everyone}, h.postSignIn)
	s.Page("GET /check-mail", shell.Route{Summary: "Where the link went, and the code instead.", Access: everyone}, h.checkMail)
	s.Page("POST /code", shell.Route{Summary: "Sign in by the code from the mail.", Access: everyone}, h.postCode)
	s.Page("GET "+accountsapi.LinkPath+":token", shell.Route{Summary: "The page behind a mailed link; it changes nothing.", Access: everyone}, h.link)
	s.Page("POST "+accountsapi.LinkPath+":token", shell.Route{Summary: "Press a mailed link.", Access: everyone}, h.pressLink)
	s.Page("POST /sign-out", shell.Route{Summary: "Sign out here.", Access: everyone}, h.signOut)
}

func (h *pages) firstStepPages(s *shell.Shell) {
	person := rest.Any(rest.Person)
	s.Page("GET "+firstSteps, shell.Route{Summary: "Where do you live, and do you work for someone?", Access: person}, h.welcome)
	s.Page("POST "+firstSteps, shell.Route{Summary: "Keep country and work.", Access: person}, h.postWelcome)
	s.Page("GET /welcome/payouts", shell.Route{Summary: "What is possible where payouts don't reach yet.", Access: person}, h.noPayouts)
	s.Page("POST /welcome/payouts", shell.Route{Summary: "Join the waiting list for payouts.", Access: person}, h.joinWaiting)
	s.Page("GET /welcome/page", shell.Route{Summary: "Your name and the address of your page.", Access: person}, h.namePage)
	s.Page("POST /welcome/page", shell.Route{Summary: "Keep name and handle.", Access: person}, h.postNamePage)
	s.Page("GET /welcome/ready", shell.Route{Summary: "The link to share.", Access: person, Role: shell.Creator}, h.ready)
}

func (h *pages) settingsPages(s *shell.Shell) {
	person := rest.Any(rest.Person)
	s.Page("GET /settings", shell.Route{Summary: "Who I am here.", Access: person, Section: "settings"}, h.settings)
	s.Page("POST /settings", shell.Route{Summary: "Change name, handle, language, zone, country, work.", Access: person, Section: "settings"}, h.postSettings)
	s.Page("GET /settings/sign-in", shell.Route{Summary: "How and where I sign in.", Access: person, Section: "settings"}, h.security)
	s.Page("POST /settings/password", shell.Route{Summary: "Set or replace my password.", Access: person, Section: "settings"}, h.postPassword)
	s.Page("POST /settings/email", shell.Route{Summary: "Change my address, by a link to the new one.", Access: person, Section: "settings"}, h.postEmail)
	s.Page("POST /settings/sessions", shell.Route{Summary: "Sign out of one place, or everywhere.", Access: person}, h.postSessions)
	s.Page("GET "+tokensPath, shell.Route{Summary: "Which programs act for me.", Access: person, Section: "settings"}, h.tokens)
	s.Page("POST "+tokensPath, shell.Route{Summary: "Make a token and show it once, or revoke one.", Access: person, Section: "settings"}, h.postTokens)
	s.Page("GET /settings/data", shell.Route{Summary: "Take my data with me, or erase it.", Access: person, Section: "settings"}, h.data)
	s.Page("GET /settings/data/export", shell.Route{Summary: "My data as a file.", Access: person}, h.export)
	s.Page("POST /settings/data/erase", shell.Route{Summary: "Erase my account.", Access: person, Section: "settings"}, h.postErase)
}

func (h *pages) mandatePages(s *shell.Shell) {
	person := rest.Any(rest.Person)
	s.Page("GET /mandates", shell.Route{Summary: "Who acts for me, and for whom I act.", Access: anyHat}, h.mandates)
	s.Page("GET /mandates/new", shell.Route{Summary: "Let someone act for me.", Access: person}, h.newMandate)
	s.Page("POST /mandates/new", shell.Route{Summary: "Invite someone to act for me.", Access: person}, h.postMandate)
	s.Page("POST /mandates/:id", shell.Route{Summary: "Accept, decline or end a mandate.", Access: person}, h.answerMandate)
	s.Page("POST /acting", shell.Route{Summary: "Act for someone, or for myself again.", Access: rest.Any(rest.Public)}, h.act)
	s.Page("GET "+overPath, shell.Route{Summary: "Says whose mandate ended, and goes on as oneself.", Access: rest.Any(rest.Public)}, h.over)
}

func (h *pages) inboxPages(s *shell.Shell) {
	person := rest.Any(rest.Person)
	s.Page("GET /inbox", shell.Route{Summary: "What happened, newest first.", Access: person}, h.notices)
	s.Page("POST /inbox", shell.Route{Summary: "Mark everything as read.", Access: person}, h.readAll)
	s.Page("POST /inbox/:id", shell.Route{Summary: "Read a notice and go where it leads.", Access: person}, h.read)
}

// anyHat admits everybody who is signed in, also while they act for someone.
var anyHat = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeSee), rest.Mandate(accountsapi.ScopeArrange),
	rest.Mandate(accountsapi.ScopeComment), rest.Mandate(accountsapi.ScopePay), rest.Mandate(accountsapi.ScopeApprove))
