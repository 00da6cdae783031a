package pgtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/workfluence/workfluence/internal/devstack/pgserver"
	"github.com/workfluence/workfluence/internal/devstack/statedir"
)

// superviseEnv turns a test binary into the supervisor of the cluster in the
// folder that it names.
const superviseEnv = "WORKFLUENCE_PGTEST_SUPERVISE"

// idleLimit bridges the gaps between packages while the compiler works.
const idleLimit = 60 * time.Second

// init runs before any TestMain: the supervisor is a test binary that never
// gets as far as its tests. A separate program would have to be built first,
// by every `go test` of a single package.
func init() {
	dir := os.Getenv(superviseEnv)
	if dir == "" {
		return
	}
	_ = os.Unsetenv(superviseEnv)
	if err := supervise(dir, idleLimit); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// supervise runs the cluster until nobody has used it for the limit.
func supervise(dir string, limit time.Duration) error {
	users, err := os.OpenFile(filepath.Join(dir, "users.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open the users' lock: %w", err)
	}
	tools, err := statedir.Tools()
	if err != nil {
		return err
	}
	bin, err := pgserver.Find(context.Background(), tools, slog.Default())
	if err != nil {
		return err
	}
	pg, err := pgserver.Start(context.Background(), pgserver.Options{Dir: dir, Bin: bin, Settings: map[string]string{
		"max_connections": "500",
		// Tests ask for PostgreSQL's behaviour, not for their data after a power cut.
		"fsync":            "off",
		"full_page_writes": "off",
		// A worker that visits a template would block cloning it.
		"autovacuum": "off",
	}})
	if err != nil {
		return err
	}
	const tick = time.Second
	for idle := time.Duration(0); ; idle += tick {
		select {
		case <-pg.Done():
			return errors.New("PostgreSQL ended")
		case <-time.After(tick):
		}
		if flock(int(users.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
			idle = 0
			continue
		}
		if idle >= limit {
			return pg.Stop() // still holding the lock: newcomers wait, then start anew
		}
		if err := flock(int(users.Fd()), syscall.LOCK_UN); err != nil {
			return fmt.Errorf("release the users' lock: %w", err)
		}
	}
}
