package store

import (
	"errors"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
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
		view := creatorView{creator: page.Creator, products: rows(v, page.Creator, page.Products), own: v.Caller.Person == page.Creator.ID}
		v.Page.Title, v.Page.Description = nameOf(page.Creator), firstWords(page.Creator.Bio)
		v.About(page.Creator.ID)
		h.share(v, page.Creator.Path, sharing{kind: "profile", picture: coverOf(page.Products), data: profileData(h.publicURL, page)})
		return creator(v.L, view), nil
	}, string(wanted(v)))
	return h.moved(v, err, v.Request().URL.Path)
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

// moved leads on from a former handle to the present one; any other error stays.
func (h *pages) moved(v *shell.Visit, err error, path string) error {
	if !isNotFound(err) {
		return err
	}
	person, lookup := h.people.ByHandle(v.Context(), v.Param("handle"))
	if lookup != nil || !person.Moved {
		return err
	}
	return v.See("/@" + person.Handle + path[len("/@"+v.Param("handle")):])
}

func isNotFound(err error) bool { return errors.Is(err, problem.ErrNotFound) }

// nameOf is what a creator is called: their name, or their handle until they give one.
func nameOf(c storefrontapi.Creator) string {
	if c.Name == "" {
		return "@" + c.Handle
	}
	return c.Name
}

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
