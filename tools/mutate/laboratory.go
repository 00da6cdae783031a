package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// A mutant may be slow where its test is not; past this many times the test's own time and the grace, it hangs.
	slower = 10
	grace  = time.Minute
	// The tests that are tried first: most mutants die here.
	quick = 5 * time.Second
	// A loop that was turned round must not take the machine with it: kilobytes of address space for the tests.
	space = "16000000"
)

// laboratory builds and runs the tests of a package.
type laboratory struct {
	*source
	work   string                   // for binaries and profiles
	took   map[string]time.Duration // each test by itself
	flags  []string                 // for the tests, whatever is tried
	binary string                   // of the tests, with the mutants in it
}

// build compiles the tests to a file in the working folder.
func (l *laboratory) build(ctx context.Context, name string, flags ...string) (string, error) {
	binary := filepath.Join(l.work, name)
	args := append([]string{"test", "-c", "-ldflags=-s -w", "-o", binary}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(args, l.path)...)
	cmd.Dir = l.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the tests: %w: %s", err, out)
	}
	return binary, nil
}

// measure runs each test by itself and learns which lines it reaches. A test that fails without any mutant is an error.
func (l *laboratory) measure(ctx context.Context) (reach, error) {
	r := reach{}
	binary, err := l.build(ctx, "covered.test", "-cover", "-covermode=set")
	if err != nil {
		return r, err
	}
	// Tests by rapid would write what failed beside the sources, after half a minute's search for a smaller example, and
	// would find it by chance: two runs are to count the same.
	if rapid := []string{"-rapid.nofailfile", "-rapid.shrinktime=0s", "-rapid.seed=1"}; exec.CommandContext(ctx, binary, append(rapid, "-test.list=^$")...).Run() == nil {
		l.flags = append(l.flags, rapid...)
	}
	list := exec.CommandContext(ctx, binary, "-test.list=^(Test|Fuzz|Example)")
	list.Dir = l.dir
	names, err := list.Output()
	if err != nil {
		return r, fmt.Errorf("list the tests: %w", err)
	}
	l.took = map[string]time.Duration{}
	profile := filepath.Join(l.work, "cover.out")
	for _, test := range strings.Fields(string(names)) {
		failed, took, err := l.run(ctx, binary, "", time.Hour, []string{test}, "-test.coverprofile="+profile)
		if err != nil {
			return r, err
		}
		if failed != "" {
			return r, fmt.Errorf("without any mutant: %s", failed)
		}
		l.took[test] = took
		if err := r.add(test, profile); err != nil {
			return r, err
		}
	}
	if len(l.took) == 0 {
		return r, errors.New("no tests")
	}
	return r, nil
}

// prepare compiles the mutants, all into one binary.
func (l *laboratory) prepare(ctx context.Context, mutants []mutant) error {
	files, _ := l.weave(mutants)
	replace := map[string]string{}
	for name, text := range files {
		replace[name] = filepath.Join(l.work, filepath.Base(name))
		if err := os.WriteFile(replace[name], text, 0o600); err != nil {
			return err
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	name := filepath.Join(l.work, "overlay.json")
	if err := os.WriteFile(name, overlay, 0o600); err != nil {
		return err
	}
	l.binary, err = l.build(ctx, "mutants.test", "-overlay", name)
	return err
}

// try says which test kills a mutant, by its place in the list that was prepared, or "" if it survives them all.
func (l *laboratory) try(ctx context.Context, number int, tests []string) (killer string, err error) {
	for _, batch := range l.batches(tests) {
		limit := grace
		for _, test := range batch {
			limit += slower * l.took[test]
		}
		if killer, _, err = l.run(ctx, l.binary, strconv.Itoa(number), limit, batch); killer != "" || err != nil {
			return killer, err
		}
	}
	return "", nil
}

// batches are the quickest tests, then the rest.
func (l *laboratory) batches(tests []string) [][]string {
	tests = slices.Clone(tests)
	slices.SortStableFunc(tests, func(a, b string) int { return int(l.took[a] - l.took[b]) })
	var sum time.Duration
	for i, test := range tests {
		if sum += l.took[test]; sum > quick && i > 0 {
			return [][]string{tests[:i], tests[i:]}
		}
	}
	return [][]string{tests}
}

var verdict = regexp.MustCompile(`^\s*--- (PASS|FAIL|SKIP): (\S+) \((\S+)\)`)

// run runs some tests until one fails, and names it; what ends without naming a test is named by its end. The time is
// what the tests themselves say they took, their parts one after the other.
func (l *laboratory) run(ctx context.Context, binary, mutant string, limit time.Duration, tests []string, flags ...string) (failed string, took time.Duration, err error) {
	deadline, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	args := []string{"-c", `ulimit -v ` + space + `; exec "$@"`, "sh", binary, "-test.v", "-test.failfast", "-test.timeout=0", "-test.run=^(" + strings.Join(tests, "|") + ")$"}
	cmd := exec.CommandContext(deadline, "sh", slices.Concat(args, l.flags, flags)...)
	cmd.Dir, cmd.Env = l.dir, append(os.Environ(), switchEnv+"="+mutant)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // what the tests start ends with them
	end := func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Cancel, cmd.WaitDelay = end, time.Second
	read, write, err := os.Pipe()
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = read.Close() }()
	cmd.Stdout, cmd.Stderr = write, write
	err = cmd.Start()
	_ = write.Close()
	if err != nil {
		return "", 0, err
	}
	lines := bufio.NewScanner(read)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		v := verdict.FindStringSubmatch(lines.Text())
		if v == nil {
			continue
		}
		if v[1] == "FAIL" {
			failed = v[2]
			_ = end()
			break
		}
		if d, err := time.ParseDuration(v[3]); err == nil {
			took += d
		}
	}
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return "", 0, ctx.Err()
	case failed != "":
		return failed, took, nil
	case deadline.Err() != nil:
		return "hangs", took, nil
	case err != nil:
		return err.Error(), took, nil
	}
	return "", took, nil
}
