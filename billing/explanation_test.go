package billing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

// different makes the platform's balance differ by 70 cents and finds that.
func (h *house) different() billingapi.Finding {
	h.t.Helper()
	h.sell(usd(10000), h.creator())
	h.sim.Adjust(stripesim.Adjustment{Type: "adjustment", Amount: -70, Currency: "usd"})
	found := h.look().Findings
	if len(found) != 1 {
		h.t.Fatalf("found: %+v", found)
	}
	return found[0]
}

// audited are the rows about an object, as "who did".
func (h *house) audited(object string) []string {
	h.t.Helper()
	rows, err := pg.Column[string](h.ctx(), h.pool, `select actor || ' ' || action from billing.audit where object = $1 order by seq`, object)
	h.no(err)
	return rows
}

func texts(all []billingapi.Explanation) []string {
	var out []string
	for _, e := range all {
		out = append(out, e.By+": "+e.Text)
	}
	return out
}

// Every explanation is kept, with an audit row of the same transaction; the newest shows.
func TestEveryExplanationIsKept(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		f, web := h.different(), h.as("gateway")
		ana, ben := h.operatorAs("person_ana"), h.operatorAs("person_ben")
		h.no(web.Explain(ana, f.ID, billingapi.ExplainRequest{Text: "A fee of March."}))
		h.no(web.Explain(ben, f.ID, billingapi.ExplainRequest{Text: " A fee of March,\r\nbooked twice.\n"}))
		h.no(web.Explain(ben, f.ID, billingapi.ExplainRequest{Text: "A fee of March,\nbooked twice."})) // pressed again
		seen, err := web.Reconciliation(ana)
		h.no(err)
		got := seen.Findings[0]
		if want := []string{"person_ben: A fee of March,\nbooked twice.", "person_ana: A fee of March."}; !slices.Equal(texts(got.Explanations), want) {
			t.Errorf("kept %q, want %q", texts(got.Explanations), want)
		}
		if got.Explained == nil || *got.Explained != got.Explanations[0] || !got.Explained.At.Equal(h.clock.Now()) {
			t.Errorf("shown: %+v", got.Explained)
		}
		if rows, want := h.audited(f.ID), []string{"person_ana difference.explained", "person_ben difference.explained"}; !slices.Equal(rows, want) {
			t.Errorf("audit %q, want %q", rows, want)
		}
		detail, err := pg.Scalar[string](h.ctx(), h.pool, `select detail ->> 'explanation' from billing.audit where object = $1 order by seq desc limit 1`, f.ID)
		if h.no(err); detail != got.Explained.ID {
			t.Errorf("the audit names %q, not %q", detail, got.Explained.ID)
		}
		for _, sql := range []string{
			`update billing.explanation set words = 'x'`, `delete from billing.explanation`, `truncate billing.explanation`, `truncate billing.audit`,
		} {
			if _, err := h.pool.Exec(h.ctx(), sql); err == nil {
				t.Errorf("%s: done", sql)
			}
		}
	})
}

// An explanation is of a gap: sales that move both balances leave it standing, and it holds again when the gap is what it explains.
func TestAnExplanationHoldsForItsGap(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f, web := h.different(), h.as("gateway")
	h.no(web.Explain(h.operator(), f.ID, billingapi.ExplainRequest{Text: "A fee of March.", Gap: f.Gap}))
	h.sell(usd(4900), h.creator())
	h.clock.Advance(lookEvery)
	if sold := h.look().Findings[0]; sold.ID != f.ID || sold.What == f.What || sold.Explained == nil {
		t.Errorf("after a sale: %+v", sold)
	}
	for i, by := range []int64{-1, 1} {
		h.sim.Adjust(stripesim.Adjustment{Type: "adjustment", Amount: by, Currency: "usd"})
		h.clock.Advance(lookEvery)
		moved := h.look().Findings[0]
		if holds := i == 1; moved.ID != f.ID || (moved.Explained != nil) != holds || len(moved.Explanations) != 1 {
			t.Errorf("after %d: %+v", by, moved)
		}
		if i == 0 {
			err := web.Explain(h.operator(), f.ID, billingapi.ExplainRequest{Text: "Still that fee.", Gap: f.Gap})
			if !errors.Is(err, problem.ErrStale) {
				t.Errorf("figures that were not seen are explained: %v", err)
			}
		}
	}
}

// Operators who explain one difference at once are all kept, one after the other, each with its audit row.
func TestOperatorsExplainAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f, web := h.different(), h.as("gateway")
	const operators = 8
	var at sync.WaitGroup
	for i := range operators {
		who := h.operatorAs(fmt.Sprintf("person_%d", i))
		for range 2 { // each presses twice
			at.Go(func() {
				if err := web.Explain(who, f.ID, billingapi.ExplainRequest{Text: "Mine.", Gap: f.Gap}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	at.Wait()
	got := h.look().Findings[0]
	people := map[string]int{}
	var order []string
	for _, e := range slices.Backward(got.Explanations) {
		people[e.By]++
		order = append(order, e.By+" difference.explained")
	}
	if len(people) != operators || got.Explained == nil || *got.Explained != got.Explanations[0] {
		t.Errorf("of %d operators %d are kept: %+v", operators, len(people), got.Explained)
	}
	if rows := h.audited(f.ID); !slices.Equal(rows, order) {
		t.Errorf("audit in the order %q, kept in the order %q", rows, order)
	}
}

// What cannot be kept is refused whole, with the field and without a row.
func TestExplanationsThatAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f, web := h.different(), h.as("gateway")
	for name, c := range map[string]struct {
		who        context.Context
		difference string
		text       string
		want       error
		code       string
	}{
		"nothing":            {h.operator(), f.ID, "", problem.ErrInvalid, "required"},
		"blanks":             {h.operator(), f.ID, " \r\n\t ", problem.ErrInvalid, "required"},
		"too long":           {h.operator(), f.ID, strings.Repeat("é", 1001), problem.ErrInvalid, "too_long"},
		"NUL":                {h.operator(), f.ID, "a\x00b", problem.ErrInvalid, "control"},
		"escape":             {h.operator(), f.ID, "a\x1b[2Jb", problem.ErrInvalid, "control"},
		"next line":          {h.operator(), f.ID, "a\u0085b", problem.ErrInvalid, "control"},
		"another difference": {h.operator(), "diff_0", "Why.", problem.ErrNotFound, ""},
		"a creator":          {h.by("person_1"), f.ID, "Why.", problem.ErrNotFound, ""},
		"nobody":             {h.ctx(), f.ID, "Why.", problem.ErrNotFound, ""},
	} {
		err := web.Explain(c.who, c.difference, billingapi.ExplainRequest{Text: c.text})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
			continue
		}
		if fields := problem.From(err).Fields; c.code != "" && (len(fields) != 1 || fields[0].Pointer != "/text" || fields[0].Code != c.code) {
			t.Errorf("%s: %+v", name, fields)
		}
	}
	h.no(web.Explain(h.operator(), f.ID, billingapi.ExplainRequest{Text: strings.Repeat("é", 1000)}))
	if rows := h.audited(f.ID); len(rows) != 1 {
		t.Errorf("audit of one explanation: %q", rows)
	}
}

// What people ask of the till is written down once, however often they press.
func TestWhatIsAskedForIsAudited(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	h.pass(9)
	pay := billingapi.PayoutRequest{Currency: "USD"}
	payout, err := h.as("gateway").RequestPayout(h.by(creator), "key", pay)
	h.no(err)
	_, err = h.as("gateway").RequestPayout(h.by(creator), "key", pay)
	h.no(err)
	half := usd(5000)
	refund, err := h.as("gateway").Refund(h.by(creator), "key", billingapi.RefundRequest{OrderID: order, Amount: &half, Reason: "requested_by_buyer"})
	h.no(err)
	_, err = h.as("gateway").Refund(h.by(creator), "key", billingapi.RefundRequest{OrderID: order, Amount: &half, Reason: "requested_by_buyer"})
	h.no(err)
	if _, err := h.as("gateway").Reconcile(h.operator()); err != nil {
		t.Error(err)
	}
	for object, want := range map[string][]string{
		creator: {creator + " account.requested"}, payout.ID: {creator + " payout.requested"}, refund.ID: {creator + " refund.requested"},
		billingapi.Name: {"person_operator books.compared"},
	} {
		if rows := h.audited(object); !slices.Equal(rows, want) {
			t.Errorf("audit of %s: %q, want %q", object, rows, want)
		}
	}
}
