package pgserver_test

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/devstack/pgserver"
)

// superviseEnv turns this test binary into a program that owns a cluster and
// waits to be killed.
const superviseEnv = "PGSERVER_TEST_SUPERVISE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(superviseEnv); dir != "" {
		s, err := pgserver.Start(context.Background(), pgserver.Options{Dir: dir})
		if err != nil {
			println(err.Error())
			os.Exit(1)
		}
		_, _ = os.Stdout.WriteString(strconv.Itoa(s.PID()) + "\n")
		select {}
	}
	os.Exit(m.Run())
}

// clusterDir is short (socket paths are limited) and open to other accounts
// (t.TempDir is, below the system's temporary folder).
func clusterDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "wfpg")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func scalar(t *testing.T, dsn, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	var out string
	if err := conn.QueryRow(t.Context(), sql).Scan(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDataSurvivesARestart(t *testing.T) {
	dir := clusterDir(t)
	s, err := pgserver.Start(t.Context(), pgserver.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if got := scalar(t, s.DSN("postgres"), "show fsync"); got != "on" {
		t.Errorf("fsync is %q, want on", got)
	}
	conn, err := pgx.Connect(t.Context(), s.DSN("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "create table kept as select 'still here' as v"); err != nil {
		t.Fatal(err)
	}
	_ = conn.Close(t.Context())
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	again, err := pgserver.Start(t.Context(), pgserver.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Stop() })
	if got := scalar(t, again.DSN("postgres"), "select v from kept"); got != "still here" {
		t.Errorf("the table holds %q after the restart", got)
	}
}

func TestSecondServerOfOneFolderIsRefused(t *testing.T) {
	dir := clusterDir(t)
	s, err := pgserver.Start(t.Context(), pgserver.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := pgserver.Start(ctx, pgserver.Options{Dir: dir}); err == nil {
		t.Fatal("a second server started over the same data")
	}
}

func TestKilledSupervisorLeavesNoServer(t *testing.T) {
	dir := clusterDir(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), superviseEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the supervisor did not report its server: %v", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	for range 200 {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("the server outlived its supervisor or died uncleanly: %v", err)
	}
}

func TestRootDropsItsRights(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root has rights to drop")
	}
	dir := clusterDir(t)
	s, err := pgserver.Start(t.Context(), pgserver.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	info, err := os.Stat("/proc/" + strconv.Itoa(s.PID()))
	if err != nil {
		t.Fatal(err)
	}
	if uid := info.Sys().(*syscall.Stat_t).Uid; uid == 0 {
		t.Error("the server runs as root")
	}
	run, err := os.Stat(filepath.Join(dir, "run"))
	if err != nil {
		t.Fatal(err)
	}
	if run.Mode().Perm() != 0o700 {
		t.Errorf("the socket folder has mode %v: others may enter and are trusted", run.Mode().Perm())
	}
}

func TestFind(t *testing.T) {
	discard := slog.New(slog.DiscardHandler)
	fake := func(t *testing.T, version string) string {
		t.Helper()
		bin := t.TempDir()
		script := "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n"
		for _, name := range []string{"postgres", "initdb"} {
			if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		return bin
	}
	t.Run("PG_BIN comes first", func(t *testing.T) {
		bin := fake(t, "17.1")
		t.Setenv("PG_BIN", bin)
		if got, err := pgserver.Find(t.Context(), t.TempDir(), discard); err != nil || got != bin {
			t.Errorf("got %q, %v; want %q", got, err, bin)
		}
	})
	t.Run("an old PG_BIN is refused with its name", func(t *testing.T) {
		bin := fake(t, "14.9")
		t.Setenv("PG_BIN", bin)
		if _, err := pgserver.Find(t.Context(), t.TempDir(), discard); err == nil || !strings.Contains(err.Error(), bin) {
			t.Errorf("got %v", err)
		}
	})
}
