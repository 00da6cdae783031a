package store

import (
	"net/url"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
)

// Catalogue is the subject of the pages that list everybody's products, see shell.Shell.Changed.
const Catalogue = "catalogue"

// listed is a product in a list, as its row shows it.
type listed struct {
	storefrontapi.Listing
	creator storefrontapi.Creator
	price   *storefrontapi.Price
	href    string
}

// rows prepares products for a reader who counts in c. A chosen currency goes along with the addresses.
func rows(v *shell.Visit, creator storefrontapi.Creator, products []storefrontapi.Listing) []listed {
	out := make([]listed, len(products))
	for i, p := range products {
		out[i] = row(v, creator, p)
	}
	return out
}

func row(v *shell.Visit, creator storefrontapi.Creator, p storefrontapi.Listing) listed {
	price, _ := priceIn(p.Prices, wanted(v))
	return listed{Listing: p, creator: creator, price: price, href: creator.Path + p.Path + currencyQuery(chosen(v))}
}

func (h *pages) discover(v *shell.Visit) error {
	return v.ShowPublic(func(v *shell.Visit) (templ.Component, error) {
		list, err := h.shop.Catalogue(v.Context(), v.Query("cursor"), 0)
		if err != nil {
			return nil, err
		}
		entries := make([]listed, len(list.Items))
		for i, e := range list.Items {
			entries[i] = row(v, e.Creator, e.Listing)
		}
		more := ""
		if list.Next != "" {
			more = "/discover?cursor=" + url.QueryEscape(list.Next)
		}
		v.About(Catalogue)
		v.Page.Title, v.Page.Description = v.L.T("store.discover.title"), v.L.T("store.discover.lede")
		v.Page.Canonical = h.publicURL + "/discover"
		return discover(v.L, entries, more, v.Query("cursor") != ""), nil
	}, string(wanted(v)))
}
