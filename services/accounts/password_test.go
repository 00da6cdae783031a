package accounts

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	for password, code := range map[string]string{
		"seven blue kettles":           "",
		"vijf-blauwe-ketels":           "",
		"كلمة مرور طويلة جدا":          "",
		"七个蓝色的水壶在架子上":                  "",
		"short":                        "too_short",
		"ninechars":                    "too_short",
		"éééé":                         "too_short", // counted in characters, not bytes
		"aaaaaaaaaaaa":                 "repetitive",
		"121212121212":                 "repetitive",
		"password12345":                "common",
		"PassWord2027!":                "common",
		"qwertyuiop":                   "common",
		"correct horse battery staple": "common",
		"workfluence2027":              "common",
		"annabel-is-great":             "own_address",
		strings.Repeat("abcdefgh", 40): "too_long",
	} {
		err := CheckPassword(password, "annabel@example.com")
		var p *problem.Error
		switch {
		case code == "" && err != nil:
			t.Errorf("%q: %v", password, err)
		case code != "" && (!errors.As(err, &p) || !errors.Is(err, accountsapi.ErrPasswordWeak) || p.Fields[0].Code != code):
			t.Errorf("%q: %v, want %s", password, err, code)
		}
	}
}

func TestHasher(t *testing.T) {
	t.Parallel()
	h, err := NewHasher(1)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := h.Hash(t.Context(), "caf\u00e9 au lait noir")
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%q %v", stored, err)
	}
	for password, want := range map[string]bool{"caf\u00e9 au lait noir": true, "cafe\u0301 au lait noir": true, "cafe au lait noir": false, "": false} {
		if got, err := h.Matches(t.Context(), password, stored); err != nil || got != want {
			t.Errorf("%q: %v %v", password, got, err)
		}
	}
	if got, err := h.Matches(t.Context(), "nobody has this password", ""); err != nil || got {
		t.Fatalf("an account without a password was opened: %v", err)
	}
	// What stands for the missing password asks for the same work as a real one.
	if p, salt, key, err := argon2id.DecodeHash(h.dummy); err != nil || *p != *argon || len(salt) != int(argon.SaltLength) || len(key) != int(argon.KeyLength) {
		t.Fatalf("%+v, %d, %d: %v", p, len(salt), len(key), err)
	}
	h.places <- struct{}{}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := h.Hash(ctx, "seven blue kettles"); !errors.Is(err, problem.ErrUnavailable) {
		t.Fatalf("more hashes than places: %v", err)
	}
}
