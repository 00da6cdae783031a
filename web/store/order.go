package store

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// orderView is an order for its buyer.
type orderView struct {
	storefrontapi.Order
	back   string // the path of the product, as far as this browser knows it
	guest  bool   // nobody is signed in
	seller string // the address to write to about money, "" when not known
	acting string // who alone pays and claims, "" for who acts for themselves
}

func (h *pages) view(v *shell.Visit, o storefrontapi.Order) orderView {
	back := shell.Local(cookie(v, fromCookie))
	if back == "/" {
		back = "/discover"
	}
	return orderView{Order: o, back: back, guest: v.Caller.Anonymous(), acting: v.Acting()}
}

// unproven answers whoever can't show that an order is theirs, without telling whether there is one.
func unproven(v *shell.Visit, err error) error {
	if !isNotFound(err) && !errors.Is(err, problem.ErrForbidden) {
		return err
	}
	v.Page.Title, v.Page.NoIndex = v.L.T("store.unproven.title"), true
	return v.ShowStatus(http.StatusNotFound, refused(v.Page.Title, v.L.T("store.unproven.text"), []ui.Action{
		{Label: v.L.T("store.unproven.sign_in"), Href: "/sign-in?next=" + url.QueryEscape(v.Request().URL.Path)},
		{Label: v.L.T("store.unproven.charge"), Href: "/charge"},
	}))
}

// order says where an order stands. A creator who opens an order of their product is led to their own page of it.
func (h *pages) order(v *shell.Visit) error {
	if here, err := h.arrive(v); here || err != nil {
		return err
	}
	o, err := h.shop.Order(v.Context(), v.Param("order"), secret(v))
	if err != nil {
		return unproven(v, err)
	}
	if v.Caller.Person != "" && o.CreatorID == v.Caller.Person {
		return v.See("/sales/" + url.PathEscape(o.ID))
	}
	view := h.view(v, o)
	if o.PaidAt != nil && !o.Amount.IsZero() {
		if r, err := h.shop.OrderReceipt(v.Context(), o.ID, secret(v)); err == nil {
			view.seller = r.Seller.Email // without it the page still says all that the order knows
			view.back = backTo(r.ProductPath, view.back)
		}
	}
	v.Page.Title, v.Page.NoIndex, v.Page.Section = view.headline(v.L), true, "purchases"
	return v.Show(orderPage(v.L, view))
}

func backTo(known, otherwise string) string {
	if known != "" {
		return known
	}
	return otherwise
}

// thanks is where the hosted checkout returns to. It asks for the payment now, so that nobody waits for a
// webhook, and opens what was bought on the spot.
func (h *pages) thanks(v *shell.Visit) error {
	if here, err := h.arrive(v); here || err != nil {
		return err
	}
	o, err := h.shop.Refresh(v.Context(), v.Param("order"), secret(v))
	if err != nil && problem.From(err).Status() >= http.StatusInternalServerError {
		o, err = h.shop.Order(v.Context(), v.Param("order"), secret(v)) // the till rests; what we know is still true
	}
	if err != nil {
		return unproven(v, err)
	}
	keepSecret(v, o, secret(v))
	view := h.view(v, o)
	v.Page.NoIndex, v.Page.Plain = true, v.Caller.Anonymous()
	switch {
	case o.State == storefrontapi.OrderStatePaid && o.Access == storefrontapi.AccessOpen:
		first, err := h.firstLesson(v.Context(), o.EntitlementID, secret(v))
		if err != nil {
			return err
		}
		v.Page.Title = v.L.T("store.thanks.title")
		return v.Show(thanks(v.L, view, first))
	case o.State == storefrontapi.OrderStatePaid, o.State == storefrontapi.OrderStateFailed, o.State == storefrontapi.OrderStateExpired:
		return v.See(orderPath(o.ID))
	}
	v.Page.Title, v.Page.Head = v.L.T("store.waiting.title"), lookAgain(waitSeconds)
	return v.Show(waiting(v.L, view))
}

// waitSeconds is how often the page of a payment that is on its way looks again.
const waitSeconds = 3

// start is the lesson that a course begins with.
type start struct {
	course storefrontapi.Course
	lesson *storefrontapi.LessonView // nil when the course has none
}

func (h *pages) firstLesson(ctx context.Context, entitlementID, token string) (start, error) {
	course, err := h.shop.Course(ctx, entitlementID, token)
	if err != nil || course.NextLessonID == "" {
		return start{course: course}, err
	}
	lesson, err := h.shop.ReadLesson(ctx, entitlementID, course.NextLessonID, token)
	if err != nil {
		return start{}, err
	}
	// A link to another lesson is that lesson's id alone, made for a page beside it; this page is elsewhere.
	lesson.HTML = strings.ReplaceAll(lesson.HTML, `href="lesson_`, `href="`+coursePath(entitlementID)+`/lessons/lesson_`)
	return start{course: course, lesson: &lesson}, nil
}

// cancelled is where the checkout leads that was left. A payment that happened all the same is thanked for.
func (h *pages) cancelled(v *shell.Visit) error {
	if here, err := h.arrive(v); here || err != nil {
		return err
	}
	o, err := h.shop.Refresh(v.Context(), v.Param("order"), secret(v))
	if err != nil && problem.From(err).Status() >= http.StatusInternalServerError {
		o, err = h.shop.Order(v.Context(), v.Param("order"), secret(v))
	}
	if err != nil {
		return unproven(v, err)
	}
	if o.State == storefrontapi.OrderStatePaid || o.State == storefrontapi.OrderStateProcessing {
		return v.See(orderPath(o.ID) + "/thanks")
	}
	view := h.view(v, o)
	v.Page.Title, v.Page.NoIndex, v.Page.Plain = v.L.T("store.cancelled.title"), true, v.Caller.Anonymous()
	return v.Show(cancelled(v.L, view))
}

// open is the address in the receipt.
func (h *pages) open(v *shell.Visit) error {
	if here, err := h.arrive(v); here || err != nil {
		return err
	}
	o, err := h.shop.Order(v.Context(), v.Param("order"), secret(v))
	if err != nil {
		return unproven(v, err)
	}
	if o.Access == storefrontapi.AccessOpen && o.EntitlementID != "" {
		keepSecret(v, o, secret(v))
		return v.See(coursePath(o.EntitlementID))
	}
	return v.See(orderPath(o.ID))
}

// reopen goes back to the checkout of an order that waits.
func (h *pages) reopen(v *shell.Visit) error {
	placed, err := h.shop.Reopen(v.Context(), v.Param("order"), secret(v))
	switch {
	case errors.Is(err, storefrontapi.ErrOrderOver):
		return v.See(orderPath(v.Param("order")))
	case err != nil:
		return unproven(v, err)
	case placed.CheckoutURL != "":
		return v.See(placed.CheckoutURL)
	}
	return v.See(placed.Next)
}

func (h *pages) receipt(v *shell.Visit) error {
	if here, err := h.arrive(v); here || err != nil {
		return err
	}
	r, err := h.shop.OrderReceipt(v.Context(), v.Param("order"), secret(v))
	if err != nil {
		return unproven(v, err)
	}
	v.Page.Title, v.Page.NoIndex, v.Page.Width = v.L.T("store.receipt.title", "Number", r.Number), true, "read"
	return v.Show(receipt(v.L, r, h.countryName(v, r.Country)))
}

// countryName is a country in the reader's language, or its code when accounts does not answer.
func (h *pages) countryName(v *shell.Visit, code string) string {
	countries, err := h.people.Countries(v.Context())
	if err == nil {
		for _, c := range countries.Data {
			if c.Code == code {
				return c.Name
			}
		}
	}
	return code
}

func (h *pages) askClaim(v *shell.Visit) error {
	o, err := h.shop.Order(v.Context(), v.Param("order"), secret(v))
	if err != nil {
		return unproven(v, err)
	}
	if o.Attached {
		return v.See("/library")
	}
	v.Page.Title, v.Page.NoIndex = v.L.T("store.claim.title", "Title", o.Title), true
	return v.Show(askClaim(v.L, h.view(v, o)))
}

func (h *pages) claim(v *shell.Visit) error {
	_, err := h.shop.Claim(v.Context(), v.Param("order"), secret(v))
	switch p := problem.From(err); {
	case err == nil:
		v.Flash("store.claim.done")
		return v.See("/library")
	case p.Code == problem.ErrConflict.Code && p.State == "attached":
		v.Page.Title, v.Page.NoIndex = v.L.T("store.claim.elsewhere"), true
		return v.ShowStatus(http.StatusConflict, refused(v.Page.Title, v.L.T("store.claim.elsewhere_text"), []ui.Action{
			{Label: v.L.T("store.owned.library"), Href: "/library"}, {Label: v.L.T("store.claim.other_account"), Href: "/sign-in"},
		}))
	}
	return unproven(v, err)
}

func (h *pages) purchases(v *shell.Visit) error {
	list, err := h.shop.Orders(v.Context(), v.Query("cursor"))
	if err != nil {
		return err
	}
	more := ""
	if list.Next != "" {
		more = "/purchases?cursor=" + url.QueryEscape(list.Next)
	}
	v.Page.Title = v.L.T("store.purchases.title")
	return v.Show(purchases(v.L, list.Items, more))
}
