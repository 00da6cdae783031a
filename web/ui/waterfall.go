package ui

import (
	"strconv"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
)

// Step is the part that a row plays in a waterfall.
type Step int

// The parts of a waterfall.
const (
	Plus  Step = iota // adds: price, tax
	Minus             // takes away: discount, fee, refund. The amount is positive.
	Sub               // a subtotal of what stands above
	Net               // what is yours, last of the figures
	After             // a line of words below: the day, the blocker
)

// WaterfallRow is one line. Amount and the running sum are in the waterfall's one currency.
type WaterfallRow struct {
	Step   Step
	Label  string
	Amount money.Amount
	Tag    templ.Component // of an After row
}

// bar is the drawn part of a row, in thousandths of the widest.
type bar struct {
	class string
	x, w  int64
}

// bars lays each row's bar beside the running sum. Integers only: a pixel may be off, an amount never is.
func bars(rows []WaterfallRow) []bar {
	var sum, widest int64
	type span struct{ from, to int64 }
	spans := make([]span, len(rows))
	for i, r := range rows {
		switch r.Step {
		case Plus:
			spans[i] = span{sum, sum + r.Amount.Minor}
			sum += r.Amount.Minor
		case Minus:
			spans[i] = span{sum - r.Amount.Minor, sum}
			sum -= r.Amount.Minor
		case Sub, Net:
			spans[i] = span{0, r.Amount.Minor}
			sum = r.Amount.Minor
		case After:
		}
		widest = max(widest, spans[i].to)
	}
	out := make([]bar, len(rows))
	for i, s := range spans {
		if widest == 0 || s.to == s.from || s.from < 0 {
			continue
		}
		class := map[Step]string{Plus: "in", Minus: "out", Sub: "in", Net: "net"}[rows[i].Step]
		out[i] = bar{class: class, x: share(s.from, widest), w: max(share(s.to, widest)-share(s.from, widest), 4)}
	}
	return out
}

// share is part of whole in thousandths, without overflow for any real amount.
func share(part, whole int64) int64 {
	if whole > 1<<52 {
		return part / (whole / 1000)
	}
	return part * 1000 / whole
}

func (r WaterfallRow) class() string {
	switch r.Step {
	case Sub:
		return "sub"
	case Net:
		return "net"
	case After:
		return "after"
	default:
		return ""
	}
}

// figure writes a row's amount with its sign: a first line and the sums have none.
func (r WaterfallRow) figure(l locale.L, first bool) string {
	switch {
	case r.Step == Minus && !r.Amount.IsZero():
		return l.SignedFigure(r.Amount.Neg())
	case r.Step == Plus && !first:
		return l.SignedFigure(r.Amount)
	default:
		return l.Figure(r.Amount)
	}
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }
