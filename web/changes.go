package web

import (
	"context"

	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/store"
)

// forgetChanged drops the public pages that an edit changes, in each process that serves pages.
func forgetChanged(bus *outbox.Bus, s *shell.Shell) func(context.Context) error {
	names := []string{storefrontapi.EventProductPublished, storefrontapi.EventProductChanged, storefrontapi.EventPageChanged}
	return func(ctx context.Context) error {
		return bus.Listen(ctx, names, func(ev outbox.Received) {
			// Of what happened only whose page it was matters; all three events say it alike.
			if p, err := outbox.Decode[storefrontapi.PageChanged](ev); err == nil {
				s.Changed(p.CreatorID, store.Catalogue)
			}
		})
	}
}
