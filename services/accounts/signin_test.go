package accounts

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

func TestSignUpFromNothingButAnAddress(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web := h.as("web")
		if _, err := web.SignUp(h.ctx(), accountsapi.SignUp{Email: " Ana@Example.COM ", Locale: "nl", Next: "/library"}); err != nil {
			t.Fatal(err)
		}
		mail := h.lastMail()
		if mail.Email != "ana@example.com" || mail.Locale != "nl" || mail.Purpose != accountsapi.PurposeSignUp || len(mail.Code) != 8 {
			t.Fatalf("mail: %+v", mail)
		}
		if n := h.count(`select count(*) from accounts.person`); n != 0 {
			t.Fatalf("%d accounts before the address was proved", n)
		}
		in, err := web.RedeemLink(h.ctx(), tokenOf(mail), "Firefox on Linux")
		if err != nil {
			t.Fatal(err)
		}
		if !in.New || in.Next != "/library" || !in.Person.EmailVerified || in.Person.Email != "ana@example.com" || in.Person.Locale != "nl" || in.Person.HasPassword {
			t.Fatalf("signed in: %+v", in)
		}
		if _, err := web.RedeemLink(h.ctx(), tokenOf(mail), ""); !errors.Is(err, accountsapi.ErrLinkUsed) {
			t.Fatalf("second press: %v", err)
		}
		me, err := web.Me(h.by(in.Token))
		if err != nil || me.ID != in.Person.ID {
			t.Fatalf("me: %+v %v", me, err)
		}
		want := []string{accountsapi.EventLinkRequested, accountsapi.EventPersonCreated, accountsapi.EventEmailVerified}
		if diff := cmp.Diff(want, h.events()); diff != "" {
			t.Fatalf("events (-want +got):\n%s", diff)
		}

		// The second time the same request signs in to the same account.
		again := h.join("ana@example.com")
		if again.New || again.Person.ID != in.Person.ID {
			t.Fatalf("again: %+v", again)
		}
	})
}

func TestTheAnswerIsTheSameForKnownAndUnknownAddresses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.join("known@example.com")
	web := h.as("web")
	for _, ask := range []func(context.Context, accountsapi.SignUp) (accountsapi.Accepted, error){web.SignUp, web.RequestLink} {
		known, err1 := ask(h.ctx(), accountsapi.SignUp{Email: "known@example.com"})
		unknown, err2 := ask(h.ctx(), accountsapi.SignUp{Email: "unknown@example.com"})
		if err1 != nil || err2 != nil || known != unknown {
			t.Fatalf("%+v %v, %+v %v", known, err1, unknown, err2)
		}
	}
	_, err1 := web.SignIn(h.ctx(), accountsapi.SignIn{Email: "known@example.com", Password: "not the password"})
	_, err2 := web.SignIn(h.ctx(), accountsapi.SignIn{Email: "stranger@example.com", Password: "not the password"})
	if !errors.Is(err1, accountsapi.ErrSignInFailed) || problem.From(err1).Error() != problem.From(err2).Error() {
		t.Fatalf("%v, %v", err1, err2)
	}
	_, err1 = web.SignIn(h.ctx(), accountsapi.SignIn{Email: "known@example.com", Code: "AAAAAAAA"})
	_, err2 = web.SignIn(h.ctx(), accountsapi.SignIn{Email: "stranger@example.com", Code: "AAAAAAAA"})
	if !errors.Is(err1, accountsapi.ErrCodeWrong) || problem.From(err1).Error() != problem.From(err2).Error() {
		t.Fatalf("%v, %v", err1, err2)
	}
}

// An unknown address costs a hash like a known one: with every place taken, both wait for it.
func TestUnknownAddressesAreHashedToo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	in := h.join("known@example.com")
	if err := h.as("web").SetPassword(h.by(in.Token), accountsapi.SetPassword{Password: "seven blue kettles"}); err != nil {
		t.Fatal(err)
	}
	nopassword := h.join("nopassword@example.com")
	for range cap(h.svc.hasher.places) {
		h.svc.hasher.places <- struct{}{}
	}
	for _, email := range []string{"known@example.com", nopassword.Person.Email, "unknown@example.com"} {
		ctx, cancel := context.WithTimeout(h.ctx(), 300*time.Millisecond)
		_, err := h.svc.SignIn(ctx, accountsapi.SignIn{Email: email, Password: "seven red kettles"})
		cancel()
		if !errors.Is(err, problem.ErrUnavailable) {
			t.Errorf("%s did not wait for a place to hash: %v", email, err)
		}
	}
}

// A password that is changed while it is being compared opens nothing: the change ended all other sessions.
func TestAPasswordChangedMeanwhileOpensNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	in := h.join("ana@example.com")
	if err := h.as("web").SetPassword(h.by(in.Token), accountsapi.SetPassword{Password: "seven blue kettles"}); err != nil {
		t.Fatal(err)
	}
	for range cap(h.svc.hasher.places) {
		h.svc.hasher.places <- struct{}{}
	}
	outcome := make(chan error, 1)
	go func() {
		_, err := h.svc.SignIn(h.ctx(), accountsapi.SignIn{Email: "ana@example.com", Password: "seven blue kettles"})
		outcome <- err
	}()
	for h.count(`select count(*) from accounts.limit_window`) == 0 { // until the sign-in is under way
		time.Sleep(time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond)
	if _, err := h.pool.Exec(h.ctx(), `update accounts.person set password_hash = password_hash || 'x'`); err != nil {
		t.Fatal(err)
	}
	for range cap(h.svc.hasher.places) {
		<-h.svc.hasher.places
	}
	if err := <-outcome; err == nil {
		t.Fatal("signed in with a password that was changed")
	}
}

func TestPasswordSignsInAndIsLimited(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web, in := h.as("web"), h.join("ana@example.com")
		other := h.join("ana@example.com")
		if err := web.SetPassword(h.by(in.Token), accountsapi.SetPassword{Password: "password12345"}); !errors.Is(err, accountsapi.ErrPasswordWeak) {
			t.Fatalf("weak: %v", err)
		}
		if err := web.SetPassword(h.by(in.Token), accountsapi.SetPassword{Password: "seven blue kettles"}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.as("gateway").Resolve(h.ctx(), other.Token); !errors.Is(err, problem.ErrUnauthenticated) {
			t.Fatalf("another session outlived a new password: %v", err)
		}
		back, err := web.SignIn(h.ctx(), accountsapi.SignIn{Email: "ANA@example.com", Password: "seven blue kettles"})
		if err != nil || back.Person.ID != in.Person.ID || !back.Person.HasPassword {
			t.Fatalf("%+v %v", back, err)
		}
		for range passwordTries.limit - 1 { // one try was the good one
			if _, err := web.SignIn(h.ctx(), accountsapi.SignIn{Email: "ana@example.com", Password: "seven red kettles"}); !errors.Is(err, accountsapi.ErrSignInFailed) {
				t.Fatal(err)
			}
		}
		_, err = web.SignIn(h.ctx(), accountsapi.SignIn{Email: "ana@example.com", Password: "seven blue kettles"})
		if !errors.Is(err, accountsapi.ErrTooManyTries) || problem.From(err).RetryAfter < 1 {
			t.Fatalf("not limited: %v", err)
		}
		h.clock.Advance(passwordTries.window)
		if _, err := web.SignIn(h.ctx(), accountsapi.SignIn{Email: "ana@example.com", Password: "seven blue kettles"}); err != nil {
			t.Fatalf("after the window: %v", err)
		}
	})
}

func TestCodeIsTheFallbackAndLocks(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web := h.as("web")
		if _, err := web.SignUp(h.ctx(), accountsapi.SignUp{Email: "ana@example.com"}); err != nil {
			t.Fatal(err)
		}
		mail := h.lastMail()
		for range codeTries {
			if _, err := web.SignIn(h.ctx(), accountsapi.SignIn{Email: "ana@example.com", Code: "22222222"}); !errors.Is(err, accountsapi.ErrCodeWrong) {
				t.Fatal(err)
			}
		}
		if _, err := web.SignIn(h.ctx(), accountsapi.SignIn{Email: "ana@example.com", Code: mail.Code}); !errors.Is(err, accountsapi.ErrCodeLocked) {
			t.Fatalf("the code outlived %d wrong ones: %v", codeTries, err)
		}
		// A guesser can't lock the owner out: the link works on.
		if _, err := web.RedeemLink(h.ctx(), tokenOf(mail), ""); err != nil {
			t.Fatal(err)
		}
		if _, err := web.SignUp(h.ctx(), accountsapi.SignUp{Email: "ana@example.com"}); err != nil {
			t.Fatal(err)
		}
		code := h.lastMail().Code
		in, err := web.SignIn(h.ctx(), accountsapi.SignIn{Email: "ana@example.com", Code: " " + code[:4] + "-" + code[4:]})
		if err != nil || in.Person.Email != "ana@example.com" {
			t.Fatalf("%+v %v", in, err)
		}
		if _, err := web.SignIn(h.ctx(), accountsapi.SignIn{Email: "ana@example.com", Code: code}); !errors.Is(err, accountsapi.ErrCodeWrong) {
			t.Fatalf("a code worked twice: %v", err)
		}
	})
}

func TestLinksEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	web := h.as("web")
	for range 2 {
		if _, err := web.SignUp(h.ctx(), accountsapi.SignUp{Email: "ana@example.com"}); err != nil {
			t.Fatal(err)
		}
	}
	mails := h.mails()
	if _, err := web.RedeemLink(h.ctx(), tokenOf(mails[1]), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := web.RedeemLink(h.ctx(), tokenOf(mails[0]), ""); !errors.Is(err, accountsapi.ErrLinkReplaced) {
		t.Fatalf("an older link: %v", err)
	}
	if _, err := web.SignUp(h.ctx(), accountsapi.SignUp{Email: "ana@example.com"}); err != nil {
		t.Fatal(err)
	}
	late := h.lastMail()
	h.clock.Advance(linkLife)
	if _, err := web.RedeemLink(h.ctx(), tokenOf(late), ""); !errors.Is(err, accountsapi.ErrLinkExpired) {
		t.Fatalf("an old link: %v", err)
	}
	for _, forged := range []string{"", "x", tokenOf(late)[:40], tokenOf(late) + "A", "01h455vb4pex5vsknk084sn02q.AAAA"} {
		if _, err := web.PeekLink(h.ctx(), forged); err == nil {
			t.Errorf("forged token %q was known", forged)
		}
	}
}

// A scanner that opens, prefetches or heads whatever it finds in a mail consumes nothing.
func TestReadingALinkConsumesNothing(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		if _, err := h.as("web").SignUp(h.ctx(), accountsapi.SignUp{Email: "ana@example.com"}); err != nil {
			t.Fatal(err)
		}
		token := tokenOf(h.lastMail())
		for range 3 {
			info, err := h.as("web").PeekLink(h.ctx(), token)
			if err != nil || info.State != "open" || info.Email != "ana@example.com" {
				t.Fatalf("%+v %v", info, err)
			}
		}
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
			for _, path := range []string{"/api/v1/sessions?link_token=" + token, "/l/" + token, "/api/v1/sessions/" + token} {
				req, err := http.NewRequestWithContext(h.ctx(), method, "http://accounts.svc"+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				resp, err := h.http("web").Do(req)
				if err != nil {
					t.Fatal(err)
				}
				_ = resp.Body.Close()
				if resp.StatusCode < 400 {
					t.Errorf("%s %s: %d", method, path, resp.StatusCode)
				}
			}
		}
		if _, err := h.as("web").RedeemLink(h.ctx(), token, ""); err != nil {
			t.Fatalf("the scanner consumed the link: %v", err)
		}
	})
}

func TestMailToOneAddressIsBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range linksPerHour + 4 {
		if _, err := h.as("web").SignUp(h.ctx(), accountsapi.SignUp{Email: "ana@example.com"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(h.mails()); n != linksPerHour {
		t.Fatalf("%d mails", n)
	}
}

// race runs fn so many times at once and gives the errors.
func race(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { <-start; errs[i] = fn(i) })
	}
	close(start)
	wg.Wait()
	return errs
}

func won(errs []error) int {
	n := 0
	for _, err := range errs {
		if err == nil {
			n++
		}
	}
	return n
}

func TestTwoSignUpsAtOnceMakeOnePerson(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, err := range race(4, func(int) error {
		_, err := h.as("web").SignUp(h.ctx(), accountsapi.SignUp{Email: "ana@example.com"})
		return err
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	mails := h.mails()
	errs := race(len(mails), func(i int) error {
		_, err := h.as("web").RedeemLink(h.ctx(), tokenOf(mails[i]), "")
		if errors.Is(err, accountsapi.ErrLinkReplaced) {
			return err
		} else if err != nil {
			t.Error(err)
		}
		return err
	})
	if won(errs) != 1 || h.count(`select count(*) from accounts.person`) != 1 || h.count(`select count(*) from accounts.session`) != 1 {
		t.Fatalf("%d won, errors %v", won(errs), errs)
	}
	if n := h.count(`select count(*) from accounts.outbox where name = $1`, accountsapi.EventPersonCreated); n != 1 {
		t.Fatalf("%d persons were announced", n)
	}
}

func TestOneLinkPressedTwiceAtOnceOpensOneSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := h.as("web").SignUp(h.ctx(), accountsapi.SignUp{Email: "ana@example.com"}); err != nil {
		t.Fatal(err)
	}
	token := tokenOf(h.lastMail())
	errs := race(8, func(int) error {
		_, err := h.as("web").RedeemLink(h.ctx(), token, "")
		if err != nil && !errors.Is(err, accountsapi.ErrLinkUsed) {
			t.Error(err)
		}
		return err
	})
	if won(errs) != 1 || h.count(`select count(*) from accounts.session`) != 1 {
		t.Fatalf("%d presses won", won(errs))
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		web, gateway := h.as("web"), h.as("gateway")
		a, b, c := h.join("ana@example.com"), h.join("ana@example.com"), h.join("ben@example.com")
		list, err := web.Sessions(h.by(a.Token))
		if err != nil || len(list.Data) != 2 {
			t.Fatalf("%+v %v", list, err)
		}
		current := slices.IndexFunc(list.Data, func(s accountsapi.Session) bool { return s.Current })
		if current < 0 || list.Data[current].Device != "Firefox on Linux" {
			t.Fatalf("%+v", list)
		}
		other := list.Data[1-current].ID
		if err := web.SignOutSession(h.by(c.Token), other); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("ben ended ana's session: %v", err)
		}
		if err := web.SignOutSession(h.by(a.Token), other); err != nil {
			t.Fatal(err)
		}
		if _, err := gateway.Resolve(h.ctx(), b.Token); !errors.Is(err, problem.ErrUnauthenticated) {
			t.Fatalf("an ended session resolves: %v", err)
		}
		ctx := h.by(a.Token)
		for range 2 { // a double click is no error
			if err := web.SignOut(ctx); err != nil {
				t.Fatal(err)
			}
		}
		d, e := h.join("ana@example.com"), h.join("ana@example.com")
		if err := web.SignOutEverywhere(h.by(d.Token)); err != nil {
			t.Fatal(err)
		}
		for _, token := range []string{a.Token, d.Token, e.Token, "", "wfs_", "wfs_AAAA"} {
			if _, err := gateway.Resolve(h.ctx(), token); err == nil {
				t.Errorf("%q resolves", token)
			}
		}
		if _, err := gateway.Resolve(h.ctx(), c.Token); err != nil {
			t.Fatalf("ben was signed out too: %v", err)
		}
	})
}

func TestSessionsExpireWhenUnusedAndWhenOld(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	idle, used := h.join("ana@example.com"), h.join("ana@example.com")
	for range 7 {
		h.clock.Advance(29 * 24 * time.Hour)
		_, err := h.as("gateway").Resolve(h.ctx(), used.Token)
		if age := h.clock.Wall().Sub(time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)); (err == nil) != (age < sessionLife) {
			t.Fatalf("after %v: %v", age, err)
		}
	}
	if _, err := h.as("gateway").Resolve(h.ctx(), idle.Token); !errors.Is(err, problem.ErrUnauthenticated) {
		t.Fatalf("an unused session lives: %v", err)
	}
}

func TestOnlyTheGatewayResolves(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	in := h.join("ana@example.com")
	for _, target := range []string{"web", "notify", "storefront"} {
		if _, err := h.as(target).Resolve(h.ctx(), in.Token); !errors.Is(err, problem.ErrNotFound) {
			t.Errorf("%s resolves: %v", target, err)
		}
	}
	if _, err := h.as("web").Contact(h.ctx(), in.Person.ID); !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("web reads addresses: %v", err)
	}
	if _, err := h.as("web").Me(h.ctx()); !errors.Is(err, problem.ErrUnauthenticated) {
		t.Errorf("nobody is somebody: %v", err)
	}
	for _, forged := range []context.Context{
		h.caller(identity.Caller{Person: in.Person.ID, For: "person_x", Scopes: []string{"see"}}),
		h.caller(identity.Caller{Person: in.Person.ID, Scopes: []string{"orders:read"}}),
	} {
		if err := h.as("web").SignOutEverywhere(forged); !errors.Is(err, problem.ErrForbidden) {
			t.Errorf("a limited caller signed out everywhere: %v", err)
		}
	}
}
