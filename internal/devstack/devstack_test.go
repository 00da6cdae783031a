package devstack_test

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/devstack"
)

// ownerEnv turns this test binary into a process that owns a stack and waits
// to be killed.
const ownerEnv = "DEVSTACK_TEST_OWNER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(ownerEnv); dir != "" {
		s, err := devstack.Start(context.Background(), devstack.Options{StateDir: dir, Log: slog.Default()})
		if err != nil {
			slog.Error(err.Error())
			os.Exit(1)
		}
		_, _ = os.Stdout.WriteString("owner " + s.SMTPAddr() + "\n")
		select {}
	}
	os.Exit(m.Run())
}

func stateDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "wfds")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func start(t *testing.T, dir string) *devstack.Stack {
	t.Helper()
	s, err := devstack.Start(t.Context(), devstack.Options{StateDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func exec1(t *testing.T, s *devstack.Stack, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// works uses all three servers.
func works(t *testing.T, s *devstack.Stack, subject string) {
	t.Helper()
	exec1(t, s, "select 1")
	rdb := redis.NewClient(s.Redis())
	defer func() { _ = rdb.Close() }()
	if err := rdb.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	body := []byte("Subject: " + subject + "\r\n\r\nhello\r\n")
	if err := smtp.SendMail(s.SMTPAddr(), nil, "a@example.com", []string{"b@example.com"}, body); err != nil {
		t.Fatal(err)
	}
	list, err := s.Mail().List("", 1)
	if err != nil || len(list) != 1 || list[0].Subject != subject {
		t.Fatalf("caught %+v, %v", list, err)
	}
}

func TestStateSurvivesAndResetWipesIt(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	s := start(t, dir)
	works(t, s, "first")
	exec1(t, s, "create table kept ()")
	if err := os.WriteFile(s.ClockFile(), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := devstack.Reset(dir); !errors.Is(err, devstack.ErrRunning) {
		t.Fatalf("reset of a running stack: %v, want ErrRunning", err)
	}
	smtpAddr := s.SMTPAddr()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = start(t, dir)
	exec1(t, s, "select from kept")
	if s.SMTPAddr() != smtpAddr {
		t.Errorf("the mail catcher moved from %s to %s", smtpAddr, s.SMTPAddr())
	}
	if list, err := s.Mail().List("", 5); err != nil || len(list) != 1 {
		t.Errorf("mail after the restart: %v, %v", list, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	if err := devstack.Reset(dir); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 1 || filepath.Base(left[0]) != "stack.lock" {
		t.Errorf("after the reset: %v, %v", left, err)
	}
}

func TestSecondProcessAttachesAndSucceedsAKilledOwner(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ownerEnv+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}

	s := start(t, dir)
	if s.Owner() {
		t.Fatal("two owners")
	}
	if want := strings.TrimPrefix(strings.TrimSpace(line), "owner "); s.SMTPAddr() != want {
		t.Errorf("attached to %s, the owner listens at %s", s.SMTPAddr(), want)
	}
	works(t, s, "through the owner")
	exec1(t, s, "create table kept ()")
	dsn := s.DSN()

	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	for range 300 {
		if s.Owner() {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if !s.Owner() {
		t.Fatal("nobody took over")
	}
	if s.DSN() != dsn {
		t.Errorf("the database moved from %s to %s", dsn, s.DSN())
	}
	exec1(t, s, "select from kept")
	works(t, s, "through the successor")
}

func TestOwnerLeavesInOrder(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	owner := start(t, dir)
	attached := start(t, dir)
	if !owner.Owner() || attached.Owner() {
		t.Fatal("want one owner, the first")
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	for range 300 {
		if attached.Owner() {
			works(t, attached, "after the handover")
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("nobody took over")
}
