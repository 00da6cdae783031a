package stripesim

import (
	"errors"
	"fmt"
)

// Check proves the simulator's own books (money.md §12 F6): balances are the sum of their movements, net is amount less fee, no
// charge is refunded or transferred beyond its amount, no transfer reversed beyond its own, transfers are the same money on both
// sides, and every reference leads somewhere. Nil says that all of it holds.
func (s *Sim) Check() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	var found []error
	wrong := func(format string, a ...any) { found = append(found, fmt.Errorf(format, a...)) }
	s.checkBalances(wrong)
	s.checkCharges(wrong)
	s.checkTransfers(wrong)
	s.checkPayouts(wrong)
	return errors.Join(found...)
}

type complain func(format string, a ...any)

func (s *Sim) checkBalances(wrong complain) {
	sums := map[string]map[string]*holding{}
	for _, t := range s.tables.txns.byID {
		of := sums[t.Account]
		if of == nil {
			of = map[string]*holding{}
			sums[t.Account] = of
		}
		if of[t.Currency] == nil {
			of[t.Currency] = &holding{}
		}
		if t.Available <= s.now() {
			of[t.Currency].available += t.Amount - t.Fee
		} else {
			of[t.Currency].pending += t.Amount - t.Fee
		}
	}
	for id, of := range s.balances {
		for c, h := range of {
			if want := sums[id][c]; want == nil && (h.available != 0 || h.pending != 0) || want != nil && *want != *h {
				wrong("%s holds %+v %s but its movements sum to %+v", id, *h, c, want)
			}
		}
	}
	for id, of := range sums {
		for c := range of {
			if s.balances[id][c] == nil {
				wrong("%s has movements in %s and no balance", id, c)
			}
		}
	}
}

func (s *Sim) checkCharges(wrong complain) {
	refunded, transferred := map[string]int64{}, map[string]int64{}
	for _, r := range s.tables.refunds.byID {
		if r.Status != "failed" && r.Status != "canceled" {
			refunded[r.Charge] += r.Amount
		}
		if t, ok := s.tables.txns.get(r.Txn); !ok || t.Amount != -r.Amount || t.Account != r.Account {
			wrong("refund %s has no movement of its amount", r.ID)
		}
		if t, ok := s.tables.txns.get(r.FailureTxn); (r.Status == "failed") != ok || ok && t.Amount != r.Amount {
			wrong("refund %s is %s and its failure movement does not fit", r.ID, r.Status)
		}
	}
	for _, t := range s.tables.transfers.byID {
		transferred[t.Source] += t.Amount - t.Reversed
	}
	succeeded := map[string]int{}
	for _, ch := range s.tables.charges.byID {
		t, ok := s.tables.txns.get(ch.Txn)
		switch {
		case ch.Refunded != refunded[ch.ID] || ch.Refunded > ch.Amount || ch.Refunded < 0:
			wrong("charge %s says %d refunded of %d, its refunds say %d", ch.ID, ch.Refunded, ch.Amount, refunded[ch.ID])
		case ch.Transfer == "" && (ch.Transferred != transferred[ch.ID] || ch.Transferred > ch.Amount):
			wrong("charge %s says %d transferred of %d, its transfers say %d", ch.ID, ch.Transferred, ch.Amount, transferred[ch.ID])
		case (ch.Status == "succeeded") != ok || ok && (t.Amount != ch.Amount || t.Account != ch.Account || t.Fee != ch.Fee):
			wrong("charge %s is %s and its movement does not fit", ch.ID, ch.Status)
		}
		if ch.Status == "succeeded" && ch.Intent != "" {
			succeeded[ch.Intent]++
		}
	}
	for _, i := range s.tables.intents.byID {
		if n := succeeded[i.ID]; n > 1 || (i.Status == "succeeded") != (n == 1) {
			wrong("payment intent %s is %s with %d successful charges", i.ID, i.Status, n)
		}
	}
	for _, x := range s.tables.sessions.byID {
		if i, ok := s.tables.intents.get(x.Intent); (x.Status == "complete") != (ok && i.Status == "succeeded") {
			wrong("session %s is %s and its payment intent does not agree", x.ID, x.Status)
		}
	}
}

func (s *Sim) checkTransfers(wrong complain) {
	reversed := map[string]int64{}
	for _, v := range s.tables.reversals.byID {
		reversed[v.Transfer] += v.Amount
		here, ok := s.tables.txns.get(v.Txn)
		pr, found := s.tables.refunds.get(v.Refund)
		if !ok || !found || here.Amount != v.Amount || pr.Amount != v.Amount {
			wrong("reversal %s is not the same money on both sides", v.ID)
		}
	}
	for _, t := range s.tables.transfers.byID {
		if t.Reversed != reversed[t.ID] || t.Reversed > t.Amount {
			wrong("transfer %s says %d reversed of %d, its reversals say %d", t.ID, t.Reversed, t.Amount, reversed[t.ID])
		}
		out, ok := s.tables.txns.get(t.Txn)
		py, found := s.tables.charges.get(t.Payment)
		if !ok || !found || out.Amount != -t.Amount || py.Amount != t.Amount || py.Account != t.Destination {
			wrong("transfer %s is not the same money on both sides", t.ID)
		}
	}
}

func (s *Sim) checkPayouts(wrong complain) {
	for _, po := range s.tables.payouts.byID {
		out, ok := s.tables.txns.get(po.Txn)
		back, returned := s.tables.txns.get(po.FailTxn)
		if !ok || out.Amount != -po.Amount || returned != (po.Status == "failed" || po.Status == "canceled") || returned && back.Amount != po.Amount {
			wrong("payout %s is %s and its movements do not fit", po.ID, po.Status)
		}
	}
}
