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
// Nothing is written beside the sources: the compiler reads the changed files through an overlay, once, with all mutants
// in them (see weave.go).
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
	"slices"
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
	all := s.mutants(o.seed)
	if o.only != nil {
		all = slices.DeleteFunc(all, func(m mutant) bool { return !o.only.MatchString(m.String()) })
	}
	if all, err = s.viable(all); err != nil {
		return t, err
	}
	var picked, left []mutant
	for _, m := range all {
		switch {
		case len(reach.of(m)) == 0:
			left = append(left, m)
		case o.sample == 0 || len(picked) < o.sample:
			picked = append(picked, m)
		}
	}
	t.uncovered = len(left)
	if err := lab.prepare(ctx, picked); err != nil {
		return t, err
	}
	for i, m := range picked {
		killer, err := lab.try(ctx, i, reach.of(m))
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
