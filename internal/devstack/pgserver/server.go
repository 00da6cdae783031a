package pgserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/devstack/child"
)

// Superuser owns the cluster and everything that migrations create in it.
const Superuser = "workfluence"

const (
	readyTimeout = 60 * time.Second // recovery after a hard kill is included
	stopTimeout  = 30 * time.Second
	maxSocketDir = 108 - len("/.s.PGSQL.5432") - 1 // sun_path limit of Linux
)

// Options of a cluster. Dir is its folder: made if absent, reused if present.
type Options struct {
	Dir      string
	Bin      string            // folder of initdb and postgres; "" = Find
	Settings map[string]string // extra server settings; fsync stays on unless set here
	Log      *slog.Logger
}

// Server is a running cluster.
type Server struct {
	run  string
	proc *child.Process
}

// Start makes the cluster if needed, runs it and returns once it answers
// queries. If another process is still shutting the same cluster down, Start
// waits for it.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Bin == "" {
		bin, err := Find(ctx, filepath.Join(o.Dir, "npm"), o.Log)
		if err != nil {
			return nil, err
		}
		o.Bin = bin
	}
	account, err := unprivileged()
	if err != nil {
		return nil, err
	}
	bin, err := account.reachable(o.Bin, filepath.Join(o.Dir, "native"))
	if err != nil {
		return nil, err
	}
	data, run := filepath.Join(o.Dir, "data"), filepath.Join(o.Dir, "run")
	if len(run) > maxSocketDir {
		return nil, fmt.Errorf("the path %s is too long for a Unix socket (limit %d): choose a shorter state folder", run, maxSocketDir)
	}
	for _, dir := range []string{data, run} {
		if err := account.mkdir(dir); err != nil {
			return nil, err
		}
	}
	if err := initialise(ctx, bin, data, account); err != nil {
		return nil, err
	}
	s := &Server{run: run}
	deadline, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	for {
		retry, err := s.launch(deadline, bin, data, o, account)
		if err == nil {
			return s, nil
		}
		if !retry || deadline.Err() != nil {
			return nil, err
		}
		pause(deadline, 100*time.Millisecond)
	}
}

// initialise runs initdb once. An interrupted initdb leaves no PG_VERSION in
// the final place because it works in a sibling folder that is renamed last.
func initialise(ctx context.Context, bin, data string, a account) error {
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err == nil {
		return nil
	}
	fresh := data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("clear %s: %w", fresh, err)
	}
	if err := a.mkdir(fresh); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"),
		"-D", fresh, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "HOME=/")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: a.credential}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}
	if err := os.Remove(data); err != nil {
		return fmt.Errorf("replace %s (it holds files but no cluster): %w", data, err)
	}
	if err := os.Rename(fresh, data); err != nil {
		return fmt.Errorf("put the cluster in place: %w", err)
	}
	return nil
}

// launch runs the server and waits for its first answer. retry says that a
// dying predecessor still held the data folder.
func (s *Server) launch(ctx context.Context, bin, data string, o Options, a account) (retry bool, err error) {
	args := []string{"-D", data, "-c", "listen_addresses=", "-c", "unix_socket_directories=" + s.run}
	for name, value := range o.Settings {
		args = append(args, "-c", name+"="+value)
	}
	logFile := filepath.Join(o.Dir, "postgres.log")
	before := fileSize(logFile)
	s.proc, err = child.Start(child.Spec{
		Path: filepath.Join(bin, "postgres"), Args: args, Dir: "/", LogFile: logFile,
		Credential: a.credential, Death: syscall.SIGINT,
	})
	if err != nil {
		return false, err
	}
	for {
		select {
		case <-s.proc.Done():
			said := tail(logFile, before)
			held := bytes.Contains(said, []byte("postmaster.pid")) || bytes.Contains(said, []byte("shared memory block")) ||
				bytes.Contains(said, []byte("could not lock"))
			return held, fmt.Errorf("PostgreSQL did not start: %w: %s", s.proc.Err(), said)
		case <-ctx.Done():
			return false, errors.Join(fmt.Errorf("PostgreSQL did not answer: %w", ctx.Err()), s.Stop())
		case <-time.After(10 * time.Millisecond):
		}
		if !s.holds(data) {
			continue
		}
		if conn, err := pgx.Connect(ctx, s.DSN("postgres")); err == nil {
			_ = conn.Close(ctx)
			return false, nil
		}
	}
}

// holds reports whether the data folder is locked by our server: the socket
// alone could still be answered by a predecessor.
func (s *Server) holds(data string) bool {
	lock, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return false
	}
	pid, _, _ := bytes.Cut(lock, []byte("\n"))
	return string(bytes.TrimSpace(pid)) == strconv.Itoa(s.proc.PID())
}

// DSN is the connection string of a database for the cluster's owner.
func (s *Server) DSN(database string) string { return DSN(s.run, database) }

// DSN is the connection string over the socket in folder run. It is a URL
// because golang-migrate and pgx both read that form.
func DSN(run, database string) string {
	return fmt.Sprintf("postgres:///%s?host=%s&user=%s&sslmode=disable", url.PathEscape(database), url.QueryEscape(run), Superuser)
}

// Done is closed when the server has exited.
func (s *Server) Done() <-chan struct{} { return s.proc.Done() }

// PID is the process id of the postmaster.
func (s *Server) PID() int { return s.proc.PID() }

// Stop shuts down fast and cleanly: sessions end, work is flushed to disk.
func (s *Server) Stop() error { return s.proc.Stop(syscall.SIGINT, stopTimeout) }

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// tail is what was logged since offset from.
func tail(path string, from int64) []byte {
	all, err := os.ReadFile(path)
	if err != nil || int64(len(all)) < from {
		return nil
	}
	return bytes.TrimSpace(all[from:])
}
