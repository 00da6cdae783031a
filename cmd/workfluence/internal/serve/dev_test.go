package serve_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/serve"
	"github.com/workfluence/workfluence/internal/devstack/statedir"
)

// roleEnv makes this test binary a house, or the program that starts one as make does.
const roleEnv = "SERVE_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleEnv) {
	case "house":
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		if err := serve.Run(ctx, serve.Options{Targets: []string{"all"}, Dev: true, Empty: true, Tied: true}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	case "parent":
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), roleEnv+"=house")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		_ = cmd.Run()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func role(name, state string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleEnv+"="+name, statedir.Env+"="+state)
	return cmd
}

// gone counts a zombie as gone: reaping it is init's business.
func gone(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err != nil || strings.Contains(string(stat), ") Z ")
}

// Make is killed: the house goes in order, and its servers with it. Before that, a second start for the same
// folder is told where the first one is.
func TestAKilledParentLeavesNothing(t *testing.T) {
	t.Parallel()
	state, err := os.MkdirTemp("", "wfserve")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(state) })
	if err := os.Chmod(state, 0o711); err != nil { // PostgreSQL's account walks in
		t.Fatal(err)
	}
	parent := role("parent", state)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = parent.Process.Kill() })
	lines := bufio.NewScanner(out)
	base := ""
	for base == "" && lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); strings.HasPrefix(line, "http://") {
			base = line
		}
	}
	if base == "" {
		t.Fatal("the house said no address")
	}
	said, err := role("house", state).CombinedOutput()
	if err == nil || !strings.Contains(string(said), "runs already") || !strings.Contains(string(said), base) {
		t.Errorf("the second start said %s (%v)", said, err)
	}
	lock, err := os.ReadFile(filepath.Join(state, "pg", "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(lock), "\n")
	postgres, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	for range 400 {
		if gone(postgres) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	_ = syscall.Kill(postgres, syscall.SIGINT)
	t.Errorf("PostgreSQL (%d) outlived the program that started the house", postgres)
}
