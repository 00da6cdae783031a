package accounts

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// Password rules: length does the work (NIST SP 800-63B §3.1.1.2); composition rules would only make people reuse.
const (
	passwordMinRunes = 10
	passwordMaxBytes = 256
	// passwordMinDistinct refuses "aaaaaaaaaa" and "1212121212".
	passwordMinDistinct = 5
)

//go:embed data/denied_passwords.txt
var deniedFile string

var denied = func() map[string]bool {
	set := map[string]bool{}
	for _, line := range dataLines(deniedFile) {
		set[strings.ToLower(line)] = true
	}
	return set
}()

// CheckPassword refuses a password that others would guess first: short, of few characters, on the list of the most
// used ones, or built on the person's own address. accountsapi.ErrPasswordWeak.
func CheckPassword(password string, email Email) error {
	weak := func(code, detail string) error {
		return accountsapi.ErrPasswordWeak.WithField("/password", code, detail)
	}
	password = norm.NFC.String(password)
	lower := strings.ToLower(password)
	distinct := map[rune]bool{}
	for _, r := range lower {
		distinct[r] = true
	}
	bare := strings.TrimRight(lower, "0123456789!?.*#$@ ")
	switch {
	case !utf8.ValidString(password) || len(password) > passwordMaxBytes:
		return weak("too_long", "This password is too long to be read; use at most 256 bytes of text.")
	case utf8.RuneCountInString(password) < passwordMinRunes:
		return weak("too_short", "Use at least 10 characters.")
	case len(distinct) < passwordMinDistinct:
		return weak("repetitive", "Use more different characters.")
	case denied[lower] || denied[bare]:
		return weak("common", "This is one of the passwords that are tried first.")
	case len(email.Local()) >= 4 && strings.Contains(lower, email.Local()):
		return weak("own_address", "Leave your own address out of your password.")
	}
	return nil
}

// argon are the parameters of OWASP's password storage sheet for argon2id: 19 MiB, two passes, one lane.
var argon = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Hasher hashes passwords with argon2id, no more at a time than it has places: each holds 19 MiB, and a burst of
// sign-ins must not take the memory of everything else in the process.
type Hasher struct {
	places chan struct{}
	// dummy is compared when there is no password to compare, so that an unknown address costs the same time: a stored form
	// of our parameters whose salt and key are random, which is made without hashing anything.
	dummy string
}

// NewHasher makes a hasher with so many places; zero means two for each processor.
func NewHasher(places int) (*Hasher, error) {
	if places <= 0 {
		places = 2 * runtime.GOMAXPROCS(0)
	}
	random := make([]byte, argon.SaltLength+argon.KeyLength)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	encode := base64.RawStdEncoding.EncodeToString
	return &Hasher{places: make(chan struct{}, places), dummy: fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		argon.Memory, argon.Iterations, argon.Parallelism, encode(random[:argon.SaltLength]), encode(random[argon.SaltLength:]))}, nil
}

// Hash makes the stored form of a password. problem.ErrUnavailable when the context ends before a place is free.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return argon2id.CreateHash(norm.NFC.String(password), argon)
}

// Matches compares a password with its stored form in constant time. An empty form never matches and takes as long.
func (h *Hasher) Matches(ctx context.Context, password, stored string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	nobody := stored == ""
	if nobody {
		stored = h.dummy
	}
	if len(password) > passwordMaxBytes {
		password = ""
	}
	same, err := argon2id.ComparePasswordAndHash(norm.NFC.String(password), stored)
	return same && !nobody, err
}

func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return problem.ErrUnavailable.WithRetryAfter(5).Because(ctx.Err())
	}
}

func (h *Hasher) leave() { <-h.places }
