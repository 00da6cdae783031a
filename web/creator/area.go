package creator

import (
	"context"
	"io"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
)

// Shop is what these pages ask of storefront.
type Shop interface {
	Page(ctx context.Context) (storefrontapi.Page, error)
	UpdatePage(ctx context.Context, version int64, in storefrontapi.UpdatePage) (storefrontapi.Page, error)
	Products(ctx context.Context, cursor string) (storefrontapi.ProductPage, error)
	CreateProduct(ctx context.Context, key string, in storefrontapi.NewProduct) (storefrontapi.Product, error)
	Product(ctx context.Context, id string) (storefrontapi.Product, error)
	UpdateProduct(ctx context.Context, id string, version int64, in storefrontapi.UpdateProduct) (storefrontapi.Product, error)
	GiveUpAddress(ctx context.Context, productID, slug string) (storefrontapi.Product, error)
	DeleteProduct(ctx context.Context, id string) error
	PriceRules(ctx context.Context) (storefrontapi.PriceRules, error)
	SetPrices(ctx context.Context, id string, version int64, in storefrontapi.SetPrices) (storefrontapi.Product, error)
	PutForward(ctx context.Context, id string) (storefrontapi.Product, error)
	Publish(ctx context.Context, id string, version int64) (storefrontapi.Product, error)
	Unpublish(ctx context.Context, id string) (storefrontapi.Product, error)
	Publications(ctx context.Context, id, cursor string) (storefrontapi.PublicationPage, error)
	Import(ctx context.Context, productID string, size int64, body io.Reader) (storefrontapi.ImportResult, error)
	Export(ctx context.Context, productID string, w io.Writer) error
	Outline(ctx context.Context, productID string) (storefrontapi.Outline, error)
	Reorder(ctx context.Context, productID string, version int64, in storefrontapi.Reorder) (storefrontapi.Outline, error)
	AddSection(ctx context.Context, productID string, in storefrontapi.NewSection) (storefrontapi.Section, error)
	UpdateSection(ctx context.Context, id string, version int64, in storefrontapi.UpdateSection) (storefrontapi.Section, error)
	DeleteSection(ctx context.Context, id string) error
	AddLesson(ctx context.Context, sectionID string, in storefrontapi.NewLesson) (storefrontapi.Lesson, error)
	Lesson(ctx context.Context, id string) (storefrontapi.Lesson, error)
	UpdateLesson(ctx context.Context, id string, version int64, in storefrontapi.UpdateLesson) (storefrontapi.Lesson, error)
	DeleteLesson(ctx context.Context, id string) error
	PreviewLesson(ctx context.Context, id string, in storefrontapi.PreviewText) (storefrontapi.Preview, error)
	UploadFile(ctx context.Context, to storefrontapi.UploadTarget, size int64, body io.Reader) (storefrontapi.File, error)
	Sales(ctx context.Context, productID, cursor string) (storefrontapi.OrderPage, error)
	Order(ctx context.Context, id, token string) (storefrontapi.Order, error)
}

// Till is what these pages ask of billing.
type Till interface {
	Balance(ctx context.Context) (billingapi.Balance, error)
	Payouts(ctx context.Context, cursor string) (billingapi.Payouts, error)
	RequestPayout(ctx context.Context, key string, r billingapi.PayoutRequest) (billingapi.Payout, error)
	StartOnboarding(ctx context.Context, r billingapi.OnboardingRequest) (billingapi.OnboardingLink, error)
	RefreshOnboarding(ctx context.Context) (billingapi.Onboarding, error)
	Waterfall(ctx context.Context, orderID string) (billingapi.Waterfall, error)
	Refund(ctx context.Context, key string, r billingapi.RefundRequest) (billingapi.Refund, error)
	ReissueRefund(ctx context.Context, refundID string) (billingapi.Refund, error)
	ReinstateRefund(ctx context.Context, refundID string) (billingapi.Refund, error)
}

// Accounts is what these pages ask of accounts.
type Accounts interface {
	Me(ctx context.Context) (accountsapi.Person, error)
	Mandates(ctx context.Context) (accountsapi.Mandates, error)
}

type pages struct {
	shop      Shop
	till      Till
	accounts  Accounts
	clock     clock.Clock
	publicURL string
}

// uploadMost bounds a form that carries a file, in bytes: storefront's own limit and what is around it.
const uploadMost = 2<<30 + 1<<20

// Area registers the pages. publicURL is the site's address without a trailing slash.
func Area(shop Shop, till Till, accounts Accounts, c clock.Clock, publicURL string) shell.Area {
	h := &pages{shop: shop, till: till, accounts: accounts, clock: c, publicURL: publicURL}
	return shell.Area{
		Name: "creator",
		Sections: []shell.Section{
			{Role: shell.Creator, ID: "today", Path: "/today", Order: 10},
			{Role: shell.Creator, ID: "products", Path: "/products", Order: 20},
			{Role: shell.Creator, ID: "orders", Path: "/sales", Order: 30},
			{Role: shell.Creator, ID: "payouts", Path: "/payouts", Order: 40},
			{Role: shell.Creator, ID: "page", Path: "/page", Order: 50},
		},
		Register: func(s *shell.Shell) {
			h.productPages(s)
			h.lessonPages(s)
			h.moneyPages(s)
			s.Page("GET /today", route("today", "What needs me, and what I earned.", looking), h.today)
			s.Page("GET /page", route("page", "The words and links of my page.", looking), h.page)
			s.Page("POST /page", route("page", "Change the words and links of my page.", arranging), h.postPage)
		},
	}
}

// Who may look and who may change: the creator, and an assistant with the scope.
var (
	looking   = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeSee), rest.Mandate(accountsapi.ScopeArrange))
	arranging = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeArrange))
	paying    = rest.Any(rest.Person) // and what sets a price, publishes or can't be undone
)

func route(section, summary string, access rest.Access) shell.Route {
	return shell.Route{Summary: summary, Access: access, Role: shell.Creator, Section: section}
}

func (h *pages) productPages(s *shell.Shell) {
	upload := func(summary string) shell.Route {
		rt := route("products", summary, arranging)
		rt.MaxBody = uploadMost
		return rt
	}
	s.Page("GET /products", route("products", "What I sell.", looking), h.products)
	s.Page("GET /products/new", route("products", "Begin a course.", arranging), h.newProduct)
	s.Page("POST /products/new", route("products", "Make a draft.", arranging), h.postProduct)
	s.Page("GET /products/:product", route("products", "The lessons of a course.", looking), h.course)
	s.Page("POST /products/:product/import", upload("Replace the lessons by those of a zip."), h.postImport)
	s.Page("GET /products/:product/export", route("products", "The draft as a zip.", looking), h.export)
	s.Page("GET /products/:product/words", route("products", "What buyers read first.", looking), h.words)
	s.Page("POST /products/:product/words", upload("Change title, summary, description, cover."), h.postWords)
	s.Page("POST /products/:product/former-addresses", route("products", "Give up a former address of a product.", paying), h.postFormerAddress)
	s.Page("GET /products/:product/price", route("products", "What it costs.", looking), h.prices)
	s.Page("POST /products/:product/price", route("products", "Set the prices.", paying), h.postPrices)
	s.Page("GET /products/:product/publish", route("products", "What buyers see, and what they saw.", looking), h.publishing)
	s.Page("POST /products/:product/publish", route("products", "Publish, take off, or delete.", paying), h.postPublish)
}

func (h *pages) lessonPages(s *shell.Shell) {
	upload := route("products", "Save a lesson, or look at it first.", arranging)
	upload.MaxBody = uploadMost
	s.Page("POST /products/:product/outline", route("products", "Add, move or remove sections and lessons.", arranging), h.postOutline)
	s.Page("GET /products/:product/lessons/:lesson", route("products", "A lesson.", looking), h.lesson)
	s.Page("POST /products/:product/lessons/:lesson", route("products", "Save a lesson, or look at it first.", arranging), h.postLesson)
	s.Page("POST /products/:product/lessons/:lesson/files", upload, h.postFile)
}

func (h *pages) moneyPages(s *shell.Shell) {
	s.Page("GET /sales", route("orders", "What I sold.", looking), h.sales)
	s.Page("GET /sales/:order", route("orders", "An order, cent by cent.", looking), h.sale)
	s.Page("GET /sales/:order/refund", route("orders", "What giving money back means.", paying), h.refund)
	s.Page("POST /sales/:order/refunds/:refund", route("orders", "Send a refund that came back again, or give it up.", paying), h.postFailedRefund)
	s.Page("POST /sales/:order/refund", route("orders", "Give money back.", paying), h.postRefund)
	s.Page("GET /payouts", route("payouts", "When am I paid, and what blocks it?", rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeSee))), h.payouts)
	s.Page("POST /payouts/onboarding", route("payouts", "Go to Stripe's questions.", paying), h.postOnboarding)
	s.Page("POST /payouts/request", route("payouts", "Ask for what is available.", paying), h.postPayout)
}
