package content

import (
	"context"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// Config is the configuration of content.
type Config struct {
	// MaxPicture and MaxRecording are the most bytes that a picture, and a film or a sound, of a document may have.
	MaxPicture   int64 `env:"CONTENT_MAX_PICTURE" envDefault:"20971520"`
	MaxRecording int64 `env:"CONTENT_MAX_RECORDING" envDefault:"536870912"`
}

// Module wires content into the house.
func Module() app.Module {
	config := &Config{}
	return app.Module{
		Name: contentapi.Name, Needs: []string{accountsapi.Name}, Schema: schema, Config: config,
		Init: func(ctx context.Context, k *app.Kit) (*app.Part, error) {
			store, err := files.OpenUnder(ctx, k.BlobURL, schema+"/")
			if err != nil {
				return nil, err
			}
			s := NewService(Deps{
				Pool: k.Pool, Clock: k.Clock, Log: k.Log, People: accountsapi.NewClient(k.HTTP),
				Files: store, Sign: files.NewSigner(k.Secret("files"), k.FilesURL).Below(contentapi.FilesPath), Config: *config,
			})
			s.Consume(k.Bus)
			r := rest.NewRouter(k.Name, k.Verifier, rest.WithLog(k.Log), rest.WithDev(k.Dev))
			s.Routes(r)
			deadlines := s.deadlines(k.Log)
			return &app.Part{
				Handler: r, Routes: r.Routes(), Quiet: deadlines.Quiet, NextDue: s.NextDue, Ready: store.Ready,
				Background: []func(context.Context) error{deadlines.Run, s.housekeeping(k.Log).Run, s.collector(k.Log).Run},
				Close:      func(context.Context) error { return store.Close() },
			}, nil
		},
	}
}
