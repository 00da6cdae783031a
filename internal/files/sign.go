package files

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
)

// MaxLife is how long an address may be good.
const MaxLife = 5 * time.Minute

var (
	// ErrBadLink: the address was not signed by us, or was changed.
	ErrBadLink = errors.New("files: not an address of ours")
	// ErrExpired: the address was good once.
	ErrExpired = errors.New("files: the address has expired")
)

// Signer makes addresses of files and checks them.
type Signer struct {
	key          []byte
	origin, path string
}

// NewSigner signs with key (32 bytes) for an origin such as "https://files.example".
func NewSigner(key []byte, origin string) *Signer {
	return &Signer{key: key, origin: strings.TrimSuffix(origin, "/"), path: "/files/"}
}

// Below signs for another folder of the origin, such as "/files/documents/".
func (s *Signer) Below(path string) *Signer { return &Signer{key: s.key, origin: s.origin, path: path} }

// URL is the address of content under one grant (an entitlement, a draft), good
// from now for MaxLife less up to half a minute: rounded, so that a page and
// its reload name pictures alike and the browser keeps them.
func (s *Signer) URL(grant, digest, name string, now time.Time) string {
	expiry := now.Add(MaxLife).Truncate(30 * time.Second).Unix()
	x := strconv.FormatInt(expiry, 10)
	q := url.Values{"g": {grant}, "x": {x}, "s": {s.mac("v1", grant, digest, base(name), x)}}
	return s.origin + s.path + strings.TrimPrefix(digest, "sha256:") + "/" + url.PathEscape(base(name)) + "?" + q.Encode()
}

// PublicURL is the lasting address of content that everybody may see.
func (s *Signer) PublicURL(digest, name string) string {
	q := url.Values{"s": {s.mac("public", digest, base(name))}}
	return s.origin + s.path + "public/" + strings.TrimPrefix(digest, "sha256:") + "/" + url.PathEscape(base(name)) + "?" + q.Encode()
}

// Verify checks an address made by URL.
func (s *Signer) Verify(digest, name string, q url.Values, now time.Time) error {
	x := q.Get("x")
	if !s.equal(q.Get("s"), s.mac("v1", q.Get("g"), digest, name, x)) {
		return ErrBadLink
	}
	expiry, err := strconv.ParseInt(x, 10, 64)
	if err != nil || now.Unix() > expiry || expiry > now.Add(MaxLife+time.Minute).Unix() {
		return ErrExpired
	}
	return nil
}

// VerifyPublic checks an address made by PublicURL.
func (s *Signer) VerifyPublic(digest, name string, q url.Values) error {
	if !s.equal(q.Get("s"), s.mac("public", digest, name)) {
		return ErrBadLink
	}
	return nil
}

// mac joins its parts by NUL, which none of them can hold.
func (s *Signer) mac(parts ...string) string {
	m := hmac.New(sha256.New, s.key)
	m.Write([]byte(strings.Join(parts, "\x00")))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:24])
}

func (s *Signer) equal(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

func base(name string) string { return path.Base("/" + name) }
