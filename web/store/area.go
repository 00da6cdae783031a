package store

import (
	"context"

	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
)

// Shop is what these pages ask of storefront.
type Shop interface {
	CreatorPage(ctx context.Context, handle string) (storefrontapi.CreatorPage, error)
	PublicProduct(ctx context.Context, handle, slug string) (storefrontapi.PublicProduct, error)
	FreeLesson(ctx context.Context, handle, slug, lessonID string) (storefrontapi.LessonView, error)
	Catalogue(ctx context.Context, cursor string, limit int) (storefrontapi.Catalogue, error)
	PurchaseTerms(ctx context.Context, country string) (storefrontapi.PurchaseTerms, error)
	PlaceOrder(ctx context.Context, key string, in storefrontapi.PlaceOrder) (storefrontapi.PlacedOrder, error)
	Order(ctx context.Context, id, token string) (storefrontapi.Order, error)
	Orders(ctx context.Context, cursor string) (storefrontapi.OrderPage, error)
	Refresh(ctx context.Context, id, token string) (storefrontapi.Order, error)
	Reopen(ctx context.Context, id, token string) (storefrontapi.PlacedOrder, error)
	Claim(ctx context.Context, id, token string) (storefrontapi.Order, error)
	OrderReceipt(ctx context.Context, id, token string) (storefrontapi.Receipt, error)
	Library(ctx context.Context, cursor string) (storefrontapi.Library, error)
	Course(ctx context.Context, entitlementID, token string) (storefrontapi.Course, error)
	ReadLesson(ctx context.Context, entitlementID, lessonID, token string) (storefrontapi.LessonView, error)
}

// People is what these pages ask of accounts.
type People interface {
	Me(ctx context.Context) (accountsapi.Person, error)
	ByHandle(ctx context.Context, handle string) (accountsapi.Public, error)
	Countries(ctx context.Context) (accountsapi.Countries, error)
}

type pages struct {
	shop      Shop
	people    People
	publicURL string
}

// Area registers the pages. publicURL is the site's address without a trailing slash.
func Area(shop Shop, people People, publicURL string) shell.Area {
	h := &pages{shop: shop, people: people, publicURL: publicURL}
	return shell.Area{
		Name:     "store",
		Sections: []shell.Section{{Role: shell.Buyer, ID: "purchases", Path: "/purchases", Order: 20}},
		Register: func(s *shell.Shell) {
			h.showcase(s)
			h.till(s)
			h.orders(s)
		},
	}
}

func (h *pages) showcase(s *shell.Shell) {
	everyone := rest.Any(rest.Public)
	s.Page("GET /discover", shell.Route{Summary: "What is on sale, newest first.", Access: everyone}, h.discover)
	s.Page("GET /@:handle", shell.Route{Summary: "A creator's page.", Access: everyone}, h.creator)
	s.Page("GET /@:handle/:slug", shell.Route{Summary: "What a product is and costs.", Access: everyone}, h.product)
	s.Page("GET /@:handle/:slug/lessons/:lesson", shell.Route{Summary: "A lesson to read before buying.", Access: everyone}, h.freeLesson)
}

func (h *pages) till(s *shell.Shell) {
	everyone := rest.Any(rest.Public)
	s.Page("GET /buy/@:handle/:slug", shell.Route{Summary: "What we need to know before the payment.", Access: everyone}, h.buy)
	s.Page("POST /buy/@:handle/:slug", shell.Route{Summary: "Place the order and go to the checkout.", Access: everyone}, h.place)
}

func (h *pages) orders(s *shell.Shell) {
	everyone, person := rest.Any(rest.Public), rest.Any(rest.Person)
	buyer := rest.Any(rest.Person, rest.Mandate("see"))
	s.Page("GET /orders/:order", shell.Route{Summary: "Where an order stands, for its buyer.", Access: everyone}, h.order)
	s.Page("GET /orders/:order/thanks", shell.Route{Summary: "After the checkout: what was bought, opened.", Access: everyone}, h.thanks)
	s.Page("GET /orders/:order/cancelled", shell.Route{Summary: "After leaving the checkout.", Access: everyone}, h.cancelled)
	s.Page("GET /orders/:order/open", shell.Route{Summary: "The address from the receipt: opens what was bought.", Access: everyone}, h.open)
	s.Page("GET /orders/:order/receipt", shell.Route{Summary: "The receipt of an order, to print.", Access: everyone}, h.receipt)
	s.Page("POST /orders/:order/checkout", shell.Route{Summary: "Go back to the checkout of an unpaid order.", Access: everyone}, h.reopen)
	s.Page("GET /orders/:order/claim", shell.Route{Summary: "Asks before an order joins the library.", Access: person, Role: shell.Buyer, Section: "library"}, h.askClaim)
	s.Page("POST /orders/:order/claim", shell.Route{Summary: "Put an order into the library.", Access: person, Role: shell.Buyer, Section: "library"}, h.claim)
	s.Page("GET /purchases", shell.Route{Summary: "What a person bought, newest first.", Access: buyer, Role: shell.Buyer, Section: "purchases"}, h.purchases)
}
