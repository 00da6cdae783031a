package redistest

import (
	"errors"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/devstack/redisserver"
)

func TestClientsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	a, b := Client(t), Client(t)
	if err := a.Set(t.Context(), "k", "a", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if err := b.Get(t.Context(), "k").Err(); !errors.Is(err, redis.Nil) {
		t.Errorf("the other client reads %v", err)
	}
}

// TestBothKinds holds the imitation to what the real server does.
func TestBothKinds(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]redisserver.Options{"found": {}, "imitation": {Imitation: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, o)
			t.Run("keys expire by the wall", func(t *testing.T) {
				c := s.Client(t)
				if err := c.Set(t.Context(), "short", "x", time.Second).Err(); err != nil {
					t.Fatal(err)
				}
				for range 100 {
					if errors.Is(c.Get(t.Context(), "short").Err(), redis.Nil) {
						return
					}
					time.Sleep(50 * time.Millisecond)
				}
				t.Error("a key of one second is still there after five")
			})
			t.Run("a crash loses everything and the client comes back", func(t *testing.T) {
				c := s.Client(t)
				if err := c.Set(t.Context(), "kept", "x", 0).Err(); err != nil {
					t.Fatal(err)
				}
				s.Crash(t)
				// A client that dialled while the server was away tells of that for a moment longer (go-redis dials anew once a second).
				err := c.Get(t.Context(), "kept").Err()
				for tries := 0; err != nil && !errors.Is(err, redis.Nil) && tries < 100; tries++ {
					time.Sleep(50 * time.Millisecond)
					err = c.Get(t.Context(), "kept").Err()
				}
				if !errors.Is(err, redis.Nil) {
					t.Errorf("after the crash: %v, want nothing", err)
				}
			})
			t.Run("flush wipes", func(t *testing.T) {
				c := s.Client(t)
				if err := c.XAdd(t.Context(), &redis.XAddArgs{Stream: "s", Values: []string{"f", "v"}}).Err(); err != nil {
					t.Fatal(err)
				}
				s.Flush(t)
				if n, err := c.XLen(t.Context(), "s").Result(); err != nil || n != 0 {
					t.Errorf("%d entries left, %v", n, err)
				}
			})
		})
	}
}
