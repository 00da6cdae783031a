package creator

import (
	"net/http"
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
)

// publishView says what buyers see and what stands in the way.
type publishView struct {
	head    productHead
	history []storefrontapi.Publication
	missing []step
	site    string
	solo    bool // works for nobody: no word is about an employer
}

// askable says whether an employer may be asked about what the product says now. It has to say something that buyers don't have.
func (w publishView) askable() bool {
	return w.head.acting == "" && !w.solo && w.head.Lessons > 0 && (w.head.State != storefrontapi.StatePublished || w.head.Changed)
}

// asked is where the answers of employers stand, "" when nobody could have been asked.
func (w publishView) asked() string {
	if w.head.acting != "" || w.head.DocumentID == "" {
		return ""
	}
	return askedPath + w.head.DocumentID
}

// askedPath lists what was asked about a document, whose id follows.
const askedPath = "/submissions?document="

// step is one thing that stands in the way, and where it is put right.
type step struct{ text, action, href string }

// missing words a refused publication: each fault with the page that mends it.
func missing(l locale.L, p storefrontapi.Product, err error) []step {
	if err == nil {
		return nil
	}
	var out []step
	for _, f := range faultsOf(l, err) {
		s := step{text: f.Text}
		for _, m := range mends {
			if m.field == f.Field && f.Field != "" || m.code == problem.From(err).Code && f.Field == "" {
				s.action, s.href = l.T(m.action), strings.NewReplacer(":product", p.ID, ":document", p.DocumentID).Replace(m.href)
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
	{"", contentapi.ErrGateWaiting.Code, "documents.signoff.asked", askedPath + ":document"},
	{"", contentapi.ErrGateClosed.Code, "documents.signoff.asked", askedPath + ":document"},
	{"", contentapi.ErrPolicyStale.Code, "documents.signoff.asked", askedPath + ":document"},
	{"", contentapi.ErrApprovalStale.Code, "documents.signoff.asked", askedPath + ":document"},
	{"", contentapi.ErrApprovalEarly.Code, "documents.signoff.asked", askedPath + ":document"},
	{"", contentapi.ErrApprovalExpired.Code, "documents.signoff.asked", askedPath + ":document"},
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
	return v.ShowStatus(status, productPublish(v.L, publishView{p, history.Items, missing(v.L, p.Product, refused), h.publicURL, v.Page.Solo()}))
}

func (h *pages) postPublish(v *shell.Visit) error {
	ctx, product := v.Context(), v.Param("product")
	var err error
	next, said := "/products/"+product+"/publish", "creator.publish.done"
	switch v.Form("do") {
	case "publish":
		_, err = h.shop.Publish(ctx, product, version(v))
	case "check", "ask":
		return h.putForward(v, product)
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

// putForward makes what the product says now a document, and leads to the page that checks it or asks about it.
func (h *pages) putForward(v *shell.Visit, product string) error {
	p, err := h.shop.PutForward(v.Context(), product)
	switch {
	case err != nil && !shown(err):
		return err
	case err != nil:
		return h.showPublishing(v, problem.From(err).Status(), err)
	case v.Form("do") == "check":
		return v.See("/submissions/check?document=" + p.DocumentID)
	}
	return v.See("/submissions/new?document=" + p.DocumentID)
}
