package store

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
)

// tomsShop is the world in which the one order is that of whoever the reader acts for.
type tomsShop struct{ actingShop }

func (s tomsShop) Order(context.Context, string, string) (storefrontapi.Order, error) {
	return s.order, nil
}

func (s tomsShop) Refresh(context.Context, string, string) (storefrontapi.Order, error) {
	return s.order, nil
}

// actingFor reads pages as Alex, who acts for Tom by a mandate with the scopes given.
func actingFor(w *world, represented string, scopes ...string) func(path string) string {
	site := shell.New(shell.Config{Name: "web", Messages: i18n.Messages(), PublicURL: "https://workfluence.example", People: func(context.Context, identity.Caller) (shell.Person, error) {
		return shell.Person{Name: "Alex", ActingFor: "Tom Baker"}, nil
	}}, Area(tomsShop{actingShop{w}}, alex{}, "https://workfluence.example"))
	return func(path string) string {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		res := httptest.NewRecorder()
		site.ServeHTTP(res, req.WithContext(identity.With(req.Context(), identity.Caller{Person: "person_alex", For: represented, Scopes: scopes})))
		return res.Body.String()
	}
}

// What an order's buyer alone may press is said to an assistant in words, and nothing leads them into a refusal.
func TestAnAssistantReadsWhoPaysAndClaims(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := w.order
	unpaid := paid
	unpaid.State, unpaid.Access, unpaid.EntitlementID, unpaid.PaidAt = storefrontapi.OrderStateOpen, "none", "", nil
	read := actingFor(w, "person_tom", accountsapi.ScopeSee)
	for _, c := range []struct {
		path   string
		order  storefrontapi.Order
		button string
		never  string
	}{
		{"/orders/order_1", unpaid, "Go on to payment", "/checkout"},
		{"/orders/order_1/cancelled", unpaid, "Go on to payment", "/checkout"},
		{"/orders/order_1/thanks", unpaid, "I haven’t paid yet", "/checkout"},
		{"/orders/order_1", paid, "Put it into my library", "/claim"},
	} {
		w.order = c.order
		page := read(c.path)
		if !strings.Contains(page, "Tom Baker has to press “"+c.button) || strings.Contains(page, c.never) {
			t.Errorf("%s, state %s:\n%s", c.path, c.order.State, page)
		}
	}
}

// An assistant who may neither see nor arrange meets no way into the product's pages, which would refuse them.
func TestAMandateToCommentOffersNoEditing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	edit := `href="/products/` + rotas.ID + `"`
	if page := actingFor(w, ines.ID, accountsapi.ScopeComment)("/@ines/rotas"); strings.Contains(page, edit) {
		t.Error("editing is offered to who may comment alone")
	}
	if page := actingFor(w, ines.ID, accountsapi.ScopeArrange)("/@ines/rotas"); !strings.Contains(page, edit) {
		t.Error("editing is not offered to who may arrange")
	}
}
