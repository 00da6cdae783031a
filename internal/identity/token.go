package identity

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/problem"
)

// Life is how long a token is good; it is used again until Renew before its end.
const (
	Life  = 60 * time.Second
	Renew = 20 * time.Second
)

// anyTarget is the audience of person tokens: they follow a call through the house.
const anyTarget = "workfluence"

// PersonHeader carries the person token.
const PersonHeader = "Workfluence-Person"

// LocaleHeader carries the language of an anonymous reader.
const LocaleHeader = "Workfluence-Locale"

type claims struct {
	jwt.RegisteredClaims
	For      string   `json:"for,omitempty"`
	Scopes   []string `json:"scp,omitempty"`
	Session  string   `json:"sid,omitempty"`
	Operator bool     `json:"op,omitempty"`
	Verified bool     `json:"ver,omitempty"`
	Locale   string   `json:"loc,omitempty"`
}

// Minter signs for one target.
type Minter struct {
	target string
	keys   *Keys
	clock  clock.Clock

	mu    sync.Mutex
	calls map[string]minted // by callee
}

type minted struct {
	token string
	until time.Time
}

// NewMinter signs with the private key of target, which keys must hold.
func NewMinter(target string, keys *Keys, c clock.Clock) (*Minter, error) {
	if keys.private[target] == nil {
		return nil, fmt.Errorf("identity: no private key of %s", target)
	}
	return &Minter{target: target, keys: keys, clock: c, calls: map[string]minted{}}, nil
}

// Call gives a token for calling the callee, one already made when it has
// enough life left.
func (m *Minter) Call(callee string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.clock.Wall()
	if t := m.calls[callee]; now.Before(t.until) {
		return t.token, nil
	}
	token, err := m.sign(claims{RegisteredClaims: m.registered(now, "", callee)})
	if err == nil {
		m.calls[callee] = minted{token, now.Add(Life - Renew)}
	}
	return token, err
}

// Person mints what the gateway says of a person, and until when it may be
// used again. Only tokens of the gateway are believed.
func (m *Minter) Person(c Caller) (token string, reuseUntil time.Time, err error) {
	now := m.clock.Wall()
	token, err = m.sign(claims{
		RegisteredClaims: m.registered(now, c.Person, anyTarget),
		For:              c.For, Scopes: c.Scopes, Session: c.Session, Operator: c.Operator, Verified: c.Verified, Locale: c.Locale,
	})
	return token, now.Add(Life - Renew), err
}

func (m *Minter) registered(now time.Time, subject, audience string) jwt.RegisteredClaims {
	return jwt.RegisteredClaims{
		Issuer: m.target, Subject: subject, Audience: jwt.ClaimStrings{audience},
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(Life)),
	}
}

func (m *Minter) sign(c claims) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodEdDSA, c).SignedString(m.keys.private[m.target])
}

// Verifier checks tokens for one callee.
type Verifier struct {
	callee string
	keys   *Keys
	clock  clock.Clock
	parser *jwt.Parser

	mu   sync.RWMutex
	seen map[[32]byte]verified
}

type verified struct {
	claims claims
	until  time.Time
}

// remembered bounds the memory of verified tokens; past it all are forgotten,
// which costs one signature each.
const remembered = 20000

// NewVerifier checks tokens addressed to callee.
func NewVerifier(callee string, keys *Keys, c clock.Clock) *Verifier {
	return &Verifier{
		callee: callee, keys: keys, clock: c, seen: map[[32]byte]verified{},
		parser: jwt.NewParser(jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithExpirationRequired(), jwt.WithTimeFunc(c.Wall), jwt.WithLeeway(2*time.Second)),
	}
}

// Target checks an Authorization token and gives the calling target.
// A bad one is problem.ErrUnauthenticated.
func (v *Verifier) Target(token string) (string, error) {
	c, err := v.claims(token)
	if err != nil {
		return "", err
	}
	if len(c.Audience) != 1 || c.Audience[0] != v.callee || c.Subject != "" {
		return "", problem.ErrUnauthenticated.Because(fmt.Errorf("token of %s is not for %s", c.Issuer, v.callee))
	}
	return c.Issuer, nil
}

// Person checks a person token. Only the gateway's is believed.
func (v *Verifier) Person(token string) (Caller, error) {
	c, err := v.claims(token)
	if err != nil {
		return Caller{}, err
	}
	if c.Issuer != Gateway || len(c.Audience) != 1 || c.Audience[0] != anyTarget || c.Subject == "" {
		return Caller{}, problem.ErrUnauthenticated.Because(fmt.Errorf("not a person token: issued by %s", c.Issuer))
	}
	return Caller{
		Person: c.Subject, For: c.For, Scopes: c.Scopes, Session: c.Session,
		Operator: c.Operator, Verified: c.Verified, Locale: c.Locale, token: token,
	}, nil
}

func (v *Verifier) claims(token string) (claims, error) {
	hash := sha256.Sum256([]byte(token))
	now := v.clock.Wall()
	v.mu.RLock()
	known, ok := v.seen[hash]
	v.mu.RUnlock()
	if ok && now.Before(known.until) {
		return known.claims, nil
	}
	var c claims
	_, err := v.parser.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) {
		issuer, err := t.Claims.GetIssuer()
		if err != nil {
			return nil, err
		}
		key := v.keys.public[issuer]
		if key == nil {
			return nil, fmt.Errorf("no public key of %q", issuer)
		}
		return key, nil
	})
	if err != nil {
		return claims{}, problem.ErrUnauthenticated.Because(err)
	}
	v.mu.Lock()
	if len(v.seen) >= remembered {
		clear(v.seen)
	}
	v.seen[hash] = verified{c, c.ExpiresAt.Time}
	v.mu.Unlock()
	return c, nil
}
