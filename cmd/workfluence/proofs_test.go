package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
