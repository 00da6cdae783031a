package redisserver_test

import (
	"bytes"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/devstack/redisserver"
)

func dir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "wfr")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func TestKeptDataSurvivesAStop(t *testing.T) {
	t.Parallel()
	s, err := redisserver.Start(t.Context(), redisserver.Options{Dir: dir(t), Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Kill() })
	if !s.Real() {
		t.Skip("redis-server is not installed; the imitation keeps nothing")
	}
	c := redis.NewClient(s.Options())
	t.Cleanup(func() { _ = c.Close() })
	if err := c.Set(t.Context(), "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Get(t.Context(), "k").Result(); err != nil || got != "v" {
		t.Errorf("after the stop: %q, %v", got, err)
	}
}

func TestImitationSaysSoLoudly(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	var log bytes.Buffer
	s, err := redisserver.Start(t.Context(), redisserver.Options{Dir: dir(t), Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	if s.Real() || !strings.Contains(log.String(), "level=WARN") {
		t.Errorf("real=%v, log: %s", s.Real(), log.String())
	}
	network, addr := s.Network()
	if !redisserver.Reachable(t.Context(), network, addr) {
		t.Errorf("nothing answers at %s %s", network, addr)
	}
}

func TestTooLongSocketPathIsExplained(t *testing.T) {
	t.Parallel()
	s, err := redisserver.Start(t.Context(), redisserver.Options{Dir: dir(t) + "/" + strings.Repeat("x", 100)})
	if err == nil {
		_ = s.Kill()
		if s.Real() {
			t.Fatal("started with a path longer than a socket may have")
		}
		return
	}
	if !strings.Contains(err.Error(), "shorter") {
		t.Errorf("unhelpful: %v", err)
	}
}

// A program that was killed leaves a Redis on its way out. The next one in the same folder must outlast it: the
// leaving one removes the socket by its name.
func TestASuccessorWaitsForTheLeavingOne(t *testing.T) {
	t.Parallel()
	o := redisserver.Options{Dir: dir(t), Keep: true}
	leaving, err := redisserver.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if !leaving.Real() {
		t.Skip("redis-server is not installed; the imitation leaves with its program")
	}
	c := redis.NewClient(leaving.Options())
	t.Cleanup(func() { _ = c.Close() })
	if err := c.Set(t.Context(), "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	left := make(chan error, 1)
	go func() { left <- leaving.Stop() }()
	next, err := redisserver.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = next.Kill() })
	if err := <-left; err != nil {
		t.Fatal(err)
	}
	fresh := redis.NewClient(next.Options())
	t.Cleanup(func() { _ = fresh.Close() })
	if got, err := fresh.Get(t.Context(), "k").Result(); err != nil || got != "v" {
		t.Errorf("the successor answers %q, %v", got, err)
	}
}
