package store

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
)

// offerPart names a part of a product's page that speaks of its terms alone: whether it is free, and within how many days the money
// comes back.
type offerPart struct {
	name       string
	free       bool
	refundDays int
}

// offer is a product for one reader: the price in their currency, and what they already have.
type offer struct {
	creator storefrontapi.Creator
	product storefrontapi.PublicDetails
	price   *storefrontapi.Price
	exact   bool           // the price is in the reader's own currency
	chosen  money.Currency // by the address, "" for none
	own     bool           // the reader made it
	shut    bool           // the reader acts for who made it, by a mandate that doesn't open its pages
	owned   string         // the entitlement of a reader who has it
}

func (o offer) path() string { return o.creator.Path + o.product.Path }

// lesson is the address of a free lesson.
func (o offer) lesson(id string) string { return o.path() + "/lessons/" + url.PathEscape(id) }

// buy is the address of the form; a chosen currency goes along.
func (o offer) buy() string {
	c := o.chosen
	if c == "" && o.price != nil {
		c = o.price.Currency
	}
	return "/buy" + o.path() + currencyQuery(c)
}

// here says that the page was asked for by the product's present address.
func (o offer) here(v *shell.Visit) bool {
	return strings.EqualFold(o.creator.Handle, v.Param("handle")) && o.product.Slug == v.Param("slug")
}

// firstFree is the first lesson that can be read at once, or nil.
func (o offer) firstFree() *storefrontapi.PublicLesson {
	for _, s := range o.product.Outline {
		for i := range s.Lessons {
			if s.Lessons[i].Free {
				return &s.Lessons[i]
			}
		}
	}
	return nil
}

func currencyQuery(c money.Currency) string {
	if c == "" {
		return ""
	}
	return "?currency=" + string(c)
}

func (h *pages) product(v *shell.Visit) error {
	err := v.ShowPublic(func(v *shell.Visit) (templ.Component, error) {
		o, err := h.offer(v)
		if err != nil {
			return nil, err
		}
		if !o.here(v) {
			return nil, elsewhere(o.path())
		}
		v.Page.Title, v.Page.Description = o.product.Title, o.product.Summary
		h.share(v, o.path(), sharing{kind: "product", picture: o.product.Cover, data: courseData(h.publicURL, o)})
		return product(v.L, o), nil
	}, string(wanted(v)))
	return h.gone(v, err)
}

// gone tells that a product was taken off when its creator's page is still there.
func (h *pages) gone(v *shell.Visit, err error) error {
	if !isNotFound(err) {
		return h.moved(v, err)
	}
	page, lookup := h.shop.CreatorPage(v.Context(), v.Param("handle"))
	if lookup != nil {
		return h.moved(v, err)
	}
	v.Page.Title, v.Page.NoIndex, v.Page.Head, v.Page.Canonical = v.L.T("store.gone.title"), true, nil, ""
	return v.ShowStatus(problem.ErrNotFound.Status(), gone(v.L, page.Creator, rows(v, page.Creator, page.Products)))
}

func (h *pages) offer(v *shell.Visit) (offer, error) {
	p, err := h.shop.PublicProduct(v.Context(), v.Param("handle"), v.Param("slug"))
	if err != nil {
		return offer{}, err
	}
	v.About(p.Creator.ID)
	o := offer{creator: p.Creator, product: p.Product, chosen: chosen(v), own: v.Caller.Subject() == p.Creator.ID}
	o.shut = v.Caller.For != "" && !v.Caller.Has(accountsapi.ScopeSee) && !v.Caller.Has(accountsapi.ScopeArrange)
	o.price, o.exact = priceIn(p.Product.Prices, wanted(v))
	if !v.Caller.Anonymous() && !o.own {
		o.owned = h.owned(v, p.Product.ID)
	}
	return o, nil
}

// owned finds what a signed-in reader has of a product. It looks at the newest part of their library alone: the
// form says it for sure, and a page without the answer is still right.
func (h *pages) owned(v *shell.Visit, productID string) string {
	library, err := h.shop.Library(v.Context(), "")
	if err != nil {
		return ""
	}
	for _, e := range library.Items {
		if e.ProductID == productID && e.Access == storefrontapi.AccessOpen {
			return e.EntitlementID
		}
	}
	return ""
}

// lessonView is a lesson that can be read before buying.
type lessonView struct {
	offer
	lesson         storefrontapi.LessonView
	previous, next bool // the neighbours can be read too
}

func (h *pages) freeLesson(v *shell.Visit) error {
	err := v.ShowPublic(func(v *shell.Visit) (templ.Component, error) {
		o, err := h.offer(v)
		if err != nil {
			return nil, err
		}
		if !o.here(v) {
			return nil, elsewhere(o.lesson(v.Param("lesson")))
		}
		l, err := h.shop.FreeLesson(v.Context(), v.Param("handle"), v.Param("slug"), v.Param("lesson"))
		if isNotFound(err) {
			title, known := o.titled(v.Param("lesson"))
			if !known {
				return nil, err
			}
			v.Page.Title, v.Page.NoIndex = title, true
			return locked(v.L, o, title), nil
		}
		if err != nil {
			return nil, err
		}
		v.Page.Title, v.Page.Description = l.Title, o.product.Summary
		h.share(v, o.lesson(l.ID), sharing{kind: "article", picture: o.product.Cover})
		return freeLesson(v.L, lessonView{offer: o, lesson: l, previous: o.free(l.PreviousID), next: o.free(l.NextID)}), nil
	}, string(wanted(v)))
	return h.moved(v, err)
}

func (o offer) free(lessonID string) bool {
	for _, s := range o.product.Outline {
		for _, l := range s.Lessons {
			if l.ID == lessonID {
				return l.Free
			}
		}
	}
	return false
}

func (o offer) titled(lessonID string) (string, bool) {
	for _, s := range o.product.Outline {
		for _, l := range s.Lessons {
			if l.ID == lessonID {
				return l.Title, true
			}
		}
	}
	return "", false
}
