package store

import (
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/ui"
)

// tagPrice is a price as on a tag; a product without one is free.
func tagPrice(l locale.L, free bool, p *storefrontapi.Price) string {
	if free || p == nil {
		return l.T("store.free")
	}
	return l.Price(p.Amount)
}

// profiles are the names of social profiles; those that aren't names are words.
var profiles = map[string]string{
	"linkedin": "LinkedIn", "tiktok": "TikTok", "instagram": "Instagram", "youtube": "YouTube", "x": "X", "bluesky": "Bluesky",
	"mastodon": "Mastodon", "threads": "Threads",
}

func profileName(l locale.L, kind string) string {
	if name, ok := profiles[kind]; ok {
		return name
	}
	if kind == "newsletter" {
		return l.T("store.profile_newsletter")
	}
	return l.T("store.profile_website")
}

// buyWord names the effect of the one button: what will be paid, or that nothing will be.
func buyWord(l locale.L, o offer, short bool) string {
	switch {
	case o.product.Free || o.price == nil:
		return l.T("store.buy_free")
	case short:
		return l.T("store.buy_short")
	}
	return l.T("store.buy_for", "Amount", l.Price(o.price.Amount))
}

func files(attachments []storefrontapi.Attachment) []ui.File {
	out := make([]ui.File, len(attachments))
	for i, a := range attachments {
		out[i] = ui.File{Name: a.Name, URL: a.URL, Size: a.Size}
	}
	return out
}
