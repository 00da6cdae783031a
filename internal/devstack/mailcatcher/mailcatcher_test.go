package mailcatcher_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/workfluence/workfluence/internal/devstack/mailcatcher"
)

func start(t *testing.T) (*mailcatcher.Store, *mailcatcher.Server) {
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
	return store, server
}

// TestCatchesWhatTheProductSends uses the library that notify uses.
func TestCatchesWhatTheProductSends(t *testing.T) {
	t.Parallel()
	store, server := start(t)
	m := gomail.NewMsg()
	for _, err := range []error{m.From("noreply@workfluence.test"), m.To("zoé@example.com"), m.AttachReader("reçu.txt", strings.NewReader("149,00 €"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	m.Subject("Votre reçu — 149,00 €")
	text := "Bonjour Zoé,\n.une ligne qui commence par un point\n" + strings.Repeat("très long ", 40)
	m.SetBodyString(gomail.TypeTextPlain, text)
	m.AddAlternativeString(gomail.TypeTextHTML, "<p>Bonjour <b>Zoé</b></p>")
	host, port, _ := strings.Cut(server.Addr(), ":")
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	client, err := gomail.NewClient(host, gomail.WithPort(n), gomail.WithTLSPolicy(gomail.NoTLS))
	if err != nil {
		t.Fatal(err)
	}
	if err := client.DialAndSend(m); err != nil {
		t.Fatal(err)
	}

	list, err := store.List("ZOÉ@example.com", 10)
	if err != nil || len(list) != 1 {
		t.Fatalf("caught %v, %v", list, err)
	}
	got := list[0]
	if got.From != "noreply@workfluence.test" || got.Subject != "Votre reçu — 149,00 €" {
		t.Errorf("envelope or subject: %+v", got)
	}
	if strings.TrimRight(got.Text, "\n") != strings.TrimRight(text, "\n") {
		t.Errorf("text:\n%q\nwant\n%q", got.Text, text)
	}
	if !strings.Contains(got.HTML, "<b>Zoé</b>") {
		t.Errorf("html: %q", got.HTML)
	}
	if len(got.Attachments) != 1 || got.Attachments[0].Size != len("149,00 €") {
		t.Errorf("attachments: %+v", got.Attachments)
	}
	if got.Headers["Message-Id"] == nil || got.Received.IsZero() {
		t.Errorf("headers: %v", got.Headers)
	}
}

func TestMailSurvivesARestartAndOldOnesGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, err := mailcatcher.OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range mailcatcher.Keep + 3 {
		if _, err := store.Add("a@example.com", []string{"b@example.com"}, fmt.Appendf(nil, "Subject: n%d\r\n\r\nbody", i)); err != nil {
			t.Fatal(err)
		}
	}
	again, err := mailcatcher.OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	list, err := again.List("", 10_000)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != mailcatcher.Keep || list[0].Subject != fmt.Sprintf("n%d", mailcatcher.Keep+2) {
		t.Errorf("%d messages, newest %q", len(list), list[0].Subject)
	}
	if _, err := again.Get("00000001"); !errors.Is(err, mailcatcher.ErrNotFound) {
		t.Errorf("the oldest: %v", err)
	}
}

func TestSameMessageIsKeptOnce(t *testing.T) {
	t.Parallel()
	store, err := mailcatcher.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	add := func(to, messageID string) string {
		id, err := store.Add("a@example.com", []string{to}, fmt.Appendf(nil, "Message-ID: <%s>\r\nSubject: s\r\n\r\nbody", messageID))
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first := add("b@example.com", "1@x")
	if add("b@example.com", "1@x") != first || add("b@example.com", "2@x") == first || add("c@example.com", "1@x") == first {
		t.Error("not exactly the same message to the same recipient is kept once")
	}
}

func TestAwait(t *testing.T) {
	t.Parallel()
	store, server := start(t)
	go func() {
		_ = smtp.SendMail(server.Addr(), nil, "a@example.com", []string{"b@example.com", "c@example.com"}, []byte("Subject: late\r\n\r\nhello\r\n"))
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	m, err := store.Await(ctx, func(m mailcatcher.Message) bool { return m.Subject == "late" })
	if err != nil || len(m.To) != 2 {
		t.Fatalf("%+v, %v", m, err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := store.Await(short, func(mailcatcher.Message) bool { return false }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestProtocolOrderIsKept(t *testing.T) {
	t.Parallel()
	store, server := start(t)
	c, err := textproto.Dial("tcp", server.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, _, err := c.ReadResponse(220); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		say  string
		code int
	}{
		{"RCPT TO:<b@example.com>", 503},
		{"DATA", 503},
		{"HELO me", 250},
		{"VRFY b", 502},
		{"MAIL FROM", 501},
		{"mail from:<> SIZE=10", 250},
		{"RCPT TO:<not an address>", 501},
		{"RCPT TO:<b@example.com>", 250},
		{"DATA", 354},
		{"this is no mail\r\n.", 250},
		{"DATA", 503},
		{"QUIT", 221},
	} {
		if err := c.PrintfLine("%s", step.say); err != nil {
			t.Fatal(err)
		}
		if code, text, _ := c.ReadResponse(0); code != step.code {
			t.Errorf("%q answered %d %s, want %d", step.say, code, text, step.code)
		}
	}
	list, err := store.List("", 10)
	if err != nil || len(list) != 1 || !strings.Contains(list[0].Text, "this is no mail") {
		t.Errorf("a malformed mail must still be shown: %+v, %v", list, err)
	}
}

func TestOnlyLoopbackMayListen(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "example.com:25"} {
		if s, err := mailcatcher.Listen(t.Context(), addr, nil, slog.New(slog.DiscardHandler)); err == nil {
			_ = s.Close()
			t.Errorf("listens at %s", addr)
		}
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	store, _ := start(t)
	id, err := store.Add("a@example.com", []string{"b@example.com"}, []byte("Subject: =?utf-8?q?caf=C3=A9?=\r\n\r\nhello"))
	if err != nil {
		t.Fatal(err)
	}
	get := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		store.Handler().ServeHTTP(w, httptest.NewRequest(method, path, http.NoBody))
		return w
	}
	var list struct{ Data []mailcatcher.Message }
	if err := json.Unmarshal(get("GET", "/messages?to=b@example.com").Body.Bytes(), &list); err != nil || len(list.Data) != 1 {
		t.Fatalf("list: %+v, %v", list, err)
	}
	if list.Data[0].Subject != "café" {
		t.Errorf("subject %q", list.Data[0].Subject)
	}
	if w := get("GET", "/messages/"+id+"/raw"); !strings.Contains(w.Body.String(), "hello") || w.Header().Get("Content-Type") != "message/rfc822" {
		t.Errorf("raw: %v %s", w.Header(), w.Body)
	}
	for _, path := range []string{"/messages/99999999", "/messages/..%2f..%2fetc%2fpasswd", "/messages/x/raw"} {
		if w := get("GET", path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := get("DELETE", "/messages"); w.Code != http.StatusNoContent {
		t.Errorf("delete: %d", w.Code)
	}
	if w := get("GET", "/messages"); strings.TrimSpace(w.Body.String()) != `{"data":[]}` {
		t.Errorf("after delete: %s", w.Body)
	}
}
