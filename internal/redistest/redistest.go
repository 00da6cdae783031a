// Package redistest gives tests a Redis: redis-server where the machine has it,
// else an imitation with a ticking clock (see internal/devstack/redisserver).
//
// Client is cheap: all tests of a process share one server, each with a
// numbered database of its own (pub/sub channels are shared, as Redis has it).
// A test that flushes everything, kills or restarts takes a Server for itself.
package redistest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/devstack/redisserver"
)

// databases bounds the Clients of one test process that has redis-server.
const databases = 4096

var (
	next   atomic.Int64
	common = sync.OnceValues(startCommon)
)

// startCommon names the folder by this process: no hook tells when the last test
// of a process is over. The server dies with the process, and the folder is
// removed by the next process that comes here.
func startCommon() (*redisserver.Server, error) {
	prefix := filepath.Join(os.TempDir(), "wfredis-common-")
	old, _ := filepath.Glob(prefix + "*")
	for _, dir := range old {
		pid, err := strconv.Atoi(strings.TrimPrefix(dir, prefix))
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(dir)
		}
	}
	dir := prefix + strconv.Itoa(os.Getpid())
	s, err := redisserver.Start(context.Background(), redisserver.Options{Dir: dir, Databases: databases})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Client returns a client of an empty database that no other test sees.
func Client(t testing.TB) *redis.Client {
	t.Helper()
	s, err := common()
	if err != nil {
		t.Fatalf("redistest: %v", err)
	}
	if !s.Real() {
		return NewServer(t).Client(t) // the imitation is light, and knows 16 databases only
	}
	options := s.Options()
	options.DB = int(next.Add(1))
	return client(t, options)
}

func client(t testing.TB, options *redis.Options) *redis.Client {
	c := redis.NewClient(options)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// Server is a Redis of one test.
type Server struct {
	*redisserver.Server
}

// NewServer starts a Redis that ends with the test.
func NewServer(t testing.TB) *Server {
	t.Helper()
	return start(t, redisserver.Options{})
}

func start(t testing.TB, o redisserver.Options) *Server {
	t.Helper()
	// t.TempDir carries the test's name: too long for a socket.
	dir, err := os.MkdirTemp("", "wfredis")
	if err != nil {
		t.Fatalf("redistest: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	o.Dir = dir
	s, err := redisserver.Start(t.Context(), o)
	if err != nil {
		t.Fatalf("redistest: %v", err)
	}
	t.Cleanup(func() { _ = s.Kill() })
	return &Server{s}
}

// Client returns a client that reconnects by itself after Kill and Restart.
func (s *Server) Client(t testing.TB) *redis.Client {
	t.Helper()
	return client(t, s.Options())
}

// Flush wipes every database: what is left of an operator's accident.
func (s *Server) Flush(t testing.TB) {
	t.Helper()
	if err := s.Client(t).FlushAll(t.Context()).Err(); err != nil {
		t.Fatalf("redistest: flush: %v", err)
	}
}

// Crash kills the server and starts it again at the same address, empty.
func (s *Server) Crash(t testing.TB) {
	t.Helper()
	if err := s.Kill(); err != nil {
		t.Fatalf("redistest: kill: %v", err)
	}
	if err := s.Restart(t.Context()); err != nil {
		t.Fatalf("redistest: restart: %v", err)
	}
}
