package dev

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/internal/devstack/devapi"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/storybook/storytest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	b := storybook.New()
	Stories(b)
	storytest.Run(t, b)
}

// tools keeps the embedded interface from hiding its method of the same name.
type tools = Demo

type demo struct{ tools }

func (demo) Mail(context.Context, string) (devapi.Mail, error) {
	return devapi.Mail{ID: "1", Subject: "Hello", HTML: "<style>p{color:red}</style><p>Hello</p>"}, nil
}

func (demo) Advance(context.Context, devapi.Move) (devapi.Clock, error) {
	return devapi.Clock{Now: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}, nil
}

func (demo) Demo(context.Context) (devapi.Demo, error) {
	return devapi.Demo{Stripe: "http://127.0.0.1:20101", People: []devapi.DemoPerson{{Email: "ines@example.com", Name: "Ines Okafor", Hat: "creator"}}}, nil
}

func (demo) SignInAs(_ context.Context, email string) (accountsapi.SignedIn, error) {
	if email != "ines@example.com" {
		return accountsapi.SignedIn{}, problem.ErrNotFound
	}
	return accountsapi.SignedIn{Token: "t", Person: accountsapi.Person{Selling: true}}, nil
}

func visit(t *testing.T, dev bool, method, path, form string) *httptest.ResponseRecorder {
	t.Helper()
	h := shell.New(shell.Config{Name: "web", Messages: i18n.Messages(), Dev: dev}, Area(demo{}, demo{}))
	req := httptest.NewRequest(method, path, strings.NewReader(form))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res := httptest.NewRecorder()
	h.ServeHTTP(res, req)
	return res
}

func TestOnlyInTheDemo(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/dev", "/dev/mail", "/dev/mail/1/html", "/dev/clock", "/dev/sign-in-as"} {
		if res := visit(t, false, http.MethodGet, path, ""); res.Code != http.StatusNotFound {
			t.Errorf("%s outside the demo: %d", path, res.Code)
		}
	}
}

// A mail's HTML runs nothing and sends nothing, whatever it holds.
func TestAMailIsShut(t *testing.T) {
	t.Parallel()
	policy := visit(t, true, http.MethodGet, "/dev/mail/1/html", "").Header().Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "sandbox") || strings.Contains(policy, "script") {
		t.Errorf("policy %s", policy)
	}
}

func TestSignInAs(t *testing.T) {
	t.Parallel()
	res := visit(t, true, http.MethodPost, "/dev/sign-in-as", "email=ines%40example.com")
	if res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/today" || !strings.Contains(strings.Join(res.Header().Values("Set-Cookie"), " "), "wf_session=t") {
		t.Errorf("%d %v", res.Code, res.Header())
	}
	if res := visit(t, true, http.MethodPost, "/dev/sign-in-as", "email=x"); res.Code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown address: %d", res.Code)
	}
}

// Nobody types: each person of the demo world is one press, and every tool is one from the index.
func TestEverythingIsOnePressAway(t *testing.T) {
	t.Parallel()
	who := visit(t, true, http.MethodGet, "/dev/sign-in-as", "").Body.String()
	if !strings.Contains(who, `name="email" value="ines@example.com"`) || !strings.Contains(who, "Sign in as Ines Okafor") {
		t.Error("the people of the demo world are not offered")
	}
	index := visit(t, true, http.MethodGet, "/dev", "").Body.String()
	for _, path := range []string{"/dev/sign-in-as", "/dev/mail", "/dev/clock", "/dev/storybook", "/developers", "http://127.0.0.1:20101/_sim/balances"} {
		if !strings.Contains(index, `href="`+path+`"`) {
			t.Errorf("the index does not lead to %s", path)
		}
	}
}

func TestMoving(t *testing.T) {
	t.Parallel()
	if res := visit(t, true, http.MethodPost, "/dev/clock", "by=week"); res.Code != http.StatusSeeOther {
		t.Errorf("a week on: %d", res.Code)
	}
	if res := visit(t, true, http.MethodPost, "/dev/clock", "by=year"); res.Code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown move: %d", res.Code)
	}
}

func TestAddressesInAMail(t *testing.T) {
	t.Parallel()
	got := pieces("Open http://a.example/x?y=z. Bye")
	want := []piece{{text: "Open "}, {text: "http://a.example/x?y=z", href: "http://a.example/x?y=z"}, {text: ". Bye"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(piece{})); diff != "" {
		t.Error(diff)
	}
}
