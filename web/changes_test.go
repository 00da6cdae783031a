package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// till is storefront with one creator, whose bio changes with every question.
type till struct{ asked int }

func (c *till) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Type", "application/json")
	c.asked++
	if strings.HasSuffix(r.URL.Path, "/creators/ines") {
		_, _ = rec.WriteString(`{"creator":{"id":"person_1","handle":"ines","path":"/@ines","name":"Ines","hue":"sea"},"products":[]}`)
	} else {
		_, _ = rec.WriteString(`{"data":[]}`)
	}
	return rec.Result(), nil
}

// An edit shows at once in a process that has the page in its memory, whichever event tells of it.
func TestAnEditShowsAtOnce(t *testing.T) {
	t.Parallel()
	shop, still := &till{}, clock.NewFake(time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC))
	bus := outbox.New(outbox.Config{Service: Name})
	part := start(&app.Kit{Bus: bus, HTTP: &http.Client{Transport: shop}, Clock: still, PublicURL: "https://workfluence.example"}, &Config{})
	for _, fn := range part.Background {
		go func() { _ = fn(t.Context()) }()
	}
	get := func(path string) int {
		t.Helper()
		before, rec := shop.asked, httptest.NewRecorder()
		part.Handler.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		if rec.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
		}
		return shop.asked - before
	}
	tell := func(name string, payload any) {
		t.Helper()
		if err := bus.Deliver(t.Context(), outbox.Event{Name: name, Payload: payload}); err != nil {
			t.Fatal(err)
		}
	}
	get("/discover")
	listening(t, bus, func() bool { return get("/discover") > 0 })
	for name, payload := range map[string]any{
		storefrontapi.EventPageChanged:      storefrontapi.PageChanged{CreatorID: "person_1"},
		storefrontapi.EventProductChanged:   storefrontapi.ProductChanged{CreatorID: "person_1", ProductID: "product_1"},
		storefrontapi.EventProductPublished: storefrontapi.ProductPublished{CreatorID: "person_1", ProductID: "product_1"},
	} {
		for _, path := range []string{"/@ines", "/discover"} {
			get(path)
			if n := get(path); n != 0 {
				t.Fatalf("%s was not kept: asked %d times", path, n)
			}
		}
		tell(name, payload)
		for _, path := range []string{"/@ines", "/discover"} {
			if get(path) == 0 {
				t.Errorf("%s shows what was before %s", path, name)
			}
		}
	}
	get("/@ines")
	tell(storefrontapi.EventPageChanged, storefrontapi.PageChanged{CreatorID: "person_2"})
	if get("/@ines") != 0 {
		t.Error("somebody else's edit threw the page away")
	}
}

// listening waits until the part hears: nothing says when it has begun to.
func listening(t *testing.T, bus *outbox.Bus, gone func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for !gone() {
		if clock.Sleep(ctx, time.Millisecond) != nil {
			t.Fatal("the pages hear nothing")
		}
		_ = bus.Deliver(ctx, outbox.Event{Name: storefrontapi.EventPageChanged, Payload: storefrontapi.PageChanged{CreatorID: "person_9"}})
	}
}
