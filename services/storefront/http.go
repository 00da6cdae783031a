package storefront

import (
	"context"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Who may do what: everybody looks at pages and buys; a creator edits, and so
// does whom they let arrange things; publishing and pricing stay with them.
var (
	everybody = rest.Any(rest.Public)
	oneself   = rest.Any(rest.Person)
	seeing    = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeSee), rest.Mandate(accountsapi.ScopeArrange))
	looking   = seeing.Or(rest.Token(accountsapi.TokenProductsRead))
	buying    = seeing.Or(rest.Token(accountsapi.TokenOrdersRead))
	selling   = seeing.Or(rest.Token(accountsapi.TokenSalesRead))
	arranging = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeArrange), rest.Token(accountsapi.TokenProductsWrite))
)

type byProduct struct {
	Product string `path:"product" json:"-" validate:"max=64"`
}

type byCursor struct {
	Cursor string `query:"cursor" json:"-" validate:"max=64"`
}

type productCursor struct {
	byProduct
	byCursor
}

type productVersion struct {
	byProduct
	ifMatch
}

type ifMatch struct {
	Version string `header:"If-Match" json:"-" validate:"max=40"`
}

type byHandle struct {
	Handle string `path:"handle" json:"-" validate:"max=60"`
}

type bySlug struct {
	byHandle
	Slug string `path:"slug" json:"-" validate:"max=240"`
}

// Routes registers the route table.
func (s *Service) Routes(r *rest.Router) {
	s.publicRoutes(r)
	s.productRoutes(r)
	s.courseRoutes(r)
	s.fileRoutes(r)
	s.orderRoutes(r)
	s.libraryRoutes(r)
}

func (s *Service) publicRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/page", Summary: "Your page; it is made when you first ask for it", Access: looking},
		func(ctx context.Context, _ *rest.Empty) (*storefrontapi.Page, error) { return s.OwnPage(ctx) })
	rest.Handle(r, rest.Route{Method: "PATCH", Path: "/api/v1/page", Summary: "Change your page: name, bio, colour, social profiles, order of products", Access: arranging,
		Errors: []*problem.Error{problem.ErrStale}},
		func(ctx context.Context, in *struct {
			ifMatch
			storefrontapi.UpdatePage
		}) (*storefrontapi.Page, error) {
			v, err := versionOf(in.Version)
			if err != nil {
				return nil, err
			}
			return s.UpdatePage(ctx, v, in.UpdatePage)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/creators/:handle", Summary: "A creator's page with the products on it", Access: everybody},
		func(ctx context.Context, in *byHandle) (*storefrontapi.CreatorPage, error) {
			return s.CreatorPage(ctx, in.Handle)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/creators/:handle/products/:slug", Summary: "A published product: words, prices, table of contents", Access: everybody},
		func(ctx context.Context, in *bySlug) (*storefrontapi.PublicProduct, error) {
			return s.PublicProduct(ctx, in.Handle, in.Slug)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/creators/:handle/products/:slug/lessons/:lesson", Summary: "A lesson that can be read before buying", Access: everybody},
		func(ctx context.Context, in *struct {
			bySlug
			Lesson string `path:"lesson" json:"-" validate:"max=64"`
		}) (*storefrontapi.LessonView, error) {
			return s.FreeLesson(ctx, in.Handle, in.Slug, in.Lesson)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/catalogue", Summary: "Published products, newest first", Access: everybody},
		func(ctx context.Context, in *struct {
			byCursor
			Limit int `query:"limit" json:"-" validate:"min=0,max=100"`
		}) (*storefrontapi.Catalogue, error) {
			return s.Catalogue(ctx, in.Cursor, in.Limit)
		})
}

func (s *Service) productRoutes(r *rest.Router) {
	stale := []*problem.Error{problem.ErrStale}
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/products", Summary: "Your products, newest first", Access: looking},
		func(ctx context.Context, in *byCursor) (*storefrontapi.ProductPage, error) {
			return s.Products(ctx, in.Cursor)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/products", Summary: "Make a product as a draft", Access: arranging, Status: 201, Idempotent: true,
		Errors: []*problem.Error{storefrontapi.ErrSlugTaken}},
		func(ctx context.Context, in *struct {
			Key string `header:"Idempotency-Key" json:"-" validate:"max=255"`
			storefrontapi.NewProduct
		}) (*storefrontapi.Product, error) {
			return s.CreateProduct(ctx, in.Key, in.NewProduct)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/products/price-rules", Summary: "The currencies a price may be set in, and the least price in each", Access: everybody},
		func(context.Context, *rest.Empty) (*storefrontapi.PriceRules, error) {
			return &storefrontapi.PriceRules{Items: priceRules()}, nil
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/products/:product", Summary: "One of your products", Access: looking},
		func(ctx context.Context, in *byProduct) (*storefrontapi.Product, error) {
			return s.Product(ctx, in.Product)
		})
	rest.Handle(r, rest.Route{Method: "PATCH", Path: "/api/v1/products/:product", Summary: "Change the draft of a product's page", Access: arranging,
		Errors: append(stale, storefrontapi.ErrSlugTaken)},
		func(ctx context.Context, in *struct {
			productVersion
			storefrontapi.UpdateProduct
		}) (*storefrontapi.Product, error) {
			v, err := versionOf(in.Version)
			if err != nil {
				return nil, err
			}
			return s.UpdateProduct(ctx, in.Product, v, in.UpdateProduct)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/products/:product", Summary: "Delete a draft that was never published", Access: oneself,
		Errors: []*problem.Error{storefrontapi.ErrProductSold}},
		func(ctx context.Context, in *byProduct) (*rest.Empty, error) {
			return nil, s.DeleteProduct(ctx, in.Product)
		})
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/api/v1/products/:product/prices", Summary: "Set the prices, one a currency, or make it free; they hold at once", Access: oneself,
		Errors: append(stale, storefrontapi.ErrPriceTooLow, storefrontapi.ErrPriceInvalid, storefrontapi.ErrSellingNotPossible, storefrontapi.ErrCountryUnknown)},
		func(ctx context.Context, in *struct {
			productVersion
			storefrontapi.SetPrices
		}) (*storefrontapi.Product, error) {
			v, err := versionOf(in.Version)
			if err != nil {
				return nil, err
			}
			return s.SetPrices(ctx, in.Product, v, in.SetPrices)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/products/:product/publish", Summary: "Make the draft what buyers see", Access: oneself,
		Errors: append(append(stale, storefrontapi.ErrNothingToPublish, storefrontapi.ErrHandleMissing, storefrontapi.ErrSellingNotPossible, storefrontapi.ErrCountryUnknown),
			contentapi.ErrGateWaiting, contentapi.ErrGateClosed, contentapi.ErrPolicyStale, contentapi.ErrApprovalStale, contentapi.ErrApprovalEarly, contentapi.ErrApprovalExpired)},
		func(ctx context.Context, in *productVersion) (*storefrontapi.Product, error) {
			v, err := versionOf(in.Version)
			if err != nil {
				return nil, err
			}
			return s.Publish(ctx, in.Product, v)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/products/:product/document", Summary: "Put the product as it stands now forward to be signed off, as a document", Access: oneself,
		Errors: []*problem.Error{storefrontapi.ErrNothingToPublish, contentapi.ErrDocumentClosed}},
		func(ctx context.Context, in *byProduct) (*storefrontapi.Product, error) {
			return s.PutForward(ctx, in.Product)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/products/:product/unpublish", Summary: "Take a product off your page; its buyers keep it", Access: oneself},
		func(ctx context.Context, in *byProduct) (*storefrontapi.Product, error) {
			return s.Unpublish(ctx, in.Product)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/products/:product/former-slugs/:slug", Summary: "Give up a former address of a product; another one may take it", Access: oneself,
		Errors: []*problem.Error{problem.ErrNotFound}},
		func(ctx context.Context, in *struct {
			byProduct
			Slug string `path:"slug" json:"-" validate:"max=240"`
		}) (*storefrontapi.Product, error) {
			return s.GiveUpAddress(ctx, in.Product, in.Slug)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/products/:product/publications", Summary: "What buyers had and have, newest first", Access: looking},
		func(ctx context.Context, in *productCursor) (*storefrontapi.PublicationPage, error) {
			return s.Publications(ctx, in.Product, in.Cursor)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/products/:product/publications/:publication", Summary: "One publication with the digest of each part", Access: looking},
		func(ctx context.Context, in *struct {
			byProduct
			Publication string `path:"publication" json:"-" validate:"max=64"`
		}) (*storefrontapi.PublicationManifest, error) {
			return s.Publication(ctx, in.Product, in.Publication)
		})
}

type placeOrder struct {
	Key string `header:"Idempotency-Key" json:"-" validate:"max=255"`
	storefrontapi.PlaceOrder
}

type byOrder struct {
	Order string `path:"order" json:"-" validate:"max=64"`
	Token string `header:"Order-Token" json:"-" validate:"max=64"`
}

func (s *Service) orderRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/purchase-terms", Summary: "What a buyer of a country is told before paying", Access: everybody},
		func(_ context.Context, in *struct {
			Country string `query:"country" json:"-" validate:"required,iso3166_1_alpha2"`
		}) (*storefrontapi.PurchaseTerms, error) {
			return s.PurchaseTerms(in.Country), nil
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/orders", Summary: "Buy a product, with or without an account", Access: everybody, Status: 201, Idempotent: true,
		Errors: []*problem.Error{storefrontapi.ErrNotForSale, storefrontapi.ErrPriceChanged, storefrontapi.ErrVATID, storefrontapi.ErrAlreadyOwned, storefrontapi.ErrOwnProduct,
			problem.ErrIdempotencyMismatch, billingapi.ErrSellingCap, billingapi.ErrRailUnavailable}},
		func(ctx context.Context, in *placeOrder) (*storefrontapi.PlacedOrder, error) {
			return s.PlaceOrder(ctx, in.Key, in.PlaceOrder)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/orders", Summary: "What you bought, newest first", Access: buying},
		func(ctx context.Context, in *byCursor) (*storefrontapi.OrderPage, error) {
			return s.Orders(ctx, in.Cursor)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/orders/:order", Summary: "An order, for its buyer (by account or by its secret) and its creator", Access: everybody.Or(rest.Token(accountsapi.TokenOrdersRead))},
		func(ctx context.Context, in *byOrder) (*storefrontapi.Order, error) {
			return s.Order(ctx, in.Order, in.Token)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/orders/:order/refresh", Summary: "Ask what became of the payment, now", Access: everybody},
		func(ctx context.Context, in *byOrder) (*storefrontapi.Order, error) {
			return s.Refresh(ctx, in.Order, in.Token)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/orders/:order/checkout", Summary: "Go back to the checkout of an order that is not paid", Access: everybody,
		Errors: []*problem.Error{storefrontapi.ErrOrderOver}},
		func(ctx context.Context, in *byOrder) (*storefrontapi.PlacedOrder, error) {
			return s.Reopen(ctx, in.Order, in.Token)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/orders/:order/claim", Summary: "Put an order into your library by its secret", Access: oneself},
		func(ctx context.Context, in *byOrder) (*storefrontapi.Order, error) {
			return s.Claim(ctx, in.Order, in.Token)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/orders/:order/receipt", Summary: "The receipt of a paid order", Access: everybody.Or(rest.Token(accountsapi.TokenOrdersRead))},
		func(ctx context.Context, in *byOrder) (*storefrontapi.Receipt, error) {
			return s.BuyersReceipt(ctx, in.Order, in.Token)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/orders/:order/receipt", Summary: "The receipt of a paid order", Internal: true,
		Access: rest.Any(rest.Service("notify"), rest.Service("billing"))},
		func(ctx context.Context, in *byOrder) (*storefrontapi.Receipt, error) {
			return s.Receipt(ctx, in.Order)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/personal-data/:person", Summary: "What storefront holds about a person, for their export", Internal: true,
		Access: rest.Any(rest.Service("accounts"))},
		func(ctx context.Context, in *struct {
			Person string `path:"person" json:"-" validate:"max=64"`
		}) (*storefrontapi.PersonalData, error) {
			return s.PersonalData(ctx, in.Person)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/personal-data/:person/orders", Summary: "Gather the orders made with a person's proven address, before they are erased", Internal: true,
		Access: rest.Any(rest.Service("accounts"))},
		func(ctx context.Context, in *struct {
			Person string `path:"person" json:"-" validate:"max=64"`
		}) (*storefrontapi.Claimed, error) {
			return s.Gather(ctx, in.Person)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/sales", Summary: "What was bought from you, newest first", Access: selling},
		func(ctx context.Context, in *struct {
			byCursor
			Product string `query:"product" json:"-" validate:"max=64"`
		}) (*storefrontapi.OrderPage, error) {
			return s.Sales(ctx, in.Product, in.Cursor)
		})
}

type byLesson struct {
	Entitlement string `path:"entitlement" json:"-" validate:"max=64"`
	Lesson      string `path:"lesson" json:"-" validate:"max=64"`
	Token       string `header:"Order-Token" json:"-" validate:"max=64"`
}

func (s *Service) libraryRoutes(r *rest.Router) {
	closed := []*problem.Error{storefrontapi.ErrAccessClosed, storefrontapi.ErrAccessPaused}
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/library", Summary: "What you own, newest first", Access: buying},
		func(ctx context.Context, in *byCursor) (*storefrontapi.Library, error) {
			return s.Library(ctx, in.Cursor)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/library/claims", Summary: "Add what was bought with your proven address", Access: oneself},
		func(ctx context.Context, _ *rest.Empty) (*storefrontapi.Claimed, error) { return s.ClaimAll(ctx) })
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/learn/:entitlement", Summary: "A course you own, with your progress", Access: everybody},
		func(ctx context.Context, in *struct {
			Entitlement string `path:"entitlement" json:"-" validate:"max=64"`
			Token       string `header:"Order-Token" json:"-" validate:"max=64"`
		}) (*storefrontapi.Course, error) {
			return s.Course(ctx, in.Entitlement, in.Token)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/learn/:entitlement/lessons/:lesson", Summary: "A lesson to read", Access: everybody, Errors: closed},
		func(ctx context.Context, in *byLesson) (*storefrontapi.LessonView, error) {
			return s.ReadLesson(ctx, in.Entitlement, in.Lesson, in.Token)
		})
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/api/v1/learn/:entitlement/lessons/:lesson/done", Summary: "Mark a lesson as done", Access: everybody, Errors: closed},
		func(ctx context.Context, in *byLesson) (*storefrontapi.Progress, error) {
			return s.SetDone(ctx, in.Entitlement, in.Lesson, in.Token, true)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/learn/:entitlement/lessons/:lesson/done", Summary: "Take the mark of a lesson back", Access: everybody, Errors: closed},
		func(ctx context.Context, in *byLesson) (*storefrontapi.Progress, error) {
			return s.SetDone(ctx, in.Entitlement, in.Lesson, in.Token, false)
		})
}
