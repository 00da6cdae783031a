package crash_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/house"
	"github.com/workfluence/workfluence/internal/devstack"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// under does something harmful again and again while the sales of test go on.
func under(t *testing.T, h *house.House, every time.Duration, harm func(ctx context.Context, s *devstack.Stack) error, test func()) {
	t.Helper()
	stack, err := devstack.Start(t.Context(), devstack.Options{StateDir: h.State})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stack.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	var harmed int
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			if err := harm(ctx, stack); err == nil {
				harmed++
			}
			time.Sleep(every)
		}
	})
	test()
	cancel()
	wg.Wait()
	if harmed < 1 {
		t.Fatalf("%d times was anything taken away", harmed)
	}
}

// sellMany places and pays orders until each is paid, whatever is in the way.
func sellMany(w *world, buyers int) {
	w.h.Do(w.h.T.Context(), "onboard", w.onboard)
	for i := range buyers {
		var placed storefrontapi.PlacedOrder
		w.h.Do(w.h.T.Context(), "buy", func(ctx context.Context) error { return w.buy(ctx, fmt.Sprintf("buyer%d@example.com", i), &placed) })
	}
}

func checkMany(w *world, buyers int) {
	t := w.h.T
	w.h.Do(t.Context(), "settle", func(ctx context.Context) error {
		_, err := w.creator.Dev.Settle(ctx)
		return err
	})
	sales, err := w.creator.Storefront.Sales(t.Context(), "", "")
	if err != nil || len(sales.Items) != buyers {
		t.Errorf("%d orders, want %d: %v", len(sales.Items), buyers, err)
	}
	charges, err := stripe(t.Context(), w.h, "charges")
	if err != nil || len(charges) != buyers {
		t.Errorf("%d charges, want %d: %v", len(charges), buyers, err)
	}
	for _, o := range sales.Items {
		// A relay that finds its stream gone publishes again in its own time.
		await(t, "the receipt of "+o.Number, func() bool {
			n, err := w.receipts(t.Context(), o.Buyer.Email, o.Number)
			return err == nil && n > 0
		})
		if n, err := w.receipts(t.Context(), o.Buyer.Email, o.Number); err != nil || n != 1 {
			t.Errorf("%d receipts of order %s: %v", n, o.Number, err)
		}
	}
	w.h.Stop()
	if out, err := w.h.Run("ledger", "verify", "--dev"); err != nil {
		t.Errorf("ledger verify: %v\n%s", err, out)
	}
}

const crowd = 6

// Redis loses everything, again and again, while people buy: sales go on, and no event is lost or doubled.
func TestRedisIsWipedWhilePeopleBuy(t *testing.T) {
	h := house.New(t)
	h.Start("")
	w := &world{h: h}
	h.Do(t.Context(), "prepare", w.prepare)
	under(t, h, 150*time.Millisecond, func(ctx context.Context, s *devstack.Stack) error {
		client := redis.NewClient(s.Redis())
		defer func() { _ = client.Close() }()
		return client.FlushAll(ctx).Err()
	}, func() { sellMany(w, crowd) })
	checkMany(w, crowd)
}

// PostgreSQL drops every connection, again and again, as in a restart: a request is tried again or fails clearly, and nothing is half done.
func TestPostgreSQLDropsEverybodyWhilePeopleBuy(t *testing.T) {
	h := house.New(t)
	h.Start("")
	w := &world{h: h}
	h.Do(t.Context(), "prepare", w.prepare)
	under(t, h, 700*time.Millisecond, func(ctx context.Context, s *devstack.Stack) error {
		conn, err := pgx.Connect(ctx, s.DSN())
		if err != nil {
			return err
		}
		defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
		_, err = conn.Exec(ctx, `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'`)
		return err
	}, func() { sellMany(w, crowd) })
	checkMany(w, crowd)
}
