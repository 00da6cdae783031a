package demo

import (
	"os"
	"path/filepath"
	"testing"
)

// Nobody is offered whom the world doesn't hold: none before it is complete, nor in one of an earlier version.
func TestPeopleAreOfferedOnceTheWorldIsComplete(t *testing.T) {
	t.Parallel()
	marker := filepath.Join(t.TempDir(), "demo.json")
	if got := People(marker); got != nil {
		t.Errorf("without a world: %v", got)
	}
	for text, want := range map[string]int{
		"{}\n": 0, "{": 0, `{"people":[{"email":"ines@demo.example","name":"Ines Okafor","hat":"creator"}]}`: 1,
	} {
		if err := os.WriteFile(marker, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := People(marker); len(got) != want {
			t.Errorf("%s: %v, want %d", text, got, want)
		}
	}
}
