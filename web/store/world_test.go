package store

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
)

// world is the pages over a shop of one product and one order.
type world struct {
	Shop
	t     testing.TB
	shell *shell.Shell
	order storefrontapi.Order
	keys  []string
	in    storefrontapi.PlaceOrder
	fault error
}

func newWorld(t testing.TB) *world {
	t.Helper()
	paid := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	w := &world{t: t, order: storefrontapi.Order{
		ID: "order_1", Number: "N1", Title: rotas.Title, Amount: rotas.Prices[0].Amount, State: "paid", Access: "open", EntitlementID: "ent_1", PaidAt: &paid,
		RefundRequested: rotas.Prices[0].Amount, Refunded: rotas.Prices[0].Amount, Buyer: storefrontapi.Buyer{Email: "yusuf@example.com"},
	}}
	w.order.RefundRequested.Minor, w.order.Refunded.Minor = 0, 0
	w.shell = shell.New(shell.Config{Name: "web", Messages: i18n.Messages(), PublicURL: "https://workfluence.example"}, Area(w, people{}, "https://workfluence.example"))
	return w
}

func (w *world) get(path string, cookies ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, path, nil)
	req.Header.Set("Accept-Language", "en-GB")
	for _, c := range cookies {
		req.Header.Add("Cookie", c)
	}
	res := httptest.NewRecorder()
	w.shell.ServeHTTP(res, req)
	return res
}

func (w *world) post(path string, form url.Values) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res := httptest.NewRecorder()
	w.shell.ServeHTTP(res, req)
	return res
}

func (w *world) PublicProduct(_ context.Context, handle, slug string) (storefrontapi.PublicProduct, error) {
	if !strings.EqualFold(handle, "ines") && handle != "old" || slug != "rotas" && slug != "rotas-2025" { // storefront follows former addresses
		return storefrontapi.PublicProduct{}, problem.ErrNotFound
	}
	return storefrontapi.PublicProduct{Creator: ines, Product: details(rotas)}, nil
}

func (w *world) CreatorPage(_ context.Context, handle string) (storefrontapi.CreatorPage, error) {
	if handle != "ines" && handle != "old" {
		return storefrontapi.CreatorPage{}, problem.ErrNotFound
	}
	return storefrontapi.CreatorPage{Creator: ines, Products: shelf}, nil
}

func (w *world) FreeLesson(_ context.Context, _, _, lesson string) (storefrontapi.LessonView, error) {
	if lesson != "lesson_1" {
		return storefrontapi.LessonView{}, problem.ErrNotFound
	}
	return firstView, nil
}

func (w *world) PurchaseTerms(_ context.Context, country string) (storefrontapi.PurchaseTerms, error) {
	return storefrontapi.PurchaseTerms{Country: country, Withdrawal: storefrontapi.Withdrawal{Applies: country == "BE", Days: 14}}, nil
}

func (w *world) PlaceOrder(_ context.Context, key string, in storefrontapi.PlaceOrder) (storefrontapi.PlacedOrder, error) {
	w.keys, w.in = append(w.keys, key), in
	return storefrontapi.PlacedOrder{Order: w.order, CheckoutURL: "https://checkout.stripe.com/x", Next: "/orders/order_1/thanks?token=secret", AccessToken: "secret"}, w.fault
}

func (w *world) seen(id, token string) (storefrontapi.Order, error) {
	if id != w.order.ID || token != "secret" {
		return storefrontapi.Order{}, problem.ErrNotFound
	}
	return w.order, nil
}

func (w *world) Order(_ context.Context, id, token string) (storefrontapi.Order, error) {
	return w.seen(id, token)
}

func (w *world) Refresh(_ context.Context, id, token string) (storefrontapi.Order, error) {
	return w.seen(id, token)
}

func (w *world) OrderReceipt(_ context.Context, id, token string) (storefrontapi.Receipt, error) {
	_, err := w.seen(id, token)
	return storefrontapi.Receipt{OrderID: id, Number: "N1", Amount: w.order.Amount, Refunded: w.order.Refunded, Country: "BE", Seller: storefrontapi.Seller{Email: "help@workfluence.example"}}, err
}

func (w *world) Reopen(_ context.Context, id, token string) (storefrontapi.PlacedOrder, error) {
	_, err := w.seen(id, token)
	if err == nil && w.fault != nil {
		err = w.fault
	}
	return storefrontapi.PlacedOrder{CheckoutURL: "https://checkout.stripe.com/x"}, err
}

func (w *world) Course(context.Context, string, string) (storefrontapi.Course, error) {
	return storefrontapi.Course{EntitlementID: "ent_1", Title: rotas.Title, Creator: ines, Lessons: 5, NextLessonID: "lesson_1"}, nil
}

func (w *world) ReadLesson(context.Context, string, string, string) (storefrontapi.LessonView, error) {
	return firstView, nil
}

// people is accounts: nobody is signed in, and one handle has moved.
type people struct{}

func (people) Me(context.Context) (accountsapi.Person, error) {
	return accountsapi.Person{}, problem.ErrUnauthenticated
}

func (people) ByHandle(_ context.Context, handle string) (accountsapi.Public, error) {
	switch handle {
	case "old":
		return accountsapi.Public{Handle: "ines", Moved: true}, nil
	case "stale":
		return accountsapi.Public{Handle: "fresh", Moved: true}, nil
	case "fresh":
		return accountsapi.Public{ID: "person_2", Handle: "fresh", Name: "Fresh"}, nil
	}
	return accountsapi.Public{}, problem.ErrNotFound
}

func (people) Countries(context.Context) (accountsapi.Countries, error) {
	return accountsapi.Countries{Data: []accountsapi.Country{{Code: "BE", Name: "Belgium"}, {Code: "GB", Name: "United Kingdom"}}}, nil
}
