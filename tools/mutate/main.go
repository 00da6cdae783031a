// Command mutate counts how many small faults a package's tests notice:
//
//	mutate -sample 150 -least 90 ./billing ./internal/money
//
// It changes one thing at a time (a comparison, a sign, a bound, a call left out, an error not returned: see
// operators.go), runs the tests that reach the changed line, and prints a line per mutant:
//
//	killed       billing/fees.go:41:12 share: < -> <= (TestMoneyCase13)
//	survived     billing/fees.go:44:3 share: + -> -
//	not covered  billing/fees.go:58:9 share: return err -> return nil
//
// Mutants that don't compile and generated files don't count; those in lines that no test reaches are listed and
// left out of the percentage, which is killed of (killed + survived). A mutant under which the tests hang is killed.
// Nothing is written beside the sources: the compiler reads the changed file through an overlay.
//
// A sample is the mutants whose hash with the seed is least, so that it stays nearly the same from one commit to the
// next. The exit code is 1 when a package has less than -least percent.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
)

// options are what the command line says.
type options struct {
	seed   uint64
	sample int            // mutants to try in each package; 0 = all
	only   *regexp.Regexp // tries those whose line in the report matches; nil = all
	least  int            // percent
	short  bool           // leaves out the tests that -test.short leaves out
}

func main() {
	var o options
	only := flag.String("only", "", "try only mutants whose line in the report matches this regular expression")
	flag.Uint64Var(&o.seed, "seed", 1, "picks the sample")
	flag.IntVar(&o.sample, "sample", 0, "how many mutants to try in each package (0 = all)")
	flag.IntVar(&o.least, "least", 0, "fail below this percentage of killed mutants")
	flag.BoolVar(&o.short, "short", false, "leave out long tests: quicker, and at most too few are killed")
	flag.Parse()
	if *only != "" {
		o.only = regexp.MustCompile(*only)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	enough, err := run(ctx, os.Stdout, o, flag.Args()...)
	stop()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	case !enough:
		os.Exit(1)
	}
}

// run tries the packages one after the other and reports whether each has its least percentage.
func run(ctx context.Context, out io.Writer, o options, patterns ...string) (enough bool, err error) {
	work, err := os.MkdirTemp("", "mutate-")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	sources, err := load(ctx, patterns)
	if err != nil {
		return false, err
	}
	enough = true
	for _, s := range sources {
		t, err := try(ctx, out, o, work, s)
		if err != nil {
			return false, fmt.Errorf("%s: %w", s.path, err)
		}
		enough = enough && t.percent() >= float64(o.least)
	}
	return enough, nil
}

// tally counts the mutants of a package.
type tally struct{ killed, survived, uncovered int }

func (t tally) percent() float64 {
	if t.killed+t.survived == 0 {
		return 100
	}
	return 100 * float64(t.killed) / float64(t.killed+t.survived)
}

// try runs the package's tests against its mutants, and prints each as soon as it is known.
func try(ctx context.Context, out io.Writer, o options, work string, s *source) (tally, error) {
	var t tally
	lab := &laboratory{source: s, work: work}
	if o.short {
		lab.flags = append(lab.flags, "-test.short")
	}
	reach, err := lab.measure(ctx)
	if err != nil {
		return t, err
	}
	var left []string
	for _, m := range s.mutants(o.seed) {
		if o.only != nil && !o.only.MatchString(m.String()) {
			continue
		}
		tests := reach.of(m)
		if o.sample > 0 && t.killed+t.survived == o.sample && len(tests) > 0 || !s.compiles(m) {
			continue
		}
		if len(tests) == 0 {
			t.uncovered++
			left = append(left, m.String())
			continue
		}
		killer, err := lab.try(ctx, m, tests)
		switch {
		case err != nil:
			return t, fmt.Errorf("%s: %w", m, err)
		case killer != "":
			t.killed++
			_, _ = fmt.Fprintf(out, "killed       %s (%s)\n", m, killer)
		default:
			t.survived++
			_, _ = fmt.Fprintf(out, "survived     %s\n", m)
		}
	}
	for _, m := range left {
		_, _ = fmt.Fprintf(out, "not covered  %s\n", m)
	}
	_, err = fmt.Fprintf(out, "%s: %d killed, %d survived: %.1f %%; %d not covered\n", s.path, t.killed, t.survived, t.percent(), t.uncovered)
	return t, err
}
