package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

func TestDistIsWhatTheSourcesGive(t *testing.T) {
	t.Parallel()
	want, err := bundle("../static/src")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir("../static/dist")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(want) {
		t.Errorf("dist has %d files, the sources give %d: go run ./web/build", len(entries), len(want))
	}
	for name, content := range want {
		got, err := os.ReadFile(filepath.Join("../static/dist", name))
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("dist/%s is not current: go run ./web/build", name)
		}
	}
}

// The first view has 60 KB compressed; this leaves 20 KB of them for the page itself.
func TestSheetAndScriptStaySmall(t *testing.T) {
	t.Parallel()
	files, err := bundle("../static/src")
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	for name, content := range files {
		if ext := filepath.Ext(name); ext != ".css" && ext != ".js" {
			continue
		}
		z := gzip.NewWriter(&packed)
		if _, err := z.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if limit := 40 << 10; packed.Len() > limit {
		t.Errorf("style sheet and script are %d bytes compressed, more than %d", packed.Len(), limit)
	}
}
