package review

import (
	"context"
	"fmt"
	"net/url"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/translog"
)

// Config is the configuration of review.
type Config struct {
	// FormerKeys are lines of the log's key file from before its secret changed: what they signed stays signed.
	FormerKeys []string `env:"REVIEW_LOG_FORMER_KEYS" envSeparator:" "`
}

// logName is the name of the house's log: its host, and where it is.
func logName(publicURL string) (string, error) {
	u, err := url.Parse(publicURL)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("the public URL names no host")
	}
	return u.Host + "/log", nil
}

// Module wires review into the house.
func Module() app.Module {
	config := &Config{}
	return app.Module{
		Name: reviewapi.Name, Needs: []string{accountsapi.Name, contentapi.Name}, Schema: schema, Config: config,
		Init: func(_ context.Context, k *app.Kit) (*app.Part, error) {
			origin, err := logName(k.PublicURL)
			if err != nil {
				return nil, err
			}
			secret, err := receipt.KeyOf(origin, k.Secret("log"))
			if err != nil {
				return nil, err
			}
			proofs, err := translog.New(k.Pool, k.Clock, secret, config.FormerKeys...)
			if err != nil {
				return nil, err
			}
			s := NewService(Deps{
				Pool: k.Pool, Clock: k.Clock, Log: k.Log, People: accountsapi.NewClient(k.HTTP), Documents: contentapi.NewClient(k.HTTP),
				Keys: NewLinkKeys(k.Secret("links")), Proofs: proofs,
			})
			s.Consume(k.Bus)
			r := rest.NewRouter(k.Name, k.Verifier, rest.WithLog(k.Log), rest.WithDev(k.Dev))
			s.Routes(r)
			deadlines := s.deadlines(k.Log)
			return &app.Part{
				Handler: r, Routes: r.Routes(), Quiet: s.quiet(deadlines), NextDue: s.NextDue,
				Background: []func(context.Context) error{deadlines.Run, s.errands(k.Log).Run, s.housekeeping(k.Log).Run, proofs.Run},
			}, nil
		},
	}
}
