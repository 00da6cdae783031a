package app_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/obs"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/problem"
)

// An operator, and nobody else, sees what a part could not handle and replays it.
func TestParkedEventsAreTheOperators(t *testing.T) {
	t.Parallel()
	keys, err := identity.Ephemeral("notify", "gateway")
	if err != nil {
		t.Fatal(err)
	}
	var gateway *app.Kit
	nothing := func(context.Context, *app.Kit) (*app.Part, error) { return &app.Part{}, nil }
	modules := []app.Module{
		{Name: "notify", Schema: "notify", Init: nothing},
		{Name: "gateway", Needs: []string{"notify"}, Init: func(_ context.Context, k *app.Kit) (*app.Part, error) {
			gateway = k
			return &app.Part{Handler: http.NotFoundHandler()}, nil
		}},
	}
	dsn := pgtest.DSN(t, "notify")
	pool := pgtest.Open(t, dsn, "")
	_, err = pool.Exec(t.Context(), `insert into notify.parked (consumer, event_id, name, key, payload, at, tries, error, failed_at)
		select 'notify', 'evt_' || n, 'storefront.order.paid.v1', 'order_1', '{}', $1, 25, 'no receipt', $1 from generate_series(1, 3) as n`, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	started, ended := make(chan *app.App, 1), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		ended <- app.Run(ctx, app.Options{
			All: modules, Targets: []string{"all"}, Clock: clock.System(), Log: slog.New(slog.DiscardHandler), Metrics: obs.Registry(), Keys: keys, Dev: true,
			Config: app.Config{Listen: "127.0.0.1:0", Drain: 5 * time.Second, Secret: strings.Repeat("s", 32), DatabaseURL: dsn},
			Remote: func(string) string { return "" }, Inner: func(string) string { return "" },
			Started: func(a *app.App) { started <- a },
		})
	}()
	t.Cleanup(func() { cancel(); <-ended })
	select {
	case <-started:
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
	}
	as := func(operator bool) context.Context {
		c := identity.Caller{Person: "person_1", Session: "session_1", Operator: operator}
		token, _, err := gateway.Minter.Person(c)
		if err != nil {
			t.Fatal(err)
		}
		return identity.With(t.Context(), c.WithToken(token))
	}
	client := app.NewParkedClient(gateway.HTTP)
	if _, err := client.Parked(as(false), "notify"); !errors.Is(err, problem.ErrNotFound) {
		t.Fatal(err)
	}
	if _, err := client.ReplayAll(as(false), "notify"); !errors.Is(err, problem.ErrNotFound) {
		t.Fatal(err)
	}
	parked, err := client.Parked(as(true), "notify")
	if err != nil || len(parked) != 3 || parked[0].Error != "no receipt" {
		t.Fatal(parked, err)
	}
	if err := client.Replay(as(true), "notify", "evt_9"); !errors.Is(err, problem.ErrNotFound) {
		t.Fatal(err)
	}
	if err := client.Replay(as(true), "notify", "evt_1"); err != nil {
		t.Fatal(err)
	}
	if parked, err = client.Parked(as(true), "notify"); err != nil || len(parked) != 2 {
		t.Fatal(parked, err)
	}
	if n, err := client.ReplayAll(as(true), "notify"); err != nil || n != 2 {
		t.Fatalf("%d of 2 were replayed: %v", n, err)
	}
	if parked, err = client.Parked(as(true), "notify"); err != nil || len(parked) != 0 {
		t.Fatal(parked, err)
	}
}
