package accounts

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// house is accounts on a database of its own, reached as the other parts reach it.
type house struct {
	t     testing.TB
	pool  *pgxpool.Pool
	clock *clock.Fake
	svc   *Service
	keys  *identity.Keys
	dir   *call.Directory
	rest  *holders
	zone  *Zone
}

// holders are the other parts that hold something of a person, as far as accounts asks them.
type holders struct {
	err     error
	claimed []string // whose orders were gathered
}

func (h *holders) others() Others {
	return Others{Storefront: shopHolds{h}, Content: contentHolds{h}, Billing: billingHolds{h}, Notify: notifyHolds{h}, Review: reviewHolds{h}}
}

type (
	shopHolds    struct{ *holders }
	contentHolds struct{ *holders }
	billingHolds struct{ *holders }
	notifyHolds  struct{ *holders }
	reviewHolds  struct{ *holders }
)

func (s shopHolds) Gather(_ context.Context, person string) (storefrontapi.Claimed, error) {
	s.claimed = append(s.claimed, person)
	return storefrontapi.Claimed{}, s.err
}

func (s shopHolds) PersonalData(_ context.Context, person string) (storefrontapi.PersonalData, error) {
	return storefrontapi.PersonalData{Orders: []storefrontapi.Order{{ID: "order_of_" + person}}}, s.err
}

func (s contentHolds) PersonalData(_ context.Context, person string) (contentapi.PersonalData, error) {
	return contentapi.PersonalData{Documents: []contentapi.OwnedDocument{{ID: "document_of_" + person}}}, s.err
}

func (s billingHolds) PersonalData(_ context.Context, person string) (billingapi.PersonalData, error) {
	return billingapi.PersonalData{Payouts: []billingapi.Payout{{ID: "payout_of_" + person}}}, s.err
}

func (s reviewHolds) PersonalData(_ context.Context, person string) (reviewapi.PersonalData, error) {
	return reviewapi.PersonalData{Submissions: []reviewapi.Submission{{ID: "submission_of_" + person}}}, s.err
}

func (s reviewHolds) WorkDomains(context.Context, string) ([]string, error) {
	return []string{"formerjob.example"}, s.err
}

func (s notifyHolds) PersonalData(_ context.Context, person string) (notifyapi.PersonalData, error) {
	return notifyapi.PersonalData{Notices: []notifyapi.Notice{{ID: "notice_of_" + person}}}, s.err
}

// bothWays runs a test against accounts in the same process, and again over loopback.
func bothWays(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	for _, way := range []string{"in process", "over loopback"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			if way == "over loopback" {
				h.remote()
			}
			test(t, h)
		})
	}
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, pool: pgtest.DB(t, schema), clock: clock.NewFake(time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)), dir: call.NewDirectory(), rest: &holders{}, zone: &Zone{}}
	var err error
	if h.keys, err = identity.Ephemeral("gateway", "accounts", "web", "notify", "storefront", "review"); err != nil {
		t.Fatal(err)
	}
	secrets := Secrets{Links: bytes.Repeat([]byte{1}, 32), Limits: bytes.Repeat([]byte{2}, 32)}
	if h.svc, err = NewService(h.pool, h.clock, secrets, h.rest.others(), h.zone, 0); err != nil {
		t.Fatal(err)
	}
	h.dir.Local(accountsapi.Name, h.router())
	return h
}

func (h *house) router(opts ...rest.Option) *rest.Router {
	r := rest.NewRouter(accountsapi.Name, identity.NewVerifier(accountsapi.Name, h.keys, h.clock), append(opts, rest.WithDev(true))...)
	h.svc.Routes(r)
	return r
}

// remote serves accounts over loopback from now on.
func (h *house) remote() {
	server := httptest.NewServer(h.router())
	h.t.Cleanup(server.Close)
	h.dir = call.NewDirectory()
	if err := h.dir.Remote(accountsapi.Name, server.URL); err != nil {
		h.t.Fatal(err)
	}
}

// as is the client of another part of the house.
func (h *house) as(target string) *accountsapi.Client { return accountsapi.NewClient(h.http(target)) }

func (h *house) http(target string) *http.Client {
	h.t.Helper()
	m, err := identity.NewMinter(target, h.keys, h.clock)
	if err != nil {
		h.t.Fatal(err)
	}
	return call.NewTransport(h.dir, m, nil).Client()
}

func (h *house) ctx() context.Context { return h.t.Context() }

// by is the context of a signed-in person, as the gateway makes it.
func (h *house) by(token string) context.Context {
	h.t.Helper()
	info, err := h.as("gateway").Resolve(h.ctx(), token)
	if err != nil {
		h.t.Fatalf("resolve: %v", err)
	}
	return h.caller(identity.Caller{Person: info.Person, Session: info.Session, Verified: info.Verified, Operator: info.Operator, Locale: info.Locale})
}

func (h *house) caller(c identity.Caller) context.Context {
	h.t.Helper()
	m, err := identity.NewMinter("gateway", h.keys, h.clock)
	if err != nil {
		h.t.Fatal(err)
	}
	token, _, err := m.Person(c)
	if err != nil {
		h.t.Fatal(err)
	}
	return identity.With(h.ctx(), c.WithToken(token))
}

// mails are the link mails asked for so far, oldest first, as notify would write them.
func (h *house) mails() []accountsapi.LinkMail {
	h.t.Helper()
	ids, err := pg.Column[string](h.ctx(), h.pool, `select key from accounts.outbox where name = $1 order by seq`, accountsapi.EventLinkRequested)
	if err != nil {
		h.t.Fatal(err)
	}
	var mails []accountsapi.LinkMail
	for _, linkID := range ids {
		if mail, err := h.as("notify").LinkForMail(h.ctx(), linkID); err == nil {
			mails = append(mails, mail)
		}
	}
	return mails
}

func (h *house) lastMail() accountsapi.LinkMail {
	h.t.Helper()
	mails := h.mails()
	if len(mails) == 0 {
		h.t.Fatal("no mail was asked for")
	}
	return mails[len(mails)-1]
}

func tokenOf(mail accountsapi.LinkMail) string {
	return strings.TrimPrefix(mail.Path, accountsapi.LinkPath)
}

// join signs a person up and in, the ordinary way.
func (h *house) join(email string) accountsapi.SignedIn {
	h.t.Helper()
	if _, err := h.as("web").SignUp(h.ctx(), accountsapi.SignUp{Email: email}); err != nil {
		h.t.Fatal(err)
	}
	in, err := h.as("web").RedeemLink(h.ctx(), tokenOf(h.lastMail()), "Firefox on Linux")
	if err != nil {
		h.t.Fatal(err)
	}
	return in
}

// events lists the events told so far, oldest first.
func (h *house) events() []string {
	h.t.Helper()
	names, err := pg.Column[string](h.ctx(), h.pool, `select name from accounts.outbox order by seq`)
	if err != nil {
		h.t.Fatal(err)
	}
	return names
}

func (h *house) count(sql string, args ...any) int {
	h.t.Helper()
	n, err := pg.Scalar[int](h.ctx(), h.pool, sql, args...)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}
