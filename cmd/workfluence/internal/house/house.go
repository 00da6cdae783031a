// Package house starts the real binary as tests need it: `serve --dev --empty` of
// a state folder of its own, which may be stopped, killed and started again.
package house

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/devstack/statedir"
	"github.com/workfluence/workfluence/internal/killpoint"
)

// binary is built once for all tests of a package.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "workfluence-bin-")
	if err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "workfluence")
	out, err := exec.Command("go", "build", "-o", path, "github.com/workfluence/workfluence/cmd/workfluence").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// Binary is the path of the program, built once for the tests of a package.
func Binary(t testing.TB) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// House is one `serve --dev` of a state folder, which may die and be started again.
type House struct {
	T       testing.TB
	State   string   // the state folder
	Base    string   // the public address, once it has started
	Targets []string // run in this process; nil is all
	Died    bool     // by SIGKILL, at least once

	bin string
	// listen is the public address, chosen once so that a restart keeps it.
	listen string
	cmd    *exec.Cmd
	ended  chan error
	log    *tail
}

// New prepares a house over a state folder of its own.
func New(t testing.TB) *House {
	t.Helper()
	bin := Binary(t)
	dir, err := os.MkdirTemp("", "workfluence-house-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // PostgreSQL's account walks in
		t.Fatal(err)
	}
	h := &House{T: t, bin: bin, State: dir, log: &tail{}}
	t.Cleanup(func() {
		h.Stop()
		if t.Failed() {
			t.Logf("the end of the house's log:\n%s", h.log)
		}
		_ = os.RemoveAll(dir)
	})
	return h
}

var address = regexp.MustCompile(`^\s*(http://127\.0\.0\.1:\d+)\s*$`)

// Start serves, dying at the place named by kill ("" never), and waits for the address.
func (h *House) Start(kill string) {
	h.T.Helper()
	if err := h.tryStart(kill); err != nil {
		h.T.Fatalf("start: %v\n%s", err, h.log)
	}
}

func (h *House) tryStart(kill string) error {
	found, err := h.spawn(kill)
	if err != nil {
		return err
	}
	select {
	case h.Base = <-found:
		return nil
	case err := <-h.ended:
		h.ended <- err
		return fmt.Errorf("the process ended: %w", err)
	case <-time.After(90 * time.Second):
		return errors.New("no address within 90 s")
	}
}

// Launch starts a process that has no address of its own to wait for.
func (h *House) Launch() {
	h.T.Helper()
	if _, err := h.spawn(""); err != nil {
		h.T.Fatal(err)
	}
}

// spawn starts the process; the channel gives its address once it prints one.
func (h *House) spawn(kill string) (<-chan string, error) {
	if h.listen == "" {
		var err error
		if h.listen, err = freeAddress(); err != nil {
			return nil, err
		}
	}
	args := []string{"serve", "--dev", "--empty", "--listen", h.listen}
	for _, t := range h.Targets {
		args = append(args, "--target="+t)
	}
	cmd := exec.Command(h.bin, args...)
	cmd.Env = append(os.Environ(), statedir.Env+"="+h.State, killpoint.Env+"="+kill, "WORKFLUENCE_LOG_LEVEL=warn", "DATABASE_URL=")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = h.log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	h.cmd, h.ended = cmd, make(chan error, 1)
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if m := address.FindStringSubmatch(lines.Text()); m != nil {
				found <- m[1]
				break
			}
		}
		_, _ = io.Copy(io.Discard, out)
		h.ended <- cmd.Wait()
	}()
	return found, nil
}

// freeAddress is one that nobody listens at and that the system gives to no outgoing connection (Linux: from 32768 on): one of those could sit
// on it while the house is down between a kill and its next start.
func freeAddress() (string, error) {
	for range 100 {
		door, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000)))
		if err == nil {
			return door.Addr().String(), door.Close()
		}
	}
	return "", errors.New("no port is free between 20000 and 32000")
}

// dead says whether the process has ended, and remembers a death by SIGKILL.
func (h *House) dead() bool {
	select {
	case err := <-h.ended:
		h.ended <- err
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			if s, ok := exit.Sys().(syscall.WaitStatus); ok && s.Signal() == syscall.SIGKILL {
				h.Died = true
			}
		}
		return true
	default:
		return false
	}
}

// Beside is another process of the same state folder, for some of its targets.
func (h *House) Beside(targets ...string) *House {
	h.T.Helper()
	other := &House{T: h.T, bin: h.bin, State: h.State, log: &tail{}, listen: h.listen, Targets: targets}
	h.T.Cleanup(other.Stop)
	return other
}

// Pid is the number of the process.
func (h *House) Pid() int { return h.cmd.Process.Pid }

// Stop ends the process in order.
func (h *House) Stop() {
	if h.cmd == nil || h.dead() {
		return
	}
	_ = h.cmd.Process.Signal(syscall.SIGINT)
	select {
	case err := <-h.ended:
		h.ended <- err
	case <-time.After(30 * time.Second):
		_ = h.cmd.Process.Kill()
		h.T.Errorf("the house did not stop within 30 s of Ctrl-C")
	}
}

// Kill ends the process as the system would when memory is short.
func (h *House) Kill() {
	_ = h.cmd.Process.Kill()
	err := <-h.ended
	h.ended <- err
}

// Do tries a step until it works. When the process dies under it, the house is
// started again without a place to die: what the step began must be there.
func (h *House) Do(ctx context.Context, name string, step func(context.Context) error) {
	h.T.Helper()
	var last error
	for try := range 40 {
		if h.dead() {
			if err := h.tryStart(""); err != nil {
				last = err
				continue
			}
		}
		attempt, cancel := context.WithTimeout(ctx, 90*time.Second)
		last = step(attempt)
		cancel()
		if last == nil {
			return
		}
		time.Sleep(time.Duration(50+try*25) * time.Millisecond) // a test waits on the wall
	}
	h.T.Fatalf("%s: %v\n%s", name, last, h.log)
}

// Run runs another command of the binary on this state folder.
func (h *House) Run(args ...string) (string, error) {
	cmd := exec.Command(h.bin, args...)
	cmd.Env = append(os.Environ(), statedir.Env+"="+h.State, "DATABASE_URL=")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// CopyTo copies a stopped house's state, but for the ports.
func (h *House) CopyTo(to *House) {
	h.T.Helper()
	if out, err := exec.Command("cp", "-a", h.State+"/.", to.State).CombinedOutput(); err != nil {
		h.T.Fatalf("%v: %s", err, out)
	}
	for _, name := range []string{"ports.json", "stack.json"} {
		_ = os.Remove(filepath.Join(to.State, name))
	}
}

// tail keeps the last lines of a log.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (l *tail) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	if len(l.text) > 16000 {
		l.text = l.text[len(l.text)-12000:]
	}
	return len(p), nil
}

func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.TrimSpace(string(l.text))
}
