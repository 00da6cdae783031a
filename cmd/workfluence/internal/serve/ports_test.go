package serve

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
)

// taken is a port that another program listens on.
func taken(t *testing.T) int {
	t.Helper()
	door, err := net.Listen("tcp", loopback(0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = door.Close() })
	return door.Addr().(*net.TCPAddr).Port
}

func says(t *testing.T, err error, wants ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", wants)
	}
	for _, want := range wants {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
}

func TestAPortAskedForByNameIsNeverReplaced(t *testing.T) {
	t.Parallel()
	file, port := filepath.Join(t.TempDir(), "ports.json"), taken(t)
	_, err := choosePorts(file, loopback(port), true, nil)
	says(t, err, "port "+strings.TrimPrefix(loopback(port), "127.0.0.1:"), "--listen 127.0.0.1:PORT")
	for _, listen := range []string{"127.0.0.1:0", "127.0.0.1:http", "127.0.0.1:70000", "127.0.0.1"} {
		_, err := choosePorts(file, listen, true, nil)
		says(t, err, "--listen")
	}
	chosen, err := choosePorts(file, "", true, []string{"web"})
	if err != nil || chosen.Public == port || chosen.Public == 0 || chosen.Parts["web"] == 0 {
		t.Errorf("without --listen: %+v %v", chosen, err)
	}
	again, err := choosePorts(file, loopback(chosen.Public), true, []string{"web"})
	if err != nil || again.Public != chosen.Public || again.Parts["web"] != chosen.Parts["web"] {
		t.Errorf("the same port again: %+v %v", again, err)
	}
}

// A kept port that somebody else took meanwhile was not asked for, so the house moves on.
func TestAKeptPortMovesWhenItIsTaken(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ports.json")
	first, err := choosePorts(file, "", true, nil)
	if err != nil {
		t.Fatal(err)
	}
	door, err := net.Listen("tcp", loopback(first.Public))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = door.Close() }()
	if second, err := choosePorts(file, "", true, nil); err != nil || second.Public == first.Public {
		t.Errorf("%+v %v", second, err)
	}
}

func TestASecondProcessIsToldWhatRuns(t *testing.T) {
	t.Parallel()
	if _, err := choosePorts(filepath.Join(t.TempDir(), "ports.json"), "", false, nil); err == nil {
		t.Error("a second process was served before the first")
	}
	busy := taken(t)
	quiet := ports{Public: busy, Parts: map[string]int{"web": busy}}
	says(t, quiet.joinable("/state", "", []string{"gateway"}), "runs already", "http://"+loopback(busy), "WORKFLUENCE_STATE_DIR", "/state")
	says(t, quiet.joinable("/state", "", []string{"web"}), "serves web already", "--target")
	says(t, quiet.joinable("/state", loopback(1), nil), "leave --listen out", loopback(busy))
	if err := quiet.joinable("/state", loopback(busy), nil); err != nil {
		t.Errorf("the same address: %v", err)
	}
}
