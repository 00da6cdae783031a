package devstack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/devstack/mailcatcher"
	"github.com/workfluence/workfluence/internal/devstack/statedir"
)

const (
	startTimeout = 2 * time.Minute
	lookEvery    = 100 * time.Millisecond

	lockFile = "stack.lock"
	infoFile = "stack.json"
)

// ErrRunning says that a process is using the state folder.
var ErrRunning = errors.New("the state folder is in use: stop `serve --dev` first")

// Options of a stack. StateDir "" is the default for the working directory.
type Options struct {
	StateDir string
	Log      *slog.Logger
}

// info is what the owner tells the others.
type info struct {
	DSN          string `json:"dsn"`
	RedisNetwork string `json:"redis_network"`
	RedisAddr    string `json:"redis_addr"`
	SMTPAddr     string `json:"smtp_addr"`
}

// Stack is this process's share of a development stack.
type Stack struct {
	dir  string
	log  *slog.Logger
	mail *mailcatcher.Store

	stop    context.CancelFunc // ends the watch for the owner's death
	watched sync.WaitGroup

	mu    sync.Mutex
	info  info
	owned *servers // nil while attached
}

// Start joins the stack of the state folder, starting it if nobody has.
func Start(ctx context.Context, o Options) (*Stack, error) {
	dir, err := resolve(o.StateDir)
	if err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	mail, err := mailcatcher.OpenStore(filepath.Join(dir, "mail"))
	if err != nil {
		return nil, err
	}
	watch, stop := context.WithCancel(context.WithoutCancel(ctx))
	s := &Stack{dir: dir, log: o.Log, mail: mail, stop: stop}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		joined, err := s.join(ctx)
		if err != nil {
			stop()
			return nil, err
		}
		if joined {
			break
		}
		if err := wait(ctx); err != nil {
			stop()
			return nil, fmt.Errorf("another process holds %s but its stack does not answer: %w", dir, err)
		}
	}
	if !s.Owner() {
		s.watched.Go(func() { s.succeed(watch) })
	}
	return s, nil
}

func resolve(dir string) (string, error) {
	if dir == "" {
		return statedir.Default(".")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("resolve the state folder: %w", err)
	}
	return dir, statedir.Make(dir)
}

// join becomes the owner if there is none, or attaches if the owner's stack
// answers; otherwise it reports false: the owner is still starting.
func (s *Stack) join(ctx context.Context) (bool, error) {
	if owned, err := s.tryOwn(ctx); err != nil || owned {
		return owned, err
	}
	found, err := readInfo(s.dir)
	if err != nil || found.DSN == "" || !answers(ctx, found.DSN) {
		return false, err
	}
	s.mu.Lock()
	s.info = found
	s.mu.Unlock()
	return true, nil
}

// tryOwn takes the lock and starts the servers, unless somebody else has it.
func (s *Stack) tryOwn(ctx context.Context) (bool, error) {
	lock, err := takeLock(s.dir)
	if errors.Is(err, ErrRunning) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	before, err := readInfo(s.dir) // a dead owner's addresses, to be used again
	if err != nil {
		before = info{}
	}
	started, err := startServers(ctx, s.dir, before, s.mail, s.log)
	if err != nil {
		return false, errors.Join(err, lock.Close())
	}
	started.lock = lock
	if err := writeInfo(s.dir, started.info); err != nil {
		return false, errors.Join(err, started.stop())
	}
	s.mu.Lock()
	s.info, s.owned = started.info, started
	s.mu.Unlock()
	return true, nil
}

// succeed waits until the owner is gone and takes its place.
func (s *Stack) succeed(ctx context.Context) {
	for wait(ctx) == nil {
		owned, err := s.tryOwn(ctx)
		if err != nil {
			s.log.Error("the development stack's owner is gone and this process could not take over", "error", err)
			continue
		}
		if owned {
			s.log.Warn("the development stack's owner is gone: this process runs it now", "state", s.dir)
			return
		}
		if found, err := readInfo(s.dir); err == nil && found.DSN != "" {
			s.mu.Lock()
			s.info = found
			s.mu.Unlock()
		}
	}
}

// DSN is the address of the database "workfluence" for its owner.
func (s *Stack) DSN() string { return s.now().DSN }

// Redis tells a client where to connect.
func (s *Stack) Redis() *redis.Options {
	i := s.now()
	return &redis.Options{Network: i.RedisNetwork, Addr: i.RedisAddr}
}

// SMTPAddr is host:port of the mail catcher (no TLS, no authentication).
func (s *Stack) SMTPAddr() string { return s.now().SMTPAddr }

// Mail is what the catcher caught; Mail().Handler() serves it.
func (s *Stack) Mail() *mailcatcher.Store { return s.mail }

// ClockFile is where the demo clock keeps its offset (see internal/clock).
func (s *Stack) ClockFile() string { return s.Path("clock.json") }

// Path is a place inside the state folder for other parts' data.
func (s *Stack) Path(elem ...string) string {
	return filepath.Join(append([]string{s.dir}, elem...)...)
}

// Owner reports whether this process runs the servers.
func (s *Stack) Owner() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.owned != nil
}

func (s *Stack) now() info {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.info
}

// Close leaves the stack. An owner stops the servers in order; a process that
// is still attached starts them again.
func (s *Stack) Close() error {
	s.stop()
	s.watched.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owned == nil {
		return nil
	}
	owned := s.owned
	s.owned = nil
	return owned.stop()
}

// Reset wipes the state folder: data, mail, clock. ErrRunning if in use.
func Reset(dir string) error {
	dir, err := resolve(dir)
	if err != nil {
		return err
	}
	lock, err := takeLock(dir)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("list the state folder: %w", err)
	}
	for _, entry := range entries {
		if entry.Name() == lockFile { // a new file would be a second lock
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
			return fmt.Errorf("wipe the state folder: %w", err)
		}
	}
	return nil
}

// takeLock returns the locked file, or ErrRunning. The kernel releases it when
// the process ends.
func takeLock(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the stack's lock: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return file, nil
	}
	_ = file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, ErrRunning
	}
	return nil, fmt.Errorf("take the stack's lock: %w", err)
}

func readInfo(dir string) (info, error) {
	var i info
	body, err := os.ReadFile(filepath.Join(dir, infoFile))
	if errors.Is(err, fs.ErrNotExist) {
		return i, nil
	}
	if err != nil {
		return i, fmt.Errorf("read the stack's addresses: %w", err)
	}
	if err := json.Unmarshal(body, &i); err != nil {
		return i, fmt.Errorf("read the stack's addresses: %w", err)
	}
	return i, nil
}

// writeInfo replaces the file in one step: readers never see half of it.
func writeInfo(dir string, i info) error {
	body, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("write the stack's addresses: %w", err)
	}
	partial := filepath.Join(dir, infoFile+".new")
	if err := os.WriteFile(partial, body, 0o600); err != nil {
		return fmt.Errorf("write the stack's addresses: %w", err)
	}
	if err := os.Rename(partial, filepath.Join(dir, infoFile)); err != nil {
		return fmt.Errorf("write the stack's addresses: %w", err)
	}
	return nil
}

func answers(ctx context.Context, dsn string) bool {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return false
	}
	_ = conn.Close(ctx)
	return true
}

func wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(lookEvery):
		return nil
	}
}
