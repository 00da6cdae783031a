package serve

import (
	"fmt"
	"net"
	"os"
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

// The loopback of IPv6 is one too; who asks for it gets it, and finds it again.
func TestAnIPv6LoopbackIsListenedOn(t *testing.T) {
	t.Parallel()
	if !free("[::1]:0") {
		t.Skip("this machine has no IPv6 loopback")
	}
	door, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Fatal(err)
	}
	address := door.Addr().String()
	file := filepath.Join(t.TempDir(), "ports.json")
	_, err = choosePorts(file, address, true, nil)
	says(t, err, "is taken", "--listen [::1]:PORT")
	_ = door.Close()
	chosen, err := choosePorts(file, address, true, nil)
	if err != nil || chosen.public() != address {
		t.Fatalf("%s, want %s: %v", chosen.public(), address, err)
	}
	if again, err := choosePorts(file, "", true, nil); err != nil || again.public() != address {
		t.Errorf("without --listen: %s %v", again.public(), err)
	}
	if err := chosen.joinable("/state", address, nil); err != nil {
		t.Errorf("the same address: %v", err)
	}
	says(t, chosen.joinable("/state", loopback(chosen.Public), nil), "leave --listen out", "http://"+address)
	if back, err := choosePorts(file, loopback(chosen.Public), true, nil); err != nil || back.public() != loopback(chosen.Public) {
		t.Errorf("the other loopback: %s %v", back.public(), err)
	}
}

// Under --dev anybody signs in as anybody: nobody else's machine reaches it, by whatever family of addresses.
func TestDevListensOnTheLoopbackOnly(t *testing.T) {
	t.Setenv("DATABASE_URL", "")
	for listen, ok := range map[string]bool{
		"127.0.0.1:8300": true, "localhost:8300": true, "[::1]:8300": true, "127.0.0.2:8300": true,
		"[::]:8300": false, ":8300": false, "0.0.0.0:8300": false, "[2001:db8::1]:8300": false, "[fe80::1]:8300": false, "192.0.2.1:8300": false, "::1:8300": false,
	} {
		if err := refuseProduction(Options{Dev: true, Listen: listen}); (err == nil) != ok {
			t.Errorf("%s: %v", listen, err)
		}
	}
}

// A kept port that somebody else took meanwhile was not asked for, so the house moves on.
func TestAKeptPortMovesWhenItIsTaken(t *testing.T) {
	t.Parallel()
	file, busy := filepath.Join(t.TempDir(), "ports.json"), taken(t)
	if err := os.WriteFile(file, []byte(fmt.Sprintf(`{"public":%d}`, busy)), 0o600); err != nil {
		t.Fatal(err)
	}
	if second, err := choosePorts(file, "", true, nil); err != nil || second.Public == busy || second.Public == 0 {
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
