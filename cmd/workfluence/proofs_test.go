package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/services/review/receipt"
)

const vectors = "../../services/review/receipt/testdata/"

// Both commands say yes to what is unchanged, and where it breaks otherwise.
func TestProofs(t *testing.T) {
	t.Parallel()
	key := keyFile{vectors + "key.txt"}
	spoilt := func(name, from, to string) string {
		body, err := os.ReadFile(vectors + name)
		if err != nil || !strings.Contains(string(body), from) {
			t.Fatal(name, err)
		}
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(strings.Replace(string(body), from, to, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	verify := func(receipt, post string) error {
		return (&receiptVerifyCmd{keyFile: key, Receipt: receipt, Post: post}).Run()
	}
	audit := func(log string, receipts ...string) error {
		return (&logAuditCmd{keyFile: key, Log: log, Checkpoints: []string{vectors + "checkpoint.txt"}, Receipts: receipts}).Run()
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"receipt":            {verify(vectors+"receipt.json", ""), ""},
		"receipt and post":   {verify(vectors+"receipt.json", vectors+"post.txt"), ""},
		"another decision":   {verify(spoilt("receipt.json", `"approved"`, `"rejected"`), ""), "the statement"},
		"another post":       {verify(vectors+"receipt.json", spoilt("post.txt", "four", "five")), "the post"},
		"log":                {audit(vectors+"log.jsonl", vectors+"receipt.json"), ""},
		"another row":        {audit(spoilt("log.jsonl", "05:30:02Z", "05:30:03Z")), "not what was signed"},
		"nothing to compare": {(&logAuditCmd{keyFile: key, Log: vectors + "log.jsonl"}).Run(), "you kept"},
		"no key":             {(&receiptVerifyCmd{keyFile: keyFile{vectors + "post.txt"}, Receipt: vectors + "receipt.json"}).Run(), "key file"},
	} {
		if c.want == "" && c.err != nil || c.want != "" && (c.err == nil || !strings.Contains(c.err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, c.err, c.want)
		}
	}
}

// TestCaseA52: the receipt, the post and the key file are all that it takes; nothing here is given an address.
func TestCaseA52(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(vectors + "key.txt")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := receipt.ParseKeys(raw)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(vectors + "receipt.json")
	if err != nil {
		t.Fatal(err)
	}
	words, err := os.ReadFile(vectors + "post.txt")
	if err != nil {
		t.Fatal(err)
	}
	post := string(words)
	r, err := receipt.Verify(keys, file, &receipt.Post{Text: &post})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	(&receiptVerifyCmd{Post: "post.txt"}).say(&out, r)
	for _, want := range []string{
		"Müller & Fils (example.com)", "Zoë Ø, HR lead, known by mailbox", "sha256:823412d1eacb67956220e532959f0104603057c88704863ca38e7cd188fda812",
		"2026-11-01T05:30:03Z", "until 2027-01-30T05:30:03Z", "The post matches",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not said:\n%s", want, out.String())
		}
	}
	changed := post[:3] + string(post[3]^1) + post[4:]
	if _, err := receipt.Verify(keys, file, &receipt.Post{Text: &changed}); err == nil || !strings.Contains(err.Error(), "does not match") {
		t.Errorf("one byte changed: %v", err)
	}
}
