package accounts

import (
	"context"
	"net"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Config is the configuration of accounts.
type Config struct {
	// Hashers is how many passwords are hashed at a time, each in 19 MiB; zero means two for each processor.
	Hashers int `env:"ACCOUNTS_HASHERS" envDefault:"0"`
}

// Module wires accounts into the house. It needs nothing to start: everybody else asks it who is calling. The parts that hold data of
// a person are asked only when that person takes it along or leaves.
func Module() app.Module {
	config := &Config{}
	return app.Module{
		Name: accountsapi.Name, Schema: schema, Config: config,
		Init: func(_ context.Context, k *app.Kit) (*app.Part, error) {
			others := Others{Storefront: storefrontapi.NewClient(k.HTTP), Content: contentapi.NewClient(k.HTTP), Billing: billingapi.NewClient(k.HTTP), Notify: notifyapi.NewClient(k.HTTP), Review: reviewapi.NewClient(k.HTTP)}
			var resolver Resolver = &net.Resolver{}
			zone := &Zone{}
			if k.Dev { // the demo asks no name server of the world
				resolver = zone
			}
			s, err := NewService(k.Pool, k.Clock, Secrets{Links: k.Secret("links"), Limits: k.Secret("limits")}, others, resolver, config.Hashers)
			if err != nil {
				return nil, err
			}
			r := rest.NewRouter(k.Name, k.Verifier, rest.WithLog(k.Log), rest.WithDev(k.Dev))
			s.Routes(r)
			if k.Dev {
				zone.Routes(r)
			}
			deadlines := s.deadlines(k.Log)
			return &app.Part{
				Handler: r, Routes: r.Routes(), Quiet: deadlines.Quiet, NextDue: s.NextDue,
				Background: []func(context.Context) error{deadlines.Run, s.records(k.Log).Run, s.housekeeping(k.Log).Run},
			}, nil
		},
	}
}
