package store

import (
	"net/http"
	"net/url"

	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
)

// The cookies of a purchase. Each holds for the paths of one order, or of what it opened.
const (
	// SecretCookie is the order's secret: who has it, has the order. The player reads it too.
	SecretCookie = "wf_order"
	fromCookie   = "wf_from" // the path of the product, for the way back from a checkout that was left
)

// keepSeconds is how long a browser remembers a guest's order. The receipt opens it again after that.
const keepSeconds = 400 * 24 * 3600

func orderPath(orderID string) string { return "/orders/" + url.PathEscape(orderID) }

func coursePath(entitlementID string) string { return "/learn/" + url.PathEscape(entitlementID) }

// keepSecret remembers a guest's order in this browser.
func keepSecret(v *shell.Visit, o storefrontapi.Order, token string) {
	if token == "" {
		return
	}
	keep(v, SecretCookie, token, orderPath(o.ID))
	if o.EntitlementID != "" {
		keep(v, SecretCookie, token, coursePath(o.EntitlementID))
	}
}

func keep(v *shell.Visit, name, value, path string) {
	v.SetCookie(&http.Cookie{Name: name, Value: value, Path: path, MaxAge: keepSeconds, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// secret is the order's secret as this browser knows it, "" for none.
func secret(v *shell.Visit) string { return cookie(v, SecretCookie) }

func cookie(v *shell.Visit, name string) string {
	c, err := v.Request().Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// arrive takes a secret out of the address into the browser's memory and leads to the same page without it, so
// that an address that is shared or looked at gives nothing away. It answers false when there was none.
func (h *pages) arrive(v *shell.Visit) (bool, error) {
	token := v.Query("token")
	if token == "" {
		return false, nil
	}
	o, err := h.shop.Order(v.Context(), v.Param("order"), token)
	switch {
	case err == nil:
		keepSecret(v, o, token)
	case !isNotFound(err):
		return true, err
	}
	return true, v.See(v.Request().URL.Path)
}
