package notify

import (
	"context"
	"fmt"
	"net"
	"net/url"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Config is what notify reads from its environment.
type Config struct {
	// From is the sender of all mails, "Name <address>". Without it, no-reply at the host of the pages.
	From string `env:"NOTIFY_FROM"`
	// Width is how many mails a process sends at a time.
	Width int `env:"NOTIFY_WIDTH" envDefault:"4"`
}

// Module is notify.
func Module() app.Module {
	cfg := new(Config)
	return app.Module{
		Name: notifyapi.Name, Schema: "notify", Config: cfg,
		Needs: []string{accountsapi.Name, storefrontapi.Name, reviewapi.Name, billingapi.Name},
		Init: func(_ context.Context, k *app.Kit) (*app.Part, error) {
			return start(k, *cfg)
		},
	}
}

func start(k *app.Kit, cfg Config) (*app.Part, error) {
	public, err := url.Parse(k.PublicURL)
	if err != nil || public.Hostname() == "" {
		return nil, fmt.Errorf("the public URL %q has no host", k.PublicURL)
	}
	host := public.Hostname()
	if cfg.From == "" {
		cfg.From = "Workfluence <no-reply@" + domain(host) + ">"
	}
	post, err := newSMTPPost(k.SMTPURL, cfg.From)
	if err != nil {
		return nil, err
	}
	s := &Service{
		pool: k.Pool, clock: k.Clock, log: k.Log, post: post, publicURL: k.PublicURL, mailHost: domain(host),
		accounts: accountsapi.NewClient(k.HTTP), orders: storefrontapi.NewClient(k.HTTP), lookups: billingapi.NewClient(k.HTTP),
		reviews: reviewapi.NewClient(k.HTTP),
	}
	s.open(cfg.Width)
	s.consume(k.Bus)
	r := rest.NewRouter(k.Name, k.Verifier, rest.WithLog(k.Log), rest.WithDev(k.Dev))
	s.routes(r)
	return &app.Part{
		Handler: r, Routes: r.Routes(), Quiet: s.quiet,
		Background: []func(context.Context) error{s.sendMails},
	}, nil
}

// domain is what mail addresses of a host end with: an address of the network
// is no domain, so a development server says localhost.
func domain(host string) string {
	if net.ParseIP(host) != nil {
		return "localhost"
	}
	return host
}
