package storefront

import (
	"context"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Config is the configuration of storefront.
type Config struct {
	// MaxUpload is the most bytes a file may have.
	MaxUpload int64 `env:"STOREFRONT_MAX_UPLOAD" envDefault:"2147483648"`
	// The merchant of record, as receipts name it.
	SellerName    string `env:"STOREFRONT_SELLER_NAME" envDefault:"Workfluence"`
	SellerAddress string `env:"STOREFRONT_SELLER_ADDRESS"`
	SellerVATID   string `env:"STOREFRONT_SELLER_VAT_ID"`
	SellerEmail   string `env:"STOREFRONT_SELLER_EMAIL"`
	// ReceiptYears is for how many full calendar years after the year of the sale a receipt has to be kept. Ten is the longest that the
	// countries of the European Union ask of a seller who reports VAT there (Directive 2006/112/EC, art. 369k).
	ReceiptYears int `env:"STOREFRONT_RECEIPT_YEARS" envDefault:"10"`
}

// Module wires storefront into the house.
func Module() app.Module {
	config := &Config{}
	return app.Module{
		Name: storefrontapi.Name, Needs: []string{accountsapi.Name, billingapi.Name, contentapi.Name}, Schema: schema, Config: config,
		Init: func(ctx context.Context, k *app.Kit) (*app.Part, error) {
			store, err := files.Open(ctx, k.BlobURL)
			if err != nil {
				return nil, err
			}
			s := NewService(Deps{
				Pool: k.Pool, Clock: k.Clock, Log: k.Log, People: accountsapi.NewClient(k.HTTP), Till: billingapi.NewClient(k.HTTP), Documents: contentapi.NewClient(k.HTTP),
				Files: store, Sign: files.NewSigner(k.Secret("files"), k.FilesURL), OrderKey: k.Secret("orders"), Config: *config,
			})
			s.Consume(k.Bus)
			r := rest.NewRouter(k.Name, k.Verifier, rest.WithLog(k.Log), rest.WithDev(k.Dev))
			s.Routes(r)
			orders := s.orderSweep(k.Log)
			return &app.Part{
				Handler: r, Routes: r.Routes(), Quiet: orders.Quiet, Ready: store.Ready,
				Background: []func(context.Context) error{orders.Run, s.housekeeping(k.Log).Run, s.collector(k.Log).Run},
				Close:      func(context.Context) error { return store.Close() },
			}, nil
		},
	}
}
