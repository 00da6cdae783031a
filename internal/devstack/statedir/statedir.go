// Package statedir decides where development state lives: the database
// cluster, caught mails, the demo clock. Never inside the repository, and never
// below a folder that PostgreSQL's unprivileged account cannot walk into.
package statedir

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/workfluence/workfluence/internal/devstack/pgserver"
)

// Env overrides the choice; its value is used as it is.
const Env = "WORKFLUENCE_STATE_DIR"

// Default returns the state folder of the checkout at root, made if absent:
// $WORKFLUENCE_STATE_DIR, else a folder named by a hash of root below
// $XDG_STATE_HOME (or ~/.local/state), else below the system's temporary
// folder. Two checkouts never share one.
func Default(root string) (string, error) {
	if dir := os.Getenv(Env); dir != "" {
		dir, err := filepath.Abs(dir)
		if err != nil {
			return "", fmt.Errorf("resolve %s: %w", Env, err)
		}
		return dir, Make(dir)
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return "", fmt.Errorf("resolve the checkout's folder: %w", err)
	}
	sum := sha256.Sum256([]byte(root))
	dir := filepath.Join(base(), "workfluence-"+hex.EncodeToString(sum[:6]))
	return dir, Make(dir)
}

// Tools returns the folder of downloaded programs, shared by all checkouts of
// this account and never wiped with their state; made if absent.
func Tools() (string, error) {
	dir := filepath.Join(base(), fmt.Sprintf("workfluence-tools-%d", os.Geteuid()))
	return dir, Make(dir)
}

// base is where state folders go. Root's home is usually closed to everybody
// else, so root falls through to the temporary folder.
func base() string {
	if home := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(home) && open(home) {
		return home
	}
	if home, err := os.UserHomeDir(); err == nil && open(home) {
		return filepath.Join(home, ".local", "state")
	}
	return os.TempDir()
}

func open(dir string) bool {
	if _, err := os.Stat(dir); err != nil {
		return false
	}
	closed, _, err := pgserver.Closed(dir)
	return err == nil && closed == ""
}

// Make creates dir, or checks that it is ours: a shared temporary folder lets
// anyone create a name before us. PostgreSQL's account must be able to walk in.
func Make(dir string) error {
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return fmt.Errorf("make the state folder: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("look at the state folder: %w", err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || stat.Uid != uint32(os.Geteuid()) {
		return fmt.Errorf("%s exists but is not a folder of this account: remove it or set %s", dir, Env)
	}
	closed, who, err := pgserver.Closed(dir)
	if err != nil {
		return err
	}
	if closed != "" {
		return fmt.Errorf("PostgreSQL does not run as root but as %s, who may not walk into %s: set %s to a folder elsewhere, /var/tmp/workfluence for instance, or let everybody pass with chmod o+x %s",
			who, closed, Env, closed)
	}
	return nil
}
