package notify

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/internal/devstack/mailcatcher"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/notify/letter"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// catcher is a mail server, and what it took.
func catcher(t *testing.T) (store *mailcatcher.Store, address string) {
	t.Helper()
	store, err := mailcatcher.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	server, err := mailcatcher.Listen(t.Context(), "127.0.0.1:0", store, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return store, server.Addr()
}

func TestMailOnTheWire(t *testing.T) {
	t.Parallel()
	store, server := catcher(t)
	b := setup(t)
	post, err := newSMTPPost("smtp://"+server, "Workfluence <no-reply@workfluence.example>")
	if err != nil {
		t.Fatal(err)
	}
	b.Service.post = post
	b.nb.link.Locale = "ar"
	b.deliver(t, "evt_1", accountsapi.EventLinkRequested, accountsapi.LinkRequested{LinkID: "link_1"})
	b.drain(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	m, err := store.Await(ctx, func(m mailcatcher.Message) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != "رابط تسجيل الدخول إلى Workfluence" || m.To[0] != "ada@example.com" {
		t.Fatalf("%+v", m)
	}
	for _, part := range []string{m.Text, m.HTML} {
		if !strings.Contains(part, "https://workfluence.example/l/abc") || !strings.Contains(part, "7Q2M9KDX") {
			t.Errorf("link or code is missing in\n%s", part)
		}
	}
	if id := m.Headers["Message-Id"]; len(id) != 1 || !strings.HasPrefix(id[0], "<notice_") || !strings.HasSuffix(id[0], "@workfluence.example>") {
		t.Errorf("Message-ID %v of %v", id, m.Headers)
	}
}

// counted counts the connections that are made to a mail server, and can hang up on all of them.
type counted struct {
	address string
	mu      sync.Mutex
	lines   []net.Conn
}

func countLines(t *testing.T, server string) *counted {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	c := &counted{address: l.Addr().String()}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", server)
			if err != nil {
				return
			}
			c.mu.Lock()
			c.lines = append(c.lines, in)
			c.mu.Unlock()
			go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
			go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
		}
	}()
	return c
}

func (c *counted) made() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.lines)
}

func (c *counted) hangUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.lines {
		_ = l.Close()
	}
}

// Mails follow each other on one connection; one that has died costs no mail its try.
func TestAConnectionIsKeptForTheNextMail(t *testing.T) {
	t.Parallel()
	store, server := catcher(t)
	lines := countLines(t, server)
	b := setup(t)
	post, err := newSMTPPost("smtp://"+lines.address, "Workfluence <no-reply@workfluence.example>")
	if err != nil {
		t.Fatal(err)
	}
	b.Service.post = post
	send := func(n int) {
		for range n {
			id := id.New("link")
			b.deliver(t, "evt_"+id, accountsapi.EventLinkRequested, accountsapi.LinkRequested{LinkID: id})
		}
		b.drain(t)
	}
	send(5)
	if n := lines.made(); n != 1 {
		t.Errorf("five mails took %d connections", n)
	}
	lines.hangUp()
	send(2)
	if n := lines.made(); n != 2 {
		t.Errorf("%d connections after one died, want 2", n)
	}
	if d := cmp.Diff(map[MailState]int{MailSent: 7}, b.mails(t)); d != "" {
		t.Error(d)
	}
	if tries, err := pg.Scalar[int](t.Context(), b.pool, "select max(tries) from notify.mail"); err != nil || tries != 1 {
		t.Errorf("a mail took %d tries: %v", tries, err)
	}
	if caught, err := store.List("", 99); err != nil || len(caught) != 7 {
		t.Errorf("%d mails arrived: %v", len(caught), err)
	}
}

// A mail is not begun when it could end after its lease, on a new connection or a kept one: another process may have it by then.
func TestNoMailIsBegunThatMayOutliveItsLease(t *testing.T) {
	t.Parallel()
	store, server := catcher(t)
	post, err := newSMTPPost("smtp://"+server, "Workfluence <no-reply@workfluence.example>")
	if err != nil {
		t.Fatal(err)
	}
	send := func(name string, left time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), left)
		defer cancel()
		return post.Send(ctx, name+"@workfluence.example", addressed{letter.Letter{Lang: "en", Subject: name, Heading: name}, "ana@example.com"}, time.Unix(0, 0))
	}
	for _, try := range []struct {
		name string
		left time.Duration
		want error
	}{{"new-late", smtpTime - time.Millisecond, errLate}, {"new", 2 * smtpTime, nil}, {"kept-late", smtpTime - time.Millisecond, errLate}, {"again", 2 * smtpTime, nil}} {
		if err := send(try.name, try.left); !errors.Is(err, try.want) {
			t.Errorf("%s: %v, want %v", try.name, err, try.want)
		}
	}
	if caught, err := store.List("", 9); err != nil || len(caught) != 2 {
		t.Errorf("%d mails arrived: %v", len(caught), err)
	}
}

// refuser is a mail server that has no such mailbox.
func refuser(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				buf := make([]byte, 1024)
				_, _ = c.Write([]byte("220 refuser\r\n"))
				for {
					n, err := c.Read(buf)
					if err != nil {
						return
					}
					reply := "250 ok\r\n"
					if strings.HasPrefix(strings.ToUpper(string(buf[:n])), "RCPT") {
						reply = answer + "\r\n"
					}
					_, _ = c.Write([]byte(reply))
				}
			}()
		}
	}()
	return l.Addr().String()
}

func TestRefusalForGoodIsToldFromALaterTry(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]MailState{"550 5.1.1 no such mailbox": MailFailed, "451 4.3.0 try later": MailQueued} {
		b := setup(t)
		post, err := newSMTPPost("smtp://"+refuser(t, answer), "no-reply@workfluence.example")
		if err != nil {
			t.Fatal(err)
		}
		b.Service.post = post
		b.deliver(t, "evt_1", accountsapi.EventLinkRequested, accountsapi.LinkRequested{LinkID: "link_1"})
		b.drain(t)
		if got := b.mails(t); got[want] != 1 {
			t.Errorf("%s leaves %v, want %s", answer, got, want)
		}
	}
}

func TestMailServerAddress(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		"smtp://relay.example.com": true, "smtps://u:p@relay.example.com:465": true, "smtp://127.0.0.1:1025": true,
		"": false, "relay.example.com:25": false, "http://relay.example.com": false, "smtp://relay.example.com:99999999999999999999": false,
	} {
		if _, err := newSMTPPost(address, "a@example.com"); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		} else if err != nil && strings.Contains(err.Error(), "relay") {
			t.Errorf("%q: the error shows the address, which may hold a password: %v", address, err)
		}
	}
}

func TestErasedPersonIsForgotten(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.nb.receipt.BuyerID = "person_ada"
	b.deliver(t, "evt_1", storefrontapi.EventOrderPaid, paidOrder)
	b.drain(t)
	if in, err := b.inbox(t.Context(), "person_ada", "", "en"); err != nil || len(in.Data) != 1 || in.Data[0].Kind != notifyapi.KindReceipt {
		t.Fatal(in, err)
	}
	for _, person := range []string{"person_ada", "person_mia"} {
		b.deliver(t, "evt_erased_"+person, accountsapi.EventPersonErased, accountsapi.PersonErased{PersonID: person})
		if in, err := b.inbox(t.Context(), person, "", "en"); err != nil || len(in.Data) != 0 {
			t.Fatal(in, err)
		}
	}
	if n := b.mails(t)[MailSent]; n != 1 {
		t.Fatal("the receipt of the order is gone")
	}
}
