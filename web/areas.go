package web

import (
	"net/http"

	"github.com/workfluence/workfluence/web/account"
	"github.com/workfluence/workfluence/web/creator"
	"github.com/workfluence/workfluence/web/dev"
	"github.com/workfluence/workfluence/web/developers"
	"github.com/workfluence/workfluence/web/documents"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/learn"
	"github.com/workfluence/workfluence/web/operator"
	"github.com/workfluence/workfluence/web/organisations"
	"github.com/workfluence/workfluence/web/public"
	"github.com/workfluence/workfluence/web/review"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/store"
	"github.com/workfluence/workfluence/web/storybook"
)

// areas lists the parts of the pages. A new area is one line here and one in [Stories].
func areas(c clients, cfg *Config, publicURL string) []shell.Area {
	return []shell.Area{
		public.Area(cfg.Public, c.billing),
		account.Area(c.accounts, c.notify, publicURL),
		developers.Area(publicURL),
		creator.Area(c.storefront, c.billing, c.accounts, c.clock, publicURL),
		documents.Area(c.content, c.accounts, c.clock),
		review.Area(c.review, c.review, c.content, c.accounts, publicURL),
		store.Area(c.storefront, c.accounts, publicURL),
		learn.Area(c.storefront, store.SecretCookie),
		organisations.Area(c.accounts, c.review, c.review),
		operator.Area(c.parts, c.billing, c.accounts),
	}
}

// Stories is the book of every view in every state.
func Stories(sections ...shell.Section) *storybook.Book {
	b := storybook.New(sections...)
	storybook.ShellStories(b)
	public.Stories(b)
	account.Stories(b)
	developers.Stories(b)
	creator.Stories(b)
	documents.Stories(b)
	review.Stories(b)
	store.Stories(b)
	learn.Stories(b)
	organisations.Stories(b)
	operator.Stories(b)
	dev.Stories(b)
	return b
}

// Storybook serves the book alone, without a backend: every page that isn't a story is a problem page.
func Storybook() http.Handler {
	cfg := &Config{}
	list := areas(clients{}, cfg, "https://workfluence.example")
	var sections []shell.Section
	for _, a := range list {
		sections = append(sections, a.Sections...)
	}
	return shell.New(shell.Config{Name: Name, Dev: true, Messages: i18n.Messages()}, storybook.Area(Stories(sections...)))
}
