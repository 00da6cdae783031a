package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/devstack/devapi"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/dev"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/public"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
)

// Name is the target's name.
const Name = "web"

// Config is what an installation may set about its pages.
type Config struct {
	Public public.Config
	// Forms are the origins, besides our own, that a form may lead to: the hosted checkout and onboarding.
	Forms []string `env:"WEB_FORM_ORIGINS" envSeparator:" " envDefault:"https://checkout.stripe.com https://connect.stripe.com"`
}

// Missing names what production needs and this lacks.
func (c Config) Missing() error {
	var missing []string
	for _, v := range []struct{ value, name string }{
		{c.Public.Address, "WEB_OPERATOR_ADDRESS (the postal address for the imprint)"}, {c.Public.Email, "WEB_OPERATOR_EMAIL (the mailbox for the imprint)"},
	} {
		if strings.TrimSpace(v.value) == "" {
			missing = append(missing, v.name)
		}
	}
	if missing == nil {
		return nil
	}
	return errors.New(strings.Join(missing, ", "))
}

// clients are the services that the pages ask.
type clients struct {
	accounts   *accountsapi.Client
	storefront *storefrontapi.Client
	content    *contentapi.Client
	billing    *billingapi.Client
	notify     *notifyapi.Client
	review     *reviewapi.Client
	parts      *app.ParkedClient
	demo       *devapi.Client // answers under `serve --dev` alone
	clock      clock.Clock
}

// Module serves the pages.
func Module() app.Module {
	cfg := &Config{}
	return app.Module{Name: Name, Config: cfg, Init: func(_ context.Context, k *app.Kit) (*app.Part, error) {
		return start(k, cfg), nil
	}}
}

func start(k *app.Kit, cfg *Config) *app.Part {
	s := newShell(k, cfg, clientsOf(k.HTTP, k.Clock))
	return &app.Part{Handler: s, Routes: s.Routes(), Background: []func(context.Context) error{forgetChanged(k.Bus, s)}}
}

func clientsOf(hc *http.Client, c clock.Clock) clients {
	return clients{
		accounts: accountsapi.NewClient(hc), storefront: storefrontapi.NewClient(hc), content: contentapi.NewClient(hc), billing: billingapi.NewClient(hc),
		notify: notifyapi.NewClient(hc), review: reviewapi.NewClient(hc), parts: app.NewParkedClient(hc), demo: devapi.NewClient(hc), clock: c,
	}
}

func newShell(k *app.Kit, cfg *Config, c clients) *shell.Shell {
	list := areas(c, cfg, k.PublicURL)
	var sections []shell.Section
	for _, a := range list {
		sections = append(sections, a.Sections...)
	}
	forms := cfg.Forms
	var devLinks []shell.DevLink
	if k.Dev {
		list = append(list, storybook.Area(Stories(sections...)), dev.Area(c.demo, c.accounts))
		// The simulator's till and the mail catcher stand on loopback ports that are free at start.
		forms = append([]string{"http://127.0.0.1:*", "http://localhost:*"}, forms...)
		devLinks = []shell.DevLink{
			{Label: "All of the demo", Href: "/dev"}, {Label: "Mails", Href: "/dev/mail"}, {Label: "Clock", Href: "/dev/clock"}, {Label: "Sign in as", Href: "/dev/sign-in-as"},
			{Label: "Storybook", Href: storybook.Prefix},
		}
	}
	names := newPeople(c.accounts, c.notify, k.Clock, k.Log)
	return shell.New(shell.Config{
		Name: Name, Log: k.Log, Clock: k.Clock, Verifier: k.Verifier, Dev: k.Dev, PublicURL: k.PublicURL,
		FilesURL: k.FilesURL, Forms: forms, Messages: i18n.Messages(), DevLinks: devLinks,
		People: names.of, Acted: names.forget,
	}, list...)
}
