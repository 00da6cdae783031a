package creator

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/i18n"
)

// Everything that the creator alone may press is said to an assistant in words, and no form leads to a refusal.
func TestAnAssistantReadsWhatTheCreatorHasToPress(t *testing.T) {
	t.Parallel()
	draft := storyDraft()
	f := &fake{product: storyProduct()}
	b := open(t, f)
	b.caller = identity.Caller{Person: "person_aide", For: "person_creator", Scopes: []string{accountsapi.ScopeSee, accountsapi.ScopeArrange}}
	reads := func(path, button string, without ...string) {
		t.Helper()
		rec := b.do("GET", path, nil)
		b.shows(rec, http.StatusOK, "… has to press “"+button+"”")
		for _, w := range without {
			if strings.Contains(rec.Body.String(), w) {
				t.Errorf("%s offers %q", path, w)
			}
		}
	}
	reads("/products/product_1/price", "Set this price", `<button class="btn pen">Set this price`)
	reads("/products/product_1/publish", "Take it off", `value="unpublish"`, `value="publish"`)
	f.product.Changed = true
	reads("/products/product_1/publish", "Publish the edits", `value="publish"`)
	f.product = draft
	reads("/products/product_1/publish", "Publish it on my page", `value="publish"`)
	reads("/products/product_1/publish", "Delete it for good", `value="delete"`)
	for _, path := range []string{"/products/product_1/price", "/products/product_1/publish"} {
		if code := b.do("POST", path, url.Values{"do": {"publish"}}).Code; code != http.StatusForbidden {
			t.Errorf("POST %s answers an assistant %d", path, code)
		}
	}
}

// Giving money back, and deciding about a refund that came back, is said to be the creator's, where the button would be.
func TestAnAssistantReadsWhoGivesMoneyBack(t *testing.T) {
	t.Parallel()
	f := &bounced{fake: &fake{order: storyOrder()}}
	b := openWith(t, f.fake, f)
	b.caller = identity.Caller{Person: "person_aide", For: f.order.CreatorID, Scopes: []string{accountsapi.ScopeSee}}
	rec := b.do("GET", "/sales/order_1", nil)
	b.shows(rec, http.StatusOK, "… has to press “Send it again”", "… has to press “Give this money back”")
	if body := rec.Body.String(); strings.Contains(body, "/sales/order_1/refund") {
		t.Errorf("what leads to a refusal is offered:\n%s", body)
	}
}

func TestTodayAndPayoutsTellAnAssistantWhatTheCreatorHasToDo(t *testing.T) {
	t.Parallel()
	l := i18n.Messages().For("en")
	text := func(c templ.Component) string {
		var out bytes.Buffer
		if err := c.Render(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	balance := storyBalance()
	balance.Onboarding.State = billingapi.OnboardingStarted
	c := &balance.Currencies[0]
	c.Blocker, c.NextStep, c.ExpectedDay = billingapi.BlockerNoAccount, billingapi.StepOnboard, ""
	view := todayView{sales: []storefrontapi.Order{storyOrder()}, balance: balance, acting: "Ines"}
	for _, want := range []string{"One thing waits for Ines.", "Ines has to press “Answer Stripe’s questions”", "Ines has to press “Choose the address of your page”"} {
		if got := text(today(l, view)); !strings.Contains(got, want) {
			t.Errorf("today lacks %q in\n%s", want, got)
		}
	}
	view.blind, view.balance, view.path = true, billingapi.Balance{}, "/@ines"
	if got := text(today(l, view)); !strings.Contains(got, "Nothing waits for Ines.") {
		t.Errorf("who may not see money is told of it:\n%s", got)
	}
	got := text(payouts(l, payoutsView{balance: balance, acting: "Ines", now: storyDay}))
	if !strings.Contains(got, "Ines has to press “Answer Stripe’s questions”") || strings.Contains(got, "<form") {
		t.Errorf("payouts don't say who answers Stripe, or offer it:\n%s", got)
	}
	c.Blocker, c.NextStep = billingapi.BlockerNone, billingapi.StepRequest
	got = text(payouts(l, payoutsView{balance: balance, acting: "Ines", now: storyDay}))
	if !strings.Contains(got, "Ines has to press “Send €1,284.60 to my bank”") || strings.Contains(got, "<form") {
		t.Errorf("payouts don't say who asks for money, or offer it:\n%s", got)
	}
}
