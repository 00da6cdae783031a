package receipt_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/workfluence/workfluence/services/review/receipt"
)

var update = flag.Bool("newvectors", false, "write the vectors again, with another key")

// The vectors of docs/receipts.md never change: what was handed out in their form must verify for good.
func TestVectors(t *testing.T) {
	t.Parallel()
	if *update {
		h := full(t, 5)
		for name, body := range map[string][]byte{
			"key.txt": []byte("# The key of the vectors in this folder.\n" + h.public + "\n"), "log.jsonl": h.log(), "checkpoint.txt": []byte(h.checkpoint(t)),
			"receipt.json": h.receipt(t, 3), "post.txt": []byte(words(3)),
		} {
			if err := os.WriteFile(filepath.Join("testdata", name), body, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	read := func(name string) []byte {
		body, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	keys, err := receipt.ParseKeys(read("key.txt"))
	if err != nil {
		t.Fatal(err)
	}
	post := string(read("post.txt"))
	if _, err := receipt.Verify(keys, read("receipt.json"), &receipt.Post{Text: &post}); err != nil {
		t.Error(err)
	}
	h := &house{keys: keys}
	if rep := audit(t, h, read("log.jsonl"), []string{string(read("checkpoint.txt"))}, read("receipt.json")); len(rep.Faults) != 0 || rep.Rows != 5 {
		t.Errorf("%+v", rep)
	}
}
