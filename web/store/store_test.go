package store

import (
	"net/http"
	"testing"

	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/storybook/storytest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	b := storybook.New()
	Stories(b)
	storytest.Run(t, b)
}

func TestPriceInTheReadersCurrency(t *testing.T) {
	t.Parallel()
	price := func(c money.Currency) storefrontapi.Price {
		return storefrontapi.Price{ID: string(c), Amount: money.New(1900, c)}
	}
	for _, c := range []struct {
		offered []storefrontapi.Price
		wanted  money.Currency
		want    string
		exact   bool
	}{
		{[]storefrontapi.Price{price("EUR"), price("GBP")}, "GBP", "GBP", true},
		{[]storefrontapi.Price{price("GBP"), price("EUR")}, "JPY", "EUR", false},
		{[]storefrontapi.Price{price("GBP"), price("JPY")}, "CHF", "GBP", false},
	} {
		got, exact := priceIn(c.offered, c.wanted)
		if got.ID != c.want || exact != c.exact {
			t.Errorf("%s of %v: %s %v", c.wanted, c.offered, got.ID, exact)
		}
	}
	if got, exact := priceIn(nil, "EUR"); got != nil || !exact {
		t.Error("a free product has a price")
	}
}

// The same press is the same order; a corrected answer is another press.
func TestKeyOfAPress(t *testing.T) {
	t.Parallel()
	in := storefrontapi.PlaceOrder{ProductID: "prod_1", Buyer: storefrontapi.Buyer{Email: "a@example.com", Country: "BE"}}
	corrected := in
	corrected.Buyer.Email = "b@example.com"
	if first, again := key("n", in), key("n", in); first != again {
		t.Error("a double click has two keys")
	}
	if key("n", in) == key("n", corrected) || key("n", in) == key("m", in) {
		t.Error("another answer, or another form, has the same key")
	}
}

func TestSecretsStayBelowTheirOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	res := w.get("/orders/order_1/thanks?token=secret")
	if res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/orders/order_1/thanks" {
		t.Fatalf("the secret stays in the address: %d %s", res.Code, res.Header().Get("Location"))
	}
	paths := map[string]bool{}
	for _, c := range res.Result().Cookies() {
		if c.Name == SecretCookie {
			paths[c.Path] = c.HttpOnly
		}
	}
	if len(paths) != 2 || !paths["/orders/order_1"] || !paths["/learn/ent_1"] {
		t.Errorf("cookies at %v", paths)
	}
}
