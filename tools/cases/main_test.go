package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	t.Parallel()
	in := strings.Join([]string{
		`{"Action":"run","Package":"p","Test":"TestMoneyCase41"}`,
		`{"Action":"pass","Package":"p","Test":"TestMoneyCase41"}`,
		`{"Action":"pass","Package":"p","Test":"TestMoneyCase4_Refund"}`,
		`{"Action":"skip","Package":"q","Test":"TestMoneyCase4"}`,
		`{"Action":"fail","Package":"p","Test":"TestMoneyCase5/inner"}`,
		`{"Action":"skip","Package":"p","Test":"TestCaseA44"}`,
		`{"Action":"output","Package":"p","Test":"TestCaseCC3","Output":"why it failed\n"}`,
		`{"Action":"fail","Package":"p","Test":"TestCaseCC3"}`,
		`{"Action":"pass","Package":"q","Test":"TestCaseCC3"}`,
		`{"Action":"pass","Package":"p","Test":"TestCaseC7"}`,
		`{"Action":"pass","Package":"p","Test":"TestSomethingElse"}`,
	}, "\n")
	var out, diag bytes.Buffer
	failed, err := run(strings.NewReader(in), &out, &diag)
	if err != nil {
		t.Fatal(err)
	}
	if !failed {
		t.Error("a failed case must fail the run")
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if want := 57 + 94 + 70 + 20 + 12; len(lines) != want {
		t.Errorf("%d lines, want %d", len(lines), want)
	}
	for _, want := range []string{"money 41 pass", "money 4 skip", "money 5 absent", "storefront 17 absent", "A 44 skip", "CC 3 fail", "C 7 pass"} {
		if !strings.Contains(out.String(), want+"\n") {
			t.Errorf("no line %q", want)
		}
	}
	if !strings.Contains(diag.String(), "why it failed") {
		t.Errorf("the reason is not shown: %s", diag.String())
	}
}

func TestAllGoodIsNoFailure(t *testing.T) {
	t.Parallel()
	failed, err := run(strings.NewReader(`{"Action":"pass","Package":"p","Test":"TestMoneyCase1"}`), &bytes.Buffer{}, &bytes.Buffer{})
	if failed || err != nil {
		t.Errorf("failed=%v, %v", failed, err)
	}
}

func TestBrokenBuildFails(t *testing.T) {
	t.Parallel()
	var diag bytes.Buffer
	in := `{"ImportPath":"p","Action":"build-output","Output":"x.go:1: syntax error\n"}` + "\n" + `{"ImportPath":"p","Action":"build-fail"}`
	failed, err := run(strings.NewReader(in), &bytes.Buffer{}, &diag)
	if !failed || err != nil || !strings.Contains(diag.String(), "syntax error") {
		t.Errorf("failed=%v, %v, %q", failed, err, diag.String())
	}
}

func TestUnknownCaseIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := run(strings.NewReader(`{"Action":"pass","Package":"p","Test":"TestMoneyCase58"}`), &bytes.Buffer{}, &bytes.Buffer{}); err == nil {
		t.Error("money has 57 cases")
	}
}
