// Package demo makes the world that `serve --dev` starts with: a creator, a
// buyer and what lies between them, made through the public API like anybody
// else, and behind the first page rather than before it.
package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/course"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/visitor"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/devstack/devapi"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Password opens every account of the demo world, and of no other.
const Password = "rota lorry sunday 240"

// The addresses of the people of the demo world.
const (
	Creator  = "ines@demo.example"
	Buyer    = "tom@demo.example"
	Operator = "noor@demo.example"
)

// cast is who they are.
var cast = []devapi.DemoPerson{
	{Email: Creator, Name: "Ines Okafor", Hat: "creator"},
	{Email: Buyer, Name: "Tom de Wit", Hat: "buyer"},
	{Email: Operator, Name: "Noor Bakker", Hat: "operator"},
}

// world is what the marker holds once everything is made.
type world struct {
	People []devapi.DemoPerson `json:"people"`
}

// People are those who can be signed in as: none until the world is complete.
func People(marker string) []devapi.DemoPerson {
	var w world
	raw, err := os.ReadFile(marker)
	if err != nil || json.Unmarshal(raw, &w) != nil {
		return nil
	}
	return w.People
}

// Greet prints where everything is. The address comes first.
func Greet(out io.Writer, base, state string) {
	_, _ = fmt.Fprintf(out, `
  %[1]s

  Sign in      %[1]s/sign-in
               %[2]s (creator), %[3]s (buyer) or %[6]s (operator), password: %[4]s
  Everything   %[1]s/dev: mails, the clock, sign in as, the storybook
  Mails        %[1]s/dev/mail
  The clock    %[1]s/dev/clock
  The tour     bin/workfluence tour --base %[1]s
  State        %[5]s

`, base, Creator, Buyer, Password, state, Operator)
}

// Load makes the world unless the marker says that it is there. A half-made
// world is completed by the next start: each step looks before it makes. The
// public API makes nobody an operator, so grant does, by address.
func Load(ctx context.Context, base, marker string, grant func(ctx context.Context, email string) error) error {
	if len(People(marker)) == len(cast) {
		return nil
	}
	if err := await(ctx, base); err != nil {
		return err
	}
	guest, err := visitor.New(base)
	if err != nil {
		return err
	}
	ines, err := creator(ctx, guest)
	if err != nil {
		return fmt.Errorf("the creator: %w", err)
	}
	product, err := sell(ctx, ines, offer{
		slug: "rotas", title: "Rotas people can live with", zip: course.Rotas,
		summary: "Build a shift plan that holds until Friday, tells people early, and leaves their evenings alone.",
		prices:  []money.Amount{money.New(14900, money.EUR), money.New(16900, money.USD)},
	})
	if err != nil {
		return fmt.Errorf("the course: %w", err)
	}
	if _, err := sell(ctx, ines, offer{
		slug: "first-month", title: "Your first month as a planner", zip: course.FirstMonth,
		summary: "Three short lessons for people who have just been given the telephone.",
	}); err != nil {
		return fmt.Errorf("the free course: %w", err)
	}
	if err := buyer(ctx, guest, product); err != nil {
		return fmt.Errorf("the buyer: %w", err)
	}
	if _, err := person(ctx, guest, Operator, "en"); err != nil {
		return fmt.Errorf("the operator: %w", err)
	}
	if err := grant(ctx, Operator); err != nil {
		return fmt.Errorf("the operator: %w", err)
	}
	text, err := json.Marshal(world{cast})
	if err != nil {
		return err
	}
	return os.WriteFile(marker, append(text, '\n'), 0o600)
}

// await waits for the first page.
func await(ctx context.Context, base string) error {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/v1/countries", nil)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		if err := clock.Sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

// person signs somebody in and gives them their name and the demo's password.
func person(ctx context.Context, guest *visitor.Visitor, email, locale string) (*visitor.Visitor, error) {
	p, err := guest.SignIn(ctx, email, locale)
	if err != nil {
		return nil, err
	}
	if p.Person.Name == "" {
		name := nameOf(email)
		if p.Person, err = p.Accounts.UpdateMe(ctx, accountsapi.UpdateMe{Name: &name}); err != nil {
			return nil, err
		}
	}
	if p.Person.HasPassword {
		return p, nil
	}
	return p, p.Accounts.SetPassword(ctx, accountsapi.SetPassword{Password: Password})
}

func nameOf(email string) string {
	for _, p := range cast {
		if p.Email == email {
			return p.Name
		}
	}
	return ""
}

func creator(ctx context.Context, guest *visitor.Visitor) (*visitor.Visitor, error) {
	ines, err := person(ctx, guest, Creator, "en")
	if err != nil {
		return nil, err
	}
	if ines.Person.Handle == "" {
		if err := ines.Become(ctx, nameOf(Creator), "ines", "BE", "en"); err != nil {
			return nil, err
		}
	}
	page, err := ines.Storefront.Page(ctx)
	if err != nil || page.Bio != "" {
		return ines, err
	}
	bio, hue := "I plan shifts for 240 lorry drivers. I teach planners to do it without ruining anyone’s Sunday.", "sea"
	profiles := []storefrontapi.Profile{
		{Kind: "linkedin", URL: "https://www.linkedin.com/in/ines-okafor-demo"}, {Kind: "tiktok", URL: "https://www.tiktok.com/@ines.plans.demo"},
	}
	_, err = ines.Storefront.UpdatePage(ctx, page.Version, storefrontapi.UpdatePage{Bio: &bio, Hue: &hue, Profiles: &profiles})
	return ines, err
}

type offer struct {
	slug, title, summary, zip string
	prices                    []money.Amount // none: free
}

func sell(ctx context.Context, who *visitor.Visitor, o offer) (storefrontapi.Product, error) {
	p, err := draft(ctx, who, o)
	if err != nil || p.State == storefrontapi.StatePublished {
		return p, err
	}
	zip, err := course.Zip(o.zip)
	if err != nil {
		return p, err
	}
	if _, err = who.Storefront.Import(ctx, p.ID, int64(len(zip)), bytes.NewReader(zip)); err != nil {
		return p, err
	}
	if p, err = who.Storefront.Product(ctx, p.ID); err != nil {
		return p, err
	}
	if p, err = who.Storefront.UpdateProduct(ctx, p.ID, p.Version, storefrontapi.UpdateProduct{Summary: &o.summary}); err != nil {
		return p, err
	}
	set := storefrontapi.SetPrices{Free: len(o.prices) == 0, Prices: []storefrontapi.SetPrice{}}
	for _, a := range o.prices {
		set.Prices = append(set.Prices, storefrontapi.SetPrice{Currency: a.Currency, Amount: &a.Minor})
	}
	if p, err = who.Storefront.SetPrices(ctx, p.ID, p.Version, set); err != nil {
		return p, err
	}
	return who.Storefront.Publish(ctx, p.ID, p.Version)
}

// draft is the product as it stands, made if there is none.
func draft(ctx context.Context, who *visitor.Visitor, o offer) (storefrontapi.Product, error) {
	products, err := who.Storefront.Products(ctx, "")
	if err != nil {
		return storefrontapi.Product{}, err
	}
	for _, p := range products.Items {
		if p.Slug == o.slug {
			return p, nil
		}
	}
	return who.Storefront.CreateProduct(ctx, id.New("key"), storefrontapi.NewProduct{Kind: storefrontapi.KindCourse, Title: o.title, Slug: o.slug})
}

func buyer(ctx context.Context, guest *visitor.Visitor, p storefrontapi.Product) error {
	tom, err := person(ctx, guest, Buyer, "nl")
	if err != nil {
		return err
	}
	library, err := tom.Storefront.Library(ctx, "")
	if err != nil || len(library.Items) > 0 {
		return err
	}
	// In the currency of the creator's bank account, as most who buy near by: she can be paid out without another one.
	price := p.Prices[0]
	for _, other := range p.Prices {
		if other.Currency == money.EUR {
			price = other
		}
	}
	placed, err := tom.Storefront.PlaceOrder(ctx, "demo-first-order", storefrontapi.PlaceOrder{
		ProductID: p.ID, PriceID: price.ID, Consent: storefrontapi.Consent{StartNow: true}, Buyer: storefrontapi.Buyer{Country: "NL", Name: nameOf(Buyer)},
	})
	if err != nil {
		return err
	}
	if err := visitor.Pay(ctx, placed.CheckoutURL, visitor.CardGood); err != nil {
		return err
	}
	_, err = tom.Storefront.Refresh(ctx, placed.Order.ID, "")
	return err
}
