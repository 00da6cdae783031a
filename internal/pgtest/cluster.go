package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/devstack/pgserver"
	"github.com/workfluence/workfluence/internal/devstack/statedir"
)

// shared returns this process's cluster. A failure is remembered: the next test
// would fail the same way, minutes later.
var shared = func() func(context.Context) (*server, error) {
	var once sync.Once
	var s *server
	var err error
	return func(ctx context.Context) (*server, error) {
		once.Do(func() { s, err = open(ctx) })
		return s, err
	}
}()

func open(ctx context.Context) (*server, error) {
	if dsn := os.Getenv(Env); dsn != "" {
		return connect(ctx, dsn)
	}
	dir, err := clusterDir()
	if err != nil {
		return nil, err
	}
	if err := hold(filepath.Join(dir, "users.lock")); err != nil {
		return nil, err
	}
	if err := ensureRunning(ctx, dir); err != nil {
		return nil, err
	}
	s, err := connect(ctx, pgserver.DSN(filepath.Join(dir, "run"), "postgres"))
	if err != nil {
		return nil, err
	}
	return s, s.sweep(ctx)
}

func connect(ctx context.Context, dsn string) (*server, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("read the test database's address: %w", err)
	}
	config.MaxConns = 4
	// The pool outlives the test that happened to come first.
	pool, err := pgxpool.NewWithConfig(context.WithoutCancel(ctx), config)
	if err != nil {
		return nil, fmt.Errorf("open the test cluster: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		return nil, fmt.Errorf("reach the test cluster: %w", err)
	}
	return &server{admin: pool, dsn: func(database string) string {
		return withDatabase(config.ConnConfig, database)
	}}, nil
}

// withDatabase is the keyword form of the same address with another database.
func withDatabase(c *pgx.ConnConfig, database string) string {
	quote := func(s string) string { return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'" }
	dsn := fmt.Sprintf("host=%s port=%d user=%s dbname=%s", quote(c.Host), c.Port, quote(c.User), quote(database))
	if c.Password != "" {
		dsn += " password=" + quote(c.Password)
	}
	if c.TLSConfig == nil {
		dsn += " sslmode=disable"
	}
	return dsn
}

// clusterDir is one folder per account and boot: the cluster runs without
// fsync, so its files are only trusted until the machine goes down.
func clusterDir() (string, error) {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		boot = []byte("noboot")
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("workfluence-test-%d-%.8s", os.Geteuid(), boot))
	return dir, statedir.Make(dir)
}

// hold takes a shared lock that lasts as long as this process. It waits while a
// supervisor is stopping the cluster. The descriptor is a plain one: an os.File
// would be closed, and the lock lost, when the garbage collector finds it.
func hold(path string) error {
	fd, err := syscall.Open(path, syscall.O_CREAT|syscall.O_RDWR|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	return flock(fd, syscall.LOCK_SH)
}

func flock(fd, how int) error {
	for {
		err := syscall.Flock(fd, how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// ensureRunning starts a supervisor unless the cluster answers. One process at a
// time decides.
func ensureRunning(ctx context.Context, dir string) error {
	gate, err := os.OpenFile(filepath.Join(dir, "start.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open the start lock: %w", err)
	}
	defer func() { _ = gate.Close() }()
	if err := flock(int(gate.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("take the start lock: %w", err)
	}
	if answers(ctx, dir) {
		return nil
	}
	done, err := spawn(dir)
	if err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the test cluster did not start: %w: %s", ctx.Err(), supervisorLog(dir))
		case <-done:
			return fmt.Errorf("the test cluster's supervisor gave up: %s", supervisorLog(dir))
		case <-time.After(20 * time.Millisecond):
		}
		if answers(ctx, dir) {
			return nil
		}
	}
}

func answers(ctx context.Context, dir string) bool {
	conn, err := pgx.Connect(ctx, pgserver.DSN(filepath.Join(dir, "run"), "postgres"))
	if err != nil {
		return false
	}
	_ = conn.Close(ctx)
	return true
}

// spawn executes this test binary again as the supervisor, in a session of its
// own: neither Ctrl-C nor the end of this process reaches it.
func spawn(dir string) (<-chan struct{}, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the test binary: %w", err)
	}
	log, err := os.OpenFile(logPath(dir), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the supervisor's log: %w", err)
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command(self)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), superviseEnv+"="+dir)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the test cluster's supervisor: %w", err)
	}
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(done)
	}()
	return done, nil
}

func logPath(dir string) string { return filepath.Join(dir, "supervisor.log") }

func supervisorLog(dir string) string {
	text, _ := os.ReadFile(logPath(dir))
	return strings.TrimSpace(string(text))
}
