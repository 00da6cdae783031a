// Package child starts server processes that cannot outlive the program that
// started them.
//
// The kernel delivers the parent-death signal when the *thread* that forked
// dies, and the Go runtime retires idle threads; so each child is forked and
// awaited by a goroutine that keeps its thread locked until the child is gone.
package child

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// Process is one running server.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

// Spec says what to run. Death is the signal that the child gets when this
// program dies, by whatever cause, including SIGKILL.
type Spec struct {
	Path       string
	Args       []string
	Env        []string // nil inherits
	Dir        string
	LogFile    string // appended to; "" discards
	Credential *syscall.Credential
	Death      syscall.Signal
}

// Start runs the program in a process group of its own, so that Ctrl-C in the
// terminal reaches us first and the child is stopped in order.
func Start(spec Spec) (*Process, error) {
	cmd := exec.Command(spec.Path, spec.Args...)
	cmd.Env = spec.Env
	cmd.Dir = spec.Dir
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Credential: spec.Credential,
		Pdeathsig:  spec.Death,
		Setpgid:    true,
	}
	if spec.LogFile != "" {
		log, err := os.OpenFile(spec.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fmt.Errorf("open log of %s: %w", spec.Path, err)
		}
		defer func() { _ = log.Close() }()
		cmd.Stdout, cmd.Stderr = log, log
	}

	p := &Process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Path, err)
	}
	return p, nil
}

// PID is the process id of the child.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the child has exited and was reaped.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err is the exit error; meaningful once Done is closed.
func (p *Process) Err() error { return p.err }

// Stop sends sig and waits; a child that ignores it for the grace period is
// killed. A child that is already gone is not an error.
func (p *Process) Stop(sig syscall.Signal, grace time.Duration) error {
	if err := p.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal %s: %w", p.cmd.Path, err)
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(grace):
	}
	_ = p.cmd.Process.Kill()
	<-p.done
	return fmt.Errorf("%s did not stop within %s and was killed", p.cmd.Path, grace)
}

// DieWithParent makes the kernel send sig to this program when the one that
// started it ends, even by SIGKILL: `make run` must leave nothing behind. It
// takes a thread for itself, because the arrangement ends with its thread.
func DieWithParent(sig syscall.Signal) error {
	parent := os.Getppid()
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		_, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_PDEATHSIG, uintptr(sig), 0)
		if errno != 0 {
			done <- fmt.Errorf("ask for the parent's death signal: %w", errno)
			return
		}
		done <- nil
		select {} // keeps the thread
	}()
	if err := <-done; err != nil {
		return err
	}
	if os.Getppid() != parent { // it ended before we asked
		return syscall.Kill(os.Getpid(), sig)
	}
	return nil
}
