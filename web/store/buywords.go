package store

import "github.com/workfluence/workfluence/internal/locale"

// headline is the answer to what happens here: this product, for this amount.
func (f buyForm) headline(l locale.L) string {
	if f.product.Free || f.price == nil {
		return l.T("store.buy.headline_free", "Title", f.product.Title)
	}
	return l.T("store.buy.headline", "Title", f.product.Title, "Amount", l.Price(f.price.Amount))
}

func (f buyForm) button(l locale.L) string {
	if f.product.Free || f.price == nil {
		return l.T("store.buy.button_free")
	}
	return l.T("store.buy.button", "Amount", l.Money(f.price.Amount))
}

func (f buyForm) againWord(l locale.L) string {
	if f.product.Free || f.price == nil {
		return l.T("store.owned.again_free")
	}
	return l.T("store.owned.again", "Amount", l.Price(f.price.Amount))
}

func (f buyForm) promise(l locale.L) string {
	if f.product.Free {
		return l.T("store.buy.promise_free")
	}
	return l.T("store.buy.promise")
}

func (f buyForm) countryHint(l locale.L) string {
	if f.product.Free {
		return ""
	}
	return l.T("store.buy.country_hint")
}

// forCompany says whether the part for companies must be seen: it has an answer, or a fault.
func (f buyForm) forCompany() bool {
	return f.buyer.Name+f.buyer.Company+f.buyer.VATID+f.faults.Of(fieldName)+f.faults.Of(fieldCompany)+f.faults.Of(fieldVAT) != ""
}
