package speed_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/compose"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/house"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/redistest"
	"github.com/workfluence/workfluence/internal/turns"
)

const (
	starts = 5
	load   = 5 * time.Second
)

// BenchmarkStart is `serve` as in production against a PostgreSQL that runs and is migrated: from the start of the process to its first
// 200 (the median of five), its size when idle, and after 64 connections have asked for pages and lists.
func BenchmarkStart(b *testing.B) {
	bin := house.Binary(b)
	env := production(b)
	var times []time.Duration
	for i := range starts {
		cmd, base, took := start(b, bin, env)
		times = append(times, took)
		if i == starts-1 {
			time.Sleep(2 * time.Second) // what a start leaves behind is given back
			idle := memory(b, cmd.Process.Pid)
			paths := []string{"/", "/discover", "/api/v1/catalogue", "/api/v1/countries"}
			turns.Race{
				Clients: 64, Turn: load, Turns: 1,
				Ours: turns.HTTP(b, base, func(client int) []byte { return turns.Get(b, base+paths[client%len(paths)], nil) }),
			}.Run(b)
			b.ReportMetric(idle, "idle-MB")
			b.ReportMetric(memory(b, cmd.Process.Pid), "loaded-MB")
		}
		end(b, cmd)
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[starts/2])/float64(time.Millisecond), "start-ms")
}

// production is the environment of a process that serves everything.
func production(b *testing.B) []string {
	b.Helper()
	network, address := redistest.NewServer(b).Network()
	redis := "redis://" + address + "/0"
	if network == "unix" {
		redis = "unix://" + address + "?db=0"
	}
	blobs := filepath.Join(b.TempDir(), "blobs")
	if err := os.MkdirAll(blobs, 0o700); err != nil {
		b.Fatal(err)
	}
	return append(os.Environ(),
		"DATABASE_URL="+pgtest.DSN(b, compose.Schemas(compose.Modules())...), "REDIS_URL="+redis,
		"WORKFLUENCE_SECRET="+strings.Repeat("s", 32), "WORKFLUENCE_BLOB_URL=file://"+blobs, "WORKFLUENCE_SMTP_URL=smtp://127.0.0.1:1",
		"WORKFLUENCE_FILES_LISTEN=127.0.0.1:0", "WORKFLUENCE_FILES_URL=http://127.0.0.1:1", "WORKFLUENCE_ADMIN_LISTEN=127.0.0.1:0", "WORKFLUENCE_LOG_LEVEL=warn",
		"BILLING_STRIPE_KEY=sk_test_none", "BILLING_STRIPE_WEBHOOK_SECRET=whsec_none", "BILLING_STRIPE_CONNECT_SECRET=whsec_none",
		"BILLING_STRIPE_URL=http://127.0.0.1:1", "GATEWAY_LIMIT_PER_MINUTE=1000000000", "WEB_OPERATOR_ADDRESS=1 Test Street", "WEB_OPERATOR_EMAIL=help@test.example",
	)
}

// start runs the binary and waits for its first page.
func start(b *testing.B, bin string, env []string) (cmd *exec.Cmd, base string, took time.Duration) {
	b.Helper()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := door.Addr().String()
	if err := door.Close(); err != nil {
		b.Fatal(err)
	}
	base = "http://" + address
	cmd = exec.Command(bin, "serve")
	cmd.Env = append(env, "WORKFLUENCE_LISTEN="+address, "WORKFLUENCE_PUBLIC_URL="+base)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	said := new(strings.Builder)
	cmd.Stderr = said
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	for time.Since(began) < 20*time.Second {
		if resp, err := client.Get(base + "/"); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return cmd, base, time.Since(began)
			}
		}
		time.Sleep(time.Millisecond) // it is starting
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	b.Fatal(fmt.Errorf("no page within 20 s: %s", said))
	return nil, "", 0
}

func end(b *testing.B, cmd *exec.Cmd) {
	b.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		b.Logf("the process ended: %v", err)
	}
}
