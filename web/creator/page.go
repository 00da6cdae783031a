package creator

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// profileRows is how many social profiles the form offers.
const profileRows = 4

// profileKinds are the networks in the order of the choice.
var profileKinds = []string{"linkedin", "tiktok", "instagram", "youtube", "x", "bluesky", "mastodon", "threads", "newsletter", "website"}

// profileNames are those that are the same in every language.
var profileNames = map[string]string{
	"linkedin": "LinkedIn", "tiktok": "TikTok", "instagram": "Instagram", "youtube": "YouTube", "x": "X", "bluesky": "Bluesky",
	"mastodon": "Mastodon", "threads": "Threads",
}

type pageForm struct {
	name, bio, hue, path, site string
	profiles                   []storefrontapi.Profile
	version                    int64
	faults                     ui.Faults
	readonly                   bool
	acting                     string // who alone chooses the address, "" for the creator
	changed                    string // who changed the page last, and when, in words; "" while nobody has
}

func (h *pages) page(v *shell.Visit) error {
	p, err := h.shop.Page(v.Context())
	if err != nil {
		return err
	}
	form := pageForm{name: p.Name, bio: p.Bio, hue: p.Hue, path: p.Path, profiles: p.Profiles, version: p.Version}
	if form.changed, err = h.changed(v, p); err != nil {
		return err
	}
	return h.showPage(v, http.StatusOK, form)
}

// changed says who changed the page last, and when; "" while nobody has. Names are those of the visitor's own mandates.
func (h *pages) changed(v *shell.Visit, p storefrontapi.Page) (string, error) {
	if p.Changed == nil {
		return "", nil
	}
	when := v.L.DateTime(*p.Changed)
	switch p.ChangedBy {
	case "":
		return v.L.T("creator.page.changed_gone", "When", when), nil
	case v.Caller.Person:
		return v.L.T("creator.page.changed_you", "When", when), nil
	}
	list, err := h.accounts.Mandates(v.Context())
	if err != nil {
		return "", err
	}
	if name := nameIn(list, p.ChangedBy); name != "" {
		return v.L.T("creator.page.changed_by", "Name", name, "When", when), nil
	}
	return v.L.T("creator.page.changed_other", "When", when), nil
}

// nameIn is how a person on the other side of a mandate is called: by name, an assistant without one by address.
func nameIn(list accountsapi.Mandates, person string) string {
	for _, m := range list.Given {
		if m.Assistant == person {
			return cmp.Or(m.AssistantName, m.AssistantEmail)
		}
	}
	for _, m := range list.Held {
		if m.Represented == person {
			return m.RepresentedName
		}
	}
	return ""
}

func (h *pages) showPage(v *shell.Visit, status int, form pageForm) error {
	form.site, form.readonly, form.acting = h.publicURL, readonly(v), v.Acting()
	for len(form.profiles) < profileRows {
		form.profiles = append(form.profiles, storefrontapi.Profile{})
	}
	v.Page.Title = v.L.T("creator.page.title")
	return v.ShowStatus(status, ownPage(v.L, form))
}

func (h *pages) postPage(v *shell.Visit) error {
	form := pageForm{name: strings.TrimSpace(v.Form("name")), bio: strings.TrimSpace(v.Form("bio")), hue: v.Form("hue"), path: v.Form("path"), version: version(v)}
	given := []storefrontapi.Profile{}
	for i := range profileRows {
		n := strconv.Itoa(i)
		p := storefrontapi.Profile{Kind: v.Form("profiles-" + n + "-kind"), URL: strings.TrimSpace(v.Form("profiles-" + n + "-url"))}
		if p.URL != "" && !strings.Contains(p.URL, "://") {
			p.URL = "https://" + p.URL
		}
		if p.URL != "" {
			given = append(given, p)
		}
	}
	form.profiles = given
	_, err := h.shop.UpdatePage(v.Context(), form.version, storefrontapi.UpdatePage{Name: &form.name, Bio: &form.bio, Hue: &form.hue, Profiles: &given})
	if err != nil {
		if !shown(err) {
			return err
		}
		form.faults = faultsOf(v.L, err)
		if stale(err) {
			now, nerr := h.shop.Page(v.Context())
			if nerr != nil {
				return nerr
			}
			form.version = now.Version
			if form.changed, nerr = h.changed(v, now); nerr != nil {
				return nerr
			}
		}
		return h.showPage(v, problem.From(err).Status(), form)
	}
	v.Flash("creator.page.saved")
	return v.See("/page")
}

func hueOptions(l locale.L) []ui.Option {
	var out []ui.Option
	for _, hue := range storefrontapi.Hues {
		out = append(out, ui.Option{Value: hue, Label: l.T("creator.hue." + hue)})
	}
	return out
}

func kindOptions(l locale.L) []ui.Option {
	var out []ui.Option
	for _, k := range profileKinds {
		name := profileNames[k]
		if name == "" {
			name = l.T("creator.profile." + k)
		}
		out = append(out, ui.Option{Value: k, Label: name})
	}
	return out
}
