package public

import (
	"strings"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// sold are the currencies that a product may be priced in.
var sold = []money.Currency{"EUR", "USD", "GBP", "CAD", "AUD", "CHF", "JPY"}

// feesForm is the question "what do I keep of this price?" as typed.
type feesForm struct {
	amount, currency string
	faults           ui.Faults
}

func (h *pages) fees(v *shell.Visit) error {
	form := feesForm{amount: strings.TrimSpace(v.Query("amount")), currency: v.Query("currency")}
	if !isSold(form.currency) {
		form.currency = string(sold[0])
	}
	asked := form.amount
	if asked == "" {
		asked = "149"
		form.amount = asked
	}
	price, err := v.L.Amount(asked, money.Currency(form.currency))
	if err != nil || price.IsNegative() || price.IsZero() {
		form.faults.Add("amount", v.L.T("fees.not_a_price", "Example", v.L.SamplePrice(money.Currency(form.currency))))
		price = money.New(0, money.Currency(form.currency))
	}
	keep, err := h.billing.Fees(v.Context(), billingapi.FeeRequest{Amount: price.Minor, Currency: price.Currency})
	if err != nil {
		if problem.From(err).Kind != problem.Invalid {
			return err
		}
		form.faults = append(form.faults, ui.FaultsOf(v.L, err)...)
	}
	v.Page.Title, v.Page.Description = v.L.T("fees.title"), v.L.T("fees.lede")
	if v.Part("keep") {
		return v.ShowPart(keepPart(v.L, form, keep))
	}
	return v.Show(fees(v.L, form, keep))
}

func isSold(c string) bool {
	for _, s := range sold {
		if string(s) == c {
			return true
		}
	}
	return false
}

func currencies() []ui.Option {
	out := make([]ui.Option, len(sold))
	for i, c := range sold {
		out[i] = ui.Option{Value: string(c), Label: string(c)}
	}
	return out
}

// keepRows is the short waterfall of a price: before tax, because tax depends on the buyer.
func keepRows(l locale.L, k billingapi.Fees) []ui.WaterfallRow {
	return []ui.WaterfallRow{
		{Step: ui.Plus, Label: l.T("fees.row_price"), Amount: k.Gross},
		{Step: ui.Minus, Label: l.T("fees.row_fee", "Percent", l.Percent(k.FeeBasisPoints*10)), Amount: k.Fee},
		{Step: ui.Net, Label: l.T("fees.row_yours"), Amount: k.Keep},
		{Step: ui.After, Label: l.N("fees.row_day", k.RiskWindowDays)},
	}
}
