package store

import (
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// creatorView is a creator's page for one reader.
type creatorView struct {
	creator  storefrontapi.Creator
	products []listed
	own      bool // the reader is the creator
}

func (h *pages) creator(v *shell.Visit) error {
	err := v.ShowPublic(func(v *shell.Visit) (templ.Component, error) {
		page, err := h.creatorPage(v)
		if err != nil {
			return nil, err
		}
		if !strings.EqualFold(page.Creator.Handle, v.Param("handle")) {
			return nil, elsewhere(page.Creator.Path)
		}
		view := creatorView{creator: page.Creator, products: rows(v, page.Creator, page.Products), own: v.Caller.Person == page.Creator.ID}
		v.Page.Title, v.Page.Description = nameOf(v.L, page.Creator), firstWords(page.Creator.Bio)
		v.About(page.Creator.ID)
		h.share(v, page.Creator.Path, sharing{kind: "profile", picture: coverOf(page.Products), data: profileData(h.publicURL, page)})
		return creator(v.L, view), nil
	}, string(wanted(v)))
	return h.moved(v, err)
}

// creatorPage is the page behind a handle. Someone with a handle who has put nothing up yet has an empty page.
func (h *pages) creatorPage(v *shell.Visit) (storefrontapi.CreatorPage, error) {
	page, err := h.shop.CreatorPage(v.Context(), v.Param("handle"))
	if !isNotFound(err) {
		return page, err
	}
	person, lookup := h.people.ByHandle(v.Context(), v.Param("handle"))
	if lookup != nil || person.Moved {
		return page, err
	}
	return storefrontapi.CreatorPage{Creator: storefrontapi.Creator{
		ID: person.ID, Handle: person.Handle, Path: "/@" + person.Handle, Name: person.Name, Hue: "ink",
	}}, nil
}

// elsewhere is where the thing asked for is now: its handle or its slug has changed. It is raised while a page is
// made, so that no redirect is kept among the pages.
type elsewhere string

func (e elsewhere) Error() string { return "moved to " + string(e) }

// moved leads on for good from a former address to the present one (301); any other error stays. A browser asks again
// each time, or an address that came back would send it round in circles from memory.
func (h *pages) moved(v *shell.Visit, err error) error {
	var to elsewhere
	if !errors.As(err, &to) {
		if to = h.movedHandle(v, err); to == "" {
			return err
		}
	}
	path := string(to)
	if query := v.Request().URL.RawQuery; query != "" {
		path += "?" + query
	}
	v.Writer().Header().Set("Cache-Control", "no-cache")
	v.Writer().Header().Set("Location", path)
	v.Writer().WriteHeader(http.StatusMovedPermanently)
	return nil
}

// movedHandle is where a former handle leads whose owner has put nothing up, or "".
func (h *pages) movedHandle(v *shell.Visit, err error) elsewhere {
	if !isNotFound(err) {
		return ""
	}
	person, lookup := h.people.ByHandle(v.Context(), v.Param("handle"))
	if lookup != nil || !person.Moved {
		return ""
	}
	return elsewhere("/@" + person.Handle)
}

func isNotFound(err error) bool { return errors.Is(err, problem.ErrNotFound) }

// nameOf is what a creator is called.
func nameOf(l locale.L, c storefrontapi.Creator) string { return ui.Creator(l, c.Name, c.Handle) }

// coverOf is the picture that a shared link of a page shows: that of its first product.
func coverOf(products []storefrontapi.Listing) string {
	for _, p := range products {
		if p.Cover != "" {
			return p.Cover
		}
	}
	return ""
}

// firstWords shortens a text for search results and shared links.
func firstWords(text string) string {
	const enough = 200
	letters := []rune(text)
	if len(letters) <= enough {
		return text
	}
	return string(letters[:enough]) + "…"
}
