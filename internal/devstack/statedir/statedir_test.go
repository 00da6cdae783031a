package statedir_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/devstack/statedir"
)

// Root's PostgreSQL runs as somebody else: a folder that they can't reach is refused with its name and a way out.
func TestAFolderThatPostgreSQLCannotReachIsRefused(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root gives PostgreSQL to another account")
	}
	top, err := os.MkdirTemp("", "wfclosed")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(top) })
	state := filepath.Join(top, "inner", "state")
	err = statedir.Make(state) // MkdirTemp makes it 0700
	if err == nil {
		t.Fatal("a closed folder was taken")
	}
	for _, want := range []string{"may not walk into " + top + ":", statedir.Env, "chmod o+x " + top} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
	if err := os.Chmod(top, 0o711); err != nil {
		t.Fatal(err)
	}
	if err := statedir.Make(state); err != nil {
		t.Errorf("after the chmod: %v", err)
	}
}
