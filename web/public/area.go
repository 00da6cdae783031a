package public

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/web/shell"
)

// Billing is what these pages ask of billing.
type Billing interface {
	Fees(ctx context.Context, r billingapi.FeeRequest) (billingapi.Fees, error)
	LookUpCharge(ctx context.Context, r billingapi.LookupRequest) error
}

// Config names who runs this installation, for the imprint and the promises. The law of most countries wants a postal address and a
// mailbox there (Directive 2000/31/EC, art. 5), so neither has a default.
type Config struct {
	Operator string `env:"WEB_OPERATOR" envDefault:"Workfluence"`
	Address  string `env:"WEB_OPERATOR_ADDRESS"`
	Email    string `env:"WEB_OPERATOR_EMAIL"`
}

type pages struct {
	cfg     Config
	billing Billing
	docs    *documents
}

// Area registers the public pages.
func Area(cfg Config, billing Billing) shell.Area {
	h := &pages{cfg: cfg, billing: billing, docs: newDocuments(cfg)}
	return shell.Area{Name: "public", Register: func(s *shell.Shell) {
		everyone := rest.Any(rest.Public)
		s.Page("GET /", shell.Route{Summary: "What Workfluence is, for each person.", Access: everyone}, h.home)
		s.Page("GET /fees", shell.Route{Summary: "What a creator keeps of a price.", Access: everyone}, h.fees)
		s.Page("GET /charge", shell.Route{Summary: "Ask what a charge on a statement is.", Access: everyone}, h.charge)
		s.Page("POST /charge", shell.Route{Summary: "Look a charge up; the answer goes by e-mail.", Access: everyone}, h.lookUp)
		for _, name := range names {
			s.Page("GET /"+name, shell.Route{Summary: "The page " + name + ".", Access: everyone}, h.document(name))
		}
		s.Page("GET /robots.txt", shell.Route{Summary: "What search engines may read.", Access: everyone}, robots)
	}}
}

func (h *pages) home(v *shell.Visit) error {
	return v.ShowPublic(func(v *shell.Visit) (templ.Component, error) {
		v.Page.Title = v.L.T("home.title")
		v.Page.Description = v.L.T("home.lede")
		keep, err := h.billing.Fees(v.Context(), billingapi.FeeRequest{Amount: 14900, Currency: "EUR"})
		if err != nil {
			return home(v.L, nil), nil //nolint:nilerr // the example is an illustration; the page says the rest without it
		}
		return home(v.L, &keep), nil
	})
}

func (h *pages) document(name string) func(v *shell.Visit) error {
	return func(v *shell.Visit) error {
		return v.ShowPublic(func(v *shell.Visit) (templ.Component, error) {
			doc := h.docs.get(name, v.L.Tag)
			v.Page.Title, v.Page.Description = doc.title, doc.plain()
			return page(doc), nil
		})
	}
}

// robots keeps search engines out of what is nobody's business; pages of one person say noindex themselves.
func robots(v *shell.Visit) error {
	v.Writer().Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.Writer().WriteHeader(http.StatusOK)
	_, err := v.Writer().Write([]byte("User-agent: *\nDisallow: /api/\nDisallow: /dev/\nDisallow: /settings\n"))
	return err
}
