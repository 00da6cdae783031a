// Package redisserver runs a private Redis for `serve --dev` and the tests:
// redis-server where the machine has it, else an imitation in this process.
//
// The imitation (miniredis) speaks TCP on loopback, keeps nothing on disk and
// knows no clock of its own, so a ticker lets its keys expire second by
// second. Everything the product does works on both; what is known to differ
// (CLIENT TRACKING, FUNCTION, CONFIG) the product does not use.
package redisserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/devstack/child"
)

const (
	readyTimeout = 30 * time.Second
	stopTimeout  = 10 * time.Second
	maxSocket    = 108 - 1 // sun_path limit of Linux
)

// Options of a server. Dir holds its socket, log and, if Keep, its data.
type Options struct {
	Dir       string
	Keep      bool // data survives a stop
	Databases int  // 0 = Redis's own 16
	Imitation bool // even if redis-server is there
	// Addr is where the imitation should listen; "" = any free loopback port.
	Addr string
	Log  *slog.Logger
}

// Server is a running Redis.
type Server struct {
	opts   Options
	binary string // "" = imitation
	proc   *child.Process
	mini   *miniredis.Miniredis
	stop   chan struct{} // ends the imitation's ticker
}

// Start runs a server and returns once it answers.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{opts: o}
	if !o.Imitation {
		s.binary, _ = exec.LookPath("redis-server")
	}
	if s.binary == "" {
		o.Log.Warn("redis-server is not installed: an imitation in this process takes its place, nothing in it survives a stop")
	} else if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make folder for Redis: %w", err)
	}
	return s, s.Restart(ctx)
}

// Real reports whether this is redis-server rather than the imitation.
func (s *Server) Real() bool { return s.binary != "" }

// Restart starts the server again at the same address after Stop or Kill.
func (s *Server) Restart(ctx context.Context) error {
	if s.binary == "" {
		return s.startImitation()
	}
	socket := s.socket()
	if len(socket) > maxSocket {
		return fmt.Errorf("the path %s is too long for a Unix socket (limit %d): choose a shorter state folder", socket, maxSocket)
	}
	if err := s.awaitFree(ctx); err != nil {
		return err
	}
	args := []string{"--port", "0", "--unixsocket", socket, "--unixsocketperm", "700", "--dir", s.opts.Dir, "--daemonize", "no",
		"--appendonly", "no", "--save", ""}
	if s.opts.Keep {
		args[len(args)-1] = "60 1" // also written by every orderly stop
	}
	if s.opts.Databases > 0 {
		args = append(args, "--databases", strconv.Itoa(s.opts.Databases))
	}
	proc, err := child.Start(child.Spec{
		Path: s.binary, Args: args, Dir: s.opts.Dir,
		LogFile: filepath.Join(s.opts.Dir, "redis.log"), Death: syscall.SIGTERM,
	})
	if err != nil {
		return err
	}
	s.proc = proc
	return s.awaitReady(ctx)
}

// awaitFree waits for a predecessor that is still on its way out, whose program was killed a moment ago: it saves
// its data first, and its last act is to remove the socket, be it ours by then.
func (s *Server) awaitFree(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	for Reachable(ctx, "unix", s.socket()) {
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
	if ctx.Err() != nil {
		return fmt.Errorf("another Redis holds %s and does not leave: %w", s.socket(), ctx.Err())
	}
	return nil
}

func (s *Server) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	client := redis.NewClient(s.Options())
	defer func() { _ = client.Close() }()
	for {
		if client.Ping(ctx).Err() == nil {
			return nil
		}
		select {
		case <-s.proc.Done():
			return fmt.Errorf("redis-server ended at once (see %s): %w", filepath.Join(s.opts.Dir, "redis.log"), s.proc.Err())
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("redis-server did not answer: %w", ctx.Err()), s.Kill())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (s *Server) startImitation() error {
	mini := miniredis.NewMiniRedis()
	addr := s.opts.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	if err := mini.StartAddr(addr); err != nil {
		if s.opts.Addr == "" || !errors.Is(err, syscall.EADDRINUSE) {
			return fmt.Errorf("start the imitation of Redis: %w", err)
		}
		if err := mini.StartAddr("127.0.0.1:0"); err != nil {
			return fmt.Errorf("start the imitation of Redis: %w", err)
		}
	}
	s.opts.Addr = mini.Addr()
	s.mini, s.stop = mini, make(chan struct{})
	go tick(mini, s.stop)
	return nil
}

// tick moves the imitation's time with the wall's.
func tick(mini *miniredis.Miniredis, stop <-chan struct{}) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
			mini.FastForward(time.Second)
		}
	}
}

func (s *Server) socket() string { return filepath.Join(s.opts.Dir, "redis.sock") }

// Network and address of the server: "unix" and a path, or "tcp" and host:port.
func (s *Server) Network() (network, addr string) {
	if s.binary == "" {
		return "tcp", s.opts.Addr
	}
	return "unix", s.socket()
}

// Options for a client of database 0.
func (s *Server) Options() *redis.Options {
	network, addr := s.Network()
	return &redis.Options{Network: network, Addr: addr}
}

// Stop ends the server in order; with Keep, its data is written first.
func (s *Server) Stop() error {
	if s.binary == "" {
		s.closeImitation()
		return nil
	}
	return s.proc.Stop(syscall.SIGTERM, stopTimeout)
}

// Kill ends the server at once, as a crash does: what was not saved is lost.
func (s *Server) Kill() error {
	if s.binary == "" {
		s.closeImitation()
		return nil
	}
	return s.proc.Stop(syscall.SIGKILL, stopTimeout)
}

func (s *Server) closeImitation() {
	if s.mini == nil {
		return
	}
	close(s.stop)
	s.mini.Close()
	s.mini = nil
}

// Reachable reports whether something listens at the address.
func Reachable(ctx context.Context, network, addr string) bool {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, addr)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}
