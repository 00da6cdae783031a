package gateway

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// The names by which a browser and a program say who they are.
const (
	SessionCookie = "wf_session"
	LocaleCookie  = "wf_lang"         // the language chosen in the footer
	ForCookie     = "wf_for"          // the person represented, chosen in the shell
	ForHeader     = "Workfluence-For" // the same for programs
)

// stale is the most that a cached session may lag behind accounts.
const stale = 5 * time.Second

// cached bounds the number of sessions kept; past it all are forgotten.
const cached = 50000

type resolver interface {
	Resolve(ctx context.Context, token string) (accountsapi.SessionInfo, error)
}

// sessions remembers who a session token is.
type sessions struct {
	accounts resolver
	minter   *identity.Minter
	clock    clock.Clock
	flight   singleflight.Group

	mu    sync.RWMutex
	known map[[32]byte]*entry
	epoch uint64 // grows with each forgetting, so that an answer on its way is not kept
}

type entry struct {
	info  accountsapi.SessionInfo
	err   error // problem.ErrUnauthenticated, kept as long as a good answer
	until time.Time

	mu      sync.Mutex
	callers map[string]caller // by represented person and locale
}

type caller struct {
	identity.Caller
	until time.Time
}

func newSessions(a resolver, m *identity.Minter, c clock.Clock) *sessions {
	return &sessions{accounts: a, minter: m, clock: c, known: map[[32]byte]*entry{}}
}

// who turns a session token into a caller with its inner token. represented
// is the person acted for, "" for oneself.
func (s *sessions) who(ctx context.Context, token, represented, locale string) (identity.Caller, error) {
	e, err := s.find(ctx, token)
	if err != nil {
		return identity.Caller{}, err
	}
	if e.err != nil {
		return identity.Caller{}, e.err
	}
	return e.caller(s, represented, locale)
}

func (s *sessions) find(ctx context.Context, token string) (*entry, error) {
	key := sha256.Sum256([]byte(token))
	s.mu.RLock()
	e, epoch := s.known[key], s.epoch
	s.mu.RUnlock()
	if e != nil && s.clock.Wall().Before(e.until) {
		return e, nil
	}
	got, err, _ := s.flight.Do(string(key[:]), func() (any, error) {
		// Detached: one impatient browser must not fail the others that wait for the same answer.
		ask, cancel := context.WithTimeout(context.WithoutCancel(ctx), stale)
		defer cancel()
		info, err := s.accounts.Resolve(ask, token)
		if err != nil && !errors.Is(err, problem.ErrUnauthenticated) {
			return nil, problem.ErrUnavailable.Because(err)
		}
		e := &entry{info: info, err: err, until: s.clock.Wall().Add(stale), callers: map[string]caller{}}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.epoch == epoch {
			if len(s.known) >= cached {
				clear(s.known)
			}
			s.known[key] = e
		}
		return e, nil
	})
	if err != nil {
		return nil, err
	}
	return got.(*entry), nil
}

// forget drops the sessions of a person, or one session.
func (s *sessions) forget(person string, ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch++
	for key, e := range s.known {
		if e.info.Person != person {
			continue
		}
		if len(ids) == 0 || contains(ids, e.info.Session) {
			delete(s.known, key)
		}
	}
}

func contains(ids []string, id string) bool {
	for _, x := range ids {
		if x == id {
			return true
		}
	}
	return false
}

// caller mints the inner token, or uses the last one while it lives.
func (e *entry) caller(s *sessions, represented, locale string) (identity.Caller, error) {
	who := identity.Caller{
		Person: e.info.Person, Session: e.info.Session, Operator: e.info.Operator, Verified: e.info.Verified, Locale: locale,
		Scopes: e.info.Scopes,
	}
	if represented != "" && represented != who.Person {
		scopes, ok := mandate(e.info.Mandates, represented)
		if !ok {
			return identity.Caller{}, accountsapi.ErrMandateMissing
		}
		who.For, who.Scopes, who.Operator = represented, scopes, false
	}
	if who.Locale == "" {
		who.Locale = e.info.Locale
	}
	key := who.For + " " + who.Locale
	e.mu.Lock()
	defer e.mu.Unlock()
	if c, ok := e.callers[key]; ok && s.clock.Wall().Before(c.until) {
		return c.Caller, nil
	}
	token, until, err := s.minter.Person(who)
	if err != nil {
		return identity.Caller{}, err
	}
	who = who.WithToken(token)
	e.callers[key] = caller{who, until}
	return who, nil
}

// mandate gives the scopes held for a person; never nil, which would mean all.
func mandate(held []accountsapi.MandateInfo, represented string) ([]string, bool) {
	for _, m := range held {
		if m.Represented == represented {
			return append([]string{}, m.Scopes...), true
		}
	}
	return nil, false
}

// credentials finds the session token of a request and whether a program sent
// it: a program is told that its token is bad, a browser is simply nobody.
func credentials(r *http.Request) (token string, program bool) {
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return t, true
	}
	if c, err := r.Cookie(SessionCookie); err == nil && !strings.HasPrefix(c.Value, accountsapi.TokenPrefix) { // a token is no session
		return c.Value, false
	}
	return "", false
}
