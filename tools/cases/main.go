// Command cases turns the output of `go test -json` into one line per
// acceptance case:
//
//	money 41 pass
//	storefront 17 absent
//	A 44 skip
//	CC 3 fail
//
// A case is tested by top-level tests that carry its number: TestMoneyCase41,
// TestStorefrontCase17, TestCaseA44, TestCaseCC3, TestCaseC7, with anything but a
// digit after it (TestMoneyCase41_Refund); subtests speak through them. Of several tests of one case the
// worst result counts; a case that no test names is absent. It exits with 1
// when a case failed or a package could not be built.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
)

// families in the order of printing, with the highest number of each.
var families = []struct {
	name  string
	cases int
}{{"money", 57}, {"storefront", 94}, {"A", 70}, {"CC", 20}, {"C", 12}}

// caseOf maps the words of a test's name to its family.
var caseOf = map[string]string{"MoneyCase": "money", "StorefrontCase": "storefront", "CaseA": "A", "CaseCC": "CC", "CaseC": "C"}

var testName = regexp.MustCompile(`^Test(MoneyCase|StorefrontCase|CaseA|CaseCC|CaseC)(\d+)(?:[^\d/][^/]*)?$`)

// event is the part of a test2json record that counts here.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

type number struct {
	family string
	n      int
}

// severity orders results: the worst of a case's tests is the case's.
var severity = map[string]int{"pass": 1, "skip": 2, "fail": 3}

func main() {
	failed, err := run(os.Stdin, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "cases:", err)
		os.Exit(2)
	}
	if failed {
		os.Exit(1)
	}
}

// run reads events until in ends. Output of failing cases goes to diag.
func run(in io.Reader, out, diag io.Writer) (failed bool, err error) {
	results := map[number]string{}
	output := map[string]string{}
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		var e event
		if json.Unmarshal(scanner.Bytes(), &e) != nil {
			fmt.Fprintln(diag, scanner.Text()) // what go itself says about a broken build
			continue
		}
		switch {
		case e.Action == "build-output":
			_, _ = io.WriteString(diag, e.Output)
		case e.Action == "build-fail":
			failed = true
		case e.Action == "fail" && e.Test == "":
			fmt.Fprintf(diag, "package %s failed\n", e.Package)
			failed = true
		case e.Action == "output" && e.Test != "":
			output[e.Package+e.Test] += e.Output
		}
		m := testName.FindStringSubmatch(e.Test)
		if m == nil || severity[e.Action] == 0 {
			continue
		}
		n, err := strconv.Atoi(m[2])
		if err != nil {
			return false, fmt.Errorf("number of %s: %w", e.Test, err)
		}
		key := number{caseOf[m[1]], n}
		if severity[e.Action] > severity[results[key]] {
			results[key] = e.Action
		}
		if e.Action == "fail" {
			_, _ = io.WriteString(diag, output[e.Package+e.Test])
		}
	}
	if err := scanner.Err(); err != nil {
		return false, err
	}
	return report(results, out, failed)
}

// report writes the families' lines; a number outside its family is an error,
// because a typing mistake would otherwise count as work done.
func report(results map[number]string, out io.Writer, failed bool) (bool, error) {
	w := bufio.NewWriter(out)
	for _, family := range families {
		for n := 1; n <= family.cases; n++ {
			key := number{family.name, n}
			result := results[key]
			if result == "" {
				result = "absent"
			}
			failed = failed || result == "fail"
			_, _ = fmt.Fprintf(w, "%s %d %s\n", family.name, n, result)
			delete(results, key)
		}
	}
	var unknown []error
	for key := range results {
		unknown = append(unknown, fmt.Errorf("a test names case %s %d, which does not exist", key.family, key.n))
	}
	return failed, errors.Join(append(unknown, w.Flush())...)
}
