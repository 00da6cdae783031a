package turns

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Script is a limit that PostgreSQL's own pgbench runs: the rows of one piece of work, written statement by statement by a client in C
// that asks nothing. The script of each client counts in :i, which begins at 0 and which it raises itself; :first and :client_id make
// its numbers its own, over all turns: the n-th piece of work of a client is number (:first + :i) * :clients + :client_id.
type Script struct {
	DSN     string            // of the database
	Path    string            // of the script
	Clients int               // how many write at the same time
	Vars    map[string]string // more variables of the script

	first int
}

// Turn is a Race's LimitTurn. It skips the benchmark where there is no pgbench.
func (s *Script) Turn(b *testing.B) func(length time.Duration) (Side, error) {
	b.Helper()
	bin := pgbench()
	if bin == "" {
		b.Skip("pgbench, which comes with PostgreSQL, is not on this machine")
	}
	return func(length time.Duration) (Side, error) {
		dir, err := os.MkdirTemp("", "pgbench-")
		if err != nil {
			return Side{}, err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		clients, seconds := strconv.Itoa(s.Clients), strconv.Itoa(max(1, int(length.Seconds())))
		args := []string{
			"--no-vacuum", "--protocol=prepared", "--client=" + clients, "--jobs=2", "--time=" + seconds, "--file=" + s.Path,
			"--log", "--log-prefix=" + filepath.Join(dir, "log"), "-Di=0", "-Dclients=" + clients, "-Dfirst=" + strconv.Itoa(s.first),
		}
		for _, name := range slices.Sorted(maps.Keys(s.Vars)) {
			args = append(args, "-D"+name+"="+s.Vars[name])
		}
		out, err := exec.CommandContext(context.Background(), bin, append(args, s.DSN)...).CombinedOutput()
		if err != nil {
			return Side{}, fmt.Errorf("pgbench: %w: %s", err, out)
		}
		side, most, err := readLogs(dir)
		if err != nil {
			return Side{}, err
		}
		s.first += most + 1 // what was under way at the end may have been written and not logged
		if side.PerSecond, err = rate(string(out)); err != nil {
			return Side{}, err
		}
		return side, nil
	}
}

// pgbench is where the program is, "" for nowhere: Debian keeps it beside the server and links it for some versions only.
func pgbench() string {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if err != nil || len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}

var tps = regexp.MustCompile(`(?m)^tps = ([0-9.]+) `)

// rate reads the transactions a second, without the time that connecting took.
func rate(out string) (float64, error) {
	m := tps.FindStringSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("pgbench gave no rate: %s", out)
	}
	return strconv.ParseFloat(m[1], 64)
}

// readLogs reads what pgbench wrote of each transaction ("client number µs …"), and how many the busiest client made.
func readLogs(dir string) (side Side, most int, err error) {
	var times []time.Duration
	done := map[string]int{}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			fields := strings.Fields(lines.Text())
			if len(fields) < 3 {
				continue
			}
			µs, err := strconv.ParseInt(fields[2], 10, 64)
			if err != nil {
				return fmt.Errorf("pgbench's log: %w", err)
			}
			times = append(times, time.Duration(µs)*time.Microsecond)
			done[fields[0]]++
			most = max(most, done[fields[0]])
		}
		return lines.Err()
	})
	if err == nil && len(times) == 0 {
		err = errors.New("pgbench finished nothing")
	}
	if err != nil {
		return side, 0, err
	}
	slices.Sort(times)
	side.P99 = times[len(times)*99/100]
	return side, most, nil
}
