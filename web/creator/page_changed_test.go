package creator

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
)

// changedShop is a shop whose page was changed by somebody, and accounts with the mandates of whoever asks.
type changedShop struct {
	*fake
	page  storefrontapi.Page
	list  accountsapi.Mandates
	asked int
	fault error
}

func (c *changedShop) Page(context.Context) (storefrontapi.Page, error) { return c.page, nil }

func (c *changedShop) Mandates(context.Context) (accountsapi.Mandates, error) {
	c.asked++
	return c.list, c.fault
}

func TestThePageNamesWhoChangedItLast(t *testing.T) {
	t.Parallel()
	creator := identity.Caller{Person: "person_creator"}
	aide := identity.Caller{Person: "person_aide", For: "person_creator", Scopes: []string{accountsapi.ScopeArrange}}
	given := accountsapi.Mandates{Given: []accountsapi.Mandate{
		{Assistant: "person_aide", AssistantName: "Alex Moreau", State: accountsapi.MandateEnded}, {Assistant: "person_new", AssistantEmail: "new@example.com"},
	}}
	held := accountsapi.Mandates{Held: []accountsapi.Mandate{{Represented: "person_creator", RepresentedName: "Ines Okafor"}}}
	for name, c := range map[string]struct {
		caller identity.Caller
		list   accountsapi.Mandates
		by     string
		want   string
	}{
		"the creator themselves":         {creator, given, "person_creator", "Last changed by you, "},
		"an assistant, even a past one":  {creator, given, "person_aide", "Last changed by Alex Moreau, "},
		"an assistant without a name":    {creator, given, "person_new", "Last changed by new@example.com, "},
		"an erased person":               {creator, given, "", "Last changed by somebody whose account is erased, "},
		"whom no mandate names":          {creator, given, "person_far", "Last changed by somebody who acted under a mandate, "},
		"the assistant, of themselves":   {aide, held, "person_aide", "Last changed by you, "},
		"the assistant, of the creator":  {aide, held, "person_creator", "Last changed by Ines Okafor, "},
		"the assistant, of another aide": {aide, held, "person_new", "Last changed by somebody who acted under a mandate, "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := storyDay
			f := &changedShop{fake: &fake{}, page: storefrontapi.Page{Name: "Ines Okafor", Path: "/@ines", Hue: "sea", ChangedBy: c.by, Changed: &at}, list: c.list}
			b := changedSite(t, f)
			b.caller = c.caller
			l := i18n.Messages().For("en")
			b.shows(b.do("GET", "/page", nil), http.StatusOK, c.want+l.DateTime(at)+".", "What you save shows on the public page at once.")
		})
	}
}

func TestAPageThatNobodyChangedNamesNobody(t *testing.T) {
	t.Parallel()
	f := &changedShop{fake: &fake{}, page: storefrontapi.Page{Name: "Ines Okafor", Hue: "sea"}, fault: errors.New("not asked for")}
	rec := changedSite(t, f).do("GET", "/page", nil)
	if body := rec.Body.String(); rec.Code != http.StatusOK || strings.Contains(body, "Last changed") || strings.Contains(body, "at once") || f.asked > 0 {
		t.Errorf("%d, asked %d times\n%s", rec.Code, f.asked, body)
	}
}

func changedSite(t *testing.T, f *changedShop) *browser {
	t.Helper()
	s := shell.New(shell.Config{Name: "web", Messages: i18n.Messages(), PublicURL: storySite}, Area(f, f, f, clock.NewFake(storyDay), storySite))
	return &browser{t: t, site: s, caller: identity.Caller{Person: "person_creator"}}
}
