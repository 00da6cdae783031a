package billing

import (
	"time"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/money"
)

// This file is where billing's nouns meet the posting templates; nothing else in the service names a journal.

// legs is the plan as the posting templates read it.
func (p Plan) legs() postings.Legs {
	l := postings.Legs{Gross: p.Gross, Fee: p.Fee, Tax: p.Tax, Product: p.Kind}
	for _, s := range p.Shares {
		l.Shares = append(l.Shares, postings.Share{Payee: s.Person, Amount: s.Amount})
	}
	return l
}

// refunded is the sum of the refunds that stand, divided as they were.
func (l *locked) refunded(feeReturned int64) postings.Legs {
	sum := l.Plan.legs().None()
	sum.Gross.Minor, sum.Fee.Minor = l.RefundRequested, feeReturned
	for i := range sum.Shares {
		g := l.leg(int16(i))
		sum.Shares[i].Amount.Minor = g.Taken + g.Owed - g.Regained
	}
	return sum
}

func (l *locked) meta(at time.Time) postings.Meta { return postings.Meta{Source: l.OrderID, At: at} }

func (l *locked) salePaid(at time.Time) []ledger.Journal {
	return postings.SalePaid(l.meta(at), *l.ChargeID, l.Plan.legs())
}

func (l *locked) chargeFee(t rail.Transaction) []ledger.Journal {
	return postings.RailFee(l.meta(t.Created), t.ID, t.Fee)
}

// transferOf is the operation as the posting templates read it. account is only needed once the transfer is made.
func transferOf(op Operation, account string) postings.Transfer {
	return postings.Transfer{Op: op.ID, Person: *op.PersonID, Holder: account, Amount: op.Money()}
}

// netted settles x of what a payee owes from a share. The sum netted so far makes the key of each part its own.
func (l *locked) netted(g *Leg, x money.Amount, at time.Time) []ledger.Journal {
	key := l.OrderID + ":" + money.New(g.Netted, l.Currency).Decimal()
	return postings.Netted(l.meta(at), key, g.PersonID, x)
}

// part is a refund as it was divided.
func (l *locked) part(r Refund, taken []RefundPart) postings.Legs {
	part := l.Plan.legs().None()
	part.Gross.Minor, part.Fee.Minor = r.Amount, r.FeeReturned
	for _, t := range taken {
		part.Shares[t.Position].Amount.Minor = t.FromPayable + t.Owed
	}
	return part
}

func payoutOf(p Payout) postings.Payout {
	return postings.Payout{ID: p.ID, Holder: p.Account, Amount: money.New(p.Amount, p.Currency)}
}
