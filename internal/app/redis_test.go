package app_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/clock"
)

// A server that takes connections and says nothing costs no more time than its caller gives.
func TestRedisThatHangs(t *testing.T) {
	t.Parallel()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = door.Close() }()
	client := app.OpenRedis(&redis.Options{Addr: door.Addr().String()})
	defer func() { _ = client.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	passed := clock.Stopwatch()
	if err := client.Incr(ctx, "n").Err(); err == nil {
		t.Error("it answered")
	}
	if passed() > 2*time.Second {
		t.Errorf("it held us for %v", passed())
	}
}
