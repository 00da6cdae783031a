package billing

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// Config is the configuration of billing. Without a Stripe key the start fails: there is no way to run a till without one.
type Config struct {
	StripeKey     string        `env:"BILLING_STRIPE_KEY" secret:"true"`
	StripeURL     string        `env:"BILLING_STRIPE_URL"` // empty is Stripe itself
	WebhookSecret string        `env:"BILLING_STRIPE_WEBHOOK_SECRET" secret:"true"`
	ConnectSecret string        `env:"BILLING_STRIPE_CONNECT_SECRET" secret:"true"`
	StripeTimeout time.Duration `env:"BILLING_STRIPE_TIMEOUT" envDefault:"10s"`
	PoliciesFile  string        `env:"BILLING_POLICIES"` // empty is the house's own policies.json
}

// Missing names what has to be set before billing can start.
func (c Config) Missing() error {
	var missing []string
	for _, v := range []struct{ name, value string }{
		{"BILLING_STRIPE_KEY", c.StripeKey}, {"BILLING_STRIPE_WEBHOOK_SECRET", c.WebhookSecret}, {"BILLING_STRIPE_CONNECT_SECRET", c.ConnectSecret},
	} {
		if v.value == "" {
			missing = append(missing, v.name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return errors.New(strings.Join(missing, ", "))
}

func (c Config) policies() (Policies, error) {
	if c.PoliciesFile == "" {
		return DefaultPolicies(), nil
	}
	raw, err := os.ReadFile(c.PoliciesFile)
	if err != nil {
		return Policies{}, err
	}
	return ParsePolicies(raw)
}

// Module wires billing into the house.
func Module() app.Module {
	config := &Config{}
	return app.Module{
		Name: billingapi.Name, Needs: []string{accountsapi.Name}, Schema: billingapi.Name, Config: config,
		Init: func(_ context.Context, k *app.Kit) (*app.Part, error) {
			if err := config.Missing(); err != nil {
				return nil, err
			}
			policies, err := config.policies()
			if err != nil {
				return nil, err
			}
			road, err := rail.New(rail.Config{
				Key: config.StripeKey, BaseURL: config.StripeURL, WebhookSecret: config.WebhookSecret, ConnectSecret: config.ConnectSecret,
				Clock: k.Clock, Timeout: config.StripeTimeout,
			})
			if err != nil {
				return nil, err
			}
			s := New(Deps{
				Pool: k.Pool, Clock: k.Clock, Rail: road, People: people{accountsapi.NewClient(k.HTTP)}, Policies: policies,
				PublicURL: k.PublicURL, Log: k.Log,
			})
			r := rest.NewRouter(k.Name, k.Verifier, rest.WithLog(k.Log), rest.WithDev(k.Dev))
			s.Routes(r)
			s.Consume(k.Bus)
			return &app.Part{Handler: r, Routes: r.Routes(), Background: s.Background(), Quiet: s.Quiet, NextDue: s.NextDue}, nil
		},
	}
}

// people asks accounts.
type people struct{ accounts *accountsapi.Client }

func (p people) Seller(ctx context.Context) (Seller, error) {
	me, err := p.accounts.Me(ctx)
	return Seller{Country: me.Country, Payouts: me.PayoutsPossible, Email: me.Email}, err
}
