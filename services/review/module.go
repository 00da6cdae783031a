package review

import (
	"context"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// Module wires review into the house.
func Module() app.Module {
	return app.Module{
		Name: reviewapi.Name, Needs: []string{accountsapi.Name, contentapi.Name}, Schema: schema,
		Init: func(_ context.Context, k *app.Kit) (*app.Part, error) {
			s := NewService(Deps{
				Pool: k.Pool, Clock: k.Clock, Log: k.Log, People: accountsapi.NewClient(k.HTTP), Documents: contentapi.NewClient(k.HTTP),
				Keys: NewLinkKeys(k.Secret("links")),
			})
			s.Consume(k.Bus)
			r := rest.NewRouter(k.Name, k.Verifier, rest.WithLog(k.Log), rest.WithDev(k.Dev))
			s.Routes(r)
			deadlines := s.deadlines(k.Log)
			return &app.Part{
				Handler: r, Routes: r.Routes(), Quiet: s.quiet(deadlines), NextDue: s.NextDue,
				Background: []func(context.Context) error{deadlines.Run, s.errands(k.Log).Run, s.housekeeping(k.Log).Run},
			}, nil
		},
	}
}
