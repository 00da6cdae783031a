package notify

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// TestInboxOverTheAPI goes through the client, in this process and over
// loopback, with equal results.
func TestInboxOverTheAPI(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"in process", "over loopback"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			keys, err := identity.Ephemeral("gateway", "web", "notify", "accounts")
			if err != nil {
				t.Fatal(err)
			}
			r := rest.NewRouter(notifyapi.Name, identity.NewVerifier(notifyapi.Name, keys, clock.System()))
			b.routes(r)
			dir := call.NewDirectory()
			if dir.Local(notifyapi.Name, r); way == "over loopback" {
				server := httptest.NewServer(r)
				t.Cleanup(server.Close)
				dir = call.NewDirectory()
				if err := dir.Remote(notifyapi.Name, server.URL); err != nil {
					t.Fatal(err)
				}
			}
			minter, err := identity.NewMinter("web", keys, clock.System())
			if err != nil {
				t.Fatal(err)
			}
			client := notifyapi.NewClient(call.NewTransport(dir, minter, nil).Client())
			as := func(person string) context.Context {
				gate, err := identity.NewMinter("gateway", keys, clock.System())
				if err != nil {
					t.Fatal(err)
				}
				c := identity.Caller{Person: person, Session: "session_1", Locale: "fr", Verified: true}
				token, _, err := gate.Person(c)
				if err != nil {
					t.Fatal(err)
				}
				return identity.With(t.Context(), c.WithToken(token))
			}

			b.deliver(t, "evt_1", storefrontapi.EventOrderPaid, paidOrder)
			inbox, err := client.Notices(as("person_mia"), "")
			if err != nil || len(inbox.Data) != 1 || inbox.Data[0].Text != "Write posts that travel a été vendu pour 149,00\u00a0€." {
				t.Fatal(inbox, err)
			}
			if u, err := client.Unread(as("person_mia")); err != nil || u.Count != 1 {
				t.Fatal(u, err)
			}
			if _, err := client.Read(as("person_eve"), inbox.Data[0].ID); !errors.Is(err, problem.ErrNotFound) {
				t.Fatal(err)
			}
			if n, err := client.Read(as("person_mia"), inbox.Data[0].ID); err != nil || n.Read == nil {
				t.Fatal(n, err)
			}
			if u, err := client.ReadAll(as("person_mia")); err != nil || u.Count != 0 {
				t.Fatal(u, err)
			}
			others, err := identity.NewMinter("accounts", keys, clock.System())
			if err != nil {
				t.Fatal(err)
			}
			held, err := notifyapi.NewClient(call.NewTransport(dir, others, nil).Client()).PersonalData(as("person_mia"), "person_mia")
			if err != nil || len(held.Notices) != 1 || held.Notices[0].Text != inbox.Data[0].Text {
				t.Fatal("for the export", held, err)
			}
			if _, err := client.PersonalData(as("person_mia"), "person_mia"); !errors.Is(err, problem.ErrNotFound) {
				t.Fatal("only accounts may ask", err)
			}
			if _, err := client.Notices(t.Context(), ""); !errors.Is(err, problem.ErrUnauthenticated) {
				t.Fatal("nobody has an inbox", err)
			}
		})
	}
}
