package creator

import (
	"net/http"
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
)

// publishView says what buyers see and what stands in the way.
type publishView struct {
	head    productHead
	history []storefrontapi.Publication
	missing []step
	site    string
}

// step is one thing that stands in the way, and where it is put right.
type step struct{ text, action, href string }

// missing words a refused publication: each fault with the page that mends it.
func missing(l locale.L, product string, err error) []step {
	if err == nil {
		return nil
	}
	var out []step
	for _, f := range faultsOf(l, err) {
		s := step{text: f.Text}
		for _, m := range mends {
			if m.field == f.Field && f.Field != "" || m.code == problem.From(err).Code && f.Field == "" {
				s.action, s.href = l.T(m.action), strings.Replace(m.href, ":product", product, 1)
			}
		}
		out = append(out, s)
	}
	return out
}

// mends are the pages where a missing thing is given, by the field or the code of the refusal.
var mends = []struct{ field, code, action, href string }{
	{"lessons", "", "creator.publish.write_lesson", "/products/:product"},
	{"prices", "", "creator.publish.set_price", "/products/:product/price"},
	{"", storefrontapi.ErrHandleMissing.Code, "creator.page.choose_handle", "/welcome/page"},
	{"", storefrontapi.ErrCountryUnknown.Code, "creator.publish.say_country", "/settings"},
	{"", storefrontapi.ErrSellingNotPossible.Code, "creator.publish.make_free", "/products/:product/price"},
}

// publishHeadline answers the question: what do buyers see?
func publishHeadline(l locale.L, p storefrontapi.Product) string {
	switch {
	case p.State == storefrontapi.StatePublished && p.Publication != nil && p.Changed:
		return l.T("creator.publish.see_older", "Number", l.Number(int64(p.Publication.Seq)))
	case p.State == storefrontapi.StatePublished && p.Publication != nil:
		return l.T("creator.publish.see", "Number", l.Number(int64(p.Publication.Seq)))
	case p.State == storefrontapi.StateUnpublished:
		return l.T("creator.publish.off")
	}
	return l.T("creator.publish.nobody")
}

// shortDigest is enough of a digest to tell two publications apart.
func shortDigest(d string) string {
	if len(d) <= 12 {
		return d
	}
	return d[:12] + "…"
}

func (h *pages) publishing(v *shell.Visit) error { return h.showPublishing(v, http.StatusOK, nil) }

func (h *pages) showPublishing(v *shell.Visit, status int, refused error) error {
	p, err := h.head(v, "publish")
	if err != nil {
		return err
	}
	history, err := h.shop.Publications(v.Context(), p.ID, "")
	if err != nil {
		return err
	}
	return v.ShowStatus(status, productPublish(v.L, publishView{p, history.Items, missing(v.L, p.ID, refused), h.publicURL}))
}

func (h *pages) postPublish(v *shell.Visit) error {
	ctx, product := v.Context(), v.Param("product")
	var err error
	next, said := "/products/"+product+"/publish", "creator.publish.done"
	switch v.Form("do") {
	case "publish":
		_, err = h.shop.Publish(ctx, product, version(v))
	case "unpublish":
		_, err = h.shop.Unpublish(ctx, product)
		said = "creator.publish.taken_off"
	case "delete":
		err = h.shop.DeleteProduct(ctx, product)
		next, said = "/products", "creator.publish.deleted"
	default:
		return problem.ErrInvalid
	}
	if err != nil {
		if !shown(err) {
			return err
		}
		return h.showPublishing(v, problem.From(err).Status(), err)
	}
	v.Flash(said)
	return v.See(next)
}
