package store

import (
	"strings"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/static"
	"github.com/workfluence/workfluence/web/ui"
)

// sharing is what other sites show of a page: OpenGraph (ogp.me) and schema.org's JSON-LD.
type sharing struct {
	kind, picture string
	data          any
}

// share sets the canonical address and what a shared link shows.
func (h *pages) share(v *shell.Visit, path string, s sharing) {
	v.Page.Canonical = h.publicURL + path
	if s.picture == "" {
		s.picture = h.publicURL + static.URL("share.png")
	}
	v.Page.Head = shared(v.Page.Title, v.Page.Description, v.Page.Canonical, ogLocale(v.L.Tag), s)
}

func ogLocale(t locale.Tag) string {
	return map[locale.Tag]string{
		locale.English: "en_GB", locale.French: "fr_FR", locale.Dutch: "nl_NL", locale.Arabic: "ar_AR", locale.Chinese: "zh_CN",
	}[t]
}

// jsonLD is data for search engines, not a script: the pages' policy lets it stand.
func jsonLD(data any) templ.Component {
	return templ.JSONScript("about-this-page", data).WithType("application/ld+json")
}

type object = map[string]any

func person(publicURL string, c storefrontapi.Creator) object {
	profiles := make([]string, len(c.Profiles))
	for i, p := range c.Profiles {
		profiles[i] = p.URL
	}
	return object{"@type": "Person", "name": ui.Called(c.Name, c.Handle), "url": publicURL + c.Path, "description": c.Bio, "sameAs": profiles}
}

func profileData(publicURL string, p storefrontapi.CreatorPage) any {
	return object{"@context": "https://schema.org", "@type": "ProfilePage", "url": publicURL + p.Creator.Path, "mainEntity": person(publicURL, p.Creator)}
}

func courseData(publicURL string, o offer) any {
	address := publicURL + o.path()
	data := object{
		"@context": "https://schema.org", "@type": "Course", "name": o.product.Title, "description": o.product.Summary, "url": address,
		"provider": person(publicURL, o.creator), "isAccessibleForFree": o.product.Free,
		"hasCourseInstance": object{"@type": "CourseInstance", "courseMode": "Online"},
	}
	if o.product.Cover != "" {
		data["image"] = o.product.Cover
	}
	var offers []object
	for _, p := range o.product.Prices {
		decimal, _, _ := strings.Cut(p.String(), " ")
		offers = append(offers, object{
			"@type": "Offer", "price": decimal, "priceCurrency": string(p.Currency), "url": address, "category": "Paid",
			"availability": "https://schema.org/InStock",
		})
	}
	if o.product.Free {
		offers = []object{{"@type": "Offer", "category": "Free", "url": address}}
	}
	data["offers"] = offers
	return data
}
