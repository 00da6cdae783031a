package child_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/devstack/child"
)

// roleEnv makes this test binary a parent or its child; see the tests.
const roleEnv = "CHILD_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleEnv) {
	case "orphan": // asks to die with its parent
		if err := child.DieWithParent(syscall.SIGTERM); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(os.Getpid())
		select {}
	case "parent": // starts an orphan by plain means
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), roleEnv+"=orphan")
		cmd.Stdout = os.Stdout
		_ = cmd.Run()
		os.Exit(0)
	case "owner": // starts a sleeper that knows nothing
		p, err := child.Start(child.Spec{Path: "/bin/sleep", Args: []string{"1000"}, Death: syscall.SIGTERM})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(p.PID())
		select {}
	}
	os.Exit(m.Run())
}

func TestNothingOutlivesAKill(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"parent", "owner"} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), roleEnv+"="+role)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				t.Fatal(err)
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
				if gone(pid) {
					return
				}
				time.Sleep(50 * time.Millisecond)
			}
			_ = syscall.Kill(pid, syscall.SIGKILL)
			t.Errorf("process %d outlived its parent", pid)
		})
	}
}

// gone counts a zombie as gone: reaping it is init's business.
func gone(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err != nil || strings.Contains(string(stat), ") Z ")
}

func TestStopKillsWhatIgnoresTheSignal(t *testing.T) {
	t.Parallel()
	p, err := child.Start(child.Spec{Path: "/bin/sh", Args: []string{"-c", "trap '' TERM; while :; do sleep 0.1; done"}, Death: syscall.SIGKILL})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond) // until the trap is set
	if err := p.Stop(syscall.SIGTERM, 300*time.Millisecond); err == nil {
		t.Error("a child that had to be killed must be reported")
	}
	if !gone(p.PID()) {
		t.Error("still there")
	}
	if err := p.Stop(syscall.SIGTERM, time.Second); err != nil {
		t.Errorf("stopping what is gone: %v", err)
	}
}

func TestMissingProgram(t *testing.T) {
	t.Parallel()
	if _, err := child.Start(child.Spec{Path: "/no/such/program"}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
