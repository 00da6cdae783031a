package pgtest

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/devstack/pgserver"
)

// TestSupervisorStopsWhenNobodyIsLeft also shows that a user keeps it running.
func TestSupervisorStopsWhenNobodyIsLeft(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "wfsup")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	user, err := syscall.Open(filepath.Join(dir, "users.lock"), syscall.O_CREAT|syscall.O_RDWR|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := flock(user, syscall.LOCK_SH); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- supervise(dir, time.Second) }()
	for range 600 {
		if answers(t.Context(), dir) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	select {
	case err := <-ended:
		t.Fatalf("stopped under a user: %v", err)
	case <-time.After(3 * time.Second):
	}
	if err := syscall.Close(user); err != nil { // as the kernel does for a dead process
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("still running without users")
	}
	if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); !os.IsNotExist(err) {
		t.Errorf("the cluster at %s still runs: %v", pgserver.DSN(filepath.Join(dir, "run"), "postgres"), err)
	}
}

func TestOnlyDatabasesOfDeadProcessesAreSwept(t *testing.T) {
	t.Parallel()
	if !alive("t_1_1") {
		t.Error("process 1 runs")
	}
	if alive("t_4194305_1") { // above the largest process id of Linux
		t.Error("no such process can run")
	}
}
