// Package visitor is a person at the public API and the hosted pages, as the
// tour and the demo world need one: it signs up by mail, buys with a test card
// and answers Stripe's questions, and knows nothing that a stranger does not.
package visitor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/devstack/devapi"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// outside carries the calls of the api clients to the public address, as
// anybody's program would make them.
type outside struct {
	base  *url.URL
	token string
}

// RoundTrip sends the request to the public address.
func (o outside) RoundTrip(req *http.Request) (*http.Response, error) {
	out := req.Clone(req.Context())
	out.URL.Scheme, out.URL.Host, out.Host = o.base.Scheme, o.base.Host, ""
	if o.token != "" {
		out.Header.Set("Authorization", "Bearer "+o.token)
	}
	return http.DefaultTransport.RoundTrip(out)
}

// Visitor is somebody at the public API, signed in or not.
type Visitor struct {
	Accounts   *accountsapi.Client
	Storefront *storefrontapi.Client
	Billing    *billingapi.Client
	Content    *contentapi.Client
	Review     *reviewapi.Client
	Dev        *devapi.Client
	Person     accountsapi.Person

	base *url.URL
}

// New is somebody who has not signed in.
func New(base string) (*Visitor, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%q is not the address of an instance", base)
	}
	return withToken(u, ""), nil
}

func withToken(base *url.URL, token string) *Visitor {
	hc := &http.Client{Transport: outside{base, token}}
	return &Visitor{
		base: base, Accounts: accountsapi.NewClient(hc), Storefront: storefrontapi.NewClient(hc),
		Billing: billingapi.NewClient(hc), Content: contentapi.NewClient(hc), Review: reviewapi.NewClient(hc), Dev: devapi.NewPublicClient(hc, base.String()),
	}
}

// linkPath finds a mailed link.
var linkPath = regexp.MustCompile(regexp.QuoteMeta(accountsapi.LinkPath) + `([A-Za-z0-9_.-]+)`)

// SignIn goes the way of a person: asks for a mail, reads it, and presses the link.
func (v *Visitor) SignIn(ctx context.Context, email, locale string) (*Visitor, error) {
	before, err := v.links(ctx, email)
	if err != nil {
		return nil, err
	}
	if _, err := v.Accounts.SignUp(ctx, accountsapi.SignUp{Email: email, Locale: locale}); err != nil {
		return nil, fmt.Errorf("ask for a link: %w", err)
	}
	if _, err := v.Dev.Settle(ctx); err != nil {
		return nil, err
	}
	links, err := v.links(ctx, email)
	if err != nil {
		return nil, err
	}
	if len(links) == 0 || len(links) == len(before) {
		return nil, errors.New("no mail with a link came")
	}
	in, err := v.Accounts.RedeemLink(ctx, links[0], "The tour")
	if err != nil {
		return nil, fmt.Errorf("press the link: %w", err)
	}
	signed := withToken(v.base, in.Token)
	signed.Person = in.Person
	return signed, nil
}

// links are the tokens of the mailed links of an address, the newest first; a
// receipt may have come in between.
func (v *Visitor) links(ctx context.Context, to string) ([]string, error) {
	mails, err := v.Dev.Mails(ctx, to)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, m := range mails.Data {
		full, err := v.Dev.Mail(ctx, m.ID)
		if err != nil {
			return nil, err
		}
		if found := linkPath.FindStringSubmatch(full.Text); found != nil {
			out = append(out, strings.TrimRight(found[1], "."))
		}
	}
	return out, nil
}

// Become says who a creator is: country first, then name and handle. They work for someone, as most do.
func (v *Visitor) Become(ctx context.Context, name, handle, country, locale string) error {
	works, selling := accountsapi.WorksYes, true
	if _, err := v.Accounts.UpdateMe(ctx, accountsapi.UpdateMe{Country: &country}); err != nil {
		return err
	}
	p, err := v.Accounts.UpdateMe(ctx, accountsapi.UpdateMe{Name: &name, Handle: &handle, Locale: &locale, WorksFor: &works, Selling: &selling})
	v.Person = p
	return err
}

// Test cards of the simulator, as of Stripe's test mode.
const (
	CardGood      = "4242424242424242"
	CardChallenge = "4000002500003155"
)

// Pay pays a hosted checkout with a test card, confirming where the bank asks.
func Pay(ctx context.Context, checkout, card string) error {
	b, err := newBrowser()
	if err != nil {
		return err
	}
	p, err := b.get(ctx, checkout+"?card="+card)
	if err != nil {
		return fmt.Errorf("open the checkout: %w", err)
	}
	till := p.at.Host
	if p, err = b.press(ctx, p); err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	if p.at.Host == till && p.form != nil && p.form.values.Has("answer") {
		if p, err = b.press(ctx, p); err != nil {
			return fmt.Errorf("confirm with the bank: %w", err)
		}
	}
	if p.at.Host == till {
		return fmt.Errorf("the card %s was not accepted", card)
	}
	return nil
}

// Onboard gives Stripe what it asks for, by the page's sample values.
func (v *Visitor) Onboard(ctx context.Context) error {
	link, err := v.Billing.StartOnboarding(ctx, billingapi.OnboardingRequest{ReturnPath: "/payouts"})
	if err != nil {
		return err
	}
	b, err := newBrowser()
	if err != nil {
		return err
	}
	p, err := b.get(ctx, link.URL) // opens once, and leads to the page itself
	if err != nil {
		return err
	}
	if p, err = b.get(ctx, p.at.String()+"?fill=1"); err != nil {
		return err
	}
	_, err = b.press(ctx, p, "terms")
	return err
}
