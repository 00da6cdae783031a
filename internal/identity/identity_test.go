package identity_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
)

func setup(t *testing.T) (*clock.Fake, *identity.Keys) {
	t.Helper()
	keys, err := identity.Ephemeral("gateway", "storefront", "billing")
	if err != nil {
		t.Fatal(err)
	}
	return clock.NewFake(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)), keys
}

func minter(t *testing.T, target string, keys *identity.Keys, c clock.Clock) *identity.Minter {
	t.Helper()
	m, err := identity.NewMinter(target, keys, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTargetTokens(t *testing.T) {
	t.Parallel()
	c, keys := setup(t)
	m := minter(t, "storefront", keys, c)
	token, err := m.Call("billing")
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := m.Call("billing"); again != token {
		t.Error("a fresh token was not used again")
	}
	v := identity.NewVerifier("billing", keys, c)
	for range 2 { // verified, then remembered
		if who, err := v.Target(token); err != nil || who != "storefront" {
			t.Fatalf("%q %v", who, err)
		}
	}
	if _, err := identity.NewVerifier("accounts", keys, c).Target(token); !errors.Is(err, problem.ErrUnauthenticated) {
		t.Errorf("another callee took it: %v", err)
	}
	if _, err := v.Person(token); !errors.Is(err, problem.ErrUnauthenticated) {
		t.Errorf("a target passed as a person: %v", err)
	}
	if _, err := v.Target(token[:len(token)-2] + "AA"); !errors.Is(err, problem.ErrUnauthenticated) {
		t.Errorf("a changed signature passed: %v", err)
	}
	c.Advance(identity.Life + 3*time.Second)
	if _, err := v.Target(token); !errors.Is(err, problem.ErrUnauthenticated) {
		t.Errorf("an old token passed although remembered: %v", err)
	}
	if next, _ := m.Call("billing"); next == token {
		t.Error("an old token was handed out")
	}
}

func TestPersonTokensComeFromTheGatewayAlone(t *testing.T) {
	t.Parallel()
	c, keys := setup(t)
	want := identity.Caller{Person: "person_1", For: "person_2", Scopes: []string{"see"}, Session: "session_1", Verified: true, Locale: "nl"}
	token, _, err := minter(t, "gateway", keys, c).Person(want)
	if err != nil {
		t.Fatal(err)
	}
	v := identity.NewVerifier("billing", keys, c)
	got, err := v.Person(token)
	if err != nil || got.Person != want.Person || got.Subject() != "person_2" || !got.Has("see") || got.Has("approve") || got.PersonToken() != token {
		t.Fatalf("%+v %v", got, err)
	}
	forged, _, err := minter(t, "storefront", keys, c).Person(want)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Person(forged); !errors.Is(err, problem.ErrUnauthenticated) {
		t.Fatal("storefront could speak for a person")
	}
}

func TestKeysInAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 8 { // processes of one state folder start together
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := identity.InitDir(dir, "gateway", "billing"); err != nil {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
	c := clock.System()
	a, err := identity.LoadDir(dir, "gateway")
	if err != nil {
		t.Fatal(err)
	}
	b, err := identity.LoadDir(dir, "billing")
	if err != nil {
		t.Fatal(err)
	}
	token, err := minter(t, "gateway", a, c).Call("billing")
	if err != nil {
		t.Fatal(err)
	}
	if who, err := identity.NewVerifier("billing", b, c).Target(token); err != nil || who != "gateway" {
		t.Fatalf("%q %v", who, err)
	}
	if _, err := identity.NewMinter("gateway", b, c); err == nil {
		t.Fatal("billing's process can sign as the gateway")
	}
}
