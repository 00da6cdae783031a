package creator

import (
	"context"
	"slices"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// misfit is a published product that can't be bought at one of its prices until Stripe knows the creator.
type misfit struct {
	title   string
	price   money.Amount
	largest money.Amount // the highest price that fits now, zero when the days are over
	lost    *time.Time   // when a buyer was turned away last, nil when none was yet
}

// mostProducts that are compared with the selling cap. Who has more is not new here, and Stripe knows them.
const mostProducts = 1000

// misfits are the products that the selling cap keeps from being bought. first is the first page of the creator's products, if it was
// read already. Without a cap nothing is asked.
func (h *pages) misfits(ctx context.Context, b billingapi.Balance, first *storefrontapi.ProductPage) ([]misfit, error) {
	if len(b.SellingCaps) == 0 {
		return nil, nil
	}
	var page storefrontapi.ProductPage
	if first != nil {
		page = *first
	} else {
		var err error
		if page, err = h.shop.Products(ctx, ""); err != nil {
			return nil, err
		}
	}
	all := page.Items
	for page.Next != "" && len(all) < mostProducts {
		var err error
		if page, err = h.shop.Products(ctx, page.Next); err != nil {
			return nil, err
		}
		all = append(slices.Clip(all), page.Items...)
	}
	return misfitsOf(b, all), nil
}

// misfitsOf compares what is published with the caps.
func misfitsOf(b billingapi.Balance, products []storefrontapi.Product) []misfit {
	var out []misfit
	for _, p := range products {
		if p.State != storefrontapi.StatePublished || p.Free {
			continue
		}
		for _, price := range p.Prices {
			i := slices.IndexFunc(b.SellingCaps, func(c billingapi.SellingCap) bool { return c.Cap.Currency == price.Amount.Currency })
			if i < 0 || price.Amount.Minor <= b.SellingCaps[i].LargestPrice.Minor {
				continue
			}
			m := misfit{title: p.Title, price: price.Amount, largest: b.SellingCaps[i].LargestPrice}
			for _, l := range b.LostSales {
				if l.ProductID == p.ID && l.Price.Currency == price.Amount.Currency {
					m.lost = &l.At
				}
			}
			out = append(out, m)
		}
	}
	return out
}

// checking says that Stripe has all answers and looks at them.
func checking(b billingapi.Balance) bool {
	return b.Onboarding.State == billingapi.OnboardingUnderReview
}

// begun says that the creator has been at Stripe's questions before.
func begun(b billingapi.Balance) bool { return b.Onboarding.State == billingapi.OnboardingStarted }
