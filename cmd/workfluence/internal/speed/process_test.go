package speed_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tick is the unit of the times in /proc/PID/stat: 100 a second on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// process is what /proc says of one.
type process struct {
	pid, parent int
	name        string
	cpu         time.Duration // its own and that of its children that have ended
}

// processes lists all of the machine.
func processes(b *testing.B) map[int]process {
	b.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		b.Fatal(err)
	}
	all := map[int]process{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has just ended
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			b.Fatal(err)
		}
		// "pid (name) state ppid …": the name may hold anything but comes last before the bracket.
		open, end := strings.IndexByte(string(text), '('), strings.LastIndexByte(string(text), ')')
		fields := strings.Fields(string(text[end+1:]))
		p := process{pid: pid, name: string(text[open+1 : end])}
		p.parent, _ = strconv.Atoi(fields[1])
		for _, at := range []int{11, 12, 13, 14} { // utime stime cutime cstime
			n, _ := strconv.Atoi(fields[at])
			p.cpu += time.Duration(n) * tick
		}
		all[pid] = p
	}
	return all
}

// split is the CPU time of a process tree so far: the program, PostgreSQL, Redis.
func split(b *testing.B, root int) map[string]time.Duration {
	b.Helper()
	all := processes(b)
	sum := map[string]time.Duration{}
	for _, p := range all {
		for q := p; q.pid != 0; q = all[q.parent] {
			if q.pid != root {
				continue
			}
			switch {
			case strings.HasPrefix(p.name, "postgres"):
				sum["postgres"] += p.cpu
			case strings.HasPrefix(p.name, "redis"):
				sum["redis"] += p.cpu
			default:
				sum["workfluence"] += p.cpu
			}
			break
		}
	}
	return sum
}

// memory is the resident size of one process, in MB.
func memory(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				b.Fatal(err)
			}
			return float64(kb) / 1024
		}
	}
	b.Fatalf("process %d has no size", pid)
	return 0
}
